"""What files look like from outside, and hashes of many: by which a file is known again without being read."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from builder.content import litter

Stamp = tuple[int, int, int, int]  # size, time of change (ns), file number, time of status change (ns)
COARSE = (
    2_000_000_000  # ns. Of file systems in use, FAT tells times most coarsely: a file can change twice within one stamp
)
_MOST = (1 << 63) - 1  # what the index can hold of a file number
_PART = 64  # files that a thread hashes at a time
_THREADS = min(4, os.cpu_count() or 1)


class Known(NamedTuple):
    """A file as it was known last: ``sure`` where no other content can bear the same stamp."""

    stamp: Stamp
    sure: bool
    sha: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that lies below ``content``: stamps of regular files by path below the workspace (posix, as the system has it).

    ``names`` is a digest of all names, of what is no regular file, too; ``links`` tells that there are symbolic links:
    where they lead no stamp tells.
    """

    files: dict[str, Stamp]
    names: str
    links: bool


def below(root: str, folder: str = "content", follow: bool = False) -> Listing:
    """What lies below a folder of the workspace ``root``; hidden folders and those of sync tools are not looked into.

    Folders that are links are entered where ``follow`` says so, each once.
    """
    files: dict[str, Stamp] = {}
    names = hashlib.sha256()
    links = os.path.islink(f"{root}/{folder}")  # noqa: PTH114  as text, thousands of times
    waiting = [folder]
    linked: set[str] = set()
    while waiting:
        here = waiting.pop()
        found = _entries(f"{root}/{here}")
        told: list[str] = [] if found is not None else ["!"]
        folders: list[str] = []
        for entry in found or ():
            link = entry.is_symlink()
            links = links or link
            if _is_folder(entry):
                told.append(f"{entry.name}/")
                if not litter.is_skipped(entry.name) and (not link or (follow and _is_new(entry.path, linked))):
                    folders.append(f"{here}/{entry.name}")
            elif (status := _status(entry)) is not None and stat.S_ISREG(status.st_mode):
                told.append(entry.name)
                files[f"{here}/{entry.name}"] = _stamp(status)
            else:
                told.append(f"{entry.name}?")
        waiting += sorted(folders)
        told.sort()
        names.update("\n".join((here, *told, "")).encode("utf-8", "surrogatepass"))
    return Listing(files, names.hexdigest(), links)


def _entries(folder: str) -> list[os.DirEntry[str]] | None:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links that lead to each other
        return False


def _is_new(folder: str, linked: set[str]) -> bool:
    """Whether the folder that a link names was not entered over another link."""
    target = os.path.realpath(folder)
    known = target in linked
    linked.add(target)
    return not known


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        # On Windows a folder's list has no file numbers, and sizes that may lag behind.
        return os.stat(entry.path) if os.name == "nt" else entry.stat()  # noqa: PTH116
    except OSError:
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ino & _MOST, status.st_ctime_ns


def of(path: str) -> Stamp | None:
    """The stamp of one regular file, links followed; None where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return _stamp(status) if stat.S_ISREG(status.st_mode) else None


def is_sure(stamp: Stamp, now: int) -> bool:
    """Whether a file whose content was learnt after the moment ``now`` (ns) cannot change and bear this stamp still.

    A time to come, after a clock that was wrong, is never sure.
    """
    return stamp[1] + COARSE <= now and stamp[3] <= now


def sha256(path: str) -> str:
    """SHA-256 of a file's bytes; "" where it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.sha256(file.read()).hexdigest()
    except (OSError, ValueError):
        return ""


def hashes(paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of many files by path, several at once: hashing leaves the interpreter to others."""
    wanted = list(paths)
    parts = [wanted[n : n + _PART] for n in range(0, len(wanted), _PART)]
    if len(wanted) < 8:
        return {path: sha256(path) for path in wanted}
    with ThreadPoolExecutor(_THREADS) as pool:
        return {path: found for part in pool.map(_part, parts) for path, found in part}


def _part(paths: list[str]) -> list[tuple[str, str]]:
    return [(path, sha256(path)) for path in paths]
