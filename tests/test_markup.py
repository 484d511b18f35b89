"""What editors type becomes blocks, and no character is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import markup
from builder.errors import Fault, Place
from builder.markup import Mark, account
from builder.model import Block, PageBreak, Paragraph, Picture, Span, Table

EXACT = [
    "R&D占比<5%", "a <b> c", "</w:t></w:r></w:p>", "{{ 7*7 }}", "{% for %}", '#read("x")', "$x$", "]]><!--", "&amp;",
    "2*3和4*5", "[1]: x", "---", "===", "> 引用", "_强调_", "*强调*", "[链接](http://x)", "#1地块", "******", "**未配对",
    "2.5倍", "2026.6.8", "``代码``", "\\*", "1)", "(一)半角", "![未完", "-无空格", "+ 加号", "<br>", "a|b", "~~x~~",
]  # fmt: skip


def blocks(body: str) -> tuple[Block, ...]:
    found, faults = markup.parse(body, "x.md", 1)
    assert faults == []
    return found


def one(body: str) -> Paragraph:
    (block,) = blocks(body)
    assert isinstance(block, Paragraph)
    return block


def codes(body: str) -> list[str]:
    return [fault.code for fault in markup.parse(body, "x.md", 1)[1]]


@pytest.mark.parametrize("line", EXACT)
def test_what_is_not_markup_prints_exactly_as_typed(line: str) -> None:
    paragraph = one(line)
    assert (paragraph.text, paragraph.level, paragraph.kind) == (line, 0, "段")
    assert not any(span.bold for span in paragraph.spans)


def test_every_line_is_a_paragraph_and_rules_do_not_make_headings() -> None:
    assert [b.text for b in blocks("前\n---\n后\n\n  \n　　末") if isinstance(b, Paragraph)] == [
        "前",
        "---",
        "后",
        "末",
    ]


def test_numbers_print_as_typed_and_are_never_renumbered() -> None:
    texts = [b.text for b in blocks("5.甲\n3.\n3. 乙\n1.丙") if isinstance(b, Paragraph)]
    assert texts == ["5.甲", "3.", "3. 乙", "1.丙"]


LONG = "这一项工作由各县区和市直有关部门按照职责分工认真抓好落实并于月底之前报送书面材料和统计表格"


@pytest.mark.parametrize(
    ("line", "level", "head"),
    [
        ("一、总体情况", 1, 6),
        ("十二、要求。各单位照办。", 1, 6),
        ("一、办结了全部事项并逐项答复了代表和委员，满意和基本满意的占全部答复件的绝大多数。", 1, 0),
        ("一、二季度，全市实现增加值100亿元。同比增长5%。", 0, 0),
        ("二、三产业占比提高到62%", 0, 0),
        ("三、四级响应已经启动", 0, 0),
        ("一、三项要求", 1, 6),
        ("（一）抓进度", 2, 6),
        ("（一）抓进度。每周一调度。", 2, 7),
        ("（十一）", 2, 4),
        ("1.加强领导", 3, 6),
        ("1.他说“完成。”", 3, 9),
        (f"1.{LONG}", 3, 0),
        ("1.全市各级各部门上半年共办理督查事项二百二十九件。", 3, 0),
        ("（1）查台账。逐项核对。", 4, 7),
        (f"（2）{LONG}", 4, 0),
        ("3.", 3, 2),
        ("一季度", 0, 0),
        ("（一", 0, 0),
        ("（记者）", 0, 0),
    ],
)
def test_the_mark_at_a_lines_start_gives_level_and_head(line: str, level: int, head: int) -> None:
    paragraph = one(line)
    assert (paragraph.text, paragraph.level) == (line, level)
    assert paragraph.head == (len(line) if head < 0 else head)


@pytest.mark.parametrize(("line", "level"), [("# 甲", 1), ("## 甲", 1), ("### 甲", 2), ("#### 甲", 3), ("##### 甲", 4)])
def test_hashes_name_a_level_and_do_not_print(line: str, level: int) -> None:
    paragraph = one(line)
    assert (paragraph.text, paragraph.level, paragraph.head) == ("甲", level, 1)
    assert paragraph.spans[0].place == Place("x.md", 1, len(line))


def test_six_hashes_are_text() -> None:
    assert one("###### 甲").text == "###### 甲"


def test_bold_comes_in_pairs_on_one_line() -> None:
    spans = one("甲**乙**丙**丁").spans
    assert [(s.text, s.bold, s.place.column) for s in spans] == [
        ("甲", False, 1),
        ("乙", True, 4),
        ("丙**丁", False, 7),
    ]


def test_bold_does_not_reach_over_a_line_end() -> None:
    assert [b.text for b in blocks("**甲\n乙**") if isinstance(b, Paragraph)] == ["**甲", "乙**"]


def test_a_run_of_spaces_becomes_one_and_spans_keep_their_columns() -> None:
    spans = one("　　甲   乙\t丙  ").spans
    assert [(s.text, s.place.column) for s in spans] == [("甲 ", 3), ("乙 ", 7), ("丙", 9)]


def test_list_items_join_their_continuation_lines() -> None:
    first, second, third = blocks("- 甲\n  乙\n* use\n  it\n丙")
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert isinstance(third, Paragraph)
    assert (first.kind, first.text) == ("列表项", "甲乙")
    assert (second.kind, second.text) == ("列表项", "use it")
    assert (third.kind, third.text) == ("段", "丙")


def test_a_heading_after_a_list_item_is_not_swallowed() -> None:
    assert [b.text for b in blocks("- 甲\n  （一）乙") if isinstance(b, Paragraph)] == ["甲", "（一）乙"]


def test_a_page_break_and_a_picture_stand_alone_on_their_lines() -> None:
    found = blocks('[分页]\n![现场](图/a b.png "图1　现场")\n![现场](a.jpg “引号”)')
    assert found[0] == PageBreak(Place("x.md", 1, 1))
    assert found[1] == Picture("图/a b.png", "现场", "图1　现场", Place("x.md", 2, 1))
    assert found[2] == Picture("a.jpg", "现场", "引号", Place("x.md", 3, 1))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("![](a.png)", "picture-alt"),
        ("![甲]()", "picture-path"),
        ("见![甲](a.png)", ""),
        ("![甲](a.png)见图", "markup-picture"),
        ("｛可见范围：报、群众｝甲", "markup-audience"),
        ("｛可见范围：报｝", "markup-audience"),
        ("｛可见范围：报｝表题：甲\n|甲|乙|\n|-|-|\n|1|2|", "markup-audience"),
        ("｛可见范围：报｝|甲|乙|", "markup-audience"),
        ("｛可见范围：报｝![甲](甲.png)", "markup-audience"),
        ("｛可见范围：报｝表：甲.csv", "markup-audience"),
        ("｛可见范围：报｝[分页]", "markup-audience"),
        ("{可见范围:报}甲", "markup-audience"),
        ("甲｛可见范围：报｝", "markup-audience"),
        ("｛可见范围：报｝甲｛可见范围：送｝", "markup-audience"),
        ("|甲|\n|-|\n|｛可见范围：报｝乙|", "markup-audience"),
        ("|甲|乙|\n|1|2|", "table-delimiter"),
        ("|甲|乙|\n|-|-|", "table-empty"),
        ("|甲|乙|\n|-|-|\n|1|", "table-width"),
        ("|甲|乙|丙|\n|-|-|\n|1|2|", "table-width"),
        ("|甲|乙|\n|-|-|\n|1||", "table-empty-cell"),
        ("|<|乙|\n|-|-|\n|1|2|", "table-merge"),
        ("|^|乙|\n|-|-|\n|1|2|", "table-merge"),
        ("|甲|<|\n|^|乙|\n|-|-|\n|1|2|", "table-merge"),
        ("|甲|乙|\n|-|-|\n|1|<|", "table-body-merge"),
        ("表题：甲\n表题：乙\n|甲|\n|-|\n|1|", "table-title"),
    ],
)
def test_faults_of_markup(body: str, code: str) -> None:
    assert codes(body) == ([code] if code else [])


def test_an_empty_cell_is_reported_at_its_place_with_what_to_write() -> None:
    (fault,) = markup.parse("  |甲|乙|\n  |-|-|\n  |1| |", "x.md", 10, 5)[1]
    assert (fault.place, fault.hint) == (Place("x.md", 12, 11), "不适用写 —，没有写 0")


def test_audience_is_taken_off_the_start() -> None:
    paragraph = one("　　｛可见范围：报、送｝（一）批示。原文")
    assert (paragraph.audience, paragraph.text, paragraph.level, paragraph.head) == (
        ("报", "送"),
        "（一）批示。原文",
        2,
        6,
    )
    assert one("- ｛可见范围：发｝甲").audience == ("发",)
    assert one("## ｛可见范围：发｝甲").audience == ("发",)


TABLE = """\
表题：办理情况
单位：件
| 类别 | 议案 | < | **合计** |
|  ^   | 办结 | 在办 | ^ |
|:---|:--:|--:|---|
| 市水利局 | 5 | 小 | a|
| 小计 | 4 | 上 | 0
注：截至5月底。
注：下同。
正文"""


def test_a_table_with_two_head_rows_title_unit_alignment_and_notes() -> None:
    table, first, second, after = blocks(TABLE)
    assert isinstance(table, Table)
    assert (table.title, table.unit, table.width) == ("办理情况", "件", 4)
    assert table.aligns == ("左", "中", "右", "")
    assert [[(c.text, c.columns, c.rows) for c in row] for row in table.head] == [
        [("类别", 1, 2), ("议案", 2, 1), ("合计", 1, 2)],
        [("办结", 1, 1), ("在办", 1, 1)],
    ]
    assert [[c.text for c in row] for row in table.rows] == [["市水利局", "5", "小", "a"], ["小计", "4", "上", "0"]]
    assert table.place == Place("x.md", 3, 1)
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert isinstance(after, Paragraph)
    assert [(p.kind, p.text) for p in (first, second, after)] == [
        ("表注", "注：截至5月底。"), ("表注", "注：下同。"), ("段", "正文"),
    ]  # fmt: skip


def test_a_merged_block_of_two_columns_and_two_rows() -> None:
    (table,) = blocks("|甲|<|乙|\n|^|<|丙|\n|-|-|-|\n|1|2|3|")
    assert isinstance(table, Table)
    assert [[(c.text, c.columns, c.rows) for c in row] for row in table.head] == [
        [("甲", 2, 2), ("乙", 1, 1)],
        [("丙", 1, 1)],
    ]


def test_title_and_unit_lines_without_a_table_are_text() -> None:
    assert [b.text for b in blocks("表题：甲\n单位：件\n正文") if isinstance(b, Paragraph)] == [
        "表题：甲",
        "单位：件",
        "正文",
    ]


def test_places_follow_first_line_and_first_column_and_the_locator() -> None:
    found, _ = markup.parse("甲\n  乙", "x.yaml", 7, 5)
    assert [b.spans[0].place for b in found if isinstance(b, Paragraph)] == [
        Place("x.yaml", 7, 5),
        Place("x.yaml", 8, 7),
    ]
    moved, _ = markup.parse("甲", "x", 7, 5, locate=lambda line, column: Place("y", line * 10, column * 10))
    assert [b.spans[0].place for b in moved if isinstance(b, Paragraph)] == [Place("y", 70, 50)]


def test_a_text_above_one_megabyte_is_refused() -> None:
    found, faults = markup.parse("督" * 3_700_000, "x.md", 1)
    assert (found, [f.code for f in faults], faults[0].severity) == ((), ["text-too-long"], "error")


# ---------------------------------------------------------------- the law: nothing is dropped in silence

PIECES = st.sampled_from([
    "\n", "\n", " ", "  ", "　", "\t", "|", "|", "|-|-|\n", "|甲|乙|\n", "**", "*", "#", "## ", "- ", "* ", "一、", "（一）",
    "1.", "（1）", "。", "”", "<", "^", "[分页]", "![甲](a.png)", "｛可见范围：报｝", "表题：", "单位：", "注：", "---", "甲", "乙a",
    "![", "](", ")", '"', "&amp;", "｛", "｝", "-", "\x0b", "\u2028", "●", "• ", "–", "－", "--", "・", "１", "１．", "5", " 甲 ", " a ",
    "\t甲", "甲\t", '"甲\n', '"\t', '""',
])  # fmt: skip
BODIES = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))


STANDARD = (
    dict.fromkeys("\u2012\u2013\u2015\uff0d\u2010\u2011\u2043\u2212\ufe63-", "—-")
    | dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\uff65", "·")
    | dict(zip("０１２３４５６７８９．", "0123456789.", strict=True))
)


def reading_order(found: tuple[Block, ...]) -> list[Span]:
    spans: list[Span] = []
    for block in found:
        if isinstance(block, Paragraph):
            spans += block.spans
        elif isinstance(block, Table):
            spans += [span for row in (*block.head, *block.rows) for cell in row for span in cell.spans]
    return spans


@given(BODIES)
def test_any_text_is_accounted_for_character_by_character(body: str) -> None:
    found, faults = markup.parse(body, "x.md", 1)
    assert "markup-lost" not in [fault.code for fault in faults]
    lines = body.split("\n")
    for span in reading_order(found):
        typed = lines[span.place.line - 1][span.place.column - 1 :][: len(span.text)]
        pairs = zip(span.text.strip(), typed.replace("\t", " ").strip(), strict=True)
        assert all(printed == source or printed in STANDARD.get(source, "") for printed, source in pairs)


UNTOUCHED = st.characters(
    codec="utf-8",
    exclude_categories=["Pd", "Po"],
    exclude_characters="\n\x0b\u2028\u2029*|#-![｛{ \t　\u2043\u2212\u22c5●◆■►▶•▪◼◾➢➤❖‣",
)


@given(st.lists(st.text(UNTOUCHED, min_size=1), max_size=8))
def test_text_without_marks_comes_out_as_it_went_in(lines: list[str]) -> None:
    found = blocks("\n".join(lines))
    assert [b.text for b in found if isinstance(b, Paragraph)] == lines


@pytest.mark.parametrize(
    ("spans", "marks", "column"),
    [
        ([], [], 1),
        ([("甲乙", 1)], [], 3),
        ([("甲丙", 1)], [], 1),
        ([("甲乙丙", 1), ("丙", 3)], [], 3),
        ([("丙", 3), ("甲乙", 1)], [], 1),
        ([("甲乙", 1)], [("丁", 3)], 3),
    ],
)
def test_the_account_finds_what_is_lost_changed_doubled_or_out_of_order(
    spans: list[tuple[str, int]], marks: list[tuple[str, int]], column: int
) -> None:
    paragraph = Paragraph(tuple(Span(text, False, Place("x", 1, start)) for text, start in spans))
    found = account(["甲乙丙"], [paragraph], [Mark(text, "试", Place("x", 1, start)) for text, start in marks], "x")
    assert [(f.code, f.severity, f.place) for f in found] == [("markup-lost", "error", Place("x", 1, column))]


def test_the_account_is_content_when_marks_and_spans_cover_the_line() -> None:
    paragraph = Paragraph((Span("乙", True, Place("x", 1, 3)),))
    marks = [Mark("**", "加粗", Place("x", 1, 1)), Mark("**", "加粗", Place("x", 1, 4))]
    assert account(["**乙** "], [paragraph], marks) == []


HOSTILE = [
    "[",
    "!",
    "![",
    "**",
    "**x ",
    "* ",
    "|",
    "|-",
    "｛",
    "｛可见范围：",
    "（一）",
    "1.",
    " ",
    "- \n",
    "![](",
    '![](  "',
    "#",
    "<!--",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_lines_cost_steps_in_proportion_to_their_length(unit: str) -> None:
    small, large = (_steps(unit * count) for count in (500, 4000))
    assert large <= 8 * small + 2000


def _steps(body: str) -> int:
    """Lines of Python executed while parsing, a measure that no slow machine disturbs."""
    import sys

    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        markup.parse(body, "x.md", 1)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_hostile_text_is_read_at_once(unit: str) -> None:
    """The steps above do not see inside a regular expression; a quadratic one would take minutes here."""
    faults: list[Fault] = markup.parse(unit * (200_000 // len(unit)), "x.md", 1)[1]
    assert "markup-lost" not in [fault.code for fault in faults]
