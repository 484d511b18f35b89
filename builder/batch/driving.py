"""A batch, from the command to the report: open, choose, skip what is up to date, check, render, write, record.

Workers only read and compute. Files are written, and the index is kept, by the driver alone, an issue at a time: first the
line in the index, with the hashes, then the files. So a run that ends anywhere leaves whole files, and the next one renders
what is not in place with the hash of its line.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol, cast

from builder import files, usage_record
from builder.batch import index, opening, orphans, overtaken, performing, report, selecting, standing
from builder.batch.crew import Call, Crew, Done, Shared
from builder.batch.jobs import Checked, Outcome
from builder.batch.report import Entry, Ledger
from builder.batch.workforce import Reading, Workforce
from builder.errors import Conflict, DiskFull, Fault, FileError, InvalidContent, JianbaoError, Place, has_errors
from builder.failpoints import failpoint
from builder.render.printing import Printing
from builder.settings import Limits, Workspace
from builder.workflow import building
from builder.workflow.building import Built
from builder.workflow.planning import font_notes, ordered, shared


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run of ``build`` is asked for. ``printing`` are the options of ``building.choose_printing``."""

    places: Mapping[str, Workspace]
    """Workspaces by the names that they were given."""
    formats: tuple[str, ...]
    limits: Limits
    names: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    since: date | None = None
    changed: bool = False
    keep_going: bool = False
    hashing: bool = False
    force: bool = False
    printing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def selected(self) -> bool:
        """Whether only some of the issues are wanted."""
        return bool(self.names or self.publications or self.years or self.since)


class Heard(Protocol):
    """Who is told while a batch runs."""

    def planned(self, due: int, unchanged: int) -> None:
        """Everything is read and checked; ``due`` issues are going to be rendered. The ledger has the faults."""

    def finished(self, entry: Entry) -> None:
        """An issue is done, whatever became of it."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A workspace in a run, its issues chosen."""

    name: str
    place: Workspace
    journal: index.Index
    slim: opening.SlimOpened
    printing: Printing
    ids: tuple[str, ...]
    standing: standing.Standing


_Pairs = Sequence[tuple[_Work, str]]  # issues of any workspaces


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same for every step; ``printed`` takes up what each issue was printed from, by workspace and id."""

    asked: Asked
    force: Workforce
    heard: Heard
    ledger: Ledger
    clock: Callable[[], float]
    printed: dict[tuple[str, str], overtaken.Printed] = field(default_factory=dict)


def run(
    asked: Asked, force: Workforce, heard: Heard, ledger: Ledger, clock: Callable[[], float] = time.monotonic
) -> None:
    """Do what is asked. ``ledger`` takes up what becomes of each issue, also where this raises.

    Where the run ends before its time (no room on the disk, the cluster is gone), ``ledger.stopped`` says why.

    Raises:
        InvalidContent: a workspace that cannot be used, content faults without ``keep_going``, nothing to build; nothing
            was written.
        UsageError: a selection or a printing that cannot be.
        Conflict: another batch is at work in a workspace.
        FileError: the disk is read-only, or a workspace cannot be read.
    """
    this = _Run(asked, force, heard, ledger, clock)
    ledger.jobs = force.jobs
    with ExitStack() as stack:
        works = _opened(this, stack)
        due = _checked(this, _chosen(this, works))
        _told_anew(this, works)
        _refuse(this, works, due)
        heard.planned(len(due), len(ledger.of("unchanged")))
        try:
            _rendered(this, due)
        finally:
            _settled(this, works)


# ---------------------------------------------------------------- open and choose


def _opened(this: _Run, stack: ExitStack) -> list[_Work]:
    """Every workspace read; with ``keep_going`` one of several that cannot be used is told of and left out."""
    works = []
    for name, place in this.asked.places.items():
        try:
            work = _open(this, name, place, stack)
        except (InvalidContent, FileError) as error:
            if not this.asked.keep_going or len(this.asked.places) == 1:
                raise
            unusable = Fault("workspace-unusable", "error", Place(""), error.message, error.hint)
            this.ledger.tell(name, (*error.faults, unusable))
            continue
        works.append(work)
        this.ledger.expect(name, [*work.standing.due, *work.standing.current])
        this.ledger.tell(name, _of_all(this, work))
        this.ledger.tell(name, (*_unsure(this, work), *work.journal.notes, *_passed_over(work)))
        this.ledger.tell(name, [*font_notes(work.slim.fontset), *usage_record.read(place)[1]])
        if not this.asked.selected:
            this.ledger.tell(name, orphans.notes(place, work.journal))
    return works


def _open(this: _Run, name: str, place: Workspace, stack: ExitStack) -> _Work:
    asked = this.asked
    try:
        journal = stack.enter_context(index.opened(place))
    except Conflict:
        if not asked.names:
            raise
        journal = stack.enter_context(index.unkept())  # an editor may build an issue while a batch is at work
    orphans.clear(place, journal)
    return journal.sound(lambda: _read(this, name, place, journal))


def _read(this: _Run, name: str, place: Workspace, journal: index.Index) -> _Work:
    """A workspace as far as the index and its files tell; whatever of the index the run will need is judged here."""
    asked = this.asked
    slim = opening.open_slim(place, lambda: Reading(this.force), journal, hashing=asked.hashing)
    printing = building.choose_printing(slim.bare, **asked.printing)
    ids = selecting.select(
        slim, names=asked.names, publications=asked.publications, years=asked.years, since=asked.since
    )
    how = {"hashing": asked.hashing, "changed": asked.changed, "force": asked.force}
    found = standing.standing(slim, ids, printing, asked.formats, **how)
    slim.tried((*found.due, *found.check))
    if found.due and files.is_read_only(place.drafts):
        raise FileError("磁盘是只读的，没有生成任何文件。", "把工作区放到能写的磁盘上；或以可写方式重新挂载后重试。")
    return _Work(name, place, journal, slim, printing, ids, found)


def _passed_over(work: _Work) -> list[Fault]:
    """With ``changed``: a word on issues that are not as they would be built now, and are not built."""
    count = len(work.ids) - len(work.standing.due) - len(work.standing.current)
    message = f"另有{count}期稿件没有改，因机关信息、模板、字体、程序或拟号有变而不是最新，没有重做。"
    return [Fault("changed-only", "note", Place(""), message, "要重做，不写 --changed 再运行一次。")] if count else []


def _of_all(this: _Run, work: _Work) -> list[Fault]:
    """Faults of the whole workspace; with a selection only those of what all issues share."""
    return [fault for fault in work.slim.faults if not this.asked.selected or shared(fault)]


def _unsure(this: _Run, work: _Work) -> list[Fault]:
    """Issues with errors in their own file, where publication or day were asked for: they may be meant, and are not built."""
    if this.asked.names or not this.asked.selected:
        return []
    message, hint = (
        "这个期文件有错误，看不出是否在所选之内，没有生成。",
        "改正后再运行一次；有哪些错误，用 jianbao check 看。",
    )
    chosen, heads = set(work.ids), work.slim.heads
    unsure = [work.slim.case(name) for name, head in heads.items() if not head.publication and name not in chosen]
    return [Fault("selection-unsure", "error", Place(case.file), message, hint) for case in unsure]


def _chosen(this: _Run, works: Sequence[_Work]) -> list[tuple[_Work, str]]:
    """What is up to date is entered as such, issues that cannot be read as left out. Gives what is due."""
    due: list[tuple[_Work, str]] = []
    for work in works:
        anew = set(work.standing.check)
        for issue, last in work.standing.current.items():
            built = {**last.built, "files": list(last.files)}
            told = Entry(work.name, issue, "unchanged", faults=last.faults, files=last.files, told=built)
            this.ledger.enter(told)
            if issue not in anew:
                this.ledger.tell(work.name, told.faults)
        for issue in work.standing.due:
            case = work.slim.case(issue)
            if case.broken or has_errors(case.faults):
                _enter(this, report.left_out(work.name, issue, case.faults))
            else:
                due.append((work, issue))
    return due


# ---------------------------------------------------------------- check


def _checked(this: _Run, due: _Pairs) -> list[tuple[_Work, str]]:
    """Issues composed and checked; those that have an error are left out. Gives those that can be rendered.

    Where faults do not stop the others, rendering tells the same, and only what a register knows has to be asked before.
    """
    bad = set()
    pairs = [pair for pair in due if not this.asked.keep_going or this.force.distant or _registered(pair[0])]
    for work, issue, done in _performed(this, pairs, performing.check, this.force.near(len(pairs))):
        checked = done.value
        if not isinstance(checked, Checked):
            _enter(this, report.failed(this.ledger.entry(work.name, issue), done, 0.0))
        elif not checked.sound:
            _enter(this, report.left_out(work.name, issue, checked.faults))
        else:
            this.ledger.enter(replace(this.ledger.entry(work.name, issue), faults=checked.faults))
            this.ledger.tell(work.name, checked.faults)
            continue
        bad.add((work.name, issue))
    return [(work, issue) for work, issue in due if (work.name, issue) not in bad]


def _told_anew(this: _Run, works: Sequence[_Work]) -> None:
    """Issues that are up to date, where something was published since: what the register says of them now."""
    pairs = [(work, issue) for work in works for issue in work.standing.check]
    for work, issue, done in _performed(this, pairs, performing.check, this.force.near(len(pairs))):
        if isinstance(done.value, Checked):
            last = work.standing.current[issue]
            faults = ordered((*done.value.faults, *map(Fault.from_dict, last.built["faults"])))
            standing.retold(work.slim, issue, work.printing, last, faults)
            _enter(this, replace(this.ledger.entry(work.name, issue), faults=faults))
        else:
            this.ledger.tell(work.name, this.ledger.entry(work.name, issue).faults)


def _registered(work: _Work) -> bool:
    """Whether there may be a register with something to say."""
    url = os.environ.get("JIANBAO_REGISTER", "") or work.slim.office.value.register_url
    return bool(url) or work.place.register.is_file()


def _refuse(this: _Run, works: Sequence[_Work], due: _Pairs) -> None:
    """Raises where nothing is to be rendered."""
    ledger = this.ledger
    wrong = bool(ledger.of("left_out")) or any(has_errors(_of_all(this, work)) for work in works)
    if wrong and not (this.asked.keep_going and (due or ledger.of("unchanged"))):
        way = (
            "各期都有错误，改正后重试。" if this.asked.keep_going else "改正后重试；或加 --keep-going 跳过有错误的期。"
        )
        raise InvalidContent("稿件有错误，没有生成任何文件。", way)
    if not any(work.ids for work in works):
        if not this.asked.selected:
            raise InvalidContent("没有任何一期。", "用 jianbao new issue 新建一期。")
        ledger.tell("", [selecting.nothing(head.day for work in works for head in work.slim.heads.values())])


# ---------------------------------------------------------------- render, write, record


def _rendered(this: _Run, due: _Pairs) -> None:
    """Every issue rendered, written and recorded, in the order of their ends."""
    if not due:
        return
    began = this.clock()
    try:
        crew = this.force.rendering(len(due))
        this.ledger.jobs = crew.size
        for work, issue, done in _performed(this, due, performing.render, crew):
            entry = _taken(this, work, issue, done, this.clock() - began)
            this.ledger.rendering = this.clock() - began
            _enter(this, entry)
            this.heard.finished(entry)
            if any(fault.code == "disk-full" for fault in entry.faults):
                raise DiskFull("磁盘已满，余下的期没有做。", "清理磁盘后再运行一次：已写出的不会重做。")
    except JianbaoError as error:
        this.ledger.stopped = error


def _performed(this: _Run, pairs: _Pairs, work: Callable[[Any], Any], crew: Crew) -> Iterator[tuple[_Work, str, Done]]:
    """A call for each issue, and what came of it. Jobs are made as they are drawn: 10,000 are not kept at once."""
    by_key = {f"{n}:{issue}": (place, issue) for n, (place, issue) in enumerate(pairs)}
    scenes: dict[str, Shared] = {}
    far = this.force.distant and work is performing.render

    def calls() -> Iterator[Call]:
        for key, (place, issue) in by_key.items():
            if place.name not in scenes:
                names = [issue for each, issue in pairs if each is place] if far else None
                scene = place.slim.scene(this.asked.formats, place.printing, this.asked.limits, far=names)
                scenes[place.name] = crew.share(scene)
            title = place.slim.titles.get(place.slim.heads[issue].publication)
            most = performing.limits(this.asked.limits, [title] if title else [], place.slim.size(issue))
            yield Call(key, work, place.slim.job(issue, scenes[place.name], far=far), most)

    if by_key:
        with closing(cast("Generator[Done]", crew.run(calls()))) as results:
            for done in results:
                yield (*by_key[done.key], done)


def _taken(this: _Run, work: _Work, issue: str, done: Done, at: float) -> Entry:
    """What became of an issue that was rendered; its files are written and recorded."""
    outcome = done.value
    if not isinstance(outcome, Outcome):
        return report.failed(this.ledger.entry(work.name, issue), done, at)
    if outcome.refused:
        message, hint = outcome.refused
        faults = outcome.faults
        return Entry(work.name, issue, "failed", "template", message, hint, faults, done.seconds, at, done.tries)
    if outcome.built is None:
        return replace(report.left_out(work.name, issue, outcome.faults), seconds=done.seconds, at=at)
    return replace(_written(this, work, outcome, outcome.built), seconds=done.seconds, at=at, tries=done.tries)


def _written(this: _Run, work: _Work, outcome: Outcome, built: Built) -> Entry:
    """The line in the index with the hashes, then the files that make it true."""
    root, issue = work.place.root, outcome.issue
    publication = work.slim.heads[issue].publication
    paths = building.draft_paths(work.place, publication, issue, tuple(outcome.files), work.printing)
    where = dict(zip(outcome.files, paths, strict=True))
    faults = ordered((*this.ledger.entry(work.name, issue).faults, *outcome.faults, *built.faults))
    told = replace(built, files=tuple(paths)).as_dict(root)
    unlike = standing.done(work.slim, issue, work.printing, outcome, where, faults, told)
    this.printed[work.name, issue] = overtaken.Printed(outcome.used, unlike)
    failpoint(f"batch-recorded:{issue}")
    lost = {form: files.write_output(root, where[form], data) for form, data in outcome.files.items()}
    failpoint(f"batch-written:{issue}")
    placed = {form: where[form] for form, fault in lost.items() if fault is None}
    hashes = {path.relative_to(root).as_posix(): files.sha256(outcome.files[form]) for form, path in placed.items()}
    wrong = tuple(fault for fault in lost.values() if fault is not None)
    if wrong:
        told["files"] = list(hashes)
        message = "、".join(fault.message for fault in wrong)
        faults = (*faults, *wrong)
        return Entry(work.name, issue, "unwritten", "file", message, wrong[0].hint, faults, files=hashes, told=told)
    standing.placed(work.slim, issue, work.printing, placed)
    return Entry(work.name, issue, "built", faults=faults, files=hashes, told=told)


def _settled(this: _Run, works: Sequence[_Work]) -> None:
    """What a run leaves behind for each workspace, however it ended: a word on what changed meanwhile, the record of used items."""
    for work in works:
        printed = {issue: each for (name, issue), each in this.printed.items() if name == work.name}
        _told_of_changes(this, work, printed)
        record, _ = usage_record.read(work.place)
        now = {issue: each.items for issue, each in printed.items()}
        for issue in work.standing.current:  # a run that was killed had no time to record them
            if issue not in record.used:
                now[issue] = tuple(work.journal.detail(issue).items)
        if now:
            usage_record.write(work.place, record.built(now))


def _told_of_changes(this: _Run, work: _Work, printed: Mapping[str, overtaken.Printed]) -> None:
    """Issues that are printed as their content was before it changed bear that; the run tells it once for all."""
    late = overtaken.overtaken(work.slim, printed)
    entries = [this.ledger.entry(work.name, issue) for issue in late]
    for entry in entries:
        this.ledger.enter(replace(entry, faults=(*entry.faults, overtaken.of_issue(late[entry.issue]))))
    if late:
        this.ledger.tell(work.name, [overtaken.of_run(late, [entry.label for entry in entries])])
    if moved := work.slim.moved():
        this.ledger.tell(work.name, [overtaken.of_grounds(moved)])


# ---------------------------------------------------------------- entries


def _enter(this: _Run, entry: Entry) -> None:
    this.ledger.enter(entry)
    this.ledger.tell(entry.workspace, entry.faults)
