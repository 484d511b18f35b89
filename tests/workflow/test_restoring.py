"""The register is made from the bags alone, with equal rows, or the old one stays."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from builder.archive.store import ArchiveDamaged
from builder.errors import InvalidContent
from builder.register import address, open_register
from builder.register.rebuilding import TABLES, differences
from builder.settings import Workspace
from builder.workflow.recording import RegisterBehind
from builder.workflow.rendering import Rendered
from builder.workflow.restoring import restore
from tests.workflow import issued

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def office_year(tmp_path_factory: pytest.TempPathFactory, sample_issues: Mapping[str, Rendered]) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("year"))
    issued.year(made, sample_issues)
    return made


@pytest.fixture
def place(tmp_path: Path, office_year: Workspace) -> Workspace:
    shutil.copytree(office_year.root, tmp_path / "w")
    return Workspace(tmp_path / "w")


def rows(workspace: Workspace) -> dict[str, list[Any]]:
    file = sqlite3.connect(workspace.register)
    found = {}
    for table in TABLES:
        order = ", ".join(column.name for column in table.primary_key.columns)
        found[table.name] = file.execute(f"SELECT * FROM {table.name} ORDER BY {order}").fetchall()
    file.close()
    return found


def test_all_rows_are_equal_and_the_old_register_is_kept(place: Workspace) -> None:
    before = rows(place)
    assert len(before["act"]) == 12
    assert len(before["entry"]) > 4
    restored = restore(place, None)
    assert (restored.acts, restored.issues, restored.kept, restored.faults) == (12, 4, "register.sqlite.旧-1", ())
    assert rows(place) == before
    assert (place.register.parent / restored.kept).is_file()
    assert restore(place, None).kept == "register.sqlite.旧-2"
    assert rows(place) == before


def test_a_register_that_is_gone_or_destroyed_comes_back(place: Workspace, office_year: Workspace) -> None:
    before = rows(place)
    for name in ("register.sqlite", "register.sqlite-wal", "register.sqlite-shm"):
        (place.root / "output" / name).unlink(missing_ok=True)
    assert restore(place, None).kept == ""
    assert rows(place) == before
    place.register.write_bytes(b"\0" * 4096 * 5)
    restore(place, None)
    assert rows(place) == before


def test_the_search_index_answers_as_before(place: Workspace, tmp_path: Path) -> None:
    shutil.copy(place.register, tmp_path / "twin.sqlite")
    restore(place, None)
    with open_register(address(place, environment={})) as opened, opened.reading() as now:
        assert list(differences(now.connection, tmp_path / "twin.sqlite")) == []


def test_a_register_older_than_the_archive_is_refused_and_mended(
    place: Workspace, sample_issues: Mapping[str, Rendered]
) -> None:
    with issued.desk(place) as opened:
        opened.store.root.joinpath("x").mkdir()
        opened.store.root.joinpath("x").rmdir()
    old = place.register.read_bytes()
    made = next(iter(sample_issues.values()))
    number = sum(row[3] == made.view.data["刊物"] for row in rows(place)["act"] if row[2] == "publish") + 1
    with issued.desk(place) as opened:
        issued.issue(opened, made, number)
    after = rows(place)
    for end in ("-wal", "-shm"):
        place.register.with_name(place.register.name + end).unlink(missing_ok=True)
    place.register.write_bytes(old)
    with issued.desk(place) as opened, pytest.raises(RegisterBehind, match="比归档夹旧"):
        issued.issue(opened, made, number + 1)
    assert restore(place, None).acts == 15
    assert rows(place) == after
    with issued.desk(place) as opened:
        assert issued.issue(opened, made, number + 1).seq == 18


def test_a_broken_chain_leaves_the_old_register(place: Workspace) -> None:
    before, bytes_before = rows(place), place.register.read_bytes()
    folder = before["act"][4][8]
    shutil.rmtree(place.archive / folder)
    with pytest.raises(ArchiveDamaged) as stopped:
        restore(place, None)
    assert [fault.code for fault in stopped.value.faults] == ["archive-gap"]
    assert place.register.read_bytes() == bytes_before
    assert rows(place) == before
    assert not list(place.register.parent.glob("*.new*"))


def test_a_view_that_was_changed_is_named(place: Workspace) -> None:
    folder = next(row[8] for row in rows(place)["act"] if row[2] == "publish")
    path = place.archive / folder / "data/view.json"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ArchiveDamaged) as stopped:
        restore(place, None)
    assert [(f.code, f.place.file) for f in stopped.value.faults] == [("archive-view", f"{folder}/data/view.json")]


def test_an_empty_archive_restores_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidContent, match="没有归档包"):
        restore(Workspace(tmp_path), None)
    assert not (tmp_path / "output/register.sqlite").exists()


@pytest.mark.parametrize("point", ["restore-made", "restore-aside", "restore-swapped"])
def test_killed_while_restoring_it_is_done_again(place: Workspace, point: str) -> None:
    before = rows(place)
    code = (
        "from pathlib import Path; from builder.settings import Workspace;"
        f"from builder.workflow.restoring import restore; restore(Workspace(Path({str(place.root)!r})), None)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "JIANBAO_FAILPOINT": point})
    assert ended.returncode < 0
    assert restore(place, None).acts == 12
    assert rows(place) == before
