"""The line breaker: it gives the PDF's lines, and with LibreOffice's rules switched the lines that LibreOffice really makes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import fonts, pdfium
from builder.errors import JianbaoError
from builder.fonts.sfnt import advances
from builder.settings import workspace
from builder.soffice import FaceFile, Office
from builder.words import width
from builder.words.breaking import LIBREOFFICE, NO_LINE_END, NO_LINE_START, Rule, broken, measured
from builder.workflow import opening, planning, rendering
from tests import generated
from tests.growth import assert_linear

ROOT = Path(__file__).resolve().parents[1]
PITCH, SIZE = 15.75, 16
TRACKING = (SIZE - PITCH) / PITCH
LINE = 442.26 / PITCH
HAN = "本市各单位要认真贯彻落实会议精神切实抓好各项工作任务"


# ---------------------------------------------------------------- the rules


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (HAN[:9] + "12个", HAN[:9]),  # a number keeps its unit
        (HAN[:9] + "第八条", HAN[:9]),
        (HAN[:9] + "2026—2028年", HAN[:9]),
        (HAN[:8] + "1—6月", HAN[:8] + "1—"),  # a range may part after its dash
        (HAN[:9] + "——各地", HAN[:8]),  # no dash begins a line
        (HAN[:9] + "……各地", HAN[:8]),
        (HAN[:10] + "。各地", HAN[:9]),
        (HAN[:9] + "《各地》", HAN[:9]),
        (HAN[:9] + "Wi-Fi", HAN[:9]),
        (HAN[:8] + "Wi-Fi", HAN[:8] + "Wi-"),
        (HAN[:8] + "5G+工业", HAN[:8] + "5G+"),
        (HAN[:9] + "33%以上", HAN[:9]),
        (HAN[:8] + "33%以上", HAN[:8] + "33%"),
    ],
)
def test_a_line_ends_where_word_may_end_it(text: str, first: str) -> None:
    assert broken(text, 10)[0] == first


def test_lines_join_to_the_text_and_an_indent_shortens_the_first() -> None:
    lines = broken(HAN * 3, 10, 2)
    assert "".join(lines) == HAN * 3
    assert [len(line) for line in lines[:3]] == [8, 10, 10]


def test_a_word_longer_than_a_line_stands_out() -> None:
    assert broken("ab" * 20 + "，好", 10) == ["ab" * 20 + "，", "好"]
    assert broken("", 10) == [""]


@settings(max_examples=300)
@given(
    st.text(st.sampled_from("各市县工作第—…，。（）《》“” 128.%abC-/+"), max_size=60),
    st.sampled_from([3.0, 9.5, 28.0]),
    st.sampled_from([0.0, 2.0]),
    st.sampled_from([frozenset(), LIBREOFFICE]),
)
def test_lines_join_to_the_text_and_only_what_cannot_part_stands_out(
    text: str, columns: float, indent: float, rules: frozenset[Rule]
) -> None:
    lines = broken(text, columns, indent, rules=rules)
    assert "".join(lines) == text
    for n, line in enumerate(lines):
        wide = width(line.rstrip()) > columns - (0 if n else indent)
        assert not wide or broken(line, 0.1, rules=rules) == [line]


@pytest.mark.parametrize("part", ["全市1206件（次），", "a/b", "/", "第8条"])
def test_breaking_stays_linear(part: str) -> None:
    def work(size: int) -> None:
        text = part * (size // len(part))
        assert "".join(broken(text, 28, rules=LIBREOFFICE)) == text

    assert_linear(work, 5000)


# ---------------------------------------------------------------- the PDF


def _runs(block: Mapping[str, Any]) -> Iterator[list[tuple[str, str]]]:
    if block["类"] == "段" and not block["供稿"]:
        yield [(block["前"], "仿宋")] * bool(block["前"]) + [(r["文"], r["体"]) for r in block["文字"]]
    elif block["类"] == "编者按":
        yield from ([(r["文"], r["体"]) for r in runs] for runs in block["段"])


def _paragraphs(view: Mapping[str, Any]) -> Iterator[list[tuple[str, str]]]:
    for blocks in (view["内容"], *(annex["内容"] for annex in view["附件"])):
        for block in blocks:
            yield from _runs(block)


def _rows(pdf: bytes) -> list[str]:
    """Lines of 16 pt in the order of the pages, without white space."""
    found = []
    for sheet in pdfium.sheets(pdf):
        rows: dict[int, list[pdfium.Glyph]] = {}
        for glyph in sheet.glyphs:
            if abs(glyph.size - SIZE) < 0.3:
                rows.setdefault(round(glyph.baseline), []).append(glyph)
        found += ["".join(g.text for g in sorted(rows[level], key=lambda g: g.x)) for level in sorted(rows)]
    return found


def _seen(text: str) -> str:
    return "".join(text.split())


def _lines_of(text: str, rows: Sequence[str], start: int) -> tuple[list[str], int] | None:
    """The lines from ``start`` on that make up ``text``, and the place after them."""
    for first in range(start, len(rows)):
        rest, at = text, first
        while rest and at < len(rows) and rest.startswith(rows[at]):
            rest, at = rest[len(rows[at]) :], at + 1
        if not rest:
            return list(rows[first:at]), at
    return None


def _modelled(runs: Sequence[tuple[str, str]], tables: Mapping[str, Mapping[str, float]]) -> list[str]:
    text, widths = "", []
    for part, role in runs:
        text += part
        widths += measured(part, lambda c, role=role: tables[role].get(c, 1.0), SIZE, PITCH)
    return [_seen(line) for line in broken(text, LINE, 2, widths, (), TRACKING)]


@pytest.fixture(scope="module")
def tables(fontset: fonts.FontSet) -> dict[str, dict[str, float]]:
    return {role: advances(face.file, face.index) for role, face in fontset.faces.items()}


@pytest.mark.parametrize("samples", [True, False])
def test_the_breaker_gives_the_lines_of_the_pdf(
    tmp_path: Path, fontset: fonts.FontSet, tables: dict[str, dict[str, float]], samples: bool
) -> None:
    if not samples:
        generated.workspace(tmp_path / "w", [2, 5, 11, 15, 20, 27, 28])
    plan = planning.plan(opening.open_workspace(workspace(ROOT if samples else tmp_path / "w")), ())
    same, different = 0, []
    with rendering.Renderer(ROOT / "templates", fontset) as renderer:
        for _, made in renderer.render_all(plan.editions):
            rows, at = _rows(made.files["pdf"]), 0
            for runs in _paragraphs(made.view.data):
                found = _lines_of(_seen("".join(part for part, _ in runs)), rows, at)
                assert found is not None, runs
                lines, at = found
                if _modelled(runs, tables) == lines:
                    same += 1
                else:
                    different.append(lines)
    assert same > (80 if samples else 200)
    assert len(different) <= 0.005 * (same + len(different)), different


# ---------------------------------------------------------------- LibreOffice


@pytest.fixture(scope="module")
def pages(soffice: str, fontset: fonts.FontSet) -> Iterator[Office]:
    body = fontset.faces["仿宋"]
    with Office([FaceFile(body.file, body.index, body.weight, ("仿宋_GB2312",))]) as office:
        try:
            office.pdf(_word(["试"]), "试")
        except JianbaoError as missing:
            if "UNO" not in missing.message:
                raise
            pytest.skip("uno is not installed")
        yield office


def _word(texts: Sequence[str], edges: bool = True) -> bytes:
    """A Word file of the issues' lines: 16 pt at 15.75, 442.25 pt wide, with the sets of characters where ``edges``."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.left_margin = Mm(210), Mm(28)
    section.right_margin = section.page_width - section.left_margin - Pt(442.25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "仿宋_GB2312", Pt(SIZE)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for parent, name, value in (
        (normal.element.rPr, "spacing", "-5"),
        *((normal.element.get_or_add_pPr(), name, "0") for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN")),
    ):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        parent.append(element)
    for name, value in (("noLineBreaksAfter", NO_LINE_END), ("noLineBreaksBefore", NO_LINE_START)) if edges else ():
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:lang"), "zh-CN")
        element.set(qn("w:val"), value)
        document.settings.element.append(element)
    for text in texts:
        document.add_paragraph(text)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _office_lines(pages: Office, text: str, edges: bool = True) -> list[str]:
    return _rows(pages.pdf(_word([text], edges), "试"))


def _own(text: str, tables: dict[str, dict[str, float]], *rules: Rule) -> list[str]:
    widths = measured(text, lambda c: tables["仿宋"].get(c, 1.0), SIZE, PITCH)
    return broken(text, 442.25 / PITCH, 0, widths, rules, TRACKING)


LONG = HAN + HAN
CASES = {
    Rule.CLOSING_LATIN: LONG[:27] + "，93件来件",
    Rule.LATIN_OPENING: LONG[:25] + "PTA（对苯二甲酸）项目",
    Rule.LATIN_DASH: LONG[:26] + "40%～67%的乡镇",
    Rule.SLASH: LONG[:24] + "http://abcdefg/hi网站",
    Rule.ORDINAL: LONG[:27] + "第8条规定",
}


@pytest.mark.parametrize("rule", sorted(CASES))
def test_libreoffice_breaks_otherwise_by_the_rule_and_only_by_it(
    pages: Office, tables: dict[str, dict[str, float]], rule: Rule
) -> None:
    lines = _office_lines(pages, CASES[rule])
    assert lines == _own(CASES[rule], tables, rule)
    assert lines != _own(CASES[rule], tables)


@pytest.mark.parametrize(
    ("rule", "text"),
    [(Rule.DIGIT_UNIT, LONG[:26] + "1206个问题"), (Rule.DASH_SPLIT, LONG[:27] + "——各地")],
)
def test_what_the_sets_of_the_docx_hold_together_parts_without_them(
    pages: Office, tables: dict[str, dict[str, float]], rule: Rule, text: str
) -> None:
    assert _office_lines(pages, text, edges=False) == _own(text, tables, rule)
    assert _office_lines(pages, text) == _own(text, tables) != _own(text, tables, rule)


def test_the_last_character_of_libreoffices_line_keeps_its_advance(
    pages: Office, tables: dict[str, dict[str, float]]
) -> None:
    # 28 places: each pair of digits in Han makes the line 0.25 pt wider than 441, until it is just full.
    text = "12".join(LONG[n : n + 3] for n in range(0, 18, 3)) + LONG[18:23] + "各地各单位"
    assert _own(text, tables) != _own(text, tables, Rule.LINE_END)
    assert _office_lines(pages, text) == _own(text, tables, Rule.LINE_END)


def test_the_last_character_of_libreoffices_runs_keeps_its_advance(
    pages: Office, tables: dict[str, dict[str, float]]
) -> None:
    text = LONG[:28] + "各地"
    seams = range(4, 28, 4)
    document = Document(io.BytesIO(_word([])))
    paragraph = document.add_paragraph()
    for n in range(0, len(text), 4):
        paragraph.add_run(text[n : n + 4]).font.color.rgb = RGBColor(n, 0, 0)
    made = io.BytesIO()
    document.save(made)
    widths = [1.0] * len(text)
    rules = (Rule.RUN_END, Rule.LINE_END)
    expected = broken(text, 442.25 / PITCH, 0, widths, rules, TRACKING, seams)
    assert _rows(pages.pdf(made.getvalue(), "试")) == expected
    assert [len(line) for line in expected] == [27, 3]
    assert [len(line) for line in _own(text, tables)] == [28, 2]


# ---------------------------------------------------------------- one set of rules in three places


def test_typst_keeps_the_marks_that_the_docx_names() -> None:
    source = (ROOT / "templates/layout/text.typ").read_text(encoding="utf-8")
    closing = re.search(r'#let closing = "(.*?)"', source)
    opening = re.search(r'#let opening = "(.*?)"', source)
    assert closing is not None
    assert opening is not None
    assert set(closing[1]) <= set(NO_LINE_START)
    assert set(opening[1]) <= set(NO_LINE_END)
