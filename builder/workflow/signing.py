"""送审, 审核, 签发, 退回, 签发后的非实质性改动: what is done to an issue before 付印, each recorded as one act."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from builder import files, forms, signoff
from builder.compose import Edition
from builder.errors import Fault, InvalidContent, Place, UsageError, has_errors
from builder.fonts import FontSet
from builder.records import Act
from builder.register import Turn
from builder.render.child import Engines
from builder.render.printing import Printing
from builder.settings import Workspace
from builder.signoff import Change, Standing, version_name
from builder.words import plain_title
from builder.workflow.cases import (
    Case,
    Done,
    altered,
    day_differs,
    decide,
    draft,
    freeze,
    look,
    read,
    refuse,
    signed_data,
    still,
    unmoved,
    year_closed,
)
from builder.workflow.forms import approval_pdf
from builder.workflow.payload import Frozen, frozen, payload, sources
from builder.workflow.planning import compose_issue, ordered
from builder.workflow.reasons import as_line
from builder.workflow.recording import Desk, Draft, record
from builder.workflow.rendering import Rendered, Renderer
from builder.workflow.repeats import published_before

_SHOWN = (("issue.pdf", ".pdf"), ("issue.docx", ".docx"), ("sheet.pdf", "-签批单.pdf"))  # of a version's bag


@dataclass(frozen=True, slots=True)
class Paper:
    """A sign-off on paper: the day written there; the scan as (name in the bag, bytes), None where it is still to come."""

    day: date
    scan: tuple[str, bytes] | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """What was changed since 签发 (the issue as it is now: ``kept``), and what stands against it."""

    seen: Standing
    edition: Edition
    kept: Frozen
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]


def submit(desk: Desk, case: Case, fontset: FontSet, engines: Engines) -> Done:
    """送审: composed, checked and rendered; frozen as the next version, with its 签批单.

    What is unchanged since the version in hand is that version, not a new one; after 退回 it is a new one.

    Raises:
        InvalidContent: errors of the issue or its pages, or the post may not.
        Conflict: somebody else acted, or changed the files, meanwhile.
        RenderError, FileError: see ``Renderer.render`` and ``recording.record``.
    """
    seen = read(desk, case.name)
    refuse(case.why_not(seen, "submit"))
    edition, faults = _checked(case, fontset)
    if blanks := tuple(replace(fault, severity="error") for fault in faults if fault.code == "placeholder"):
        raise InvalidContent("还有没有填的地方，没有送审。", "填好再送审：付印时同样会拦下来，签发就白签了。", blanks)
    kept = frozen(edition, case.opened.workspace)
    if seen.submit is not None and seen.returned is None and kept.signed == (seen.signed or seen.submitted):
        return Done(seen.submit, True, faults)
    repeated = published_before(case.opened, [case.name]).get(case.name, [])
    name = version_name(seen.version + 1)
    made, warnings = _rendered(case, edition, name, fontset, engines)
    sheet = forms.approval_sheet(edition, name, _today(desk), made.room.pages, kept.signed)
    bag = {**payload(made.files, made.view.data, kept), "sheet.pdf": approval_pdf(sheet, fontset, engines)}
    still(case, edition, kept)

    def prepare(turn: Turn) -> Draft | Act:
        now = look(turn, case.name)
        unmoved(desk.store, case, seen, now, turn)
        refuse(case.why_not(now, "submit") or year_closed(turn, case.issue))
        return draft(case, "submit", now, _version(now, edition, made, kept), bag)

    return Done(record(desk, prepare), False, (*faults, *repeated, *warnings))


def write_version(desk: Desk, workspace: Workspace, act: Act) -> tuple[list[str], list[Fault]]:
    """A version's PDF, DOCX and 签批单 beside the drafts, for printing; paths below the workspace, and what was not written.

    Raises:
        FileError: its bag is damaged.
    """
    base = workspace.drafts / act.publication / act.issue
    written, faults = [], []
    for name, suffix in _SHOWN:
        path = base.parent / f"{base.name}-{version_name(int(act.data['version']))}{suffix}"
        fault = files.write_output(workspace.root, path, desk.store.read(act, name))
        if fault is None:
            written.append(path.relative_to(workspace.root).as_posix())
        else:
            faults.append(replace(fault, severity="warning"))
    return written, faults


def review(desk: Desk, case: Case) -> Done:
    """审核 of the version in hand.

    Raises:
        InvalidContent, Conflict: see ``cases.decide``.
    """
    return decide(desk, case, "review", lambda now: ({"version": now.version}, {}), serial=case.by)


def return_(desk: Desk, case: Case, reason: str) -> Done:
    """退回 with a reason: what was reviewed or signed counts no more.

    Raises:
        UsageError: no reason.
        InvalidContent, Conflict: see ``cases.decide``; after 付印 nothing is returned.
    """
    told = as_line(reason)
    if not told:
        raise UsageError("没有写明退回的理由。", "加 --理由 文字。")
    return decide(desk, case, "return", lambda now: ({"version": now.version, "reason": told}, {}))


def sign(desk: Desk, case: Case, paper: Paper | None = None, typed: str = "") -> Done:
    """签发 of the version in hand, here or on paper; ``typed`` is the post that types in what stands on paper.

    Raises:
        InvalidContent: not reviewed, signed already, or the post may not.
        Conflict: the files have changed since the version was submitted; see ``cases.decide``, too.
    """
    if paper is not None:
        refuse(signoff.may_type(typed, case.opened.library.office.value))
    day = paper.day if paper else _today(desk)
    scan = paper.scan if paper else None
    seen = read(desk, case.name)
    kept = freeze(case) if case.why_not(seen, "sign") is None else None

    def making(now: Standing) -> tuple[dict[str, Any], dict[str, bytes]]:
        assert now.submit is not None
        if kept is not None and kept.signed != now.submitted:
            raise altered(desk.store, now.submit, kept)
        if paper is None and now.sign is not None:  # the same again, perhaps on another day
            return dict(now.sign.data), {}
        data = {
            "version": now.version,
            "signed": now.submitted,
            "day": day.isoformat(),
            "paper": paper is not None,
            "scan": scan[0] if scan else "",
        }
        return data, dict([scan] if scan else [])

    faults = _day_faults(case, seen, day, _today(desk))
    if has_errors(faults):
        raise InvalidContent("没有办理，什么也没有登记。", "", tuple(faults))
    if paper is not None and scan is None:
        faults.append(_unscanned(case))
    return replace(decide(desk, case, "sign", making, typed=typed, seen=seen), faults=tuple(faults))


def add_scan(desk: Desk, case: Case, scan: tuple[str, bytes]) -> Done:
    """The scan of a paper sign-off that comes later, also after 付印.

    Raises:
        InvalidContent, Conflict: see ``cases.decide``.
    """
    return decide(desk, case, "scan", lambda now: ({"version": now.version, "scan": scan[0]}, dict([scan])))


def examine(desk: Desk, case: Case, fontset: FontSet) -> Amendment:
    """What was changed since 签发, earlier amendments counted in. Nothing is recorded.

    Raises:
        InvalidContent: it is not signed, or has errors.
    """
    seen = read(desk, case.name)
    refuse(signoff.out_of_order(seen, "amend"))
    edition, _ = _checked(case, fontset)
    kept = frozen(edition, case.opened.workspace)
    if kept.signed == seen.signed:
        return Amendment(seen, edition, kept, (), ())
    last = seen.amendments[-1] if seen.amendments else seen.submit
    assert last is not None
    found = signoff.changes(signed_data(desk.store, last), kept.signed_data)
    return Amendment(seen, edition, kept, found, tuple(signoff.substantive(found, case.opened.library.office.value)))


def amend(desk: Desk, case: Case, reason: str, typed: str, found: Amendment) -> Done:
    """非实质性改动 after 签发, checked by the post ``case.by`` (复核人) and made by another, ``typed``; the sign-off stays.

    The words that were changed go into the bag (``changes.json``), never into the record.

    Raises:
        UsageError: no reason.
        InvalidContent: nothing changed, a change of substance, or one of the posts may not.
        Conflict: see ``cases.decide``.
    """
    told = as_line(reason)
    if not told:
        raise UsageError("没有写明改动的理由。", "写在 --非实质 后面，如 --非实质 改正错别字。")
    seen, kept = found.seen, found.kept
    if not found.changes:
        if seen.amendments and seen.amendments[-1].by == case.by:
            return Done(seen.amendments[-1], True)
        hint = "改好稿件再登记。"
        refuse(Fault("amend-nothing", "error", case.issue.place(), "稿件与签发的一样，没有改动。", hint))
    refuse(case.why_not(seen, "amend") or _not_by_another(case, typed))
    if found.faults:
        raise InvalidContent("有实质性修改，没有登记。", "照上面的提示办。", found.faults)
    still(case, found.edition, kept)

    def making(now: Standing) -> tuple[dict[str, Any], dict[str, bytes]]:
        data = {
            "version": now.version,
            "reason": told,
            "signed": kept.signed,
            "changes": [change.where for change in found.changes],
        }
        return data, _amended(found)

    return decide(desk, case, "amend", making, str(len(seen.amendments) + 1), typed, seen)


def _amended(found: Amendment) -> dict[str, bytes]:
    """The bag of an amendment: what was changed, what is signed by now, and the sources as they are."""
    words = [{"处": change.where, "原": change.old, "改": change.new} for change in found.changes]
    text = json.dumps(words, ensure_ascii=False, indent=1) + "\n"
    return {"changes.json": text.encode(), "signed.json": found.kept.record, **sources(found.kept)}


def _checked(case: Case, fontset: FontSet) -> tuple[Edition, tuple[Fault, ...]]:
    """The issue composed and checked, and its warnings.

    Raises:
        InvalidContent: it has errors.
    """
    composition = compose_issue(case.opened, case.name, fontset)
    if composition.edition is None:
        raise InvalidContent("稿件有错误，没有办理。", "改正后再办。", ordered(composition.faults))
    return composition.edition, ordered(composition.faults)


def _rendered(
    case: Case, edition: Edition, version: str, fontset: FontSet, engines: Engines
) -> tuple[Rendered, tuple[Fault, ...]]:
    """The issue's files, every page marked with the version's name, and what its pages are warned of.

    Raises:
        InvalidContent: its pages do not keep their budget.
    """
    printing = Printing(proof=version)  # leaders write on the printed pages: each is known as this version's
    made = Renderer(case.opened.workspace.templates, fontset, engines, printing).render(edition)
    found = (*((made.verdict.fault,) if made.verdict else ()), *made.faults)
    if has_errors(found):
        raise InvalidContent("版面不合要求，没有送审。", "照上面的提示改好再送审。", found)
    return made, found


def _version(now: Standing, edition: Edition, made: Rendered, kept: Frozen) -> dict[str, Any]:
    titles = [plain_title(piece.title) for piece in edition.pieces if piece.title]
    return {
        "version": now.version + 1,
        "signed": kept.signed,
        "title": "；".join(titles),
        "pages": made.room.pages,
        "name": edition.title.data.name,
    }


def _not_by_another(case: Case, typed: str) -> Fault | None:
    """A change is made by one post and checked by another."""
    office = case.opened.library.office.value
    if typed == case.by:
        message = f"改动的和复核的都是“{typed}”。"
        return Fault("post-author", "error", Place(""), message, "--as 写改动的职务，--复核人 写另一个职务。")
    return signoff.may("submit", typed, office)


def _today(desk: Desk) -> date:
    return desk.now().date()


def _day_faults(case: Case, seen: Standing, day: date, today: date) -> list[Fault]:
    """What is odd about the day of a sign-off."""
    place, faults = case.issue.place("日期"), []
    if day > today:
        faults.append(Fault("sign-day", "error", place, f"签发日期 {day} 还没有到。", "核对签批单上的日期。"))
    elif seen.submit is not None and day.isoformat() < seen.submit.at[:10]:
        message = f"签发日期 {day} 早于送审（{seen.submit.at[:10]}）。"
        faults.append(Fault("sign-day-early", "warning", place, message, "核对签批单上的日期；确实如此不用改。"))
    return [*faults, *day_differs(case.issue, day.isoformat())]


def _unscanned(case: Case) -> Fault:
    hint = f"扫描签批单后补上：jianbao sign {case.name} --补扫描件 文件。"
    return Fault("scan-missing", "warning", case.issue.place(), "纸上签发，还没有扫描件。", hint)
