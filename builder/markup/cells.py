"""Cells of tables that are not typed with bars: records of separated values, quoted as spreadsheets write them.

A cell knows where each of its characters stands, so that messages and the account reach into quoted cells with line ends.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from builder.markup.account import SPACE
from builder.markup.inline import Piece


@dataclass(frozen=True, slots=True)
class Field:
    """One cell as typed: its lines, each of pieces that stand side by side but for a quotation mark doubled.

    ``signs`` are the quotation marks that do not print, and the separator after the cell.
    """

    lines: tuple[tuple[Piece, ...], ...]
    signs: tuple[Piece, ...] = ()

    @classmethod
    def of(cls, piece: Piece) -> Field:
        """A cell that is one piece, without white space at its ends."""
        return cls(((piece.trim(),),))

    @property
    def first(self) -> Piece:
        """Where the cell begins."""
        return self.lines[0][0]

    @property
    def text(self) -> str:
        """The characters, without white space at both ends."""
        return "\n".join("".join(piece.text for piece in line) for line in self.lines).strip(SPACE + "\n")


Record = tuple[Field, ...]


def records(lines: Sequence[Piece], separator: str) -> Iterator[tuple[Record, int]]:
    """The records in ``lines``, each with the index of the first line after it; blank lines are passed over.

    Raises:
        BadRecord: quotation marks that do not pair, or a cell that is too long; with the place.
    """
    reader = csv.reader((line.text + "\n" for line in lines), delimiter=separator, strict=True)
    start = 0
    while True:
        try:
            values = next(reader, None)
        except csv.Error:
            raise BadRecord(lines[min(start, len(lines) - 1)]) from None
        if values is None:
            return
        if values:
            yield tuple(_fields(lines, start, values)), reader.line_num
        start = reader.line_num


class BadRecord(Exception):
    """A record that is not as RFC 4180 has it; ``piece`` is the line where it begins."""

    def __init__(self, piece: Piece) -> None:
        super().__init__(piece.text)
        self.piece = piece


def split(line: Piece, separator: str) -> Record:
    """The cells of one line, quotation marks taken as text."""
    found, start = [], 0
    for text in line.text.split(separator):
        end = start + len(text)
        found.append(Field(((line.cut(start, end),),), (line.cut(end, end + 1),)))
        start = end + 1
    return tuple(found)


def _fields(lines: Sequence[Piece], row: int, values: Iterable[str]) -> Iterator[Field]:
    """Where the values that ``csv`` found stand: a quoted one has two marks around it and each inner mark doubled."""
    column = 0
    for value in values:
        if lines[row].text[column : column + 1] != '"':
            body: list[tuple[Piece, ...]] = [(lines[row].cut(column, column + len(value)),)]
            signs: list[Piece] = []
            column += len(value)
        else:
            body, signs = [], [lines[row].cut(column, column + 1)]
            column += 1
            for number, text in enumerate(value.split("\n")):
                if number:
                    row, column = row + 1, 0
                pieces: list[Piece] = []
                for index, stretch in enumerate(text.split('"')):
                    if index:
                        signs.append(lines[row].cut(column, column + 1))
                        column += 1
                    end = column + len(stretch) + bool(index)
                    pieces.append(lines[row].cut(column, end))
                    column = end
                body.append(tuple(pieces))
            signs.append(lines[row].cut(column, column + 1))
            column += 1
        signs.append(lines[row].cut(column, column + 1))
        column += 1
        yield Field(tuple(body), tuple(signs))
