"""Front matter as editors type it is read; what is strict is answered with the corrected line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.content import load, yaml_text
from builder.content.tidy import tidy
from builder.content.values import is_plain, quoted, typed
from builder.errors import Fault, Place
from builder.model import Issue, Item, Paragraph
from tests.growth import assert_linear

OFFICE = "名称: 临澜市委办公室\n"
ISSUE = "刊物: gongzuo-xinxi\n日期: 2026-06-08\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "office.yaml", OFFICE)
    return tmp_path


def put(root: Path, name: str, text: str) -> None:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def item(root: Path, front: str) -> tuple[Item, list[Fault]]:
    put(root, "items/a.md", front)
    library, faults = load(root)
    assert library is not None
    assert "a" in library.items, [str(f) for f in faults]
    return library.items["a"].value, faults


def brief(faults: list[Fault]) -> list[tuple[str, int, int]]:
    return [(f.code, f.place.line, f.place.column) for f in faults]


@pytest.mark.parametrize(
    ("line", "title", "notes"),
    [
        ("标题：抗旱保苗", "抗旱保苗", [("front-colon", 2, 3)]),
        ("标题:抗旱保苗", "抗旱保苗", [("front-colon", 2, 3)]),
        ("标题： 抗旱保苗", "抗旱保苗", [("front-colon", 2, 3)]),
        ("　标题: 抗旱", "抗旱", [("front-space", 2, 1)]),
        ("  标题: 抗旱", "抗旱", [("front-space", 2, 1)]),
        ("标题　:　抗旱", "抗旱", [("front-space", 2, 1)]),
        ("标　题： 抗旱", "抗旱", [("front-colon", 2, 4), ("front-space", 2, 1)]),
        ("标题 : 抗旱", "抗旱", []),
        ("标题: “一把手”工程", "“一把手”工程", []),
        ('标题: "一把手"工程', '"一把手"工程', [("front-literal", 2, 5)]),
        ("标题: '一把手'工程", "'一把手'工程", [("front-literal", 2, 5)]),
        ("标题: [2024]5号", "[2024]5号", [("front-literal", 2, 5)]),
        ("标题：[2024]5号", "[2024]5号", [("front-colon", 2, 3), ("front-literal", 2, 4)]),
        ("标题: [2024]", "[2024]", [("front-literal", 2, 5)]),
        ("标题: {{ 7*7 }}", "{{ 7*7 }}", [("front-literal", 2, 5)]),
        ("标题: 关于: 通知", "关于: 通知", [("front-literal", 2, 5)]),
        ("标题: 关于：通知", "关于：通知", []),
        ("标题: 通知:", "通知:", [("front-literal", 2, 5)]),
        ("标题: 完成 #3项目", "完成 #3项目", [("front-literal", 2, 5)]),
        ("标题: #3机组投产", "#3机组投产", [("front-literal", 2, 5)]),
        ("标题: @甲", "@甲", [("front-literal", 2, 5)]), ("标题: %5", "%5", [("front-literal", 2, 5)]),
        ("标题: *甲", "*甲", [("front-literal", 2, 5)]), ("标题: !甲", "!甲", [("front-literal", 2, 5)]),
        ("标题: &甲", "&甲", [("front-literal", 2, 5)]), ("标题: `甲", "`甲", [("front-literal", 2, 5)]),
        ("标题: >3%", ">3%", [("front-literal", 2, 5)]), ("标题: | 甲", "| 甲", [("front-literal", 2, 5)]),
        ("标题: - 甲", "- 甲", [("front-literal", 2, 5)]), ("标题: -甲", "-甲", []), ("标题: ? 甲", "? 甲", [("front-literal", 2, 5)]),
        ("标题: 甲\\n乙", "甲\\n乙", []), ("标题: [甲\\n乙]", "[甲\\n乙]", [("front-literal", 2, 5)]),
        ("标题: '甲''乙'", "甲'乙", []), ('标题: "甲\\u4e59"', "甲乙", []), ('标题: "甲  # 乙"  # 注', "甲 # 乙", []),
        ("标题: 甲  # 说明", "甲", []), ("标题：@甲  # 说明", "@甲", [("front-colon", 2, 3), ("front-literal", 2, 4)]),
        ("标题: 甲 # 乙", "甲 # 乙", [("front-literal", 2, 5)]), ("标题: 甲#乙", "甲#乙", []),
        ("标题: 甲  #乙", "甲 #乙", [("front-literal", 2, 5)]),
        ("标题: 00012", "00012", []), ("标题: ~", "~", []), ("标题: no", "no", []),
    ],
)  # fmt: skip
def test_a_text_is_read_as_typed_with_one_note_for_each_slip(
    root: Path, line: str, title: str, notes: list[tuple[str, int, int]]
) -> None:
    value, faults = item(root, f"---\n{line}\n供稿人: 甲\n---\n正文\n")
    assert (value.title, value.author) == (title, "甲")
    assert sorted(brief(faults)) == sorted(notes)
    assert all(f.severity == "note" and "--fix" in f.hint for f in faults)


@pytest.mark.parametrize(
    ("lines", "units", "codes"),
    [
        ("供稿单位: [甲, 乙]", ("甲", "乙"), []),
        ("供稿单位: [甲，乙]", ("甲", "乙"), ["front-list"]),
        ("供稿单位：［甲、乙］", ("甲", "乙"), ["front-colon", "front-list"]),
        ("供稿单位: [甲、乙]", ("甲", "乙"), ["front-list"]),
        ('供稿单位: ["甲、乙"， 丙]', ("甲、乙", "丙"), ["front-list"]),
        ("供稿单位: [甲: 一, @乙]", ("甲: 一", "@乙"), ["front-list"]),
        ("供稿单位: 市水利局", ("市水利局",), []),
        ("供稿单位: 市水利局、市农业农村局", ("市水利局、市农业农村局",), []),
        ("供稿单位: 关于 [2024]5号", ("关于 [2024]5号",), []),
        ("供稿单位: [2024]5号", ("[2024]5号",), ["front-literal"]),
        ("供稿单位: [2024]5号、[2023]3号", ("[2024]5号、[2023]3号",), ["front-literal"]),
        ("供稿单位: [甲,\n  乙]", ("甲", "乙"), []),
        ("供稿单位：\n  - @甲\n  - 乙: 丙\n", ("@甲", "乙: 丙"), ["front-colon", "front-literal", "front-literal"]),
        ("供稿单位：\n　　- 甲\n  - 乙", ("甲", "乙"), ["front-colon", "front-space"]),
        ("供稿单位: [甲, ]", ("甲",), []),
        ("供稿单位: [甲，]  # 注", ("甲",), ["front-list"]),
    ],
)  # fmt: skip
def test_a_list_may_be_typed_with_chinese_brackets_and_commas(
    root: Path, lines: str, units: tuple[str, ...], codes: list[str]
) -> None:
    value, faults = item(root, f"---\n标题: 甲\n{lines}\n类别: 动态\n---\n正文\n")
    assert value.units == units
    assert value.category == "动态"
    assert [f.code for f in faults] == codes


@pytest.mark.parametrize(
    ("text", "fences"),
    [
        ("———\n标题: 甲\n———\n正文\n", 2), ("——\n标题: 甲\n---\n正文\n", 1), ("---　\n标题: 甲\n　---\n正文\n", 2),
        ("---  \n标题: 甲\n---\t\n正文\n", 1), ("\n　\n---\n标题: 甲\n---\n正文\n", 1), ("－－－\n标题: 甲\n-----\n正文\n", 2),
    ],
)  # fmt: skip
def test_fences_of_a_chinese_keyboard_and_blank_lines_above_them_are_taken(root: Path, text: str, fences: int) -> None:
    put(root, "items/a.md", text)
    library, faults = load(root)
    assert library is not None
    assert [f.code for f in faults] == ["front-fence"] * fences
    (block,) = library.items["a"].blocks
    assert isinstance(block, Paragraph)
    assert block.spans[0].place.line == text.split("\n").index("正文") + 1


def test_colons_of_nested_keys_are_forgiven_and_blocks_of_text_are_left_alone(root: Path) -> None:
    front = (
        "采用情况：\n  - 刊物：要情\n    期号: @3\n    日期：2026-6-8\n备注: |\n  标题：不是键\n  - [甲\n供稿人：乙\n"
    )
    value, faults = item(root, f"---\n标题: 甲\n{front}---\n")
    (adoption,) = value.adoptions
    assert (adoption.publication, adoption.number, str(adoption.day)) == ("要情", "@3", "2026-06-08")
    assert (value.note, value.author) == ("标题：不是键\n- [甲", "乙")
    assert brief(faults) == [
        ("front-colon", 3, 5), ("front-colon", 4, 7), ("front-literal", 5, 9), ("front-colon", 6, 7), ("front-colon", 10, 4),
    ]  # fmt: skip


def test_an_unknown_key_with_a_full_width_colon_is_told_as_such_with_a_guess(root: Path) -> None:
    put(root, "items/a.md", "---\n标题: 甲\n供搞单位：[乙\n类别：动太\n---\n")
    faults = [f for f in load(root)[1] if f.severity == "error"]
    assert [(f.code, f.place) for f in faults] == [
        ("key-unknown", Place("content/items/a.md", 3, 1)), ("value-choice", Place("content/items/a.md", 4, 4)),
    ]  # fmt: skip
    assert "是否指 供稿单位？" in faults[0].message


def test_messages_point_into_the_line_as_typed_after_cleaning_and_tidying(root: Path) -> None:
    put(root, "items/a.md", "---\n标题: 甲\n　\u200b类\u200b别　：\u200b动太\n---\n")
    (fault,) = [f for f in load(root)[1] if f.severity == "error"]
    assert (fault.code, fault.place.line, fault.place.column) == ("value-choice", 3, 9)


@pytest.mark.parametrize(
    ("lines", "corrected"),
    [
        ("标识：内部资料", ["标识: 内部资料"]),
        ("标识:内部资料", ["标识: 内部资料"]),
        ("标识: [2024]5号", ['标识: "[2024]5号"']),
        ("标识: @甲", ['标识: "@甲"']),
        ("标识: 关于: 通知", ['标识: "关于: 通知"']),
        ('标识: "一把手"工程', ["标识: '\"一把手\"工程'"]),
        ("标识: *甲", ['标识: "*甲"']),
        ("标识: [2024]", ['标识: "[2024]"']),
        ("主送: [甲，乙: 丙]", ['主送: [甲, "乙: 丙"]']),
        ("条目：\n　　- 信息：a\n　　　标题：[b]", ["条目:", "  - 信息: a", '    标题: "[b]"']),
        ("标识：甲\n专题：乙\n校对： @丙", ["标识: 甲", "专题: 乙", '校对: "@丙"']),
    ],
)  # fmt: skip
def test_each_slip_of_a_strict_file_is_answered_with_the_corrected_line(
    root: Path, lines: str, corrected: list[str]
) -> None:
    put(root, "issues/a.yaml", ISSUE + lines + "\n")
    faults = [f for f in load(root)[1] if f.severity == "error"]
    assert [f.hint for f in faults] == [f"改成：{line}" for line in corrected]
    assert all(f.place.line == 3 + n for n, f in enumerate(faults))
    assert "a" in load(root)[0].broken_ids["issue"]  # type: ignore[union-attr]
    put(root, "issues/a.yaml", ISSUE + "\n".join(corrected) + "\n")
    library, faults = load(root)
    assert faults == []
    assert library is not None
    assert "a" in library.issues


def test_beside_its_slips_the_other_faults_of_a_strict_file_are_told(root: Path) -> None:
    put(
        root,
        "findings/a.yaml",
        "种类: 问题\n编号：1\n点位: @甲\n问题描述: 乙\n属的：丙\n整改时限: 2026-02-30\n点位置: 1\n",
    )
    faults = load(root)[1]
    assert brief(faults) == [
        ("yaml-syntax", 2, 3), ("yaml-syntax", 3, 5), ("key-unknown", 5, 1), ("yaml-syntax", 5, 3), ("value-day", 6, 7),
        ("key-unknown", 7, 1),
    ]  # fmt: skip
    assert "改成" not in faults[-1].hint


@pytest.mark.parametrize(
    ("line", "corrected"), [("主送: ［甲、乙］", "主送: [甲, 乙]"), ("主送: [甲、乙]", "主送: [甲, 乙]")]
)
def test_a_list_that_yaml_reads_as_one_name_is_a_warning_with_the_corrected_line(
    root: Path, line: str, corrected: str
) -> None:
    put(root, "issues/a.yaml", f"{ISSUE}{line}\n")
    (fault,) = load(root)[1]
    assert (fault.code, fault.severity, fault.place.line) == ("yaml-list", "warning", 3)
    assert fault.hint == f"改成：{corrected}"


@pytest.mark.parametrize("tail", ["甲 #1 地块", "关于 # 地块", "甲  #1"])
def test_a_number_sign_taken_for_a_comment_in_a_strict_file_is_a_warning_with_the_quoted_line(
    root: Path, tail: str
) -> None:
    put(root, "issues/a.yaml", f"{ISSUE}标识: {tail}\n专题: 乙  # 说明\n")
    library, (fault,) = load(root)
    assert library is not None
    assert (fault.code, fault.severity, fault.place.line) == ("yaml-comment", "warning", 3)
    assert f'改成：标识: "{tail}"' in fault.hint
    assert "#" not in library.issues["a"].value.marking


PLAIN = st.text("甲乙“”[]{}#:：,，、&*!|>'\"%@`?- \\.1a　", min_size=1, max_size=12)


@given(PLAIN)
def test_what_counts_as_plain_is_what_yaml_reads_as_itself_and_quotes_hold_anything(text: str) -> None:
    text = text.strip(" \t　") or "甲"
    node, faults = yaml_text.parse(f"k: {text}", "")
    as_itself = node is not None and not faults and yaml_text.plain(node) == {"k": text}
    assert is_plain(text) == as_itself
    for form in (f"k: {quoted(typed(text)).text}", f"k: [{quoted(typed(text)).text}]"):
        node, faults = yaml_text.parse(form, "")
        assert faults == []
        assert node is not None
        assert yaml_text.plain(node) in ({"k": text}, {"k": [text]})
    if is_plain(text, flow=True):
        node, faults = yaml_text.parse(f"k: [{text}]", "")
        assert node is not None
        assert yaml_text.plain(node) == {"k": [text]}


LINES = st.lists(
    st.sampled_from([
        "标题", "供稿单位", "采用情况", "日期", "刊物", "条目", "信息", "标　题", "不识", "：", ":", ": ", " :", "　", " ", "  ", "- ",
        "[", "]", "，", "、", "甲", "#", "# ", "'", '"', "|", ">", "@", "2026.6.8", "\\", "\n", "\n", "\n",
    ]), max_size=30,
).map("".join)  # fmt: skip


@given(LINES, st.sampled_from([Item, Issue]), st.booleans())
def test_tidying_twice_changes_nothing_and_keeps_every_line_and_its_columns(
    text: str, model: type[Item], strict: bool
) -> None:
    lines = text.split("\n")
    once = tidy(lines, model, 1, strict)
    assert len(once.lines) == len(lines)
    for number, columns in once.columns.items():
        assert len(columns) == len(once.lines[number - 1]) + 1
        assert all(1 <= column <= len(lines[number - 1]) + 1 for column in columns)
    assert [s for s in tidy(once.lines, model, 1, strict).slips if s.kind != "comment"] == []


@given(st.text("甲乙 [2024]5号#:：“”'\"@%*!&-|>{}、，.", min_size=1, max_size=30))
def test_any_title_on_one_line_is_read_as_it_was_typed(text: str) -> None:
    value = text.strip()
    (line,) = tidy([f"标题：{text}"], Item).lines
    node, faults = yaml_text.parse(line, "")
    literal = "  #" not in text and not value.startswith("#") and value[:1] not in ("'", '"', "|", ">", "")
    if literal:
        assert faults == []
        assert node is not None
        assert yaml_text.plain(node) == {"标题": value}


@pytest.mark.parametrize(
    "unit", ["　", "标题：", "[", "］", "'", '"', "，", "甲，", "- ", "#", "  #", "标题：甲\n", "- 甲：\n", "[甲，"]
)
@pytest.mark.parametrize("start", ["", "供稿单位：", "标题：甲", "供稿单位：["])
def test_cost_is_linear(start: str, unit: str) -> None:
    """``tidy`` alone; test_linear.py has whole files."""
    assert_linear(lambda n: tidy((start + unit * (n // len(unit)) + "甲]").split("\n"), Item), 6_000)


def test_a_long_run_of_spaces_inside_a_value_costs_no_more_than_its_length() -> None:
    assert_linear(lambda n: tidy([f"标题：甲{' ' * n}乙"], Item), 6_000)


def test_several_full_width_spaces_on_one_line_are_one_note(root: Path) -> None:
    _, found = item(root, "---\n　标题　：　甲\n　供稿人　：　乙\n---\n")
    assert [(f.place.line, f.code) for f in found] == [(n, c) for n in (2, 3) for c in ("front-space", "front-colon")]


def test_the_dash_of_a_list_on_the_line_of_its_key_is_no_part_of_the_name(root: Path) -> None:
    value, faults = item(root, "---\n标题: 甲\n供稿单位: - 市水利局\n---\n乙\n")
    assert value.units == ("市水利局",)
    assert [fault.code for fault in faults if fault.code.startswith("front")] == ["front-list"]
    put(root, "findings/a.yaml", "编号: 1\n事项: 甲\n责任单位: － 市水利局\n")
    _, found = load(root)
    assert "改成：责任单位: 市水利局" in [f.hint for f in found if f.place.file.endswith("a.yaml")]
