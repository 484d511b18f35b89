"""An issue in hand before 付印: how far it has come, and one act on it, decided under the register's lock.

What came between reading and acting, or what is meant for another version, is a conflict that shows both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from builder import signoff
from builder.archive.store import Store
from builder.compose import Edition, compose
from builder.errors import Conflict, Fault, InvalidContent, JianbaoError
from builder.files import sha256
from builder.model import Issue, Source
from builder.records import Act, Kind
from builder.register import Reading, Turn
from builder.signoff import Standing, standing, version_name
from builder.workflow.opening import Opened, open_workspace
from builder.workflow.payload import Frozen, frozen, in_motion
from builder.workflow.recording import Desk, Draft, record

_TOLD = 5  # changes that a message lists
Making = Callable[[Standing], tuple[dict[str, Any], dict[str, bytes]]]
"""The data and the files of an act, made when it is sure that it may be done."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be done: the workspace as read, the issue's id, by which post, on which version (0: the latest)."""

    opened: Opened
    name: str
    by: str
    version: int = 0

    @property
    def issue(self) -> Source[Issue]:
        """The issue's file.

        Raises:
            InvalidContent: it has errors.
        """
        found = self.opened.library.issues.get(self.name)
        if found is None:
            file = f"content/issues/{self.name}.yaml"
            faults = tuple(fault for fault in self.opened.faults if fault.place.file == file)
            raise InvalidContent("这一期的文件有错误，没有办理。", "改正后再办。", faults)
        return found

    def why_not(self, now: Standing, kind: Kind) -> Fault | None:
        """Why the post may not do this to the issue now; None when it may."""
        fault = signoff.allowed(now, kind, self.by, self.opened.library.office.value)
        return replace(fault, hint=fault.hint.replace(" 期 ", f" {self.name} ")) if fault else None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: the act, whether it was there before, and warnings."""

    act: Act
    again: bool = False
    faults: tuple[Fault, ...] = ()


def recorded(desk: Desk, prepare: Callable[[Turn], Draft | Act]) -> Done:
    """One act recorded (``recording.record``), and whether it was there before."""
    again = False  # what the head was before is no answer: somebody else may record it while this waits for the lock

    def noted(turn: Turn) -> Draft | Act:
        nonlocal again
        draft = prepare(turn)
        again = isinstance(draft, Act)
        return draft

    return Done(record(desk, noted), again)


def look(reading: Reading, name: str) -> Standing:
    """How far an issue has come."""
    return standing(reading.acts(issue=name))


def read(desk: Desk, name: str) -> Standing:
    """How far an issue has come, as it is now."""
    with desk.register.reading() as now:
        return look(now, name)


def refuse(fault: Fault | None) -> None:
    """Stop at a fault.

    Raises:
        InvalidContent: there is one.
    """
    if fault is not None:
        raise InvalidContent("没有办理，什么也没有登记。", "", (fault,))


def freeze(case: Case) -> Frozen:
    """The issue composed as its files are now; glyphs and form are not checked again.

    Raises:
        InvalidContent: it cannot be composed.
        FileError: a file cannot be read.
    """
    opened = case.opened
    composed = compose(opened.library, case.issue, opened.titles, opened.numbers)
    if composed.edition is None:
        raise InvalidContent("稿件有错误，没有办理。", "改正后再办。", composed.faults)
    return frozen(composed.edition, opened.workspace)


def still(case: Case, edition: Edition, kept: Frozen) -> None:
    """Make sure that the files are those that the edition was made of: read once more, they give the same.

    Raises:
        Conflict: somebody changed them meanwhile.
    """
    try:
        now = freeze(Case(open_workspace(case.opened.workspace), case.name, case.by))
    except JianbaoError as error:
        raise Conflict("稿件正在被改动，没有办理。", "等改动的人存好，再办一次。") from error
    if (now.signed, now.sources) != (kept.signed, kept.sources):
        changed = sorted(n for n in {*now.sources, *kept.sources} if now.sources.get(n) != kept.sources.get(n))
        raise in_motion(changed or [f"templates/{edition.title.id}"])


def decide(
    desk: Desk,
    case: Case,
    kind: Kind,
    making: Making,
    serial: str = "",
    typed: str = "",
    seen: Standing | None = None,
) -> Done:
    """One act on the version in hand; the same by the same post, while it counts, is the same act.

    Args:
        desk: register, archive and clock.
        case: what is to be done.
        kind: the act.
        making: its data and files.
        serial: tells acts of one kind on one version apart.
        typed: the post that types in what another decided.
        seen: how far the issue had come when the files were looked at; None reads it now.

    Raises:
        InvalidContent: the act may not be done.
        Conflict: there is a later version, somebody acted meanwhile, or it was done already with another day, reason or scan.
    """
    before = seen or read(desk, case.name)
    again = False

    def prepare(turn: Turn) -> Draft | Act:
        nonlocal again
        now = look(turn, case.name)
        done = turn.by_key(_key(case.name, kind, case.version or now.version, serial))
        if done is not None and done.by == case.by and done in _in_force(now):
            again = True
            _same(done, *making(now))
            return done
        unmoved(desk.store, case, before, now, turn)
        refuse(case.why_not(now, kind))
        data, files = making(now)
        return draft(case, kind, now, data, files, serial, typed)

    act = record(desk, prepare)
    return Done(act, again)


def _same(done: Act, data: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Make sure that what is asked for is what was done: nobody shall believe that a slip was put right by typing it again.

    Raises:
        Conflict: it was done with other words; both are shown.
    """
    if dict(done.data) == dict(data) and all(done.files.get(n) == sha256(content) for n, content in files.items()):
        return
    asked, by = signoff.remark(done.kind, data), done.by
    raise Conflict(
        f"{version_name(int(done.data['version']))}早已{signoff.name(done.kind)}，与这次写的不同。没有办理。\n"
        f"  登记的：{told(done)}\n  这次的：{by}{f' {asked}' if asked else ' 另一个文件'}",
        "登记了的不改。确实登记错了，付印前写明理由退回（jianbao return），再送审、审核、签发。",
    )


def draft(
    case: Case,
    kind: Kind,
    now: Standing,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
    serial: str = "",
    typed: str = "",
) -> Draft:
    """The act that is to be recorded; ``data`` has its version."""
    issue = case.issue.value
    return Draft(
        kind=kind,
        publication=issue.publication,
        year=issue.day.year,
        key=_key(case.name, kind, int(data["version"]), serial),
        by=case.by,
        issue=case.name,
        target=now.publish.seq if now.publish else 0,
        typed="" if typed == case.by else typed,
        data=data,
        files=files,
    )


def _key(name: str, kind: Kind, version: int, serial: str = "") -> str:
    return f"{kind}:{name}:{version}" + (f":{serial}" if serial else "")


def _in_force(now: Standing) -> tuple[Act, ...]:
    """The acts on the version in hand that no later act has undone."""
    one = (now.submit, now.sign, now.returned, now.scan)
    return (*(act for act in one if act is not None), *now.reviews, *now.amendments)


def day_differs(issue: Source[Issue], signed: str) -> list[Fault]:
    """A warning where an issue does not bear the day on which it was signed, ``signed`` (ISO)."""
    if issue.value.day.isoformat() == signed:
        return []
    message = f"稿件的日期是 {issue.value.day}，签发日期是 {signed}。"
    hint = "报头印的应是签发日期；改稿件的“日期”不影响签发。"
    return [Fault("sign-day-differs", "warning", issue.place("日期"), message, hint)]


def year_closed(reading: Reading, issue: Source[Issue]) -> Fault | None:
    """Why an issue of its date can no longer be published, and need not be submitted; None when it can."""
    publication, year = issue.value.publication, issue.value.day.year
    if not reading.acts(kinds=("close",), publication=publication, year=year):
        return None
    message = f"本刊 {year} 年度已经关闭，日期在这一年的不能再送审、付印。"
    return Fault("year-closed", "error", issue.place("日期"), message, "改用新年度的日期。")


# ---------------------------------------------------------------- conflicts


def unmoved(store: Store, case: Case, before: Standing, now: Standing, reading: Reading) -> None:
    """Make sure that the issue is where it was when it was looked at, and the version the one that is meant.

    Raises:
        Conflict: it is not; who did what, and what differs.
        InvalidContent: there is no such version.
    """
    if case.version > now.version:
        known = f"现在是{version_name(now.version)}" if now.version else "还没有送审"
        raise InvalidContent(f"没有{version_name(case.version)}，{known}。", "用 jianbao log 期 看办理经过。")
    if case.version and case.version < now.version and now.submit is not None:
        raise _superseded(store, case, now.submit, reading)
    last = now.last
    if last is not None and last != before.last:
        raise Conflict(
            f"你看这一期的时候状态是{before.state}，现在是{now.state}：刚刚 {told(last)}。没有办理。",
            "用 jianbao log 期 看办理经过，再决定是否还要办。",
        )


def told(act: Act) -> str:
    """An act in one line: ``信息科编辑 2026-06-08 09:30 送审（送审稿二）``; with its reason, and who typed it in."""
    version = f"（{version_name(int(act.data['version']))}）" if "version" in act.data else ""
    said = [signoff.remark(act.kind, act.data), f"{act.typed}登记" if act.typed else ""]
    more = "".join(f"，{part}" for part in said if part)
    return f"{act.by} {act.at[:16].replace('T', ' ')} {signoff.name(act.kind)}{version}{more}"


def _superseded(store: Store, case: Case, latest: Act, reading: Reading) -> Conflict:
    versions = reading.acts(issue=case.name, kinds=("submit",))
    meant = next(act for act in versions if act.data["version"] == case.version)
    return Conflict(
        f"要办的是{version_name(case.version)}，已经有了更新的{version_name(int(latest.data['version']))}。没有办理。\n"
        f"  {told(meant)}\n  {told(latest)}\n{differences(store, meant, latest)}",
        f"看过新的一版再办：--版本 {latest.data['version']}。",
    )


def altered(store: Store, version: Act, kept: Frozen) -> Conflict:
    """The conflict of a version whose files have been changed since."""
    different = unlike(store, version, kept)
    return Conflict(
        f"{version_name(int(version.data['version']))}送审以后稿件又有改动，没有办理。\n  {told(version)}\n{different}",
        f"照现在的稿件重新送审（jianbao submit {version.issue}）；或把稿件恢复成送审时的样子。",
    )


def unlike(store: Store, act: Act, kept: Frozen) -> str:
    """What an issue's files say otherwise than an act's bag, line by line; "" for nothing, or where the bag is damaged."""
    if "signed.json" not in act.files:
        return ""
    with suppress(JianbaoError):  # a bag that is damaged is for ``archive verify`` to tell
        return _listed(_between(signed_data(store, act), kept.signed_data))
    return ""


def differences(store: Store, one: Act, two: Act) -> str:
    """What differs between two versions, line by line; "" where a bag is damaged."""
    with suppress(JianbaoError):
        return _listed(_between(signed_data(store, one), signed_data(store, two))) or "  两版内容相同"
    return ""


def signed_data(store: Store, act: Act) -> dict[str, Any]:
    """What ``signed.json`` of a version, or of an amendment, holds.

    Raises:
        FileError: its bag is damaged.
    """
    return dict(json.loads(store.read(act, "signed.json")))


def _between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [change.words for change in signoff.changes(old, new)]


def _listed(words: list[str]) -> str:
    shown = [f"  不同：{word}" for word in words[:_TOLD]]
    rest = len(words) - len(shown)
    return "\n".join([*shown, *([f"  另有 {rest} 处不同"] if rest else [])])
