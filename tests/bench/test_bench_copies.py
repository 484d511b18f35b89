"""The measurement of copies, on a few of them: it makes what it says it measures."""

from __future__ import annotations

from pathlib import Path

from builder import fonts
from builder.measure import pdf
from tests.bench import copies


def test_a_small_run_makes_every_copy_of_four_pages_and_scales_its_target(
    tmp_path: Path, fontset: fonts.FontSet
) -> None:
    found = list(copies.figures(tmp_path, fontset, 20, 1))
    assert [figure.name for figure in found] == ["20 copies", "20 copies with 收件方行", "20 booklets"]
    assert all("4 pages each" in figure.note for figure in found)
    assert all(figure.value > 0 and figure.target == 0.6 for figure in found)
    made = sorted((tmp_path / "copies-0/output/copies/gongzuo-xinxi/2026/many").glob("*.pdf"))
    assert [path.name[:6] for path in made] == [f"{n:06d}" for n in range(1, 21)]
    assert len(pdf.read(made[-1].read_bytes()).pages) == 4
