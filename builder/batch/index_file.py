"""The SQLite file of a batch's index: made, taken for this process alone, judged as a whole, thrown away."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from builder import __version__
from builder.batch import rows

_SCHEMA = 2
WAIT = 2.0  # s that a short run of somebody else may hold the index


def tried(file: Path, wait: float) -> tuple[sqlite3.Connection | None, str]:
    """The index as it is; None where it must be thrown away, and why.

    Raises:
        sqlite3.OperationalError: somebody else holds it, or the file cannot be opened.
    """
    if not file.exists():
        return fresh(str(file), wait), ""
    connection = None
    try:
        connection = _connect(str(file), wait)
        found = dict(connection.execute("SELECT name, value FROM meta"))
        if found.get("schema") != str(_SCHEMA) or found.get("version") != __version__:
            reason = "是程序的另一个版本写的"
        elif not _is_ours(connection):
            reason = "不是本程序写的"
        elif connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
            return connection, ""
        else:
            reason = "已损坏"
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "unable to open" in str(error):
            raise
        reason = "不是索引"
    except sqlite3.DatabaseError:
        reason = "已损坏"
    if connection is not None:
        connection.close()
    return None, reason


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the tables are those that ``_fresh`` makes, and nothing (a trigger, a view) is beside them."""
    told = [row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    return sorted(told) == sorted(rows.TABLES)


def _connect(name: str, wait: float) -> sqlite3.Connection:
    """A connection that keeps everybody else out for as long as it lives; the system takes the lock from the dead, too."""
    connection = sqlite3.connect(name, timeout=wait, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -16384")
    except BaseException:
        connection.close()
        raise
    return connection


def fresh(name: str, wait: float = WAIT) -> sqlite3.Connection:
    """A new index under a name that is free, or ``:memory:``."""
    connection = _connect(name, wait)
    connection.execute("BEGIN IMMEDIATE")
    for statement in rows.TABLES:
        connection.execute(statement)
    values = (rows.sealed("meta", pair) for pair in (("schema", str(_SCHEMA)), ("version", __version__)))
    connection.executemany("INSERT INTO meta VALUES (?, ?, ?)", values)
    connection.execute("COMMIT")
    return connection


def discard(file: Path) -> None:
    """Delete an index with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).unlink()
