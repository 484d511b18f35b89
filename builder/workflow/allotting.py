"""Who gets which copies of an issue: those composed for a draft, those recorded for a published issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from builder.archive.store import Store
from builder.compose import CopyRange, Edition, Numbering, copy_ranges, recipients
from builder.compose.recipients import EXTRA
from builder.errors import Fault, InvalidContent, Place
from builder.model import Act
from builder.register import Reading
from builder.workflow.cases import unlike
from builder.workflow.finding import meant, printings
from builder.workflow.numbers import copy_faults
from builder.workflow.opening import Opened
from builder.workflow.payload import frozen
from builder.workflow.registered import consulted


@dataclass(frozen=True, slots=True)
class Share:
    """The copies that a recipient gets: ``part`` of the list is 报, 送, 发, 增发, 存档 or 备用.

    ``first`` and ``last`` are their 份号, 0 for none; ``serial`` counts shares from 1 in the order of the list.
    """

    serial: int
    part: str
    name: str
    copies: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """An issue with its number and everyone's copies; ``impression`` is 印次; ``published`` False for a draft."""

    edition: Edition
    shares: tuple[Share, ...]
    impression: int
    published: bool

    @property
    def copies(self) -> int:
        """All copies together."""
        return sum(share.copies for share in self.shares)

    @property
    def numbered(self) -> bool:
        """Whether the copies bear 份号."""
        return any(share.first for share in self.shares)


def issue_meant(opened: Opened, typed: str) -> str:
    """The id of the issue that was meant: of its file, or of a published one by its printed number (第47期).

    Raises:
        InvalidContent: there is none, or the file of a published one is gone.
    """
    name, act = meant(opened, typed)
    if act is None:
        return name
    message = f"{act.data['label']}的稿件不在了，各份要由它排出。"
    hint = f"从归档的 output/archive/{act.folder}/data/sources 恢复；只要印整期，用那里的 issue.pdf。"
    place = Place(f"content/issues/{act.issue}.yaml")
    raise InvalidContent("没有分份。", "", (Fault("copies-file", "error", place, message, hint),))


def allotment(opened: Opened, edition: Edition, start: int | None = None) -> Allotment:
    """Everyone's copies of an issue: of its last printing and the further copies since (加印) where it is published.

    Args:
        opened: the workspace as just read.
        edition: the issue as composed now.
        start: the first 份号 that a draft's copies are to have; None for that of its file.

    Raises:
        InvalidContent: it is void, says something else than what was published, or nobody gets a copy; 份号 with seven digits; or
            ``start`` for a published issue.
    """
    with consulted(opened.workspace, opened.library.office.value) as register:
        target = _published(register, edition) if register is not None else None
        if register is None or target is None:
            found = _drafted(edition, start)
        else:
            if start is not None:
                message = f"{target.data['label']}已经付印，份号照登记簿，不能另编。"
                raise _refused("copies-start", edition, message, "去掉 --份号起；加印的份数用 jianbao more 登记。")
            found = _recorded(opened, register, target, edition)
    if not found.shares:
        message = "没有一个收件方有份数。"
        hint = "在 content/office.yaml 的“分发名单”写报、送、发，或写存档、备用的份数，或在期里写“本期增发”。"
        raise _refused("copies-nobody", edition, message, hint)
    return found


def _published(register: Reading, edition: Edition) -> Act | None:
    acts = register.acts(issue=edition.issue.id, kinds=("publish",))
    return acts[-1] if acts else None


def _drafted(edition: Edition, start: int | None) -> Allotment:
    if start is not None:
        value = edition.issue.value.model_copy(update={"copy_number": f"{start:06d}"})
        edition = replace(edition, issue=replace(edition.issue, value=value))
    getting = recipients(edition.issue.value, edition.office)
    ranges = copy_ranges(edition)
    rows = [(each.name, each.copies, each.first, each.last) for each in ranges]
    if faults := copy_faults(edition, rows):
        raise InvalidContent("没有分份。", "", tuple(faults))
    return Allotment(edition, tuple(_shares(ranges, [each.part for each in getting])), 1, False)


def _recorded(opened: Opened, register: Reading, target: Act, edition: Edition) -> Allotment:
    """Raises InvalidContent where it is void, or its files say something else than what was printed last."""
    done = printings(register, target)
    printed, label = done[-1], target.data["label"]
    if register.acts(target=target.seq, kinds=("void",)):
        raise _refused("copies-void", edition, f"{label}已经作废，不再分份。", "内容要再发，另建一期。")
    kept = frozen(edition, opened.workspace)
    if kept.signed != printed.data["signed"] or edition.issue.value.day.isoformat() != printed.data["day"]:
        told = unlike(Store(opened.workspace.archive), printed, kept) or "  不同：日期，或模板"
        message = f"{label}已经付印，现在的稿件、名单或模板与付印的不同：\n{told}"
        folder = f"output/archive/{printed.folder}/data/sources"
        hint = f"照 {folder} 恢复付印时的样子再分份；要改正，先用 jianbao reprint 更正重印。"
        raise _refused("copies-differ-published", edition, message, hint)
    getting = recipients(edition.issue.value, edition.office)  # as signed, so the very list that was recorded
    rows = [CopyRange(*row) for row in printed.data["recipients"]]
    parts = {each.name: each.part for each in reversed(getting)}
    later = [CopyRange(*row) for act in _further(register, target, printed) for row in act.data["recipients"]]
    shares = _shares([*rows, *later], [*(e.part for e in getting), *(parts.get(r.name, EXTRA) for r in later)])
    numbering = Numbering(target.data["number"], target.data["total"] or 0, False)
    first = rows[0].first if rows else 0
    value = edition.issue.value.model_copy(update={"copy_number": f"{first:06d}" if first else ""})
    edition = replace(edition, numbering=numbering, issue=replace(edition.issue, value=value))
    return Allotment(edition, tuple(shares), len(done), True)


def _further(register: Reading, target: Act, printed: Act) -> list[Act]:
    """加印 since the last printing: those before it were called back with the copies that they went with."""
    return [act for act in register.acts(target=target.seq, kinds=("more",)) if act.seq > printed.seq]


def _shares(ranges: Sequence[CopyRange], parts: Sequence[str]) -> Iterator[Share]:
    for n, (each, part) in enumerate(zip(ranges, parts, strict=True), 1):
        yield Share(n, part, each.name, each.copies, each.first, each.last)


def _refused(code: str, edition: Edition, message: str, hint: str) -> InvalidContent:
    place = Place(edition.issue.file)
    return InvalidContent("没有分份。", "", (Fault(code, "error", place, message, hint),))
