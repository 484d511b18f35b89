"""Body text on page 1 below 本期要目: at least three lines of it stay there (docs/layout.md)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from typing import Any

from builder.measure.lines import first_levels
from builder.measure.pdf import PdfText, as_read, wanted_text
from builder.pdfium import POINTS_PER_MM
from builder.render import expected

LEAST = 3  # lines

_DIGIT = 0.45  # em: no face of official documents has narrower ones
_LEADER = 0.6  # em between an entry and its page number, at least (layout/official.typ)
_TURNED = 2  # em that turned lines of an entry, and first lines of a paragraph, are shorter
_ROUNDING = 0.5  # pt


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


def cramped(view: Mapping[str, Any]) -> bool:
    """Whether it is certain, before anything is set, that ``lacking`` will hold of the view.

    Only what is sure to stand above the text is counted: full-width characters and digits of entries and titles, and their
    page numbers where the text alone fills enough pages. No is no answer. It holds for `layout/official.typ`.
    """
    texts = islice((b for b in view["内容"] if _is_text(b)), LEAST)
    if not view["要目"] or [b["类"] for b in texts] != ["段"] * LEAST:
        return False
    layout = view["版式"]
    line, high = layout["正文"]["行距"], layout["版心"]["高"] * POINTS_PER_MM
    head = _masthead(view)
    text = sum(_least_height(b, layout) for b in view["内容"])
    numbered = math.ceil((head + _entries(view, False) + text) / high) >= layout["要目"]["页码起"]
    above = sum(_least_height(b, layout) for b in takewhile(lambda b: not _is_text(b), view["内容"]))
    return bool(high - head - _entries(view, numbered) - above + _ROUNDING < LEAST * line)


def _masthead(view: Mapping[str, Any]) -> float:
    """The height of the masthead with the blank below its rule, at least; pt."""
    layout, rows = view["版式"], len(view["报头"]["期号行"])
    m = layout["报头"]
    gaps = m["刊名上距"] + m["刊名至期号"] + m["期号至编印"] + m["编印至红线"] + m["红线粗"]
    below = layout["标题"]["线下空行"] * layout["正文"]["行距"]
    return float(gaps * POINTS_PER_MM + m["刊名字号"] + (rows + 1) * layout["正文"]["字号"] + below)


def _entries(view: Mapping[str, Any], numbered: bool) -> float:
    """The height of 要目 with its heading and the blank below it, at least; pt. 24 pt: lines in the smaller size."""
    layout, contents = view["版式"], view["要目"]
    line = layout["正文"]["行距"]
    width = layout["版心"]["宽"] * POINTS_PER_MM / contents["字号"]
    more = _LEADER + _DIGIT if numbered else 0.0
    rows = sum(_rows(_least_width(x["文"]) + more - _TURNED, width - _TURNED) for x in contents["条目"])
    return float(2 * line + rows * (24 if contents["字号"] < layout["正文"]["字号"] else line))


def _least_height(block: Mapping[str, Any], layout: Mapping[str, Any]) -> float:
    """pt; 0 for blocks that hold no room for certain."""
    line = layout["正文"]["行距"]
    if block["类"] == "标题":
        return float(len(block["行"]) * layout["标题"]["单题行距" if block["单题"] else "多题行距"])
    if block["类"] == "栏目":
        return float(line)
    paragraphs = [block["文字"]] if block["类"] == "段" else block["段"] if block["类"] == "编者按" else []
    width = layout["版心"]["宽"] * POINTS_PER_MM / layout["正文"]["字距"]
    return float(line * sum(_rows(_least_width(expected.runs(p)) + _TURNED, width) for p in paragraphs))


def _least_width(text: str) -> float:
    """Em."""
    return sum(1.0 if c >= "\u2e80" else _DIGIT if c in "0123456789" else 0.0 for c in text)


def _rows(width: float, line: float) -> int:
    return max(1, math.ceil(width / line))


def _is_text(block: Mapping[str, Any]) -> bool:
    """Paragraphs and tables; headings alone are none."""
    return bool(block["类"] == "表" or (block["类"] == "段" and not block["独"]))


def _texts(view: Mapping[str, Any], length: int) -> Iterator[tuple[int, int]]:
    """Start and stop, in the visible text of this length, of every paragraph and table of the body."""
    annexes = sum(_length([a["标"], *a["题行"], *expected.blocks(a["内容"])]) for a in view["附件"])
    after = annexes + _length(expected.foot(view["版记"])) + _length(expected.blocks(view["内容"]))
    start = length - after
    for block in view["内容"]:
        stop = start + _length(expected.blocks([block]))
        if _is_text(block):
            yield start, stop
        start = stop


def _length(texts: Any) -> int:
    return len(as_read("".join(texts)))
