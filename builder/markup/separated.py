"""Tables whose cells do not stand in the text itself: in a file of separated values (RFC 4180), or set out in YAML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from builder.errors import Fault, Place
from builder.markup import pasted, tables
from builder.markup.account import account
from builder.markup.blocks import changed
from builder.markup.cells import BadRecord, Field, Record, records
from builder.markup.inline import SPACES, Piece
from builder.markup.places import relocate, relocated_table
from builder.markup.tables import FileTable
from builder.model import Block, Paragraph, Table

MAX_ROWS = 2000
MAX_COLUMNS = 30


def table_of_file(
    text: str, file: str, wanted: FileTable, *, locate: Callable[[int, int], Place], spaces: list[Place]
) -> tuple[Table | None, list[Fault]]:
    r"""The table in a text of values separated by commas or tabs (RFC 4180).

    Args:
        text: the text; lines end with ``\n``.
        file: the path for the places.
        wanted: the line that refers to the file.
        locate: turns (line, column) of the text into a place as typed.
        spaces: gathers the places of spaces dropped.

    Returns:
        The table (None where there is none), and all faults.
    """
    lines: list[Piece] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.split("\n"), start=1):
        read, changes = pasted.standard(line)
        lines.append(Piece(read, number, 1))
        faults += [changed(locate(number, min(changes) + 1), changes.values())] if changes else []
    separator = "\t" if lines[0].text.count("\t") > lines[0].text.count(",") else ","
    try:
        rows = [row for row, _ in records(lines, separator)]
    except BadRecord as bad:
        hint = "格内有引号、逗号、换行时，整格加双引号，格内的双引号打两个；用 Excel、WPS 另存为 CSV 就是这样"
        return None, [Fault("table-file", "error", locate(bad.piece.line, 1), "引号不配对，读不下去", hint)]
    if refused := _too_large(rows, wanted):
        return None, [refused]
    if not any(field.text for row in rows for field in row):
        return None, [Fault("table-empty", "error", locate(1, 1), "表格文件是空的", "第一行写表头，下面写各行")]
    built = tables.assemble(rows, file, title=wanted.title, unit=wanted.unit)
    built.faults.extend(account([line.text for line in lines], (built.table,), built.marks, file))
    faults += [replace(fault, place=locate(fault.place.line, fault.place.column)) for fault in built.faults]
    spaces += [locate(mark.place.line, mark.place.column) for mark in built.marks if mark.name == SPACES]
    table = relocated_table(built.table, lambda place: locate(place.line, place.column))
    return replace(table, place=wanted.place), faults


def _too_large(rows: list[Record], wanted: FileTable) -> Fault | None:
    columns = max((len(row) for row in rows), default=0)
    if len(rows) <= MAX_ROWS and columns <= MAX_COLUMNS:
        return None
    message = f"表格“{wanted.path}”有 {len(rows)} 行 {columns} 列，超过 {MAX_ROWS} 行、{MAX_COLUMNS} 列的上限"
    return Fault("table-too-large", "error", wanted.place, message, "只留要印的行和列，或分成几个表")


def set_table(
    head: Sequence[Record],
    body: Sequence[Record],
    notes: Sequence[Piece],
    file: str,
    *,
    title: str,
    unit: str,
    locate: Callable[[int, int], Place],
    spaces: list[Place],
) -> tuple[tuple[Block, ...], list[Fault]]:
    """The table of these cells and its notes, which get their 注： where they lack it.

    Places of cells and notes are turned into places as typed by ``locate``; ``spaces`` gathers those of spaces dropped.
    """
    faults: list[Fault] = []
    head, body = ([_standard(record, locate, faults) for record in rows] for rows in (head, body))
    builder = tables.Builder(file)
    built = builder.table(head, body, title, unit)
    paragraphs = []
    for (note,) in (_standard((Field.of(note),), locate, faults) for note in notes):
        spans = builder.cell(note).spans
        lead = () if tables.NOTE.match(note.text) else (replace(spans[0], text="注：", typed=False),)
        paragraphs.append(Paragraph((*lead, *spans), kind="表注"))
    faults += [replace(fault, place=locate(fault.place.line, fault.place.column)) for fault in built.faults]
    spaces += [locate(mark.place.line, mark.place.column) for mark in built.marks if mark.name == SPACES]
    found = relocate((built.table, *paragraphs), lambda place: locate(place.line, place.column))
    return tuple(block for block in found if not isinstance(block, FileTable)), faults


def _standard(record: Record, locate: Callable[[int, int], Place], faults: list[Fault]) -> Record:
    """The cells with look-alike marks in standard form."""
    made = []
    for field in record:
        piece = field.first
        text, changes = pasted.standard(piece.text)
        faults += [changed(locate(piece.line, piece.column + min(changes)), changes.values())] if changes else []
        made.append(Field.of(replace(piece, text=text)))
    return tuple(made)
