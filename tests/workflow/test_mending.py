"""``doctor`` puts away what a crash left, says so, and finds nothing the second time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.archive import store
from builder.errors import FileError
from builder.register import address, open_register
from builder.settings import Workspace
from builder.workflow.fixity import fixity
from builder.workflow.mending import doctor
from builder.workflow.recording import Desk, Draft, record
from tests.workflow import issued

ROOT = Path(__file__).resolve().parents[2]


def _act(desk: Desk, number: int) -> None:
    key = f"key-{number}"
    draft = Draft("submit", "k", 2026, key, "编辑", "2026/a", files={"view.json": b"{}"})
    record(desk, lambda turn: turn.by_key(key) or draft)


CRASH = """
import sys
from pathlib import Path
from builder.settings import Workspace
from tests.workflow import issued
from tests.workflow.test_mending import _act
with issued.desk(Workspace(Path(sys.argv[1]))) as desk:
    _act(desk, 3)
"""
POINTS = {
    "archive-staged": ["删去写到一半的归档包"],
    "archive-file-2": ["删去写到一半的归档包"],
    "archive-announced": ["删去写到一半的归档包"],
    "archive-ready": ["删去写到一半的归档包"],
    "archive-renamed": ["没有登记的归档包移到"],
    "archive-placed": ["没有登记的归档包移到"],
    "register-inserted": ["没有登记的归档包移到"],
    "register-committed": ["归档夹的 HEAD 补记到第 3 号手续"],
    "witness-written": [],
}


@pytest.mark.parametrize("point", POINTS)
def test_what_each_crash_leaves_is_put_away_and_told_once(tmp_path: Path, point: str) -> None:
    place = Workspace(tmp_path)
    with issued.desk(place) as desk:
        _act(desk, 1)
        _act(desk, 2)
    environment = {**os.environ, "JIANBAO_FAILPOINT": point}
    assert subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], cwd=ROOT, env=environment).returncode < 0
    with issued.desk(place) as desk:
        # SQLite may have undone or kept its log already when it was opened; that is told, or not.
        done = [line for line in doctor(desk) if "日志" not in line]
        assert [line.startswith(told) for line, told in zip(done, POINTS[point], strict=True)] == [True] * len(done)
        assert doctor(desk) == []
        assert [f.code for f in fixity(place, None).faults if f.code != "archive-aside"] == []
        _act(desk, 3)
        assert desk.register.head().seq == 3


def test_what_stands_beside_the_protocol_is_put_away_too(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    with issued.desk(place) as desk:
        _act(desk, 1)
        (place.archive / ".half.tmp").write_bytes(b"x")
        (place.archive / "xin-kan/2027/acts").mkdir(parents=True)
        (place.archive / store.HEAD).unlink()
        (place.archive / store.NEXT).write_text("{")
        place.register.with_name("register.sqlite.new").write_bytes(b"half")
        assert doctor(desk) == [
            "删去写到一半的文件 .half.tmp",
            "删去空文件夹 xin-kan/2027/acts",
            "归档夹的 HEAD 补记到第 1 号手续",
            "归档夹的 NEXT 照最后一号手续重写",
            "删去重建到一半的登记簿 register.sqlite.new",
            "登记簿的日志并入登记簿",  # this process has written and is not at its end
        ]
        assert doctor(desk) == []
        assert not (place.archive / "xin-kan").exists()
        assert fixity(place, None).faults == ()


def test_what_a_person_must_judge_is_left_where_it_is(tmp_path: Path) -> None:
    place = Workspace(tmp_path)
    with issued.desk(place) as desk:
        _act(desk, 1)
        (place.archive / "k/2026/17").mkdir()
        (place.archive / "k/2026/17/note.txt").write_text("mine")
        assert doctor(desk) == ["登记簿的日志并入登记簿"]
        assert doctor(desk) == []
    assert (place.archive / "k/2026/17/note.txt").read_text() == "mine"
    assert [f.code for f in fixity(place, None).faults] == ["archive-unknown"]


def test_without_a_register_doctor_points_to_restore_or_start(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="还没有登记簿"):
        open_register(address(Workspace(tmp_path), environment={}), create=False)
