"""The values of a Word file as it is read: paragraphs of pieces that know who put them in or took them out, and tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from builder.words import shown, visible


@dataclass(frozen=True, slots=True)
class By:
    """Whose revision: the name and the day (ISO date) that the file gives, "" where it gives none."""

    author: str
    day: str


@dataclass(frozen=True, slots=True)
class Bit:
    """Characters of one look and one history.

    ``looks`` are the formats of meaning that they show (加粗 斜体 下划线 删除线 突出显示); ``put`` who put them in with tracking
    on, ``gone`` who took them out, ``reset`` who changed their format.
    """

    text: str
    looks: frozenset[str] = frozenset()
    put: By | None = None
    gone: By | None = None
    reset: By | None = None


@dataclass(frozen=True)
class Para:
    """One paragraph as it stands when all revisions are accepted, with what they took out.

    ``style`` is the name of its style. ``pictures`` are the SHA-256 of those that stand in it. ``put`` is who put its end in
    with tracking on, ``lost`` who took out an end inside it, ``reset`` who changed its format.
    ``marks`` are (offset in ``text``, id) where a comment's words begin, ``ends`` where they end; each comment's first counts.
    """

    bits: tuple[Bit, ...]
    style: str = ""
    pictures: tuple[str, ...] = ()
    put: By | None = None
    lost: By | None = None
    reset: By | None = None
    marks: tuple[tuple[int, str], ...] = ()
    ends: tuple[tuple[int, str], ...] = ()

    @cached_property
    def text(self) -> str:
        """Its characters with all revisions accepted."""
        return "".join(bit.text for bit in self.bits if bit.gone is None)

    @cached_property
    def key(self) -> str:
        """The characters that show: what is compared."""
        return visible(self.text)

    @cached_property
    def offsets(self) -> list[int]:
        """Where in ``text`` the characters of ``key`` stand."""
        return shown(self.text)

    @property
    def is_put(self) -> bool:
        """Whether all that shows was put in with tracking on."""
        return bool(self.key) and all(bit.put for bit in self.bits if bit.gone is None and visible(bit.text))

    def chars(self) -> Iterator[tuple[str, Bit]]:
        """Every character that stands, and the bit that it belongs to."""
        return ((char, bit) for bit in self.bits if bit.gone is None for char in bit.text)


@dataclass(frozen=True)
class Cell:
    """A cell of a table, its paragraphs as one; ``column`` is its first grid column from 0, ``under``: it is part of the one above."""

    para: Para
    column: int
    under: bool = False


@dataclass(frozen=True)
class Row:
    """A row that stands; ``put`` is who put it in with tracking on."""

    cells: tuple[Cell, ...]
    put: By | None = None

    @cached_property
    def key(self) -> str:
        """The text of all its cells, to find the same row by."""
        return "\t".join(cell.para.key for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """A table with its rows that stand."""

    rows: tuple[Row, ...]

    @cached_property
    def key(self) -> str:
        """The text of all its rows, to find the same table by."""
        return "\n".join(row.key for row in self.rows)


@dataclass(frozen=True, slots=True)
class Gone:
    """A paragraph or row that revisions took out whole; ``key`` is its text as ``Para.key`` or ``Row.key``."""

    key: str
    by: By


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: ``id`` as ``Para.marks`` has it; ``parent`` is the id of the one that it answers, "" for none."""

    id: str
    by: By
    text: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A Word file: what stands in it, in order, what revisions took out whole, comments by id, and texts of notes."""

    blocks: tuple[Para | Grid, ...]
    gone: tuple[Gone, ...] = ()
    comments: tuple[Comment, ...] = ()
    notes: tuple[str, ...] = ()
    stamp: str = ""

    def paras(self) -> Iterator[Para]:
        """Every paragraph in order, cells of tables among them."""
        for block in self.blocks:
            if isinstance(block, Para):
                yield block
            else:
                yield from (cell.para for row in block.rows for cell in row.cells)
