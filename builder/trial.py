"""``jianbao template check``: templates judged without running them, then tried with a view that holds everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from builder import fonts, publications
from builder.errors import Fault, RenderError, UsageError, has_errors
from builder.publications import Title
from builder.render import specimen
from builder.render.child import Engines
from builder.settings import Workspace
from builder.workflow import ordered, template_fault, template_faults


def check(workspace: Workspace, wanted: Sequence[str], engines: Engines) -> list[Fault]:
    """Every fault of the wanted publications' templates (none means all), ordered by place; nothing is written.

    A template that has a fault already is not tried.

    Raises:
        UsageError: an unknown publication.
    """
    titles, faults = publications.load(workspace.templates)
    folders = {path.parent.name for path in workspace.templates.glob("*/publication.yaml")}
    unknown = [name for name in wanted if name not in folders]
    if unknown:
        raise UsageError(f"没有刊物 {'、'.join(unknown)}。", f"可用：{'、'.join(sorted(folders))}。")
    faults = [f for f in faults if not wanted or not _of_another(f, folders.difference(wanted))]
    families = fonts.find(workspace.root)
    for title in titles.values():
        if not wanted or title.id in wanted:
            found = template_faults(workspace.templates, [title], engines)
            faults += found if has_errors(found) else _try(workspace.templates, title, families, engines)
    return list(ordered(faults))


def _of_another(fault: Fault, others: set[str]) -> bool:
    return any(fault.place.file.startswith(f"templates/{name}/") for name in others)


def _try(templates: Path, title: Title, fontset: fonts.FontSet, engines: Engines) -> list[Fault]:
    """Both files of the specimen, under the limits of every render."""
    view = specimen.view(title.id, title.layout, fontset.families())
    tried = {
        "issue.docx": engines.docx(templates, view, specimen.PHOTOS),
        "issue.typ": engines.pdf(templates, fontset.paths, view, specimen.PHOTOS),
    }
    faults = []
    for name, coming in tried.items():
        try:
            coming.result()
        except RenderError as error:
            faults.append(template_fault(f"templates/{title.id}/{name}", error))
    return faults
