"""付印: an issue takes its number, is rendered with it and put away, in one stroke (``recording.record``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder import __version__
from builder.archive.store import Store
from builder.compose import Edition, Numbering
from builder.errors import Conflict, Fault, InvalidContent, Place, Severity, has_errors
from builder.fonts import FontSet
from builder.measure.starts import starts
from builder.records import Act
from builder.register import Reading, Turn
from builder.render.child import Engines
from builder.render.entries import index_entries
from builder.signoff import Standing, allowed, standing
from builder.workflow.cases import day_differs, unlike, year_closed
from builder.workflow.finding import published
from builder.workflow.numbers import copy_faults, copy_rows, following, number_faults
from builder.workflow.opening import Opened
from builder.workflow.payload import Frozen, frozen, payload, settled, sources
from builder.workflow.planning import compose_issue, ordered
from builder.workflow.presses import page_numbers
from builder.workflow.proofing import number_label, renumbered
from builder.workflow.recording import Desk, Draft, record
from builder.workflow.rendering import Rendered, Renderer

_BLOCKING = ("placeholder",)  # warnings for a draft, errors for what goes out


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing: the act, whether it was there before, and the warnings on the way.

    With ``dry_run`` nothing was recorded and ``act`` is None; ``label`` is the number that it would take.
    """

    act: Act | None
    label: str
    again: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for: the edition (with a number that does not count yet), its files, by whom, and how strict."""

    opened: Opened
    edition: Edition
    kept: Frozen
    by: str
    earlier: bool
    corrects: str
    warnings: list[Fault]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An issue as publishing would find it now: its edition, numbered for a draft, and what is said against it, not of its number.

    ``size`` counts the bytes of the files that it is made of, ``templates`` is the hash of its publication's. Where it was
    published already, and is the same, ``published`` is that act.
    """

    edition: Edition
    faults: tuple[Fault, ...]
    size: int
    templates: str
    published: Act | None = None


class Rehearsed(Exception):
    """A rehearsal has come to its end: everything that is made under the lock is undone."""

    def __init__(self, draft: Draft | Act) -> None:
        super().__init__()
        self.draft = draft


def publish(
    desk: Desk,
    opened: Opened,
    name: str,
    by: str,
    fontset: FontSet,
    engines: Engines,
    *,
    earlier: bool = False,
    corrects: str = "",
    dry_run: bool = False,
) -> Published:
    """Publish one issue: checks, number, rendering, text read back, bag, rows, commit.

    Args:
        desk: register, archive, clock.
        opened: the workspace as just read.
        name: the issue's id.
        by: the post that has it printed.
        fontset: the faces to print with.
        engines: warm engines; closed by the caller.
        earlier: the date may lie before that of the publication's last issue.
        corrects: what the issue corrects (an issue's id or the folder of its bag), "" for nothing.
        dry_run: do everything but record it.

    Raises:
        InvalidContent: with every fault that stops it; no number is taken.
        Conflict: it was published with another content, or somebody acted or changed its files meanwhile.
        RenderError, FileError: see ``Renderer.render`` and ``recording.record``.
    """
    edition, faults = _ready(desk, opened, name, by, fontset)
    kept = frozen(edition, opened.workspace)
    asked = _Asked(opened, edition, kept, by, earlier, corrects, [f for f in faults if f.severity != "error"])
    return _recorded(desk, asked, Renderer(opened.workspace.templates, fontset, engines), dry_run)


def _recorded(desk: Desk, asked: _Asked, renderer: Renderer, dry_run: bool) -> Published:
    again = False  # what the head was before is no answer: somebody else may publish it while this waits for the lock

    def prepare(turn: Turn) -> Draft | Act:
        nonlocal again
        draft = _prepared(turn, asked, renderer, desk)
        again = isinstance(draft, Act)
        if dry_run:
            raise Rehearsed(draft)
        return draft

    try:
        made: Draft | Act = record(desk, prepare)
    except Rehearsed as done:
        made = done.draft
    return Published(made if isinstance(made, Act) else None, made.data["label"], again, tuple(asked.warnings))


def candidate(desk: Desk, opened: Opened, name: str, by: str, fontset: FontSet, *, earlier: bool = False) -> Candidate:
    """All that ``publish`` would look at before it gives a number, without the lock: no number is taken, nothing rendered.

    Raises:
        InvalidContent: the issue has errors of its own; with every fault that stops it.
        Conflict: it was published with another content, or is void; or see ``payload.frozen``.
        FileError: see ``payload.frozen``.
        ArchiveDamaged: what it is compared with cannot be trusted.
    """
    edition, faults = _ready(desk, opened, name, by, fontset)
    kept = frozen(edition, opened.workspace)
    size = sum(map(len, sources(kept).values()))
    asked = _Asked(opened, edition, kept, by, earlier, "", [])
    with desk.register.reading() as now:
        far = standing(now.acts(issue=name))
        if far.publish is not None:
            act = _again(now, far, far.publish, asked, None, desk.store)
            return Candidate(edition, (), size, kept.templates, act)
        return Candidate(edition, (*faults, *_refusals(now, asked, far, desk.store)), size, kept.templates)


def _ready(desk: Desk, opened: Opened, name: str, by: str, fontset: FontSet) -> tuple[Edition, tuple[Fault, ...]]:
    """See ``composed``; where it has errors, a sign-off that is missing is told with them, and first."""
    try:
        return composed(opened, name, fontset)
    except InvalidContent as error:
        with desk.register.reading() as now:
            fault = allowed(standing(now.acts(issue=name)), "publish", by, opened.library.office.value)
        error.faults = (*((fault,) if fault else ()), *error.faults)
        raise


def composed(opened: Opened, name: str, fontset: FontSet) -> tuple[Edition, tuple[Fault, ...]]:
    """The edition, and its warnings.

    Raises:
        InvalidContent: it has errors, or what may stand in a draft only.
    """
    composition = compose_issue(opened, name, fontset)
    faults = [replace(f, severity="error") if f.code in _BLOCKING else f for f in composition.faults]
    substitutes = fontset.substitutes()
    if substitutes and opened.library.office.value.substitutes != "允许":
        told = "、".join(f"{role}→{face.family}" for role, face in substitutes.items())
        hint = "安装正式字体或放入 fonts 文件夹；确定用代用字体付印的，在 office.yaml 写“代用字体付印: 允许”。"
        faults.append(
            Fault("substitute-publish", "error", Place("字体"), f"没有正式字体，只有代用字体：{told}。", hint)
        )
    if composition.edition is None or has_errors(faults):
        raise InvalidContent("有错误，没有付印，没有用掉期号。", "改正后再付印。", ordered(faults))
    return composition.edition, tuple(faults)


def _prepared(turn: Turn, asked: _Asked, renderer: Renderer, desk: Desk) -> Draft | Act:
    """The draft of the act, under the lock; the act itself where the issue is published already."""
    edition, kept = asked.edition, asked.kept
    issue, title = edition.issue, edition.title
    acts = turn.acts(issue=issue.id)
    now, wrong = standing(acts), _corrected(turn, asked)
    if now.publish is not None:
        return _again(turn, now, now.publish, asked, wrong, desk.store)
    numbering = following(turn, title, issue.value.day.year, issue.value.series)
    faults = [*_refusals(turn, asked, now, desk.store), *number_faults(edition, numbering)]
    if has_errors(faults):
        raise InvalidContent("不能付印，没有用掉期号。", "照上面的提示办好后再付印。", ordered(faults))
    target = wrong.seq if wrong is not None else 0
    edition = replace(edition, numbering=numbering)
    rendered = printable(renderer, edition, kept, asked.opened)
    asked.warnings.extend([*faults, *rendered.faults, *renumbered(acts, number_label(edition))])
    draft = Draft(
        kind="publish",
        publication=title.id,
        year=issue.value.day.year,
        key=f"publish:{issue.id}",
        by=asked.by,
        issue=issue.id,
        target=target,
        folder=f"{title.id}/{issue.value.day.year}/{_folder(edition, numbering)}",
        data=_data(edition, rendered, now, target),
        files={**payload(rendered.files, rendered.view.data, kept), **_signed_off(desk, acts)},
    )
    return replace(draft, entries=index_entries(title.id, draft.year, issue.id, draft.data, rendered.view.data))


def printable(renderer: Renderer, edition: Edition, kept: Frozen, opened: Opened) -> Rendered:
    """The edition rendered, with as many pages as it may have, by the templates with which it was frozen.

    Raises:
        InvalidContent: too many pages, or too few.
        Conflict: the templates were changed meanwhile.
        RenderError: see ``Renderer.render``.
    """
    rendered = renderer.render(edition)
    settled(kept.templates, edition.title.id, opened.workspace.templates)
    if rendered.verdict is not None and has_errors([rendered.verdict.fault]):
        raise InvalidContent("页数不合要求，没有付印，没有用掉期号。", "删减后再付印。", (rendered.verdict.fault,))
    return rendered


def _corrected(turn: Reading, asked: _Asked) -> Act | None:
    """The published issue that is to be corrected; None where nothing is.

    Raises:
        InvalidContent: it is not published, void, or of another publication.
    """
    if not asked.corrects:
        return None
    wrong, faults = published(turn, asked.opened.workspace, asked.corrects), []
    label, place = f"{wrong.data['name']}{wrong.data['label']}", asked.edition.issue.place("刊物")
    if standing(turn.acts(issue=wrong.issue)).void is not None:
        hint = "核对是哪一期；作废的期不必更正。"
        faults.append(Fault("correct-void", "error", place, f"{label}已经作废，不能更正。", hint))
    if wrong.publication != asked.edition.title.id:
        hint = "更正启事登在同一刊物的后一期；核对是哪一期。"
        faults.append(Fault("correct-other", "error", place, f"{label}与更正启事不是同一刊物。", hint))
    if faults:
        raise InvalidContent("不能付印，没有用掉期号。", "照上面的提示办好后再付印。", tuple(faults))
    return wrong


def _again(turn: Reading, now: Standing, act: Act, asked: _Asked, wrong: Act | None, store: Store) -> Act:
    """The issue is published: the same again is the same act.

    Raises:
        Conflict: its files say something else by now, or it corrects another issue than is asked for.
    """
    label = f"{act.data['name']}{act.data['label']}"
    if now.void is not None:
        raise Conflict(f"{label}已经作废，号不再用。", "内容要再发，另建一期。")
    printed = (act.data["signed"], act.data["day"], act.data["recipients"])
    if printed != (asked.kept.signed, asked.edition.issue.value.day.isoformat(), copy_rows(asked.edition)):
        different = unlike(store, act, asked.kept) or "  不同：日期、份号或分发的份数"
        raise Conflict(
            f"这一期已于 {act.at[:10]} 付印为{act.data['label']}，现在的稿件与付印的不同。没有办理。\n{different}",
            "付印后不能再改：用 jianbao correct 另发更正启事，或 jianbao reprint 更正重印；或把稿件恢复原样。",
        )
    if wrong is not None and act.data["corrects"] != wrong.seq:
        other = turn.act(act.data["corrects"]) if act.data["corrects"] else None
        told = f"是{other.data['label']}的更正启事" if other else "不是更正启事"
        raise Conflict(f"{label}已经付印，{told}，不能再更正{wrong.data['label']}。", "更正另一期，另编一期更正启事。")
    return act


def _refusals(turn: Reading, asked: _Asked, now: Standing, store: Store) -> list[Fault]:
    """Everything against publishing but its number: not signed, changed since, dates, 份号 without end, a closed year."""
    issue, title, faults = asked.edition.issue, asked.edition.title, []
    if fault := allowed(now, "publish", asked.by, asked.opened.library.office.value):
        faults.append(fault)
    elif now.signed != asked.kept.signed:
        hint = "实质性修改重新送审（submit）、签发；非实质性改动由复核人登记（amend）；或恢复签发时的样子。"
        signed = now.amendments[-1] if now.amendments else now.submit
        told = f"签发以后稿件有改动。\n{unlike(store, signed, asked.kept) if signed else ''}".rstrip()
        faults.append(Fault("changed-after-sign", "error", Place(issue.file), told, hint))
    day = issue.value.day
    faults += day_differs(issue, now.sign.data["day"]) if now.sign else []
    faults += copy_faults(asked.edition, copy_rows(asked.edition))
    last = turn.last_day(title.id)
    if last and day.isoformat() < last:
        hint = "核对日期；确实如此的，加 --日期靠前 付印。"
        severity: Severity = "warning" if asked.earlier else "error"
        message = f"日期早于本刊最近一期（{last}）。"
        faults.append(Fault("earlier-day", severity, issue.place("日期"), message, hint))
    if fault := year_closed(turn, issue):
        faults.append(fault)
    return faults


def _folder(edition: Edition, numbering: Numbering) -> str:
    """``13``; supplements with a sequence of their own ``增刊1``."""
    series = edition.issue.value.series
    return f"{numbering.number}" if edition.title.counts(series) else f"{series}{numbering.number}"


def _data(edition: Edition, rendered: Rendered, now: Standing, corrects: int) -> dict[str, Any]:
    issue, title, numbering = edition.issue.value, edition.title, edition.numbering
    assert now.sign is not None
    return {
        "series": issue.series,
        "sequence": title.sequence_name(issue.day.year, issue.series),
        "number": numbering.number,
        "total": numbering.total if title.counts(issue.series) else None,
        "day": issue.day.isoformat(),
        "name": title.data.name,
        "label": "".join(rendered.view.data["报头"]["期号行"]),
        "genre": title.data.kind,
        **contents(edition, rendered),
        "pages": rendered.room.pages,
        "copies": edition.copies,
        "recipients": copy_rows(edition),
        "retention": title.data.retention,
        "secrecy": issue.secrecy,
        "urgency": issue.urgency,
        "marking": issue.marking or title.data.marking,
        "publisher": edition.publisher,
        "fonds": edition.office.fonds,
        "version": now.version,
        "signed": now.signed,
        "signed_by": now.sign.by,
        "signed_on": now.sign.data["day"],
        "corrects": corrects,
        "program": f"jianbao {__version__}",
    }


def contents(edition: Edition, rendered: Rendered) -> dict[str, Any]:
    """``titles``: [title, signature, page] of every titled entry, then of the ``annexes``; ``starts``: see ``measure.starts``."""
    seen = rendered.view.data
    pages = page_numbers(seen, rendered.read.outline).values()
    named = [(p.title, p.credit) for p in edition.pieces if p.title] + [(a.title, "") for a in edition.annexes]
    titles = [[name, credit, page] for (name, credit), page in zip(named, pages, strict=True)]
    return {"titles": titles, "annexes": len(edition.annexes), "starts": starts(seen, rendered.read)}


def _signed_off(desk: Desk, acts: Sequence[Act]) -> dict[str, bytes]:
    """``signoff.json``, the acts before 付印, and what they left on paper: 签批单 and scans."""
    log = [json.loads(act.record) for act in acts]
    text = json.dumps(log, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    found = {"signoff.json": text.encode()}
    for act in acts:  # what came later counts
        found |= {name: desk.store.read(act, name) for name in act.files if name.split("/")[0] in ("sheet.pdf", "scan")}
    return found
