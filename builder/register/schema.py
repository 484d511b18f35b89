"""Tables of the register, what the database itself refuses, and the way from every earlier schema to this one.

``act`` is the chain; ``issue``, ``counter`` and the search tables follow from it (``projecting.apply``). Rows of ``act`` and ``issue`` are
never changed or deleted: triggers refuse it, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
    update,
)

from builder.errors import FileError
from builder.register import search

tables = MetaData()

# One row each: the version of the schema, and the last act. The row of ``head`` is the lock of every writer.
meta = Table("meta", tables, Column("name", String(20), primary_key=True), Column("value", Integer, nullable=False))
head = Table(
    "head",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
act = Table(
    "act",
    tables,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("publication", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("issue", Text, nullable=False),
    Column("target", BigInteger, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("folder", Text, nullable=False, unique=True),
    Column("record", Text, nullable=False),
    Index("act_of_issue", "issue"),
    Index("act_of_target", "target"),
    Index("act_of_kind", "kind", "publication", "year"),
)
issue = Table(
    "issue",
    tables,
    Column(
        "act",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("act.seq"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("publication", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("total", Integer),  # none where the series has no running total
    Column("issue", Text, nullable=False, unique=True),
    Column("day", String(10), nullable=False),
    UniqueConstraint("publication", "sequence", "number"),
    UniqueConstraint("publication", "total"),
    Index("issue_of_year", "publication", "year", "day"),
)
# The last number given in a sequence such as 2026/正刊, and the last running total (``model.TOTALS``).
counter = Table(
    "counter",
    tables,
    Column("publication", Text, primary_key=True),
    Column("sequence", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)
_FINAL = (act, issue)
KEYS = (PrimaryKeyConstraint, UniqueConstraint)


def _first(connection: Connection) -> None:
    """Schema 1: the chain, the numbers and what guards them."""
    for table in (meta, head, act, issue, counter):
        table.create(connection)
    connection.execute(meta.insert().values(name="schema", value=0))
    connection.execute(head.insert().values(id=1, seq=0, hash=""))
    for table in _FINAL:
        for statement in _guards(table, connection.dialect.name):
            connection.exec_driver_sql(statement)


def _guards(guarded: Table, dialect: str) -> list[str]:
    table = guarded.name
    if dialect == "sqlite":
        refusals = [
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '已登记的行不能修改或删除'); END"
            for event in ("UPDATE", "DELETE")
        ]
        # INSERT OR REPLACE deletes without asking the trigger above.
        keys = sorted(
            [c.name for c in k.columns] for k in guarded.constraints if isinstance(k, KEYS)
        )  # a set: any order
        same = " OR ".join("(" + " AND ".join(f"{c} = NEW.{c}" for c in key) + ")" for key in keys)
        twice = (
            f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '已登记过'); END"
        )
        return [*refusals, twice]
    function = (
        "CREATE OR REPLACE FUNCTION jianbao_final() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '已登记的行不能修改或删除'; END $$"
    )
    rows = (
        f"CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION jianbao_final()"
    )
    whole = (
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION jianbao_final()"
    )
    return [function, rows, whole]


# MIGRATIONS[n] leads from schema n to n + 1. One that was released is never changed.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first, search.create)
SCHEMA = len(MIGRATIONS)


def version(connection: Connection) -> int:
    """The schema of the database; 0 where nothing is there yet."""
    if not inspect(connection).has_table(meta.name):
        return 0
    return connection.scalar(select(meta.c.value).where(meta.c.name == "schema")) or 0


def migrate(connection: Connection) -> int:
    """Bring the database to this program's schema, in the transaction of ``connection``; the schema it had.

    Raises:
        FileError: a newer program made it.
    """
    found = version(connection)
    if found > SCHEMA:
        raise FileError(
            f"登记簿是更新版本的程序建立的（结构 {found}，本程序只认到 {SCHEMA}）。",
            "升级 jianbao 后再用，登记簿没有改动。",
        )
    for step in MIGRATIONS[found:]:
        step(connection)
    if found < SCHEMA:
        connection.execute(update(meta).where(meta.c.name == "schema").values(value=SCHEMA))
    return found
