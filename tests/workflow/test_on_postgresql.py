"""The archive's checks and its register made anew, where the register is a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from builder.archive.store import Store
from builder.register import address, open_register
from builder.register.rebuilding import TABLES
from builder.register.search import INDEX
from builder.settings import Workspace
from builder.workflow.recording import Desk
from builder.workflow.rendering import Rendered
from builder.workflow.restoring import restore
from builder.workflow.verifying import REGISTER, verify
from tests.workflow import issued


@pytest.fixture
def place(
    tmp_path: Path, postgres_url: str, sample_issues: Mapping[str, Rendered], monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    """A workspace with two published issues, whose register is a database of its own."""
    monkeypatch.setenv("JIANBAO_REGISTER", postgres_url)
    made = Workspace(tmp_path)
    with Desk(open_register(address(made)), Store(made.archive), lambda: issued.NOW) as opened:
        counts: dict[str, int] = {}
        for one in list(sample_issues.values())[:2]:
            name = one.view.data["刊物"]
            counts[name] = counts.get(name, 0) + 1
            issued.issue(opened, one, counts[name])
    return made


def rows(place: Workspace) -> dict[str, list[Any]]:
    """Every row of every table, the search index among them."""
    with open_register(address(place), create=False) as opened, opened.reading() as now:
        ask = now.connection.execute
        found = {t.name: [tuple(r) for r in ask(select(t).order_by(*t.primary_key.columns))] for t in TABLES}
        return {**found, INDEX: [tuple(row) for row in ask(text(f"SELECT * FROM {INDEX} ORDER BY id"))]}


def test_the_register_made_from_the_bags_has_equal_rows_and_the_old_one_is_kept(place: Workspace) -> None:
    before = rows(place)
    assert (len(before["act"]), len(before["issue"])) == (6, 2)
    assert len(before[INDEX]) == len(before["entry"]) >= 2
    restored = restore(place, None)
    assert (restored.acts, restored.issues, restored.kept, restored.faults) == (6, 2, "jianbao_1", ())
    assert rows(place) == before
    assert restore(place, None).kept == "jianbao_2"
    assert rows(place) == before
    assert verify(place, None).faults == ()


def test_a_register_that_lost_its_tables_comes_back(place: Workspace, postgres_url: str) -> None:
    before = rows(place)
    with psycopg.connect(postgres_url, autocommit=True) as database:
        database.execute("DROP SCHEMA public CASCADE")
        database.execute("CREATE SCHEMA public")
    assert restore(place, None).kept == ""
    assert rows(place) == before


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("act", "UPDATE act SET record = replace(record, '主任', '副主任') WHERE kind = 'sign'"),
        ("issue", "UPDATE issue SET number = number + 50 WHERE act = 3"),
        ("issue", "DELETE FROM issue WHERE act = 6"),
        ("counter", "UPDATE counter SET last = last + 1 WHERE sequence = '总期'"),
        ("entry", "UPDATE entry SET page = page + 1 WHERE act = 3"),
        ("clause", "DELETE FROM clause WHERE fingerprint = (SELECT min(fingerprint) FROM clause)"),
        (INDEX, f"UPDATE {INDEX} SET grams = grams[2:] WHERE id = (SELECT min(id) FROM {INDEX})"),
    ],
)
def test_a_changed_row_is_found_and_mended(place: Workspace, postgres_url: str, table: str, change: str) -> None:
    assert verify(place, None).faults == ()
    before = rows(place)
    with psycopg.connect(postgres_url, autocommit=True) as database:
        database.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        assert database.execute(change).rowcount > 0
        database.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    found = verify(place, None)
    assert {(fault.code, fault.place.file) for fault in found.faults} == {("verify-register", REGISTER)}
    restore(place, None)
    assert rows(place) == before
    assert verify(place, None).faults == ()
