"""Issues built from content as editors write it, and their pages measured: the PDF, and the DOCX as LibreOffice sets it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from builder import pdfium
from builder.errors import Fault
from builder.fonts import FontSet
from builder.pdfium import Glyph, Sheet
from builder.render.template.styles import FONTS
from builder.settings import Workspace
from builder.soffice import FaceFile, Office
from builder.workflow import opening, planning
from builder.workflow.rendering import Rendered, Renderer

ROOT = Path(__file__).resolve().parents[2]
OFFICE = """\
名称: 中共临澜市委办公室
编印单位: {ducha-tongbao: 中共临澜市委督查室}
分发组:
  - {组: 县区, 名称: 各县（区）委, 份数: 20}
  - {组: 常委, 名称: 市委常委, 份数: 11}
分发名单:
  gongzuo-xinxi: {报: [常委], 发: [县区], 存档: 2, 备用: 3}
  ducha-kuaixun: {报: [常委], 发: [县区], 存档: 2, 备用: 3}
  ducha-tongbao: {报: [常委], 发: [县区], 存档: 2, 备用: 3}
"""
ISSUE = "content/issues/one.yaml"
Words = Callable[[bytes], tuple[Sheet, ...]]


@dataclass(frozen=True)
class Line:
    """A line of text: its baseline in mm from the top of the sheet, its glyphs from the left."""

    y: float
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(g.text for g in self.glyphs)

    @property
    def left(self) -> float:
        return self.glyphs[0].x

    @property
    def right(self) -> float:
        return max(g.right for g in self.glyphs)

    @property
    def centre(self) -> float:
        """Between the boxes of the first and the last full-width character."""
        return (self.glyphs[0].x + self.glyphs[-1].x + self.glyphs[-1].size * 25.4 / 72) / 2


def lines(sheet: Sheet) -> list[Line]:
    """The lines of a page from the top, those of the page number among them."""
    found: list[list[Glyph]] = []
    for glyph in sorted((g for g in sheet.glyphs if g.text.strip()), key=lambda g: g.baseline):
        if found and glyph.baseline - found[-1][0].baseline < 1.5:
            found[-1].append(glyph)
        else:
            found.append([glyph])
    rows = (sorted(row, key=lambda g: g.x) for row in found)
    return [Line(row[0].baseline, tuple(row)) for row in rows]


def line(sheet: Sheet, text: str) -> Line:
    """The only line of a page that has ``text`` in it."""
    [one] = [each for each in lines(sheet) if text in each.text]
    return one


def page_of(sheets: tuple[Sheet, ...], text: str) -> int:
    """The page, from 1, with the only line that has ``text`` in it."""
    [page] = [n for n, sheet in enumerate(sheets, 1) if any(text in each.text for each in lines(sheet))]
    return page


@dataclass
class Made:
    """One issue, as built; ``pdf`` and ``word`` are its pages in either format."""

    rendered: Rendered
    faults: tuple[Fault, ...]
    convert: Words

    @cached_property
    def pdf(self) -> tuple[Sheet, ...]:
        return pdfium.sheets(self.rendered.files["pdf"])

    @cached_property
    def word(self) -> tuple[Sheet, ...]:
        return self.convert(self.rendered.files["docx"])

    @property
    def outline(self) -> tuple[tuple[str, int], ...]:
        """Titles and annexes of the PDF with their pages."""
        return pdfium.texts(self.rendered.files["pdf"])[1]

    @property
    def both(self) -> tuple[tuple[Sheet, ...], tuple[Sheet, ...]]:
        return self.pdf, self.word


Build = Callable[..., Made]


@pytest.fixture(scope="session")
def convert(soffice: str, fontset: FontSet) -> Iterator[Words]:
    """The pages that LibreOffice makes of a DOCX, official fonts replaced by those of the PDF."""
    faces = [FaceFile(f.file, f.index, f.weight, (FONTS[role],)) for role, f in fontset.faces.items() if role in FONTS]
    with Office(faces) as office:
        yield lambda docx: pdfium.sheets(office.pdf(docx, "issue.docx"))


@pytest.fixture(scope="session")
def renderer(fontset: FontSet) -> Renderer:
    return Renderer(ROOT / "templates", fontset)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Workspace]:
    """``write(issue, {file: text or bytes})``: a workspace with one issue."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    for name in ("items", "issues", "findings"):
        (tmp_path / "content" / name).mkdir(parents=True)

    def make(issue: str, files: Mapping[str, str | bytes] | None = None) -> Workspace:
        for name, text in {"content/office.yaml": OFFICE, ISSUE: issue, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Workspace(tmp_path)

    return make


@pytest.fixture
def build(
    write: Callable[..., Workspace], fontset: FontSet, request: pytest.FixtureRequest, renderer: Renderer
) -> Build:
    """``build(issue, files)``: the issue rendered with the templates of the workspace."""

    def make(issue: str, files: Mapping[str, str | bytes] | None = None) -> Made:
        workspace = write(issue, files)
        opened = opening.open_workspace(workspace)
        planned = planning.compose_issue(opened, "one", fontset)
        assert planned.edition is not None, planned.faults
        own = any(name.startswith("templates/") for name in files or {})
        if own:
            with Renderer(workspace.templates, fontset) as one:
                rendered = one.render(planned.edition)
        else:
            rendered = renderer.render(planned.edition)
        return Made(rendered, (*planned.faults,), lambda docx: request.getfixturevalue("convert")(docx))

    return make
