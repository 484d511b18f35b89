"""The archive's bytes and names judged by the chain of acts; what holds over all acts in their order. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from builder import files, register
from builder.archive.chain import chain
from builder.archive.fixity import check_fixity
from builder.archive.store import Store
from builder.errors import Fault, FileError, Place
from builder.records import TOTALS, Act
from builder.register import Address, Reading
from builder.settings import Workspace
from builder.workflow.whereabouts import NamesRegister

REGISTER = "登记簿"
_REBUILD = "运行 jianbao archive restore，由归档包重建登记簿"
_NUMBERS = "查明原因，另做记录；编号在登记簿里，不能补改"


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was looked at, and everything that was found; errors are damage."""

    acts: int
    issues: int
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class Rules:
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


def fixity(workspace: Workspace, office: NamesRegister | None, processes: int | None = None) -> Verified:
    """Everything that is wrong with the bytes and names of the archive, and with the chain; see ``verifying.verify``."""
    rules = Rules()
    faults = over_all(where(workspace, office), workspace.archive, rules, None, processes)
    return Verified(rules.acts, rules.issues, ordered(faults))


def where(workspace: Workspace, office: NamesRegister | None) -> Address:
    """The register's address; None takes the default.

    Raises:
        UsageError: the register may not be where it is.
    """
    return register.address(workspace, office.register_url if office is not None else "")


def registered(reading: Reading, broken: list[Fault], after: Act | None = None) -> Iterator[Act]:
    """The register's acts, those that come ``after`` one, as long as they make a chain.

    Where they do not, that is told in ``broken``, and the acts end.
    """
    prev, seq = (after.hash, after.seq) if after is not None else ("", 0)
    for hash_, record in reading.records(seq):
        try:
            act = Act.from_record(record)
        except ValueError:
            broken.append(unlike(f"第 {seq + 1} 号手续的记录读不出来"))
            return
        if (act.seq, act.prev, hash_) != (seq + 1, prev, files.sha256(record)):
            broken.append(unlike(f"第 {seq + 1} 号手续与前后的手续接不上"))
            return
        prev, seq = hash_, act.seq
        yield act
    head = reading.head()
    if (head.seq, head.hash) != (seq, prev):
        broken.append(unlike("最后一号手续与登记的不符"))


Work = Callable[[str, Act], list[Fault]]


def over_all(where: Address, root: Path, rules: Rules, work: Work | None, processes: int | None) -> list[Fault]:
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
        broken.append(unlike(error.message.rstrip("。")))
    if not broken and witness is not None and witness.seq > rules.acts:
        told = f"比归档夹旧：到第 {rules.acts} 号手续，归档夹已到第 {witness.seq} 号"
        broken.append(unlike(told))
    if not broken:
        return found
    fresh, gaps = Rules(), list[Fault]()
    found = check_fixity(root, fresh.passing(chain(root, gaps)), processes, work)
    rules.acts, rules.issues, rules.faults = fresh.acts, fresh.issues, fresh.faults
    return [*broken, *found, *gaps]


def unlike(message: str) -> Fault:
    """The register departs from the bags."""
    return Fault("verify-register", "error", Place(REGISTER), message, _REBUILD)


def ordered(faults: list[Fault]) -> tuple[Fault, ...]:
    """Each fault once, by place."""
    return tuple(sorted(set(faults), key=lambda fault: (fault.place, fault.code, fault.message)))
