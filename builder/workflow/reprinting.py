"""更正重印: the same number printed again with what was wrong put right; the printings before are called back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.compose import Edition, Numbering
from builder.errors import Conflict, Fault, InvalidContent
from builder.fonts import FontSet
from builder.records import Act
from builder.register import Reading, Turn
from builder.render.child import Engines
from builder.render.entries import index_entries
from builder.render.printing import Printing
from builder.workflow.afterwards import last_copy, permitted
from builder.workflow.cases import recorded
from builder.workflow.finding import published
from builder.workflow.numbers import copy_faults, copy_rows
from builder.workflow.opening import Opened
from builder.workflow.payload import Frozen, frozen, payload
from builder.workflow.publishing import Rehearsed, composed, contents, printable
from builder.workflow.reasons import stated
from builder.workflow.recording import Desk, Draft
from builder.workflow.rendering import Rendered, Renderer


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for; ``seen`` is the last printing when the files were looked at."""

    opened: Opened
    target: Act
    seen: Act
    edition: Edition
    kept: Frozen
    by: str
    reason: str
    warnings: list[Fault]


@dataclass(frozen=True, slots=True)
class Reprinted:
    """What came of it; of a rehearsal, what would: ``act`` is None, ``data`` that of the act that was not recorded."""

    act: Act | None
    data: Mapping[str, Any]
    again: bool
    faults: tuple[Fault, ...]


def reprint(
    desk: Desk,
    opened: Opened,
    typed: str,
    by: str,
    reason: str,
    fontset: FontSet,
    engines: Engines,
    *,
    dry_run: bool = False,
) -> Reprinted:
    """Print a published issue again as its files are now, under the same number, marked as 更正重印.

    The same content again gives the printing that is there. ``by`` is the post that approves it. With ``dry_run`` everything is done but
    recording it.

    Raises:
        InvalidContent: not published, void, nothing changed, no reason, errors in the files, or the post may not.
        Conflict: somebody else printed it again meanwhile, or changed its files.
        RenderError, FileError: see ``publishing.publish``.
    """
    with desk.register.reading() as reading:
        target = published(reading, opened.workspace, typed)
        seen = _printings(reading, target)[-1]
    edition, faults = composed(opened, target.issue, fontset)
    total = target.data["total"] or 0
    edition = replace(edition, numbering=Numbering(target.data["number"], total, False))
    kept = frozen(edition, opened.workspace)
    asked = _Asked(opened, target, seen, edition, kept, by, reason, list(faults))

    def prepare(turn: Turn) -> Draft | Act:
        draft = _prepared(turn, asked, fontset, engines)
        if dry_run:
            raise Rehearsed(draft)
        return draft

    try:
        done = recorded(desk, prepare)
    except Rehearsed as rehearsed:
        there = rehearsed.draft if isinstance(rehearsed.draft, Act) else None
        return Reprinted(there, rehearsed.draft.data, there is not None, tuple(asked.warnings))
    return Reprinted(done.act, done.act.data, done.again, tuple(asked.warnings))


def _printings(reading: Reading, target: Act) -> list[Act]:
    return [target, *reading.acts(target=target.seq, kinds=("reprint",))]


def _prepared(turn: Turn, asked: _Asked, fontset: FontSet, engines: Engines) -> Draft | Act:
    target, opened, before = asked.target, asked.opened, _printings(turn, asked.target)
    permitted(turn, target, "reprint", asked.by, opened.library.office.value)
    if before[-1] != target and before[-1].data["signed"] == asked.kept.signed:
        return before[-1]
    if before[-1] != asked.seen:
        raise _meanwhile(before[-1])
    reason, printing = stated(asked.reason), len(before) + 1
    last = last_copy(turn, target)
    rows = copy_rows(asked.edition, last + 1 if last else None)
    _same_issue(asked, rows)
    renderer = Renderer(opened.workspace.templates, fontset, engines, Printing(impression=printing))
    rendered = printable(renderer, asked.edition, asked.kept, opened)
    asked.warnings.extend(rendered.faults)
    data = {**_data(asked, rendered, printing), "reason": reason, "recipients": rows}
    return Draft(
        kind="reprint",
        publication=target.publication,
        year=target.year,
        key=f"reprint:{target.seq}:{printing}",
        by=asked.by,
        issue=target.issue,
        target=target.seq,
        data=data,
        files=payload(rendered.files, rendered.view.data, asked.kept),
        entries=index_entries(target.publication, target.year, target.issue, data, rendered.view.data),
    )


def _meanwhile(last: Act) -> Conflict:
    when = last.at[:16].replace("T", " ")
    return Conflict(
        f"办理当中“{last.by}”已于 {when} 更正重印（第 {last.data['printing']} 次印刷）：{last.data['reason']}。没有办理。",
        "看过新印的一次（jianbao archive open 期），还要再改的，再办一次。",
    )


def _same_issue(asked: _Asked, rows: Sequence[Sequence[str | int]]) -> None:
    """Raises InvalidContent where nothing was changed, what belongs to the number was, or 份号 have no end."""
    issue, target, faults = asked.edition.issue, asked.target, copy_faults(asked.edition, rows)
    if asked.kept.signed == asked.seen.data["signed"]:
        message = "稿件与付印的没有不同，不是更正重印。"
        faults.append(
            Fault("reprint-same", "error", issue.place("刊物"), message, "先改正稿件；只是多印几份，用 jianbao more。")
        )
    if issue.value.day.isoformat() != target.data["day"] or asked.edition.title.id != target.publication:
        message = f"重印不能改刊物和日期（付印的是 {target.data['day']}）。"
        faults.append(
            Fault("reprint-date", "error", issue.place("日期"), message, "改回原来的日期；另出一期的，新建一期。")
        )
    if faults:
        raise InvalidContent("没有重印。", "", tuple(faults))


def _data(asked: _Asked, rendered: Rendered, printing: int) -> dict[str, Any]:
    """As of the first printing, with what this one has of its own; the printings before it are called back (收回)."""
    return {
        **asked.target.data,
        **contents(asked.edition, rendered),
        "label": "".join(rendered.view.data["报头"]["期号行"]),
        "printing": printing,
        "recalls": list(range(1, printing)),
        "pages": rendered.room.pages,
        "copies": asked.edition.copies,
        "signed": asked.kept.signed,
    }
