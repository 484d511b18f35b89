"""Pages laid side by side on sheets for a saddle-stitched booklet (册页): printed on both sides, folded once, stapled in the fold."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name

_POINTS = 0.5  # pt that count for nothing when paper sizes are compared
_ON_A_SHEET = 4
_NAMES = ("/Left", "/Right")


class NotImposable(ValueError):
    """The pages are not all of one size; ``page`` (from 1) is the first that differs."""

    def __init__(self, page: int) -> None:
        super().__init__(f"page {page} is of another size")
        self.page = page


@dataclass(frozen=True, slots=True)
class Booklet:
    """The sheets as a PDF of two pages each, front and back; ``pages`` were laid on them, ``blank`` ones added at their end."""

    pdf: bytes
    pages: int
    blank: int

    @property
    def sheets(self) -> int:
        """Sheets of paper."""
        return (self.pages + self.blank) // _ON_A_SHEET


def order(pages: int) -> list[tuple[int, int]]:
    """(left, right) page, from 1, of each side of each sheet, outer sheet first, front before back; 0 for a blank half.

    Four pages: (4, 1), (2, 3). The last pages are blank where the number is no multiple of four.
    """
    whole = -(-pages // _ON_A_SHEET) * _ON_A_SHEET
    sides: list[tuple[int, int]] = []
    for first in range(1, whole // 2, 2):
        last = whole + 1 - first
        sides += [(last, first), (first + 1, last - 1)]
    return [(left if left <= pages else 0, right if right <= pages else 0) for left, right in sides]


def imposed(pdf: bytes) -> Booklet:
    """The booklet of a PDF: each page in its own size on one half of a sheet twice as wide, the back as upright as the front.

    Duplex printing turns the sheet about its short edge; the file says so, and that it is not to be scaled. A landscape
    page is turned back by a quarter, its top to the left. The text can still be read out. The same PDF gives the same
    bytes: no clock, no name of a machine. Bookmarks, tags and the marks of long-term formats are left out: it is made to be printed.

    Raises:
        NotImposable: the pages are of different sizes.
    """
    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as target:
        wide, high = _paper(source)
        halves = [target.copy_foreign(page.as_form_xobject()) for page in source.pages]
        for left, right in order(len(halves)):
            _side(target, wide, high, [halves[n - 1] if n else None for n in (left, right)])
        target.Root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None"))
        if title := source.docinfo.get("/Title"):
            target.docinfo["/Title"] = str(title)
        out = io.BytesIO()
        target.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        pages = len(halves)
    return Booklet(out.getvalue(), pages, -pages % _ON_A_SHEET)


def _paper(source: pikepdf.Pdf) -> tuple[float, float]:
    """Width and height (pt) of the pages held upright."""
    sizes = [tuple(sorted(_size(page))) for page in source.pages]
    for n, size in enumerate(sizes, 1):
        if any(abs(a - b) > _POINTS for a, b in zip(size, sizes[0], strict=True)):
            raise NotImposable(n)
    return sizes[0][0], sizes[0][1]


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = map(float, page.mediabox)
    return right - left, top - bottom


def _side(target: pikepdf.Pdf, wide: float, high: float, halves: list[pikepdf.Object | None]) -> None:
    """Add one side of a sheet; ``halves`` are its left and right page."""
    drawn, used = [], Dictionary()
    for n, half in enumerate(halves):
        if half is not None:
            used[_NAMES[n]] = half
            drawn.append(f"q {_placed(half, n * wide)} cm {_NAMES[n]} Do Q")
    target.add_blank_page(page_size=(2 * wide, high))
    page = target.pages[-1]
    page.mediabox = Array([0, 0, round(2 * wide, 3), round(high, 3)])
    page.obj.Resources = Dictionary(XObject=used)
    page.obj.Contents = target.make_stream("\n".join(drawn).encode())


def _placed(half: pikepdf.Object, across: float) -> str:
    """The matrix that puts a page so far (pt) from the left edge of the sheet."""
    left, bottom, right, top = map(float, half.BBox)
    if right - left > top - bottom:  # turned against the clock: its top comes to lie at the left
        return f"0 1 -1 0 {across + top:.3f} {-left:.3f}"
    return f"1 0 0 1 {across - left:.3f} {-bottom:.3f}"
