"""Texts that were published before, known by their clauses.

A clause that stands in many entries (深入学习贯彻…) says nothing of where a text comes from and does not count. Of the others, an
entry must have most, by characters.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, column, select, table, text

from builder.records import IndexEntry
from builder.register.looking import voided_acts
from builder.register.search import CLAUSE, ENTRY, act_of, entry_of
from builder.words.clauses import clauses, fingerprint

MANY = 6  # entries; a clause in more of them is a stock phrase
MOST = 0.6  # of a text's characters
_LEAST_CLAUSES, _LEAST_CHARACTERS = 2, 16  # in common; less may be chance
_ACT = table("act", column("seq"), column("kind"), column("issue"))
_LIMIT = MANY + 2  # those of the issue itself may be among them
# The first entries of each clause, however many there are.
_ENTRIES = {
    "sqlite": (
        f"SELECT w.value AS mark, c.entry FROM json_each(:marks) w JOIN {CLAUSE.name} c ON c.fingerprint = w.value "
        f"AND c.entry IN (SELECT entry FROM {CLAUSE.name} WHERE fingerprint = w.value ORDER BY entry DESC LIMIT {_LIMIT})"
    ),
    "postgresql": (
        "SELECT w.mark, c.entry FROM json_array_elements_text(CAST(:marks AS json)) AS j(value), "
        "LATERAL (SELECT CAST(j.value AS bigint) AS mark) w, "
        f"LATERAL (SELECT entry FROM {CLAUSE.name} WHERE fingerprint = w.mark ORDER BY entry DESC LIMIT {_LIMIT}) c"
    ),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """The published entry that a text repeats: ``share`` of the text (0 to 1, by characters of clauses) stands in it.

    ``voided`` tells that its issue was declared void.
    """

    entry: IndexEntry
    share: float
    voided: bool


def seen(connection: Connection, texts: Sequence[str], issue: str) -> list[Seen | None]:
    """For each text of ``issue`` the published entry of another issue that it repeats, whole or mostly; None for none.

    Of several the one with most of it, of equals the latest.
    """
    made = [{fingerprint(clause): clause for clause in clauses(one)} for one in texts]
    known = _entries(connection, {mark for marks in made for mark in marks}, issue)
    best = [_best(marks, known) for marks in made]
    keys = [key for key in best if key is not None]
    rows = {row.id: row for row in connection.execute(ENTRY.select().where(ENTRY.c.id.in_(keys)))} if keys else {}
    voided = voided_acts(connection, map(act_of, keys)) if keys else frozenset()
    found: list[Seen | None] = []
    for marks, key in zip(made, best, strict=True):
        entry = entry_of(rows[key]) if key in rows else None
        share = _share(marks.values(), set(clauses(entry.text))) if entry else 0.0
        found.append(Seen(entry, share, act_of(key or 0) in voided) if entry and share >= MOST else None)
    return found


def _entries(connection: Connection, marks: Iterable[int], issue: str) -> Mapping[int, Sequence[int]]:
    """Clause → the entries of other issues in which it stands; stock phrases are left out."""
    own = set(
        connection.scalars(select(_ACT.c.seq).where(_ACT.c.kind.in_(("publish", "reprint")), _ACT.c.issue == issue))
    )
    found: dict[int, list[int]] = defaultdict(list)
    rows = connection.execute(text(_ENTRIES[connection.dialect.name]), {"marks": json.dumps(sorted(marks))})
    for mark, entry in rows:
        if act_of(entry) not in own:
            found[mark].append(entry)
    return {mark: entries if len(entries) <= MANY else () for mark, entries in found.items()}


def _best(marks: Mapping[int, str], known: Mapping[int, Sequence[int]]) -> int | None:
    """The key of the entry that has most of the clauses that count; None where none has enough of them."""
    counted = [mark for mark in marks if known.get(mark) != ()]
    total = sum(len(marks[mark]) for mark in counted)
    characters: dict[int, int] = defaultdict(int)
    shared: dict[int, int] = defaultdict(int)
    for mark in counted:
        for entry in known.get(mark, ()):
            characters[entry] += len(marks[mark])
            shared[entry] += 1
    enough = [
        entry
        for entry, length in characters.items()
        if length >= max(MOST * total, _LEAST_CHARACTERS) and shared[entry] >= min(_LEAST_CLAUSES, len(counted))
    ]
    return max(enough, key=lambda entry: (characters[entry], entry), default=None)


def _share(own: Iterable[str], others: set[str]) -> float:
    lengths = {clause: len(clause) for clause in own}
    return sum(n for clause, n in lengths.items() if clause in others) / sum(lengths.values())
