"""The frozen values that composing gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from builder.compose.numbering import Numbering
from builder.errors import Fault
from builder.model import Block, Issue, Office, Source
from builder.publications import Title


@dataclass(frozen=True, slots=True)
class Heading:
    """A 栏目 head; ``note`` its 编者按."""

    name: str
    note: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry as printed. ``title`` "" prints none; ``credit`` is the signature with its brackets, or "".

    ``origin`` is the file whose pictures the blocks name.
    """

    title: str
    note: tuple[Block, ...]
    blocks: tuple[Block, ...]
    credit: str
    origin: Source[Any]


@dataclass(frozen=True, slots=True)
class Annex:
    """An attachment; ``title`` equals its line in the 附件说明."""

    title: str
    orientation: Literal["纵", "横"]
    blocks: tuple[Block, ...]
    origin: Source[Any]


@dataclass(frozen=True, slots=True)
class Edition:
    """A composed issue. ``foot`` are (lead, text) lines such as ``("报：", "市委书记、副书记、常委。")``; ``copies`` is 印数.

    ``sources`` are all files the text comes from, the issue first.
    """

    issue: Source[Issue]
    title: Title
    office: Office
    numbering: Numbering
    publisher: str
    note: tuple[Block, ...]
    parts: tuple[Heading | Piece, ...]
    annexes: tuple[Annex, ...]
    foot: tuple[tuple[str, str], ...]
    copies: int
    sources: tuple[Source[Any], ...]

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The entries without the 栏目 heads."""
        return tuple(p for p in self.parts if isinstance(p, Piece))


@dataclass(frozen=True, slots=True)
class Composition:
    """What composing one issue gave: the edition (None when there are errors), all faults, and the files it stands on."""

    edition: Edition | None
    faults: tuple[Fault, ...]
    files: frozenset[str]
