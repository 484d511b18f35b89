"""What stands on the pages of a PDF, and where: glyphs, rules, pictures. The door to pypdfium2.

Lengths are in mm from the upper left corner of the page, sizes in pt.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from builder.errors import JianbaoError
from builder.words import visible

if TYPE_CHECKING:
    from PIL import Image

POINTS_PER_MM = 72 / 25.4
_ASKEW = 0.1  # radians: text that is turned by more does not belong to the lines of a page
_THIN = 2.0  # mm: a filled path that is thinner is a rule
_SUBSET = 7  # letters and plus sign before the name of a font of which a file holds a part
_END_HYPHENS = (
    "\x02",
    "\ufffe",
)  # what pdfium says of a hyphen at the end of a line; which of them depends on its version
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_WRONG_PASSWORD = "password"
_Matrix = tuple[float, float, float, float, float, float]
_OUTLINED = frozenset((pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP))
_UNSEEN = frozenset((pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP))
_WHOLE: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Glyph(NamedTuple):  # a tuple: documents hold a hundred thousand, which a dataclass makes in thrice the time
    """One printed character.

    ``x`` and ``baseline`` are its origin; the box is that of its ink; ``size`` is the size in pt as printed; ``font`` is the
    PostScript name without its subset mark; ``color`` is RRGGBB; ``turned`` is its direction, clockwise, in degrees;
    ``outlined`` is True where its outline is drawn, too, as programs do that have no bold face.
    """

    text: str
    x: float
    baseline: float
    left: float
    top: float
    right: float
    bottom: float
    size: float
    font: str
    color: str
    turned: int = 0
    outlined: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, horizontal or vertical: the box of its ink; its thickness in mm is the box's smaller side."""

    left: float
    top: float
    right: float
    bottom: float
    color: str

    @property
    def across(self) -> bool:
        """True for a horizontal one."""
        return self.right - self.left >= self.bottom - self.top

    @property
    def thickness(self) -> float:
        """In mm."""
        return min(self.right - self.left, self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class Area:
    """The box of a picture."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its size in mm and what is printed on it, in the order of the file."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    pictures: tuple[Area, ...]


def opened(pdf: bytes, name: str = "PDF") -> pypdfium2.PdfDocument:
    """A PDF, to be closed.

    Raises:
        JianbaoError: it is damaged, has a password, or is no PDF.
    """
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        reason = "有打开密码" if _WRONG_PASSWORD in str(error).lower() else "文件损坏，或不是 PDF"
        raise JianbaoError(f"{name} 读不了：{reason}。", "去掉密码或重新导出 PDF 后再试。") from error


def sheets(pdf: bytes, name: str = "PDF") -> tuple[Sheet, ...]:
    """Every page with all that is printed on it; white space, joiners and the invisible text of scans are left out.

    Raises:
        JianbaoError: see ``opened``; or one of its pages is damaged.
    """
    with closing(opened(pdf, name)) as document:
        try:
            pages = [document[n] for n in range(len(document))]  # all of them: pages that are open share their fonts
            return tuple(map(_sheet, pages))
        except pypdfium2.PdfiumError as error:
            raise JianbaoError(f"{name} 读不了：有的面已经损坏。", "重新导出 PDF 后再试。") from error


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


def texts(pdf: bytes, every_line: bool) -> tuple[tuple[Text, ...], tuple[tuple[str, int], ...]]:
    """The text of every page, and the outline as (title, 1-based page).

    Of the first and the last page the lines are given, too; of all only with ``every_line`` (they take time).

    Raises:
        JianbaoError: see ``opened``.
    """
    with closing(opened(pdf)) as document:
        last = len(document) - 1
        pages = [document[n] for n in range(last + 1)]  # all of them: pages that are open share their fonts
        found = tuple(_text(page, every_line or n in (0, last)) for n, page in enumerate(pages))
        outline = tuple(
            (mark.get_title(), destination.get_index() + 1)
            for mark in document.get_toc()
            if (destination := mark.get_dest()) is not None
        )
        return found, outline


def picture(pdf: bytes, page: int, ppi: float) -> Image.Image:
    """The page (from 0) as a picture with ``ppi`` pixels an inch."""
    with closing(opened(pdf)) as document:
        return document[page].render(scale=ppi / 72).to_pil()  # type: ignore[no-any-return]


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    wide, high = page.get_size()
    quarters = page.get_rotation() // 90 % 4
    if quarters % 2:  # the size is told as shown, the places of what is printed as they were before the turn
        wide, high = high, wide
    left, bottom, *_ = page.get_bbox()
    place = _Place(left, bottom + high)
    rules: list[Rule] = []
    pictures: list[Area] = []
    for item, matrix in _objects(page):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures.append(Area(*place.box(_bounds(item, matrix))))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            rules += (Rule(*place.box(box), color) for box, color in _lines(item, matrix))
    glyphs = tuple(_glyphs(page.get_textpage(), place))
    sheet = Sheet(wide / POINTS_PER_MM, high / POINTS_PER_MM, glyphs, tuple(rules), tuple(pictures))
    for _ in range(quarters):
        sheet = turned(sheet)
    return sheet


def turned(sheet: Sheet) -> Sheet:
    """A sheet turned clockwise by a quarter, with all that is on it."""
    high = sheet.height
    return Sheet(
        high,
        sheet.width,
        tuple(_turned_glyph(g, high) for g in sheet.glyphs),
        tuple(Rule(*quarter((r.left, r.top, r.right, r.bottom), high), r.color) for r in sheet.rules),
        tuple(Area(*quarter((p.left, p.top, p.right, p.bottom), high)) for p in sheet.pictures),
    )


def quarter(edges: tuple[float, float, float, float], high: float) -> tuple[float, float, float, float]:
    """Edges (left, top, right, bottom) on a sheet of this height, after a quarter turn clockwise."""
    left, top, right, bottom = edges
    return high - bottom, left, high - top, right


def _turned_glyph(glyph: Glyph, high: float) -> Glyph:
    left, top, right, bottom = quarter((glyph.left, glyph.top, glyph.right, glyph.bottom), high)
    return glyph._replace(
        x=high - glyph.baseline, baseline=glyph.x, left=left, top=top, right=right, bottom=bottom,
        turned=(glyph.turned + 90) % 360,
    )  # fmt: skip


def _text(page: pypdfium2.PdfPage, lines: bool) -> Text:
    wide, high = page.get_size()
    text = page.get_textpage()
    whole, order = text.get_text_range(), range(pdfium.FPDFText_CountChars(text))
    if wide > high:
        whole, order = _turned_last(text, whole)
    return Text(
        whole, text.get_text_bounded(), wide / POINTS_PER_MM, high / POINTS_PER_MM,
        _baselines(text, order) if lines else (), _drawn(page) if lines else (),
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
    return tuple(_bounds(item, _WHOLE)[1] for item in items if pdfium.FPDFPageObj_GetType(item) in kinds)


def _baselines(text: pypdfium2.PdfTextPage, order: Sequence[int]) -> tuple[float, ...]:
    found = []
    x, y = ctypes.c_double(), ctypes.c_double()
    for n in order:
        character = chr(pdfium.FPDFText_GetUnicode(text, n))
        if "\udc00" <= character <= "\udfff":  # the second half of a character beyond U+FFFF
            continue
        if character > "\u3000" or visible(character):
            pdfium.FPDFText_GetCharOrigin(text, n, x, y)
            found.append(y.value)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Place:
    """The upper left corner of a page in its own coordinates, pt."""

    left: float
    top: float

    def x(self, value: float) -> float:
        return (value - self.left) / POINTS_PER_MM

    def y(self, value: float) -> float:
        return (self.top - value) / POINTS_PER_MM

    def box(self, edges: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) in pt as (left, top, right, bottom) in mm."""
        left, bottom, right, top = edges
        return self.x(left), self.y(top), self.x(right), self.y(bottom)


# ---------------------------------------------------------------- glyphs


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    font: str
    color: str
    turned: int
    outlined: bool
    seen: bool


def _glyphs(text: pypdfium2.PdfTextPage, place: _Place) -> Iterator[Glyph]:
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
            size, _font(item), _color(item, pdfium.FPDFPageObj_GetFillColor), round(angle) % 360,
            mode in _OUTLINED, mode not in _UNSEEN,
        )  # fmt: skip
    return known[key]


def _font(item: Any) -> str:
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


def _color(item: Any, ask: Any) -> str:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    ask(item, red, green, blue, alpha)
    return f"{red.value:02X}{green.value:02X}{blue.value:02X}"


# ---------------------------------------------------------------- rules and pictures


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[Any, _Matrix]]:
    """Every object of a page with the matrix of the forms that hold it."""
    for n in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _nested(pdfium.FPDFPage_GetObject(page, n), _WHOLE)


def _nested(item: Any, matrix: _Matrix) -> Iterator[tuple[Any, _Matrix]]:
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
        yield item, matrix
        return
    own = _times(_matrix(item), matrix)
    for n in range(pdfium.FPDFFormObj_CountObjects(item)):
        yield from _nested(pdfium.FPDFFormObj_GetObject(item, n), own)


def _matrix(item: Any) -> _Matrix:
    found = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, found)
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(one: _Matrix, two: _Matrix) -> _Matrix:
    """The matrix that does ``one`` and then ``two``."""
    a, b, c, d, e, f = one
    (x, y), (z, w), (u, v) = _moved(two, a, b), _moved(two, c, d), _moved(two, e, f)
    return x - two[4], y - two[5], z - two[4], w - two[5], u, v


def _moved(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(item: Any, matrix: _Matrix) -> tuple[float, float, float, float]:
    edges = tuple(ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    return _around([_moved(matrix, x, y) for x in (left, right) for y in (bottom, top)])


def _around(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _lines(item: Any, matrix: _Matrix) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """The straight lines of a path: strokes along the axes, and fills that are thin; boxes in pt with their colour."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if fill.value:
        box = _bounds(item, matrix)
        if min(box[2] - box[0], box[3] - box[1]) < _THIN * POINTS_PER_MM:
            yield box, _color(item, pdfium.FPDFPageObj_GetFillColor)
    if stroke.value:
        own = _times(_matrix(item), matrix)
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(item, width)
        half = width.value * math.sqrt(abs(own[0] * own[3] - own[1] * own[2])) / 2
        color = _color(item, pdfium.FPDFPageObj_GetStrokeColor)
        for one, two in _segments(item, own):
            left, bottom, right, top = _around([one, two])
            if right - left < 0.1:
                yield (left - half, bottom, right + half, top), color
            elif top - bottom < 0.1:
                yield (left, bottom - half, right, top + half), color


def _segments(item: Any, matrix: _Matrix) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    start = before = (0.0, 0.0)
    for n in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, n)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        here = _moved(matrix, x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield before, here
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield here, start
        before = here
