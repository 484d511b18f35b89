"""A PDF measured against a profile. Any PDF: ours, or printed by Word, WPS or LibreOffice, tagged or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from builder import pdfium
from builder.inspection import pdf_breaks, pdf_cells, pdf_ends, pdf_foot, pdf_grid, pdf_masthead, pdf_numbers, pdf_style
from builder.inspection.findings import Box, Finding, Report
from builder.inspection.made import fact
from builder.inspection.pdf_pages import Page, back, held
from builder.inspection.pdf_roles import Document, understood
from builder.inspection.profile import Profile
from builder.pdfium import Sheet

_MARKS, _MARKS_ABOVE = ("清样", "送审稿", "收件："), 20.0  # mm from the upper edge of the paper


def read(pdf: bytes, name: str) -> Document:
    """What stands on the pages of a PDF, and what each part is; ``.name`` is the name that its masthead shows.

    Raises:
        JianbaoError: it is damaged, has a password, or is no PDF.
    """
    sheets = map(_without_mark, pdfium.sheets(pdf, name))
    return understood(tuple(held(n, sheet) for n, sheet in enumerate(sheets, 1)))


def _without_mark(sheet: Sheet) -> Sheet:
    """The page without the line above its type area that says what it is (清样　拟第…期) or whose (收件：…)."""
    above = [g for g in sheet.glyphs if g.baseline < _MARKS_ABOVE and not g.turned]
    if not "".join(g.text for g in above).startswith(_MARKS):
        return sheet
    line = {id(g) for g in above if abs(g.baseline - above[0].baseline) < 1}
    return replace(sheet, glyphs=tuple(g for g in sheet.glyphs if id(g) not in line))


def inspect(pdf: bytes, name: str, profile: Profile) -> Report:
    """Everything that can be measured on a PDF, in the order of the page.

    Raises:
        JianbaoError: see ``read``.
    """
    return measured(read(pdf, name), name, profile)


def measured(document: Document, name: str, profile: Profile) -> Report:
    """The report on a document that was read."""
    found = _all(document, profile) if document.pages else ()
    return Report(name, "PDF", profile.name, len(document.pages), tuple(_as_seen(found, document.pages)))


def _all(document: Document, profile: Profile) -> Iterator[Finding]:
    if not any(page.lines or page.tables or page.sideways for page in document.pages):
        yield _nothing(document.pages)
        return
    area = pdf_grid.area(document, profile)
    yield from pdf_grid.findings(document, profile)
    yield from pdf_masthead.findings(document, profile, area)
    yield from pdf_style.findings(document, profile)
    yield from pdf_breaks.findings(document, profile)
    yield from pdf_ends.findings(document, profile, area)
    yield from pdf_cells.findings(document, profile, area)
    yield from pdf_foot.findings(document, profile, area)
    yield from pdf_numbers.findings(document, profile, area)


def _nothing(pages: tuple[Page, ...]) -> Finding:
    pictures = sum(len(page.pictures) for page in pages)
    note = "这是扫描件或图片，没有文字可量：请用 Word、WPS 或简报直接导出的 PDF。" if pictures else "各面都是空白。"
    boxes = (Box(page.number, p.left, p.top, p.right, p.bottom) for page in pages for p in page.pictures)
    return fact("文字", "有无", "no-text", "不合格", "没有", "有文字", "", boxes, note)


def _as_seen(found: Iterable[Finding], pages: tuple[Page, ...]) -> Iterator[Finding]:
    """Boxes on pages that were turned to read them, as a reader sees the pages."""
    for finding in found:
        boxes = tuple(back(box, pages[box.page - 1]) for box in finding.boxes)
        yield replace(finding, boxes=boxes)
