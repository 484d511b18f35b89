"""What was published, as a list: a page of it by one query, however long the list is."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from builder.register import schema
from builder.register.problems import damaged


@dataclass(frozen=True, slots=True)
class Listed:
    """A published issue: ``state`` tells what was done to it later, e.g. ``作废``, ``已重印``; ``total`` is None where it has none."""

    publication: str
    name: str
    year: int
    label: str
    number: int
    total: int | None
    day: str
    title: str
    pages: int
    copies: int
    state: str
    issue: str
    folder: str


_LATER = {"void": "作废", "reprint": "已重印", "publish": "已更正", "more": "已加印"}


def issues(
    connection: Connection, publication: str | None = None, year: int | None = None, limit: int = 50
) -> tuple[int, list[Listed]]:
    """How many issues were published, and the newest ``limit`` of them, newest first; 0 gives all.

    Raises:
        FileError: a record cannot be read: the register is damaged.
    """
    table, act = schema.issue, schema.act
    given = {"publication": publication, "year": year}
    conditions = [table.c[name] == value for name, value in given.items() if value is not None]
    count = connection.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
    # Chosen first and joined then: sorted with their records, 100,000 issues take three times as long.
    some = select(table).where(*conditions).order_by(table.c.act.desc()).limit(limit or None).subquery()
    wanted = select(some, act.c.folder, act.c.record).join(act, act.c.seq == some.c.act)
    rows = connection.execute(wanted.order_by(some.c.act.desc())).all()
    states = _states(connection, [row.act for row in rows])
    try:
        return count, [_listed(row, states.get(row.act, ["正常"])) for row in rows]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise damaged() from error


def _listed(row: Row[Any], states: list[str]) -> Listed:
    data = json.loads(row.record)["data"]
    titles = data.get("titles") or [[""]]
    return Listed(
        publication=row.publication,
        name=data.get("name", ""),
        year=row.year,
        label=data.get("label", ""),
        number=row.number,
        total=row.total,
        day=row.day,
        title=titles[0][0],
        pages=data.get("pages", 0),
        copies=data.get("copies", 0),
        state="、".join(states),
        issue=row.issue,
        folder=row.folder,
    )


def _states(connection: Connection, acts: list[int]) -> dict[int, list[str]]:
    """What was done to these issues later, each thing once, in the order of doing."""
    found: dict[int, list[str]] = defaultdict(list)
    table = schema.act
    for start in range(0, len(acts), 500):
        some = acts[start : start + 500]
        wanted = select(table.c.target, table.c.kind).where(table.c.target.in_(some), table.c.kind.in_(list(_LATER)))
        for row in connection.execute(wanted.order_by(table.c.seq)):
            if _LATER[row.kind] not in found[row.target]:
                found[row.target].append(_LATER[row.kind])
    return found
