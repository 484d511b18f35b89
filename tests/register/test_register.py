"""The register by itself: one writer, nothing half-done, rows that stay, an answer after a lost commit."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from builder.errors import Conflict, FileError, JianbaoError, UsageError
from builder.model import TOTALS, Act
from builder.register import Address, Register, address, open_register, schema, unsafe
from builder.register.rebuilding import rebuild
from builder.settings import Workspace


@pytest.fixture
def place(tmp_path: Path) -> Address:
    return address(Workspace(tmp_path), environment={})


@pytest.fixture
def register(place: Address) -> Iterator[Register]:
    with open_register(place) as opened:
        yield opened


def publish(register: Register, number: int, total: int | None = None, **changes: object) -> Act:
    """One issue appended, as ``workflow.recording`` does it."""
    with register.turn() as turn:
        head = turn.head()
        values = {
            "kind": "publish", "publication": "ducha-kuaixun", "year": 2026, "issue": f"2026/i{number}", "target": 0,
            "by": "信息科科长", "typed": "", "at": "2026-06-08T09:00:00+08:00", "key": f"publish:{number}",
            "folder": f"ducha-kuaixun/2026/{number}",
            "data": {"sequence": "2026/正刊", "number": number, "total": total, "day": "2026-06-08"},
        }  # fmt: skip
        act = Act(head.seq + 1, head.hash, **{**values, **changes})  # type: ignore[arg-type]
        turn.append(act)
    return act


def test_acts_come_back_as_they_were_recorded(register: Register) -> None:
    acts = [publish(register, n, n + 100) for n in (1, 2, 3)]
    with register.reading() as now:
        assert now.acts() == acts
        assert now.acts(since=2) == acts[2:]
        assert now.acts(kinds=("void",)) == []
        assert now.by_key("publish:2") == now.act(2) == now.by_folder("ducha-kuaixun/2026/2") == acts[1]
        assert (now.head().seq, now.head().hash) == (3, acts[2].hash)
        assert (now.last("ducha-kuaixun", "2026/正刊"), now.last("ducha-kuaixun", TOTALS)) == (3, 103)


def test_a_turn_that_fails_leaves_nothing(register: Register) -> None:
    publish(register, 1)

    def fail() -> None:
        with register.turn() as turn:
            turn.append(Act(2, turn.head().hash, "void", "p", 2026, "i", 1, "甲", "", "t", "k", "f", {"reason": "x"}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with register.reading() as now:
        assert [act.seq for act in now.acts()] == [1]


@pytest.mark.parametrize(
    "changes",
    [
        {"issue": "2026/i1"},
        {"key": "publish:1"},
        {"folder": "ducha-kuaixun/2026/1"},
        {"data": {"sequence": "2026/正刊", "number": 1, "total": 9, "day": "2026-06-08"}},
        {"data": {"sequence": "2026/增刊", "number": 1, "total": 7, "day": "2026-06-08"}},
    ],
    ids=["issue", "key", "folder", "number", "total"],
)
def test_nothing_is_given_twice(register: Register, changes: dict[str, object]) -> None:
    publish(register, 1, 7)
    with pytest.raises(Conflict):
        publish(register, 2, 8, **changes)


def test_an_act_that_does_not_follow_the_last_is_refused(register: Register) -> None:
    act = publish(register, 1)
    with pytest.raises(JianbaoError, match="接不上"), register.turn() as turn:
        turn.append(Act(2, "0" * 64, "void", "p", 2026, "i", 1, "甲", "", "t", "k", "f"))
    with register.reading() as now:
        assert now.head().hash == act.hash


@pytest.mark.parametrize("table", ["act", "issue"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET year = 2027", "INSERT OR REPLACE INTO {} SELECT * FROM {}"]
)
def test_the_database_itself_refuses_to_change_what_is_recorded(
    register: Register, place: Address, table: str, statement: str
) -> None:
    publish(register, 1)
    assert place.file is not None
    other = sqlite3.connect(place.file)
    with pytest.raises(sqlite3.IntegrityError, match=r"不能修改或删除|已登记过"):
        other.execute(statement.format(table, table))
    other.close()


def test_settling_tells_what_came_of_a_commit(register: Register) -> None:
    act = publish(register, 1)
    undone: list[str] = []
    assert register.settle(act, lambda: undone.append("1"))
    assert not register.settle(replace(act, key="publish:2"), lambda: undone.append("2"))
    assert not register.settle(replace(act, at="2026-06-08T09:00:01+08:00"), lambda: undone.append("another"))
    assert undone == ["2", "another"]


def test_a_register_of_a_newer_program_is_left_alone(register: Register, place: Address) -> None:
    assert place.file is not None
    other = sqlite3.connect(place.file)
    other.execute("UPDATE meta SET value = 99")
    other.commit()
    other.close()
    with pytest.raises(FileError, match="更新版本的程序"):
        open_register(place)


@pytest.mark.parametrize("old", range(schema.SCHEMA))
def test_every_earlier_schema_is_brought_forward_with_its_rows(
    place: Address, old: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "SCHEMA", old)
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:old])
    with open_register(place) as register:
        act = publish(register, 1) if old else None
    monkeypatch.undo()
    with open_register(place) as register, register.reading() as now:
        assert now.acts() == ([act] if act else [])
        assert schema.version(now.connection) == schema.SCHEMA
    with open_register(place) as register:
        publish(register, 2)


def test_a_damaged_file_is_told_with_the_way_out(place: Address, register: Register) -> None:
    publish(register, 1)
    register.close()
    assert place.file is not None
    place.file.write_bytes(b"no database at all" * 300)
    with pytest.raises(FileError, match="已损坏") as raised:
        open_register(place)
    assert "archive restore" in raised.value.hint


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql:", "sqlite:///x"])
def test_other_databases_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="地址不能用"):
        address(Workspace(tmp_path), url, {})


def test_the_password_of_an_address_is_not_shown(tmp_path: Path) -> None:
    found = address(Workspace(tmp_path), environment={"JIANBAO_REGISTER": "postgresql://a:secret@host/b"})
    assert (found.shown, found.file) == ("postgresql://host/b", None)
    assert found.url == "postgresql+psycopg://a:secret@host/b"


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "fuse.sshfs", "davfs"])
def test_network_folders_are_refused(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/share {tmp_path}/share\\040room {kind} rw 0 0\n")
    assert "网络文件夹" in unsafe(tmp_path / "share room" / "output", str(mounts))
    assert unsafe(tmp_path / "share", str(mounts)) == ""


@pytest.mark.parametrize("name", ["OneDrive - 单位", "坚果云同步", "Dropbox", "CloudStorage"])
def test_synchronised_folders_are_refused_with_the_other_way(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="同步程序") as raised:
        address(Workspace(tmp_path / name), environment={})
    assert "PostgreSQL" in raised.value.hint


def test_a_folder_marked_by_a_synchronising_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".stfolder").mkdir()
    assert "同步程序" in unsafe(tmp_path / "work" / "output", "/nowhere")


@pytest.mark.parametrize("name", ["100%", "甲#乙", "a?mode=memory"])
@pytest.mark.skipif(os.name == "nt", reason="such names cannot be there")
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    place = address(Workspace(tmp_path / name), environment={})
    with open_register(place) as opened:
        act = publish(opened, 1)
    with open_register(place, read_only=True) as opened, opened.reading() as now:
        assert now.acts() == [act]
    rebuild(place, [(act, ())])
    with open_register(place, read_only=True) as opened, opened.reading() as now:
        assert now.acts() == [act]
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_register_is_made_where_one_is_being_rebuilt(place: Address, register: Register) -> None:
    """It would stand where the new one goes, and its log beside the new one."""
    assert place.file is not None
    register.close()
    place.file.rename(place.file.with_name("register.sqlite.new"))
    for create in (True, False):
        with pytest.raises(FileError, match="正在重建"):
            open_register(place, create)
    assert [path.name for path in place.file.parent.iterdir()] == ["register.sqlite.new"]


def test_a_damaged_row_is_an_expected_failure_in_a_list(place: Address, register: Register) -> None:
    publish(register, 1)
    register.close()
    with closing(sqlite3.connect(str(place.file))) as file, file:
        file.execute("DROP TRIGGER act_no_update")
        file.execute("UPDATE act SET record = substr(record, 5)")
    with register.reading() as now, pytest.raises(FileError, match="已损坏"):
        now.issues()


def test_restoring_does_not_go_behind_a_writers_back(place: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.register.engines.WAIT", 0.1)
    with open_register(place) as opened, opened.turn(), pytest.raises(FileError, match="被别的程序占用"):
        rebuild(place, [])
    assert open_register(place, create=False).head().seq == 0


def test_a_register_with_a_damaged_lock_can_be_rebuilt(place: Address, register: Register) -> None:
    act = publish(register, 1)
    register.close()
    with closing(sqlite3.connect(str(place.file))) as file, file:
        file.execute("CREATE TRIGGER broken BEFORE UPDATE ON head BEGIN SELECT RAISE(ABORT, 'x'); END")
    rebuild(place, [(act, ())])
    with open_register(place) as opened:
        assert publish(opened, 2).seq == 2
