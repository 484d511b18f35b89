"""The index of a workspace: what was read and built, so that what is up to date is neither read nor rendered again.

It is a memory and no source: a broken, foreign or newer one is thrown away, never trusted, and what is read from it is
judged (``rows``, ``unpacked``). It is written as each issue is done, so it is the journal of a batch, too: after
``kill -9`` nothing that is in place is rendered again. It holds JSON and plain values only.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from builder.batch import index_file, rows, slim, unpacked
from builder.batch.rows import Damaged, EntryRow, Head, Last, Outline, Output
from builder.batch.stamps import COARSE, Known, Stamp
from builder.batch.unpacked import Detail
from builder.content.load import KINDS
from builder.errors import Conflict, Fault, FileError, Place
from builder.files import within
from builder.settings import Workspace

NAME = "索引.sqlite"
DRAFTS = "output/drafts/"
_MEMORY = ":memory:"
_CONTENT = "WHERE path >= 'content/' AND path < 'content0'"  # 0 comes right after /
_BESIDE = "WHERE path < 'content/' OR path >= 'content0' OR path = 'content/office.yaml'"
T = TypeVar("T")


class Index:
    """One workspace's index, held by this process alone for as long as it is open. A context manager.

    Whatever reads raises ``Damaged`` where it meets what this program cannot have written; then the whole of it is thrown
    away: at once by ``sound``, else when it is closed.
    """

    def __init__(
        self, connection: sqlite3.Connection, notes: tuple[Fault, ...] = (), kept: bool = True, file: Path | None = None
    ) -> None:
        self._db, self.notes, self.kept = connection, notes, kept
        self._file, self._damaged = file, False
        self.clock: Callable[[], int] = time.time_ns

    def close(self) -> None:
        """Let others have it."""
        self._db.close()
        if self._damaged and self._file is not None:
            with suppress(OSError):
                index_file.discard(self._file)

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sound(self, work: Callable[[], T]) -> T:
        """What ``work`` gives, which reads this index; where it proves damaged, from a new one.

        Raises:
            Conflict: another run took hold of it in that moment.
        """
        try:
            return work()
        except Damaged:
            self._damaged = True  # also where not this index noticed it, but who unpacked a row
            self.close()
        self._db, self._damaged = _again(self._file), False
        self.notes = (*self.notes, _thrown_away("已损坏"))
        return work()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except Damaged:
            self._damaged = True
            raise
        except sqlite3.Error as error:
            self._damaged = True
            raise Damaged from error

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

    def _rows(self, table: str, where: str = "", given: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        with self._reading():
            yield from rows.unsealed(table, self._db.execute(f"SELECT * FROM {table} {where}", given))

    def _put(self, table: str, found: Iterable[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * (rows.WIDTHS[table] + 1))
        asked = f"INSERT OR REPLACE INTO {table} VALUES ({places})"
        self._db.executemany(asked, (rows.sealed(table, row) for row in found))

    def meta(self, name: str) -> str:
        """A value by name; "" where it was never set."""
        return next((value for _, value in self._rows("meta", "WHERE name = ?", (name,))), "")

    def told(self, name: str) -> list[Fault]:
        """Faults by the name under which they were set."""
        with self._reading():
            return unpacked.faults(self.meta(name) or "[]")

    def words(self) -> frozenset[str]:
        """The publications whose PDF LibreOffice sets."""
        with self._reading():
            return frozenset(unpacked.names(self.meta("words") or "[]"))

    def set_meta(self, **values: str) -> None:
        """Set values by name."""
        self._put("meta", values.items())

    def files(self, beside: bool = False) -> dict[str, Known]:
        """Every file that is known, by path; ``beside``: of those below ``content`` the office file alone."""
        found = self._rows("files", _BESIDE if beside else "")
        return {
            path: Known((size, mtime, inode, ctime), bool(sure), sha)
            for path, size, mtime, inode, ctime, sure, sha in found
        }

    def unlike(self, stamps: Mapping[str, Stamp]) -> bool:
        """Whether a file below ``content`` that is known bears another stamp, or one that is not enough, or an entry must be read again."""
        for path, size, mtime, inode, ctime, sure, _ in self._rows("files", _CONTENT):
            if not sure or stamps.get(path) != (size, mtime, inode, ctime):
                return True
        return next(self._rows("entries", "WHERE restless LIMIT 1"), None) is not None

    def set_files(self, known: Mapping[str, Known]) -> None:
        """Add files or say how they look now."""
        self._put("files", ((path, *each.stamp, int(each.sure), each.sha) for path, each in known.items()))

    def keep_files(self, used: Set[str]) -> None:
        """Forget all other files."""
        gone = [(path,) for path, *_ in self._rows("files") if path not in used]
        self._db.executemany("DELETE FROM files WHERE path = ?", gone)

    def entry(self, file: str) -> EntryRow | None:
        """One entry by its file."""
        return next((_entry(row) for row in self._rows("entries", "WHERE file = ?", (file,))), None)

    def named(self) -> Iterator[Mapping[str, str]]:
        """What lies beside each entry that names anything: SHA-256 by path."""
        for row in self._rows("entries", "WHERE beside != '{}'"):
            with self._reading():
                yield unpacked.beside(_entry(row).beside)

    def outlines(self) -> list[Outline]:
        """Of every entry what tells whether it must be read again."""
        with self._reading():
            found = (_entry(row) for row in self._rows("entries"))
            return [Outline(e.file, e.kind, e.id, e.path, unpacked.beside(e.beside), e.restless) for e in found]

    def entries(self) -> Iterator[EntryRow]:
        """Every entry, in order of ids."""
        yield from map(_entry, self._rows("entries", "ORDER BY id"))

    def set_entries(self, found: Iterable[EntryRow]) -> None:
        """Add entries, or what reading them gave now."""
        self._put("entries", ((*each[:-1], int(each.restless)) for each in found))

    def drop_entries(self, files: Iterable[str]) -> None:
        """Forget entries."""
        self._db.executemany("DELETE FROM entries WHERE file = ?", ((file,) for file in files))

    def heads(self) -> dict[str, Head]:
        """Every issue by id, sorted, without its detail."""
        with self._reading():
            found = self._rows("heads", "ORDER BY id")
            return {row[0]: _head(*row) for row in found}

    def detail(self, name: str) -> Detail:
        """What an issue stands on."""
        with self._reading():
            for row in self._rows("heads", "WHERE id = ?", (name,)):
                return unpacked.detail(row[4])
            raise Damaged

    def details(self, file: str) -> list[tuple[str, Detail]]:
        """Id and detail of the issues in whose detail the path of a file stands."""
        with self._reading():
            return [(row[0], unpacked.detail(row[4])) for row in self._rows("heads", "WHERE instr(detail, ?)", (file,))]

    def set_own(self, name: str, own: str) -> None:
        """Say what an issue's content is now."""
        self._db.execute("UPDATE heads SET own = ? WHERE id = ?", (own, name))

    def set_heads(self, heads: Iterable[Head]) -> None:
        """All issues anew; of those that are gone it is only kept which files they left behind."""
        self._db.execute("DELETE FROM heads")
        self._put("heads", ((h.id, h.publication, h.day, h.base, h.detail, h.own) for h in heads))
        self._db.execute("DELETE FROM built WHERE id NOT IN (SELECT id FROM heads)")

    def gone(self) -> list[tuple[str, str, str, str]]:
        """Id, suffix, format and path of what was written of issues that are gone or in another publication now, and of no other."""
        folder = f"'{DRAFTS}' || publication || '/'"
        there = (
            f"EXISTS (SELECT 1 FROM heads WHERE heads.id = outputs.id"
            f" AND (publication = '' OR substr(outputs.path, 1, length({folder})) = {folder}))"
        )
        found = self._rows("outputs", f"WHERE NOT {there} AND path NOT IN (SELECT path FROM outputs WHERE {there})")
        with self._reading():
            return [(name, suffix, form, _draft(path)) for name, suffix, form, path, *_ in found]

    def forget(self, outputs: Sequence[tuple[str, str, str, str]]) -> None:
        """Forget files by id, suffix, format and path."""
        if outputs:
            asked = "DELETE FROM outputs WHERE id = ? AND suffix = ? AND format = ? AND path = ?"
            with self.writing():
                self._db.executemany(asked, outputs)

    def stood(self, files: Iterable[str]) -> Iterator[tuple[str, str, Mapping[str, str], list[str]]]:
        """Of entries by file: the file, its SHA-256, what lies beside it (``unpacked.beside``), and its tables that have faults.

        Raises:
            Damaged: an entry is not known, or not as it was written.
        """
        with self._reading():
            for file in files:
                if (entry := self.entry(file)) is None:
                    raise Damaged
                for *_, sha in self._rows("files", "WHERE path = ?", (entry.path,)):
                    yield file, sha, unpacked.beside(entry.beside), unpacked.names(entry.tables)

    def built(self, suffix: str) -> dict[str, Last]:
        """All issues that were built in a printing, by id; of files of an issue that was moved those that were written last."""
        outputs: dict[str, dict[str, Output]] = {}
        with self._reading():
            lasts = {row[0]: row[2:] for row in self._rows("built", "WHERE suffix = ?", (suffix,))}
            for name, _, form, path, key, sha, *stamp in self._rows("outputs", "WHERE suffix = ?", (suffix,)):
                size, mtime, inode, ctime = stamp
                mine = outputs.setdefault(name, {})
                if form not in mine or (name in lasts and key == lasts[name][0]):
                    mine[form] = Output(form, key, _draft(path), (size, mtime, inode, ctime), sha)
            return {
                name: Last(
                    *(key, own, register, tuple(unpacked.faults(told)), unpacked.built(built)), outputs.get(name, {})
                )
                for name, (key, own, register, told, built) in lasts.items()
            }

    def set_built(self, name: str, suffix: str, last: Last) -> None:
        """Record an issue with the hashes of its files, in one commit, and that this was now."""
        told, built = (json.dumps(e, ensure_ascii=False) for e in (slim.fault_forms(last.faults), dict(last.built)))
        with self.writing():
            self._put("built", [(name, suffix, last.key, last.own, last.register, told, built)])
            self._put(
                "outputs", ((name, suffix, o.format, o.path, o.key, o.sha, *o.stamp) for o in last.outputs.values())
            )
            self.set_meta(at=str(self.clock()))

    def restamp(self, suffix: str, outputs: Mapping[str, Iterable[Output]]) -> None:
        """Outputs that are what they were recorded to be: how they look now. Only ``format`` and ``stamp`` count."""
        found = [(*o.stamp, name, suffix, o.format) for name, each in outputs.items() for o in each]
        asked = (
            "UPDATE outputs SET size = ?, mtime = ?, inode = ?, ctime = ? WHERE id = ? AND suffix = ? AND format = ?"
        )
        with self.writing():
            self._db.executemany(asked, found)
            self.set_meta(at=str(self.clock()))

    @property
    def trusted_until(self) -> int:
        """The moment (ns) up to which a file's time of change may lie for its stamp to be enough."""
        at = self.meta("at") or "0"
        return int(at) - COARSE if at.isascii() and at.isdigit() and len(at) < 20 else 0


def _head(name: str, publication: str, day: str, base: str, _: str, own: str) -> Head:
    """An issue without its detail.

    Raises:
        Damaged: it cannot be one.
    """
    if bool(publication) != bool(day):
        raise Damaged
    if day:
        unpacked.day(day)
        unpacked.path(publication)
    return Head(unpacked.path(name), publication, day, own, base, "")


def _entry(row: tuple[Any, ...]) -> EntryRow:
    """An entry whose file is where entries of its kind are.

    Raises:
        Damaged: it is not.
    """
    *texts, restless = row
    entry = EntryRow._make((*texts, bool(restless)))
    folder, suffix, *_ = KINDS.get(entry.kind, ("", ""))
    if not folder or entry.file != f"content/{folder}/{unpacked.path(entry.id)}{suffix}":
        raise Damaged
    unpacked.path(entry.path)
    return entry


def _draft(path: str) -> str:
    if not unpacked.path(path).startswith(DRAFTS):
        raise Damaged
    return path


def path(place: Workspace) -> Path:
    """Where a workspace keeps its index."""
    return place.root / "output" / NAME


def unkept() -> Index:
    """An index in memory: everything is due, and nothing stays."""
    return Index(index_file.fresh(_MEMORY), kept=False)


def opened(place: Workspace, wait: float = index_file.WAIT) -> Index:
    """The index of a workspace, for this process alone until it is closed; a new one where there is none that can be used.

    What was thrown away is told in ``notes``. Where none can be kept (a disk that is full or read-only) it is in memory.

    Raises:
        Conflict: another run holds it, ``wait`` seconds (s) long.
    """
    file = path(place)
    if not within(file, place.root):  # it, or the folder, is a link
        return Index(
            index_file.fresh(_MEMORY), (_unkept("output 文件夹或索引文件是链接，实际在工作区之外"),), kept=False
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection, refused = index_file.tried(file, wait)
        if connection is None:
            index_file.discard(file)
            return Index(index_file.fresh(str(file), wait), (_thrown_away(refused),), file=file)
        return Index(connection, file=file)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise _held(file) from error
        return Index(index_file.fresh(_MEMORY), (_unkept(str(error)),), kept=False)
    except (sqlite3.DatabaseError, OSError) as error:
        return Index(index_file.fresh(_MEMORY), (_unkept(str(error)),), kept=False)


def _again(file: Path | None) -> sqlite3.Connection:
    """A new index after one that was thrown away; in memory where none can be kept.

    Raises:
        Conflict: another run has it.
    """
    if file is not None:
        try:
            return index_file.fresh(str(file))
        except sqlite3.Error as error:
            if "locked" in str(error):
                raise _held(file) from error
    return index_file.fresh(_MEMORY)


def _held(file: Path) -> Conflict:
    message = f"另一个生成程序正在处理这个工作区：{file.parents[1]}"
    return Conflict(message, "等它结束再试；或到另一个窗口里看它的进度。")


def _thrown_away(reason: str) -> Fault:
    message = f"索引{reason}，已重建：各期都重新生成一遍。"
    return Fault("index-discarded", "note", Place(f"output/{NAME}"), message, "不必处理。")


def _unkept(reason: str) -> Fault:
    message = f"写不了索引（{reason}）：这次全部生成，下次也不能略过没有改动的期。"
    return Fault("index-unkept", "warning", Place(f"output/{NAME}"), message, "检查 output 文件夹的权限和磁盘空间。")
