"""The register made anew from acts, and two registers compared row by row.

On SQLite it grows in a file of its own and takes the old one's place at the end; on PostgreSQL the old tables move to a schema of
their own in the transaction that makes the new ones. What was there before is kept in either case.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table, select, text
from sqlalchemy.exc import DBAPIError

from builder.errors import FileError, JianbaoError, why
from builder.failpoints import failpoint
from builder.files import sync_folder
from builder.records import Act, IndexEntry
from builder.register import engines, projecting, schema, search
from builder.register.address import Address, being_made
from builder.register.problems import Busy, CommitLost, told
from builder.register.register import Turn, open_register

Filled = Iterable[tuple[Act, Sequence[IndexEntry]]]
TABLES: tuple[Table, ...] = (*schema.tables.sorted_tables, *search.METADATA.sorted_tables)
_BESIDE = ("-wal", "-shm", "-journal")
_MOST = 5  # rows of a table that a comparison names
_AT_ONCE = 200  # queries asked of the search index together


def rebuild(address: Address, acts: Filled) -> str:
    """Make the register at an address anew.

    Args:
        address: where it is, or was.
        acts: all acts in order, each with what search is to find; an error that they raise leaves the old register.

    Returns:
        Where the old register is kept, "" where there was none.

    Raises:
        FileError: it cannot be written; the old one is still there.
        JianbaoError: an act does not follow the one before.
    """
    if address.file is None:
        return _postgresql(address, acts)
    new = being_made(address.file)
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        with _held(address) as turn:
            make(new, acts)
            failpoint("restore-made")
            if turn is not None:
                # Who waits for the old register's lock finds it older than the archive, and records nothing in it.
                with suppress(DBAPIError):  # as far as it is whole
                    turn.connection.execute(schema.head.update().values(seq=0, hash=""))
        old = _aside(address.file)
        failpoint("restore-aside")
        new.rename(address.file)
        sync_folder(address.file.parent)
    except OSError as error:
        raise FileError(f"登记簿换不上去（{why(error)}）。", "关闭正在使用登记簿的程序，检查磁盘后重试。") from error
    failpoint("restore-swapped")
    return old


def make(file: Path, acts: Filled) -> None:
    """A register in a SQLite file of its own; one that is there is replaced. On the disk when this returns.

    Raises:
        FileError: it cannot be written.
        JianbaoError: see ``rebuild``. Nothing is left.
    """
    _remove(file)
    engine = engines.plain(file)
    try:
        with told(Address("", file, str(file))), engine.begin() as connection:
            schema.migrate(connection)
            _fill(connection, acts)
        engine.dispose()
        with file.open("rb+") as made:
            os.fsync(made.fileno())
    except BaseException:
        engine.dispose()
        _remove(file)
        raise


def differences(live: Connection, twin: Path) -> Iterator[str]:
    """Where a register departs from another that was made of the right acts: the tables, and on SQLite everything else, too.

    Args:
        live: the register that is judged.
        twin: the SQLite file of the other.
    """
    engine = engines.plain(twin)
    try:
        with engine.connect() as right:
            for table in TABLES:
                yield from _rows(live, right, table)
            if live.dialect.name == "sqlite":
                yield from _file(live, right)
            else:
                yield from _arrays(live)
    finally:
        engine.dispose()


def _remove(file: Path) -> None:
    for end in ("", *_BESIDE):
        file.with_name(file.name + end).unlink(missing_ok=True)


def _fill(connection: Connection, acts: Filled) -> None:
    for act, entries in acts:
        projecting.apply(connection, act)
        search.index(connection, act.seq, entries)


@contextmanager
def _held(address: Address) -> Iterator[Turn | None]:
    """The old register's lock; None where the old register cannot be opened any more.

    Raises:
        Busy: somebody else has it.
    """
    with ExitStack() as stack:
        stack.enter_context(suppress(CommitLost))  # the new register is in its place
        turn = None
        try:
            turn = stack.enter_context(stack.enter_context(open_register(address, create=False)).turn())
        except Busy:
            raise
        except JianbaoError:
            pass
        yield turn


def _aside(file: Path) -> str:
    count = 1
    while any(os.path.lexists(f"{file}.旧-{count}{end}") for end in ("", *_BESIDE)):
        count += 1
    if not os.path.lexists(file):
        return ""
    # The logs first: a file without its log is older than the archive and gives no number; a new file beside an old log would.
    for end in (*_BESIDE, ""):
        if os.path.lexists(f"{file}{end}"):
            Path(f"{file}{end}").rename(f"{file}.旧-{count}{end}")
    return f"{file.name}.旧-{count}"


def _postgresql(address: Address, acts: Filled) -> str:
    engine = engines.postgresql(address)
    try:
        with told(address), engine.begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7145317)")
            kept = _moved(connection) if schema.version(connection) else ""
            schema.migrate(connection)
            _fill(connection, acts)
        return kept
    finally:
        engine.dispose()


def _moved(connection: Connection) -> str:
    connection.exec_driver_sql("LOCK TABLE head IN ACCESS EXCLUSIVE MODE")
    count = 1
    while connection.scalar(text("SELECT 1 FROM pg_namespace WHERE nspname = :name"), {"name": f"jianbao_{count}"}):
        count += 1
    connection.exec_driver_sql(f"CREATE SCHEMA jianbao_{count}")
    there = connection.dialect.get_table_names(connection)
    for name in (*(table.name for table in TABLES), search.INDEX):
        if name in there:
            connection.exec_driver_sql(f"ALTER TABLE {name} SET SCHEMA jianbao_{count}")
    return f"jianbao_{count}"


def _rows(live: Connection, right: Connection, table: Table) -> Iterator[str]:
    wanted = select(table).order_by(*table.primary_key.columns)
    told = 0
    with _streamed(live, wanted) as rows, _streamed(right, wanted) as others:
        for has, should in zip_longest(rows, others):
            if has is None or should is None or tuple(has) != tuple(should):
                row = should if should is not None else has
                named = "、".join(str(value) for value in tuple(row)[: len(table.primary_key.columns)])
                yield f"表 {table.name} 的一行（{named}）与归档包不符"
                told += 1
                if told == _MOST or has is None or should is None:
                    return


def _streamed(connection: Connection, wanted: Executable) -> CursorResult[Any]:
    """Rows as they are needed, for ``with``: PostgreSQL keeps a cursor open until it is told."""
    return connection.execute(wanted, execution_options={"yield_per": 1000})


def _file(live: Connection, right: Connection) -> Iterator[str]:
    for row in live.exec_driver_sql("PRAGMA integrity_check(5)"):
        if row[0] != "ok":
            yield f"SQLite：{str(row[0]).splitlines()[0][:200]}"
    made = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
    if live.exec_driver_sql(made).all() != right.exec_driver_sql(made).all():
        yield "表、索引或触发器与本程序建立的不同"
    yield from _index(live, right)


def _index(live: Connection, right: Connection) -> Iterator[str]:
    """The search index read through, and asked for each of its words: what a query would answer."""
    for connection in (live, right):
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, {search.INDEX}, instance)"
        )
    through = (
        "SELECT term, col, count(*), sum(doc % 1000003), sum(offset), total(((doc % 99991) * (offset + 7)) % 99991) "
        "FROM temp.words GROUP BY term, col ORDER BY term, col"
    )
    seen: set[str] = set()
    asking: list[str] = []
    for has, should in zip_longest(live.exec_driver_sql(through), right.exec_driver_sql(through)):
        if has is None or should is None or tuple(has) != tuple(should):
            yield "检索索引与归档包不符"
            return
        # Each column by itself, as queries ask: the prefix index has positions of its own.
        for asked in {f'{has.col} : "{has.term}"', f'{has.col} : "{has.term[:1]}" *'} - seen:
            seen.add(asked)
            asking.append(asked)
        if len(asking) >= _AT_ONCE:
            if _answers(live, asking) != _answers(right, asking):
                yield "检索索引查不出应有的结果"
                return
            asking.clear()
    if _answers(live, asking) != _answers(right, asking):
        yield "检索索引查不出应有的结果"


def _answers(connection: Connection, asking: Sequence[str]) -> list[str]:
    """What the index answers to each query, in one turn: there are tens of thousands."""
    if not asking:
        return []
    one = f"SELECT count(*) || ' ' || total(rowid % 1000003) FROM {search.INDEX} WHERE {search.INDEX} MATCH query"
    given = ", ".join("(?)" for _ in asking)
    asked = f"WITH asked(query) AS (VALUES {given}) SELECT ({one}) FROM asked"
    return list(connection.exec_driver_sql(asked, tuple(asking)).scalars())


def _arrays(live: Connection) -> Iterator[str]:
    """PostgreSQL's index table against the entries, which were compared already."""
    index, kept = text(f"SELECT * FROM {search.INDEX} ORDER BY id"), search.ENTRY.select().order_by(search.ENTRY.c.id)
    with _streamed(live, index) as rows, _streamed(live, kept) as entries:
        for has, entry in zip_longest(rows, entries):
            if has is None or entry is None or dict(has._mapping) != search.array_row(entry.id, search.entry_of(entry)):
                yield "检索索引与归档包不符"
                return
