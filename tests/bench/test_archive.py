"""The archive made by program is one that publishing could have made, and its figures can be taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import register
from builder.archive import bag
from builder.fonts import FontSet
from builder.model import Act
from builder.register import Reading
from builder.register.rebuilding import TABLES
from builder.render.child import Engines
from builder.settings import Workspace
from builder.workflow.verifying import verify
from tests.bench import archive, published
from tests.office import SmallOffice

ISSUES = 5


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, fontset: FontSet, engines: Engines) -> SmallOffice:
    """An archive of a few issues like two really published ones, and one more really published into it."""
    root = tmp_path_factory.mktemp("bench")
    patterns = published.patterns(SmallOffice(root / "patterns", fontset, engines), 2, words=20)
    office = SmallOffice(root / "made", fontset, engines)
    published.fill(office.place, patterns, ISSUES)
    assert verify(office.place, None).faults == ()
    published.write_issue(office, "real/001", 99, 20)
    published.sign_off(office, ["real/001"])
    office.publish("real/001")
    return office


def test_a_made_issue_is_like_one_that_was_published_behind_it(made: SmallOffice) -> None:
    acts = made.acts()
    real = [act for act in acts if act.issue == "real/001"]
    like = [act for act in acts if act.issue == "made/00002"]
    assert [act.kind for act in like] == [act.kind for act in real] == ["submit", "review", "sign", "publish"]
    for one, other in zip(like, real, strict=True):
        assert _shape(one) == _shape(other)
        for act in (one, other):
            assert _names(made.place, act) == sorted([*bag.TAGS, *bag.payload(act)])
    assert real[-1].data["total"] == ISSUES + 1


def test_its_tables_are_filled_as_those_of_a_published_issue(made: SmallOffice) -> None:
    with register.open_register(register.address(made.place, environment={})) as opened, opened.reading() as now:
        of_real, of_made = (_rows(now, name) for name in ("real/001", "made/00002"))
        filled = {table.name for table in TABLES if now.connection.execute(table.select()).first()}
    assert of_real == of_made
    assert filled == {table.name for table in TABLES}
    assert of_made["entry"] == published.ENTRIES


def test_verify_finds_nothing_wrong_with_it(made: SmallOffice) -> None:
    found = verify(made.place, None)
    assert (found.acts, found.issues, found.faults) == ((ISSUES + 1) * 4, ISSUES + 1, ())


def test_every_figure_is_taken(made: SmallOffice, tmp_path: Path) -> None:
    office = SmallOffice(tmp_path / "office", made.fontset, made.engines)
    figures = [
        *archive.publishing_figures(office, 1),
        *archive.list_figures(made.place, 1),
        *archive.search_figures(made.place),
        *archive.fixity_figures(made.place, 1),
        *archive.verify_figures(made.place, ISSUES + 1),
    ]
    assert len([figure for figure in figures if figure.target is not None]) == 7
    assert all(figure.value > 0 for figure in figures)
    assert "render" in figures[0].note
    assert "**missed**" in str(archive.Figure("x", 2, 1))


def _shape(act: Act) -> tuple[object, ...]:
    data = {key: type(value) for key, value in act.data.items()}
    return (
        act.kind,
        data,
        {name.replace(act.issue, "") for name in act.files},
        bool(act.prev),
        act.by,
        act.folder.count("/"),
    )


def _names(place: Workspace, act: Act) -> list[str]:
    base = place.archive / act.folder
    return sorted(path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file())


def _rows(now: Reading, issue: str) -> dict[str, int]:
    acts = [act.seq for act in now.acts(issue=issue)]
    marks = ",".join(map(str, acts))
    ask = {
        "act": f"SELECT count(*) FROM act WHERE seq IN ({marks})",
        "issue": f"SELECT count(*) FROM issue WHERE act IN ({marks})",
        "entry": f"SELECT count(*) FROM entry WHERE act IN ({marks})",
    }
    return {name: int(now.connection.exec_driver_sql(sql).scalar() or 0) for name, sql in ask.items()}
