"""The frozen values that composing gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from builder.compose.numbering import Numbering
from builder.errors import Fault, Place
from builder.model import Block, Issue, Office, Source
from builder.publications import Title


@dataclass(frozen=True, slots=True)
class Heading:
    """A 栏目 head; ``note`` its 编者按. ``name_at`` and ``note_at`` are where they are written."""

    name: str
    note: tuple[Block, ...]
    name_at: Place
    note_at: Place


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry as printed. ``title`` "" prints none; ``credit`` is the signature with its brackets, or "".

    ``origin`` is the file whose pictures the blocks name. ``title_at``, ``note_at`` and ``credit_at`` are where these
    are written: in the issue, or in the item where the issue leaves them to it. ``subjects`` are words for the index of the
    year, each with its place.
    """

    title: str
    note: tuple[Block, ...]
    blocks: tuple[Block, ...]
    credit: str
    origin: Source[Any]
    title_at: Place
    note_at: Place
    credit_at: Place
    subjects: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Annex:
    """An attachment; ``title`` equals its line in the 附件说明, and is written at ``title_at``."""

    title: str
    orientation: Literal["纵", "横"]
    blocks: tuple[Block, ...]
    origin: Source[Any]
    title_at: Place


@dataclass(frozen=True, slots=True)
class Edition:
    """A composed issue.

    ``foot`` are (lead, text) lines such as ``("报：", "市委书记、副书记、常委。")``, the longest chosen at ``foot_at``;
    ``copies`` is 印数; ``sources`` are all files the text comes from, the issue first. ``office_digests`` maps the path of
    ``office.yaml`` to the SHA-256 of the bytes that were read; what is printed tells two editions apart, not these.
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
    foot_at: Place
    copies: int
    sources: tuple[Source[Any], ...]
    office_digests: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def lists_contents(self) -> bool:
        """Whether 本期要目 prints: by the issue, else by the publication, else from three titles on."""
        parts, titled = self.title.data.parts, sum(bool(p.title) for p in self.pieces)
        wish = parts.contents if self.issue.value.contents == "自动" else self.issue.value.contents
        return titled > 0 and (wish == "是" or (wish == "自动" and titled >= self.title.layout["要目"]["起条数"]))

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """Names of the office's units, which stay whole in titles."""
        return tuple(name for unit in self.office.units for name in (unit.name, unit.short))

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
