"""Moving the places of blocks from body coordinates to those of the file as typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from builder.errors import Place
from builder.model import Block, Cell, PageBreak, Paragraph, Picture, Span, Table

Move = Callable[[Place], Place]


def relocate(blocks: tuple[Block, ...], move: Move) -> tuple[Block, ...]:
    """The same blocks with every place moved."""
    return tuple(_block(block, move) for block in blocks)


def _block(block: Block, move: Move) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, spans=_spans(block.spans, move))
    if isinstance(block, Table):
        head = tuple(tuple(_cell(cell, move) for cell in row) for row in block.head)
        rows = tuple(tuple(_cell(cell, move) for cell in row) for row in block.rows)
        return replace(block, head=head, rows=rows, place=move(block.place))
    if isinstance(block, Picture):
        return replace(block, place=move(block.place))
    return PageBreak(move(block.place))


def _cell(cell: Cell, move: Move) -> Cell:
    return replace(cell, spans=_spans(cell.spans, move))


def _spans(spans: tuple[Span, ...], move: Move) -> tuple[Span, ...]:
    return tuple(replace(span, place=move(span.place)) for span in spans)
