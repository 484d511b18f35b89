"""Reading a PDF back: text by page, outline, room on the last page. The only importer of pypdfium2.

White space does not survive typesetting, so texts are compared without it (``measure.differences``).
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from builder.measure.differences import first_difference, visible
from builder.render import expected

_PAGE_NUMBER = re.compile(r"—\d+—")
_POINTS_PER_MM = 72 / 25.4
# pdfium spells the Latin ligatures (ﬁ, ﬂ …) with letters.
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its visible text in reading order without the page number, the number as printed, size in mm.

    ``baselines`` are (y, character) of the visible characters, y in pt from the bottom; kept for the last page only.
    """

    text: str
    number: str
    width: float
    height: float
    baselines: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says: its pages, and its outline as (title, 1-based page)."""

    pages: tuple[Page, ...]
    outline: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """Pages, and full body lines free between the text and the foot of the last page."""

    pages: int
    lines_left: int


def read(pdf: bytes) -> PdfText:
    """Text, page numbers and outline of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        last = len(document) - 1
        pages = tuple(_page(document[n], n == last) for n in range(last + 1))
        outline = tuple(
            (mark.get_title(), destination.get_index() + 1)
            for mark in document.get_toc()
            if (destination := mark.get_dest()) is not None
        )
        return PdfText(pages, outline)
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage, last: bool) -> Page:
    width, height = page.get_size()
    text_page = page.get_textpage()
    raw = text_page.get_text_range()
    text = visible(raw)
    numbers = _PAGE_NUMBER.findall(text)
    number = numbers[-1] if numbers and text.endswith(numbers[-1]) else ""
    text = text[: len(text) - len(number)]
    baselines = _baselines(text_page) if last else ()
    return Page(text, number, width / _POINTS_PER_MM, height / _POINTS_PER_MM, baselines)


def _baselines(text_page: pypdfium2.PdfTextPage) -> tuple[float, ...]:
    """The baseline of every visible character, in the order of the text."""
    found = []
    x, y = ctypes.c_double(), ctypes.c_double()
    for n in range(pdfium.FPDFText_CountChars(text_page)):
        if visible(chr(pdfium.FPDFText_GetUnicode(text_page, n))):
            pdfium.FPDFText_GetCharOrigin(text_page, n, x, y)
            found.append(y.value)
    return tuple(found)


def room(pdf: PdfText, view: Mapping[str, Any]) -> Room:
    """Pages and free lines of an issue's PDF. The foot stands last in the text of the last page."""
    layout = view["版式"]
    area, body, foot = layout["版心"], layout["正文"], layout["版记"]
    last = pdf.pages[-1]
    foot_text = visible("".join(expected.foot(view["版记"])))
    start = last.text.rfind(foot_text) if foot_text else len(last.text)
    top = (layout["纸张"]["高"] - area["天头"]) * _POINTS_PER_MM
    bottom = (layout["纸张"]["高"] - area["天头"] - area["高"]) * _POINTS_PER_MM
    above = [*last.baselines[:start], *last.baselines[start + len(foot_text) : len(last.text)]]
    text_bottom = min(above, default=None)
    lowest = top if text_bottom is None else text_bottom - _below(body["字号"], body["行距"])
    ceiling = bottom
    if foot_text and start >= 0:
        ceiling = last.baselines[start] + 0.88 * foot["字号"] + (foot["行距"] - foot["字号"]) / 2
        ceiling += foot["首末线"] * _POINTS_PER_MM + body["行距"] / 2  # the clearance above the foot
    return Room(len(pdf.pages), max(0, int((lowest - ceiling) / body["行距"] + 0.02)))


def _below(size: float, pitch: float) -> float:
    """From a baseline to the bottom of its line box, in pt."""
    return 0.12 * size + (pitch - size) / 2


def differences(view: Mapping[str, Any], pdf: PdfText) -> list[str]:
    """Where the PDF's text departs from the view's; empty when equal. Table heads may repeat at the top of a page."""
    wanted = visible("".join(expected.texts(view))).translate(_LIGATURES)
    heads = dict(_heads(view))
    text = ""
    for page in pdf.pages:
        here = page.text
        for drawn, read_as in heads.items():
            here = here.replace(drawn, read_as)
        text += _without_repeated_head(here, heads.values(), wanted[len(text) :])
    return first_difference(wanted, text)


def _heads(view: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Every table head as Typst draws it (cells over two rows after the others of their row) and as it reads."""
    for blocks in (view["内容"], *(a["内容"] for a in view["附件"])):
        for block in (b for b in blocks if b["类"] == "表"):
            drawn = [sorted(row, key=lambda cell: cell["行"]) for row in block["头"]]
            yield _head_text(drawn), _head_text(block["头"])


def _head_text(rows: Iterable[Iterable[Mapping[str, Any]]]) -> str:
    return visible("".join(expected.runs(cell["文字"]) for row in rows for cell in row))


def _without_repeated_head(text: str, heads: Iterable[str], wanted: str) -> str:
    """A page's text without a head that the expected text does not have here."""
    for head in sorted(heads, key=len, reverse=True):
        if head and text.startswith(head) and not wanted.startswith(head):
            return text[len(head) :]
    return text
