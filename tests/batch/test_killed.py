"""The driver of a batch killed again and again, then resumed: nothing is missing, nothing was made twice."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.batch.batches import build, drafts, make, started, whole

pytestmark = [pytest.mark.long, pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")]
_ISSUES, _POINTS, _TIMED = 60, 44, 6


def _killed_at(root: Path, n: int) -> None:
    """One run that is killed at the ``n``-th issue: by turns after its line in the index, and after its files."""
    point, name = ("recorded", "written")[n % 2], sorted(f"2026/第{k}期" for k in range(1, _ISSUES + 1))[n - 1]
    run = build(root, "--jobs", "1", "--format", "pdf", failpoint=f"batch-{point}:{name}")
    assert run.code == -signal.SIGKILL, run.err


def _killed_after(root: Path, seconds: float) -> None:
    with started(root, "--jobs", "2", "--format", "pdf") as process:
        family: list[psutil.Process] = []
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            family = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            process.communicate()
    end = time.monotonic() + 20
    while any(member.is_running() and member.status() != psutil.STATUS_ZOMBIE for member in family):
        assert time.monotonic() < end, "workers outlive their driver"
        time.sleep(0.05)


def test_a_driver_killed_at_fifty_points_loses_nothing_and_makes_nothing_twice(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    root = make(tmp_path / "ws", _ISSUES)
    clean = shutil.copytree(root, tmp_path / "clean")
    chosen = random.Random(7)
    seen: dict[str, tuple[int, int, str]] = {}
    made = again = 0
    for n in range(1, _POINTS + _TIMED + 1):
        if n <= _POINTS:
            _killed_at(root, n)
        else:
            _killed_after(root, chosen.uniform(0.8, 3.0))
        now = drafts(root)
        again += sum(now[name] != before for name, before in seen.items())
        made += len(now.keys() - seen.keys())
        seen = now
    last = build(root, "--format", "pdf")
    assert last.code == 0, last.err
    again += sum(drafts(root)[name] != before for name, before in seen.items())
    assert again == 0
    assert whole(root, _ISSUES, ("pdf",))
    assert build(clean, "--format", "pdf").code == 0
    assert {name: sha for name, (_, _, sha) in drafts(root).items()} == {
        name: sha for name, (_, _, sha) in drafts(clean).items()
    }
    tell(f"driver killed {_POINTS + _TIMED} times in a batch of {_ISSUES}: 0 issues missing, {again} made twice")
