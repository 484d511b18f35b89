"""What one act does to the tables: the same function when it happens and when the register is rebuilt from the bags."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from builder.errors import JianbaoError
from builder.model import TOTALS, Act
from builder.register import schema


def apply(connection: Connection, act: Act) -> None:
    """Add an act to the chain and to what follows from it. The caller holds the lock and commits.

    Raises:
        JianbaoError: the act does not follow the last one (its bag is of another register).
    """
    moved = connection.execute(
        update(schema.head)
        .where(schema.head.c.id == 1, schema.head.c.seq == act.seq - 1, schema.head.c.hash == act.prev)
        .values(seq=act.seq, hash=act.hash)
    )
    if moved.rowcount != 1:
        raise JianbaoError(f"第 {act.seq} 号手续接不上登记簿的最后一号。", "运行 jianbao archive verify 查看。")
    row = {name: getattr(act, name) for name in _COLUMNS}
    connection.execute(schema.act.insert().values(**row, hash=act.hash, record=act.record.decode()))
    if act.kind == "start":
        _count(connection, act, int(act.data["number"]) - 1, act.data["total"] and int(act.data["total"]) - 1)
    elif act.kind == "publish":
        _count(connection, act, int(act.data["number"]), act.data["total"])
        values = {name: act.data[name] for name in ("sequence", "number", "total", "day")}
        place = {"publication": act.publication, "year": act.year, "issue": act.issue}
        connection.execute(schema.issue.insert().values(act=act.seq, **place, **values))


_COLUMNS = ("seq", "kind", "publication", "year", "issue", "target", "key", "folder")


def last(connection: Connection, publication: str, sequence: str) -> int | None:
    """The last number given in a sequence; None before the first."""
    counter = schema.counter
    return connection.scalar(
        select(counter.c.last).where(counter.c.publication == publication, counter.c.sequence == sequence)
    )


def _count(connection: Connection, act: Act, number: int, total: int | None) -> None:
    _raise(connection, act.publication, act.data["sequence"], number)
    if total is not None:
        _raise(connection, act.publication, TOTALS, total)


def _raise(connection: Connection, publication: str, sequence: str, value: int) -> None:
    counter, key = schema.counter, {"publication": publication, "sequence": sequence}
    if last(connection, publication, sequence) is None:
        connection.execute(counter.insert().values(**key, last=value))
    else:
        where = (counter.c.publication == publication, counter.c.sequence == sequence)
        connection.execute(update(counter).where(*where).values(last=value))
