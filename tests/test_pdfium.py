"""What the door to pdfium says of pages whose figures are known: glyphs, rules, colours, turned text, damaged files."""

from __future__ import annotations

import io
import zlib
from contextlib import closing

import pypdfium2
import pytest
import typst
from fontTools.cffLib import CFFFontSet
from fontTools.pens.boundsPen import BoundsPen

from builder import pdfium
from builder.errors import JianbaoError
from builder.fonts import FontSet
from builder.pdfium import reading_copy
from builder.words import visible

SOURCE = """
#set page(width: 210mm, height: 297mm, margin: 0mm)
#set text(size: 20pt)
#place(top + left, dx: 30mm, dy: 50mm, block(width: 100mm, height: 0.35mm, fill: rgb("FF0000")))
#place(top + left, dx: 30mm, dy: 60mm, line(length: 100mm, stroke: 2pt))
#place(top + left, dx: 30mm, dy: 70mm, text(top-edge: "baseline", fill: rgb("0000FF"))[A\u2060b])
#place(top + left, dx: 30mm, dy: 90mm, rotate(90deg, reflow: true)[T])
#place(top + left, dx: 40mm, dy: 100mm, scale(50%, origin: top + left, block(width: 100mm, height: 1mm, fill: black)))
#place(top + left, dx: 30mm, dy: 120mm, table(columns: (30mm, 20mm), stroke: 1pt, [x], [y]))
"""


@pytest.fixture(scope="module")
def sheet() -> pdfium.Sheet:
    compiled = typst.compile(SOURCE.encode(), format="pdf")
    assert isinstance(compiled, bytes)
    (page,) = pdfium.sheets(compiled)
    return page


def test_glyphs_have_their_place_size_and_colour(sheet: pdfium.Sheet) -> None:
    first, second, turned, *_ = sheet.glyphs
    assert (first.text, second.text) == ("A", "b")
    assert first.x == pytest.approx(30, abs=0.01)
    assert first.baseline == pytest.approx(70, abs=0.01)
    assert (first.size, first.color, first.turned) == (pytest.approx(20), "0000FF", 0)
    assert 65 < first.top < 67
    assert first.bottom == pytest.approx(70, abs=0.1)
    assert (turned.text, turned.turned) == ("T", 90)


def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen() -> None:
    compiled = typst.compile(b"#set page(width: 30mm, height: 50mm, margin: 5mm)\nUsing AI-based-tools", format="pdf")
    assert isinstance(compiled, bytes)
    (page,) = pdfium.sheets(compiled)
    assert "".join(glyph.text for glyph in page.glyphs) == "UsingAI-based-tools"
    assert len({round(glyph.baseline) for glyph in page.glyphs}) > 1


def test_rules_are_filled_boxes_and_strokes_with_their_thickness(sheet: pdfium.Sheet) -> None:
    filled, stroked, *_ = sheet.rules
    assert (filled.left, filled.right) == (pytest.approx(30, abs=0.01), pytest.approx(130, abs=0.01))
    assert (filled.top, filled.thickness) == (pytest.approx(50, abs=0.01), pytest.approx(0.35, abs=0.001))
    assert (filled.color, filled.across) == ("FF0000", True)
    assert stroked.thickness == pytest.approx(2 * 25.4 / 72, abs=0.001)
    assert (stroked.top + stroked.bottom) / 2 == pytest.approx(60, abs=0.01)


def test_what_a_transformation_holds_is_measured_as_printed(sheet: pdfium.Sheet) -> None:
    scaled = next(rule for rule in sheet.rules if rule.top == pytest.approx(100, abs=0.01))
    assert scaled.right - scaled.left == pytest.approx(50, abs=0.01)
    assert scaled.thickness == pytest.approx(0.5, abs=0.001)


def test_the_lines_of_a_table_are_single_rules(sheet: pdfium.Sheet) -> None:
    table = [rule for rule in sheet.rules if rule.top > 118]
    upright = sorted({round((r.left + r.right) / 2, 1) for r in table if not r.across})
    assert upright == [30.0, 60.0, 80.0]
    assert {round(r.thickness * 72 / 25.4, 2) for r in table} == {1.0}


@pytest.mark.parametrize("data", [b"", b"no PDF", b"%PDF-1.7\nbroken"])
def test_a_damaged_file_is_told(data: bytes) -> None:
    with pytest.raises(JianbaoError, match=r"通知\.pdf 读不了：文件损坏，或不是 PDF"):
        pdfium.sheets(data, "通知.pdf")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_is_shown_turned_is_measured_as_shown(degrees: int) -> None:
    compiled = typst.compile(SOURCE.encode(), format="pdf")
    assert isinstance(compiled, bytes)
    with closing(pypdfium2.PdfDocument(compiled)) as document:
        document[0].set_rotation(degrees)
        stream = io.BytesIO()
        document.save(stream)
    (page,) = pdfium.sheets(stream.getvalue())
    first = next(g for g in page.glyphs if g.text == "A")
    assert (page.width, page.height) == pytest.approx((297, 210) if degrees != 180 else (210, 297), abs=0.1)
    assert first.turned == degrees
    places = {90: (297 - 70, 30), 180: (210 - 30, 297 - 70), 270: (70, 210 - 30)}
    assert (first.x, first.baseline) == pytest.approx(places[degrees], abs=0.01)
    assert page.rules[0].thickness == pytest.approx(0.35, abs=0.001)


def test_what_is_turned_on_a_landscape_page_ends_its_text_with_its_own_baselines() -> None:
    """A page number beside a row: pdfium alone gives it before the row's last cell."""
    source = """
    #set page(width: 297mm, height: 210mm, margin: 0mm)
    #set text(size: 12pt)
    #place(top + left, dx: 40mm, dy: 180mm, text(top-edge: "baseline")[Row])
    #place(top + left, dx: 30mm, dy: 178mm, rotate(90deg, reflow: true)[6])
    #place(top + left, dx: 60mm, dy: 180mm, text(top-edge: "baseline")[end])
    """
    compiled = typst.compile(source.encode(), format="pdf")
    assert isinstance(compiled, bytes)
    ((text,), _) = pdfium.texts(compiled, "all")
    assert "".join(text.whole.split()) == "Rowend6"
    row = (210 - 180) * 72 / 25.4
    assert text.baselines[:6] == pytest.approx([row] * 6, abs=0.1)
    assert text.baselines[6] != pytest.approx(row, abs=0.5)


def test_text_without_profiles_and_outlines_is_that_of_the_file_itself(
    fontset: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = _hundreds_of_characters(fontset)
    copy = reading_copy.for_text(compiled)
    told = pdfium.texts(compiled, "all")
    changed = sum(one != other for one, other in zip(compiled, copy, strict=True))
    assert changed > 7000
    assert b"/DeviceRGB" in copy
    assert b"/ICCBased" in compiled
    assert b"/ICCBased" not in copy
    monkeypatch.setattr(reading_copy, "for_text", lambda pdf: pdf)
    itself = pdfium.texts(compiled, "all")
    assert itself[1] == told[1]
    for own, other in zip(itself[0], told[0], strict=True):
        assert (visible(own.whole), own.baselines, own.drawn) == (visible(other.whole), other.baselines, other.drawn)
        assert visible(own.on_paper) == visible(other.on_paper)
    assert [len(visible(page.whole)) - len(visible(page.on_paper)) for page in told[0]] == [3, 0]


def test_the_font_of_boxes_is_a_sound_one() -> None:
    font = CFFFontSet()
    font.decompile(io.BytesIO(zlib.decompress(reading_copy.boxes())), None)
    outlines = font[0].CharStrings
    boxes = [BoundsPen(None) for _ in range(3)]
    for pen, name in zip(boxes, ("cid00001", "cid00700", "cid04095"), strict=True):
        outlines[name].draw(pen)
    assert [pen.bounds for pen in boxes] == [(0, -120, 1000, 880)] * 3


def test_a_file_that_names_nothing_to_leave_out_is_read_as_it_is() -> None:
    assert reading_copy.for_text(b"%PDF-1.7 nothing") == b"%PDF-1.7 nothing"


def _hundreds_of_characters(fontset: FontSet) -> bytes:
    """Two pages with lines, a rule, hyphens at line ends, and three characters beyond the paper's edge."""
    text = "".join(chr(0x4E00 + n) for n in range(0, 3000, 7))
    source = f"""
#set document(title: "字", date: datetime(year: 2026, month: 6, day: 8))
#set text(font: "FandolSong", lang: "zh", size: 12pt)
#set par(justify: true)
= 标题
{text[:300]}，2026-06-08-well-known words、“引号”（括号）
#line(length: 50%)
#place(top + left, dx: 400mm, [纸外字])
#pagebreak()
{text[:50]}
"""
    compiled = typst.compile(
        source.encode(), format="pdf", font_paths=[str(p) for p in fontset.paths], ignore_system_fonts=True,
        pdf_standards="a-2b", timestamp=0,
    )  # fmt: skip
    assert isinstance(compiled, bytes)
    return compiled
