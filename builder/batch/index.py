"""The index of a workspace: what was read and built, so that what is up to date is neither read nor rendered again.

The only door to its SQLite file. It is a memory and no source: a broken, foreign or newer one is thrown away, never
trusted. It is written as each issue is done, so it is the journal of a batch, too: after ``kill -9`` nothing that is in
place is rendered again. It holds JSON and plain values only.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from builder import __version__
from builder.batch.stamps import COARSE, Known, Stamp
from builder.errors import Conflict, Fault, FileError, Place
from builder.files import within
from builder.settings import Workspace

NAME = "索引.sqlite"
_SCHEMA = 1
_WAIT = 2.0  # s that a short run of somebody else may hold the index
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, inode INTEGER, ctime INTEGER, sure INTEGER, sha TEXT);
CREATE TABLE entries (file TEXT PRIMARY KEY, kind TEXT, id TEXT, path TEXT, form TEXT, faults TEXT, beside TEXT, tables TEXT,
 restless INTEGER);
CREATE TABLE heads (id TEXT PRIMARY KEY, publication TEXT, day TEXT, own TEXT, base TEXT, detail TEXT);
CREATE TABLE built (id TEXT, suffix TEXT, key TEXT, own TEXT, register TEXT, faults TEXT, built TEXT, PRIMARY KEY (id, suffix));
CREATE TABLE outputs (id TEXT, suffix TEXT, format TEXT, key TEXT, path TEXT, size INTEGER, mtime INTEGER, inode INTEGER, ctime INTEGER,
 sha TEXT, PRIMARY KEY (id, suffix, format));
"""
_FILES = "SELECT path, size, mtime, inode, ctime, sure, sha FROM files"
_CONTENT = "WHERE path >= 'content/' AND path < 'content0'"  # 0 comes right after /
_BESIDE = "WHERE path < 'content/' OR path >= 'content0' OR path = 'content/office.yaml'"


class EntryRow(NamedTuple):
    """A content file as it was read: see ``reading.Read``; ``form`` None where it has errors. JSON is not unpacked."""

    file: str
    kind: str
    id: str
    path: str
    form: str | None
    faults: str
    beside: str
    tables: str
    restless: bool


@dataclass(frozen=True, slots=True)
class Head:
    """An issue: ``own`` is a digest of its content, ``base`` of its number and the faults on its files.

    ``publication`` and ``day`` are "" and both digests, too, where its file has errors; ``detail`` is JSON.
    """

    id: str
    publication: str
    day: str
    own: str
    base: str
    detail: str


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was written: its path below the workspace and how it was when it was written."""

    format: str
    key: str
    path: str
    stamp: Stamp
    sha: str


@dataclass(frozen=True, slots=True)
class Last:
    """An issue as it was built last: with which key, of which own content, what was told of it, and its files.

    ``register`` is the state of the register by which ``faults`` were told.
    """

    key: str
    own: str
    register: str
    faults: tuple[Fault, ...]
    built: Mapping[str, Any]
    outputs: Mapping[str, Output]

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 of its files by path below the workspace."""
        return {output.path: output.sha for output in self.outputs.values()}


class Index:
    """One workspace's index, held by this process alone for as long as it is open. A context manager."""

    def __init__(self, connection: sqlite3.Connection, notes: tuple[Fault, ...] = (), kept: bool = True) -> None:
        self._db, self.notes, self.kept = connection, notes, kept
        self.clock: Callable[[], int] = time.time_ns

    def close(self) -> None:
        """Let others have it."""
        self._db.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One commit around all that is written within; nothing of it where that fails."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):  # a full disk has ended it already
                self._db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                hint = "清理磁盘或检查 output 文件夹的权限，再运行一次：已生成的不会重做。"
                raise FileError(f"写不了索引 output/{NAME}（{error}）。", hint) from error
            raise

    def meta(self, name: str) -> str:
        """A value by name; "" where it was never set."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, **values: str) -> None:
        """Set values by name."""
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def files(self, beside: bool = False) -> dict[str, Known]:
        """Every file that is known, by path; ``beside``: of those below ``content`` the office file alone."""
        rows = self._db.execute(f"{_FILES} {_BESIDE if beside else ''}")
        return {
            path: Known((size, mtime, inode, ctime), bool(sure), sha)
            for path, size, mtime, inode, ctime, sure, sha in rows
        }

    def unlike(self, stamps: Mapping[str, Stamp]) -> bool:
        """Whether a file below ``content`` that is known bears another stamp, or one that is not enough, or an entry must be read again."""
        for path, size, mtime, inode, ctime, sure, _ in self._db.execute(f"{_FILES} {_CONTENT}"):
            if not sure or stamps.get(path) != (size, mtime, inode, ctime):
                return True
        return self._db.execute("SELECT 1 FROM entries WHERE restless LIMIT 1").fetchone() is not None

    def set_files(self, known: Mapping[str, Known]) -> None:
        """Add files or say how they look now."""
        rows = ((path, *each.stamp, each.sure, each.sha) for path, each in known.items())
        self._db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def keep_files(self, used: Set[str]) -> None:
        """Forget all other files."""
        rows = [row for row in self._db.execute("SELECT path FROM files") if row[0] not in used]
        self._db.executemany("DELETE FROM files WHERE path = ?", rows)

    def entry(self, file: str) -> EntryRow | None:
        """One entry by its file."""
        row = self._db.execute("SELECT * FROM entries WHERE file = ?", (file,)).fetchone()
        return EntryRow(*row) if row else None

    def named(self) -> Iterator[str]:
        """What lies beside each entry that names anything (JSON)."""
        for row in self._db.execute("SELECT beside FROM entries WHERE beside != '{}'"):
            yield str(row[0])

    def outlines(self) -> list[tuple[str, str, str, str, str, bool]]:
        """Of every entry its file, kind, id, path, what lies beside it (JSON), and whether it must be read again."""
        rows = self._db.execute("SELECT file, kind, id, path, beside, restless FROM entries")
        return [(*row[:5], bool(row[5])) for row in rows]

    def entries(self) -> Iterator[EntryRow]:
        """Every entry, in order of ids."""
        for row in self._db.execute("SELECT * FROM entries ORDER BY id"):
            yield EntryRow(*row)

    def set_entries(self, rows: Iterable[EntryRow]) -> None:
        """Add entries, or what reading them gave now."""
        flat = ((r.file, r.kind, r.id, r.path, r.form, r.faults, r.beside, r.tables, r.restless) for r in rows)
        self._db.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", flat)

    def drop_entries(self, files: Iterable[str]) -> None:
        """Forget entries."""
        self._db.executemany("DELETE FROM entries WHERE file = ?", ((file,) for file in files))

    def heads(self) -> dict[str, Head]:
        """Every issue by id, sorted."""
        rows = self._db.execute("SELECT id, publication, day, own, base, '' FROM heads ORDER BY id")
        return {row[0]: Head(*row) for row in rows}

    def detail(self, name: str) -> Any:
        """What ``Head.detail`` holds, unpacked."""
        row = self._db.execute("SELECT detail FROM heads WHERE id = ?", (name,)).fetchone()
        return json.loads(row[0])

    def details(self, file: str) -> list[tuple[str, Any]]:
        """Id and detail of the issues in whose detail the path of a file stands."""
        rows = self._db.execute("SELECT id, detail FROM heads WHERE instr(detail, ?)", (file,))
        return [(name, json.loads(detail)) for name, detail in rows]

    def set_own(self, name: str, own: str) -> None:
        """Say what an issue's content is now."""
        self._db.execute("UPDATE heads SET own = ? WHERE id = ?", (own, name))

    def set_heads(self, heads: Iterable[Head]) -> None:
        """All issues anew; of those that are gone it is only kept which files they left behind."""
        self._db.execute("DELETE FROM heads")
        rows = ((h.id, h.publication, h.day, h.own, h.base, h.detail) for h in heads)
        self._db.executemany("INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._db.execute("DELETE FROM built WHERE id NOT IN (SELECT id FROM heads)")

    def gone(self) -> list[tuple[str, str, str, str]]:
        """Id, suffix, format and path of what was written of issues that are gone, and not of another one since."""
        there = "id IN (SELECT id FROM heads)"
        asked = f"SELECT id, suffix, format, path FROM outputs WHERE NOT {there}"
        return list(self._db.execute(f"{asked} AND path NOT IN (SELECT path FROM outputs WHERE {there})"))

    def forget(self, outputs: Sequence[tuple[str, str, str]]) -> None:
        """Forget files by id, suffix and format."""
        if outputs:
            with self.writing():
                self._db.executemany("DELETE FROM outputs WHERE id = ? AND suffix = ? AND format = ?", outputs)

    def shas(self, files: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
        """Of entries by file: the file, its SHA-256, what lies beside it, and its tables that have faults (both JSON)."""
        for file in files:
            yield from self._db.execute(
                "SELECT entries.file, files.sha, entries.beside, entries.tables FROM entries JOIN files ON files.path = entries.path"
                " WHERE entries.file = ?",
                (file,),
            )

    def built(self, suffix: str) -> dict[str, Last]:
        """All issues that were built in a printing, by id."""
        outputs: dict[str, dict[str, Output]] = {}
        asked = "SELECT id, format, key, path, size, mtime, inode, ctime, sha FROM outputs WHERE suffix = ?"
        for name, form, key, path, size, mtime, inode, ctime, sha in self._db.execute(asked, (suffix,)):
            outputs.setdefault(name, {})[form] = Output(form, key, path, (size, mtime, inode, ctime), sha)
        rows = self._db.execute("SELECT id, key, own, register, faults, built FROM built WHERE suffix = ?", (suffix,))
        return {
            name: Last(key, own, register, _faults(faults), json.loads(built), outputs.get(name, {}))
            for name, key, own, register, faults, built in rows
        }

    def set_built(self, name: str, suffix: str, last: Last) -> None:
        """Record an issue with the hashes of its files, in one commit, and that this was now."""
        flat = [
            [f.code, f.severity, f.place.file, f.place.line, f.place.column, f.message, f.hint] for f in last.faults
        ]
        told, built = (json.dumps(each, ensure_ascii=False) for each in (flat, dict(last.built)))
        with self.writing():
            row = (name, suffix, last.key, last.own, last.register, told, built)
            self._db.execute("INSERT OR REPLACE INTO built VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            rows = ((name, suffix, o.format, o.key, o.path, *o.stamp, o.sha) for o in last.outputs.values())
            self._db.executemany("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self.set_meta(at=str(self.clock()))

    def restamp(self, suffix: str, outputs: Mapping[str, Iterable[Output]]) -> None:
        """Outputs that are what they were recorded to be: how they look now. Only ``format`` and ``stamp`` count."""
        rows = [(*o.stamp, name, suffix, o.format) for name, each in outputs.items() for o in each]
        asked = (
            "UPDATE outputs SET size = ?, mtime = ?, inode = ?, ctime = ? WHERE id = ? AND suffix = ? AND format = ?"
        )
        with self.writing():
            self._db.executemany(asked, rows)
            self.set_meta(at=str(self.clock()))

    @property
    def trusted_until(self) -> int:
        """The moment (ns) up to which a file's time of change may lie for its stamp to be enough."""
        return int(self.meta("at") or 0) - COARSE


def _faults(text: str) -> tuple[Fault, ...]:
    if text == "[]":
        return ()
    return tuple(Fault(c, s, Place(file, line, column), m, h) for c, s, file, line, column, m, h in json.loads(text))


def path(place: Workspace) -> Path:
    """Where a workspace keeps its index."""
    return place.root / "output" / NAME


def unkept() -> Index:
    """An index in memory: everything is due, and nothing stays."""
    return Index(_fresh(":memory:"), kept=False)


def opened(place: Workspace, wait: float = _WAIT) -> Index:
    """The index of a workspace, for this process alone until it is closed; a new one where there is none that can be used.

    What was thrown away is told in ``notes``. Where none can be kept (a disk that is full or read-only) it is in memory.

    Raises:
        Conflict: another run holds it, ``wait`` seconds (s) long.
    """
    file = path(place)
    if not within(file, place.root):  # it, or the folder, is a link
        return Index(_fresh(":memory:"), (_unkept("output 文件夹或索引文件是链接，实际在工作区之外"),), kept=False)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection, refused = _tried(file, wait)
        if connection is None:
            _discard(file)
            return Index(_fresh(str(file), wait), (_thrown_away(refused),))
        return Index(connection)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            message = f"另一个生成程序正在处理这个工作区：{place.root}"
            raise Conflict(message, "等它结束再试；或到另一个窗口里看它的进度。") from error
        return Index(_fresh(":memory:"), (_unkept(str(error)),), kept=False)
    except (sqlite3.DatabaseError, OSError) as error:
        return Index(_fresh(":memory:"), (_unkept(str(error)),), kept=False)


def _tried(file: Path, wait: float) -> tuple[sqlite3.Connection | None, str]:
    """The index as it is; None where it must be thrown away, and why.

    Raises:
        sqlite3.OperationalError: somebody else holds it, or the file cannot be opened.
    """
    if not file.exists():
        return _fresh(str(file), wait), ""
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
    return sorted(told) == sorted(statement.strip() for statement in _TABLES.split(";") if statement.strip())


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


def _fresh(name: str, wait: float = _WAIT) -> sqlite3.Connection:
    connection = _connect(name, wait)
    connection.execute("BEGIN IMMEDIATE")
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    values = (("schema", str(_SCHEMA)), ("version", __version__))
    connection.executemany("INSERT INTO meta VALUES (?, ?)", values)
    connection.execute("COMMIT")
    return connection


def _discard(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            file.with_name(file.name + suffix).unlink()


def _thrown_away(reason: str) -> Fault:
    message = f"索引{reason}，已重建：各期都重新生成一遍。"
    return Fault("index-discarded", "note", Place(f"output/{NAME}"), message, "不必处理。")


def _unkept(reason: str) -> Fault:
    message = f"写不了索引（{reason}）：这次全部生成，下次也不能略过没有改动的期。"
    return Fault("index-unkept", "warning", Place(f"output/{NAME}"), message, "检查 output 文件夹的权限和磁盘空间。")
