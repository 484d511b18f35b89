"""The printed characters of a page."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from builder.pdfium.objects import color_of
from builder.pdfium.values import Glyph, Place

_SUBSET = 7  # letters and plus sign before the name of a font of which a file holds a part
# What pdfium says of a hyphen at the end of a line; which of them depends on its version.
_END_HYPHENS = ("\x02", "\ufffe")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_OUTLINED = frozenset((pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP))
_UNSEEN = frozenset((pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    font: str
    color: str
    turned: int
    outlined: bool
    seen: bool


def glyphs(text: pypdfium2.PdfTextPage, place: Place) -> Iterator[Glyph]:
    """Every visible character in the order of the file; white space, joiners and invisible text are left out."""
    handle = text.raw  # asking the page itself for it costs as much as the call
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    styles: dict[int, _Style] = {}
    high = ""
    for n in range(pdfium.FPDFText_CountChars(handle)):
        unit = chr(pdfium.FPDFText_GetUnicode(handle, n))
        if "\ud800" <= unit <= "\udbff":
            high = unit
            continue
        character = (high + unit).encode("utf-16", "surrogatepass").decode("utf-16", "replace") if high else unit
        high = ""
        if character in _END_HYPHENS:
            character = "-"
        if (
            character.isspace()
            or character in _INVISIBLE
            or character < " "
            or pdfium.FPDFText_IsGenerated(handle, n) == 1
        ):
            continue
        style = _style(handle, n, styles)
        if not style.seen:
            continue
        pdfium.FPDFText_GetCharOrigin(handle, n, x, y)
        pdfium.FPDFText_GetCharBox(handle, n, left, right, bottom, top)
        box = place.box((left.value, bottom.value, right.value, top.value))
        yield Glyph(
            character, place.x(x.value), place.y(y.value), *box,
            style.size, style.font, style.color, style.turned, style.outlined,
        )  # fmt: skip


def _style(handle: Any, n: int, known: dict[int, _Style]) -> _Style:
    """Size, font, colour and direction of a character, once for each text object."""
    item = pdfium.FPDFText_GetTextObject(handle, n)
    key = ctypes.addressof(item.contents) if item else 0
    if key not in known:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(handle, n, matrix)
        angle = math.degrees(math.atan2(-matrix.b, matrix.a))
        size = pdfium.FPDFText_GetFontSize(handle, n) * math.hypot(matrix.c, matrix.d)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
        known[key] = _Style(
            size, font_name(item), color_of(item, pdfium.FPDFPageObj_GetFillColor), round(angle) % 360,
            mode in _OUTLINED, mode not in _UNSEEN,
        )  # fmt: skip
    return known[key]


def font_name(item: Any) -> str:
    """The PostScript name of a text object's font, without the mark of a part."""
    font = pdfium.FPDFTextObj_GetFont(item)
    length = pdfium.FPDFFont_GetBaseFontName(font, None, 0)
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, length)
    name = _decoded(buffer.value)
    return name[_SUBSET:] if name[_SUBSET - 1 : _SUBSET] == "+" else name


def _decoded(name: bytes) -> str:
    """A font's name; Chinese ones stand in files as UTF-8 or in the encoding of old Windows."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("gb18030", "replace")
