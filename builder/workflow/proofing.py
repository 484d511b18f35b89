"""清样: the issue as it would be printed now, marked on every page; it shows a number and takes none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from builder.compose import Edition
from builder.errors import Fault, InvalidContent, Place, has_errors
from builder.fonts import FontSet
from builder.records import Act
from builder.register import Turn
from builder.render.child import Engines
from builder.render.printing import Printing
from builder.signoff import allowed, standing
from builder.workflow.building import FORMATS, not_written, write
from builder.workflow.numbers import following
from builder.workflow.opening import Opened
from builder.workflow.payload import frozen
from builder.workflow.planning import compose_issue, ordered
from builder.workflow.recording import Desk, Draft, record
from builder.workflow.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Proofed:
    """What came of a proof: its act, the files written, and the warnings, among them that the number is another by now."""

    act: Act
    files: tuple[Path, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    opened: Opened
    edition: Edition
    by: str
    warnings: list[Fault]
    written: list[Path]


def proof(desk: Desk, opened: Opened, name: str, by: str, fontset: FontSet, engines: Engines) -> Proofed:
    """Set an issue that is signed as a 清样 (``output/drafts/…-清样``) and record the number that it shows.

    The same again gives the act that is there, and writes the files again. Where another issue has taken the number meanwhile, the
    new proof shows the next one and says so.

    Raises:
        InvalidContent: it has errors, is not signed, was changed since, or the post may not.
        RenderError, FileError: see ``Renderer.render`` and ``recording.record``; nothing is recorded then.
    """
    composition = compose_issue(opened, name, fontset)
    if composition.edition is None or has_errors(composition.faults):
        raise InvalidContent("稿件有错误，没有出清样。", "改正后再出。", ordered(composition.faults))
    asked = _Asked(opened, composition.edition, by, list(composition.faults), [])
    act = record(desk, lambda turn: _prepared(turn, asked, fontset, engines))
    return Proofed(act, tuple(asked.written), tuple(asked.warnings))


def _prepared(turn: Turn, asked: _Asked, fontset: FontSet, engines: Engines) -> Draft | Act:
    """The draft of the act, its files written; the last proof where nothing is different."""
    opened, issue, title = asked.opened, asked.edition.issue, asked.edition.title
    acts, year = turn.acts(issue=issue.id), issue.value.day.year
    now, kept = standing(acts), frozen(asked.edition, opened.workspace)
    fault = allowed(now, "proof", asked.by, opened.library.office.value)
    if fault is None and now.signed != kept.signed:
        hint = "实质性修改重新送审（submit）、签发；非实质性改动由复核人登记（amend）；或恢复签发时的样子。"
        fault = Fault("changed-after-sign", "error", Place(issue.file), "签发以后稿件有改动。", hint)
    if fault is not None:
        raise InvalidContent("不能出清样。", "", (fault,))
    edition = replace(asked.edition, numbering=following(turn, title, year, issue.value.series))
    label = number_label(edition)
    printing = Printing(proof=f"清样　拟{label}")
    rendered = Renderer(opened.workspace.templates, fontset, engines, printing).render(edition)
    asked.warnings.extend([*rendered.faults, *renumbered(acts, label)])
    paths, failed = write(opened.workspace, edition, rendered, FORMATS, printing)
    if failed:
        raise not_written(failed)
    asked.written.extend(paths)
    data: dict[str, Any] = {
        "number": edition.numbering.number,
        "total": edition.numbering.total if title.counts(issue.value.series) else None,
        "label": label,
        "pages": rendered.room.pages,
        "signed": kept.signed,
    }
    last = acts[-1] if acts else None
    if last is not None and last.kind == "proof" and dict(last.data) == data:
        return last
    return Draft("proof", title.id, year, "", asked.by, issue.id, data=data)


def number_label(edition: Edition) -> str:
    """The number of an edition as its masthead shows it, in one line, without a topic: ``第13期（总第347期）``."""
    issue, numbering = edition.issue.value, edition.numbering
    return "".join(edition.title.number_lines(issue.day.year, numbering.number, numbering.total, issue.series))


def renumbered(acts: Sequence[Act], label: str) -> list[Fault]:
    """A warning where the last proof of an issue, among its acts, shows another number than this."""
    proofs = [act for act in acts if act.kind == "proof"]
    if not proofs or proofs[-1].data["label"] == label:
        return []
    message = f"清样印的是{proofs[-1].data['label']}，现为{label}：那个号已由别的期用去。"
    hint = "校对用的清样上的期号作废，以付印的为准；要核对，再出一次清样。"
    return [Fault("proof-number", "warning", Place(""), message, hint)]
