"""What loading gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from builder.errors import Place
from builder.model.blocks import Block, Photo
from builder.model.entries import Finding, Item
from builder.model.issue import Issue
from builder.model.office import Office

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """A loaded file: its id, path below the workspace (posix), values, and where each value stands.

    ``places`` maps a path of keys and indexes, e.g. ``("栏目", 0, "条目", 2, "信息")``, to the place of the value.
    ``blocks`` are an item's body. ``texts`` maps the path of a multi-line text (编者按, 正文 …) to its parsed blocks.
    ``photos`` maps a picture path as typed to its checked picture. ``tables`` are the files of tables that the entry
    prints, as paths below the workspace (posix), links followed and as named. ``digests`` maps the paths of the file and
    of these tables to the SHA-256 of the bytes that were read.
    """

    id: str
    file: str
    value: T
    places: dict[tuple[str | int, ...], Place]
    blocks: tuple[Block, ...] = ()
    texts: dict[tuple[str | int, ...], tuple[Block, ...]] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)

    def place(self, *path: str | int) -> Place:
        """The place of the value at ``path``, else of its nearest parent, else the file."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file))


@dataclass(frozen=True, slots=True)
class Library:
    """Everything a workspace holds, loaded and checked for form; keys are ids.

    ``broken_ids`` are the ids of files with errors, by kind ("item", "finding", "issue"): they exist, so that a
    reference to one is no fault of its own. ``beside`` maps an entry's file, sound or broken, to the files of tables
    that it prints and that have faults of their own.
    """

    office: Source[Office]
    items: dict[str, Source[Item]]
    findings: dict[str, Source[Finding]]
    issues: dict[str, Source[Issue]]
    broken_ids: dict[str, frozenset[str]] = field(default_factory=dict)
    beside: dict[str, frozenset[str]] = field(default_factory=dict)

    def with_tables(self, files: Iterable[str]) -> frozenset[str]:
        """These files of entries and the files of their tables."""
        return frozenset(name for file in files for name in (file, *self.beside.get(file, ())))
