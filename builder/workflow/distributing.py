"""Who got an issue: copies sent, signed for, recalled and destroyed, and what the register answers about them.

Recipients are those of the printings, as recorded when they were printed; later changes of the lists touch no older issue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from builder.errors import InvalidContent, UsageError
from builder.model import Office
from builder.records import Act
from builder.register import Reading, Turn
from builder.settings import Workspace
from builder.signoff import allowed, standing
from builder.workflow.cases import Done, recorded
from builder.workflow.finding import published
from builder.workflow.recording import Desk, Draft

STEPS = ("发出", "签收", "收回", "销毁")
_FROM = {"发出": ("", "收回"), "签收": ("", "发出"), "收回": ("", "发出", "签收"), "销毁": ("", *STEPS[:3])}


@dataclass(frozen=True, slots=True)
class Move:
    """What is to be recorded: the step, the unit, and which copies.

    ``first`` and ``last`` are their 份号, 0 for all that the unit has; ``copies`` counts them where the issue bears no 份号,
    0 for all. ``day`` is None for today.
    """

    what: str
    unit: str
    first: int = 0
    last: int = 0
    copies: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What one recipient has of an issue, and what was done with it: (step, day, first, last, copies).

    Copies with 份号 are one holding for each printing, those without are one together. ``recall`` of them are to come back: their
    issue is void, or was printed again, put right.
    """

    issue: str
    label: str
    name: str
    day: str
    voided: bool
    unit: str
    copies: int
    first: int
    last: int
    recall: int
    moves: tuple[tuple[str, str, int, int, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        keys = ("what", "day", "first", "last", "copies")
        moves = [dict(zip(keys, move, strict=True)) for move in self.moves]
        names = ("issue", "label", "name", "day", "voided", "unit", "copies", "first", "last", "recall")
        return {**{name: getattr(self, name) for name in names}, "moves": moves}


def move(desk: Desk, workspace: Workspace, office: Office, typed: str, by: str, wanted: Move) -> Done:
    """Record one step of a unit's copies of a published issue. The same once more gives the act that is there.

    Raises:
        InvalidContent: not published; a unit or copy that it did not go to; a step that cannot follow; or the post may not.
    """
    today = desk.now().date()

    def prepare(turn: Turn) -> Draft | Act:
        target = published(turn, workspace, typed)
        fault = allowed(standing(turn.acts(issue=target.issue)), "sent", by, office)
        if fault is not None:
            raise InvalidContent("没有登记。", "", (fault,))
        data = _checked(turn, target, office, wanted, today)
        earlier = turn.acts(target=target.seq, kinds=("sent",))
        done = _repeated(earlier, data, _printings(turn, target))
        if done is not None:
            return done
        _follows(_ranges(turn, target, data["unit"]), earlier, data)
        return Draft("sent", target.publication, target.year, "", by, target.issue, target.seq, data=data)

    return recorded(desk, prepare)


def _checked(reading: Reading, target: Act, office: Office, wanted: Move, today: date) -> dict[str, Any]:
    """The act's data: a unit that got the issue, copies that it got, a day not before the issue's."""
    unit = _unit(reading, target, office, wanted.unit)
    ranges = _ranges(reading, target, unit)
    day = wanted.day or today
    if day > today:
        raise InvalidContent(
            f"{wanted.what}日期 {day} 晚于今天（{today}）。没有登记。", "核对 --日期；登记不能改，办了再登记。"
        )
    if day.isoformat() < target.data["day"]:
        raise InvalidContent(f"{wanted.what}日期 {day} 早于本期日期 {target.data['day']}。没有登记。", "核对 --日期。")
    numbered = [(first, last) for _, first, last in ranges if first]
    data = {"what": wanted.what, "unit": unit, "day": day.isoformat()}
    if not numbered:
        return {**data, "first": 0, "last": 0, "copies": _counted(ranges, wanted, unit)}
    if wanted.copies:
        raise InvalidContent("这一期有份号，不按份数登记。没有登记。", "用 --份号 000001-000005 写明是哪几份。")
    if not wanted.first and len(numbered) > 1:
        raise InvalidContent(f"“{unit}”有几段份号：{_told(numbered)}。没有登记。", "用 --份号 写明是哪一段。")
    first, last = (wanted.first, wanted.last) if wanted.first else numbered[0]
    if not any(low <= first <= last <= high for low, high in numbered):
        hint = "用 jianbao sent --份号 份号 看这一份发给了谁。"
        raise InvalidContent(f"“{unit}”没有份号 {span(first, last)}，它的是 {_told(numbered)}。没有登记。", hint)
    return {**data, "first": first, "last": last, "copies": last - first + 1}


def _repeated(earlier: Sequence[Act], data: dict[str, Any], printings: Sequence[Act]) -> Act | None:
    """The step itself, where it was the last one taken with these copies and the unit has got none since; else None."""
    first, last, unit = data["first"], data["last"], data["unit"]
    mine = [a for a in earlier if a.data["unit"] == unit and a.data["first"] <= last and first <= a.data["last"]]
    if not mine or dict(mine[-1].data) != data:
        return None
    got = max(act.seq for act in printings if any(row[0] == unit for row in act.data["recipients"]))
    return mine[-1] if got < mine[-1].seq else None


def _counted(ranges: Sequence[tuple[int, int, int]], wanted: Move, unit: str) -> int:
    if wanted.first:
        raise InvalidContent("这一期没有份号。没有登记。", "去掉 --份号；只是其中几份的，写 --份数。")
    if not wanted.copies and len(ranges) > 1:
        listed = "、".join(f"{copies}份" for copies, _, _ in ranges)
        raise InvalidContent(f"“{unit}”分几次得到（{listed}）。没有登记。", "用 --份数 写明这一步是几份。")
    most = sum(copies for copies, _, _ in ranges)
    if wanted.copies > most:
        raise InvalidContent(f"“{unit}”只有 {most} 份，不是 {wanted.copies} 份。没有登记。", "核对份数。")
    return wanted.copies or most


def _unit(reading: Reading, target: Act, office: Office, typed: str) -> str:
    """The recipient that was meant, by its name in the list or by what is printed for it in the foot."""
    names = list(dict.fromkeys(row[0] for act in _printings(reading, target) for row in act.data["recipients"]))
    printed = {group.text: group.name for group in office.groups}
    for name in (typed.strip(), printed.get(typed.strip(), "")):
        if name in names:
            return name
    raise InvalidContent(f"{target.data['label']}没有发给“{typed}”。没有登记。", f"本期的收件方：{'、'.join(names)}。")


def _printings(reading: Reading, target: Act) -> list[Act]:
    return [target, *reading.acts(target=target.seq, kinds=("more", "reprint"))]


def _ranges(reading: Reading, target: Act, unit: str) -> list[tuple[int, int, int]]:
    """(copies, first, last) of a unit in every printing."""
    rows = [row for act in _printings(reading, target) for row in act.data["recipients"]]
    return [(copies, first, last) for name, copies, first, last in rows if name == unit]


def _follows(ranges: Sequence[tuple[int, int, int]], earlier: Sequence[Act], data: dict[str, Any]) -> None:
    """Raises InvalidContent where a step cannot follow what was done with these copies before."""
    mine = [act.data for act in earlier if act.data["unit"] == data["unit"]]
    if data["first"]:
        for copy in range(data["first"], data["last"] + 1):
            state = next((m["what"] for m in reversed(mine) if m["first"] <= copy <= m["last"]), "")
            if state not in _FROM[data["what"]]:
                raise _out_of_order(f"{copy:06d}", state, data["what"])
        return
    done = {what: sum(m["copies"] for m in mine if m["what"] == what) for what in STEPS}
    most = sum(copies for copies, _, _ in ranges)
    out = {
        "发出": done["发出"] - done["收回"],
        "签收": done["签收"] - done["收回"],
        "收回": done["收回"] - done["发出"],
    }
    counted = max(out.get(data["what"], done["销毁"]), 0) + data["copies"]
    if data["what"] != "销毁":
        most -= done["销毁"]
    if counted > most:
        raise InvalidContent(
            f"“{data['unit']}”只有 {most} 份可以{data['what']}，登记的会到 {counted} 份。没有登记。", "核对份数。"
        )


def _out_of_order(copies: str, state: str, what: str) -> InvalidContent:
    hint = "登记不能改；登记错了，照实补登下一步。" if state != "销毁" else "已销毁的份号不能再办。"
    return InvalidContent(f"份号 {copies} 已登记为{state}，不能再登记{what}。没有登记。", hint)


# ---------------------------------------------------------------- what is asked


def holdings(
    reading: Reading, workspace: Workspace, office: Office, unit: str = "", issue: str = "", copy: int = 0
) -> list[Holding]:
    """What recipients have: of an issue, of a unit, of a copy number (which many issues may have), or of several of these.

    Raises:
        UsageError: nothing is asked for.
        InvalidContent: no such issue was published.
    """
    if not (unit or issue or copy):
        raise UsageError("没有写要查什么。", "写 --to 收件方、--issue 期 或 --份号 000123。")
    targets = [published(reading, workspace, issue)] if issue else reading.acts(kinds=("publish",))
    later = _by_target(reading, targets[0].seq if issue else None)
    names = {unit, *(group.name for group in office.groups if group.text == unit)}
    found = (h for target in targets for h in _of(target, later.get(target.seq, [])))
    return [h for h in found if (not unit or h.unit in names) and (not copy or h.first <= copy <= h.last)]


def _by_target(reading: Reading, target: int | None) -> dict[int, list[Act]]:
    """What was done to published issues afterwards."""
    found: dict[int, list[Act]] = {}
    for act in reading.acts(kinds=("more", "reprint", "sent", "void"), target=target):
        found.setdefault(act.target, []).append(act)
    return found


def _of(target: Act, later: Sequence[Act]) -> Iterator[Holding]:
    voided = any(act.kind == "void" for act in later)
    printings = [target, *(act for act in later if act.kind in ("more", "reprint"))]
    valid = max(act.seq for act in printings if act.kind != "more")  # what was printed before is called back
    held: dict[tuple[str, int], tuple[int, int, int]] = {}
    for act in printings:
        for unit, copies, first, last in act.data["recipients"]:
            had, recall, _ = held.get((unit, first), (0, 0, 0))
            held[unit, first] = (had + copies, recall + (copies if voided or act.seq < valid else 0), last)
    sent = [act.data for act in later if act.kind == "sent"]
    data = target.data
    for (unit, first), (copies, recall, last) in held.items():
        moves = tuple(
            (m["what"], m["day"], m["first"], m["last"], m["copies"])
            for m in sent
            if m["unit"] == unit and first <= m["first"] <= last
        )
        yield Holding(
            target.issue, data["label"], data["name"], data["day"], voided, unit, copies, first, last, recall, moves
        )


def _told(ranges: Sequence[tuple[int, int]]) -> str:
    return "、".join(span(first, last) for first, last in ranges)


def span(first: int, last: int) -> str:
    """Copy numbers as they are printed: ``000123``, ``000123—000130``."""
    return f"{first:06d}" if first == last else f"{first:06d}—{last:06d}"
