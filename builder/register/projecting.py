"""What one act does to the tables: the same function when it happens and when the register is rebuilt from the bags."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from builder.errors import JianbaoError
from builder.files import sha256
from builder.records import TOTALS, Act
from builder.register import schema


def apply(connection: Connection, act: Act) -> None:
    """Add an act to the chain and to what follows from it. The caller holds the lock and commits.

    Raises:
        JianbaoError: the act does not follow the last one (its bag is of another register).
    """
    record = act.record
    hash_ = sha256(record)
    moved = connection.execute(
        _MOVE, {"wanted_seq": act.seq - 1, "wanted_hash": act.prev, "to_seq": act.seq, "to_hash": hash_}
    )
    if moved.rowcount != 1:
        raise JianbaoError(f"第 {act.seq} 号手续接不上登记簿的最后一号。", "运行 jianbao archive verify 查看。")
    row = {name: getattr(act, name) for name in _COLUMNS}
    connection.execute(_ACT, {**row, "hash": hash_, "record": record.decode()})
    if act.kind == "start":
        _count(connection, act, int(act.data["number"]) - 1, act.data["total"] and int(act.data["total"]) - 1)
    elif act.kind == "publish":
        _count(connection, act, int(act.data["number"]), act.data["total"])
        values = {name: act.data[name] for name in ("sequence", "number", "total", "day")}
        place = {"publication": act.publication, "year": act.year, "issue": act.issue}
        connection.execute(_ISSUE, {"act": act.seq, **place, **values})


_COLUMNS = ("seq", "kind", "publication", "year", "issue", "target", "key", "folder")
# Statements are made once: a register of 80,000 acts is made anew from them, and to build one takes longer than to run it.
_HEAD, _COUNTER = schema.head.c, schema.counter.c
_MOVE = (
    update(schema.head)
    .where(_HEAD.id == 1, _HEAD.seq == bindparam("wanted_seq"), _HEAD.hash == bindparam("wanted_hash"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)
_ACT, _ISSUE, _NEW_COUNTER = schema.act.insert(), schema.issue.insert(), schema.counter.insert()
_OF = (_COUNTER.publication == bindparam("of_publication"), _COUNTER.sequence == bindparam("of_sequence"))
_LAST = select(_COUNTER.last).where(*_OF)
_RAISE = update(schema.counter).where(*_OF).values(last=bindparam("to"))


def last(connection: Connection, publication: str, sequence: str) -> int | None:
    """The last number given in a sequence; None before the first."""
    return connection.scalar(_LAST, {"of_publication": publication, "of_sequence": sequence})


def _count(connection: Connection, act: Act, number: int, total: int | None) -> None:
    _raise(connection, act.publication, act.data["sequence"], number)
    if total is not None:
        _raise(connection, act.publication, TOTALS, total)


def _raise(connection: Connection, publication: str, sequence: str, value: int) -> None:
    key = {"of_publication": publication, "of_sequence": sequence, "to": value}
    if connection.execute(_RAISE, key).rowcount == 0:  # the first of its sequence
        connection.execute(_NEW_COUNTER, {"publication": publication, "sequence": sequence, "last": value})
