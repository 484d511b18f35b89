"""The sample issues have the same page map in both formats: as many pages, and titles, tables and annexes on the same ones."""

from __future__ import annotations

import pytest

from builder import pdfium
from builder.fonts import FontSet
from builder.pdfium import Sheet
from builder.settings import Workspace
from builder.workflow import opening, planning
from builder.workflow.rendering import Renderer
from tests.elements.conftest import ROOT, Words, lines

ISSUES = sorted(p.stem for p in (ROOT / "content" / "issues").rglob("*.yaml"))


@pytest.mark.parametrize("name", ISSUES)
def test_titles_tables_and_annexes_begin_on_the_same_pages(
    renderer: Renderer, fontset: FontSet, convert: Words, name: str
) -> None:
    opened = opening.open_workspace(Workspace(ROOT))
    edition = planning.compose_issue(opened, f"2026/{name}", fontset).edition
    assert edition is not None
    rendered = renderer.render(edition)
    data = rendered.view.data
    blocks = [*data["内容"], *(b for annex in data["附件"] for b in annex["内容"])]
    marks = [b["行"][-1] for b in data["内容"] if b["类"] == "标题"]
    marks += [annex["题行"][-1] for annex in data["附件"]]
    marks += [b["题"] for b in blocks if b["类"] == "表" and b["题"]]
    sheets = pdfium.sheets(rendered.files["pdf"]), convert(rendered.files["docx"])
    assert len(sheets[0]) == len(sheets[1])
    assert [_pages(sheets[0], mark) for mark in marks] == [_pages(sheets[1], mark) for mark in marks]
    assert all(_pages(sheets[0], mark) for mark in marks)


def _pages(sheets: tuple[Sheet, ...], mark: str) -> list[int]:
    """The pages with a line that is ``mark`` and nothing else."""
    wanted = "".join(mark.split())
    return [n for n, sheet in enumerate(sheets, 1) if any(each.text == wanted for each in lines(sheet))]
