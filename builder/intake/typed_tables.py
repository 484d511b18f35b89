"""A table with any spans as an item's table: one or two head rows with merged cells, a body in which each cell is full."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builder.intake.draft import Cell, Grid, Line, Piece
from builder.intake.notes import Notes

_DASH = Cell((Line((Piece("—"),)),))
_UNIT = re.compile(r"[（(]?单位[：:]\s*(.*?)[）)]?")
_HEADS = 2


@dataclass(frozen=True, slots=True)
class Laid:
    """A table laid out: lines before and after it, 表题 and 单位, and its rows of cells and ``<`` ``^`` marks."""

    before: tuple[Line, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[Cell | str, ...], ...] = ()
    heads: int = 1
    after: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """One place of the full grid: the cell that covers it, and where that cell begins."""

    cell: Cell
    row: int
    column: int


def lay_out(grid: Grid, notes: Notes) -> Laid:
    """The table as an item can hold it; ``notes`` takes merged cells that were split and empty ones that were filled."""
    spots = _spread(grid)
    width = len(spots[0]) if spots else 0
    before, titles, spots = _banners(spots, width)
    first = len(grid.rows) - len(spots)
    after, spots = _notes_below(spots, width)
    if width < 2 or len(spots) < 2:
        if spots:
            notes.changed("只有一行或一列的表格，已改为段落")
        lines = [line for cell in _cells(spots) for line in cell.lines]
        return Laid((*before, *(Line((Piece(text),)) for _, text in titles), *lines, *after))
    heads = _heads(spots, grid.heads, notes)
    rows = [
        _head_row(line, row) if row < first + heads else _body_row(line, row, notes)
        for row, line in enumerate(spots, start=first)
    ]
    return Laid(tuple(before), tuple(titles), tuple(rows), heads, tuple(after))


def _spread(grid: Grid) -> list[list[_Spot]]:
    """Every place of the table by row and column; places that no cell covers are empty cells."""
    count = len(grid.rows)
    taken: list[dict[int, _Spot]] = [{} for _ in range(count)]
    for row, cells in enumerate(grid.rows):
        column = 0
        for cell in cells:
            while column in taken[row]:
                column += 1
            spot = _Spot(cell, row, column)
            for lower in range(row, min(row + max(cell.rows, 1), count)):
                for right in range(column, column + max(cell.columns, 1)):
                    taken[lower].setdefault(right, spot)
            column += max(cell.columns, 1)
    width = max((max(line, default=-1) + 1 for line in taken), default=0)
    return [[line.get(c, _Spot(Cell(()), r, c)) for c in range(width)] for r, line in enumerate(taken)]


def _cells(spots: list[list[_Spot]]) -> list[Cell]:
    """The cells, each once, in order."""
    return [spot.cell for spot in dict.fromkeys(spot for line in spots for spot in line)]


def _alone(line: list[_Spot], width: int) -> Cell | None:
    """The cell that fills a whole row of a table of several columns; None when there is none."""
    first = line[0]
    whole = width > 1 and all(spot == first for spot in line)
    return first.cell if whole and first.cell.rows < 2 else None


def _banners(spots: list[list[_Spot]], width: int) -> tuple[list[Line], list[tuple[str, str]], list[list[_Spot]]]:
    """Rows at the top that are one cell: the title, the unit, or lines before the table."""
    before: list[Line] = []
    titles: dict[str, str] = {}
    start = 0
    while start < len(spots) and (cell := _alone(spots[start], width)) is not None:
        text = cell.text.strip()
        unit = _UNIT.fullmatch(text)
        name = "单位" if unit else "表题"
        if len(cell.lines) > 1 or name in titles or "单位" in titles:
            before += cell.lines
        elif text:
            titles[name] = unit[1] if unit else text
        start += 1
    return before, list(titles.items()), spots[start:]


def _notes_below(spots: list[list[_Spot]], width: int) -> tuple[list[Line], list[list[_Spot]]]:
    """Rows at the bottom that are one cell, as lines below the table."""
    after: list[Line] = []
    end = len(spots)
    while end > 2 and (cell := _alone(spots[end - 1], width)) is not None:
        after[:0] = cell.lines
        end -= 1
    return after, spots[:end]


def _heads(spots: list[list[_Spot]], declared: int, notes: Notes) -> int:
    """How many rows are head: as declared, or two where cells of the first are merged."""
    if declared > _HEADS:
        notes.changed("三行以上的表头，只有前两行作表头")
    deep = any(spot.cell.rows > 1 for spot in spots[0])
    wide = any(spot.cell.columns > 1 for spot in spots[0]) and len(spots) > 2
    return max(1, min(_HEADS if deep or wide else min(declared, _HEADS), len(spots) - 1))


def _head_row(line: list[_Spot], row: int) -> tuple[Cell | str, ...]:
    """One head row: a place that a cell of the row above covers is ``^``, one that its left neighbour covers ``<``."""
    return tuple(
        "^" if spot.row < row else "<" if spot.column < column else spot.cell for column, spot in enumerate(line)
    )


def _body_row(line: list[_Spot], row: int, notes: Notes) -> tuple[Cell | str, ...]:
    """One body row: what lay under a merged cell repeats it downwards and is a dash to the right; nothing is empty."""
    cells: list[Cell | str] = []
    for column, spot in enumerate(line):
        text = spot.cell.text.strip()
        if spot.column < column:
            cells.append(_DASH)
        elif not text:
            notes.changed("表格里的空格，已填“—”")
            cells.append(_DASH)
        else:
            cells.append(spot.cell)
        if (spot.row, spot.column) == (row, column) and (spot.cell.rows > 1 or spot.cell.columns > 1):
            notes.changed("表格里合并的格，已拆开（向下逐格填写，向右填“—”）", text)
    return tuple(cells)
