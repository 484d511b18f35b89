"""Moving the places of blocks from body coordinates to those of the file as typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from builder.errors import Place
from builder.markup.tables import FileTable
from builder.model import Block, Cell, PageBreak, Paragraph, Picture, Span, Table

Move = Callable[[Place], Place]


def relocate(blocks: tuple[Block | FileTable, ...], move: Move) -> tuple[Block | FileTable, ...]:
    """The same blocks with every place moved."""
    return tuple(_block(block, move) for block in blocks)


def _block(block: Block | FileTable, move: Move) -> Block | FileTable:
    if isinstance(block, Paragraph):
        return replace(block, spans=_spans(block.spans, move))
    if isinstance(block, Table):
        return relocated_table(block, move)
    if isinstance(block, Picture | FileTable):
        return replace(block, place=move(block.place))
    return PageBreak(move(block.place))


def relocated_table(table: Table, move: Move) -> Table:
    """The same table with every place moved."""
    head = tuple(tuple(_cell(cell, move) for cell in row) for row in table.head)
    rows = tuple(tuple(_cell(cell, move) for cell in row) for row in table.rows)
    return replace(table, head=head, rows=rows, place=move(table.place))


def _cell(cell: Cell, move: Move) -> Cell:
    return replace(cell, spans=_spans(cell.spans, move))


def _spans(spans: tuple[Span, ...], move: Move) -> tuple[Span, ...]:
    return tuple(replace(span, place=move(span.place)) for span in spans)
