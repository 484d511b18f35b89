"""The page on which each entry of an issue begins, as its PDF has it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

from builder.measure.pdf import PdfText
from builder.render.entries import parts
from builder.render.view import bookmarks
from builder.words import visible

_KNOWN_BY = 24  # characters by which the beginning of an entry without a title is known


def starts(view: Mapping[str, Any], read: PdfText) -> list[int]:
    """Pages from 1, one for each of ``render.entries.parts``.

    A titled entry stands where the PDF's outline says; the others are looked for after the entry before them. What is not
    found there (pdfium may read a rare character as another) is taken to begin where that one does.
    """
    marked = {mark: page for (mark, _), (_, page) in zip(bookmarks(view), read.outline, strict=True)}
    ends = list(accumulate(len(page.text) for page in read.pages))
    text = "".join(page.text for page in read.pages)
    found: list[int] = []
    at, page = 0, 1
    for part in parts(view):
        if part.mark:
            page = marked[part.mark]
            at = max(at, ends[page - 1] - len(read.pages[page - 1].text))
            opening = visible(part.title)
        else:
            opening = visible("".join(part.lines))[:_KNOWN_BY]
        place = text.find(opening, at)
        if place >= 0:
            at = place + len(opening)
            page = page if part.mark else bisect_right(ends, place) + 1
        found.append(page)
    return found
