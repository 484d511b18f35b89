"""The use cases of ``jianbao check``: every fault of a workspace; files put right (``--fix``)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from builder import content, files
from builder.errors import Fault, Place, RenderError
from builder.publications import Title
from builder.render.child import Engines
from builder.settings import Workspace
from builder.workflow.opening import open_workspace
from builder.workflow.planning import ordered, plan


def check(workspace: Workspace, engines: Engines) -> list[Fault]:
    """Every fault of every file of the workspace, the templates in use among them, ordered by place."""
    opened = open_workspace(workspace)
    used = {issue.value.publication for issue in opened.library.issues.values()}
    titles = [title for name, title in opened.titles.items() if name in used]
    return list(ordered([*plan(opened, ()).faults, *template_faults(workspace.templates, titles, engines)]))


def template_faults(templates: Path, titles: Iterable[Title], engines: Engines) -> list[Fault]:
    """What is wrong with the templates of publications, as far as that can be seen without running them."""
    faults: list[Fault] = []
    for title in titles:
        try:
            faults += engines.check(templates, title.id, title.layout)
        except RenderError as error:
            faults.append(template_fault(f"templates/{title.id}/issue.docx", error))
    return list(dict.fromkeys(faults))


def template_fault(name: str, error: RenderError) -> Fault:
    """A template that failed, as a fault of its file."""
    return Fault("template-render", "error", Place(name), error.message, error.hint)


def fix(workspace: Workspace) -> tuple[list[content.Fix], list[Fault]]:
    """Rewrite the content files that can be put right (``content.fixes``), one after the other, each atomically.

    Returns the files rewritten, a warning for each that had better be left, and an error for each that cannot be
    written. A file that someone else saved or took away meanwhile is not touched.
    """
    found, faults = content.fixes(workspace.root)
    written: list[content.Fix] = []
    for one in found:
        target = Path(os.path.realpath(one.path))  # a link stays a link
        try:
            if target.read_bytes() != one.before:
                continue
        except OSError:
            continue
        if fault := files.write_output(workspace.root, target, one.after):
            faults.append(replace(fault, place=Place(one.file)))
        else:
            written.append(one)
    return written, faults
