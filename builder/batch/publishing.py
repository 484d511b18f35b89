"""Many signed issues published: all are looked at and set on trial first, side by side; then each takes its number, in order.

    choose → look at each → set on trial → foretell the numbers → publish one by one (``workflow.publishing.publish``)

Only the last step holds the register's lock, and only for one issue at a time; it looks at everything again. Whatever
ends the run, what was published is, and the rest has taken no number: the same command goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date

from builder.batch import awaiting
from builder.batch.awaiting import Selection, Waiting
from builder.batch.crew import Crew
from builder.batch.recalling import Recalling
from builder.batch.rehearsing import Stage, Tried, rehearse
from builder.errors import Fault, FileError, InvalidContent, JianbaoError, has_errors
from builder.fonts import FontSet
from builder.records import Act
from builder.register.looking import published_issues
from builder.settings import Limits
from builder.signoff import may, standing
from builder.workflow.numbers import Foretold, following, number_faults
from builder.workflow.opening import Opened, issue_ids
from builder.workflow.planning import ordered
from builder.workflow.proofing import number_label
from builder.workflow.publishing import Candidate, candidate, publish
from builder.workflow.recording import ArchiveBehind, Desk, RegisterBehind

Hiring = Callable[[int], AbstractContextManager[Crew]]
"""Workers for so many issues."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: by which post, with which faces, and how strict.

    ``earlier`` as in ``publishing.publish``. With ``keep_going`` issues that cannot be published are left out, else nothing is
    published before all are sound. ``dry_run`` ends before the first number is given.
    """

    opened: Opened
    by: str
    fontset: FontSet
    earlier: bool = False
    keep_going: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Numbered:
    """An issue that was published (``act``), was before (``again``), or would be (None); ``label`` is its number."""

    issue: str
    name: str
    label: str
    act: Act | None
    again: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An issue that took no number, and why."""

    issue: str
    error: JianbaoError


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it.

    ``held`` are sound issues that took no number because of others. ``stopped`` is what ended the run before its time, where
    something did: a full disk, a register that does not answer, a wish (``Halted``).
    """

    done: tuple[Numbered, ...]
    refused: tuple[Refused, ...]
    held: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    stopped: JianbaoError | None = None


class Halted(JianbaoError):
    """The run was to end, and did between two numbers."""


@dataclass(frozen=True, slots=True)
class _Given:
    """The register at one moment: the last numbers, (publication, sequence) → number, and the issues that have one."""

    last: Mapping[tuple[str, str], int]
    issues: frozenset[str]


class Watcher:
    """Who is told how it goes; this one keeps it to itself."""

    def trying(self, count: int) -> None:
        """So many issues are going to be set on trial."""

    def tried(self, issue: str, good: bool) -> None:
        """One was, and can be printed or cannot."""

    def numbering(self, count: int) -> None:
        """So many are going to be published."""

    def halted(self) -> bool:
        """Whether the run is to end before the next one."""
        return False

    def numbered(self, each: Numbered | Refused) -> None:
        """One was published, or could not be."""


def publish_all(
    desk: Desk, asked: Asked, selection: Selection, crew: Hiring, engines: Recalling, watcher: Watcher, limits: Limits
) -> Report:
    """Publish every issue of the selection that can be, in the order of their dates.

    Args:
        desk: register, archive, clock.
        asked: by whom, how strict.
        selection: which issues.
        crew: who sets so many on trial; gone before the first number is given.
        engines: what sets them when they are published, save what the trial has set already; closed by the caller.
        watcher: who is told on the way.
        limits: what templates may take.

    Raises:
        InvalidContent: there is no such issue, or the post may not publish.
        FileError: the register cannot be read.
    """
    if fault := may("publish", asked.by, asked.opened.library.office.value):
        raise InvalidContent("没有付印，没有用掉期号。", "", (fault,))
    with desk.register.reading() as now:
        names, waiting = awaiting.chosen(now, asked.opened, selection)
    found, refused = _looked_at(desk, asked, names)
    found, given = _given(desk, found)
    found, misnumbered = _foretold(asked, found, refused, given)
    sound, failed = _tried(asked, found, crew, engines, watcher, limits)
    refused += [*misnumbered, *failed]
    if failed and asked.keep_going:  # those behind them move up
        sound, misnumbered = _foretold(asked, sound, refused, given)
        refused += misnumbered
    waiting = awaiting.overtaken(waiting, asked.opened, sound)
    if refused and not asked.keep_going:
        return Report((), tuple(refused), tuple(e.edition.issue.id for e in sound if e.published is None), waiting)
    if asked.dry_run:
        return Report(tuple(map(_rehearsed, sound)), tuple(refused), (), waiting)
    watcher.numbering(len(sound))
    return _published(desk, asked, sound, Report((), tuple(refused), (), waiting), engines, watcher)


# ---------------------------------------------------------------- before the first number


def _looked_at(desk: Desk, asked: Asked, names: Sequence[str]) -> tuple[list[Candidate], list[Refused]]:
    """Each as publishing would find it, in the order in which they are published; and those that cannot be."""
    found, refused = [], []
    for name in sorted(names, key=lambda name: _order(asked.opened, name)):
        try:
            each = candidate(desk, _known(asked.opened, name), name, asked.by, asked.fontset, earlier=asked.earlier)
        except JianbaoError as error:
            refused.append(Refused(name, error))
            continue
        if has_errors(each.faults):
            refused.append(Refused(name, _cannot(each.faults)))
        else:
            found.append(each)
    return found, refused


def _given(desk: Desk, found: Sequence[Candidate]) -> tuple[list[Candidate], _Given]:
    """The numbers given by now, and the candidates at that very moment: somebody else may have published some meanwhile."""
    with desk.register.reading() as now:
        given = _Given(now.counters(), published_issues(now.connection))
        seen = []
        for each in found:
            name = each.edition.issue.id
            if each.published is None and name in given.issues:
                each = replace(each, published=standing(now.acts(issue=name)).publish)
            seen.append(each)
    return seen, given


def _known(opened: Opened, name: str) -> Opened:
    """The workspace, where it has such an issue.

    Raises:
        InvalidContent: it was signed, and its file is gone.
    """
    if name not in issue_ids(opened.library):
        raise InvalidContent(
            f"签发了的 {name} 没有稿件：content/issues/{name}.yaml 不在了。",
            "恢复这个文件（归档夹的送审包里有）；不再要的，退回（jianbao return）。",
        )
    return opened


def _order(opened: Opened, name: str) -> tuple[date, str, int, str]:
    """Issues go by date; those of one day by publication, then as their drafts are numbered. Broken ones come first."""
    source, numbering = opened.library.issues.get(name), opened.numbers.get(name)
    if source is None:
        return date.min, "", 0, name
    return source.value.day, source.value.publication, numbering.number if numbering else 0, name


def _tried(
    asked: Asked,
    found: Sequence[Candidate],
    crew: Hiring,
    engines: Recalling,
    watcher: Watcher,
    limits: Limits,
) -> tuple[list[Candidate], list[Refused]]:
    """Those that can be set, with the warnings that only pages show; and those that cannot.

    What was set is recalled when they are published. By then the templates are still the same, or the issue is refused: their
    hash is signed (``signed_record``), and it was compared before the trial, is after each, and is before the number is given.
    """
    drafts = [each for each in found if each.published is None]
    tried: dict[str, Tried] = {}
    stage = Stage(asked.opened.workspace.templates, asked.fontset)
    watcher.trying(len(drafts))
    with crew(len(drafts)) as hired:
        for each in rehearse(hired, drafts, stage, limits):
            engines.give(each.made)
            tried[each.issue] = replace(each, made={})
            watcher.tried(each.issue, each.refused is None)
    sound, refused = [], []
    for one in found:
        trial = tried.get(one.edition.issue.id)
        if trial is not None and trial.refused is not None:
            refused.append(Refused(trial.issue, trial.refused))
        else:
            sound.append(replace(one, faults=(*one.faults, *(trial.faults if trial else ()))))
    return sound, refused


def _foretold(
    asked: Asked, found: Sequence[Candidate], refused: Sequence[Refused], given: _Given
) -> tuple[list[Candidate], list[Refused]]:
    """With the numbers that they will take after those ``given``, and those whose files do not go with theirs.

    Those that cannot be published yet count as if they were put right, unless they are left out.
    """
    foretold, sound, wrong = Foretold(given.last), {each.edition.issue.id: each for each in found}, []
    left_out = {each.issue for each in refused if asked.keep_going} | given.issues
    for name in sorted({*sound, *(each.issue for each in refused)}, key=lambda name: _order(asked.opened, name)):
        source = asked.opened.library.issues.get(name)
        title = asked.opened.titles.get(source.value.publication) if source else None
        one = sound.get(name)
        if source is None or title is None or name in left_out:
            continue
        year, series = source.value.day.year, source.value.series
        if one is not None:
            numbering = following(foretold, title, year, series)
            faults = number_faults(one.edition, numbering)
            if has_errors(faults):
                wrong.append(Refused(name, _cannot(faults)))
                del sound[name]
                if asked.keep_going:
                    continue
            else:
                sound[name] = replace(one, edition=replace(one.edition, numbering=numbering))
        foretold.take(title, year, series)
    return list(sound.values()), wrong


def _cannot(faults: Sequence[Fault]) -> InvalidContent:
    return InvalidContent("不能付印，没有用掉期号。", "照上面的提示办好后再付印。", ordered(faults))


def _rehearsed(sound: Candidate) -> Numbered:
    edition, act = sound.edition, sound.published
    label = str(act.data["label"]) if act else number_label(edition)
    return Numbered(edition.issue.id, edition.title.data.name, label, act, act is not None, sound.faults)


# ---------------------------------------------------------------- one number after the other


def _published(
    desk: Desk,
    asked: Asked,
    sound: Sequence[Candidate],
    before: Report,
    engines: Recalling,
    watcher: Watcher,
) -> Report:
    """What was told ``before``, and each published in its turn.

    Behind one that fails, those of its publication with a later date are held back. They would take its place: a date before
    that of the last issue is published on a confirmation only.
    """
    done: list[Numbered] = []
    failed, held, stopped = list(before.refused), [], None
    missing: dict[str, date] = {}
    for n, each in enumerate(sound):
        name, issue = each.edition.issue.id, each.edition.issue.value
        if not asked.keep_going and issue.day > missing.get(issue.publication, issue.day):
            held.append(name)
            continue
        try:
            if watcher.halted():
                raise Halted("已中断：正在付印的一期已办完。", "再运行同一条命令，接着办其余各期。")
            made = publish(desk, asked.opened, name, asked.by, asked.fontset, engines, earlier=asked.earlier)
        except (Halted, RegisterBehind, ArchiveBehind, FileError) as error:  # the others would fare no better
            stopped = error
            held += [rest.edition.issue.id for rest in sound[n:]]
            break
        except JianbaoError as error:
            failed.append(Refused(name, error))
            watcher.numbered(failed[-1])
            missing.setdefault(issue.publication, issue.day)
        else:
            title = each.edition.title.data.name
            done.append(Numbered(name, title, made.label, made.act, made.again, made.faults))
            watcher.numbered(done[-1])
    return Report(tuple(done), tuple(failed), tuple(held), before.waiting, stopped)
