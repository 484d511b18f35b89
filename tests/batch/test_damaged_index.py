"""Whatever an index says that is damaged or made up, a run ends with the right files, says so, and trusts none of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from builder.batch import index, opening, rows, standing, unpacked
from builder.files import sha256
from builder.render.printing import ORDINARY
from builder.settings import Workspace
from tests.batch import batches
from tests.batch.indexed import ITEM, Direct, build, older, small, write

TABLES = tuple(rows.WIDTHS)
ABSURD = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.none(), st.binary(max_size=8), st.floats(allow_nan=False), st.text(max_size=12),
    st.sampled_from(["../x", "/etc/passwd", "[", "[[]]", "{}", "null", "0", "[1]", "[[[0]]]", "a/../../b", "x" * 3000]),
)  # fmt: skip
LIKELY = st.one_of(
    st.integers(0, 9),
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.sampled_from(["", "2026-06-02", "0/条1"]),
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with faults, a day without its year, a table beside an item and an issue that is gone; all is up to date."""
    place = small(tmp_path_factory.mktemp("built") / "w", 4)
    more = "报送时间: 6月8日\n编辑状态: 待编\n"
    write(place.content / "items/0/条1.md", ITEM.format(title="有表", more=more, body="见下表。\n\n表: 附表.csv"))
    write(place.content / "items/0/附表.csv", "单位,件\n甲,1\n")
    older(place.content, place.templates)
    made(place)
    (place.content / "issues/2026/期3.yaml").unlink()
    made(place)
    assert made(place) == ([], [])
    return place


def made(place: Workspace) -> tuple[list[str], list[str]]:
    """What one run makes, and the codes of its notes; at its end every file is what the content asks for."""
    with index.opened(place) as journal:

        def begun() -> tuple[opening.SlimOpened, standing.Standing]:
            opened = opening.open_slim(place, Direct, journal)
            found = standing.standing(opened, opened.ids, ORDINARY, ("docx", "pdf"))
            opened.tried((*found.due, *found.check))
            return opened, found

        opened, found = journal.sound(begun)
        build(opened, found.due)
        return list(found.due), [fault.code for fault in journal.notes]


def state(place: Workspace) -> dict[str, str]:
    files = [*place.drafts.rglob("*.pdf"), *place.drafts.rglob("*.docx")]
    return {path.relative_to(place.root).as_posix(): sha256(path.read_bytes()) for path in files}


def copied(place: Workspace, name: str = "other") -> Workspace:
    """The workspace in a folder beside; its files bear other numbers than the index knows, and are hashed."""
    other = place.root.with_name(name)
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(place.root, other, symlinks=True)
    return Workspace(other)


def renumbered(place: Workspace) -> None:
    """A new issue before all others: every entry is gathered, and every issue gets another number."""
    write(place.content / "issues/2026/早.yaml", "刊物: gongzuo-xinxi\n日期: 2026-05-01\n条目:\n  - 信息: 共用\n")


@pytest.fixture(scope="module")
def right(built: Workspace) -> dict[bool, dict[str, str]]:
    """The files that belong there, made without an index, as the content is and ``renumbered``."""
    found = {}
    for anew in (False, True):
        place = copied(built, "clean")
        index.path(place).unlink()
        if anew:
            renumbered(place)
        made(place)
        found[anew] = state(place)
    assert found[False] != found[True]
    return found


def spoil(place: Workspace, table: str, row: int, column: int, value: object, seal: bool) -> bool:
    """Put a value into a row, sealed anew where ``seal``; False where the database itself does not hold it."""
    with closing(sqlite3.connect(index.path(place))) as db, db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        columns = db.execute(f"PRAGMA table_info({table})").fetchall()
        found = db.execute(f"SELECT * FROM {table}").fetchall()
        old = [*found[row % len(found)]]
        changed = [*old]
        changed[column % (len(old) - 1)] = value
        if seal:
            changed = [*rows.sealed(table, tuple(changed[:-1]))]
        names = ", ".join(f"{each[1]} = ?" for each in columns)
        keys = [(each[1], old[each[0]]) for each in columns if each[5]]
        this = " AND ".join(f"{name} = ?" for name, _ in keys)
        try:
            db.execute(f"UPDATE {table} SET {names} WHERE {this}", (*changed, *(value for _, value in keys)))
        except (sqlite3.IntegrityError, UnicodeEncodeError):
            return False
        return changed != old


WIDE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
WHERE = (st.sampled_from(TABLES), st.integers(0, 50), st.integers(0, 9))


@settings(WIDE, max_examples=25)
@given(*WHERE, st.one_of(ABSURD, LIKELY), st.booleans())
@example("heads", 0, 4, '[["0/条1"],[],true,[99,99,false],["content/issues/2026/期0.yaml"]]', False)
@example("entries", 8, 4, '["gongzuo-xinxi","2026-06-01",7,7,"",1,1,1,1,[],[],[]]', True)
@example("files", 3, 6, "0" * 64, False)
def test_a_damaged_row_is_noticed_and_every_file_comes_out_right(built, right, table, row, column, value, anew):
    place = copied(built)
    spoil(place, table, row, column, value, False)
    if anew:
        renumbered(place)
    made(place)
    assert state(place) == right[anew]
    assert made(place)[1] == []


@settings(WIDE, max_examples=25)
@given(*WHERE, ABSURD, st.booleans())
@example("heads", 0, 0, "../x", False)
@example("heads", 0, 1, "../../content/items", False)
@example("heads", 0, 4, "[]", True)
@example("entries", 8, 4, '["x","2026-99-99",1,1,"",0,0,0,0,[],[],[]]', True)
@example("entries", 0, 4, '[[[["时间"],1,1,2,30]]]', True)
@example("built", 0, 6, "{}", False)
@example("outputs", 0, 4, "content/office.yaml", False)
def test_a_row_that_somebody_made_up_and_sealed_breaks_nothing(built, table, row, column, value, anew):
    place = copied(built)
    spoil(place, table, row, column, value, True)
    if anew:
        renumbered(place)
    made(place)
    made(place)
    assert not (place.root / "x").exists()
    assert not (place.root.parent / "x").exists()


@settings(WIDE, max_examples=25)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), min_size=1, max_size=4), st.booleans())
def test_bits_that_flip_in_the_file_are_noticed_and_every_file_comes_out_right(built, right, flips, anew):
    place = copied(built)
    data = bytearray(index.path(place).read_bytes())
    for where, bit in flips:
        data[int(where * len(data))] ^= 1 << bit
    index.path(place).write_bytes(data)
    if anew:
        renumbered(place)
    made(place)
    assert state(place) == right[anew]
    assert made(place)[1] == []


@pytest.mark.parametrize(
    ("table", "column", "value"), [("meta", 1, "[0]"), ("heads", 3, "x"), ("outputs", 5, "0" * 64)]
)
def test_what_was_damaged_is_thrown_away_and_said(built, table, column, value):
    place = copied(built)
    assert spoil(place, table, 0, column, value, False)
    due, notes = made(place)
    assert due == ["2026/期0", "2026/期1", "2026/期2"]
    assert notes == ["index-discarded"]
    assert made(place) == ([], [])


def test_what_only_its_reader_finds_damaged_is_thrown_away_for_good(built, right):
    place = copied(built)
    assert spoil(place, "entries", 8, 4, '["x","2026-99-99",1,1,"",0,0,0,0,[],[],[]]', True)
    renumbered(place)
    assert made(place)[1] == ["index-discarded"]
    assert state(place) == right[True]
    assert made(place) == ([], [])


@pytest.mark.parametrize("name", ["a/../../b", "../a/../../b", "/etc/passwd", "../", "a//b"])
def test_a_name_over_a_link_that_leads_astray_is_damage(name):
    with pytest.raises(rows.Damaged):
        unpacked.beside(json.dumps({name: ""}))


def test_a_build_with_a_damaged_index_makes_everything_anew_says_so_and_ends_well(tmp_path):
    root = batches.make(tmp_path / "ws", 2)
    first = batches.build(root, "--format", "pdf")
    made_first = {name: sha for name, (_, _, sha) in batches.drafts(root).items()}
    assert spoil(Workspace(root), "heads", 1, 4, "[[[", True)
    (root / "content/items/稿1.md").touch()
    again = batches.build(root, "--format", "pdf")
    assert (first.code, again.code) == (0, 0), again.err
    assert {name: sha for name, (_, _, sha) in batches.drafts(root).items()} == made_first
    spoil(Workspace(root), "entries", 0, 5, "[[[", False)
    batches.write_item(root, 1, "全市抗旱保苗进展顺利，投入机具八台。")
    last = batches.build(root, "--format", "pdf")
    assert (last.code, len(last.told["built"])) == (0, 2)
    assert [f["code"] for f in last.told["faults"] if f["code"] == "index-discarded"] == ["index-discarded"]
