"""The facts of a PDF before anything is judged: pages held upright, their lines, tables and rules.

Lengths in mm from the upper left corner of a page whose main text stands upright, sizes in pt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from builder.inspection.findings import Box
from builder.inspection.pdf_tables import Table, tables
from builder.pdfium import Area, Glyph, Rule, Sheet, quarter, turned

POINT = 25.4 / 72
ASCENT = 0.88  # of an em, above the baseline: the box of a character of the fonts of official documents
DESCENT = 0.12
_SAME_LINE = 0.5  # mm between baselines
_JOINED = 2.5  # characters: a wider gap parts a line


def wide(character: str) -> bool:
    """True for a character that takes a whole em: Chinese ones and full-width marks."""
    return character >= "\u2e80" or character in "—…“”‘’·"


def ideograph(character: str) -> bool:
    """True for a Chinese character; marks, digits and letters are none."""
    return "\u3400" <= character <= "\u9fff" or character == "〇" or "\U00020000" <= character <= "\U0003ffff"


def end(glyph: Glyph) -> float:
    """The right edge of a character's box."""
    return max(glyph.right, glyph.x + glyph.size * POINT) if wide(glyph.text) else glyph.right


@dataclass(frozen=True)
class Line:
    """Characters on one baseline, from the left."""

    page: int
    glyphs: tuple[Glyph, ...]

    @cached_property
    def text(self) -> str:
        """Its characters without white space."""
        return "".join(g.text for g in self.glyphs)

    @cached_property
    def baseline(self) -> float:
        """That of most of its characters, mm."""
        return Counter(g.baseline for g in self.glyphs).most_common(1)[0][0]

    @cached_property
    def size(self) -> float:
        """That of most of its characters, pt."""
        return Counter(round(g.size, 1) for g in self.glyphs).most_common(1)[0][0]

    @property
    def left(self) -> float:
        """Where its first character begins, mm."""
        return self.glyphs[0].x

    @cached_property
    def right(self) -> float:
        """Where the box of its last character ends, mm."""
        return end(self.glyphs[-1])

    @property
    def middle(self) -> float:
        """The middle between both ends, mm."""
        return (self.left + self.right) / 2

    @property
    def head(self) -> float:
        """The upper edge of the boxes of its characters, mm."""
        return self.baseline - ASCENT * self.size * POINT

    @property
    def foot(self) -> float:
        """The lower edge of the boxes of its characters, mm."""
        return self.baseline + DESCENT * self.size * POINT

    @cached_property
    def box(self) -> Box:
        """The box of its ink."""
        return around(self.page, self.glyphs)

    def parts(self) -> Iterator[Line]:
        """The line parted where a gap of more than 2.5 characters stands."""
        start = 0
        for n in range(1, len(self.glyphs)):
            if self.glyphs[n].x - end(self.glyphs[n - 1]) > _JOINED * self.size * POINT:
                yield Line(self.page, self.glyphs[start:n])
                start = n
        yield Line(self.page, self.glyphs[start:])


@dataclass(frozen=True)
class Page:
    """A page held so that its main text is upright.

    Args:
        number: from 1.
        width: as held.
        height: as held.
        turned: quarter turns, clockwise, that were taken back to hold it so.
        lines: the upright text outside of tables, from the top.
        sideways: lines that stand turned, in the coordinates of the sheet held so that they are upright; with
            their direction in degrees as the page is held.
        tables: ruled tables.
        rules: straight lines outside of tables.
        pictures: their boxes.
    """

    number: int
    width: float
    height: float
    turned: int
    lines: tuple[Line, ...]
    sideways: tuple[tuple[int, Line], ...]
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    pictures: tuple[Area, ...]

    @property
    def across(self) -> bool:
        """True for a landscape page."""
        return self.width > self.height

    @property
    def empty(self) -> bool:
        """True where nothing at all is printed."""
        return not (self.lines or self.sideways or self.tables or self.pictures or self.rules)


def around(page: int, items: Iterable[Glyph | Rule | Area]) -> Box:
    """The box around all of them."""
    found = tuple(items)
    return Box(
        page,
        min(i.left for i in found),
        min(i.top for i in found),
        max(i.right for i in found),
        max(i.bottom for i in found),
    )


def held(number: int, sheet: Sheet) -> Page:
    """A page, from 1, held upright and read into lines and tables."""
    quarters = Counter(g.turned for g in sheet.glyphs).most_common(1)[0][0] // 90 % 4 if sheet.glyphs else 0
    sheet = _turned_back(sheet, quarters)
    found = tables(sheet.rules, [g for g in sheet.glyphs if g.turned == 0])
    inside = {id(g) for t in found for cell in t.cells for g in cell.glyphs}
    ruled = {id(rule) for t in found for rule in t.rules}
    upright = [g for g in sheet.glyphs if g.turned == 0 and id(g) not in inside]
    return Page(
        number,
        sheet.width,
        sheet.height,
        quarters,
        tuple(lines(number, upright)),
        tuple(_sideways(number, sheet)),
        found,
        tuple(_joined(rule for rule in sheet.rules if id(rule) not in ruled)),
        sheet.pictures,
    )


def lines(page: int, glyphs: Iterable[Glyph]) -> Iterator[Line]:
    """Characters gathered by their baselines, from the top."""
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda g: (g.baseline, g.x)):
        if row and glyph.baseline - row[0].baseline > _SAME_LINE:
            yield _line(page, row)
            row = []
        row.append(glyph)
    if row:
        yield _line(page, row)


def _line(page: int, row: list[Glyph]) -> Line:
    return Line(page, tuple(sorted(row, key=lambda g: g.x)))


def back(box: Box, page: Page) -> Box:
    """A box on the page as held, as it stands on the page as a reader sees it."""
    if page.turned == 0:
        return box
    across, down = page.width, page.height
    edges = (box.left, box.top, box.right, box.bottom)
    for _ in range(page.turned):
        edges = quarter(edges, down)
        across, down = down, across
    return Box(box.page, *edges)


def _sideways(number: int, sheet: Sheet) -> Iterator[tuple[int, Line]]:
    for direction in (90, 180, 270):
        glyphs = tuple(g for g in sheet.glyphs if g.turned == direction)
        if glyphs:
            upright = _turned_back(replace(sheet, glyphs=glyphs, rules=(), pictures=()), direction // 90)
            yield from ((direction, line) for line in lines(number, upright.glyphs))


def _turned_back(sheet: Sheet, quarters: int) -> Sheet:
    """The sheet turned counter-clockwise by so many quarters."""
    for _ in range((4 - quarters) % 4):
        sheet = turned(sheet)
    return sheet


def _joined(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Rules with those that lie on one another or go on from one another made one: Word draws a line in pieces."""
    one: Rule | None = None
    for rule in sorted((r for r in rules if r.across), key=lambda r: (round(r.top + r.bottom, 1), r.left)):
        if (
            one is not None
            and abs(rule.top - one.top) + abs(rule.bottom - one.bottom) < 0.1
            and rule.left < one.right + 0.5
        ):
            one = replace(one, right=max(one.right, rule.right))
            continue
        if one is not None:
            yield one
        one = rule
    if one is not None:
        yield one
