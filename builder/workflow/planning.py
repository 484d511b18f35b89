"""What is going to be rendered: issues composed and checked. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from builder import fonts
from builder.checks import check as check_edition
from builder.checks.layout import pre_printed_name
from builder.compose import Composition, Edition, compose
from builder.errors import Fault, Place, has_errors
from builder.fonts import FontSet
from builder.render.printing import ORDINARY, Printing
from builder.workflow.opening import Opened, issue_ids
from builder.workflow.printed import printed_otherwise
from builder.workflow.repeats import published_before


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``build`` is going to render: editions without errors, ids of the issues that have some, and every fault."""

    editions: tuple[Edition, ...]
    left_out: tuple[str, ...]
    faults: tuple[Fault, ...]
    fontset: FontSet


def plan(opened: Opened, chosen: Sequence[str], printing: Printing = ORDINARY) -> Plan:
    """Compose and check the chosen issues (ids; none means all). Nothing is written.

    With a choice, faults are those of the chosen issues, of the files they stand on and of what all issues share.
    """
    fontset = fonts.find(opened.workspace.root)
    ids = chosen or sorted(issue_ids(opened.library))
    faults: list[Fault] = [f for f in opened.faults if not chosen or shared(f)]
    editions: list[Edition] = []
    for name in ids:
        composition = compose_issue(opened, name, fontset, printing)
        faults += composition.faults
        if composition.edition is not None:
            editions.append(composition.edition)
    faults += [fault for found in published_before(opened, ids).values() for fault in found]
    faults += printed_otherwise(opened, editions)
    done = {e.issue.id for e in editions}
    return Plan(tuple(editions), tuple(i for i in ids if i not in done), ordered(faults), fontset)


def compose_issue(opened: Opened, name: str, fontset: FontSet, printing: Printing = ORDINARY) -> Composition:
    """One issue composed and checked for a printing, with the faults of the files it stands on; no edition with an error."""
    issue = opened.library.issues.get(name)
    if issue is None:
        files = opened.library.with_tables([f"content/issues/{name}.yaml"])
        return Composition(None, tuple(f for f in opened.faults if f.place.file in files), files)
    composition = compose(opened.library, issue, opened.titles, opened.numbers)
    faults = [f for f in opened.faults if f.place.file in composition.files]
    faults += composition.faults
    if composition.edition is not None:
        faults += check_edition(composition.edition, fontset)
        if printing.overprint:
            faults += pre_printed_name(composition.edition)
    return Composition(None if has_errors(faults) else composition.edition, tuple(faults), composition.files)


def shared(fault: Fault) -> bool:
    """Whether a fault concerns all issues: it stands in what they have in common."""
    return fault.place.file.startswith("templates") or fault.place.file in ("content/office.yaml", "登记簿")


def ordered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By file, line and column; each fault once."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda f: (f.place, f.code, f.message)))


def font_notes(fontset: FontSet) -> list[Fault]:
    """A draft with substitute fonts says so."""
    substitutes = fontset.substitutes()
    if not substitutes:
        return []
    told = "、".join(f"{role}→{face.family}" for role, face in substitutes.items())
    message = f"PDF 用了代用字体：{told}；DOCX 写的是正式字体名。"
    return [Fault("substitute-font", "note", Place("字体"), message, "安装正式字体，或放入工作区的 fonts 文件夹。")]
