"""The generated issues: the same for a seed every time, and of one to fifteen pages."""

from __future__ import annotations

from pathlib import Path

from builder import fonts
from builder.settings import workspace
from builder.workflow import opening, planning, rendering
from tests import generated


def test_a_seed_gives_the_same_files_every_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        generated.workspace(tmp_path / name, [3, 4])
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one/content").rglob("*") if p.is_file())
    assert len(files) > 6
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "other" / f).read_bytes() for f in files)


def test_issues_of_all_three_publications_have_one_to_fifteen_pages(tmp_path: Path, fontset: fonts.FontSet) -> None:
    ids = generated.workspace(tmp_path / "w", [1, 2, 8, 15])
    plan = planning.plan(opening.open_workspace(workspace(tmp_path / "w")), ids)
    assert not [f for f in plan.faults if f.severity == "error"]
    with rendering.Renderer(tmp_path / "w/templates", fontset) as renderer:
        pages = [made.room.pages for _, made in renderer.render_all(plan.editions)]
    assert [edition.title.id for edition in plan.editions] == [
        "ducha-kuaixun",
        "ducha-kuaixun",
        "gongzuo-xinxi",
        "ducha-tongbao",
    ]
    assert pages[:2] == [1, 2]
    assert 6 <= pages[2] <= 10 <= 13 <= pages[3] <= 16
