"""四性检测: the archive and the register judged by each other, nothing taken on trust.

真实性 the chain of acts, their hashes, who signed; 完整性 no file, act or number missing or too many; 可用性 files open and say
what they said; 安全性 nothing in them that acts. Nothing is written.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from builder import files, register
from builder.archive.chain import chain
from builder.archive.fixity import FEW, check_fixity
from builder.archive.store import ArchiveDamaged, Store
from builder.errors import Fault, FileError, JianbaoError, Place
from builder.model import TOTALS, Act, Office
from builder.register import Address, Reading
from builder.register.rebuilding import differences, make
from builder.settings import Workspace
from builder.workflow.restoring import filled
from builder.workflow.usable import judge_whole

REGISTER = "登记簿"
_REBUILD = "运行 jianbao archive restore，由归档包重建登记簿"
_NUMBERS = "查明原因，另做记录；编号在登记簿里，不能补改"
NATURES = {
    "真实性": (
        "archive-changed",
        "archive-record",
        "archive-chain",
        "archive-head",
        "archive-witness",
        "verify-signoff",
    ),
    "完整性": (
        "archive-missing",
        "archive-added",
        "archive-unknown",
        "archive-place",
        "archive-gap",
        "archive-double",
        "verify-register",
        "verify-number",
    ),
    "可用性": ("archive-unreadable", "archive-view", "verify-unusable", "verify-text"),
    "安全性": ("verify-unsafe",),
}


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was looked at, and everything that was found; errors are damage."""

    acts: int
    issues: int
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Rules:
    """What holds over all acts in their order: numbers and totals without a gap, signed by another before printing."""

    faults: list[Fault] = field(default_factory=list)
    acts: int = 0
    issues: int = 0
    newest: Act | None = None
    last: dict[tuple[str, str], int] = field(default_factory=dict)
    signed: dict[str, dict[str, Act]] = field(default_factory=lambda: defaultdict(dict))

    def passing(self, acts: Iterator[Act]) -> Iterator[Act]:
        """The same acts, judged as they pass."""
        for act in acts:
            self.acts += 1
            self.newest = act
            if act.kind == "start":
                self._started(act)
            elif act.kind == "publish":
                self.issues += 1
                self._numbered(act)
                self._sign_off(act)
            elif act.kind in ("submit", "sign"):
                self.signed[act.issue][act.kind] = act
                if act.kind == "submit":
                    self.signed[act.issue].pop("sign", None)  # what was signed before was another version
            elif act.kind == "return":
                self.signed[act.issue].pop("sign", None)
            yield act

    def _started(self, act: Act) -> None:
        self.last[act.publication, act.data["sequence"]] = int(act.data["number"]) - 1
        if act.data["total"]:
            self.last[act.publication, TOTALS] = int(act.data["total"]) - 1

    def _numbered(self, act: Act) -> None:
        given = [(act.data["sequence"], "期号", act.data["number"])]
        if act.data["total"] is not None:
            given.append((TOTALS, "总期", act.data["total"]))
        for sequence, label, number in given:
            before = self.last.get((act.publication, sequence))
            if before is not None and number != before + 1:
                told = f"{label} {number} 接在 {before} 后面：缺号或重号"
                self.faults.append(Fault("verify-number", "error", Place(act.folder), told, _NUMBERS))
            self.last[act.publication, sequence] = number

    def _sign_off(self, act: Act) -> None:
        before = self.signed.pop(act.issue, {})
        submit, sign = before.get("submit"), before.get("sign")
        if sign is None:
            told = "付印以前没有签发"
        elif submit is not None and submit.by == sign.by:
            told = f"送审与签发是同一职务（{sign.by}）"
        else:
            return
        self.faults.append(Fault("verify-signoff", "error", Place(act.folder), told, _NUMBERS))


def verify(
    workspace: Workspace, office: Office | None, fixity_only: bool = False, processes: int | None = None
) -> Verified:
    """Everything that is wrong with archive and register.

    Args:
        workspace: where they are.
        office: says where the register is; None takes the default.
        fixity_only: only the bytes and names of the archive and the chain.
        processes: how many to use for a large archive; by default one for each core.

    Raises:
        UsageError: the register may not be where it is.
    """
    where = register.address(workspace, office.register_url if office is not None else "")
    root, rules = workspace.archive, _Rules()
    if fixity_only:
        faults = _over_all(where, root, rules, None, processes)
        return Verified(rules.acts, rules.issues, _ordered(faults))
    witness = Store(root).witness()
    with ExitStack() as stack:
        other = None
        if witness is not None and witness.seq > FEW:  # meanwhile the bags are judged
            pool = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
            other = pool.submit(compared, where, root)
        faults = _over_all(where, root, rules, judge_whole, processes)
        if not any(fault.place.file == REGISTER for fault in faults):
            faults += compared(where, root) if other is None else other.result()
    return Verified(rules.acts, rules.issues, _ordered([*faults, *rules.faults]))


def compared(where: Address, root: Path) -> list[Fault]:
    """Where the register's tables, indexes and search depart from what its own acts and the bags give."""
    try:
        with (
            register.open_register(where, create=False, read_only=True) as opened,
            opened.reading() as reading,
            tempfile.TemporaryDirectory() as folder,
        ):
            twin = Path(folder) / "register.sqlite"
            make(twin, filled(Store(root), registered(reading, [])))
            return [_fault(told) for told in differences(reading.connection, twin)]
    except ArchiveDamaged:
        return []  # the bags are judged by others, who name the file
    except JianbaoError as error:
        return [_fault(error.message.rstrip("。"))]


def registered(reading: Reading, broken: list[Fault], after: Act | None = None) -> Iterator[Act]:
    """The register's acts, those that come ``after`` one, as long as they make a chain.

    Where they do not, that is told in ``broken``, and the acts end.
    """
    prev, seq = (after.hash, after.seq) if after is not None else ("", 0)
    for hash_, record in reading.records(seq):
        try:
            act = Act.from_record(record)
        except ValueError:
            broken.append(_fault(f"第 {seq + 1} 号手续的记录读不出来"))
            return
        if (act.seq, act.prev, hash_) != (seq + 1, prev, files.sha256(record)):
            broken.append(_fault(f"第 {seq + 1} 号手续与前后的手续接不上"))
            return
        prev, seq = hash_, act.seq
        yield act
    head = reading.head()
    if (head.seq, head.hash) != (seq, prev):
        broken.append(_fault("最后一号手续与登记的不符"))


Work = Callable[[str, Act], list[Fault]]


def _over_all(where: Address, root: Path, rules: _Rules, work: Work | None, processes: int | None) -> list[Fault]:
    """The bags judged by the register's acts; by their own chain where the register cannot be trusted."""
    broken: list[Fault] = []
    witness = Store(root).witness()  # before the acts: what is recorded meanwhile makes no register an old one
    try:
        with register.open_register(where, create=False, read_only=True) as opened:

            def newer() -> Iterator[Act]:
                if not broken:
                    with opened.reading() as reading:
                        yield from rules.passing(registered(reading, broken, rules.newest))

            found = check_fixity(root, newer(), processes, work, newer)
    except FileError as error:
        broken.append(_fault(error.message.rstrip("。")))
    if not broken and witness is not None and witness.seq > rules.acts:
        told = f"比归档夹旧：到第 {rules.acts} 号手续，归档夹已到第 {witness.seq} 号"
        broken.append(_fault(told))
    if not broken:
        return found
    fresh, gaps = _Rules(), list[Fault]()
    found = check_fixity(root, fresh.passing(chain(root, gaps)), processes, work)
    rules.acts, rules.issues, rules.faults = fresh.acts, fresh.issues, fresh.faults
    return [*broken, *found, *gaps]


def _fault(message: str) -> Fault:
    return Fault("verify-register", "error", Place(REGISTER), message, _REBUILD)


def _ordered(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(set(faults), key=lambda fault: (fault.place, fault.code, fault.message)))
