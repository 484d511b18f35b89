"""The use case of ``jianbao compare``: an issue's PDF beside the pages that LibreOffice makes of its DOCX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from builder import files, fonts, pdfium
from builder.comparison import Comparison, compared
from builder.render.child import Engines
from builder.settings import Workspace
from builder.soffice import Office
from builder.workflow.office_faces import faces
from builder.workflow.planning import Plan
from builder.workflow.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Compared:
    """One issue that was compared; ``files`` hold it in both formats, and LibreOffice's pages as ``libreoffice.pdf``."""

    id: str
    label: str
    files: Mapping[str, bytes]
    found: Comparison

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"id": self.id, "label": self.label, **self.found.as_dict()}

    def write(self, folder: Path) -> None:
        """The files below ``folder``, named by the issue.

        Raises:
            FileError: one cannot be written.
        """
        for suffix, data in self.files.items():
            files.write_inside(folder, folder / f"{self.id}.{suffix}", data)


def compare(
    plan: Plan, workspace: Workspace, engines: Engines | None = None, office: Office | None = None
) -> Iterator[Compared]:
    """Render each edition of the plan afresh and compare its formats, one after the other; nothing is written.

    ``engines`` and ``office`` are used and closed.

    Raises:
        RenderError: see ``Renderer.render``.
        ProgramMissing: LibreOffice or its Python is not installed.
        JianbaoError: LibreOffice cannot set a DOCX, or passed a limit.
    """
    advance = partial(fonts.advance, plan.fontset)
    with (
        office or Office(faces(plan.fontset)) as pages,
        Renderer(workspace.templates, plan.fontset, engines) as renderer,
    ):
        for edition, made in renderer.render_all(plan.editions):
            name = f"《{edition.title.data.name}》{''.join(made.view.data['报头']['期号行'])}"
            set_by_office = pages.pdf(made.files["docx"], f"{name} 的 DOCX")
            found = compared(made.view.data, pdfium.sheets(made.files["pdf"]), pdfium.sheets(set_by_office), advance)
            yield Compared(edition.issue.id, name, {**made.files, "libreoffice.pdf": set_by_office}, found)
