"""``jianbao template check`` and ``import``: templates judged without running them, then tried with a view that holds everything.

What the trial printed is read back and compared with that view, as ``build`` does with every issue: else text that
someone wrote into a template would be found only when an issue is due.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from builder import fonts, guard, publications
from builder.errors import Fault, FileError, InvalidContent, RenderError, UsageError, has_errors
from builder.files import read_most, sha256, within, write_atomic, write_inside, write_output
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.publications import Title
from builder.render import docx_template, specimen
from builder.render import view as view_module
from builder.render.child import Engines
from builder.settings import Workspace
from builder.workflow import deviating
from builder.workflow.checking import template_fault, template_faults
from builder.workflow.planning import ordered
from builder.workflow.presses import page_numbers


def check(workspace: Workspace, wanted: Sequence[str], engines: Engines) -> list[Fault]:
    """Every fault of the wanted publications' templates (none means all), ordered by place; nothing is written.

    A template that has a fault already is not tried; of one without errors every deviation from the layout is a warning.

    Raises:
        UsageError: an unknown publication.
    """
    titles, faults = publications.load(workspace.templates)
    folders = {path.parent.name for path in workspace.templates.glob("*/publication.yaml")}
    unknown = [name for name in wanted if name not in folders]
    if unknown:
        raise UsageError(f"没有刊物 {'、'.join(unknown)}。", f"可用：{'、'.join(sorted(folders))}。")
    faults = [f for f in faults if not wanted or not _of_another(f, folders.difference(wanted))]
    fontset = fonts.find(workspace.root)
    for title in titles.values():
        if not wanted or title.id in wanted:
            faults += _judged(workspace.templates, title, fontset, engines)
    return list(ordered(faults))


def take(workspace: Workspace, id_: str, file: Path, engines: Engines) -> tuple[list[Fault], Path | None]:
    """Put a Word template that was edited elsewhere into its publication's folder, once it has passed all of ``check``.

    Returns:
        What ``check`` warns of; and where the template before is kept, if it was one that the figures do not give again.

    Raises:
        InvalidContent: it has errors; the publication keeps the template that it has.
        UsageError: an unknown publication.
        FileError: the file cannot be read, or the template is open in another program or cannot be written.
    """
    titles, faults = publications.load(workspace.templates)
    if id_ not in titles:
        own = tuple(f for f in faults if not _of_another(f, set(titles)))
        if has_errors(own):
            raise InvalidContent(f"刊物 {id_} 的数据有错误。", "改正后重试。", own)
        raise UsageError(f"没有刊物 {id_}。", f"可用：{'、'.join(titles)}。")
    data, title = read_most(file, guard.MAX_BYTES), titles[id_]
    with tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True) as beside:
        found = _judged(_with(workspace.templates, Path(beside), id_, data), title, fonts.find(workspace.root), engines)
    told = list(ordered(replace(f, place=replace(f.place, file=_as_given(f.place.file, id_, file))) for f in found))
    if has_errors(told):
        raise InvalidContent(f"{file} 有错误，没有换上，原来的模板没有动。", "改正后重试。", tuple(told))
    return told, _replaced(workspace, title, data)


def _with(templates: Path, beside: Path, id_: str, data: bytes) -> Path:
    """The templates copied, one publication with another Word template."""
    for path in templates.glob("*/*"):
        if path.is_file() and within(path, templates.parent):
            write_atomic(beside / path.relative_to(templates), read_most(path, guard.MAX_BYTES))
    write_atomic(beside / id_ / "issue.docx", data)
    return beside


def _as_given(file: str, id_: str, given: Path) -> str:
    """The place of a fault in the file as the user named it."""
    own = f"templates/{id_}/issue.docx"
    return f"{given}{file.removeprefix(own)}" if file.startswith(own) else file


def _replaced(workspace: Workspace, title: Title, data: bytes) -> Path | None:
    """Write the template; the one before is kept where it cannot be made again. Where that is, or None."""
    path = workspace.templates / title.id / "issue.docx"
    before = read_most(path, guard.MAX_BYTES) if path.is_file() else b""
    kept = None
    if before not in (b"", data, docx_template.make(title.layout, title.data.model_dump(by_alias=True))):
        kept = workspace.root / "output" / "模板" / f"{title.id}-{sha256(before)[:8]}.docx"
        write_inside(workspace.root, kept, before)
    if fault := write_output(workspace.root, path, data):
        raise FileError(fault.message, fault.hint)
    return kept


def _judged(templates: Path, title: Title, fontset: fonts.FontSet, engines: Engines) -> list[Fault]:
    """Every fault of one publication's templates; they are tried where they have none."""
    found = template_faults(templates, [title], engines)
    if not has_errors(found):
        found += _try(templates, title, fontset, engines)
    if not has_errors(found):
        found += deviating.deviations(templates, title, fontset, engines)
    return found


def _of_another(fault: Fault, others: set[str]) -> bool:
    return any(fault.place.file.startswith(f"templates/{name}/") for name in others)


def _try(templates: Path, title: Title, fontset: fonts.FontSet, engines: Engines) -> list[Fault]:
    """Both files of the specimen, under the limits of every render, and what they printed."""
    # Not as a 清样: a layout that is older than these prints everything else.
    view = {**specimen.view(title.id, title.layout, fontset.families()), "清样": None}
    tried = {
        "issue.docx": (engines.docx(templates, view, specimen.PHOTOS), docx_reader.differences),
        "issue.typ": (engines.pdf(templates, fontset.paths, view, specimen.PHOTOS), _paper_differences),
    }
    faults = []
    for name, (coming, differences) in tried.items():
        file = f"templates/{title.id}/{name}"
        try:
            faults += [template_fault(file, _other_text(told)) for told in differences(view, coming.result())[:1]]
        except RenderError as error:
            faults.append(template_fault(file, error))
    return faults


def _paper_differences(view: Mapping[str, Any], pdf: bytes) -> list[str]:
    """As ``build`` compares: 要目 shows the pages where the titles came to stand, or none in a short issue.

    Raises:
        RenderError: the template made other bookmarks than titles and annexes.
    """
    read = pdf_reader.read_back(pdf, view)
    numbers: dict[str, int | str] = {**page_numbers(view, read.outline)}
    if len(read.pages) < view["版式"]["要目"]["页码起"]:
        numbers = dict.fromkeys(numbers, "")
    return pdf_reader.differences(view_module.numbered(view_module.View(view, {}), numbers).data, read)


def _other_text(difference: str) -> RenderError:
    hint = "从模板里删去自己加的字，补上删去的标记；固定的字写在 publication.yaml 里。"
    return RenderError(f"试排的文字与数据不一致：{difference}。", hint)
