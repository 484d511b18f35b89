"""更正重印: the same number printed again with what was wrong put right; the printings before are called back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from builder import compose
from builder.compose import Edition, Numbering
from builder.errors import Fault, InvalidContent
from builder.fonts import FontSet
from builder.model import Act
from builder.register import Turn
from builder.render.child import Engines
from builder.render.entries import index_entries
from builder.render.printing import Printing
from builder.workflow.afterwards import last_copy, permitted, stated
from builder.workflow.finding import published
from builder.workflow.opening import Opened
from builder.workflow.payload import Frozen, frozen, payload
from builder.workflow.publishing import composed, contents
from builder.workflow.recording import Desk, Draft, record
from builder.workflow.rendering import Rendered, Renderer


@dataclass(frozen=True, slots=True)
class _Asked:
    opened: Opened
    target: Act
    edition: Edition
    kept: Frozen
    by: str
    reason: str


def reprint(desk: Desk, opened: Opened, typed: str, by: str, reason: str, fontset: FontSet, engines: Engines) -> Act:
    """Print a published issue again as its files are now, under the same number, marked as 更正重印.

    The same content again gives the printing that is there. ``by`` is the post that approves it.

    Raises:
        InvalidContent: not published, void, nothing changed, no reason, errors in the files, or the post may not.
        RenderError, FileError: see ``publishing.publish``.
    """
    with desk.register.reading() as reading:
        target = published(reading, opened.workspace, typed)
    edition, _ = composed(opened, target.issue, fontset)
    total = target.data["total"] or 0
    edition = replace(edition, numbering=Numbering(target.data["number"], total, False))
    asked = _Asked(opened, target, edition, frozen(edition, opened.workspace), by, reason)
    return record(desk, lambda turn: _prepared(turn, asked, fontset, engines))


def _prepared(turn: Turn, asked: _Asked, fontset: FontSet, engines: Engines) -> Draft | Act:
    target = asked.target
    before = [target, *turn.acts(target=target.seq, kinds=("reprint",))]
    if len(before) > 1 and before[-1].data["signed"] == asked.kept.signed:
        return before[-1]
    permitted(turn, target, "reprint", asked.by, asked.opened.library.office.value)
    _same_issue(asked)
    printing = len(before) + 1
    templates = asked.opened.workspace.templates
    rendered = Renderer(templates, fontset, engines, Printing(impression=printing)).render(asked.edition)
    data = _data(turn, asked, rendered, printing)
    issue = asked.edition.issue
    return Draft(
        kind="reprint",
        publication=target.publication,
        year=target.year,
        key=f"reprint:{target.seq}:{printing}",
        by=asked.by,
        issue=issue.id,
        target=target.seq,
        data=data,
        files=payload(rendered.files, rendered.view.data, asked.kept),
        entries=index_entries(target.publication, target.year, issue.id, data, rendered.view.data),
    )


def _same_issue(asked: _Asked) -> None:
    """Raises InvalidContent where nothing was changed, or what belongs to the number was."""
    issue, target, faults = asked.edition.issue, asked.target, []
    if asked.kept.signed == target.data["signed"]:
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


def _data(turn: Turn, asked: _Asked, rendered: Rendered, printing: int) -> dict[str, Any]:
    """As of the first printing, with what this one has of its own; the printings before it are called back (收回)."""
    target, edition = asked.target, asked.edition
    last = last_copy(turn, target)
    ranges = compose.copy_ranges(edition, last + 1 if last else None)
    return {
        **target.data,
        **contents(edition, rendered),
        "label": "".join(rendered.view.data["报头"]["期号行"]),
        "printing": printing,
        "recalls": list(range(1, printing)),
        "reason": stated(asked.reason),
        "pages": rendered.room.pages,
        "copies": edition.copies,
        "recipients": [[r.name, r.copies, r.first, r.last] for r in ranges],
        "signed": asked.kept.signed,
    }
