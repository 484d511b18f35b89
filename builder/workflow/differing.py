"""The use case of ``jianbao diff``: a Word file that hands have edited against the issue that it is a copy of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder import redline
from builder.archive.store import Store
from builder.compose import Edition
from builder.errors import Fault, InvalidContent, Place
from builder.fonts import FontSet
from builder.model import Act
from builder.redline import Change, Word
from builder.redline.matching import equal
from builder.render import word_stamp
from builder.render.child import Engines
from builder.render.origins import Printed, of_view, origins
from builder.signoff import standing, version_name
from builder.workflow.finding import meant, printings
from builder.workflow.opening import Opened
from builder.workflow.planning import compose_issue
from builder.workflow.registered import consulted
from builder.workflow.rendering import Renderer

_LEAST = 0.3  # of the text that a copy of the issue must have in common with it


@dataclass(frozen=True, slots=True)
class Baseline:
    """What an edited file is held against: its DOCX and what that prints.

    ``name`` is what an editor calls it; ``current``: it is the issue as its files are now.
    """

    name: str
    docx: bytes
    view: Mapping[str, Any]
    printed: tuple[Printed, ...]
    current: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """All that the hand changed. ``label`` is the issue's name; ``faults`` are warnings about the file itself."""

    issue: str
    label: str
    baseline: Baseline
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...]


def differ(
    opened: Opened, name: str, document: bytes, called: str, fontset: FontSet, engines: Engines, version: int = 0
) -> Difference:
    """What was changed in ``document``, a DOCX that messages call ``called``, against the issue ``name`` (an id).

    It is held against the version submitted as ``version``; with 0 against the issue as published, or else as its files
    are now, rendered. Nothing is written.

    Raises:
        InvalidContent: the file is hostile, damaged or no DOCX, or is none of this issue's; the issue has errors; there is
            no such version.
        RenderError: the issue cannot be rendered.
        FileError, UsageError: register or archive cannot be read.
    """
    edited = redline.read(document, called)
    acts = _acts(opened, name)
    submitted = [act for act in acts if act.kind == "submit"]
    against = _baseline(opened, name, acts, fontset, engines, version)
    rendered = redline.read(against.docx, against.name)
    edition = compose_issue(opened, name, fontset).edition
    found = redline.compare(rendered, against.printed, edited, edition.vocabulary if edition else ())
    if found.common < _LEAST:
        message = f"与这一期（{against.name}）相同的文字只有{found.common:.0%}，像是另一期的 Word。"
        hint = "核对期名和文件；要比的是较早的送审稿，加 --版本 数。"
        raise InvalidContent("没有比较。", "", (Fault("diff-other", "error", Place(called), message, hint),))
    store = Store(opened.workspace.archive)
    faults = _stamped(edited, against, submitted, store, called) if found.changes else []
    label = f"《{against.view['报头']['刊名'] or against.view['刊物']}》{''.join(against.view['报头']['期号行'])}"
    return Difference(name, label, against, found.changes, tuple(faults))


def issue_meant(opened: Opened, typed: str) -> str:
    """The id of the issue that was meant, by its file's name or, once it is published, its printed number (第47期).

    Raises:
        InvalidContent: there is none, or the file of a published one is gone.
    """
    name, act = meant(opened, typed)
    if act is not None:
        hint = f"从归档的 output/archive/{act.folder}/data/sources 恢复后再比较。"
        raise InvalidContent(f"{act.data['label']}的稿件不在了，没有比较。", hint)
    return name


def baseline(opened: Opened, name: str, fontset: FontSet, engines: Engines, version: int = 0) -> Baseline:
    """What a file of the issue ``name`` (an id) is held against: see ``differ``, also for what is raised."""
    return _baseline(opened, name, _acts(opened, name), fontset, engines, version)


def _acts(opened: Opened, name: str) -> list[Act]:
    """The acts on the issue, its printings again among them; none where there is no register."""
    with consulted(opened.workspace, opened.library.office.value) as now:
        if now is None:
            return []
        found = list(now.acts(issue=name))
        published = standing(found).publish
        return found + ([act for act in printings(now, published) if act not in found] if published else [])


def _baseline(
    opened: Opened, name: str, acts: Sequence[Act], fontset: FontSet, engines: Engines, version: int
) -> Baseline:
    """What the file is held against (see ``differ``)."""
    composition = compose_issue(opened, name, fontset)
    store = Store(opened.workspace.archive)
    if version:
        act = next((a for a in acts if a.kind == "submit" and a.data["version"] == version), None)
        if act is None:
            latest = standing(acts).version
            known = f"现在是{version_name(latest)}" if latest else "还没有送审"
            raise InvalidContent(f"没有{version_name(version)}，{known}。", "用 jianbao log 期 看办理经过。")
        return _archived(store, act, version_name(version), composition.edition)
    printed = [act for act in acts if act.kind in ("publish", "reprint")]
    if printed and standing(acts).publish is not None:
        return _archived(store, printed[-1], "付印的一期", composition.edition)
    if composition.edition is None:
        raise InvalidContent("稿件有错误，没有比较。", "改正后重试。", composition.faults)
    made = Renderer(opened.workspace.templates, fontset, engines).render(composition.edition)
    view = made.view.data
    return Baseline("现在的稿件", made.files["docx"], view, origins(composition.edition, view), True)


def _archived(store: Store, act: Act, name: str, edition: Edition | None) -> Baseline:
    """What an act put into the archive; its texts have the places of those that the files still say.

    Raises:
        FileError: its bag is damaged.
    """
    view = json.loads(store.read(act, "view.json"))
    return Baseline(name, store.read(act, "issue.docx"), view, _placed(of_view(view), edition), False)


def _placed(printed: Sequence[Printed], edition: Edition | None) -> tuple[Printed, ...]:
    """Archived texts with the places where the entries say the same now, as far as they do."""
    if edition is None:
        return tuple(printed)
    from builder.render import view  # what the files print now

    now = origins(edition, view.build(edition, {}).data)
    found = list(printed)
    for i, j in equal([(p.kind, p.text) for p in printed], [(p.kind, p.text) for p in now]):
        found[i] = replace(now[j], where=printed[i].where)
    return tuple(found)


def _stamped(edited: Word, baseline: Baseline, submitted: Sequence[Act], store: Store, called: str) -> list[Fault]:
    """A warning where the file was made of other texts than those that it is held against."""
    if edited.stamp == word_stamp.stamp(baseline.view):
        return []
    if not edited.stamp:
        message = "无法确认这份 Word 按哪一版稿件生成：文件里没有系统写的标记。"
        hint = "稿件后来改过的地方，也会列成 Word 里的改动，请逐处核对。"
        return [Fault("diff-unstamped", "note", Place(called), message, hint)]
    for act in reversed(submitted):
        if word_stamp.stamp(json.loads(store.read(act, "view.json"))) == edited.stamp:
            version = int(act.data["version"])
            message = f"这份 Word 是按{version_name(version)}生成的，比的是{baseline.name}。"
            hint = f"要看在{version_name(version)}上改了什么，加 --版本 {version}。"
            return [Fault("diff-older", "warning", Place(called), message, hint)]
    message = f"这份 Word 是按较早的稿件生成的，比的是{baseline.name}。"
    hint = "稿件后来改过的地方，会列成 Word 里改回去的改动，请逐处核对；最好重新生成 DOCX，再在上面改。"
    return [Fault("diff-older", "warning", Place(called), message, hint)]
