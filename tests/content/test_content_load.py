"""Loading a workspace: every fault of every file at once, at its place, and what is sound is in the library."""

from __future__ import annotations

import random
import sys
from datetime import date
from pathlib import Path

import pytest

from builder.content import load
from builder.errors import Fault, Place
from builder.model import Library, Matter, Paragraph, Problem

OFFICE = "名称: 临澜市委办公室\n"
ITEM = "---\n标题: 抗旱\n---\n正文\n"
ISSUE = "刊物: gongzuo-xinxi\n日期: 2026-6-8\n"
MATTER = "编号: 00012\n事项: 修渠\n"
PROBLEM = "种类: 问题\n编号: 1\n点位: 窗口\n问题描述: 排队\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "office.yaml", OFFICE)
    return tmp_path


def put(root: Path, name: str, text: str | bytes) -> None:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


def library(root: Path) -> Library:
    found, faults = load(root)
    assert [str(f) for f in faults] == []
    assert found is not None
    return found


def only(root: Path) -> Fault:
    faults = load(root)[1]
    assert len(faults) == 1, [str(f) for f in faults]
    assert faults[0].message
    return faults[0]


def brief(root: Path) -> list[tuple[str, int, int]]:
    return [(f.code, f.place.line, f.place.column) for f in load(root)[1]]


def test_what_is_sound_is_loaded_with_ids_values_and_blocks(root: Path) -> None:
    put(
        root,
        "items/kanghan/shuiku.md",
        "---\n标题:  抗旱  工作 \n供稿单位: 市水利局\n报送时间: 2026-6-5\n---\n　　一、甲\n",
    )
    put(root, "findings/f/1.yaml", MATTER)
    put(root, "findings/f/2.yaml", PROBLEM)
    put(root, "issues/2026/a.yaml", ISSUE + "期号: 011\n条目:\n  - 信息: shuiku\n")
    found = library(root)
    item = found.items["kanghan/shuiku"]
    assert (item.value.title, item.value.units, item.value.reported) == ("抗旱 工作", ("市水利局",), date(2026, 6, 5))
    assert item.file == "content/items/kanghan/shuiku.md"
    assert isinstance(item.blocks[0], Paragraph)
    assert item.blocks[0].spans[0].place == Place(item.file, 6, 3)
    assert isinstance(found.findings["f/1"].value, Matter)
    assert found.findings["f/1"].value.number == "00012"
    assert isinstance(found.findings["f/2"].value, Problem)
    issue = found.issues["2026/a"]
    assert (issue.value.day, issue.value.number) == (date(2026, 6, 8), 11)
    assert issue.place("条目", 0, "信息") == Place(issue.file, 5, 9)
    assert issue.place("条目", 0, "督查") == Place(issue.file, 5, 5)


def test_texts_in_an_issue_are_read_by_markup_with_their_places(root: Path) -> None:
    text = "编者按: |\n    一段\n      二段\n条目:\n  - 正文: 三段\n    编者按: '四段'\n"
    put(root, "issues/a.yaml", ISSUE + text)
    texts = library(root).issues["a"].texts
    places = {
        path: [(b.text, b.spans[0].place.line, b.spans[0].place.column) for b in blocks if isinstance(b, Paragraph)]
        for path, blocks in texts.items()
    }
    assert places == {
        ("编者按",): [("一段", 4, 5), ("二段", 5, 7)],
        ("条目", 0, "正文"): [("三段", 7, 9)],
        ("条目", 0, "编者按"): [("四段", 8, 11)],
    }


@pytest.mark.parametrize(
    ("line", "code", "column", "words"),
    [
        ("标提: 乙", "key-unknown", 1, "是否指 标题？"),
        ("title: 乙", "key-unknown", 1, "没有“title”"),
        ("类别: 动太", "value-choice", 5, "是否指 动态？"),
        ("报送时间: 2026-02-30", "value-day", 7, "没有这一天：2026-02-30"),
        ("报送时间: 20260608", "value-day", 7, "写法不对"),
        ("报送时间: 1717800000", "value-day", 7, "写法不对"),
        ("报送时间: 2026-06-08 09:00", "value-day", 7, "写法不对"),
        ("采用情况: 要情", "value-list", 7, "列表"),
        ("供稿人:\n  - 甲", "value-text", 3, "一段文字"),
        ("供稿单位: [甲, ]\n附件: [甲, '']", "value-empty-item", 9, "空的一条"),
        ("采用情况:\n  - 期号: 1", "key-missing", 5, "缺少“刊物”"),
        ("采用情况: &a [{刊物: 甲}]", "yaml-anchor", 7, "锚点"),
        ("备注: \ue000", "text-private", 5, "造字"),
    ],
)
def test_a_wrong_value_is_told_at_its_place_in_the_fields_words(
    root: Path, line: str, code: str, column: int, words: str
) -> None:
    put(root, "items/a.md", f"---\n标题: 甲\n{line}\n---\n")
    fault = only(root)
    assert (fault.code, fault.severity, fault.place.line) == (code, "error", 3 + line.count("\n"))
    assert fault.place.column == column
    assert words in fault.message
    assert fault.hint


@pytest.mark.parametrize("title", ["", "标题:", "标题: ''", "标题: '　'", '标题: "\\u200b"', "标题: |\n   \n"])
def test_an_empty_or_blank_title_is_an_error(root: Path, title: str) -> None:
    put(root, "items/a.md", f"---\n供稿人: 甲\n{title}\n---\n正文\n")
    (fault,) = [f for f in load(root)[1] if f.severity == "error"]
    assert (fault.code, fault.message) in (("key-missing", "缺少“标题”"), ("value-empty", "“标题”不能为空"))
    assert fault.place.line == (3 if title else 2)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("期号: 第3期", "value-number"), ("期号: 0", "value-number"), ("期号: -1", "value-number"),
        ("期号: 1_0", "value-number"), ("期号: 1.0", "value-number"), ("份号: 12", "value-form"),
        ("份号: ００００１２", "value-form"), ("日期: 2026-06-09", "yaml-duplicate"), ("要目: 有", "value-choice"),
        ("分发: 全部", "value-mapping"), ("条目: [shuiku]", "value-mapping"), ("条目:\n  - 标题: 甲", "entry-choice"),
        ("条目:\n  - 信息: 甲\n    正文: 乙", "entry-choice"), ("附件:\n  - 标题: 甲", "entry-choice"),
        ("条目:\n  - 督查: {形式: 表}", "key-missing"), ("条目:\n  - 督查: {范围: a, 列: [{字段: a, 宽: inf}]}", "value-number"),
        ("条目:\n  - 督查: {范围: a, 列: [{字段: a, 宽: 0}]}", "value-number"), ("专题: |\n  甲\n  乙", "value-one-line"),
    ],
)  # fmt: skip
def test_faults_of_an_issue_file(root: Path, line: str, code: str) -> None:
    put(root, "issues/a.yaml", ISSUE + line + "\n")
    assert only(root).code == code


def test_all_faults_of_all_files_come_at_once_and_the_rest_is_loaded(root: Path) -> None:
    put(root, "items/a.md", "---\n标提: 甲\n报送时间: 2026-02-30\n---\n![](x.png)\n")
    put(root, "items/b.md", ITEM)
    put(root, "findings/c.yaml", "编号: [\n")
    put(root, "issues/d.yaml", ISSUE + "编者按: '{可见范围}甲'\n条目:\n  - 标题: 甲\n  - 督查: {形式: 图}\n")
    found, faults = load(root)
    assert {f.place.file.rpartition("/")[2]: 0 for f in faults}.keys() == {"a.md", "c.yaml", "d.yaml"}
    assert {f.code for f in faults} == {
        "key-unknown", "value-day", "key-missing", "picture-alt", "picture-missing", "yaml-syntax", "markup-audience",
        "entry-choice", "value-choice",
    }  # fmt: skip
    assert found is not None
    assert list(found.items) == ["b"]
    assert found.broken_ids == {"item": {"a"}, "finding": {"c"}, "issue": {"d"}}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [("正文\n", "front-missing", 1), ("---\n标题: 甲\n正文\n", "front-open", 1), ("", "front-missing", 1),
     ("---\n---\n正文", "yaml-mapping", 1), ("---\n标题: 甲\n供稿单位: [甲\n---\n", "yaml-syntax", 3)],
)  # fmt: skip
def test_faults_of_front_matter(root: Path, text: str, code: str, line: int) -> None:
    put(root, "items/a.md", text)
    fault = only(root)
    assert (fault.code, fault.place.line) == (code, line)


@pytest.mark.parametrize("text", ["", "\n", "　\n \n", "\ufeff"])
def test_an_empty_item_is_told_to_be_empty(root: Path, text: str) -> None:
    put(root, "items/a.md", text)
    fault = only(root)
    assert (fault.code, fault.message) == ("front-missing", "空文件，什么也没有写")


@pytest.mark.parametrize(
    ("front", "line"),
    [("标题；分号\n供稿人: 甲", 2), ("标题 甲\n供稿人: 甲\n类别: 动态", 2), ("类别：动态\n标题；分号\n供稿人：乙", 3),
     ("标题：很长\n很长的续行\n供稿人：乙", 3), ("标题：甲\n供稿人 乙", 3)],
)  # fmt: skip
def test_a_line_without_a_colon_is_told_where_it_stands(root: Path, front: str, line: int) -> None:
    put(root, "items/a.md", f"---\n{front}\n---\n正文\n")
    (fault,) = [f for f in load(root)[1] if f.severity == "error"]
    assert (fault.place.line, fault.message) == (line, "这一行像是键，但缺少半角冒号")


def test_a_rule_in_the_body_is_text_and_ends_nothing(root: Path) -> None:
    put(root, "items/a.md", "---\n标题: 甲\n---\n前\n---\n后\n")
    assert [b.text for b in library(root).items["a"].blocks if isinstance(b, Paragraph)] == ["前", "---", "后"]


def test_refused_characters_and_their_places_in_crlf_files(root: Path) -> None:
    put(root, "items/a.md", "\ufeff---\r\n标题: 甲\x00\r\n---\r\n乙\u202e丙\ufffe\r\n\ud800".replace("\ud800", ""))
    put(root, "items/b.md", b"---\n\xe6\xa0\x87\xe9\xa2\x98: a\n---\n\xe4\xb8\x80\xed\xa0\x80\n")
    assert brief(root) == [
        ("text-control", 2, 6), ("text-bidi", 4, 2), ("text-noncharacter", 4, 4), ("text-surrogate", 4, 2),
    ]  # fmt: skip


def test_places_point_into_the_file_as_typed_after_cleaning(root: Path) -> None:
    put(root, "items/a.md", "---\n标题: 甲\n---\n\u200b甲\u200b**乙**  ![\n")
    found, faults = load(root)
    assert [(f.code, f.severity) for f in faults] == [("text-invisible", "note")]
    assert found is not None
    (block,) = found.items["a"].blocks
    assert isinstance(block, Paragraph)
    assert [(s.text, s.place.column) for s in block.spans] == [("甲", 2), ("乙", 6), (" ", 9), ("![", 11)]


def test_a_changed_character_is_a_warning_in_text_and_refused_in_a_name(root: Path) -> None:
    put(root, "items/a.md", "---\n标题: cafe\u0301\n---\n\uf900\n")
    assert [(f.code, f.severity, f.place.line) for f in load(root)[1]] == [
        ("text-nfc", "warning", 2), ("text-nfc", "warning", 4),
    ]  # fmt: skip
    put(root, "items/a.md", "---\n标题: 甲\n领导批示:\n  - {职务: 市长, 姓名: 张\uf900}\n---\n")
    assert [(f.code, f.severity) for f in load(root)[1]] == [("name-nfc", "error"), ("text-nfc", "warning")]


def test_a_file_above_one_megabyte_is_refused_unread(root: Path) -> None:
    put(root, "items/a.md", "---\n标题: 甲\n---\n" + "督" * 3_700_000)
    assert only(root).code == "text-too-long"


def test_hidden_files_stay_silent_and_a_wrong_suffix_is_told(root: Path) -> None:
    for name in (".a.md", ".git/a.md", ".git/b.bak", ".vscode/Thumbs.db", "b.png"):
        put(root, f"items/{name}", "x")
    assert library(root).items == {}
    for name, wanted in (("issues/a.yml", "改为 .yaml"), ("items/b.MD", "改为 .md"), ("items/b.yaml", "改为 .md"),
                         ("items/b.md.txt", "改名为 b.md；"), ("findings/c.YAML.txt", "改名为 c.yaml；"),
                         ("issues/d.e.yml.txt", "改名为 d.e.yaml；")):  # fmt: skip
        put(root, name, ISSUE)
        fault = only(root)
        assert (fault.code, fault.severity, fault.place.file) == ("file-suffix", "error", f"content/{name}")
        assert wanted in fault.hint
        (root / "content" / name).unlink()
    put(root, "items/c.csv", "x")
    assert library(root).items == {}


LITTER = ["items/~$a.md", "items/.~a.md", "items/.~lock.a.md#", "items/a.md.bak", "items/a.md~", "items/Thumbs.db", "findings/.DS_Store",
          "issues/2026/desktop.ini", "items/a.md.tmp", "~$office.yaml", "items/a (1).md", "items/a - 副本.md", "items/a(2).md",
          "items/old.bak/x.md"]  # fmt: skip


def test_litter_is_skipped_with_one_note_for_the_workspace_that_counts_and_names_five(root: Path) -> None:
    put(root, "items/a.md", ITEM)
    for name in LITTER:
        put(root, name, "不读")
    found, (note,) = load(root)
    assert found is not None
    assert (list(found.items), found.findings, found.issues) == (["a"], {}, {})
    assert (note.code, note.severity, note.place) == ("file-litter", "note", Place("content"))
    assert f"略过 {len(LITTER)} 个" in note.message
    assert note.message.count("content/") == 5


def test_manuscripts_of_other_kinds_among_the_items_are_one_note_that_counts_and_names_five(root: Path) -> None:
    manuscripts = ("抗旱.txt", "新建 文本文档.TXT", "简讯/来稿.docx", "来稿.wps", "来稿.rtf", "旧稿.doc")
    for name in (*manuscripts, "表.csv", "图.jpg", "~$来稿.docx"):
        put(root, f"items/{name}", "不读")
    put(root, "findings/台账.docx", "不读")
    litter, note = sorted(load(root)[1], key=lambda fault: fault.code)
    assert (litter.code, note.code, note.severity, note.place) == (
        "file-litter", "file-manuscript", "note", Place("content/items"),
    )  # fmt: skip
    assert note.message.startswith("6 个文件不是 .md，没有读取：")
    assert note.message.count("content/items/") == 5
    assert "jianbao import" in note.hint


def test_a_manuscript_whose_name_only_ends_wrongly_is_told_once(root: Path) -> None:
    put(root, "items/a.md.txt", ITEM)
    assert only(root).code == "file-suffix"


def test_a_number_in_brackets_is_a_copy_only_beside_its_original(root: Path) -> None:
    put(root, "items/抗旱 (1).md", ITEM)
    put(root, "items/抗旱（1）.md", ITEM)
    assert sorted(library(root).items) == ["抗旱 (1)", "抗旱（1）"]
    put(root, "items/抗旱.md", ITEM)
    found, (note,) = load(root)
    assert found is not None
    assert list(found.items) == ["抗旱"]
    assert "略过 2 个" in note.message


@pytest.mark.parametrize(
    "name",
    ["抗旱 (冲突副本 2026-06-08).md", "抗旱 (张三 的冲突文件).md", "抗旱(张三的冲突文件2026-06-08).md",
     "a (B's conflicted copy 2026-06-08).md",
     "a.sync-conflict-20260608-101010.md"],
)  # fmt: skip
def test_a_conflict_copy_of_a_sync_tool_has_its_own_note(root: Path, name: str) -> None:
    put(root, f"items/{name}", ITEM)
    put(root, "items/x.md~", "")
    found, (litter, conflict) = load(root)
    assert found is not None
    assert found.items == {}
    assert (litter.code, conflict.code, conflict.severity) == ("file-litter", "file-conflict", "note")
    assert conflict.place.file == f"content/items/{name}"
    assert "可能有别人改过的文字" in conflict.message


@pytest.mark.skipif(sys.platform == "win32", reason="these names and links cannot be made there")
def test_links_out_of_the_workspace_and_device_names_are_refused(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.md"
    outside.write_text(ITEM, encoding="utf-8")
    put(root, "items/CON.md", ITEM)
    put(root, "items/d/nul.x.md", ITEM)
    (root / "content/items/link.md").symlink_to(outside)
    (root / "content/items/folder").symlink_to(outside.parent)
    assert [(f.code, f.place.file) for f in load(root)[1]] == [
        ("id-device", "content/items/CON.md"), ("id-device", "content/items/d/nul.x.md"),
        ("path-symlink", "content/items/folder"), ("path-symlink", "content/items/link.md"),
    ]  # fmt: skip


def test_without_a_usable_office_file_there_is_no_library_but_all_faults(tmp_path: Path) -> None:
    put(tmp_path, "items/a.md", "---\n---\n")
    found, faults = load(tmp_path)
    assert found is None
    assert [f.code for f in faults] == ["yaml-mapping", "office-missing"]
    put(tmp_path, "office.yaml", "名稱: 甲\n")
    assert load(tmp_path)[0] is None


def test_a_finding_without_a_kind_is_judged_by_its_keys(root: Path) -> None:
    put(root, "findings/a.yaml", PROBLEM.replace("种类: 问题\n", ""))
    assert only(root).message == "缺少“种类”"
    put(root, "findings/a.yaml", "种类: 其他\n" + MATTER)
    assert only(root).code == "value-choice"


def test_many_faults_of_one_kind_are_counted_not_listed(root: Path) -> None:
    put(root, "issues/a.yaml", ISSUE + "条目:\n" + "  - 标题: 甲\n" * 500)
    faults = load(root)[1]
    assert len(faults) == 21
    assert any("还有 480 处" in f.message for f in faults)


def test_the_order_in_which_files_are_found_does_not_matter(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcdef":
        put(root, f"items/{name}/{name}.md", ITEM if name < "d" else "---\n---\n")
        put(root, f"items/{name}.md", ITEM)
    expected = load(root)
    import builder.content.files as files

    walk = files.os.walk

    def shuffled(base: Path, **options: object) -> object:
        for parent, folders, names in walk(base, **options):
            random.Random(7).shuffle(names)
            yield parent, folders, names

    monkeypatch.setattr(files.os, "walk", shuffled)
    assert load(root) == expected
    assert list(load(root)[0].items) == list(expected[0].items)  # type: ignore[union-attr]


def test_pasted_text_in_an_item_is_cleaned_and_told_once_for_the_file(root: Path) -> None:
    text = "---\n标题: 全市 18 个单位\u00a0“6・23”后\n供稿单位: 市 1 中\n---\n共 5 个\x0b\uf06c\t甲\u2028乙 6\n"
    put(root, "items/a.md", text)
    found, faults = load(root)
    assert found is not None
    item = found.items["a"]
    assert (item.value.title, item.value.units) == ("全市18个单位“6·23”后", ("市 1 中",))
    assert [(b.text, b.spans[0].place.line) for b in item.blocks if isinstance(b, Paragraph)] == [
        ("共5个", 5), ("甲", 5), ("乙6", 5),
    ]  # fmt: skip
    assert [(f.code, f.severity, f.place.line, f.place.column) for f in faults] == [
        ("text-mark", "warning", 2, 5), ("text-space", "note", 2, 5), ("text-nbsp", "note", 2, 14),
        ("text-break", "note", 5, 6), ("text-bullet", "warning", 5, 7),
    ]  # fmt: skip


@pytest.mark.parametrize("character", list("\x0b\u2028"))
def test_soft_line_ends_are_refused_outside_a_body(root: Path, character: str) -> None:
    put(root, "items/a.md", f"---\n标题: 甲{character}乙\n---\n正文\n")
    put(root, "issues/b.yaml", ISSUE + f"条目:\n  - 正文: 丙{character}丁\n")
    assert brief(root) == [("text-control", 4, 10), ("text-control", 2, 6)]


def test_texts_of_an_issue_share_one_note_on_dropped_spaces(root: Path) -> None:
    put(root, "issues/b.yaml", ISSUE + "编者按: 甲 1\n条目:\n  - 正文: 乙 2\n    标题: 丙 3\n")
    (note,) = load(root)[1]
    assert (note.code, note.place.line) == ("text-space", 3)
    assert "3 处" in note.message
