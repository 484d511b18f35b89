"""The bench of batches, on a few issues: it makes what it says it measures, and its page takes tables and charts."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from builder.fonts import FontSet
from builder.settings import workspace
from builder.workflow import opening, planning
from tests.bench import back_numbers, batch, batch_runs, peers
from tests.bench.batch_page import Figure, put, table
from tests.office import ROOT

_MARKS = "<!-- measured: {0} -->\nold\n<!-- /measured: {0} -->\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return back_numbers.make(tmp_path_factory.mktemp("bench") / "back", 4)


def test_back_numbers_are_sound_issues_each_unlike_the_others(folder: Path) -> None:
    plan = planning.plan(opening.open_workspace(workspace(folder)), ())
    assert (len(plan.editions), plan.faults, plan.left_out) == (4, (), ())
    texts = {back_numbers.item_file(folder, n, 1).read_text(encoding="utf-8") for n in range(4)}
    assert len(texts) == 4


def test_a_run_tells_rate_and_memory_and_the_next_one_finds_nothing_to_do(folder: Path, tmp_path: Path) -> None:
    run = batch_runs.build(folder, tmp_path, "--jobs", "2")
    assert run.report["counts"]["built"] == len(run.ends) == 4
    assert all(3 <= entry["pages"] <= 4 for entry in run.report["entries"])
    assert run.rate > 0
    assert max(sample.driver for sample in run.samples) > 10
    again = batch_runs.build(folder, tmp_path)
    assert (again.report["counts"]["unchanged"], again.ends) == (4, [])


def test_pandoc_is_given_the_whole_text_and_makes_both_formats(folder: Path, fontset: FontSet, tmp_path: Path) -> None:
    views = batch.views(folder, 2)
    peer = peers.pandoc(fontset.paths[0], views, tmp_path / "pandoc")
    assert peer.issues == 2
    assert peer.rate > 0
    assert len(list(tmp_path.rglob("*.pdf"))) == len(list(tmp_path.rglob("*.docx"))) == 2
    issue = peers.plain(views[1].data)
    assert [set(row) for row in issue["rows"]] == [{"c1", "c2", "c3", "c4", "c5"}] * 6
    assert sum(len(block["text"]) for block in issue["blocks"]) > 800


def test_figures_know_whether_they_are_met() -> None:
    figures = [Figure("a", 41, "a second", least=40), Figure("b", 3.2, "s", most=3.0), Figure("c", 1234.5, "MB")]
    assert [figure.met for figure in figures] == [True, False, None]
    assert "| **missed** |" in table(figures)
    assert "| c | 1,234 MB |" in table(figures)
    assert "| ≤ 5.5 | met |" in str(Figure("d", 5, "s", most=5.49772))


@pytest.mark.long
def test_workers_clusters_and_second_runs_are_compared_by_medians_of_runs_that_did_the_work(
    tmp_path: Path, fontset: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_ROUNDS", 1)
    monkeypatch.setattr(batch, "_LOOP", "print(1.0)")
    place, measured = batch.Place(tmp_path, fontset, 0.0004), batch.Measured()
    batch.workers(place, measured)
    batch.many(place, batch_runs.build(place.workspace("few", 4), tmp_path, "--jobs", "2"), measured)
    gain, far, *_, times, hashed, changed = measured.figures
    assert all(figure.value > 0 for figure in measured.figures)
    assert "loops 2.00" in gain.note
    assert far.name.startswith("Dask")
    assert (times.most, hashed.most) == (3.0, 6.0)
    assert changed.most == times.value + 1
    assert set(measured.charts) == {"many", "memory", "again"}


def test_tables_and_charts_go_where_the_page_has_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Head\n" + _MARKS.format("machine") + _MARKS.format("batch") + "end\n", encoding="utf-8")
    measured = batch.Measured("Load 0.", [Figure("rate", 41, "a second", least=40)], {"rates": "<svg >x</svg>"})
    batch.write(tmp_path, measured)
    batch.write(tmp_path, measured)
    text = page.read_text(encoding="utf-8")
    assert text.count("| rate | 41 a second |") == text.count("Load 0.") == 1
    assert "old" not in text
    assert ElementTree.parse(tmp_path / "performance-rates.svg").getroot().tag.endswith("svg")
    with pytest.raises(ValueError, match="substring"):
        put(page, "nowhere", "")


def test_the_page_in_docs_has_marks_and_its_charts() -> None:
    text = (ROOT / "docs/performance.md").read_text(encoding="utf-8")
    for name in ("machine", "batch"):
        assert text.count(f"<!-- measured: {name} -->") == text.count(f"<!-- /measured: {name} -->") == 1
    for name in ("rates", "many", "memory", "again"):
        assert f"(performance-{name}.svg)" in text
        assert (ROOT / f"docs/performance-{name}.svg").exists()
