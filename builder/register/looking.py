"""Search in the register: what a query asks for, exactly, newest first.

On SQLite the index alone answers exactly: pairs of characters that stand side by side are the word. On PostgreSQL the index gives
the entries that have all the pairs, and the database looks for the word in the texts of these. The entries that are shown
are held against the query again, so that a damaged index does not pass for an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, column, func, select, table, text

from builder.errors import FileError
from builder.records import IndexEntry
from builder.register.problems import REBUILD
from builder.register.search import ENTRY, INDEX, entry_of, kind_tag, tokens, year_tag
from builder.words.grams import word_grams
from builder.words.query import Query, Term

_ACT = table("act", column("seq"), column("kind"), column("target"))
_ISSUE = table("issue", column("issue"))


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, the ``seq`` of the act that printed it, and what came of that since.

    ``voided``: its issue was declared void; ``recalled``: the issue was printed again (更正重印), this printing called back.
    """

    act: int
    entry: IndexEntry
    voided: bool
    recalled: bool


@dataclass(frozen=True, slots=True)
class Found:
    """How many entries there are, and those that were asked for."""

    count: int
    hits: tuple[Hit, ...]


def find(connection: Connection, query: Query, limit: int = 20, offset: int = 0) -> Found:
    """The published entries that ``query`` asks for, the newest issue first and its entries as printed.

    Raises:
        FileError: the index and the entries are not of one mind: the register is damaged.
    """
    count, keys = _INDEXES[connection.dialect.name](connection, query, limit, offset)
    rows = {row.id: row for row in connection.execute(ENTRY.select().where(ENTRY.c.id.in_(keys)))} if keys else {}
    if len(rows) < len(keys) or len(keys) != max(0, min(limit, count - offset)):
        raise _damaged()
    voided, recalled = _later(connection, {row.act for row in rows.values()})
    found = [(rows[key].act, entry_of(rows[key])) for key in keys]
    hits = tuple(Hit(act, entry, act in voided, act in recalled) for act, entry in found)
    if not all(query.matches(hit.entry) for hit in hits):
        raise _damaged()
    return Found(count, hits)


def voided_acts(connection: Connection, acts: Iterable[int]) -> frozenset[int]:
    """Those of the acts whose issue was voided."""
    return _later(connection, acts)[0]


def _later(connection: Connection, acts: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Those of the printings whose issue was voided, and those that a later printing (更正重印) took the place of."""
    own = select(_ACT.c.seq, _ACT.c.kind, _ACT.c.target).where(_ACT.c.seq.in_(list(acts)))
    issues = {row.seq: row.target if row.kind == "reprint" else row.seq for row in connection.execute(own)}
    rows = connection.execute(
        select(_ACT.c.kind, _ACT.c.target, func.max(_ACT.c.seq).label("last"))
        .where(_ACT.c.kind.in_(("void", "reprint")), _ACT.c.target.in_(list(issues.values())))
        .group_by(_ACT.c.kind, _ACT.c.target)
    )
    last = {(row.kind, row.target): row.last for row in rows}
    voided = frozenset(act for act, issue in issues.items() if ("void", issue) in last)
    return voided, frozenset(act for act, issue in issues.items() if last.get(("reprint", issue), 0) > act)


def published_issues(connection: Connection) -> frozenset[str]:
    """Ids of all published issues, voided ones among them."""
    return frozenset(connection.scalars(select(_ISSUE.c.issue)))


def _damaged() -> FileError:
    return FileError("登记簿里查找用的表与刊出的条目不符：已损坏。", REBUILD)


# ---------------------------------------------------------------- SQLite


def _sqlite(connection: Connection, query: Query, limit: int, offset: int) -> tuple[int, Sequence[int]]:
    wanted = " AND ".join(_any(group) for group in query.groups)
    asked = {"asked": f"({wanted}) NOT {_any(query.without)}" if query.without else wanted}
    count = connection.scalar(text(f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH :asked"), asked)
    page = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :asked ORDER BY rowid DESC LIMIT :limit OFFSET :offset"
    return int(count or 0), connection.scalars(text(page), {**asked, "limit": limit, "offset": offset}).all()


def _any(terms: Sequence[Term]) -> str:
    return f"({' OR '.join(map(_match, terms))})"


def _match(term: Term) -> str:
    """The term in the language of FTS5: pairs side by side, a single character as the beginning of a pair."""
    if term.field == "year":
        tags = [year_tag(year) for year in range(term.years[0], term.years[1] + 1)]
        return f"tags : ({' OR '.join(_quoted([tag]) for tag in tags)})"
    if term.field == "kind":
        return f"tags : {_quoted([kind_tag(term.text)])}"
    return f"{term.field or 'body'} : {_quoted(word_grams(term.text))}{' *' if len(term.text) == 1 else ''}"


def _quoted(parts: Iterable[str]) -> str:
    return f'"{tokens(parts)}"'


# ---------------------------------------------------------------- PostgreSQL


def _postgresql(connection: Connection, query: Query, limit: int, offset: int) -> tuple[int, Sequence[int]]:
    values: dict[str, Any] = {}
    conditions = [_either(group, values) for group in query.groups]
    conditions += [f"NOT {_either([term], values)}" for term in query.without]
    chosen = f"FROM {INDEX} WHERE {' AND '.join(conditions)}"
    count = connection.scalar(text(f"SELECT count(*) {chosen}"), values)
    page = text(f"SELECT id {chosen} ORDER BY id DESC LIMIT :limit OFFSET :offset")
    return int(count or 0), connection.scalars(page, {**values, "limit": limit, "offset": offset}).all()


def _either(terms: Sequence[Term], values: dict[str, Any]) -> str:
    return f"({' OR '.join(_condition(term, values) for term in terms)})"


def _condition(term: Term, values: dict[str, Any]) -> str:
    """The term in SQL; its values are added to ``values``."""

    def value(given: object) -> str:
        name = f"v{len(values)}"
        values[name] = given
        return f":{name}"

    if term.field == "year":
        return f"year BETWEEN {value(term.years[0])} AND {value(term.years[1])}"
    if term.field == "kind":
        return f"kind = {value(term.text)}"
    if term.field:
        return f"strpos({term.field}, {value(term.text)}) > 0"
    pairs = f"grams @> CAST({value(list(word_grams(term.text)))} AS text[])"
    return pairs if len(term.text) <= 2 else f"({pairs} AND strpos(body, {value(term.text)}) > 0)"


_INDEXES: Mapping[str, Callable[[Connection, Query, int, int], tuple[int, Sequence[int]]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
}
