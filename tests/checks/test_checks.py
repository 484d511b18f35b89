"""Each fault stands where its text is written, and every printed character is among those that are checked."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import checks
from builder.checks.layout import pre_printed_name
from builder.checks.texts import texts
from builder.compose import Edition, compose
from builder.errors import Fault, Place
from builder.fonts import FontSet
from builder.model import Paragraph, Span
from builder.render import expected, view
from builder.settings import Workspace
from builder.workflow import opening

ROOT = Path(__file__).resolve().parents[2]
LACKING = "\U00012000"  # cuneiform, which no Chinese face has
OFFICE = """\
名称: 临澜市委办公室
涉密环境: 是
分发组: [{组: 县区, 名称: 各县区, 份数: 20}]
分发名单: {gongzuo-xinxi: {发: [县区], 存档: 2, 备用: 3}}
"""
ITEM = "---\n标题: 卷题\n供稿单位: 丁单位\n---\n正文，己。\n"
# One value a line, so that a line tells a value.
ISSUE = """\
刊物: gongzuo-xinxi
日期: 2026-06-08
期号: 7
总期: 341
专题: 甲专
标识: 乙标
份号: "000123"
密级: 秘密
保密期限: 壹年
紧急程度: 特急
要目: 是
编者按: 丙按
栏目:
  - 名称: 庚栏
    编者按: ｛可见范围：报｝辛按
    条目:
      - 信息: one
        标题: 壬题
        编者按: ｛可见范围：报｝癸按
        供稿: 子供
      - 正文: |
          ｛可见范围：报｝丑文
        标题: 寅题
附件:
  - 标题: 卯附
    正文: |
      ｛可见范围：报｝辰附
  - 标题: 巳附
    正文: 午附
本期增发:
  - 名称: 未增
签发: 申签
责任编辑: 酉编
校对: 戌校
"""
FILE = "content/issues/one.yaml"
Make = Callable[..., Edition]


@pytest.fixture
def edition(tmp_path: Path, fontset: FontSet, monkeypatch: pytest.MonkeyPatch) -> Make:
    """``edition(issue, item)``: the one issue of a workspace, composed; without faults so far."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    for name in ("items", "issues", "findings"):
        (tmp_path / "content" / name).mkdir(parents=True)
    (tmp_path / "content/office.yaml").write_text(OFFICE, encoding="utf-8")

    def make(issue: str = ISSUE, item: str = ITEM) -> Edition:
        (tmp_path / "content/items/one.md").write_text(item, encoding="utf-8")
        (tmp_path / FILE).write_text(issue, encoding="utf-8")
        opened = opening.open_workspace(Workspace(tmp_path))
        composed = compose(opened.library, opened.library.issues["one"], opened.titles, opened.numbers)
        assert composed.edition is not None, composed.faults
        return composed.edition

    return make


def found(edition: Edition, fontset: FontSet, code: str) -> list[Fault]:
    return [f for f in checks.check(edition, fontset) if f.code == code]


def line_of(text: str, source: str = ISSUE) -> int:
    return next(n for n, line in enumerate(source.splitlines(), 1) if text in line)


# ---------------------------------------------------------------- places


@pytest.mark.parametrize("text", list("甲乙壹丙庚辛壬癸子丑寅卯辰巳午未申酉戌"))
def test_a_character_that_does_not_print_is_told_in_the_line_of_the_issue_where_it_stands(edition, fontset, text):
    faults = found(edition(ISSUE.replace(text, LACKING)), fontset, "no-glyph")
    assert {(f.place.file, f.place.line) for f in faults} == {(FILE, line_of(text))}


@pytest.mark.parametrize(("text", "line"), [("卷", 2), ("丁", 3), ("己", 5)])
def test_what_the_issue_leaves_to_the_item_is_told_in_the_item(edition, fontset, text, line):
    issue = "刊物: gongzuo-xinxi\n日期: 2026-06-08\n条目: [{信息: one}]\n"
    faults = found(edition(issue, ITEM.replace(text, LACKING)), fontset, "no-glyph")
    assert {(f.place.file, f.place.line) for f in faults} == {("content/items/one.md", line)}


def test_the_column_is_that_of_the_character_where_the_text_is_as_typed(edition, fontset):
    [fault] = found(edition(item=ITEM.replace("己", LACKING)), fontset, "no-glyph")
    assert (fault.place.line, fault.place.column) == (5, 4)


def test_in_text_that_was_made_of_values_the_place_is_that_of_the_value(edition, fontset, tmp_path):
    finding = f"种类: 事项\n编号: 甲1\n事项: 抗旱保苗{LACKING}\n责任单位: 水利局\n"
    (tmp_path / "content/findings/f.yaml").write_text(finding, encoding="utf-8")
    issue = "刊物: gongzuo-xinxi\n日期: 2026-06-08\n条目:\n  - 督查: {范围: f, 形式: 文表}\n    标题: 清单\n"
    faults = found(edition(issue), fontset, "no-glyph")
    assert {(f.place.file, f.place.line, f.place.column) for f in faults} == {("content/findings/f.yaml", 3, 5)}


def test_the_publications_own_mark_and_number_form_are_checked(edition, fontset, tmp_path):
    file = tmp_path / "templates/gongzuo-xinxi/publication.yaml"
    for old, new in (('标识: ""', f"标识: 内{LACKING}"), ("第{期}期（", f"第{{期}}{LACKING}（")):
        text = (ROOT / "templates/gongzuo-xinxi/publication.yaml").read_text(encoding="utf-8")
        file.write_text(text.replace(old, new), encoding="utf-8")
        faults = found(edition(ISSUE.replace("标识: 乙标\n", "")), fontset, "no-glyph")
        assert [f.place.file for f in faults] == ["templates/gongzuo-xinxi/publication.yaml"]


# ---------------------------------------------------------------- completeness


def test_every_printed_character_is_checked(edition, fontset):
    made = edition()
    seen = view.build(made, fontset.families()).data
    printed = set("".join(expected.texts(seen))) - set("\u2060\u200b　 ")
    assert set("编者按：本期要目附件共印★【】癸己") <= printed
    assert printed <= {c for t in texts(made) for c in t.span.text}


def test_characters_are_checked_in_the_font_that_prints_them(edition):
    roles = {(c, t.role) for t in texts(edition(item=ITEM.replace("正文", "一、头。正文"))) for c in t.span.text}
    assert {("头", "黑体"), ("己", "仿宋"), ("壬", "小标宋"), ("壬", "楷体"), ("卯", "仿宋"), ("卯", "小标宋")} <= roles
    assert not {("正", "黑体"), ("头", "仿宋")} & roles


def test_a_paragraph_parts_at_the_end_of_its_heading_with_places():
    spans = (Span("一、甲", False, Place("f", 3, 1)), Span("乙。丙", True, Place("f", 3, 6)))
    head, rest = Paragraph(spans, level=1, head=5).parts
    assert head == (spans[0], Span("乙。", True, Place("f", 3, 6)))
    assert rest == (Span("丙", True, Place("f", 3, 8)),)


# ---------------------------------------------------------------- audience and titles


def test_a_limited_audience_is_told_in_notes_bodies_and_annexes(edition, fontset):
    faults = found(edition(), fontset, "audience")
    assert [f.place.line for f in faults] == [line_of(text) for text in ("辛", "癸", "丑", "辰")]
    assert {f.place.file for f in faults} == {FILE}


def test_a_long_note_is_told_where_it_stands(edition, fontset):
    for text in "丙辛癸":
        [fault] = found(edition(ISSUE.replace(text, "长" * 200)), fontset, "note-long")
        assert (fault.place.file, fault.place.line) == (FILE, line_of(text))


@pytest.mark.parametrize("text", ["壬题", "寅题", "卯附", "巳附"])
@pytest.mark.parametrize(
    ("code", "new"), [("title-end", "题名。"), ("title-long", "市水利局防汛" * 20), ("title-too-long", "长" * 201)]
)
def test_titles_of_entries_and_annexes_are_checked_where_they_stand(edition, fontset, text, code, new):
    faults = found(edition(ISSUE.replace(text, new)), fontset, code)
    assert [(f.place.file, f.place.line) for f in faults] == [(FILE, line_of(text))]


def test_a_title_of_200_characters_is_only_long_and_one_of_40000_is_refused_at_once(edition, fontset):
    made = edition(ISSUE.replace("壬题", "长" * 200))
    assert found(made, fontset, "title-too-long") == []
    assert len(found(made, fontset, "title-long")) == 1
    made = edition(ISSUE.replace("壬题", "防汛抗旱" * 10_000))
    start = time.perf_counter()
    [fault] = found(made, fontset, "title-too-long")
    assert time.perf_counter() - start < 2
    assert "40000字" in fault.message


def test_lines_are_counted_as_they_print_with_the_offices_names_whole(edition, fontset):
    made = edition(ISSUE.replace("壬题", "防汛抗旱\\n工作情况\\n及下一步\\n打算"))
    [fault] = found(made, fontset, "title-long")
    printed = next(b for b in view.build(made, fontset.families()).data["内容"] if b["类"] == "标题")
    assert f"排成{len(printed['行'])}行" in fault.message
    assert len(printed["行"]) == 4


def test_lines_at_the_top_that_would_touch_the_name_move_it_and_are_told(edition, fontset):
    [fault] = found(edition(), fontset, "top-lines")  # four lines, two on each side
    assert (fault.severity, fault.place.file) == ("warning", "content/issues/one.yaml")
    assert "排成2行，刊名上面只有15毫米，刊名及以下要下移4.2毫米" in fault.message
    assert "加大到19.2" in fault.hint
    assert found(edition(), fontset, "top-line-long") == []
    one = (
        ISSUE.replace('份号: "000123"\n', "")
        .replace("紧急程度: 特急\n", "")
        .replace("密级: 秘密\n保密期限: 壹年\n", "")
    )
    assert found(edition(one), fontset, "top-lines") == []


def test_a_line_at_the_top_longer_than_a_line_is_refused(edition, fontset):
    [fault] = found(edition(ISSUE.replace("乙标", "内部资料" * 8)), fontset, "top-line-long")
    assert (fault.severity, fault.place.file) == ("error", "content/issues/one.yaml")
    assert "有32字" in fault.message


def test_on_paper_that_bears_the_name_lines_that_would_move_it_are_refused(edition):
    [fault] = pre_printed_name(edition())
    assert (fault.code, fault.severity) == ("top-lines-printed", "error")
    assert "刊名、红线已经印好" in fault.message
    assert list(pre_printed_name(edition(ISSUE.replace("紧急程度: 特急\n", "").replace("标识: 乙标\n", "")))) == []
