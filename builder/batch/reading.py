"""Content files read for a batch: in chunks, by the crew, so that neither a damaged file nor their number sinks it."""

from __future__ import annotations

import posixpath
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from builder.batch import slim, stamps
from builder.batch.crew import Call, Crew, Done, Failure
from builder.batch.stamps import Known
from builder.content import load_entry
from builder.content.beside import locate
from builder.content.files import Found
from builder.errors import Fault, Place, has_errors
from builder.failpoints import failpoint
from builder.model import Source
from builder.settings import Limits

HERE = 8  # so few files are read in this process: a worker takes longer to start
_CHUNK = 32
_LIMITS = Limits(60, 1024)  # s, MB of a chunk: an ordinary file takes 1.4 ms, the largest picture 5 s
_ALONE = Limits(30, 1024)
_BESIDE = ("picture-", "table-", "file-unreadable")  # faults that may go although the entry's file stays as it is


class Wanted(NamedTuple):
    """A content file to read: ``kind`` is "item", "finding" or "issue", ``path`` below the workspace as the system has it."""

    kind: str
    id: str
    file: str
    path: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call reads: files of the workspace at ``root``."""

    root: str
    files: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What reading one file gave.

    ``form`` is the slim source's stored form, None where the file has errors; ``beside`` are the pictures and tables that
    it names, as known when they were read, by path below the workspace (posix, links followed; one that is named over a
    link bears no hash); ``tables`` are the files of tables with faults of their own. ``restless``: the file must be read
    again next time, whatever the stamps say: its errors lie elsewhere.
    """

    file: str
    sha: str
    form: Any
    faults: tuple[Fault, ...]
    beside: dict[str, Known]
    tables: tuple[str, ...]
    restless: bool = False


def read(asked: Asked) -> tuple[Read, ...]:
    """Read files; the work of one call of a crew."""
    root = Path(asked.root)
    return tuple(_read(root, each) for each in asked.files)


def _read(root: Path, wanted: Wanted) -> Read:
    failpoint(f"batch-read:{wanted.file}")
    source, faults, sha = load_entry(root, wanted.kind, Found(wanted.id, wanted.file, root / wanted.path))
    told = {fault.place.file for fault in faults}
    tables = {*(source.tables if source else ()), *told} - {wanted.file}
    restless = has_errors(faults) and any(fault.code.startswith(_BESIDE) for fault in faults)
    if source is None:
        return Read(wanted.file, sha, None, tuple(faults), {}, tuple(sorted(tables)), restless)
    form = slim.issue_form(source) if wanted.kind == "issue" else slim.entry_form(source)
    beside = _beside(root, source)
    return Read(wanted.file, sha, form, tuple(faults), beside, tuple(sorted(tables)), restless)


def _beside(root: Path, source: Source[Any]) -> dict[str, Known]:
    """Pictures and tables as they were read. One that changed meanwhile is known by no stamp, so that it is read again."""
    digests = {path: sha for path, sha in source.digests.items() if path != source.file}
    names = set(source.tables)
    for typed, photo in source.photos.items():
        found = locate(typed.strip(), source.file, root, "图片")
        if isinstance(found, Path):
            digests[unicodedata.normalize("NFC", found.relative_to(root.resolve()).as_posix())] = photo.digest
        names.add(posixpath.normpath(PurePosixPath(source.file).parent / typed.strip()))
    known = {}
    for path in sorted(names | digests.keys()):
        now = time.time_ns()
        stamp = stamps.of(f"{root}/{path}")
        sha = digests.get(path, "")
        same = stamp is not None and (not sha or stamps.sha256(f"{root}/{path}") == sha)
        known[path] = (
            Known(stamp or _NEVER, same and stamps.is_sure(stamp or _NEVER, now), sha) if same else _unknown(sha)
        )
    return known


_NEVER = (-1, 0, 0, 0)


def _unknown(sha: str) -> Known:
    return Known(_NEVER, False, sha)


def spelt(root: Path, file: str) -> Path:
    """A file by its path in composed characters (NFC), however the disk spells it."""
    path = root / file
    if path.is_file():
        return path
    here = root
    for part in PurePosixPath(file).parts:
        beside_it = here.iterdir() if here.is_dir() else ()
        here = next((p for p in beside_it if unicodedata.normalize("NFC", p.name) == part), here / part)
    return here


def read_all(root: str, wanted: Sequence[Wanted], crews: Callable[[], Crew]) -> Iterator[Read]:
    """Read files in any order: a few here, more by a crew. A file that no worker outlives is an error of that file."""
    if len(wanted) <= HERE:
        yield from read(Asked(root, tuple(wanted)))
        return
    parts = {f"读 {n}": tuple(wanted[n : n + _CHUNK]) for n in range(0, len(wanted), _CHUNK)}
    crew = crews()
    alone: list[Wanted] = []
    for done in crew.run(_calls(root, parts.items(), _LIMITS)):
        if done.failure is None:
            yield from done.value
        else:
            alone += parts[done.key]
    single = {f"读 {each.file}": (each,) for each in alone}
    for done in crew.run(_calls(root, single.items(), _ALONE)):
        yield from _told(single[done.key][0], done)


def _calls(root: str, parts: Iterable[tuple[str, tuple[Wanted, ...]]], limits: Limits) -> Iterator[Call]:
    for key, files in parts:
        yield Call(key, read, Asked(root, files), limits)


def _told(wanted: Wanted, done: Done) -> Iterator[Read]:
    if done.failure is None:
        yield from done.value
        return
    yield Read(wanted.file, "", None, (_fatal(wanted.file, done.failure),), {}, (), restless=True)


def _fatal(file: str, failure: Failure) -> Fault:
    message = f"读这个文件时出了故障，没有读入：{failure.message}"
    return Fault("file-fatal", "error", Place(file), message, failure.hint)
