"""Two PDFs of one issue compared: lines by paragraph, landmarks by page, differences with the rule that makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from builder.comparison import Comparison, compared
from builder.pdfium import Glyph, Sheet
from builder.words.breaking import LIBREOFFICE, Rule, broken, measured
from tests.render import views

COLUMNS = 156.02 * 72 / 25.4 / 15.75
LONG = "全市28个县区中，完成率在95%以上的有6个，90%～95%的有12个，其余10个低于90%，最低的仅有61.5%，进度明显偏慢。" * 3
CREDIT = "（市水务局供稿）"


def _advance(role: str, char: str) -> float:
    return 0.5 if char < "\u2e80" else 1.0


def _lines(text: str, *rules: Rule) -> list[str]:
    return broken(text, COLUMNS, 2, measured(text, lambda c: _advance("", c), 16, 15.75), rules, 0.25 / 15.75)


def _seamed(text: str, rules: Sequence[Rule], seam: int) -> list[str]:
    widths = measured(text, lambda c: _advance("", c), 16, 15.75)
    return broken(text, COLUMNS, 2, widths, rules, 0.25 / 15.75, [seam])


def _view(*blocks: dict[str, Any], **more: Any) -> Mapping[str, Any]:
    seen = views.frame("ducha-kuaixun", {}, list(blocks), **more)
    seen["版记"]["条"] = [{"引": "报：", "文": "市委常委。"}, {"引": "送：", "文": "市直各单位。"}]
    return seen


def _body(view: Mapping[str, Any], *rows: str) -> list[str]:
    """Rows of text with the foot behind them."""
    return [*rows, *(line["引"] + line["文"] for line in view["版记"]["条"])]


def _sheet(rows: Sequence[str], number: str = "", font: str = "FandolFang-Regular", across: bool = False) -> Sheet:
    """A page with one row of text at each line of the type area, and its number below."""
    left, top = (38.0, 35.3) if across else (28.0, 44.3)
    placed = [(row, left, top + 6 * n) for n, row in enumerate(rows)]
    placed += [(number, 178.0, 270.5)] if number else []
    glyphs = [
        Glyph(char, x + 2.5 * n, y, x + 2.5 * n, y - 4, x + 2.5 * n + 2, y, 16, font, "000000")
        for row, x, y in placed
        for n, char in enumerate(row)
    ]
    return Sheet(297 if across else 210, 210 if across else 297, tuple(glyphs), (), ())


def _found(view: Mapping[str, Any], pdf: Sequence[Sheet], docx: Sequence[Sheet]) -> Comparison:
    return compared(view, pdf, docx, _advance)


def _shifted(*texts: str) -> list[str]:
    """Each text with rows of Han before it, so that every place in it comes to a line's end."""
    return ["字" * n + text for text in texts for n in range(28)]


# ---------------------------------------------------------------- what is the same


def test_the_same_pages_have_no_differences() -> None:
    view = _view(views.paragraph(LONG))
    page = _sheet(_body(view, *_lines(LONG)), "—1—")
    found = _found(view, [page], [page])
    assert (found.differences, found.same_pages, found.share) == ((), True, 1.0)
    assert found.lines == len(_lines(LONG)) + len(view["版记"]["条"])


def test_a_paragraph_that_moves_to_the_next_page_counts_no_line_as_different() -> None:
    view = _view(views.paragraph(LONG), views.paragraph("其余照旧。"))
    rows = _body(view, *_lines(LONG), "其余照旧。")
    found = _found(view, [_sheet(rows, "—1—")], [_sheet(rows[:3], "—1—"), _sheet(rows[3:], "—2—")])
    assert (found.identical, found.differences) == (found.lines, ())
    assert (found.same_pages, found.pdf_pages, found.docx_pages) == (False, 1, 2)
    assert [(mark.name, mark.pdf, mark.docx) for mark in found.landmarks] == [("报尾", 1, 2)]


def test_titles_and_tables_are_found_by_page_and_cells_are_passed_over() -> None:
    table = {"类": "表", "题": "办理情况表", "单位": "", "头": [], "行": [], "注": []}
    view = _view(views.title(["抗旱保供水", "工作情况"], "t1"), table, views.paragraph("其余照旧。"))
    apart = [_sheet(["抗旱保供水", "工作情况", "办理情况表", "甲3"]), _sheet(_body(view, "乙4", "其余照旧。"))]
    together = _sheet(_body(view, "抗旱保供水", "工作情况", "办理情况表", "甲3", "乙4", "其余照旧。"))
    found = _found(view, apart, [together])
    assert [(mark.name, mark.pdf, mark.docx) for mark in found.landmarks] == [
        ("标题“抗旱保供水工作情况”", 1, 1),
        ("表“办理情况表”", 1, 1),
        ("报尾", 2, 1),
    ]
    assert found.differences == ()


def test_leaders_and_page_numbers_of_the_contents_are_no_text() -> None:
    entry = {"文": "抗旱保供水工作情况", "书签": "t1", "页码": "3"}
    view = _view(views.paragraph("其余照旧。"), 要目={"标题": "本期要目", "字号": 16, "条目": [entry]})
    ours = _sheet(_body(view, "本期要目", "抗旱保供水工作情况3", "其余照旧。"))
    theirs = _sheet(_body(view, "本期要目", "抗旱保供水工作情况·········3", "其余照旧。"))
    found = _found(view, [ours], [theirs])
    assert (found.differences, found.identical) == ((), found.lines)


def test_the_text_of_a_landscape_page_is_read_and_its_number_is_not() -> None:
    view = _view(views.paragraph("其余照旧。"))
    page = _sheet(_body(view, "其余照旧。"), across=True)
    number = Glyph("2", 20, 41.3, 20, 58, 22, 60, 14, "FandolSong-Regular", "000000", 90)
    found = _found(view, [replace(page, glyphs=(*page.glyphs, number))], [page])
    assert (found.differences, found.share) == ((), 1.0)


def test_other_fonts_are_told() -> None:
    view = _view(views.paragraph("其余照旧。"))
    rows = _body(view, "其余照旧。")
    assert _found(view, [_sheet(rows)], [_sheet(rows, font="DejaVuSans")]).other_fonts == ("DejaVuSans",)
    part = _sheet(rows, font="FandolFang-Regular-VKana")
    assert _found(view, [_sheet(rows)], [part]).other_fonts == ()


# ---------------------------------------------------------------- what differs, and why


TELLING = (
    LONG,
    "由Wi-Fi，AI-based平台和https://example.invalid/a/b/c各处接入" * 3,
    "对照第3条、第12条、第28条、第305条、第7条、第41条、第19条、第10条、第20条、第366条、第5条、第88条整改。" * 3,
    "会议指出（含2026年）“5G”《A》、“LNG”（BIM）9（3）8“4”7《6》5、“App”、（GIS）、“PM”2（1）3《4》9“7”6。" * 4,
    "其中PTA（对苯二甲酸）项目和LNG“一张网”项目以及GIS《管理办法》各项。" * 3,
    "同比A—B、C—D、E～F、10—20、3～5、甲—乙、G—H、J—K、L～M、N—P、Q—R、S～T、U—V、W—X、Y—Z各项。" * 3,
)


@pytest.mark.parametrize("rule", sorted(LIBREOFFICE - {Rule.RUN_END}))
def test_lines_that_one_rule_gives_are_explained_by_one_rule(rule: Rule) -> None:
    text = next(each for each in _shifted(*TELLING) if _lines(each) != _lines(each, rule) == _lines(each, *LIBREOFFICE))
    view = _view(views.paragraph(text))
    found = _found(view, [_sheet(_body(view, *_lines(text)))], [_sheet(_body(view, *_lines(text, rule)))])
    (difference,) = found.differences
    assert difference.rules is not None
    assert [_lines(text, Rule(name)) for name in difference.rules] == [_lines(text, rule)]
    assert (difference.explained, difference.told) == (True, difference.rules[0])


def test_lines_that_no_rule_gives_are_not_explained() -> None:
    view = _view(views.paragraph(LONG))
    ours = _lines(LONG)
    theirs = [ours[0][:-4], ours[0][-4:] + ours[1], *ours[2:]]
    found = _found(view, [_sheet(_body(view, *ours))], [_sheet(_body(view, *theirs))])
    (difference,) = found.differences
    assert (difference.rules, difference.told) == (None, "未能解释")
    assert [(row.pdf, row.docx) for row in difference.rows] == [(ours[0], theirs[0]), (ours[1], theirs[1])]
    assert (difference.rows[0].pdf_page, difference.rows[1].docx_line) == (1, 2)
    assert found.lines - found.identical == 2


def test_lines_that_one_rule_gives_and_all_together_do_not_are_not_explained() -> None:
    rule, text = next(
        (rule, each)
        for rule in sorted(LIBREOFFICE)
        for each in _shifted(*TELLING)
        if len({tuple(_lines(each, *rules)) for rules in ((), (rule,), LIBREOFFICE)}) == 3
    )
    view = _view(views.paragraph(text))
    found = _found(view, [_sheet(_body(view, *_lines(text)))], [_sheet(_body(view, *_lines(text, rule)))])
    assert [difference.explained for difference in found.differences] == [False]


def test_the_seam_of_a_heading_that_runs_on_is_known() -> None:
    head, rule, seam = "（一）加强巡查。", (Rule.LINE_END, Rule.RUN_END), 8
    # Five rows of digits and of Han before the line's end: 26 places with a quarter of a point to spare.
    text = head + "截至1月3日，镇12" + "街" * 20 + "照旧。"
    assert _lines(text, Rule.LINE_END) == _lines(text)
    assert _seamed(text, rule, seam) == _seamed(text, sorted(LIBREOFFICE), seam) != _lines(text)
    runs = [views.run(head, "楷体"), views.run(text[seam:])]
    view = _view({**views.paragraph(text), "文字": runs})
    ours, theirs = _sheet(_body(view, *_lines(text))), _sheet(_body(view, *_seamed(text, rule, seam)))
    (difference,) = _found(view, [ours], [theirs]).differences
    assert difference.rules == tuple(map(str, rule))
    plain = _view(views.paragraph(text))
    assert [each.explained for each in _found(plain, [ours], [theirs]).differences] == [False]


def test_a_title_that_turns_elsewhere_is_a_difference_without_a_rule() -> None:
    view = _view(views.title(["抗旱保供水", "工作情况"], "t1"), views.paragraph("其余照旧。"))
    ours = _sheet(_body(view, "抗旱保供水", "工作情况", "其余照旧。"))
    theirs = _sheet(_body(view, "抗旱保供水工", "作情况", "其余照旧。"))
    found = _found(view, [ours], [theirs])
    (difference,) = found.differences
    assert (difference.kind, difference.explained) == ("标题", False)
    assert found.lines - found.identical == 2


def test_a_rule_explains_nothing_where_the_pdf_itself_is_broken_otherwise() -> None:
    rule, text = next((r, t) for r in LIBREOFFICE for t in _shifted(*TELLING) if _lines(t) != _lines(t, r))
    view = _view(views.paragraph(text))
    ours = _lines(text)
    odd = [ours[0][:-3], ours[0][-3:] + ours[1], *ours[2:]]
    found = _found(view, [_sheet(_body(view, *odd))], [_sheet(_body(view, *_lines(text, rule)))])
    assert [difference.explained for difference in found.differences] == [False]


def test_a_paragraph_that_one_format_lacks_is_a_difference() -> None:
    view = _view(views.paragraph(LONG), views.paragraph("其余照旧。"))
    rows = _lines(LONG)
    found = _found(view, [_sheet(_body(view, *rows, "其余照旧。"))], [_sheet(_body(view, *rows))])
    (difference,) = found.differences
    assert (difference.paragraph, difference.explained) == ("其余照旧。", False)
    assert [(row.pdf, row.docx, row.docx_page) for row in difference.rows] == [("其余照旧。", "", 0)]


@pytest.mark.parametrize("alone", [False, True], ids=["on the last line", "on a line of its own"])
def test_a_signature_goes_along_with_the_line_that_a_rule_gives(alone: bool) -> None:
    def signed(lines: Sequence[str]) -> list[str]:
        return [*lines, CREDIT] if alone else [*lines[:-1], lines[-1] + CREDIT]

    text, rule = next(
        (each[:stop], rule)
        for each in _shifted(*TELLING)
        for stop in range(60, len(each))
        for rule in LIBREOFFICE
        if _lines(each[:stop]) != _lines(each[:stop], rule)
        and len(_lines(each[:stop])[-1]) < 8
        and (len(_lines(each[:stop], rule)[-1]) > 26 if alone else len(_lines(each[:stop], rule)[-1]) < 8)
    )
    view = _view(views.paragraph(text, credit=CREDIT))
    ours, theirs = _lines(text), _lines(text, rule)
    ours = [*ours[:-1], ours[-1] + CREDIT]
    found = _found(view, [_sheet(_body(view, *ours))], [_sheet(_body(view, *signed(theirs)))])
    assert [difference.explained for difference in found.differences] == [True]
