"""Pipe tables: optional 表题 and 单位 lines, one or two head rows, a delimiter row, body rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from builder.errors import Fault, Place
from builder.markup import inline, pasted
from builder.markup.account import SPACE, Mark
from builder.markup.inline import Piece
from builder.model import Align, Cell, Table

_DELIMITER = re.compile(r"\|(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?")
_ABOVE = re.compile(r"(表题|单位)[：:]")
_ALIGN: dict[tuple[bool, bool], Align] = {
    (False, False): "",
    (True, False): "左",
    (True, True): "中",
    (False, True): "右",
}
HEAD_ROWS = 2


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of one table; ``end`` is the index of the first line after it."""

    above: tuple[Piece, ...]
    head: tuple[Piece, ...]
    delimiter: Piece
    rows: tuple[Piece, ...]
    end: int


def find(lines: Sequence[Piece], start: int) -> Source | None:
    """The table that begins at ``lines[start]`` (with its 表题 and 单位 lines), or None."""
    first = start
    while first < len(lines) and first - start < 2 and _ABOVE.match(lines[first].trim().text):
        first += 1
    delimiter = first
    while delimiter < len(lines) and delimiter - first <= HEAD_ROWS:
        text = lines[delimiter].trim().text
        if not text.startswith("|"):
            return None
        if _DELIMITER.fullmatch(text):
            break
        delimiter += 1
    if not first < delimiter <= first + HEAD_ROWS or delimiter >= len(lines):
        return None
    end = delimiter + 1
    while end < len(lines) and lines[end].text.strip(SPACE).startswith("|"):
        end += 1
    trimmed = [line.trim() for line in lines[start:end]]
    cut, mid = first - start, delimiter - start
    return Source(tuple(trimmed[:cut]), tuple(trimmed[cut:mid]), trimmed[mid], tuple(trimmed[mid + 1 :]), end)


def build(source: Source, file: str) -> tuple[Table, list[Mark], list[Fault]]:
    """The table, its named markup and its faults. Rows of a wrong width stay as they are, so that nothing is lost."""
    builder = _Builder(file)
    titles = builder.above(source.above)
    head = builder.head([builder.row(line) for line in source.head])
    delimiter = builder.row(source.delimiter)
    for cell in delimiter:
        builder.mark(cell, "表格对齐")
    rows = tuple(builder.body(line, len(delimiter)) for line in source.rows)
    if not rows:
        builder.fault("table-empty", source.delimiter, "表格没有内容行", "在分隔行下面写各行内容")
    for line, cells in zip(source.head, builder.widths, strict=True):
        builder.same_width(line, cells, len(delimiter))
    aligns = tuple(
        _ALIGN[cell.text.startswith(":"), cell.text.endswith(":") and cell.text != ":"] for cell in delimiter
    )
    first = source.head[0]
    table = Table(
        head, rows, titles.get("表题", ""), titles.get("单位", ""), Place(file, first.line, first.column), aligns
    )
    return table, builder.marks, builder.faults


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: list[Mark] = []
        self.faults: list[Fault] = []
        self.widths: list[int] = []

    def above(self, lines: tuple[Piece, ...]) -> dict[str, str]:
        """The 表题 and 单位 lines, which are recorded as named markup."""
        found: dict[str, str] = {}
        for line in lines:
            match = _ABOVE.match(line.text)
            name = match[1] if match else ""
            if name in found:
                self.fault("table-title", line, f"“{name}”写了两行", "删去其中一行")
            found[name] = pasted.tight(line.text[len(name) + 1 :].strip(SPACE))
            start = 0
            for gap in pasted.gaps(line.text):
                self.mark(line.cut(start, gap[0]), name)
                self.mark(line.cut(*gap), inline.SPACES)
                start = gap[1]
            self.mark(line.cut(start), name)
        return found

    def row(self, line: Piece) -> list[Piece]:
        """The cells between the bars; a bar at the line's end is optional."""
        cells, start = [], 1
        self.mark(line.cut(0, 1), "表格")
        while (bar := line.text.find("|", start)) >= 0:
            cells.append(line.cut(start, bar).trim())
            self.mark(line.cut(bar, bar + 1), "表格")
            start = bar + 1
        if start < len(line.text) or not cells:
            cells.append(line.cut(start).trim())
        return cells

    def body(self, line: Piece, width: int) -> tuple[Cell, ...]:
        cells = self.row(line)
        self.same_width(line, len(cells), width)
        for cell in cells:
            if cell.text in ("<", "^"):
                self.fault("table-body-merge", cell, f"“{cell.text}”合并格只能用在表头", "表头以下每格都要填写")
            if not cell.text:
                self.fault("table-empty-cell", cell, "表格里有没填的格", "不适用写 —，没有写 0")
        return tuple(self.cell(cell) for cell in cells)

    def head(self, rows: list[list[Piece]]) -> tuple[tuple[Cell, ...], ...]:
        """Head rows with ``<`` merged into the cell on the left and ``^`` into the one above."""
        self.widths = [len(row) for row in rows]
        grid: list[list[Cell]] = []
        above: list[int] = []
        for row in rows:
            cells, above = self.head_row(row, grid, above)
            grid.append(cells)
        return tuple(tuple(row) for row in grid)

    def head_row(self, row: list[Piece], grid: list[list[Cell]], above: list[int]) -> tuple[list[Cell], list[int]]:
        """One head row: its own cells, and for each column the index of the cell that covers it.

        ``above`` is that index list of the row above (empty for the first row); a column covered from above is -1.
        """
        cells: list[Cell] = []
        covers: list[int] = []
        lengthened: list[int] = []
        for column, piece in enumerate(row):
            upper = above[column] if column < len(above) else -1
            from_above = piece.text == "<" and covers[-1:] == [-1] and lengthened[-1:] == [upper]
            if upper >= 0 and (piece.text == "^" or from_above):
                self.mark(piece, "合并")
                covers.append(-1)
                lengthened.append(upper)
            elif piece.text == "<" and covers and covers[-1] >= 0:
                self.mark(piece, "合并")
                covers.append(covers[-1])
                cells[-1] = replace(cells[-1], columns=cells[-1].columns + 1)
            else:
                if piece.text in ("<", "^"):
                    self.fault("table-merge", piece, f"“{piece.text}”没有可合并的格", "左边或上边要有一格")
                covers.append(len(cells))
                cells.append(self.cell(piece))
        for index in dict.fromkeys(lengthened):
            self.lengthen(grid[-1], index, lengthened.count(index), row[0])
        return cells, covers

    def lengthen(self, upper: list[Cell], index: int, columns: int, piece: Piece) -> None:
        """Makes a cell of the upper row two rows high; all its columns must be merged, or it is no rectangle."""
        if columns != upper[index].columns:
            self.fault("table-merge", piece, "表头合并后不成长方形", "上一行合并的几格，下一行要么都写 ^，要么都不写")
        upper[index] = replace(upper[index], rows=2)

    def same_width(self, line: Piece, cells: int, width: int) -> None:
        if cells != width:
            self.fault(
                "table-width",
                line,
                f"这一行有 {cells} 格，分隔行有 {width} 格",
                "补齐或删去多余的格；格内要写竖线时用全角｜",
            )

    def cell(self, piece: Piece) -> Cell:
        return Cell(inline.spans(piece, self.file, self.marks))

    def mark(self, piece: Piece, name: str) -> None:
        if piece.text:
            self.marks.append(Mark(piece.text, name, Place(self.file, piece.line, piece.column)))

    def fault(self, code: str, piece: Piece, message: str, hint: str) -> None:
        self.faults.append(Fault(code, "error", Place(self.file, piece.line, piece.column), message, hint))
