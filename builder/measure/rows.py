"""Table rows that are split over pages: drawn cell by cell on each page, they are put together for the comparison."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

Row = Sequence[str]


def with_whole_rows(wanted: str, pages: Sequence[str], rows: Iterable[Row]) -> tuple[str, str] | None:
    """The expected text and that of ``pages``, where each row that a page's start splits is put together.

    Such a row must have the very characters that it has in ``wanted``, at the same place, those of each cell in their
    order; else it stays as it is. ``rows`` are the cells' texts. Characters beyond U+FFFF, which pdfium may not read,
    are left out of both texts; None when the pages have more of one than expected.
    """
    if Counter(c for page in pages for c in page if c > "\uffff") - Counter(wanted):
        return None
    wanted, basic = _basic(wanted), [_basic(page) for page in pages]
    text = "".join(basic)
    known = [[_basic(cell) for cell in row] for row in rows]
    for at in list(accumulate(map(len, basic)))[:-1]:
        for cells in known:
            row = "".join(cells)
            # Only where ``at`` lies inside the row.
            start = wanted.find(row, max(0, at - len(row) + 1), at + len(row) - 1)
            drawn = text[start : start + len(row)]
            if start >= 0 and sorted(drawn) == sorted(row) and all(_in_order(cell, drawn) for cell in cells):
                text = text[:start] + row + text[start + len(row) :]
                break
    return wanted, text


def _basic(text: str) -> str:
    return "".join(c for c in text if c <= "\uffff")


def _in_order(cell: str, drawn: str) -> bool:
    """True when ``drawn`` has the cell's characters in their order; combining marks may stand on either side."""
    rest = iter(drawn)
    return all(c in rest for c in cell if unicodedata.category(c)[0] != "M")
