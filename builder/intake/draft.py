"""What a foreign document comes down to before it is typed: lines, tables and pictures in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["段", "列表项", "题名", "标题"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that are bold or not."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; ``level`` 1–9 is that of a heading style (``role`` 标题), 0 otherwise."""

    pieces: tuple[Piece, ...]
    role: Role = "段"
    level: int = 0

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its paragraphs, and its span."""

    lines: tuple[Line, ...]
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """Its paragraphs one after another."""
        return " ".join(line.text for line in self.lines if line.text.strip())


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells (covered ones left out), of which the first ``heads`` are declared to be its head."""

    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture: where it is in the source, and the words that describe it there."""

    target: str
    alt: str = ""


Part = Line | Grid | Figure


def texts(parts: Sequence[Part]) -> Iterator[str]:
    """All text in order."""
    for part in parts:
        if isinstance(part, Line):
            yield part.text
        elif isinstance(part, Grid):
            yield from (cell.text for row in part.rows for cell in row)
