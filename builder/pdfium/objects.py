"""Rules and pictures among the objects of a page; boxes in pt, as pdfium has them."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from builder.pdfium.values import POINTS_PER_MM

_THIN = 2.0  # mm: a filled path that is thinner is a rule
_Matrix = tuple[float, float, float, float, float, float]
WHOLE: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def objects(page: pypdfium2.PdfPage) -> Iterator[tuple[Any, _Matrix]]:
    """Every object of a page with the matrix of the forms that hold it."""
    for n in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _nested(pdfium.FPDFPage_GetObject(page, n), WHOLE)


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


def bounds(item: Any, matrix: _Matrix) -> tuple[float, float, float, float]:
    """The box (left, bottom, right, top) of an object that a form with this matrix holds."""
    edges = tuple(ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(item, *edges)
    left, bottom, right, top = (edge.value for edge in edges)
    return _around([_moved(matrix, x, y) for x in (left, right) for y in (bottom, top)])


def _around(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def lines(item: Any, matrix: _Matrix) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """The straight lines of a path: strokes along the axes, and fills that are thin; boxes in pt with their colour."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    if fill.value:
        box = bounds(item, matrix)
        if min(box[2] - box[0], box[3] - box[1]) < _THIN * POINTS_PER_MM:
            yield box, color_of(item, pdfium.FPDFPageObj_GetFillColor)
    if stroke.value:
        own = _times(_matrix(item), matrix)
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(item, width)
        half = width.value * math.sqrt(abs(own[0] * own[3] - own[1] * own[2])) / 2
        color = color_of(item, pdfium.FPDFPageObj_GetStrokeColor)
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


def color_of(item: Any, ask: Any) -> str:
    """The colour as RRGGBB that pdfium's function ``ask`` tells of an object."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    ask(item, red, green, blue, alpha)
    return f"{red.value:02X}{green.value:02X}{blue.value:02X}"
