"""The figures of converting can be taken, and every file is there, with a LibreOffice killed in between, too."""

from __future__ import annotations

from pathlib import Path

from tests.bench import office


def test_every_figure_is_taken(uno: str, tmp_path: Path) -> None:
    figures = list(office.figures(tmp_path, 6))
    assert [figure.unit for figure in figures] == ["s"] * 3
    assert all(figure.value > 0 for figure in figures)
    assert figures[0].note == f"{office.PAGES} pages each"
