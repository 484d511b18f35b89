"""``jianbao publish`` of many issues: what was asked for, what is told on the way and at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from builder.batch.publishing import Numbered, Refused, Watcher
from builder.cli import ending
from builder.cli.acting import act_as_dict
from builder.cli.output import say, show_failure, show_faults, show_json
from builder.cli.progress import Progress
from builder.errors import Exit, JianbaoError
from builder.programs import processors
from builder.settings import Workspace, limits

if TYPE_CHECKING:
    from builder.batch.crew import Crew
    from builder.batch.publishing import Asked, Report

_FEW = 4  # issues that one process has set before others have started


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed after ``jianbao publish``; ``how`` as in ``batch.publishing.Asked``. No ``jobs``: one a processor."""

    place: Workspace
    by: str
    issues: Sequence[str]
    publications: Sequence[str]
    year: int | None
    jobs: int | None
    as_json: bool
    how: Mapping[str, bool]


def publish_many(typed: Typed) -> int:
    """Publish the issues named, or every signed one of these publications; the exit code.

    Raises:
        JianbaoError: see ``batch.publishing.publish_all``.
    """
    told = _Told(typed)
    return ending.code_of(lambda: _published(typed, told), typed.as_json, told.ended)


def _published(typed: Typed, told: _Told) -> int:
    """Raises KeyboardInterrupt where the run is to end while issues are set on trial."""
    from builder import fonts
    from builder.batch import awaiting, publishing
    from builder.batch.recalling import Recalling
    from builder.workflow import building, opening
    from builder.workflow.recording import open_desk

    with told:
        with Recalling(limits()) as engines:  # their process loads its libraries beside what follows here
            opened = opening.open_workspace(typed.place)
            named = awaiting.publications(opened, typed.publications)
            selection = awaiting.Selection(opening.choose(opened, typed.issues), named, typed.year)
            building.warm(opened, selection.names, engines)
            asked = publishing.Asked(opened, typed.by, fonts.find(typed.place.root), **typed.how)
            with open_desk(typed.place, opened.library.office.value, create=False) as desk:
                report = publishing.publish_all(
                    desk, asked, selection, lambda count: _crew(count, typed.jobs), engines, told, limits()
                )
        told.over(report, asked)
    if isinstance(report.stopped, publishing.Halted):
        return ending.stopped_by(told.heard[0])
    return _exit(report)


def _crew(count: int, jobs: int | None) -> AbstractContextManager[Crew]:
    """A few issues are set here: before other processes have started they are done."""
    size = min(jobs or processors(), count // _FEW)
    if size > 1:
        from builder.batch.slots import Slots

        return Slots(size)
    from builder.batch.here import Here

    return Here()


class _Told(Watcher):
    """Shows both passes as ``build`` shows its one, and what was published on standard output unless that is for JSON.

    A context manager: from the first number to its end a signal to end is only noted (``heard``), so that the issue that takes
    its number is finished, and everything told; at its end no line of progress is left on the terminal.
    """

    def __init__(self, typed: Typed) -> None:
        self.heard: list[int] = []
        self._typed = typed
        self._given: int | None = None  # issues that were published; None before the first takes its number
        self._progress = Progress("试排")
        self._ends = ExitStack()

    def trying(self, count: int) -> None:
        """See ``Watcher``."""
        self._progress.begin(count, count)

    def tried(self, issue: str, good: bool) -> None:
        """See ``Watcher``; why an issue cannot be published is told at the end."""
        self._progress.step(issue, not good)

    def numbering(self, count: int) -> None:
        """See ``Watcher``."""
        self._progress.clear()
        self._given = 0
        self._progress = Progress("付印")
        self._progress.begin(count, count)
        self.heard = self._ends.enter_context(ending.noted())

    def halted(self) -> bool:
        """See ``Watcher``."""
        return bool(self.heard)

    def numbered(self, each: Numbered | Refused) -> None:
        """See ``Watcher``."""
        if isinstance(each, Numbered) and not self._typed.as_json:
            self._progress.above(lambda: _show_numbered(each, self._typed.place))
        self._given = (self._given or 0) + isinstance(each, Numbered)
        self._progress.step(each.issue, isinstance(each, Refused))

    def ended(self) -> str:
        """What is done where the run is ended at once."""
        if self._given is None:
            return "已中断：一期也没有付印。再运行同一条命令，从头办起。"
        return f"已中断：付印了 {self._given} 期；正在办的一期办成没有，再运行同一条命令就知道，余下的也接着办。"

    def over(self, report: Report, asked: Asked) -> None:
        """What came of it."""
        self._progress.clear()
        if self._typed.as_json:
            show_json(_as_dict(report, asked.dry_run))
        _show_report(report, asked, self._typed.as_json)

    def __enter__(self) -> _Told:
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.clear()
        self._ends.close()


def _show_numbered(each: Numbered, place: Workspace) -> None:
    """An issue that has just been published, as ``publish`` tells one."""
    if each.act is None:
        return
    state, data = "早已付印" if each.again else "已付印", each.act.data
    say(f"{state}：{data['name']}{each.label}，共 {data['pages']} 面，印 {data['copies']} 份")
    say(f"  {(place.archive / each.act.folder).relative_to(place.root)}")


def _show_report(report: Report, asked: Asked, as_json: bool) -> None:
    """What was not told on the way: warnings, refusals and why, what waits, and counts."""
    show_faults([fault for each in report.done for fault in each.faults])
    if asked.dry_run and not as_json:
        for each in report.done:
            state = "早已付印" if each.again else "会付印"
            say(f"演练：{each.issue} {state}为{each.name}{each.label}")
    for refused in report.refused:
        say(f"没有付印：{refused.issue}", err=True)
        show_failure(refused.error)
    if report.held and report.stopped is None:
        why = "前面的期没有付印" if report.done else "有的期不能付印"
        say(f"{why}，这几期没有办：{'、'.join(report.held)}", err=True)
        say("    怎么办：改正以后再办一次；不等它们的，加 --keep-going。", err=True)
    for waiting in report.waiting:
        late = "；日期早于这次付印的，签发后付印要加 --日期靠前" if waiting.overtaken else ""
        say(f"还不能付印：{waiting.issue}，{waiting.state}{late}", err=True)
    if report.stopped is not None:
        show_failure(report.stopped)
        say(f"还有 {len(report.held)} 期没有办；再办一次同一条命令，接着办它们。", err=True)
    say(_counts(report, asked.dry_run), err=as_json)


def _counts(report: Report, dry_run: bool) -> str:
    """``付印 98 期，早已付印 1 期，没有付印 2 期``."""
    again = sum(each.again for each in report.done)
    told = [
        (len(report.done) - again, "会付印" if dry_run else "付印"),
        (again, "早已付印"),
        (len(report.refused) + len(report.held), "不会付印" if dry_run else "没有付印"),
        (len(report.waiting), "没有签发"),
    ]
    counted = [f"{what} {count} 期" for count, what in told if count]
    if not counted:
        return "没有签发了、还没有付印的期。"
    return f"演练：{'，'.join(counted)}，没有登记。" if dry_run else f"{'，'.join(counted)}。"


def _as_dict(report: Report, dry_run: bool) -> dict[str, Any]:
    """The JSON form."""
    return {
        "dry_run": dry_run,
        "published": [_numbered_as_dict(each) for each in report.done],
        "refused": [{"issue": each.issue, **_error_as_dict(each.error)} for each in report.refused],
        "held": list(report.held),
        "waiting": [asdict(each) for each in report.waiting],
        "stopped": _error_as_dict(report.stopped) if report.stopped else None,
    }


def _numbered_as_dict(each: Numbered) -> dict[str, Any]:
    told = {"issue": each.issue, "name": each.name, "label": each.label, "again": each.again}
    act = act_as_dict(each.act) if each.act else None
    return {**told, "act": act, "faults": [fault.as_dict() for fault in each.faults]}


def _error_as_dict(error: JianbaoError) -> dict[str, Any]:
    faults = [fault.as_dict() for fault in error.faults]
    return {"error": error.message, "hint": error.hint, "exit": int(error.exit_code), "faults": faults}


def _exit(report: Report) -> int:
    """0 where all that was asked for is published, 2 where a part is; else what kept the first from it."""
    if report.stopped is not None:
        return report.stopped.exit_code
    if not report.refused:
        return Exit.OK
    return Exit.PARTIAL if report.done else report.refused[0].error.exit_code
