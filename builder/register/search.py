"""The search tables of the register: what stands in published issues, and where.

``entry`` holds the entries as they were printed; it is a projection of the chain like every table of the register. Beside
it stands an index of one form for each database, made of the pairs of characters (``words.grams``): FTS5 without content on
SQLite, an array of pairs with a GIN index on PostgreSQL. ``clause`` holds fingerprints of clauses (``register.seen``).
Nothing here begins or ends a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Row, Table, Text, text

from builder.records import IndexEntry
from builder.words.clauses import clauses, fingerprint
from builder.words.grams import grams
from builder.words.query import searchable

METADATA = MetaData()
ENTRY = Table(
    "entry",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("act", Integer, nullable=False),
    Column("no", Integer, nullable=False),
    Column("publication", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("day", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("issue", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("units", Text, nullable=False),
    Column("page", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Index("entry_act", "act"),
)
CLAUSE = Table(
    "clause",
    METADATA,
    Column("fingerprint", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
_ENTRIES, _CLAUSES = ENTRY.insert(), CLAUSE.insert()
INDEX = "entry_index"
TEXTS = ("publication", "title", "units", "body")  # of ``words.query.searchable``
_FIELDS = (*TEXTS, "tags")
# A token is bytes above 127 and a blank ends it, so that no database takes a character for a separator or folds it.
_CREATE = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5("
        f"{', '.join(_FIELDS)}, content='', tokenize='ascii', prefix='1', columnsize=0)",
    ),
    "postgresql": (
        f"CREATE TABLE IF NOT EXISTS {INDEX} (id bigint PRIMARY KEY, publication text NOT NULL, title text NOT NULL, "
        "units text NOT NULL, body text NOT NULL, year integer NOT NULL, kind text NOT NULL, grams text[] NOT NULL)",
        f"CREATE INDEX IF NOT EXISTS {INDEX}_grams ON {INDEX} USING gin (grams)",
    ),
}
_BITS = 20  # for the place of an entry in its issue; the newest issue has the highest ids, its first entry the highest of them
_LAST = (1 << _BITS) - 1
_UNITS = "、"


def create(connection: Connection) -> None:
    """Make the search tables where they are not."""
    METADATA.create_all(connection)
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def index(connection: Connection, act: int, entries: Sequence[IndexEntry]) -> None:
    """Add the entries of the issue published by the act with this ``seq``; they become visible with its transaction."""
    if not entries:
        return
    connection.execute(_ENTRIES, [_row(act, entry) for entry in entries])
    make = _fts_row if connection.dialect.name == "sqlite" else array_row
    statement, rows = _insert(connection), [make(entry_id(act, entry.no), entry) for entry in entries]
    connection.execute(text(statement), rows)
    marks = [
        {"fingerprint": mark, "entry": entry_id(act, entry.no)}
        for entry in entries
        for mark in sorted({fingerprint(clause) for clause in clauses(entry.text)})
    ]
    if marks:
        connection.execute(_CLAUSES, marks)


def entry_id(act: int, no: int) -> int:
    """The key of an entry: descending keys are the order of results, newest issue first, its entries as printed."""
    return act << _BITS | (_LAST - no)


def act_of(key: int) -> int:
    """The ``seq`` of the act that published the entry with this key."""
    return key >> _BITS


def rows(connection: Connection) -> Iterator[tuple[int, IndexEntry]]:
    """Every entry kept, with the ``seq`` of the act that published it, in the order of publishing."""
    found = connection.execute(ENTRY.select().order_by(ENTRY.c.act, ENTRY.c.no))
    for row in found:
        yield row.act, entry_of(row)


def entry_of(row: Row[Any]) -> IndexEntry:
    """The entry of a row of ``entry``."""
    return IndexEntry(
        publication=row.publication,
        name=row.name,
        year=row.year,
        day=row.day,
        kind=row.kind,
        number=row.number,
        issue=row.issue,
        no=row.no,
        title=row.title,
        units=tuple(filter(None, row.units.split(_UNITS))),
        page=row.page,
        text=row.text,
    )


def _row(act: int, entry: IndexEntry) -> dict[str, Any]:
    return {
        "id": entry_id(act, entry.no),
        "act": act,
        "no": entry.no,
        "publication": entry.publication,
        "name": entry.name,
        "year": entry.year,
        "day": entry.day,
        "kind": entry.kind,
        "number": entry.number,
        "issue": entry.issue,
        "title": entry.title,
        "units": _UNITS.join(entry.units),
        "page": entry.page,
        "text": entry.text,
    }


def _insert(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        names = ", ".join(_FIELDS)
        return f"INSERT INTO {INDEX}(rowid, {names}) VALUES (:id, {', '.join(f':{name}' for name in _FIELDS)})"
    return f"INSERT INTO {INDEX} VALUES (:id, :publication, :title, :units, :body, :year, :kind, :grams)"


def _fts_row(key: int, entry: IndexEntry) -> dict[str, Any]:
    texts = searchable(entry)
    tags = (year_tag(entry.year), kind_tag(entry.kind))
    return {"id": key, **{name: tokens(grams(texts[name])) for name in TEXTS}, "tags": tokens(tags)}


def array_row(key: int, entry: IndexEntry) -> dict[str, Any]:
    """The row of PostgreSQL's index table for an entry."""
    texts = searchable(entry)
    body = texts["body"]
    return {"id": key, **texts, "year": entry.year, "grams": sorted({*grams(body), *body.replace("\n", "")})}


# ASCII is a separator for the tokenizer and part of its query language: its full-width forms, which no folded text has, stand for it.
_WIDE = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {0x20: "\u3000"}


def tokens(parts: Iterable[str]) -> str:
    """Grams as SQLite's tokenizer takes them apart again: no byte below 128 but the blanks between them."""
    return "\x00".join(parts).translate(_WIDE).replace("\x00", " ")


def year_tag(year: int) -> str:
    """The token of a year."""
    return f"年{year}"


def kind_tag(kind: str) -> str:
    """The token of a kind of publication."""
    return f"类{kind}"
