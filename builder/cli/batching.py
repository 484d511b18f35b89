"""What ``jianbao build`` asks of a batch, what it prints while one runs, and with which code it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.batch import page
from builder.batch.report import Entry, Ledger, State, lasting
from builder.cli import ending
from builder.cli.output import say, show_faults, show_json
from builder.cli.progress import Progress
from builder.errors import Exit, Fault, JianbaoError, UsageError
from builder.programs import processors
from builder.settings import Workspace, limits, workspace

if TYPE_CHECKING:
    from builder.batch.crew import Crew
    from builder.batch.driving import Asked


_LEFT_OUT = ("workspace-unusable", "selection-unsure")  # of what stands in no entry


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed after ``jianbao build``, by the names of its parameters.

    ``names`` are issues of the workspace at ``folder``, or workspaces; ``printing`` and ``selection`` as in ``driving.Asked``,
    ``since`` still as it was typed; ``tls`` the arguments of ``cluster.crew``.
    """

    folder: Path
    names: Sequence[str]
    formats: str
    printing: Mapping[str, Any]
    selection: Mapping[str, Any]
    jobs: int | None
    report: Path | None
    cluster: str | None
    tls: Mapping[str, str]
    as_json: bool


def run(typed: Typed) -> int:
    """``jianbao build`` without ``--watch``; the exit code."""
    return ending.code_of(lambda: _run(typed), typed.as_json)


def _run(typed: Typed) -> int:
    ledger = Ledger()
    with _accounted(typed, ledger) as told:
        if typed.report is not None:
            page.both(typed.report)  # a name that cannot be is refused before the work
        far = _cluster(typed.cluster, typed.tls, told)
        asked = _asked(typed)
        told.several = len(asked.places) > 1
        _performed(asked, typed.jobs, far, told, ledger)
        return _code(ledger, asked.keep_going)


@contextmanager
def _accounted(typed: Typed, ledger: Ledger) -> Iterator[_Told]:
    """Who tells how a run goes; at its end, whatever ends it, JSON and report say what became of each issue."""
    began = time.monotonic()
    told = _Told(ledger, typed.as_json, began)
    try:
        yield told
    except JianbaoError as error:
        ledger.stopped = ledger.stopped or error
        told.faults()
        shown = {fault for _, fault in ledger.faults}
        error.faults = tuple(fault for fault in error.faults if fault not in shown)
        ledger.tell("", error.faults)
        raise
    except KeyboardInterrupt:
        ledger.stopped = ledger.stopped or JianbaoError("已中断。", "再运行一次：已写出的不会重做。")
        raise
    except Exception as error:
        message = f"程序内部出错，没有做完（{type(error).__name__}）。"
        ledger.stopped = ledger.stopped or JianbaoError(message, "屏幕上的出错信息交给维护人员；再运行一次接着做。")
        raise
    finally:
        told.progress.clear()
        if typed.as_json:
            show_json(_as_dict(ledger))
        if typed.report is not None and ledger.stopped.__class__ is not UsageError:
            page.write(typed.report, ledger.report(time.monotonic() - began))


def _asked(typed: Typed) -> Asked:
    """Raises UsageError for what does not go together."""
    from builder.batch import selecting
    from builder.batch.driving import Asked
    from builder.workflow import building

    wanted, printing = building.wanted_formats(typed.formats), typed.printing
    for option, name in (("four_colours", "--四色"), ("booklet", "--册页")):
        if printing[option] and not (wanted := tuple(f for f in wanted if f == "pdf")):
            raise click.UsageError(f"{name} 只有 PDF，不能写 --format docx。")
    places, names = _places(typed.folder, typed.names)
    since = selecting.first_day(typed.selection["since"]) if typed.selection["since"] else None
    return Asked(places, wanted, limits(), tuple(names), printing=printing, **{**typed.selection, "since": since})


def _places(folder: Path, typed: Sequence[str]) -> tuple[dict[str, Workspace], list[str]]:
    """The workspaces of a run by name, and what was typed besides: names of issues of the workspace at ``folder``."""
    found = [name for name in typed if (Path(name) / "templates").is_dir() and (Path(name) / "content").is_dir()]
    names = [name for name in typed if name not in found]
    if found and names:
        lacking = "文件夹里没有 templates 和 content" if Path(names[0]).is_dir() else "没有这个文件夹"
        message = f"“{names[0]}”不是工作区（{lacking}）；写了工作区，就不能再写期名。"
        raise UsageError(
            message, "只要其中一期，用 jianbao -C 工作区 build 期名；或用 --publication、--year、--since 挑选。"
        )
    places: dict[str, Workspace] = {}
    seen = set()
    for name in found or [str(folder)]:
        real = os.path.realpath(name)
        if real not in seen:
            seen.add(real)
            places[Path(name).as_posix()] = workspace(Path(name))
    return places, names


def _cluster(address: str | None, tls: Mapping[str, str], told: _Told) -> Callable[[], Crew] | None:
    """What makes the crew of a cluster; None where none is asked for.

    Raises:
        UsageError: there can be no such address, also where nothing is to be rendered; TLS files without a cluster.
    """
    if address is None:
        if any(tls.values()):
            raise UsageError("--tls-ca、--tls-cert、--tls-key 只与 --cluster 同用。", "加 --cluster tls://…，或去掉。")
        return None
    from builder.batch import scheduler

    scheduler.address(address, {f"--{name.replace('_', '-')}": file for name, file in tls.items()})

    def made() -> Crew:
        from builder.batch import cluster

        return cluster.crew(address, **tls, tell=lambda line: told.progress.above(lambda: say(line, err=True)))

    return made


def _performed(asked: Asked, jobs: int | None, far: Callable[[], Crew] | None, told: _Told, ledger: Ledger) -> None:
    from builder.render.child import Engines

    with ExitStack() as stack:
        # Their process loads its libraries beside what follows here.
        engines = stack.enter_context(Engines(asked.limits))
        from builder.batch import driving
        from builder.batch.here import Here
        from builder.batch.workforce import Workforce

        force = stack.enter_context(Workforce(Here(engines), jobs or processors(), asked=jobs is not None, far=far))
        driving.run(asked, force, told, ledger)
        told.over()
        _raise_not_written(ledger)


def _raise_not_written(ledger: Ledger) -> None:
    """Raises FileError where files could not be written and nothing else went wrong, or what stopped the run."""
    from builder.workflow import building

    if ledger.stopped is not None:
        raise ledger.stopped
    lost = [
        f for entry in ledger.of("unwritten") for f in entry.faults if f.code in ("output-open", "output-unwritable")
    ]
    if lost and not ledger.of("failed"):
        raise building.not_written(lost)


def _code(ledger: Ledger, keep_going: bool) -> Exit:
    """PARTIAL where some issues were done and others not; INVALID where none was, or a page budget is not kept."""
    done = ledger.of("built", "unchanged")
    if ledger.of("failed") and not done and not ledger.of("unwritten"):
        return Exit.INVALID
    if ledger.of("failed", "unwritten"):
        return Exit.PARTIAL
    if any(not entry.good for entry in done) and not keep_going:
        return Exit.INVALID
    wrong = ledger.of("left_out") or any(not entry.good for entry in done)
    return Exit.PARTIAL if wrong or any(fault.code in _LEFT_OUT for _, fault in ledger.faults) else Exit.OK


def _as_dict(ledger: Ledger) -> dict[str, Any]:
    """What ``--json`` prints; docs/errors.md says what each key means."""

    def made(entries: Sequence[Entry]) -> list[dict[str, Any]]:
        return [{"workspace": e.workspace, **e.told} for e in entries]

    def not_built(state: State) -> list[dict[str, Any]]:
        return [
            {"workspace": e.workspace, "id": e.issue, "reason": e.reason, "message": e.message, "hint": e.hint}
            for e in ledger.of(state)
        ]

    return {
        "built": made([entry for entry in ledger.of("built", "unwritten") if entry.files]),
        "unchanged": made(ledger.of("unchanged")),
        "left_out": not_built("left_out"),
        "failed": not_built("failed"),
        "faults": [{"workspace": place, **fault.as_dict()} for place, fault in ledger.faults],
    }


class _Told:
    """Prints what a batch tells: faults and progress on standard error, issues on standard output unless it is for JSON."""

    def __init__(self, ledger: Ledger, quiet: bool, began: float) -> None:
        self.progress = Progress("生成")
        self.several = False
        self._ledger, self._quiet, self._shown = ledger, quiet, 0
        self._began = began  # by the monotonic clock: what an editor sees on the watch is the whole command

    def planned(self, due: int, unchanged: int) -> None:
        """See ``driving.Heard``."""
        self.faults()
        self.progress.begin(due, due + unchanged)
        if self.progress.few and not self._quiet:
            for entry in self._ledger.of("unchanged"):
                _show(entry, self.several)
        elif unchanged:
            say(f"没有变化的 {unchanged} 期不重做。", err=True)

    def finished(self, entry: Entry) -> None:
        """See ``driving.Heard``."""
        self.progress.step(self._name(entry), not entry.good)
        if entry.state in ("failed", "unwritten"):
            self.progress.above(lambda: self._bad(entry))
        if entry.files and self.progress.few and not self._quiet:
            _show(entry, self.several)

    def over(self) -> None:
        """Everything is done that could be."""
        self.progress.clear()
        self.faults()
        out = [self._name(entry) for entry in self._ledger.of("left_out")]
        if out:
            say(f"跳过有错误的期：{'、'.join(out)}", err=True)
        if not self.progress.few:
            self._sums()

    def faults(self) -> None:
        """Faults that were not shown yet, by their places."""
        from builder.workflow.planning import ordered

        new: dict[str, list[Fault]] = {}
        for name, fault in self._ledger.faults[self._shown :]:
            new.setdefault(name, []).append(fault)
        self._shown = len(self._ledger.faults)
        for name, faults in new.items():
            if self.several and name:
                say(f"工作区 {name}：", err=True)
            show_faults(ordered(faults))

    def _sums(self) -> None:
        counts = self._ledger.report(0).counts
        told = [f"生成 {counts['built']} 期", f"没有变化 {counts['unchanged']} 期"]
        bad = counts["failed"] + counts["unwritten"] + counts["left_out"]
        told += [f"没有生成 {bad} 期"] if bad else []
        if self._ledger.rendering:
            told.append(f"用时{lasting(time.monotonic() - self._began)}")
        say(f"{'，'.join(told)}。", err=True)

    def _bad(self, entry: Entry) -> None:
        if entry.state == "unwritten":
            return  # told with the faults of its files
        say(f"{self._name(entry)} 没有生成：{entry.message}", err=True)
        if entry.hint:
            say(f"    怎么办：{entry.hint}", err=True)

    def _name(self, entry: Entry) -> str:
        return f"{entry.workspace}：{entry.label}" if self.several else entry.label


def _show(entry: Entry, several: bool) -> None:
    """An issue on standard output: name and room, and its files."""
    place = f"{entry.workspace}：" if several else ""
    say(f"{place}{entry.label}  {entry.told['room']}{'（没有变化）' if entry.state == 'unchanged' else ''}")
    for path in entry.files:
        say(f"  {path}")
