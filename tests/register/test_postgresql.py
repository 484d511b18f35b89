"""The register on PostgreSQL: one state however long it is read, one writer however the connection fares, reasons in Chinese."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.archive.store import Store
from builder.errors import FileError, JianbaoError
from builder.model import Act
from builder.register import Address, Register, Turn, address, open_register
from builder.register.rebuilding import rebuild
from builder.settings import Workspace
from builder.workflow import mending
from builder.workflow.recording import Desk, Draft, record
from tests.postgres import Postgres
from tests.register.test_register import publish
from tests.workflow.test_recording import NOW, bags, draft, quarantined

_names = itertools.count()


@pytest.fixture
def place(tmp_path: Path, postgres_url: str) -> Address:
    return address(Workspace(tmp_path), environment={"JIANBAO_REGISTER": postgres_url})


@pytest.fixture
def register(place: Address) -> Iterator[Register]:
    with open_register(place) as opened:
        yield opened


@pytest.fixture
def desks(tmp_path: Path, place: Address) -> Iterator[tuple[Desk, Desk]]:
    """Two writers at one register and one archive."""
    store = Store(Workspace(tmp_path).archive)
    with Desk(open_register(place), store, lambda: NOW) as one, Desk(open_register(place), store, lambda: NOW) as two:
        yield one, two


def cut(server: Postgres, turn: Turn) -> None:
    """The server ends the connection of a turn: its lock is gone."""
    pid = turn.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with server.connect("postgres") as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def test_a_reader_sees_one_state_while_another_writes(register: Register, place: Address) -> None:
    publish(register, 1)
    with open_register(place, read_only=True) as other, other.reading() as now:
        assert now.head().seq == 1
        publish(register, 2)
        assert now.head().seq == 1
        assert [act.seq for act in now.acts()] == [1]
        assert [record for _, record in now.records()] == [now.acts()[0].record]
        assert now.issues()[0] == 1
    assert register.head().seq == 2


def test_a_turn_that_read_all_records_can_still_write(register: Register) -> None:
    publish(register, 1)
    with register.turn() as turn:
        assert len(list(turn.records())) == 1
        head = turn.head()
        turn.append(Act(2, head.hash, "void", "p", 2026, "i", 1, "甲", "", "t", "k", "f", {"reason": "x"}))
    assert register.head().seq == 2


def test_who_lost_the_lock_moves_nothing_of_who_got_it(desks: tuple[Desk, Desk], postgres_server: Postgres) -> None:
    slow, quick = desks

    def cut_while_preparing(turn: Turn) -> Draft:
        cut(postgres_server, turn)
        record(quick, lambda _: draft(1))
        return draft(1)

    with pytest.raises(FileError, match="连不上登记簿"):
        record(slow, cut_while_preparing)
    assert bags(slow) == ["ducha-kuaixun/2026/1"]
    assert quarantined(slow) == []
    [act] = Reader(quick)
    assert quick.store.holds(act)


def Reader(desk: Desk) -> list[Act]:
    with desk.register.reading() as now:
        return now.acts()


def test_an_act_that_is_there_already_needs_no_answer_to_commit(
    desks: tuple[Desk, Desk], postgres_server: Postgres
) -> None:
    slow, quick = desks
    done = record(quick, lambda _: draft(1))

    def there(turn: Turn) -> Act:
        found = turn.by_key("publish:1")
        assert found is not None
        cut(postgres_server, turn)
        return found

    assert record(slow, there) == done


def test_a_connection_lost_while_doctor_works_is_an_expected_failure(
    desks: tuple[Desk, Desk], postgres_server: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, _ = desks
    record(slow, lambda _: draft(1))
    monkeypatch.setattr(mending, "_witnesses", lambda desk, last: [])
    tidy = mending.tidy

    def cutting(desk: Desk, turn: Turn) -> None:
        tidy(desk, turn)
        cut(postgres_server, turn)

    monkeypatch.setattr(mending, "tidy", cutting)
    with pytest.raises(FileError, match="登记簿"):
        mending.doctor(slow)


@pytest.mark.parametrize("setting", ["synchronous_commit = off", "default_transaction_isolation = 'serializable'"])
def test_what_the_database_is_set_to_does_not_weaken_a_commit(
    place: Address, postgres_server: Postgres, setting: str
) -> None:
    database = place.url.partition("@/")[2].partition("?")[0]
    with postgres_server.connect(database) as other:
        other.execute(f"ALTER DATABASE {database} SET {setting}")  # type: ignore[call-overload]
    with open_register(place) as opened, opened.turn() as turn:
        told = {name: turn.connection.exec_driver_sql(f"SHOW {name}").scalar() for name in _SETTINGS}
    assert told == _SETTINGS


_SETTINGS = {
    "synchronous_commit": "on",
    "transaction_isolation": "read committed",
    "lock_timeout": "2min",
    "client_encoding": "UTF8",
}


def test_a_writer_that_does_not_end_is_not_waited_for_for_ever(place: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.register.engines.WAIT", 1)
    with open_register(place) as one, open_register(place) as two, one.turn():  # noqa: SIM117
        with pytest.raises(FileError, match="被别的程序占用"), two.turn():
            pass


def test_restoring_waits_for_no_writer_that_does_not_end(place: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.register.engines.WAIT", 1)
    with open_register(place) as opened, opened.turn(), pytest.raises(FileError, match="被别的程序占用"):
        rebuild(place, [])


def test_a_user_who_may_not_write_is_told_so_and_not_to_rebuild(place: Address, postgres_server: Postgres) -> None:
    open_register(place).close()
    database, user = place.url.partition("@/")[2].partition("?")[0], f"reader{next(_names)}"
    with postgres_server.connect(database) as other:
        other.execute(f"CREATE ROLE {user} LOGIN")  # type: ignore[call-overload]
        other.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {user}")  # type: ignore[call-overload]
    theirs = Address(place.url.replace("//postgres@", f"//{user}@"), None, "x")
    with open_register(theirs) as opened:
        with opened.reading() as now:
            assert now.head().seq == 0
        with pytest.raises(FileError, match="没有权限") as told, opened.turn():
            pass
    assert "restore" not in told.value.hint


@pytest.mark.parametrize("make", [open_register, lambda place: rebuild(place, [])], ids=["open", "restore"])
def test_without_its_driver_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch, make: object) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(FileError, match="没有安装 PostgreSQL 的接口"):
        make(Address("postgresql+psycopg://u@h/db", None, "x"))  # type: ignore[operator]


def test_an_address_that_says_nothing_is_told_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://u:geheim@h:port/db?password=geheim"
    with pytest.raises(JianbaoError, match="登记簿的地址") as told:
        open_register(address(Workspace(tmp_path), environment={"JIANBAO_REGISTER": url}))
    assert "geheim" not in told.value.message
