"""What loading gave for each file, kept from one load to the next in one process (``build --watch``)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from builder.content import litter
from builder.content.files import Found, find
from builder.errors import Fault, has_errors
from builder.model import Source

Result = tuple[Source[Any] | None, list[Fault]]
_ENTRIES = (".md", ".yaml")
_MANY = 16  # files beside entries that changed at once: a folder came or went, and reading all again is as well


@dataclass(slots=True)
class _Kept:
    data: bytes
    result: Result
    sure: bool = True  # False: the bytes on disk may be others by now


class Memory:
    """Results by file. Whoever watches the files says what changed (``changed``); nothing is looked up on disk here.

    A file whose bytes are as they were keeps its very result: the same ``Source`` object, so that ``is`` tells what
    an issue stands on and has not changed. A new memory knows nothing.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._found: dict[tuple[str, str], tuple[list[Found], list[Fault]]] = {}
        self._litter: list[Fault] | None = None
        self.drafts: Mapping[str, bytes] = {}
        """What files are read as in place of what they hold, by path below the workspace; nothing of it is kept."""

    def find(self, root: Path, folder: str, suffix: str) -> tuple[list[Found], list[Fault]]:
        """``files.find``, once for as long as no file comes or goes."""
        if (folder, suffix) not in self._found:
            self._found[folder, suffix] = find(root, folder, suffix)
        return self._found[folder, suffix]

    def litter(self, root: Path) -> list[Fault]:
        """``litter.notes``, once for as long as no file comes or goes."""
        if self._litter is None:
            self._litter = litter.notes(root)
        return self._litter

    def recall(
        self, entry: Found, read: Callable[[Found], tuple[bytes | None, list[Fault]]], parse: Callable[[bytes], Result]
    ) -> Result:
        """What ``parse`` makes of the file's bytes, or made of the same bytes before. A file that cannot be read is not kept."""
        key = str(entry.path)
        kept = self._kept.get(key)
        if self.drafts and (drafted := self._drafted(entry, kept, read)) is not None:
            return parse(drafted)
        if kept is not None and kept.sure:
            return kept.result
        data, faults = read(entry)
        if data is None:
            self._kept.pop(key, None)
            return None, faults
        if kept is None or kept.data != data:
            kept = self._kept[key] = _Kept(data, parse(data))
        kept.sure = True
        return kept.result

    def _drafted(
        self, entry: Found, kept: _Kept | None, read: Callable[[Found], tuple[bytes | None, list[Fault]]]
    ) -> bytes | None:
        """The bytes of a file of which, or of whose tables, there is a draft; None for any other."""
        if entry.file in self.drafts:
            return self.drafts[entry.file]
        source = kept.result[0] if kept is not None else None
        named = source is None or not self.drafts.keys().isdisjoint(source.tables)
        return (kept.data if kept is not None else read(entry)[0]) if named else None

    def changed(self, present: Collection[str], gone: Collection[str], came_or_went: bool) -> None:
        """Tell that the files ``present`` (paths as the system writes them) are new or may hold other bytes, ``gone`` are no more.

        A file beside entries (a picture, a table) changes those that name it, and those with errors: what they miss
        may have come.
        """
        if came_or_went:
            self._found.clear()
            self._litter = None
        beside = [path for path in (*present, *gone) if not path.endswith(_ENTRIES)]
        for path in present:
            if path in self._kept:
                self._kept[path].sure = False
        for path in gone:
            self._kept.pop(path, None)
        if len(beside) > _MANY:
            self._kept.clear()
        elif beside:
            names = {_name(PurePath(path).as_posix()) for path in beside}
            self._kept = {path: kept for path, kept in self._kept.items() if not _concerned(kept, names)}


def _concerned(kept: _Kept, names: Set[str]) -> bool:
    source, faults = kept.result
    if has_errors(faults):
        return True
    return source is not None and not names.isdisjoint(_name(path) for path in (*source.photos, *source.tables))


def _name(path: str) -> str:
    """A file's name as a system may compare it: in one form of its characters, capital or small."""
    return unicodedata.normalize("NFC", PurePosixPath(path).name).casefold()
