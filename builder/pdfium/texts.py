"""The text of a PDF, quickly: what a build compares with its view."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

import pypdfium2
import pypdfium2.raw as pdfium

from builder.pdfium import reading_copy
from builder.pdfium.objects import WHOLE, bounds
from builder.pdfium.reading import opened
from builder.pdfium.values import POINTS_PER_MM
from builder.words import visible

Lines = Literal["none", "ends", "all"]  # of no page, of the first and the last, of every one
_ASKEW = 0.1  # radians: text that is turned by more does not belong to the lines of a page


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a page, quickly: as pdfium orders it, and what of it stands on the paper; size in mm.

    ``baselines`` are those of its characters but for white space, one for each, and ``drawn`` the lower edges of pictures
    and rules; pt from the bottom, empty unless they were asked for.
    """

    whole: str
    on_paper: str
    width: float
    height: float
    baselines: tuple[float, ...]
    drawn: tuple[float, ...]


def texts(pdf: bytes, lines: Lines = "none") -> tuple[tuple[Text, ...], tuple[tuple[str, int], ...]]:
    """The text of every page, and the outline as (title, 1-based page).

    ``lines`` says of which pages the places of the lines are given, too; they take time.

    Raises:
        JianbaoError: see ``opened``.
    """
    with closing(opened(reading_copy.for_text(pdf))) as document:
        last = len(document) - 1
        pages = [document[n] for n in range(last + 1)]  # all of them: pages that are open share their fonts
        found = tuple(
            _text(page, lines == "all" or (lines == "ends" and n in (0, last))) for n, page in enumerate(pages)
        )
        outline = tuple(
            (mark.get_title(), destination.get_index() + 1)
            for mark in document.get_toc()
            if (destination := mark.get_dest()) is not None
        )
        return found, outline


def _text(page: pypdfium2.PdfPage, lines: bool) -> Text:
    wide, high = page.get_size()
    text = page.get_textpage()
    whole = text.get_text_range()
    order: Sequence[int] = range(pdfium.FPDFText_CountChars(text))
    if wide > high:
        whole, order = _turned_last(text, whole)
    return Text(
        whole, text.get_text_bounded(), wide / POINTS_PER_MM, high / POINTS_PER_MM,
        _baselines(text, order, whole) if lines else (), _drawn(page) if lines else (),
    )  # fmt: skip


def _turned_last(text: pypdfium2.PdfTextPage, whole: str) -> tuple[str, Sequence[int]]:
    """The text of a landscape page with what is turned on it, its page number, at the end; and the order of its characters.

    pdfium gives the number in the middle of the row of a table that it stands beside.
    """
    units = whole.encode("utf-16-le", "surrogatepass")
    natural = range(pdfium.FPDFText_CountChars(text))
    if len(units) != 2 * len(natural):
        return whole, natural
    order = sorted(natural, key=lambda n: pdfium.FPDFText_GetCharAngle(text, n) > _ASKEW)
    moved = b"".join(units[2 * n : 2 * n + 2] for n in order)
    return moved.decode("utf-16-le", "surrogatepass"), order


def _drawn(page: pypdfium2.PdfPage) -> tuple[float, ...]:
    kinds = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH)
    items = (pdfium.FPDFPage_GetObject(page, n) for n in range(pdfium.FPDFPage_CountObjects(page)))
    return tuple(bounds(item, WHOLE)[1] for item in items if pdfium.FPDFPageObj_GetType(item) in kinds)


def _baselines(text: pypdfium2.PdfTextPage, order: Sequence[int], whole: str) -> tuple[float, ...]:
    found = []
    handle = text.raw  # asking the page itself for it costs as much as the call
    x, y = ctypes.c_double(), ctypes.c_double()
    origin = pdfium.FPDFText_GetCharOrigin
    for n, character in zip(order, _characters(handle, order, whole), strict=True):
        if "\udc00" <= character <= "\udfff":  # the second half of a character beyond U+FFFF
            continue
        if character > "\u3000" or visible(character):
            origin(handle, n, x, y)
            found.append(y.value)
    return tuple(found)


def _characters(handle: Any, order: Sequence[int], whole: str) -> str:
    """The character of each place of ``order``; halves of characters beyond U+FFFF by themselves.

    They are those of the text where it has one for each place; pdfium may leave some out of a text.
    """
    if len(whole) == len(order):
        return whole
    return "".join(chr(pdfium.FPDFText_GetUnicode(handle, n)) for n in order)
