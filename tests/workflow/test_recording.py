"""The one way to record: what is refused leaves nothing, what crashed is put aside, what was committed stays."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from builder.archive.store import Store
from builder.errors import FileError
from builder.model import Act
from builder.register import Address, CommitLost, Register, Turn, address, open_register
from builder.settings import Workspace
from builder.workflow.recording import ArchiveBehind, Desk, Draft, OutcomeUnknown, RegisterBehind, record

NOW = datetime(2026, 6, 8, 9, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def place(tmp_path: Path) -> Address:
    return address(Workspace(tmp_path), environment={})


@pytest.fixture
def desk(tmp_path: Path, place: Address) -> Iterator[Desk]:
    with Desk(open_register(place), Store(Workspace(tmp_path).archive), lambda: NOW) as opened:
        yield opened


def draft(n: int) -> Draft:
    data = {"sequence": "2026/正刊", "number": n, "total": n, "day": "2026-06-08"}
    return Draft(
        "publish", "ducha-kuaixun", 2026, f"publish:{n}", "信息科科长", f"2026/i{n}",
        folder=f"ducha-kuaixun/2026/{n}", data=data, files={"issue.pdf": b"%PDF " + bytes([n])},
    )  # fmt: skip


def publish(desk: Desk, n: int) -> Act:
    return record(desk, lambda turn: turn.by_key(f"publish:{n}") or draft(n))


def bags(desk: Desk) -> list[str]:
    return sorted(folder for folder, _ in desk.store.records())


def quarantined(desk: Desk) -> list[str]:
    folder = desk.store.root / ".quarantine"
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def test_an_act_is_in_the_register_and_in_its_bag_and_the_witness_knows_it(desk: Desk) -> None:
    act = publish(desk, 1)
    assert act.at == "2026-06-08T09:30:00+08:00"
    assert desk.store.read(act, "issue.pdf") == b"%PDF \x01"
    assert json.loads(desk.store.read(act, "record.json")) == json.loads(act.record)
    witness = desk.store.witness()
    assert witness is not None
    assert (witness.seq, witness.hash) == (1, act.hash)
    with desk.register.reading() as now:
        assert now.acts() == [act]


def test_the_same_key_again_is_the_same_act(desk: Desk) -> None:
    assert publish(desk, 1) == publish(desk, 1)
    assert bags(desk) == ["ducha-kuaixun/2026/1"]


def test_what_is_refused_under_the_lock_leaves_nothing(desk: Desk) -> None:
    def refuse(_: object) -> Draft:
        raise FileError("不行")

    with pytest.raises(FileError):
        record(desk, refuse)
    assert not desk.store.root.exists()
    assert publish(desk, 1).seq == 1


def test_a_bag_that_a_crash_left_is_put_aside_and_its_number_is_given_again(desk: Desk) -> None:
    one = publish(desk, 1)
    lost = draft(2)
    act = Act(
        2, one.hash, "publish", lost.publication, 2026, lost.issue, 0, lost.by, "", one.at, lost.key, lost.folder, lost.data,
        {"issue.pdf": "0" * 64},
    )  # fmt: skip
    from builder.files import sha256

    act = Act.from_record(act.record.replace(b"0" * 64, sha256(b"lost").encode()))
    desk.store.place(act, {"issue.pdf": b"lost"})
    assert publish(desk, 2).hash != act.hash
    assert bags(desk) == ["ducha-kuaixun/2026/1", "ducha-kuaixun/2026/2"]
    assert len(quarantined(desk)) == 1


def test_a_commit_that_failed_is_told_and_leaves_the_number_free(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(desk, 1)
    monkeypatch.setattr(Register, "turn", _losing(Register.turn, before=True))
    with pytest.raises(FileError, match="没有写成"):
        publish(desk, 2)
    monkeypatch.undo()
    assert bags(desk) == ["ducha-kuaixun/2026/1"]
    assert publish(desk, 2).seq == 2


def test_a_commit_whose_answer_was_lost_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Register, "turn", _losing(Register.turn, before=False))
    act = publish(desk, 1)
    monkeypatch.undo()
    assert publish(desk, 1) == act


def test_a_commit_that_nobody_can_tell_about_says_so_and_keeps_the_bag(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> Act:
        raise FileError("连不上")

    monkeypatch.setattr(Register, "turn", _losing(Register.turn, before=False))
    monkeypatch.setattr(Register, "settle", unreachable)
    with pytest.raises(OutcomeUnknown, match="不能确定"):
        publish(desk, 1)
    monkeypatch.undo()
    assert publish(desk, 1).seq == 1
    assert bags(desk) == ["ducha-kuaixun/2026/1"]
    assert quarantined(desk) == []


@pytest.mark.parametrize("done", [True, False])
def test_an_interrupt_around_the_commit_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, done: bool) -> None:
    from sqlalchemy import RootTransaction

    commit = RootTransaction.commit

    def interrupted(transaction: RootTransaction) -> None:
        if done:
            commit(transaction)
        raise KeyboardInterrupt

    publish(desk, 1)
    monkeypatch.setattr(RootTransaction, "commit", interrupted)
    with monkeypatch.context() as only:
        only.setattr(Register, "settle", _undisturbed(Register.settle, monkeypatch, commit))
        if done:
            assert publish(desk, 2).seq == 2
        else:
            with pytest.raises(KeyboardInterrupt):
                publish(desk, 2)
    assert bags(desk) == [f"ducha-kuaixun/2026/{n}" for n in ((1, 2) if done else (1,))]
    assert publish(desk, 2).seq == 2


def test_an_answer_that_was_there_already_needs_no_commit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    act = publish(desk, 1)
    monkeypatch.setattr(Register, "turn", _losing(Register.turn, before=False))
    assert publish(desk, 1) == act


def _undisturbed(settle: object, monkeypatch: pytest.MonkeyPatch, commit: object) -> object:
    """``Register.settle`` with the true commit back in its place."""
    from sqlalchemy import RootTransaction

    def settled(register: Register, act: Act, undo: Callable[[], None]) -> bool:
        monkeypatch.setattr(RootTransaction, "commit", commit)
        return settle(register, act, undo)  # type: ignore[operator, no-any-return]

    return settled


def test_a_register_older_than_the_archive_records_nothing(desk: Desk, place: Address) -> None:
    assert place.file is not None
    publish(desk, 1)
    desk.register.close()
    old = place.file.read_bytes()
    publish(desk, 2)
    publish(desk, 3)
    desk.register.close()
    for name in (place.file.name, f"{place.file.name}-wal", f"{place.file.name}-shm"):
        place.file.with_name(name).unlink(missing_ok=True)
    place.file.write_bytes(old)
    for _ in range(2):
        with pytest.raises(RegisterBehind, match="登记簿比归档夹旧"):
            publish(desk, 4)
        (desk.store.root / "HEAD").unlink(missing_ok=True)
    assert bags(desk) == [f"ducha-kuaixun/2026/{n}" for n in (1, 2, 3)]


def test_a_bag_is_put_aside_while_nobody_else_can_write(
    desk: Desk, place: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it might be the next writer's bag by then, in the same folder."""
    asked: list[bool] = []
    holds = Store.holds

    def locked(store: Store, act: Act) -> bool:
        with closing(sqlite3.connect(str(place.file), timeout=0, isolation_level=None)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                asked.append(False)
            except sqlite3.OperationalError:
                asked.append(True)
        return holds(store, act)

    def failing(*_: object) -> None:
        raise FileError("不行")

    monkeypatch.setattr(Store, "holds", locked)
    monkeypatch.setattr(Turn, "append", failing)
    with pytest.raises(FileError, match="不行"):
        publish(desk, 1)
    monkeypatch.undo()
    monkeypatch.setattr(Store, "holds", locked)
    monkeypatch.setattr(Register, "turn", _losing(Register.turn, before=True))
    with pytest.raises(FileError, match="没有写成"):
        publish(desk, 1)
    assert asked == [True, True]
    assert bags(desk) == []


def test_an_archive_without_the_last_act_is_not_this_registers_archive(desk: Desk, tmp_path: Path) -> None:
    """A disk that is not mounted, an old backup, the archive of another machine."""
    publish(desk, 1)
    away = desk.store.root.rename(tmp_path / "elsewhere")
    with pytest.raises(ArchiveBehind, match="没有第 1 号手续"):
        publish(desk, 2)
    assert not desk.store.root.exists()
    away.rename(desk.store.root)
    assert publish(desk, 2).seq == 2


def _losing(turn: object, before: bool) -> object:
    """``Register.turn`` whose commit is lost, before or after it was done."""
    from contextlib import contextmanager

    class _Undone(Exception):
        pass

    @contextmanager
    def losing(register: Register) -> Iterator[object]:
        try:
            with turn(register) as opened:  # type: ignore[operator]
                yield opened
                if before:
                    raise _Undone
        except _Undone:
            raise CommitLost(register.address, "cut") from None
        if not before:
            raise CommitLost(register.address, "cut")

    return losing
