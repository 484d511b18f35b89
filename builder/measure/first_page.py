"""Body text on page 1 below 本期要目: at least three lines of it stay there (docs/layout.md)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from builder.measure.lines import first_levels
from builder.measure.pdf import PdfText, as_read, wanted_text
from builder.render import expected

LEAST = 3  # lines


def lacking(view: Mapping[str, Any], pdf: PdfText) -> bool:
    """Whether fewer lines than the least stand on page 1 while more follow.

    ``pdf`` carries the view's text; where its lines are not known, the answer is no.
    """
    if len(pdf.pages) == 1:
        return False
    wanted = wanted_text(view)
    levels = first_levels(wanted, pdf.pages[0])
    if any(map(math.isnan, levels)):
        return False
    seen: set[int] = set()
    more = False
    for start, stop in _texts(view, len(wanted)):
        seen.update(map(round, levels[start:stop]))
        more = stop > len(levels)
        if more or len(seen) >= LEAST:
            break
    return more and len(seen) < LEAST


def _texts(view: Mapping[str, Any], length: int) -> Iterator[tuple[int, int]]:
    """Start and stop, in the visible text of this length, of every paragraph and table of the body; headings alone are none."""
    annexes = sum(_length([a["标"], *a["题行"], *expected.blocks(a["内容"])]) for a in view["附件"])
    after = annexes + _length(expected.foot(view["版记"])) + _length(expected.blocks(view["内容"]))
    start = length - after
    for block in view["内容"]:
        stop = start + _length(expected.blocks([block]))
        if block["类"] == "表" or (block["类"] == "段" and not block["独"]):
            yield start, stop
        start = stop


def _length(texts: Any) -> int:
    return len(as_read("".join(texts)))
