"""What the index of a batch keeps, row by row: its tables, the values that they hold, and what tells a damaged row from a sound one.

A row bears a seal over what it says, so that one flipped bit is noticed when it is read. What it holds as JSON is judged
when it is unpacked (``unpacked``): a row that was made and sealed by somebody else must not mislead more than an entry may.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from builder.batch.stamps import Stamp
from builder.errors import Fault, FileError

_STAMP = "size INTEGER, mtime INTEGER, inode INTEGER, ctime INTEGER"
# Of each table its columns; the first are its key. All but those in ``_MOVING`` are sealed.
_COLUMNS = {
    "meta": "name TEXT, value TEXT",
    "files": f"path TEXT, {_STAMP}, sure INTEGER, sha TEXT",
    "entries": "file TEXT, kind TEXT, id TEXT, path TEXT, form TEXT, faults TEXT, beside TEXT, tables TEXT, restless INTEGER",
    "heads": "id TEXT, publication TEXT, day TEXT, base TEXT, detail TEXT, own TEXT",
    "built": "id TEXT, suffix TEXT, key TEXT, own TEXT, register TEXT, faults TEXT, built TEXT",
    "outputs": f"id TEXT, suffix TEXT, format TEXT, path TEXT, key TEXT, sha TEXT, {_STAMP}",
}
_KEYS = {"built": 2, "outputs": 4}
# At the end of a row, what is said anew of it alone: a wrong one is unlike what is found, and makes an issue due.
_MOVING = {"heads": 1, "outputs": 4}


def _table(name: str, columns: str) -> str:
    """The statement that makes a table: SQLite itself sees to it that each value is of its type."""
    pairs = [tuple(column.split()) for column in f"{columns}, seal INTEGER".split(", ")]
    typed = [
        f"{column} {kind} CHECK (typeof({column}) = '{kind.lower()}'{f' OR {column} IS NULL' * (column == 'form')})"
        for column, kind in pairs
    ]
    keys = ", ".join(column for column, _ in pairs[: _KEYS.get(name, 1)])
    return f"CREATE TABLE {name} ({', '.join(typed)}, PRIMARY KEY ({keys})) WITHOUT ROWID"


TABLES = tuple(_table(name, columns) for name, columns in _COLUMNS.items())
WIDTHS = {name: columns.count(",") + 1 for name, columns in _COLUMNS.items()}


class Damaged(FileError):
    """The index says what this program cannot have written: none of it may be trusted any more."""

    def __init__(self) -> None:
        super().__init__("索引已损坏，没有用它。", "再运行一次：索引会重建，各期都重新生成一遍。")


class EntryRow(NamedTuple):
    """A content file as it was read: see ``reading.Read``; ``form`` None where it has errors. JSON is not unpacked."""

    file: str
    kind: str
    id: str
    path: str
    form: str | None
    faults: str
    beside: str
    tables: str
    restless: bool


class Outline(NamedTuple):
    """Of an entry what tells whether it must be read again; ``beside`` is SHA-256 by path (``unpacked.beside``)."""

    file: str
    kind: str
    id: str
    path: str
    beside: Mapping[str, str]
    restless: bool


@dataclass(frozen=True, slots=True)
class Head:
    """An issue: ``own`` is a digest of its content, ``base`` of its number and the faults on its files.

    ``publication`` and ``day`` are "" and both digests, too, where its file has errors; ``detail`` is JSON.
    """

    id: str
    publication: str
    day: str
    own: str
    base: str
    detail: str


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was written: its path below the workspace and how it was when it was written."""

    format: str
    key: str
    path: str
    stamp: Stamp
    sha: str


@dataclass(frozen=True, slots=True)
class Last:
    """An issue as it was built last: with which key, of which own content, what was told of it, and its files.

    ``register`` is the state of the register by which ``faults`` were told.
    """

    key: str
    own: str
    register: str
    faults: tuple[Fault, ...]
    built: Mapping[str, Any]
    outputs: Mapping[str, Output]

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 of its files by path below the workspace."""
        return {output.path: output.sha for output in self.outputs.values()}


# ---------------------------------------------------------------- seals


def sealed(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as it is stored."""
    said = WIDTHS[table] - _MOVING.get(table, 0)
    return (*row, zlib.crc32(repr(row[:said]).encode()))


def unsealed(table: str, found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows as they were before they were sealed.

    Raises:
        Damaged: one is another one.
    """
    said = WIDTHS[table] - _MOVING.get(table, 0)
    for row in found:
        if zlib.crc32(repr(row[:said]).encode()) != row[-1]:
            raise Damaged
        yield row[:-1]
