"""Where the view's text stands in a PDF: on which page, and what the last line of a paragraph holds.

Needs a PDF that was read with every line, and whose text is the view's (``pdf.differences`` is empty).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.measure.pdf import Page, PdfText, as_read, repeated_heads, wanted_text

_SAME_LINE = 3.0  # pt: marks of other fonts may stand a little off the line
_MOST = 8  # characters of a last line that are looked at; more is no short line


@dataclass(frozen=True, slots=True)
class Lines:
    """``wanted`` is the view's visible text; ``at`` maps its characters to the text of the pages, which begin at ``starts``.

    ``baselines`` are those of that text's characters, in pt from the bottom; NaN where they are not known.
    """

    wanted: str
    at: Sequence[int]
    starts: Sequence[int]
    baselines: Sequence[float]

    def page(self, offset: int) -> int:
        """The page, from 0, of the character at ``offset`` of ``wanted``."""
        return bisect_right(self.starts, self.at[offset]) - 1

    def last_line(self, start: int, stop: int) -> str:
        """The last line of ``wanted[start:stop]`` where it is short; "" for a long or unknown one, and for an only line."""
        page = self.page(stop - 1)
        level = self.baselines[self.at[stop - 1]]
        for n in range(stop - 1, max(start, stop - _MOST) - 1, -1):
            if self.page(n) != page or abs(self.baselines[self.at[n]] - level) > _SAME_LINE:
                return self.wanted[n + 1 : stop]
        return ""


def lines(view: Mapping[str, Any], pdf: PdfText) -> Lines:
    """The lines of a PDF that carries the view's text."""
    wanted = wanted_text(view)
    texts: list[str] = []
    starts: list[int] = []
    baselines: list[float] = []
    for page, repeated in zip(pdf.pages, repeated_heads(view, pdf, wanted), strict=True):
        starts.append(len(baselines))
        texts.append(as_read(page.text)[repeated:])
        baselines += _levels(page)[repeated:]
    return Lines(wanted, _places(wanted, "".join(texts)), starts, baselines)


def first_levels(wanted: str, page: Page) -> list[float]:
    """The baselines of the characters of ``wanted``, the view's visible text, that stand on page 1; see ``Lines.baselines``."""
    text, levels = as_read(page.text), _levels(page)
    found: list[float] = []
    at = 0
    for c in wanted:
        if at == len(text):
            break
        found.append(levels[at])
        at += c <= "\uffff" or text[at] == c  # see ``_places``
    return found


def _levels(page: Page) -> list[float]:
    """A baseline for every character of the page's text as read (a ligature is read as several)."""
    known = len(page.baselines) == len(page.text)
    if known and as_read(page.text) == page.text:
        return list(page.baselines)
    levels = page.baselines if known else [math.nan] * len(page.text)
    return [level for c, level in zip(page.text, levels, strict=True) for _ in as_read(c)]


def _places(wanted: str, text: str) -> Sequence[int]:
    """For each character of ``wanted`` its place in ``text``, which may lack characters beyond U+FFFF (``pdf._legible``)."""
    if len(wanted) == len(text):
        return range(len(wanted))
    places, at = [], 0
    for c in wanted:
        places.append(min(at, len(text) - 1))
        at += c <= "\uffff" or text[at : at + 1] == c
    return places
