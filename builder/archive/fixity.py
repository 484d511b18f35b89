"""Fixity: every byte of the archive is what its act says, nothing is missing, and nothing is there that no act stands for.

A bag is judged by the act alone (record, tag files, hashes, names), so it is the caller's affair how far the acts are to be
trusted. What is found is looked at a second time, past the system's cache, before it is called damage.
"""

from __future__ import annotations

import hashlib
import itertools
import multiprocessing
import os
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from builder.archive import bag, store
from builder.errors import Fault, Place, why
from builder.programs import processors
from builder.records import Act

_BACKUP = "从备份恢复这个文件；没有备份的，查明原因，另做记录。不要手工修改归档夹"
_DISK, _AWAY = "检查磁盘和权限后再试", "查明来历后移到归档夹外"
_BATCH, FEW = (
    50,
    400,
)  # acts handed to a process at once; so many are judged here, where starting processes takes longer
_BUFFER = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_ABOVE = re.compile(r"[^./][^/]*(/[0-9]{4}(/acts)?)?")  # folders in which bags stand


def check_fixity(
    root: Path,
    acts: Iterable[Act],
    processes: int | None = None,
    work: Callable[[str, Act], list[Fault]] | None = None,
    newer: Callable[[], Iterable[Act]] = tuple,
) -> list[Fault]:
    """Everything that is wrong with the archive, measured by the acts, in the order of the names; notes are not damage.

    Args:
        root: the archive.
        acts: all acts, in order; taken as they come.
        processes: how many to use where there are many acts; by default one for each core.
        work: what judges one act's bag, ``judge`` by default; see ``over``.
        newer: the acts recorded since the last one was taken; asked before each look at what lies beside the bags,
            so that what others record meanwhile is not taken for damage.

    Returns:
        Faults with the path below the archive as their place; an error is damage, a note is not.
    """
    known: set[str] = set()
    last: deque[Act] = deque(maxlen=2)

    def seen(acts: Iterable[Act]) -> Iterator[Act]:
        for act in acts:
            known.add(act.folder)
            last.append(act)
            yield act

    def beside() -> list[Fault]:
        found.extend(over(work or judge, str(root), seen(newer()), 1))
        return around(str(root), known, last)

    found = list(over(work or judge, str(root), seen(acts), processes))
    found += twice(beside)
    return sorted(found, key=lambda fault: (fault.place, fault.code, fault.message))


def over(
    work: Callable[[str, Act], list[Fault]], root: str, acts: Iterator[Act], processes: int | None = None
) -> Iterator[Fault]:
    """``work`` done for every act, by several processes where there are many; the acts are taken as they are needed.

    Args:
        work: a function of a module (it goes to other processes by its name).
        root: the archive.
        acts: the acts.
        processes: how many; by default one for each core.
    """
    workers = processes or processors()
    first = list(itertools.islice(acts, FEW))
    if workers == 1 or len(first) < FEW:
        for act in itertools.chain(first, acts):
            yield from work(root, act)
        return
    waiting: deque[Future[list[Fault]]] = deque()
    everything = itertools.chain(first, acts)
    # A fresh interpreter: a fork would copy locks that other threads hold.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        while batch := list(itertools.islice(everything, _BATCH)):
            waiting.append(pool.submit(_many, work, root, batch))
            if len(waiting) > workers * 4:
                yield from waiting.popleft().result()
        for future in waiting:
            yield from future.result()


def absent(root: Path, acts: Iterable[Act]) -> list[Fault]:
    """The files of bags that are not there, by their names alone: quick, and no word on what is in those that are there."""
    found = []
    for act in acts:
        base = root / act.folder
        if not base.is_dir():
            found.append(_fault("archive-missing", act.folder, "整个归档包不见了", _BACKUP))
            continue
        names = sorted(name for name in (*bag.payload(act), *bag.tag_files(act)) if not (base / name).is_file())
        found += [_fault("archive-missing", f"{act.folder}/{name}", "不见了", _BACKUP) for name in names]
    return found


def judge(root: str, act: Act) -> list[Fault]:
    """Everything that is wrong with the bag of one act, looked at twice before it is said."""
    return twice(lambda: _bag(root, act))


def _many(work: Callable[[str, Act], list[Fault]], root: str, acts: list[Act]) -> list[Fault]:
    return [fault for act in acts for fault in work(root, act)]


def twice(look: Callable[[], list[Fault]]) -> list[Fault]:
    """What is found both times; what is found only once was a passing error of the disk, and told as such."""
    first = look()
    if not any(fault.severity == "error" for fault in first):
        return first
    second = look()
    there = {fault.place for fault in second}
    passing = [fault for fault in first if fault.place not in there and fault.severity == "error"]
    return second + [
        Fault("archive-passing", "note", f.place, f"第一次读时有问题（{f.message}），再读一次就没有了", "检查磁盘")
        for f in passing
    ]


def _bag(root: str, act: Act) -> list[Fault]:
    base, folder = f"{root}/{act.folder}", act.folder
    files, odd = set[str](), list[tuple[str, str]]()
    expected = bag.payload(act)
    tags = bag.tag_files(act, expected)
    parents = _parents(expected)
    try:
        _scan(base, "", parents, files, odd)
    except (FileNotFoundError, NotADirectoryError):
        return [_fault("archive-missing", folder, "整个归档包不见了", _BACKUP)]
    except OSError as error:
        return [_fault("archive-unreadable", folder, f"读不了（{why(error)}）", _DISK)]
    found = [_fault("archive-added", f"{folder}/{name}", what, _AWAY) for name, what in odd]
    for name in expected.keys() | tags.keys():
        if name not in files:
            found.append(_fault("archive-missing", f"{folder}/{name}", "不见了", _BACKUP))
            continue
        if reason := _differs(f"{base}/{name}", expected.get(name) or tags[name]):
            found.append(_fault(reason[0], f"{folder}/{name}", *reason[1:]))
    added = files - expected.keys() - tags.keys()
    found += [_fault("archive-added", f"{folder}/{name}", "多出的文件", _AWAY) for name in added]
    return found


def _parents(names: Iterable[str]) -> set[str]:
    found = set()
    for name in names:
        while name := name.rpartition("/")[0]:
            found.add(name)
    return found


def _scan(path: str, prefix: str, parents: Collection[str], files: set[str], odd: list[tuple[str, str]]) -> None:
    """Names of all regular files below a folder into ``files``; whatever should not be there in any bag into ``odd``."""
    with os.scandir(path) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_file(follow_symlinks=False):
                files.add(name)
            elif not entry.is_dir(follow_symlinks=False):
                odd.append((name, "是链接" if entry.is_symlink() else "不是普通文件"))
            elif name in parents:
                _scan(entry.path, name + "/", parents, files, odd)
            else:
                odd.append((name, "多出的文件夹"))


_buffer = bytearray(_BUFFER)
_view = memoryview(_buffer)
_EMPTY = hashlib.sha256()


def _differs(path: str, wanted: str | bytes) -> tuple[str, str, str] | None:
    """Why a file is not what it should be (its bytes, or their hash): code, words, hint; None where it is."""
    try:
        handle = os.open(path, os.O_RDONLY | _BINARY)
        try:
            if (_digest(handle) == wanted) if isinstance(wanted, str) else _is(handle, wanted):
                return None
            if hasattr(os, "posix_fadvise"):  # the second look shall ask the disk, not memory
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)
    except OSError as error:
        return "archive-unreadable", f"读不了（{why(error)}）", _DISK
    return "archive-changed", "内容与归档时不同", _BACKUP


def _digest(handle: int) -> str:
    made = _EMPTY.copy()
    while count := _fill(handle):
        made.update(_view[:count])
    return made.hexdigest()


def _is(handle: int, wanted: bytes) -> bool:
    start = 0
    while count := _fill(handle):
        if _view[:count] != wanted[start : start + count]:
            return False
        start += count
    return start == len(wanted)


if hasattr(os, "readv"):

    def _fill(handle: int) -> int:
        return os.readv(handle, [_buffer])

else:

    def _fill(handle: int) -> int:
        data = os.read(handle, _BUFFER)
        _view[: len(data)] = data
        return len(data)


def around(root: str, known: Collection[str], last: Collection[Act]) -> list[Fault]:
    """What lies in the archive outside the bags that are ``known`` by their folders; ``last`` are the last two acts."""
    found: list[Fault] = []
    above = _parents(known)

    def walk(folder: str) -> bool:
        empty = True
        with os.scandir(f"{root}/{folder}") as entries:
            for entry in entries:
                empty = False
                name = f"{folder}/{entry.name}" if folder else entry.name
                if not entry.is_dir(follow_symlinks=False):
                    found.extend(_stray(root, name, entry, last))
                elif name in (store.STAGING, store.QUARANTINE):
                    found.extend(_aside(root, name))
                elif name in above or (name not in known and _ABOVE.fullmatch(name)):
                    if walk(name):
                        found.append(_left(name, "空文件夹，是一次中断留下的"))
                elif name not in known:
                    found.append(_unknown(root, name, last))
        return empty

    try:
        walk("")
    except FileNotFoundError:
        return [] if not known else [_fault("archive-missing", "", "整个归档夹不见了", _BACKUP)]
    except OSError as error:
        return [*found, _fault("archive-unreadable", _below(root, error), f"读不了（{why(error)}）", _DISK)]
    present = {fault.place.file for fault in found}
    return found + [f for f in _witnesses(root, last) if f.place.file not in present]


def _stray(root: str, name: str, entry: os.DirEntry[str], last: Collection[Act]) -> list[Fault]:
    if entry.is_symlink():
        return [_fault("archive-added", name, "是链接", _AWAY)]
    if name in (store.HEAD, store.NEXT):
        return []
    if "/" not in name and name.startswith(".") and name.endswith(".tmp"):
        return [_left(name, "写到一半的文件，是一次中断留下的")]
    return [_fault("archive-added", name, "多出的文件", _AWAY)]


def _aside(root: str, name: str) -> list[Fault]:
    with os.scandir(f"{root}/{name}") as entries:
        if name == store.STAGING:
            return [_left(f"{name}/{entry.name}", "写到一半的归档包") for entry in entries]
        told, hint = "隔离的归档包，没有登记", "不用的移到归档夹外"
        return [Fault("archive-aside", "note", Place(_printable(f"{name}/{e.name}")), told, hint) for e in entries]


def _unknown(root: str, name: str, last: Collection[Act]) -> Fault:
    """A folder that no act stands for; the bag of the very next act is what a crash left."""
    with suppress(OSError, ValueError):
        act = Act.from_record(Path(root, name, bag.RECORD).read_bytes())
        newest = next(reversed(list(last)), None)
        if (act.seq, act.prev) == ((newest.seq + 1, newest.hash) if newest else (1, "")) and act.folder == name:
            return _left(name, "没有登记的归档包，是一次中断留下的")
    return _fault("archive-unknown", name, "没有登记的文件夹", _AWAY)


def _witnesses(root: str, last: Collection[Act]) -> list[Fault]:
    """HEAD and NEXT, which the last act wrote; a crash leaves HEAD one act behind, NEXT one ahead."""
    if not last:
        return []
    newest, before = list(last)[-1], list(last)[:-1]
    found = []
    head = _bytes(f"{root}/{store.HEAD}")
    if head != store.witness_bytes(newest.seq, newest.hash):
        behind = b"".join(store.witness_bytes(act.seq, act.hash) for act in before)
        if (head or b"") == behind:
            found.append(_left(store.HEAD, "比登记簿少一号，是一次中断留下的"))
        else:
            found.append(_fault("archive-head", store.HEAD, "与最后一号手续不符", "运行 jianbao archive verify 查看"))
    announced = _bytes(f"{root}/{store.NEXT}")
    if announced != store.next_bytes(newest.seq, newest.folder) and not _announces(announced, newest.seq + 1):
        found.append(_fault("archive-head", store.NEXT, "与最后一号手续不符", "运行 jianbao doctor"))
    return found


def _announces(data: bytes | None, seq: int) -> bool:
    flat = store.parse(data or b"")
    folder = str(flat.get("folder", ""))
    return not bag.refusal(folder) and data == store.next_bytes(seq, folder)


def _bytes(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _left(name: str, message: str) -> Fault:
    return Fault("archive-leftover", "note", Place(_printable(name)), message, "运行 jianbao doctor")


def _fault(code: str, name: str, message: str, hint: str) -> Fault:
    return Fault(code, "error", Place(_printable(name)), message, hint)


def _below(root: str, error: OSError) -> str:
    return os.path.relpath(str(error.filename), root) if error.filename else ""


def _printable(name: str) -> str:
    """A name that need not be UTF-8, as text."""
    return name.encode("utf-8", "backslashreplace").decode()
