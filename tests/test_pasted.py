"""Text pasted from Word, WPS and WeChat: soft line ends, bullets, look-alike marks, surplus spaces."""

from __future__ import annotations

import pytest

from builder import markup
from builder.errors import Fault, Place
from builder.markup import pasted
from builder.model import Block, Paragraph, Table


def read(body: str) -> tuple[tuple[Block, ...], list[Fault]]:
    return markup.parse(body, "x.md", 1)


def texts(body: str) -> list[str]:
    return [block.text for block in read(body)[0] if isinstance(block, Paragraph)]


def brief(body: str) -> list[tuple[str, str, int, int]]:
    return [(f.code, f.severity, f.place.line, f.place.column) for f in read(body)[1]]


@pytest.mark.parametrize(
    ("typed", "printed", "count"),
    [
        ("全市 18 个单位", "全市18个单位", 2),
        ("2026 年 6 月 8 日", "2026年6月8日", 5),
        ("占 95.9% 以上，增长 -3.2%", "占95.9%以上，增长-3.2%", 3),
        ("用 Windows Server 2019 的", "用Windows Server 2019的", 2),
        ("共 **18** 个，**甲** 5", "共18个，甲5", 3),
        ("甲   5", "甲5", 1),
        ("use it, 5 of 6", "use it, 5 of 6", 0),
        ("甲 乙　王　明", "甲 乙　王　明", 0),
        ("1. 甲，其中 一、 乙", "1. 甲，其中 一、 乙", 0),
        ("第５ 期", "第５期", 1),
    ],
)
def test_spaces_between_chinese_and_figures_go_with_one_note_that_counts_them(
    typed: str, printed: str, count: int
) -> None:
    blocks, faults = read(f"{typed}\n{typed}")
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == [printed, printed]
    assert [(f.code, f.severity) for f in faults] == ([("text-space", "note")] if count else [])
    assert all(f" {2 * count} 处" in fault.message for fault in faults)


def test_spans_beside_a_dropped_space_keep_the_places_of_their_characters() -> None:
    blocks, faults = read("　全市 18 个")
    assert isinstance(blocks[0], Paragraph)
    assert [(s.text, s.place.column) for s in blocks[0].spans] == [("全市", 2), ("18", 5), ("个", 8)]
    assert faults[0].place == Place("x.md", 1, 4)


def test_spaces_go_from_table_cells_and_titles_too() -> None:
    (table,), (note,) = read("表题：2026 年情况\n|甲 1|\n|-|\n|乙 2|")
    assert isinstance(table, Table)
    assert (table.title, table.head[0][0].text, table.rows[0][0].text) == ("2026年情况", "甲1", "乙2")
    assert " 3 处" in note.message


@pytest.mark.parametrize("character", list("\x0b\u2028\u2029"))
def test_soft_line_ends_part_paragraphs_and_lines_count_as_in_the_file(character: str) -> None:
    blocks, faults = read(f"一、甲{character}乙{character}- 丙\n|丁|")
    assert [(b.text, b.spans[0].place.line, b.spans[0].place.column) for b in blocks if isinstance(b, Paragraph)] == [
        ("一、甲", 1, 1), ("乙", 1, 5), ("丙", 1, 9), ("|丁|", 2, 1),
    ]  # fmt: skip
    assert [(f.code, f.severity, f.place) for f in faults] == [("text-break", "note", Place("x.md", 1, 4))]
    assert "2 处" in faults[0].message


def test_three_lines_of_a_chat_message_are_three_paragraphs() -> None:
    assert texts("各位领导：\n\n今天的情况如下\n请阅") == ["各位领导：", "今天的情况如下", "请阅"]


@pytest.mark.parametrize("bullet", [*("●", "◆ ", "■　", "►\t", "• ", "➢"), "· ", "・ ", "– ", "－　"])
def test_bullets_at_a_lines_start_make_a_list_with_a_warning(bullet: str) -> None:
    blocks, faults = read(f"  {bullet}甲\n  乙\n{bullet}丙")
    assert [(b.text, b.kind) for b in blocks if isinstance(b, Paragraph)] == [("甲乙", "列表项"), ("丙", "列表项")]
    assert [(f.code, f.severity, f.place.line, f.place.column) for f in faults] == [
        ("text-bullet", "warning", 1, 3), ("text-bullet", "warning", 3, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["●●市", "●", "甲●乙", "·甲", "○甲", "★甲", "①甲", "⒈甲", "■■■"])
def test_marks_that_stand_for_something_are_text(line: str) -> None:
    assert texts(line) == [line]
    assert read(line)[1] == []


@pytest.mark.parametrize(
    ("typed", "printed", "level"),
    [
        ("1．加强领导", "1.加强领导", 3), ("１．加强领导", "1.加强领导", 3), ("　１２.加强领导", "12.加强领导", 3),
        ("（３）查台账", "（3）查台账", 4),
    ],
)  # fmt: skip
def test_full_width_numbers_of_a_level_are_put_in_standard_form(typed: str, printed: str, level: int) -> None:
    blocks, faults = read(typed)
    assert [(b.text, b.level) for b in blocks if isinstance(b, Paragraph)] == [(printed, level)]
    assert [(f.code, f.severity) for f in faults] == [("text-mark", "warning")]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("1–6月", "1—6月"), ("6月－8月", "6月—8月"), ("30%―40%", "30%—40%"), ("100万－200万元", "100万—200万元"),
        ("北京–上海", "北京—上海"), ("增长－3.2%", "增长-3.2%"), ("（−3.2%）", "（-3.2%）"), ("5−3", "5-3"),
        ("电话0771－5551234", "电话0771-5551234"), ("0771‑5551234", "0771-5551234"), ("2026－06－08", "2026-06-08"),
        ("GB/T 9704－2012", "GB/T 9704—2012"), ("COVID‐19", "COVID-19"), ("甲――乙", "甲——乙"), ("甲－－乙", "甲——乙"),
        ("甲--乙", "甲——乙"), ("“6・23”事故", "“6·23”事故"), ("6•23", "6·23"), ("6‧23", "6·23"), ("－", "—"),
    ],
)  # fmt: skip
def test_look_alike_marks_become_the_right_ones_by_their_context_with_a_warning(typed: str, printed: str) -> None:
    blocks, faults = read(typed)
    assert [b.text for b in blocks if isinstance(b, Paragraph)] == [printed]
    assert [(f.code, f.severity) for f in faults] == [("text-mark", "warning")]
    assert "→" in faults[0].message


@pytest.mark.parametrize(
    "line",
    [
        "甲——乙",
        "1—6月",
        "1-6月",
        "1～6月",
        "a--b",
        "--force",
        "---",
        "-----",
        "－－－－",
        "——甲",
        "阿迪力•买",
        "6·23",
        "1．5倍",
        "5．3",
    ],
)
def test_marks_that_are_right_or_unclear_stay(line: str) -> None:
    assert (texts(line), read(line)[1]) == ([line], [])


def test_an_empty_cells_dash_is_put_in_standard_form() -> None:
    (table,), (warning,) = read("|甲|乙|\n|-|-|\n| － |–|")
    assert isinstance(table, Table)
    assert [c.text for c in table.rows[0]] == ["—", "—"]
    assert (warning.code, warning.place) == ("text-mark", Place("x.md", 3, 3))


def test_the_name_of_a_picture_keeps_its_marks() -> None:
    (picture,), faults = read("![图](图 1－2.png)")
    assert (getattr(picture, "path", ""), faults) == ("图 1－2.png", [])


@pytest.mark.parametrize(
    "unit", ["甲 ", "甲 1", "－1", "0－", "1．", "●", "· ", "\x0b", "甲\u2028", "--", "―", "甲--乙", " －"]
)
def test_a_megabyte_of_pasted_marks_is_read_at_once(unit: str) -> None:
    faults = markup.parse(unit * (200_000 // len(unit)), "x.md", 1)[1]
    assert "markup-lost" not in [fault.code for fault in faults]


@pytest.mark.parametrize("text", ["甲 1", "1－2", "甲--乙", "１．甲"])
def test_standard_form_is_as_long_as_what_was_typed_and_reached_once(text: str) -> None:
    once, changes = pasted.standard(text)
    assert len(once) == len(text)
    assert bool(changes) == (once != text)
    assert pasted.standard(once) == (once, {})
