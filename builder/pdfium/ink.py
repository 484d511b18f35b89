"""Whether anything is printed in a part of a page, whatever it is: text, a rule, a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

import pypdfium2

from builder.pdfium.reading import opened
from builder.pdfium.values import POINTS_PER_MM, Area

_PPI = 72


def free(pdf: bytes, asked: Callable[[int, float, float], Sequence[Area]]) -> list[int]:
    """For every page the number (from 0) of the first of some areas in which nothing is printed; -1 where none is free.

    Args:
        pdf: the file.
        asked: the areas (mm from the left and the top of the page as shown) for a page (from 0) so wide and high (mm).

    Raises:
        JianbaoError: see ``opened``.
    """
    with closing(opened(pdf)) as document:
        pages = [document[n] for n in range(len(document))]  # all of them: pages that are open share their fonts
        found = []
        for n, page in enumerate(pages):
            wide, high = page.get_size()
            areas = asked(n, wide / POINTS_PER_MM, high / POINTS_PER_MM)
            found.append(next((k for k, area in enumerate(areas) if _empty(page, area, wide, high)), -1))
        return found


def _empty(page: pypdfium2.PdfPage, area: Area, wide: float, high: float) -> bool:
    left, top, right, bottom = (each * POINTS_PER_MM for each in (area.left, area.top, area.right, area.bottom))
    cut = (max(0, left), max(0, high - bottom), max(0, wide - right), max(0, top))
    picture = page.render(scale=_PPI / 72, crop=cut, grayscale=True, draw_annots=False)
    try:
        rows, paper = bytes(picture.buffer), b"\xff" * picture.width
        return all(rows[n * picture.stride :][: picture.width] == paper for n in range(picture.height))
    finally:
        picture.close()
