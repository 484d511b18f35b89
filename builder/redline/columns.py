"""Columns that came into a table or went from it, and what both tables have in common."""

from __future__ import annotations

from collections.abc import Sequence

from builder.redline import aligning
from builder.redline.paragraphs import Cell, Grid, Row


def differing(old: Grid, new: Grid) -> tuple[str, tuple[Grid, Grid] | None]:
    """What became of the columns, in words, and both tables with the columns that they share.

    None where cells are joined, so that no column goes through all rows, or where no column is the same.
    """
    wide, left = _width(old), _width(new)
    if not wide or not left:
        return f"表由{_most(old)}列改为{_most(new)}列", None
    went, came = list(range(wide)), list(range(left))
    kept: list[tuple[int, int]] = []
    one, two = _turned(old), _turned(new)
    numbers = {id(row): n for grid in (one, two) for n, row in enumerate(grid.rows)}
    for match in aligning.rows(one, two):
        if match.old and match.new:
            kept.append((numbers[id(match.old[0])], numbers[id(match.new[0])]))
            went.remove(kept[-1][0])
            came.remove(kept[-1][1])
    words = "，".join([*_told("删去", old, went), *_told("加了", new, came)])
    if not kept:
        return words, None
    return words, (_only(old, [i for i, _ in kept]), _only(new, [j for _, j in kept]))


def _width(grid: Grid) -> int:
    """How many columns go through all rows; 0 where cells are joined."""
    shapes = {tuple(cell.column for cell in row.cells) for row in grid.rows}
    return len(next(iter(shapes))) if len(shapes) == 1 else 0


def _most(grid: Grid) -> int:
    return max(len(row.cells) for row in grid.rows)


def _turned(grid: Grid) -> Grid:
    """Its columns as rows."""
    columns = zip(*(row.cells for row in grid.rows), strict=True)
    return Grid(tuple(Row(tuple(Cell(cell.para, n) for n, cell in enumerate(column))) for column in columns))


def _told(what: str, grid: Grid, columns: Sequence[int]) -> list[str]:
    head = grid.rows[0].cells
    return [f"{what}第{n + 1}列" + (f"“{head[n].para.key}”" if head[n].para.key else "") for n in columns]


def _only(grid: Grid, columns: Sequence[int]) -> Grid:
    """The table with these columns alone."""
    rows = (
        Row(tuple(Cell(row.cells[n].para, at, row.cells[n].under) for at, n in enumerate(columns)), row.put)
        for row in grid.rows
    )
    return Grid(tuple(rows))
