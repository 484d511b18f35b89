"""Ruled tables of a page: their outline, rules and cells, found by geometry alone."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder.pdfium import Glyph, Rule

_NEAR = 0.6  # mm: lines closer than this are one
_SHORTEST = 3.0  # mm: a shorter upright line is no side of a cell
_Square = tuple[int, int]  # row and column
_LARGEST = 40_000  # squares of a grid; more are a drawing, not a table


@dataclass(frozen=True)
class Cell:
    """One cell: its box, and what stands in it, in the order of the file."""

    row: int
    column: int
    left: float
    top: float
    right: float
    bottom: float
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True)
class Table:
    """A ruled table: its outline, its rules, its cells row by row, and how many rows its head takes."""

    left: float
    top: float
    right: float
    bottom: float
    rules: tuple[Rule, ...]
    cells: tuple[Cell, ...]
    head: int


def tables(rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> tuple[Table, ...]:
    """The tables that these rules make, from the top. Takes time in proportion to its input, but for sorting."""
    across = sorted((r for r in rules if r.across), key=lambda r: r.top)
    tops = [r.top for r in across]
    by_height = sorted(glyphs, key=lambda g: (g.top + g.bottom) / 2)
    heights = [(g.top + g.bottom) / 2 for g in by_height]
    found = []
    for top, bottom, upright in _stacks(rules):
        level = across[bisect_right(tops, top - _NEAR) : bisect_right(tops, bottom + _NEAR)]
        sides = _places((r.left + r.right) / 2 for r in upright)
        level = [r for r in level if r.right > sides[0] - _NEAR and r.left < sides[-1] + _NEAR]
        steps = _places((r.top + r.bottom) / 2 for r in level)
        if len(sides) < 2 or len(steps) < 2 or len(sides) * len(steps) > _LARGEST:
            continue
        inside = by_height[bisect_right(heights, top) : bisect_right(heights, bottom)]
        found.append(_table(sides, steps, [*upright, *level], inside))
    return tuple(found)


def _stacks(rules: Iterable[Rule]) -> Iterator[tuple[float, float, list[Rule]]]:
    """Upright lines gathered where their heights meet: (top, bottom, lines)."""
    stack: list[Rule] = []
    bottom = 0.0
    for rule in sorted((r for r in rules if not r.across and r.bottom - r.top >= _SHORTEST), key=lambda r: r.top):
        if stack and rule.top > bottom + _NEAR:
            yield stack[0].top, bottom, stack
            stack = []
        bottom = max(bottom, rule.bottom) if stack else rule.bottom
        stack.append(rule)
    if stack:
        yield stack[0].top, bottom, stack


def _places(values: Iterable[float]) -> list[float]:
    """Values with those that are nearly equal made one, from the smallest."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _NEAR:
            out.append(value)
    return out


def _index(places: list[float], value: float) -> int:
    """The last of the places that is not beyond the value."""
    return bisect_right(places, value + _NEAR) - 1


def _table(sides: list[float], steps: list[float], rules: list[Rule], glyphs: Sequence[Glyph]) -> Table:
    columns, rows = len(sides) - 1, len(steps) - 1
    below, beside = _walls(sides, steps, rules)
    extent = _merged(rows, columns, below, beside)
    owner = {
        (r, c): (y, x)
        for (y, x), (last, right) in extent.items()
        for r in range(y, last + 1)
        for c in range(x, right + 1)
    }
    text: dict[_Square, list[Glyph]] = {place: [] for place in extent}
    for glyph in glyphs:
        across, down = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
        place = (bisect_right(steps, down) - 1, bisect_right(sides, across) - 1)
        if place in owner:
            text[owner[place]].append(glyph)
    cells = tuple(
        Cell(y, x, sides[x], steps[y], sides[right + 1], steps[last + 1], tuple(text[y, x]))
        for (y, x), (last, right) in extent.items()
    )
    head = next((y + 1 for y in range(rows) if all((y, x) in below for x in range(columns))), 0)
    return Table(sides[0], steps[0], sides[-1], steps[-1], tuple(rules), cells, head if head < rows else 0)


def _merged(rows: int, columns: int, below: set[_Square], beside: set[_Square]) -> dict[_Square, _Square]:
    """The first square of every cell with its last one."""
    taken: set[_Square] = set()
    extent: dict[_Square, _Square] = {}
    for y in range(rows):
        for x in range(columns):
            if (y, x) in taken:
                continue
            right, last = x, y
            while right + 1 < columns and (y, right) not in beside and (y, right + 1) not in taken:
                right += 1
            while last + 1 < rows and not any((last, c) in below for c in range(x, right + 1)):
                last += 1
            extent[y, x] = (last, right)
            taken.update((r, c) for r in range(y, last + 1) for c in range(x, right + 1))
    return extent


def _walls(sides: list[float], steps: list[float], rules: list[Rule]) -> tuple[set[_Square], set[_Square]]:
    """The squares (row, column) with a line below them, and those with a line at their right."""
    below: set[_Square] = set()
    beside: set[_Square] = set()
    for rule in rules:
        if rule.across:
            row = _index(steps, (rule.top + rule.bottom) / 2) - 1
            first, last = _index(sides, rule.left), _index(sides, rule.right)
            below.update((row, x) for x in range(max(first, 0), last))
        else:
            column = _index(sides, (rule.left + rule.right) / 2) - 1
            first, last = _index(steps, rule.top), _index(steps, rule.bottom)
            beside.update((y, column) for y in range(max(first, 0), last))
    return below, beside
