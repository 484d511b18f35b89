"""Revision marks as elements, and paragraphs made of what stayed, came and went (ISO/IEC 29500-1, 17.13.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from builder.guard import Element, local
from builder.redline.marks.borrowed import Borrowed
from builder.redline.marks.names import XML, W, child, first, made, remove
from builder.redline.marks.streams import END, Piece

State = Literal["", "ins", "del"]


@dataclass(frozen=True, slots=True)
class Op:
    """A piece and what became of it. One without text is a point that is kept."""

    state: State
    piece: Piece


class Ink:
    """Makes marks; ids count from ``first`` on. ``day`` (ISO) may be "": then a mark bears no date."""

    def __init__(self, author: str, day: str, first_id: int, borrowed: Borrowed) -> None:
        self._author, self._day, self._first, self._borrowed = author, day, first_id, borrowed
        self.marks = 0

    def mark(self, name: str) -> Element:
        """A ``w:ins``, ``w:del`` or ``w:pPrChange``."""
        dated = {"date": f"{self._day}T00:00:00Z"} if self._day else {}
        self.marks += 1
        return made(name, id=str(self._first + self.marks), author=self._author, **dated)

    def end(self, paragraph: Element, state: State) -> None:
        """Mark that the end of a paragraph came or went."""
        if not state:
            return
        properties = first(paragraph, "pPr")
        own = child(properties, "rPr")
        if own is None:
            own = made("rPr")
            # After all that is said of the paragraph itself (CT_PPr).
            properties.insert(sum(local(e) not in ("sectPr", "pPrChange") for e in properties), own)
        own.insert(0, self.mark(state))

    def unmark_end(self, paragraph: Element) -> None:
        """Leave the end of a paragraph as one that stayed."""
        for mark in [m for name in ("ins", "del") for m in paragraph.iterfind(f"{W}pPr/{W}rPr/{W}{name}")]:
            remove(mark)

    def row(self, row: Element, state: State) -> None:
        """Mark a row of a table; its paragraphs are marked apart."""
        properties = child(row, "trPr")
        if properties is None:
            properties = made("trPr")
            # Properties of one row that are those of tables come first (CT_Row).
            row.insert(1 if child(row, "tblPrEx") is not None else 0, properties)
        properties.append(self.mark(state))

    def paragraphs(self, ops: Iterable[Op]) -> Iterator[Element]:
        """The paragraphs that end where an ``END`` stands; what stands after the last one is in none."""
        content: list[Op] = []
        for op in ops:
            if op.piece.text == END:
                yield self._paragraph(op, content)
                content = []
            else:
                content.append(op)

    def _paragraph(self, end: Op, content: list[Op]) -> Element:
        assert end.piece.node is not None
        paragraph = made("p")
        properties = child(end.piece.node, "pPr")
        if properties is not None:
            own = self._borrowed.properties(properties) if end.state == "del" else deepcopy(properties)
            paragraph.append(own)
        for state, ops in groupby(content, key=lambda op: op.state if op.piece.text else None):
            made_runs = list(self._runs(ops, state or ""))
            if state and made_runs:
                mark = self.mark(state)
                mark.extend(made_runs)
                paragraph.append(mark)
            else:
                paragraph.extend(made_runs)
        self.end(paragraph, end.state)
        return paragraph

    def _runs(self, ops: Iterable[Op], state: State) -> Iterator[Element]:
        """The runs of neighbouring pieces of one state."""
        for run, group in groupby((op.piece for op in ops), key=lambda piece: piece.run):
            pieces = list(group)
            if run is None:
                yield from self._bare(pieces, state)
                continue
            copied = self._run(run, state)
            for piece in pieces:
                copied.extend(self._written(piece, state))
            yield copied

    def _bare(self, pieces: Iterable[Piece], state: State) -> Iterator[Element]:
        """What stands in no run: points, equations."""
        for piece in pieces:
            if piece.node is not None and state != "del":
                yield deepcopy(piece.node)

    def _run(self, run: Element, state: State) -> Element:
        copied = made("r")
        properties = child(run, "rPr")
        if properties is not None:
            copied.append(self._borrowed.properties(properties) if state == "del" else deepcopy(properties))
        return copied

    def _written(self, piece: Piece, state: State) -> Iterator[Element]:
        if piece.node is not None:
            node = self._borrowed.node(piece.node) if state == "del" else deepcopy(piece.node)
            if node is not None:
                yield node
            return
        text = made("delText" if state == "del" else "t")
        text.set(f"{XML}space", "preserve")
        text.text = piece.text
        yield text
