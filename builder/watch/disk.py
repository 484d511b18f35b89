"""What lies on disk now, and what is different from before. Folders that are links are not entered: no loop can hold."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Stamp = tuple[int, int, int, int]  # size, time of change (ns), file number, time of status change (ns)
_FOLDERS = ("content", "content/items", "content/findings", "content/issues", "templates", "fonts", ".fonts")
# Of file systems in use, FAT tells times most coarsely: 2 s. A file can change twice within one stamp for so long.
_COARSE = 3.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Files and folders below the watched parts of a workspace, by path as the system writes it."""

    files: dict[str, Stamp]
    folders: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Change:
    """Files that came or may hold other bytes, and files that went.

    ``different``: those of the ``present`` that look different; ``names``: whether any came or went.
    """

    present: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    different: frozenset[str] = frozenset()
    names: bool = False

    def __bool__(self) -> bool:
        return bool(self.present or self.gone)

    @property
    def found(self) -> bool:
        """Whether looking alone shows a difference."""
        return bool(self.different or self.gone)


def snapshot(root: Path) -> Snapshot:
    """What lies below the watched parts of the workspace ``root``. What goes while it is being looked at is not there."""
    seen = Snapshot({}, {})
    tops = [str(root / name) for name in _FOLDERS]
    tops += [path for path, entry in _entries(tops[4]) if entry.is_symlink()]  # a publication may be a link
    waiting = tops[::-1]
    while waiting:
        folder = waiting.pop()
        if folder in seen.folders:
            continue
        try:
            status = os.stat(folder)  # noqa: PTH116  as text, thousands of times
        except OSError:
            continue
        seen.folders[folder] = (status.st_dev, status.st_ino)
        waiting += _look(folder, seen.files)
    return seen


def _look(folder: str, files: dict[str, Stamp]) -> list[str]:
    """Notes the files of one folder; gives its folders."""
    below = []
    for path, entry in _entries(folder):
        try:
            if entry.is_dir(follow_symlinks=False):
                below.append(path)
            else:
                status = entry.stat()
                files[path] = (status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)
        except OSError:  # gone by now, or a link that leads nowhere or in a circle
            continue
    return below


def _entries(folder: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                yield entry.path, entry
    except OSError:
        return


def below(paths: Collection[str], folder: Path) -> list[str]:
    """The ``paths`` that lie below ``folder``."""
    start = str(folder) + os.sep
    return sorted(path for path in paths if path.startswith(start))


@dataclass(slots=True)
class Tree:
    """The watched parts of a workspace, compared from look to look."""

    root: Path
    last: Snapshot = field(default_factory=lambda: Snapshot({}, {}))
    _fresh: dict[str, float] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether the workspace was there at the last look."""
        return all(str(self.root / name) in self.last.folders for name in ("content", "templates"))

    def compare(self, now: Snapshot, named: Collection[str] = ()) -> Change:
        """What is different in ``now``; ``named`` are paths of which something else tells that they changed.

        A file that changed counts as changed again for as long as another change could bear the same stamp.
        """
        before = self.last.files
        differing = frozenset(path for path, stamp in now.files.items() if before.get(path) != stamp)
        came = any(path not in before for path in differing)
        gone = frozenset(before.keys() - now.files.keys())
        moment = time.monotonic()
        again = {path for path in self._fresh if path in now.files}
        self._fresh = {path: since for path, since in self._fresh.items() if moment - since < _COARSE}
        self._fresh |= dict.fromkeys(differing, moment) if before else {}
        self.last = now
        present = differing | again | (now.files.keys() & set(named))
        return Change(present, gone, differing, came or bool(gone))

    def moving(self, paths: Collection[str]) -> bool:
        """Whether someone is still writing: any of the files is not as it was at the last look, or is emptied as yet."""
        stamps = ((self.last.files.get(path), _stamp(path)) for path in paths)
        return any(before != now or (now is not None and not now[0]) for before, now in stamps)


def _stamp(path: str) -> Stamp | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns
