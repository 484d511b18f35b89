r"""Plain Chinese typing to blocks with places.

Why not a Markdown library: python-markdown (and CommonMark) renumber ``3.`` after ``5.``, lose ``[1]: x``, take the
stars out of ``2*3和4*5``, make ``前\n---`` a heading and join lines that an office means as paragraphs. Here one
source line is one paragraph, what is not listed in :mod:`builder.markup.blocks` is text exactly as typed, and
:func:`account` proves after every parse that each character of the source is in a span or is named markup.
"""

from __future__ import annotations

from collections.abc import Callable

from builder.errors import Fault, Place
from builder.markup.account import Mark, account
from builder.markup.blocks import Parser
from builder.markup.places import relocate
from builder.model import Block

__all__ = ["MAX_BYTES", "Mark", "account", "parse"]

MAX_BYTES = 1 << 20


def parse(
    body: str,
    file: str,
    first_line: int,
    first_column: int = 1,
    *,
    locate: Callable[[int, int], Place] | None = None,
) -> tuple[tuple[Block, ...], list[Fault]]:
    r"""Turns a text into blocks.

    Args:
        body: the text; lines end with ``\n``.
        file: path for the places.
        first_line: the line of ``file`` on which the body begins.
        first_column: the column on which each of its lines begins (block scalars are indented).
        locate: turns (line, column) of ``file`` into a place as typed; the identity when absent.

    Returns:
        The blocks, and all faults. With faults the blocks hold what could be understood.
    """
    if len(body) > MAX_BYTES or len(body.encode("utf-8", "replace")) > MAX_BYTES:
        return (), [_too_long(Place(file, first_line, first_column))]
    parser = Parser(body, file)
    blocks = parser.blocks()
    faults = parser.faults + account(body, blocks, parser.marks, file)
    if (first_line, first_column) == (1, 1) and locate is None:
        return blocks, faults
    final = locate or (lambda line, column: Place(file, line, column))

    def move(place: Place) -> Place:
        return final(place.line + first_line - 1, place.column + first_column - 1)

    return relocate(blocks, move), [Fault(f.code, f.severity, move(f.place), f.message, f.hint) for f in faults]


def _too_long(place: Place) -> Fault:
    return Fault(
        "text-too-long", "error", place, "文字过长，超过 1 MB 的上限", "分成几条信息；图片单独存成文件，不要贴进正文"
    )
