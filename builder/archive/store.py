"""The archive on disk: bags put into place whole, read, and what a crash left moved aside. Nothing here is ever overwritten.

    output/archive/
      <publication>/<year>/<number>/            a published issue
      <publication>/<year>/acts/<seq>-<kind>/   every other act
      HEAD                                      the last act that was recorded
      NEXT                                      where the bag that was put away last was to stand
      .staging/ .quarantine/                    bags being written; bags that no act stands for

The order of writing is docs/archive.md's; only one writer is here at a time (the register's lock).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.archive import bag
from builder.errors import Exit, FileError, JianbaoError, why
from builder.failpoints import failpoint
from builder.files import sha256, sync_folder, write_atomic
from builder.records import Act

HEAD, NEXT, STAGING, QUARANTINE = "HEAD", "NEXT", ".staging", ".quarantine"
_BINARY = getattr(os, "O_BINARY", 0)


class ArchiveDamaged(JianbaoError):
    """A bag is not what its act says."""

    exit_code = Exit.VERIFY


@dataclass(frozen=True, slots=True)
class Witness:
    """The last act that was recorded, as the archive remembers it: it tells a register that is older than the archive."""

    seq: int
    hash: str


class Store:
    """The archive in a folder, which is made when the first bag comes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def place(self, act: Act, files: Mapping[str, bytes]) -> None:
        """Put an act's bag into place: all of it or nothing. When this returns it is on the disk.

        Args:
            act: ``act.folder`` is where it will stand.
            files: the payload without the record, by ``act.files``' names.

        Raises:
            FileError: it cannot be written (the reason is named), or something stands there already; nothing new is left
                in place.
            ValueError: ``files`` are not those of the act, or a name leads elsewhere: a bug of the caller.
        """
        target = self._inside(act.folder)
        contents = _contents(act, files)
        staging = self.root / STAGING / f"{act.seq:06d}-{act.kind}-{os.getpid()}-{os.urandom(4).hex()}"
        made: list[Path] = []
        moved = False
        try:
            if os.path.lexists(target):
                raise FileError(f"归档夹里已有 {act.folder}，没有写入。", "运行 jianbao doctor。")
            self._write(staging, contents)
            self.announce(act)
            failpoint("archive-announced")
            self._folders(target.parent, made)
            failpoint("archive-ready")
            staging.rename(target)
            moved = True
            failpoint("archive-renamed")
            sync_folder(target.parent)
            failpoint("archive-placed")
        except BaseException as error:
            _undo(staging, target if moved else None, made)
            if isinstance(error, OSError):
                raise _failure(error, self.root) from error
            raise

    def leftover(self, head: int) -> str | None:
        """The folder that a writer filled and did not live to record, where there is one: its act would come after ``head``.

        Only the bag that was put away last is looked at, in constant time; ``verify`` looks at everything.

        Raises:
            FileError: the archive cannot be read.
        """
        flat = self._json(NEXT)
        if not isinstance(flat.get("seq"), int) or flat["seq"] <= head:
            return None
        witness, folder = self.witness(), str(flat.get("folder", ""))
        if witness is not None and witness.seq >= flat["seq"]:  # it was recorded: the register is the older one
            return None
        return folder if not bag.refusal(folder) and os.path.lexists(self.root / folder) else None

    def clear_staging(self) -> list[str]:
        """Remove what writers left half-written, which nobody ever saw; the caller holds the register's lock.

        Returns:
            What was removed, below the archive.

        Raises:
            FileError: it cannot be removed.
        """
        staging = self.root / STAGING
        try:
            found = sorted(staging.iterdir()) if staging.is_dir() else []
            for left in found:
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left)
                else:
                    left.unlink()
        except OSError as error:
            raise _failure(error, staging) from error
        return [left.relative_to(self.root).as_posix() for left in found]

    def exists(self, folder: str) -> bool:
        """Whether anything stands where a bag is to go."""
        return os.path.lexists(self.root / folder)

    def holds(self, act: Act) -> bool:
        """Whether the bag of just this act stands in its place; False, too, where that cannot be read."""
        with suppress(OSError):
            return (self.root / act.folder / bag.RECORD).read_bytes() == act.record
        return False

    def quarantine(self, folder: str) -> str:
        """Move a bag that no act stands for out of the way, to ``.quarantine``; nothing is deleted.

        Returns:
            Where it is now, below the archive.

        Raises:
            FileError: it cannot be moved.
        """
        source, flat = self._inside(folder), folder.replace("/", "_")
        try:
            self._folders(self.root / QUARANTINE, [])
            count = 1
            while os.path.lexists(self.root / QUARANTINE / f"{flat}-{count}"):
                count += 1
            target = self.root / QUARANTINE / f"{flat}-{count}"
            source.rename(target)
            failpoint("archive-quarantined")
            sync_folder(target.parent)
            sync_folder(source.parent)
        except OSError as error:
            raise _failure(error, source) from error
        return target.relative_to(self.root).as_posix()

    def witness(self) -> Witness | None:
        """The last act that was recorded; None where none was, or the file cannot be understood.

        Raises:
            FileError: the file is there and cannot be read.
        """
        flat = self._json(HEAD)
        if not isinstance(flat.get("seq"), int) or not isinstance(flat.get("hash"), str):
            return None
        return Witness(flat["seq"], flat["hash"])

    def write_witness(self, seq: int, hash_: str) -> None:
        """Remember the last act, after it was recorded.

        Raises:
            FileError: it cannot be written; the one before stays.
        """
        self._inside(HEAD)
        write_atomic(self.root / HEAD, witness_bytes(seq, hash_))

    def read(self, act: Act, name: str) -> bytes:
        """A file of an act's payload, by its name in ``act.files``, or ``record.json``.

        Raises:
            FileError: it cannot be read.
            ArchiveDamaged: it is not what was put away.
            KeyError: the act has no such file.
        """
        wanted = act.hash if name == "record.json" else act.files[name]
        path = self._inside(f"{act.folder}/data/{name}")
        try:
            data = path.read_bytes()
        except OSError as error:
            raise FileError(f"读不了归档文件 {path}（{why(error)}）。", "运行 jianbao archive verify 查看。") from error
        if sha256(data) != wanted:
            hint = "运行 jianbao archive verify --fixity 查看损坏的范围，从备份恢复归档夹。"
            raise ArchiveDamaged(f"归档文件 {path} 与付印时不一致，已损坏。", hint)
        return data

    def records(self) -> Iterator[tuple[str, bytes]]:
        """Folder and record of every bag in place, in no order that means anything; bags without one are passed over."""
        for folder in folders(self.root):
            with suppress(OSError):
                yield folder, (self.root / folder / bag.RECORD).read_bytes()

    def _inside(self, folder: str) -> Path:
        """The path of something below the archive; links on the way would lead out of it."""
        if reason := bag.refusal(folder):
            raise ValueError(reason)
        path = self.root
        for part in folder.split("/"):
            path = path / part
            if path.is_symlink():
                raise FileError(f"归档夹里的 {path} 是链接，没有使用。", "归档夹里只能有文件和文件夹本身。")
        return path

    def _write(self, staging: Path, contents: Mapping[str, bytes]) -> None:
        self._folders(staging, [])
        failpoint("archive-staged")
        folders = {staging}
        for count, (name, data) in enumerate(contents.items(), 1):
            path = staging / name
            if path.parent not in folders:
                path.parent.mkdir(parents=True, exist_ok=True)
                folders.update(p for p in path.parents if p.is_relative_to(staging))
            _write_new(path, data)
            failpoint(f"archive-file-{count}")
        for folder in sorted(folders, reverse=True):  # what lies in a folder before the folder
            sync_folder(folder)
        failpoint("archive-synced")

    def announce(self, act: Act) -> None:
        """Say where a bag will stand, before it does: so the next writer finds it without looking everywhere.

        Raises:
            FileError: it cannot be written.
        """
        write_atomic(self.root / NEXT, next_bytes(act.seq, act.folder))

    def announced(self, act: Act) -> bool:
        """Whether the bag put away last was this act's, or was to be the next one's."""
        flat = self._json(NEXT)
        seq, folder = flat.get("seq"), str(flat.get("folder", ""))
        return (seq, folder) == (act.seq, act.folder) or (seq == act.seq + 1 and not bag.refusal(folder))

    def _folders(self, folder: Path, made: list[Path]) -> None:
        """Make a folder and those above it, durably; those below the archive's root that are new are added to ``made``."""
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            new.mkdir()
            if self.root in new.parents:
                made.append(new)
            sync_folder(new.parent)

    def _json(self, name: str) -> dict[str, Any]:
        try:
            return parse((self.root / name).read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise FileError(f"读不了 {self.root / name}（{why(error)}）。", "检查磁盘和权限后重试。") from error


def witness_bytes(seq: int, hash_: str) -> bytes:
    """``HEAD``'s content."""
    return _line({"hash": hash_, "seq": seq})


def next_bytes(seq: int, folder: str) -> bytes:
    """``NEXT``'s content."""
    return _line({"folder": folder, "seq": seq})


def parse(data: bytes) -> dict[str, Any]:
    """What ``HEAD`` or ``NEXT`` says; nothing where it cannot be understood."""
    try:
        flat = json.loads(data)
    except ValueError:
        return {}
    return flat if isinstance(flat, dict) else {}


def folders(root: Path) -> Iterator[str]:
    """The folders in which bags stand, below the archive, in the order of their names; what else lies there is passed over."""
    for publication in _listed(root, lambda name: not name.startswith(".")):
        for year in _listed(root / publication):
            base = f"{publication}/{year}"
            for name in _listed(root / base):
                if name == "acts":
                    yield from (f"{base}/acts/{act}" for act in _listed(root / base / "acts"))
                else:
                    yield f"{base}/{name}"


def _listed(folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in entries if e.is_dir(follow_symlinks=False) and wanted(e.name))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise FileError(f"读不了归档夹 {folder}（{why(error)}）。", "检查磁盘和权限后重试。") from error


def _contents(act: Act, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Everything in the bag, by its path below the bag, in the order of writing."""
    if {name: sha256(data) for name, data in files.items()} != dict(act.files) or "record.json" in files:
        raise ValueError("the files are not those of the act")
    contents = {f"data/{name}": files[name] for name in sorted(files)}
    contents |= {bag.RECORD: act.record, **bag.tag_files(act)}
    for name in contents:
        if reason := bag.refusal(name):
            raise ValueError(reason)
    return contents


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o444)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _undo(staging: Path, moved: Path | None, made: list[Path]) -> None:
    """Leave nothing of a bag that failed, as far as the disk lets us: what stays, the next act or ``doctor`` moves aside."""
    if moved is not None:
        with suppress(OSError):
            moved.rename(staging)
    shutil.rmtree(staging, ignore_errors=True)
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()


def _failure(error: OSError, path: Path) -> FileError:
    hint = "清理磁盘后重试；没有用掉期号。" if error.errno == 28 else "检查磁盘和文件夹权限后重试；没有用掉期号。"
    return FileError(f"归档写不进磁盘 {path}（{why(error)}）。", hint)


def _line(flat: Mapping[str, Any]) -> bytes:
    return json.dumps(flat, ensure_ascii=False, sort_keys=True).encode() + b"\n"
