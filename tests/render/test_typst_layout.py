"""Where things stand on paper, measured from the PDF (GB/T 9704-2012; docs/templates.md)."""

from __future__ import annotations

import ctypes
import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from builder.fonts import FontSet
from builder.measure import pdf
from builder.render.typst import Engine
from tests.render import views

MM = 72 / 25.4
NO_START = "。，、；：？！）》〉」』】〗〕”’…%‰℃·"
NO_END = "（《〈「『【〖〔“‘"


@dataclass
class Glyph:
    x: float
    y: float
    text: str


@dataclass
class Sheet:
    """A page as it was drawn; y in mm from the top, x in mm from the left."""

    width: float
    height: float
    glyphs: list[Glyph]
    bars: list[tuple[float, float, float, float]]
    red: list[tuple[float, float, float, float]]

    @property
    def lines(self) -> list[tuple[float, str]]:
        """Baselines and their characters, from the top; page number left out."""
        rows: dict[float, list[Glyph]] = defaultdict(list)
        for glyph in self.glyphs:
            rows[round(glyph.y, 1)].append(glyph)
        return [
            (y, "".join(g.text for g in sorted(row, key=lambda g: g.x)))
            for y, row in sorted(rows.items())
            if y < 262.1 and row
        ]


def sheets(data: bytes) -> list[Sheet]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [_sheet(document[n]) for n in range(len(document))]
    finally:
        document.close()


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    width, height = page.get_size()
    text_page = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    glyphs = []
    for n in range(pdfium.FPDFText_CountChars(text_page)):
        text = chr(pdfium.FPDFText_GetUnicode(text_page, n))
        if text.strip() and not pdfium.FPDFText_IsGenerated(text_page, n):
            pdfium.FPDFText_GetCharOrigin(text_page, n, x, y)
            glyphs.append(Glyph(x.value / MM, (height - y.value) / MM, text))
    bars, red = [], []
    sides = [ctypes.c_float() for _ in range(4)]
    colour = [ctypes.c_uint() for _ in range(4)]
    for n in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, n)
        pdfium.FPDFPageObj_GetBounds(item, *sides)
        left, bottom, right, top = (side.value for side in sides)
        box = (left / MM, (height - top) / MM, right / MM, (height - bottom) / MM)
        pdfium.FPDFPageObj_GetFillColor(item, *colour)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_PATH:
            bars.append(box)
        if [c.value for c in colour[:3]] == [255, 0, 0]:
            red.append(box)
    return Sheet(width / MM, height / MM, glyphs, bars, red)


@pytest.fixture(scope="module")
def engine(fontset: FontSet) -> Engine:
    return Engine(views.ROOT / "templates", fontset.paths)


def draw(engine: Engine, view: dict[str, Any], photos: dict[str, bytes] | None = None) -> list[Sheet]:
    return sheets(engine.render(view, photos or {}))


PLAIN = "推动重点工作任务落实见效" * 60


def test_a_full_page_holds_22_lines_of_28_characters_on_an_even_grid(engine: Engine, fontset: FontSet) -> None:
    view = views.frame("ducha-tongbao", fontset.families(), [views.paragraph(PLAIN * 3)])
    page = draw(engine, view)[1]
    lines = page.lines
    assert len(lines) == 22
    assert {len(text) for _, text in lines} == {28}
    steps = [(lower - upper) * MM for (upper, _), (lower, _) in itertools.pairwise(lines)]
    assert all(abs(step - 28.95) < 0.4 for step in steps)
    assert abs((lines[-1][0] - lines[0][0]) * MM - 21 * 28.95) < 0.5
    first = sorted(g.x for g in page.glyphs if round(g.y, 1) == lines[0][0])
    assert abs(first[0] - 28) < 0.5
    assert abs(first[-1] + 16 / MM - (28 + 156.02)) < 1.0
    assert (page.width, page.height) == pytest.approx((210, 297), abs=0.1)


MARKED = (
    "“两会”期间，办结《意见》（试行）229件；其中：办结率90.4%，比上年提高3.5个百分点，2026年6月8日前报送——不得迟报……、"
)


def test_no_line_begins_or_ends_with_a_forbidden_mark_and_numbers_keep_their_units(
    engine: Engine, fontset: FontSet
) -> None:
    text = "".join(MARKED[n:] + MARKED[:n] for n in range(0, len(MARKED), 3) if MARKED[n] not in "—…")
    content = [views.paragraph("县" * n + text) for n in range(12)]
    pages = draw(engine, views.frame("ducha-tongbao", fontset.families(), content))
    lines = [text for page in pages[1:-1] for _, text in page.lines]
    assert len(lines) > 150
    assert [line for line in lines if line[0] in NO_START] == []
    assert [line for line in lines if line[-1] in NO_END] == []
    joined = itertools.pairwise(lines)
    parted = [(a[-4:], b[:4]) for a, b in joined if re.search(r"[0-9.]$", a) and re.match(r"[0-9.%件年月日个]", b)]
    assert parted == []
    assert [line for line in lines if re.search(r"(^|[^—])—$", line) or re.search(r"(^|[^…])…$", line)] == []


def test_the_last_rule_of_the_foot_lies_on_the_bottom_of_the_type_area_whatever_the_length(
    engine: Engine, fontset: FontSet
) -> None:
    for count in (0, 3, 9, 20):
        content = [views.paragraph(views.BODY) for _ in range(count)]
        last = draw(engine, views.frame("ducha-kuaixun", fontset.families(), content))[-1]
        rules = sorted((b for b in last.bars if b[2] - b[0] > 155 and b[3] - b[1] < 0.45), key=lambda b: b[3])
        foot = rules[-3:]
        assert foot[-1][3] == pytest.approx(262, abs=0.05)
        assert [round(b[3] - b[1], 2) for b in foot] == [0.35, 0.25, 0.35]
        assert all((b[0], b[2]) == pytest.approx((28, 184.02), abs=0.1) for b in foot)


def test_page_numbers_stand_7_mm_below_the_type_area_odd_right_even_left(engine: Engine, fontset: FontSet) -> None:
    view = views.frame("ducha-tongbao", fontset.families(), [views.paragraph(PLAIN * 2)])
    odd, even = draw(engine, view)[:2]
    for page, number in ((odd, "1"), (even, "2")):
        below = sorted((g for g in page.glyphs if g.y > 262.5), key=lambda g: g.x)
        assert "".join(g.text for g in below) == f"—{number}—"
        assert 269 < below[0].y < 272.5
    right = max(g.x for g in odd.glyphs if g.y > 262.5)
    left = min(g.x for g in even.glyphs if g.y > 262.5)
    assert right + 14 / MM == pytest.approx(28 + 156.02 - 14 / MM, abs=0.3)
    assert left == pytest.approx(28 + 14 / MM, abs=0.3)


def test_a_landscape_annex_is_the_portrait_type_area_turned_with_its_page_number_in_place(
    engine: Engine, fontset: FontSet
) -> None:
    view, photos = views.everything(fontset.families())
    pages = draw(engine, view, photos)
    across = [n for n, page in enumerate(pages) if page.width > page.height]
    assert len(across) >= 2
    for n in across:
        page = pages[n]
        number = [g for g in page.glyphs if g.x < 35]
        assert "".join(g.text for g in number) == f"—{n + 1}—"
        lowest = max(g.y for g in number)
        assert (lowest > 105) == (n % 2 == 0)
        body = [g for g in page.glyphs if g.x >= 35]
        assert min(g.y for g in body) > 28
        assert max(g.y for g in body) < 28 + 156.02
        assert max(g.x for g in body) < 297 - 37
    assert pages[-1].width < pages[-1].height


def test_only_the_name_and_the_rule_under_the_masthead_are_red(engine: Engine, fontset: FontSet) -> None:
    view, photos = views.everything(fontset.families())
    pages = draw(engine, view, photos)
    name, rule = sorted(pages[0].red, key=lambda box: box[1])
    assert name[1] == pytest.approx(37 + 15, abs=0.3)
    assert rule[3] - rule[1] == pytest.approx(0.5, abs=0.02)
    assert (rule[0], rule[2]) == pytest.approx((28, 184.02), abs=0.05)
    assert all(page.red == [] for page in pages[1:])


@pytest.mark.parametrize(
    ("publication", "top", "rule"), [("gongzuo-xinxi", 15, 65), ("ducha-kuaixun", 8, 53), ("ducha-tongbao", 20, 70)]
)
def test_the_masthead_stands_where_the_figures_say(
    engine: Engine, fontset: FontSet, publication: str, top: float, rule: float
) -> None:
    for corner in ([], ["内部资料　注意保存"], ["000123", "特急", "内部资料　注意保存"]):
        view = views.frame(publication, fontset.families(), [views.paragraph("一段")], 左上=views.top(*corner))
        name, line = sorted(draw(engine, view)[0].red, key=lambda box: box[1])
        assert name[1] - 37 == pytest.approx(top, abs=0.3)
        assert line[1] - 37 == pytest.approx(rule, abs=0.5)


def test_a_table_repeats_its_head_keeps_its_rows_whole_and_at_least_8_mm_high(engine: Engine, fontset: FontSet) -> None:
    rows = [[str(n), f"第{n}项。" * 12, "1.5"] for n in range(1, 40)]
    block = views.table(rows, [16, 110, 30.02], ["序号", "事项", "数"], name="情况表")
    view = views.frame("ducha-tongbao", fontset.families(), [block])
    read = pdf.read(engine.render(view, {}))
    assert pdf.differences(view, read) == []
    assert len(read.pages) > 3
    for page in read.pages[1:-1]:
        assert page.text.startswith("序号事项数")
        assert page.text.count("情况表") == 0
        assert page.text.endswith("1.5")


def test_a_row_that_is_taller_than_a_page_loses_no_text(engine: Engine, fontset: FontSet) -> None:
    block = views.table([["一", PLAIN * 4, "二"], ["三", "四", "五"]], [16, 110, 30.02], ["甲", "乙", "丙"])
    view = views.frame("ducha-tongbao", fontset.families(), [block])
    assert pdf.differences(view, pdf.read(engine.render(view, {}))) == []


def test_long_words_break_at_the_end_of_the_line_in_text_and_in_cells(engine: Engine, fontset: FontSet) -> None:
    word = "abcdefghij" * 12
    block = views.table([[word, "A1234567890B" * 3]], [126.02, 30], [word[:40], "列"])
    content = [views.paragraph(f"网址{word}，{'！' * 60}"), block, views.title([word], "t1")]
    pages = draw(engine, views.frame("ducha-tongbao", fontset.families(), content))
    assert all(27 < g.x < 184.5 for page in pages for g in page.glyphs)


def test_a_signature_stands_flush_right_on_the_last_line_or_below_it_and_never_alone(
    engine: Engine, fontset: FontSet
) -> None:
    for blanks in range(12):
        content: list[dict[str, Any]] = [views.paragraph("按时答复", credit="（市水利局供稿）")] * blanks
        content += [views.paragraph(views.BODY), {"类": "供稿", "文": "（市委政法委供稿）"}]
        pages = draw(engine, views.frame("ducha-tongbao", fontset.families(), content))
        for page in pages:
            texts = [text for _, text in page.lines]
            assert texts[0] != "（市委政法委供稿）"
        glyphs = [g for page in pages for g in page.glyphs]
        ends = [after.x for before, after in itertools.pairwise(glyphs) if before.text == "稿" and after.text == "）"]
        assert len(ends) == blanks + 1
        assert ends == pytest.approx([184.02 - 16 / MM] * len(ends), abs=0.5)
