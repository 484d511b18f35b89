r"""Plain Chinese typing to blocks with places.

Why not a Markdown library: python-markdown (and CommonMark) renumber ``3.`` after ``5.``, lose ``[1]: x``, take the
stars out of ``2*3和4*5``, make ``前\n---`` a heading and join lines that an office means as paragraphs. Here one
source line is one paragraph, what is not listed in :mod:`builder.markup.blocks` is text exactly as typed, and
:func:`account` proves after every parse that each character of the source is in a span or is named markup.
"""

from __future__ import annotations

from collections.abc import Callable

from builder.errors import Fault, Place
from builder.markup import pasted
from builder.markup.account import Mark, account
from builder.markup.blocks import BREAK, Parser, changed
from builder.markup.cells import Field
from builder.markup.inline import SPACES, Piece
from builder.markup.pasted import BREAKS, HAN
from builder.markup.places import relocate
from builder.markup.separated import MAX_COLUMNS, MAX_ROWS, set_table, table_of_file
from builder.markup.tables import HEAD_ROWS, FileTable
from builder.model import Block, Table

__all__ = [
    "BREAKS",
    "HAN",
    "HEAD_ROWS",
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Field",
    "FileTable",
    "Mark",
    "Piece",
    "account",
    "changed",
    "parse",
    "set_table",
    "spaces_note",
    "table_of_file",
    "tidied",
]

MAX_BYTES = 1 << 20
ReadTable = Callable[[FileTable], tuple[Table | None, list[Fault]]]


def parse(
    body: str,
    file: str,
    first_line: int,
    first_column: int = 1,
    *,
    locate: Callable[[int, int], Place] | None = None,
    spaces: list[Place] | None = None,
    read_table: ReadTable | None = None,
) -> tuple[tuple[Block, ...], list[Fault]]:
    r"""Turns a text into blocks.

    Args:
        body: the text; lines end with ``\n``.
        file: path for the places.
        first_line: the line of ``file`` on which the body begins.
        first_column: the column on which each of its lines begins (block scalars are indented).
        locate: turns (line, column) of ``file`` into a place as typed; the identity when absent.
        spaces: gathers the places of spaces dropped, for a caller who makes one note for several texts; where absent,
            the note is among the faults.
        read_table: reads the table that a line ``表: 附表1.csv`` names; where absent such a line is a fault.

    Returns:
        The blocks, and all faults. With faults the blocks hold what could be understood.
    """
    if len(body) > MAX_BYTES or len(body.encode("utf-8", "replace")) > MAX_BYTES:
        return (), [_too_long(Place(file, first_line, first_column))]
    blocks, faults, dropped = _parsed(body, file)
    if (first_line, first_column) != (1, 1) or locate is not None:
        final = locate or (lambda line, column: Place(file, line, column))

        def move(place: Place) -> Place:
            return final(place.line + first_line - 1, place.column + first_column - 1)

        blocks, dropped = relocate(blocks, move), [move(place) for place in dropped]
        faults = [Fault(f.code, f.severity, move(f.place), f.message, f.hint) for f in faults]
    final_blocks, found = _read_tables(blocks, read_table)
    if spaces is None:
        return final_blocks, [*faults, *found, *spaces_note(dropped)]
    spaces += dropped
    return final_blocks, [*faults, *found]


def _parsed(body: str, file: str) -> tuple[tuple[Block | FileTable, ...], list[Fault], list[Place]]:
    """The blocks, all faults and the places of spaces dropped, in places of the body."""
    parser = Parser(body, file)
    blocks = parser.blocks()
    printed = tuple(block for block in blocks if not isinstance(block, FileTable))
    faults = parser.faults + account(parser.source, printed, parser.marks, file)
    faults += _breaks([mark.place for mark in parser.marks if mark.name == BREAK])
    return blocks, faults, [mark.place for mark in parser.marks if mark.name == SPACES]


def _read_tables(
    blocks: tuple[Block | FileTable, ...], read: ReadTable | None
) -> tuple[tuple[Block, ...], list[Fault]]:
    """The blocks with each file's table in its place; one that could not be read is left out, with its faults."""
    found: list[Block] = []
    faults: list[Fault] = []
    for block in blocks:
        if not isinstance(block, FileTable):
            found.append(block)
        elif read is None:
            hint = "把表格写在这里，或放进信息的正文"
            faults.append(Fault("table-file", "error", block.place, "这里不能引用表格文件", hint))
        else:
            table, problems = read(block)
            found += [table] if table else []
            faults += problems
    return tuple(found), faults


def spaces_note(places: list[Place]) -> list[Fault]:
    """One note for all the spaces of a file that were dropped (``pasted.gaps``); none for none."""
    if not places:
        return []
    message = f"去掉了中文与数字、字母之间的空格，共 {len(places)} 处"
    return [Fault("text-space", "note", min(places), message, "不必处理")]


def tidied(text: str) -> tuple[str, int, tuple[str, ...]]:
    """A value that prints as running text, cleaned as a body is: the text, spaces dropped, look-alike marks changed."""
    text, changes = pasted.standard(text)
    return pasted.tight(text), len(pasted.gaps(text)), tuple(changes.values())


def _breaks(places: list[Place]) -> list[Fault]:
    if not places:
        return []
    message = f"有 {len(places)} 处软换行（如 Word 里按 Shift+回车的），已作为分段"
    return [Fault("text-break", "note", places[0], message, "不必处理；要合成一段就改成一行")]


def _too_long(place: Place) -> Fault:
    return Fault(
        "text-too-long", "error", place, "文字过长，超过 1 MB 的上限", "分成几条信息；图片单独存成文件，不要贴进正文"
    )
