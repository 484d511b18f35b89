"""The lines that stand in the type area of a PDF's pages, in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.pdfium import Glyph, Sheet

_APART = 0.8  # mm between base lines that are two lines
_BESIDE = 6.0  # mm beyond the type area's sides that a mark at a line's end may reach
_BELOW = 2.0  # mm below it that still is in it


@dataclass(frozen=True, slots=True)
class Line:
    """Visible text at one height of a page; ``number`` counts the lines of the page, both from 1."""

    page: int
    number: int
    text: str


def lines(sheets: Sequence[Sheet], layout: Mapping[str, Any]) -> tuple[Line, ...]:
    """Every line; page numbers, which stand outside the type area, are left out.

    ``layout`` is the view's ``版式``. Cells of a table that stand side by side make one line.
    """
    return tuple(line for page, sheet in enumerate(sheets, 1) for line in _of_page(page, sheet, layout))


def _of_page(page: int, sheet: Sheet, layout: Mapping[str, Any]) -> Iterator[Line]:
    left, top, right, bottom = _area(sheet, layout)
    inside = [
        glyph
        for glyph in sheet.glyphs
        if top < glyph.baseline < bottom + _BELOW and left - _BESIDE < glyph.x < right + _BESIDE
    ]
    rows: list[list[Glyph]] = []
    for glyph in sorted(inside, key=lambda g: g.baseline):
        if not rows or glyph.baseline - rows[-1][0].baseline > _APART:
            rows.append([])
        rows[-1].append(glyph)
    for number, row in enumerate(rows, 1):
        yield Line(page, number, "".join(glyph.text for glyph in sorted(row, key=lambda g: g.x)))


def _area(sheet: Sheet, layout: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom edge of the type area, mm; turned on a landscape page."""
    paper, area = layout["纸张"], layout["版心"]
    if sheet.width > sheet.height:
        left = paper["高"] - area["天头"] - area["高"]
        return left, area["订口"], left + area["高"], area["订口"] + area["宽"]
    return area["订口"], area["天头"], area["订口"] + area["宽"], area["天头"] + area["高"]
