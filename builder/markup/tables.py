"""Tables: optional 表题 and 单位 lines, one or two head rows, body rows; typed with bars, or pasted with tabs between cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from builder.errors import Fault, Place, Severity
from builder.markup import inline, pasted
from builder.markup.account import SPACE, Mark
from builder.markup.cells import BadRecord, Field, Record, records, split
from builder.markup.inline import Piece
from builder.model import Align, Cell, Span, Table

_DELIMITER = re.compile(r"\|(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?")
_ABOVE = re.compile(r"(表题|单位)[：:]")
_ALIGN: dict[tuple[bool, bool], Align] = {
    (False, False): "",
    (True, False): "左",
    (True, True): "中",
    (False, True): "右",
}
NOTE = re.compile(r"注[：:]")
REFERENCE = re.compile(
    r"[ \t\u3000]*表[ \u3000]*[：:][ \t\u3000]*(\S.*\.(?:csv|tsv|txt|xlsx?|et|ods))[ \t\u3000]*", re.IGNORECASE
)
HEAD_ROWS = 2
_LONGEST = 20  # lines of a pasted record, whose cells may have line ends


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
    delimiter = first = _above(lines, start)
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


@dataclass(frozen=True, slots=True)
class Pasted:
    """The records of a table pasted from a spreadsheet; ``end`` is the index of the first line after it."""

    above: tuple[Piece, ...]
    rows: tuple[Record, ...]
    end: int


def find_pasted(lines: Sequence[Piece], start: int) -> Pasted | None:
    """The table that a spreadsheet left at ``lines[start]``: two or more lines with the same number of tabs.

    Tabs that only indent make no table. A line below it with tabs between its words belongs to it, however many they are.
    """
    first = _above(lines, start)
    head = _record(lines, first)
    second = _record(lines, head.end) if head else None
    if not head or not second or len(head.cells) != len(second.cells) or not (head.inner or second.inner):
        return None
    rows, end = [head.cells, second.cells], second.end
    while (row := _record(lines, end)) and (row.inner or len(row.cells) == len(head.cells)):
        rows.append(row.cells)
        end = row.end
    return Pasted(tuple(line.trim() for line in lines[start:first]), tuple(_without_margins(rows)), end)


def ragged(lines: Sequence[Piece], start: int) -> bool:
    """Whether at ``lines[start]`` begin lines of three cells and more that are not a table, their numbers being different."""
    counts = [line.text.strip(SPACE).count("\t") for line in lines[max(0, start - 1) : start + 2]]
    before = counts.pop(0) if start else 0
    return before < 2 and len(counts) == 2 and min(counts) >= 2


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Record
    inner: bool  # whether a tab stands between words
    end: int


def _record(lines: Sequence[Piece], index: int) -> _Row | None:
    """The record at ``lines[index]``; None where there is no line, no tab or nothing but blanks, or a 注."""
    text = lines[index].text if index < len(lines) else ""
    cells: Record = split(lines[index], "\t") if "\t" in text else ()
    end = index + 1
    if text.lstrip(SPACE).startswith('"') or '\t"' in text:
        with suppress(BadRecord, StopIteration):
            cells, count = next(records(lines[index : index + _LONGEST], "\t"))
            end = index + count
    filled = [n for n, cell in enumerate(cells) if cell.text]
    if len(cells) < 2 or not filled or NOTE.match(cells[filled[0]].text):
        return None
    return _Row(cells, filled[0] < filled[-1], end)


def _without_margins(rows: list[Record]) -> list[Record]:
    """Without a first or last column that is empty in every row: tabs that indent, or that end each line."""
    if not any(row[0].text for row in rows):
        rows = [row[1:] for row in rows]
    if not any(row[-1].text for row in rows):
        rows = [row[:-1] for row in rows]
    return rows


@dataclass(frozen=True, slots=True)
class Reference:
    """A line ``表: 附表1.csv`` with what stands above it; ``end`` is the index of the first line after it."""

    above: tuple[Piece, ...]
    line: Piece
    path: str
    end: int


@dataclass(frozen=True, slots=True)
class FileTable:
    """A table kept in a file of its own: the path as typed, what stands above it, and the place of the line."""

    path: str
    title: str
    unit: str
    place: Place


def find_reference(lines: Sequence[Piece], start: int) -> Reference | None:
    """The reference to a table's file that begins at ``lines[start]`` (with its 表题 and 单位 lines), or None."""
    first = _above(lines, start)
    line = lines[first].trim() if first < len(lines) else None
    match = REFERENCE.fullmatch(line.text) if line else None
    if line is None or match is None:
        return None
    return Reference(tuple(above.trim() for above in lines[start:first]), line, match[1], first + 1)


def _above(lines: Sequence[Piece], start: int) -> int:
    """The index of the first line after the 表题 and 单位 lines at ``start``."""
    first = start
    while first < len(lines) and first - start < 2 and _ABOVE.match(lines[first].trim().text):
        first += 1
    return first


def build(source: Source, file: str) -> Built:
    """The table typed with bars. Rows of a wrong width stay as they are, so that nothing is lost."""
    builder = Builder(file)
    titles = builder.above(source.above)
    head = builder.head([builder.row(line) for line in source.head])
    delimiter = builder.row(source.delimiter)
    for cell in delimiter:
        builder.mark(cell.first, "表格对齐")
    rows = tuple(builder.body(builder.row(line), line, len(delimiter)) for line in source.rows)
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
    return Built(table, builder.marks, builder.faults)


def assemble(rows: Sequence[Record], file: str, above: Sequence[Piece] = (), title: str = "", unit: str = "") -> Built:
    """The table of whole records. The first is the head, the second too where one of them merges cells (``<``, ``^``).

    ``title`` and ``unit`` stand where no line ``above`` says otherwise. Rows without any text go.
    """
    builder = Builder(file)
    titles = {"表题": title, "单位": unit} | builder.above(tuple(above))
    for field in (field for row in rows for field in row):
        for sign in field.signs:
            builder.mark(sign, "表格")
    rows = [row for row in rows if any(field.text for field in row)]
    count = HEAD_ROWS if any(field.text in ("<", "^") for row in rows[:HEAD_ROWS] for field in row) else 1
    return builder.table(rows[:count], rows[count:], titles["表题"], titles["单位"])


@dataclass(frozen=True, slots=True)
class Built:
    """A table, its named markup and its faults."""

    table: Table
    marks: list[Mark]
    faults: list[Fault]


class Builder:
    """Cells as typed to a table; ``marks`` and ``faults`` are filled on the way."""

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

    def table(self, head: Sequence[Record], body: Sequence[Record], title: str, unit: str) -> Built:
        """A table of which all cells are given, as wide as its first row."""
        first = head[0][0].first
        width = len(head[0])
        made = self.head(list(head))
        for row in head[1:]:
            self.same_width(row[0].first, len(row), width, "第一行")
        rows = tuple(self.body(row, row[0].first, width, "表头") for row in body)
        if not rows:
            self.fault("table-empty", first, "表格没有内容行", "第一行是表头，下面写各行内容")
        table = Table(made, rows, title, unit, Place(self.file, first.line, first.column))
        return Built(table, self.marks, self.faults)

    def row(self, line: Piece) -> Record:
        """The cells between the bars; a bar at the line's end is optional."""
        cells, start = [], 1
        self.mark(line.cut(0, 1), "表格")
        while (bar := line.text.find("|", start)) >= 0:
            cells.append(Field.of(line.cut(start, bar)))
            self.mark(line.cut(bar, bar + 1), "表格")
            start = bar + 1
        if start < len(line.text) or not cells:
            cells.append(Field.of(line.cut(start)))
        return tuple(cells)

    def body(self, cells: Record, line: Piece, width: int, measure: str = "分隔行") -> tuple[Cell, ...]:
        """A row below the head, which is to have ``width`` cells, all of them filled; ``measure`` is what says so."""
        self.same_width(line, len(cells), width, measure)
        for cell in cells:
            if cell.text in ("<", "^"):
                self.fault("table-body-merge", cell.first, f"“{cell.text}”合并格只能用在表头", "表头以下每格都要填写")
            if not cell.text:
                self.fault("table-empty-cell", cell.first, "表格里有没填的格", "不适用写 —，没有写 0")
        return tuple(self.cell(cell) for cell in cells)

    def head(self, rows: Sequence[Record]) -> tuple[tuple[Cell, ...], ...]:
        """Head rows with ``<`` merged into the cell on the left and ``^`` into the one above."""
        self.widths = [len(row) for row in rows]
        grid: list[list[Cell]] = []
        above: list[int] = []
        for row in rows:
            cells, above = self.head_row(row, grid, above)
            grid.append(cells)
        return tuple(tuple(row) for row in grid)

    def head_row(self, row: Record, grid: list[list[Cell]], above: list[int]) -> tuple[list[Cell], list[int]]:
        """One head row: its own cells, and for each column the index of the cell that covers it.

        ``above`` is that index list of the row above (empty for the first row); a column covered from above is -1.
        """
        cells: list[Cell] = []
        covers: list[int] = []
        lengthened: list[int] = []
        for column, field in enumerate(row):
            piece = field.first
            upper = above[column] if column < len(above) else -1
            from_above = field.text == "<" and covers[-1:] == [-1] and lengthened[-1:] == [upper]
            if upper >= 0 and (field.text == "^" or from_above):
                self.mark(piece, "合并")
                covers.append(-1)
                lengthened.append(upper)
            elif field.text == "<" and covers and covers[-1] >= 0:
                self.mark(piece, "合并")
                covers.append(covers[-1])
                cells[-1] = replace(cells[-1], columns=cells[-1].columns + 1)
            else:
                if field.text in ("<", "^"):
                    self.fault("table-merge", piece, f"“{field.text}”没有可合并的格", "左边或上边要有一格")
                covers.append(len(cells))
                cells.append(self.cell(field))
        for index in dict.fromkeys(lengthened):
            self.lengthen(grid[-1], index, lengthened.count(index), row[0].first)
        return cells, covers

    def lengthen(self, upper: list[Cell], index: int, columns: int, piece: Piece) -> None:
        """Makes a cell of the upper row two rows high; all its columns must be merged, or it is no rectangle."""
        if columns != upper[index].columns:
            self.fault("table-merge", piece, "表头合并后不成长方形", "上一行合并的几格，下一行要么都写 ^，要么都不写")
        upper[index] = replace(upper[index], rows=2)

    def same_width(self, line: Piece, cells: int, width: int, measure: str = "分隔行") -> None:
        """A fault where a row does not have as many cells as ``measure``."""
        if cells != width:
            self.fault(
                "table-width",
                line,
                f"这一行有 {cells} 格，{measure}有 {width} 格",
                "补齐或删去多余的格；格内要写竖线时用全角｜",
            )

    def cell(self, field: Field) -> Cell:
        """The cell; its lines are one text, with a space between Latin words alone."""
        spans: tuple[Span, ...] = ()
        if sum(any(piece.text.strip(SPACE) for piece in line) for line in field.lines) > 1:
            message = f"格里有换行，已连成一行：{field.text[:20].replace(chr(10), '⏎')}"
            self.fault("table-cell-break", field.first, message, "核对这一格；几条内容之间打上标点", "warning")
        for line in field.lines:
            found = tuple(span for piece in _trimmed(line) for span in inline.spans(piece, self.file, self.marks))
            spans = (*spans, *inline.joint(spans, found), *found)
        return Cell(spans)

    def mark(self, piece: Piece, name: str) -> None:
        """Names a piece that does not print."""
        if piece.text:
            self.marks.append(Mark(piece.text, name, Place(self.file, piece.line, piece.column)))

    def fault(self, code: str, piece: Piece, message: str, hint: str, severity: Severity = "error") -> None:
        """A fault at a piece."""
        self.faults.append(Fault(code, severity, Place(self.file, piece.line, piece.column), message, hint))


def _trimmed(line: Sequence[Piece]) -> list[Piece]:
    """The pieces of a cell's line without white space at both ends of the line."""
    kept = list(line)
    while kept and not kept[0].text.strip(SPACE):
        del kept[0]
    while kept and not kept[-1].text.strip(SPACE):
        del kept[-1]
    if kept:
        kept[0] = kept[0].cut(len(kept[0].text) - len(kept[0].text.lstrip(SPACE)))
        kept[-1] = kept[-1].cut(0, len(kept[-1].text.rstrip(SPACE)))
    return kept
