"""``doctor``: what a crash left is put away, told, and gone: run again at once it finds nothing to do."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from builder import register
from builder.archive import fixity, store
from builder.errors import Fault, FileError, why
from builder.records import Act
from builder.register import Turn, being_made
from builder.workflow.recording import Desk, tidy


def doctor(desk: Desk) -> list[str]:
    """Repair what a crash left of register and archive; nothing that was recorded is touched, and nothing is lost.

    Returns:
        What was done, a line each; empty where nothing was to do.

    Raises:
        RegisterBehind: the register is older than the archive: only ``archive restore`` mends that.
        ArchiveBehind: the archive lacks the register's last act: only its backup mends that.
        FileError: something cannot be read or written; what was done until then stays done.
    """
    done: list[str] = []
    with desk.register.turn() as turn:  # the lock: nobody is in the middle of writing
        known, last = _recorded(turn)
        if (moved := tidy(desk, turn)) is not None:
            done.append(f"没有登记的归档包移到 {moved}")
        done += [f"删去写到一半的归档包 {name}" for name in desk.store.clear_staging()]
        done += _leftovers(desk, known, last)
        done += _witnesses(desk, last)
        done += _half_made(desk)  # who restores holds the lock, too
    return [*done, *_checkpointed(desk)]


def missing(desk: Desk) -> list[Fault]:
    """Files of bags that are not there: nothing that ``doctor`` could mend, and nothing that it may be silent about.

    Raises:
        FileError: the register cannot be read.
    """
    with desk.register.reading() as reading:
        acts = reading.acts()
    return fixity.absent(desk.store.root, acts)


def _recorded(turn: Turn) -> tuple[set[str], deque[Act]]:
    known: set[str] = set()
    last: deque[Act] = deque(maxlen=2)
    for _, record in turn.records():
        try:
            act = Act.from_record(record)
        except ValueError as error:
            raise register.damaged() from error
        known.add(act.folder)
        last.append(act)
    return known, last


def _leftovers(desk: Desk, known: set[str], last: deque[Act]) -> Iterator[str]:
    """What lies in the archive and was left by a crash; anything else that nobody knows is for a person to judge."""
    root = desk.store.root
    for fault in fixity.around(str(root), known, last):
        name = fault.place.file
        path = root / name
        if fault.code != "archive-leftover" or name.split("/")[0] in (store.STAGING, store.QUARANTINE, store.HEAD):
            continue
        try:
            if path.is_file():
                path.unlink()
                yield f"删去写到一半的文件 {name}"
            elif not any(path.iterdir()):
                _remove_empty(path, root)
                yield f"删去空文件夹 {name}"
            else:
                yield f"没有登记的归档包移到 {desk.store.quarantine(name)}"
        except OSError as error:
            raise FileError(f"清理不了 {path}（{why(error)}）。", "检查磁盘和权限后重试。") from error


def _remove_empty(path: Path, root: Path) -> None:
    while path != root and not any(path.iterdir()):
        path.rmdir()
        path = path.parent


def _witnesses(desk: Desk, last: deque[Act]) -> Iterator[str]:
    if not last:
        return
    newest = last[-1]
    if desk.store.witness() != store.Witness(newest.seq, newest.hash):
        desk.store.write_witness(newest.seq, newest.hash)
        yield f"归档夹的 {store.HEAD} 补记到第 {newest.seq} 号手续"
    if not desk.store.announced(newest):
        desk.store.announce(newest)
        yield f"归档夹的 {store.NEXT} 照最后一号手续重写"


def _half_made(desk: Desk) -> Iterator[str]:
    """A register that ``restore`` was making when it was stopped."""
    file = desk.register.address.file
    if file is None:
        return
    for path in sorted(file.parent.glob(f"{being_made(file).name}*")):
        try:
            path.unlink()
        except OSError as error:
            raise FileError(f"删不了 {path}（{why(error)}）。", "检查磁盘和权限后重试。") from error
        yield f"删去重建到一半的登记簿 {path.name}"


def _checkpointed(desk: Desk) -> Iterator[str]:
    """The log of the register written into its file."""
    file = desk.register.address.file
    if file is not None and _size(f"{file}-wal"):
        desk.register.checkpoint()
        if not _size(f"{file}-wal"):
            yield "登记簿的日志并入登记簿"


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return 0
