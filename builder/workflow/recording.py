"""The one way to record an act: lock, bag, rows, commit, witness (docs/archive.md).

    lock the register → look after what a crash left → prepare (numbers, rendering) → bag into place → rows → COMMIT → HEAD

COMMIT is the only commit point. Whatever fails before it leaves no act and takes no number; the bag is put aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any

from builder import files, register
from builder.archive.store import Store
from builder.errors import Conflict, FileError, JianbaoError
from builder.failpoints import failpoint
from builder.records import Act, IndexEntry, Kind
from builder.register import CommitLost, Register, Turn
from builder.settings import Workspace
from builder.workflow.whereabouts import NamesRegister

_TRIES = 3  # to hear what came of a commit


@dataclass(frozen=True, slots=True)
class Draft:
    """An act before it has its place in the chain; fields as in ``Act``, ``files`` with their bytes.

    ``entries`` are what search is to find of a published issue.
    """

    kind: Kind
    publication: str
    year: int
    key: str
    by: str
    issue: str = ""
    target: int = 0
    typed: str = ""
    folder: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    entries: Sequence[IndexEntry] = ()


class Desk:
    """Register, archive and clock: what it takes to record. A context manager."""

    def __init__(self, opened: Register, store: Store, now: Callable[[], datetime]) -> None:
        self.register, self.store, self.now = opened, store, now

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.register.close()


def open_desk(
    workspace: Workspace,
    office: NamesRegister,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    create: bool = True,
    read_only: bool = False,
) -> Desk:
    """The desk of a workspace; ``create`` and ``read_only`` as in ``register.open_register``.

    Raises:
        UsageError: the register may not be where it is.
        FileError: it cannot be opened.
        RegisterBehind: its file is gone, while the archive holds acts: a new one would begin at number 1.
    """
    where, store = register.address(workspace, office.register_url), Store(workspace.archive)
    if where.file is not None and not where.file.exists() and (witness := store.witness()) is not None:
        raise RegisterBehind(
            f"登记簿 {where.shown} 不见了，归档夹里已有 {witness.seq} 号手续。没有办理。",
            "运行 jianbao archive restore，由归档包重建登记簿。",
        )
    return Desk(register.open_register(where, create, read_only), store, now)


def record(desk: Desk, prepare: Callable[[Turn], Draft | Act]) -> Act:
    """Record one act.

    Args:
        desk: register, archive and clock.
        prepare: what is to be recorded, decided under the lock. It may give an act that is there already, which is
            given back, or raise: then nothing was written and no number taken.

    Returns:
        The act as recorded; when this returns, it is on the disk.

    Raises:
        RegisterBehind: the archive has acts that the register does not know.
        ArchiveBehind: the register has an act that the archive does not have.
        FileError: it cannot be written: nothing is recorded; or ``OutcomeUnknown``.
    """
    placed: Act | None = None
    try:
        with desk.register.turn() as turn:
            tidy(desk, turn)
            draft = prepare(turn)
            if not isinstance(draft, Act):
                act = _sealed(draft, turn, desk.now())
                _clear(desk.store, act)
                desk.store.place(act, draft.files)
                placed = act
                turn.append(act, draft.entries)
    except CommitLost as lost:
        if placed is not None:
            _settle(desk, placed, lost)
    except BaseException:
        # An interrupt may come when the commit is done already: then the act counts, and is told.
        if placed is None or not _recorded(desk, placed):
            raise
    if isinstance(draft, Act):
        return draft
    assert placed is not None
    # Recorded. A witness that could not be written is caught up with by the next act.
    with suppress(FileError):
        desk.store.write_witness(placed.seq, placed.hash)
    failpoint("witness-written")
    return placed


def tidy(desk: Desk, turn: Turn) -> str | None:
    """Put aside the bag of a writer that did not live to record it; where that bag was, None mostly.

    Raises:
        RegisterBehind: the archive remembers an act that the register does not have: it is an old copy.
        ArchiveBehind: the archive lacks the register's last act: it is another one, or an old copy.
    """
    head, witness = turn.head(), desk.store.witness()
    newest = turn.act(head.seq)
    if newest is not None and not desk.store.holds(newest):
        raise ArchiveBehind(
            f"归档夹 {desk.store.root} 里没有第 {newest.seq} 号手续的归档包（{newest.folder}）：不是这个登记簿的归档夹，"
            "没有挂上磁盘，或恢复了旧备份。没有办理。",
            "核对归档夹；缺的归档包从备份恢复，再办一次。",
        )
    last = witness.seq if witness is not None else _highest(desk.store)
    known = turn.act(witness.seq) if witness is not None else None
    # Without a witness one bag too many is what a crash leaves; more are acts that were recorded.
    if last > head.seq + (witness is None) or (
        witness is not None and known is not None and known.hash != witness.hash
    ):
        raise behind(head.seq, last)
    left = desk.store.leftover(head.seq)
    return desk.store.quarantine(left) if left is not None and turn.by_folder(left) is None else None


class RegisterBehind(Conflict):
    """The register is older than the archive, or of another one."""


class ArchiveBehind(Conflict):
    """The archive is older than the register, or of another one."""


def _highest(store: Store) -> int:
    """The highest ``seq`` of all bags, for an archive whose witness is gone; 0 where there is none."""
    highest = 0
    for _, data in store.records():
        with suppress(ValueError):
            highest = max(highest, Act.from_record(data).seq)
    return highest


def behind(register_seq: int, archive_seq: int) -> RegisterBehind:
    """The refusal to record anything in a register that is older than the archive."""
    return RegisterBehind(
        f"登记簿比归档夹旧（登记簿到第 {register_seq} 号手续，归档夹已到第 {archive_seq} 号）：可能恢复了旧备份。没有办理。",
        "运行 jianbao archive restore，由归档包重建登记簿。",
    )


def _sealed(draft: Draft, turn: Turn, now: datetime) -> Act:
    head = turn.head()
    seq = head.seq + 1
    return Act(
        seq=seq,
        prev=head.hash,
        kind=draft.kind,
        publication=draft.publication,
        year=draft.year,
        issue=draft.issue,
        target=draft.target,
        by=draft.by,
        typed=draft.typed,
        at=now.isoformat(timespec="seconds"),
        key=draft.key or f"{draft.kind}:{seq}",
        folder=draft.folder or f"{draft.publication}/{draft.year}/acts/{seq:06d}-{draft.kind}",
        data=draft.data,
        files={name: files.sha256(data) for name, data in sorted(draft.files.items())},
    )


def _clear(store: Store, act: Act) -> None:
    """A folder that stands where this bag goes belongs to no act: its name is about to be given for the first time."""
    if store.exists(act.folder):
        store.quarantine(act.folder)


def _recorded(desk: Desk, act: Act) -> bool:
    """Whether an act was recorded although an error came up; its bag is put aside where it was not.

    Where the register cannot be asked, the bag stays: the next act finds it.
    """
    try:
        return desk.register.settle(act, lambda: _put_aside(desk.store, act))
    except JianbaoError:
        return False


def _settle(desk: Desk, act: Act, lost: CommitLost) -> None:
    """Returns where the act was recorded; else puts its bag aside.

    Raises:
        FileError: it was not recorded.
        OutcomeUnknown: that cannot be known now.
    """
    for _ in range(_TRIES):
        try:
            recorded = desk.register.settle(act, lambda: _put_aside(desk.store, act))
        except FileError as error:
            unknown = error
            continue
        if recorded:
            return
        raise FileError(
            f"登记簿没有写成（{lost.reason}），没有办理。", "排除故障（磁盘空间、数据库连接）后重试；没有用掉期号。"
        ) from lost
    raise OutcomeUnknown(
        f"登记簿没有回答（{unknown.message}），不能确定是否已经办成。",
        "恢复后重跑同一命令：已办成的不会重办，没办成的照办。",
    ) from lost


class OutcomeUnknown(FileError):
    """The answer to COMMIT was lost, and the register cannot be asked."""


def _put_aside(store: Store, act: Act) -> None:
    """The bag of an act that was not recorded; the next act or ``doctor`` does it where this fails."""
    with suppress(FileError, OSError):
        if store.holds(act):
            store.quarantine(act.folder)
