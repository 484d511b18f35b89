"""What a page holds. Lengths are in mm from its upper left corner, sizes in pt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

POINTS_PER_MM = 72 / 25.4


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


@dataclass(frozen=True, slots=True)
class Place:
    """The upper left corner of a page in its own coordinates, pt."""

    left: float
    top: float

    def x(self, value: float) -> float:
        """In mm from the left."""
        return (value - self.left) / POINTS_PER_MM

    def y(self, value: float) -> float:
        """In mm from the top."""
        return (self.top - value) / POINTS_PER_MM

    def box(self, edges: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """(left, bottom, right, top) in pt as (left, top, right, bottom) in mm."""
        left, bottom, right, top = edges
        return self.x(left), self.y(top), self.x(right), self.y(bottom)


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
