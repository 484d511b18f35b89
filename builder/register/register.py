"""The register opened: one writer at a time, any number of readers, one commit point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.exc import DBAPIError

from builder.errors import FileError
from builder.failpoints import failpoint
from builder.records import Act, IndexEntry, Kind
from builder.register import engines, listing, projecting, schema, search
from builder.register.address import Address, being_made
from builder.register.listing import Listed
from builder.register.problems import CommitLost, damaged, reason, told


@dataclass(frozen=True, slots=True)
class Head:
    """The last act: its ``seq`` (0 where there is none) and ``hash`` ("")."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Given:
    """A number that a published issue has; ``total`` is None where its series has no running total."""

    publication: str
    sequence: str
    number: int
    total: int | None
    issue: str


class Reading:
    """What can be asked of the register, in one transaction or in one each."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def head(self) -> Head:
        """The last act."""
        row = self.connection.execute(select(schema.head.c.seq, schema.head.c.hash)).one()
        return Head(row.seq, row.hash)

    def acts(
        self,
        *,
        issue: str | None = None,
        kinds: Sequence[Kind] = (),
        publication: str | None = None,
        year: int | None = None,
        target: int | None = None,
        since: int = 0,
    ) -> list[Act]:
        """Acts in the order of ``seq``, those after ``since``; None and () choose all.

        Raises:
            FileError: a record cannot be read: the register is damaged.
        """
        table, conditions = schema.act, [schema.act.c.seq > since]
        given = {"issue": issue, "publication": publication, "year": year, "target": target}
        conditions += [table.c[name] == value for name, value in given.items() if value is not None]
        if kinds:
            conditions.append(table.c.kind.in_(kinds))
        rows = self.connection.execute(select(table.c.record).where(*conditions).order_by(table.c.seq))
        return [_act(row.record) for row in rows]

    def records(self, since: int = 0) -> Iterator[tuple[str, bytes]]:
        """Hash and record of every act after ``since`` by ``seq``, as they stand there, unjudged; taken as they are needed."""
        table = schema.act
        wanted = select(table.c.hash, table.c.record).where(table.c.seq > since).order_by(table.c.seq)
        with self.connection.execute(wanted, execution_options={"yield_per": 1000}) as rows:
            for row in rows:
                yield row.hash, row.record.encode()

    def act(self, seq: int) -> Act | None:
        """The act with this ``seq``."""
        record = self.connection.scalar(select(schema.act.c.record).where(schema.act.c.seq == seq))
        return None if record is None else _act(record)

    def by_key(self, key: str) -> Act | None:
        """The act with this key."""
        record = self.connection.scalar(select(schema.act.c.record).where(schema.act.c.key == key))
        return None if record is None else _act(record)

    def by_folder(self, folder: str) -> Act | None:
        """The act whose bag stands in ``folder``."""
        record = self.connection.scalar(select(schema.act.c.record).where(schema.act.c.folder == folder))
        return None if record is None else _act(record)

    def by_number(self, number: int, whole: bool = False) -> list[Act]:
        """The acts that gave issues this number, in any sequence; with ``whole`` this running total."""
        table, act = schema.issue, schema.act
        column = table.c.total if whole else table.c.number
        wanted = select(act.c.record).join(table, act.c.seq == table.c.act).where(column == number).order_by(act.c.seq)
        return [_act(row.record) for row in self.connection.execute(wanted)]

    def last(self, publication: str, sequence: str) -> int | None:
        """The last number given in a sequence (``model.TOTALS``: the running total); None before the first."""
        return projecting.last(self.connection, publication, sequence)

    def numbers(self, years: Iterable[int]) -> list[Given]:
        """The numbers given to issues dated in these years, in the order in which they were given."""
        table = schema.issue
        wanted = (table.c.publication, table.c.sequence, table.c.number, table.c.total, table.c.issue)
        rows = self.connection.execute(select(*wanted).where(table.c.year.in_(list(years))).order_by(table.c.act))
        return [Given(*row) for row in rows]

    def counters(self) -> dict[tuple[str, str], int]:
        """(publication, sequence) → the last number given."""
        table = schema.counter
        rows = self.connection.execute(select(table.c.publication, table.c.sequence, table.c.last))
        return {(row.publication, row.sequence): row.last for row in rows}

    def issues(
        self, publication: str | None = None, year: int | None = None, limit: int = 50
    ) -> tuple[int, list[Listed]]:
        """How many issues were published, and the newest of them; see ``listing.issues``."""
        return listing.issues(self.connection, publication, year, limit)

    def last_day(self, publication: str) -> str:
        """The latest date of a publication's issues; "" before the first."""
        day = select(func.max(schema.issue.c.day)).where(schema.issue.c.publication == publication)
        return self.connection.scalar(day) or ""


class Turn(Reading):
    """The one writer's transaction: nothing is there for others before it ends well."""

    def append(self, act: Act, entries: Sequence[IndexEntry] = ()) -> None:
        """Add an act and, of a published issue, what search is to find of it."""
        projecting.apply(self.connection, act)
        search.index(self.connection, act.seq, entries)


class Register:
    """The register at an address. A context manager; threads and processes may share the database, not the object."""

    def __init__(self, engine: Engine, address: Address) -> None:
        self._engine, self.address = engine, address

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One consistent state of everything, however long it is looked at.

        Raises:
            FileError: the database cannot be reached or read.
        """
        with told(self.address), self._engine.connect() as connection:
            if self.address.file is None:  # READ COMMITTED would show each statement another state
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield Reading(connection)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """The only writer, until the block ends; leaving it normally commits, an error undoes everything.

        Raises:
            CommitLost: whether it was committed is not known: ``settle`` tells.
            FileError: the database cannot be reached, locked or written; nothing is changed.
        """
        with told(self.address), self._engine.connect().execution_options(turn=True) as connection:
            transaction = connection.begin()
            try:
                connection.execute(select(schema.head.c.seq).with_for_update())
                yield Turn(connection)
            except BaseException:
                with told(self.address, quiet=True):
                    transaction.rollback()
                raise
            failpoint("register-inserted")
            try:
                transaction.commit()
            except DBAPIError as error:
                connection.invalidate()
                raise CommitLost(self.address, reason(error)) from error
        failpoint("register-committed")

    def head(self) -> Head:
        """The last act by now."""
        with self.reading() as reading:
            return reading.head()

    def settle(self, act: Act, undo: Callable[[], None]) -> bool:
        """Whether an act was recorded whose commit was not answered; where it was not, it never will be.

        Waits for the lock, so that a commit still under way ends first; and writes, so that frames that SQLite could not
        sync cannot come back to life when the log is read again.

        Args:
            act: what was to be recorded.
            undo: called where it was not, while the lock keeps other writers away.

        Raises:
            FileError: the database still cannot be reached or written: it is not known.
        """
        self._engine.dispose()
        with told(self.address), self._engine.connect().execution_options(turn=True) as connection, connection.begin():
            connection.execute(select(schema.head.c.seq).with_for_update())
            found = Reading(connection).by_key(act.key)
            recorded = found is not None and found.hash == act.hash
            if not recorded:
                connection.execute(update(schema.head).values(id=1))
                undo()
        return recorded

    def checkpoint(self) -> None:
        """SQLite's log written into its file, as far as nobody reads it just now.

        Raises:
            FileError: it cannot be written.
        """
        with told(self.address), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_register(address: Address, create: bool = True, read_only: bool = False) -> Register:
    """The register, made or brought to the present schema where need be.

    Args:
        address: where it is.
        create: make it where there is none.
        read_only: change nothing, not even an older schema; works on a read-only disk.

    Raises:
        FileError: there is none and ``create`` is false, it is damaged, newer than this program, or out of reach.
    """
    file = address.file
    if file is not None and not file.exists() and being_made(file).exists():
        raise FileError(f"登记簿正在重建（{address.shown}）。", "等它办完；中断了的，再运行 jianbao archive restore。")
    if file is not None and not file.exists() and (read_only or not create):
        raise FileError(
            f"还没有登记簿（{address.shown}）。", "第一次送审或付印时自动建立；也可用 jianbao register start 建立。"
        )
    engine = engines.postgresql(address) if file is None else engines.sqlite(file, read_only)
    try:
        with told(address), engine.connect() as connection, connection.begin():
            found = schema.version(connection)  # mostly all is ready, and nobody's turn has to be waited for
        if found != schema.SCHEMA:
            _prepare(engine, address, found, create, read_only)
    except BaseException:
        engine.dispose()
        raise
    return Register(engine, address)


def _prepare(engine: Engine, address: Address, found: int, create: bool, read_only: bool) -> None:
    """Make the tables, or bring them to the present schema. Raises FileError where that is not wanted, or cannot be."""
    if read_only:
        raise FileError(
            f"登记簿的结构（{found}）与本程序（{schema.SCHEMA}）不同，只读时不能升级。", "先在可写的地方打开一次。"
        )
    if not create and not found:
        raise FileError(f"还没有登记簿（{address.shown}）。", "第一次送审或付印时自动建立。")
    with told(address), engine.connect().execution_options(turn=True) as connection, connection.begin():
        if address.file is None:  # two machines that make the tables at once
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7145317)")
        schema.migrate(connection)


def _act(record: str) -> Act:
    try:
        return Act.from_record(record.encode())
    except ValueError as error:
        raise damaged() from error
