"""``jianbao template check``: templates judged without running them, then tried with a view that holds everything.

What the trial printed is read back and compared with that view, as ``build`` does with every issue: else text that
someone wrote into a template would be found only when an issue is due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from builder import fonts, publications
from builder.errors import Fault, RenderError, UsageError, has_errors
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.publications import Title
from builder.render import specimen
from builder.render import view as view_module
from builder.render.child import Engines
from builder.settings import Workspace
from builder.workflow import ordered, page_numbers, template_fault, template_faults


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
