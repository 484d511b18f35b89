"""Body text on page 1 below 本期要目: at least three lines of it stay there (docs/layout.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.measure.lines import lines
from builder.measure.pdf import PdfText, as_read, wanted_text
from builder.render import expected

LEAST = 3  # lines
_PLENTY = 5  # full lines of text from the first paragraph on, a title among them: certainly more than the least


def roomy(view: Mapping[str, Any], pdf: PdfText) -> bool:
    """Whether so much of the text stands on page 1 that its lines need not be counted. ``pdf`` carries the view's text."""
    first = next(_texts(view), None)
    page = len(as_read(pdf.pages[0].text))
    return len(pdf.pages) == 1 or first is None or page - first[0] > _PLENTY * view["版式"]["正文"]["每行字数"]


def lacking(view: Mapping[str, Any], pdf: PdfText) -> bool:
    """Whether fewer lines than the least stand on page 1 while more follow.

    ``pdf`` was read with every line and carries the view's text.
    """
    where = lines(view, pdf)
    seen: set[float] = set()
    more = False
    for start, stop in _texts(view):
        for n in range(start, stop):
            if where.page(n) > 0:
                more = True
                break
            seen.add(round(where.baselines[where.at[n]]))
        if more or len(seen) >= LEAST:
            break
    return more and len(seen) < LEAST


def _texts(view: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Start and stop, in the visible text, of every paragraph and table of the body; headings alone are none."""
    annexes = sum(_length([a["标"], *a["题行"], *expected.blocks(a["内容"])]) for a in view["附件"])
    after = annexes + _length(expected.foot(view["版记"])) + _length(expected.blocks(view["内容"]))
    start = len(wanted_text(view)) - after
    for block in view["内容"]:
        stop = start + _length(expected.blocks([block]))
        if block["类"] == "表" or (block["类"] == "段" and not block["独"]):
            yield start, stop
        start = stop


def _length(texts: Any) -> int:
    return len(as_read("".join(texts)))
