"""A foreign program always ends, gets all of its input, and leaves no child behind."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil

from builder import programs

_SLOW = "import sys, time; time.sleep(0.4); sys.stdout.write(str(len(sys.stdin.buffer.read())))"
_CHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)"
_EATER = "x = []\nwhile True: x.append(b'x' * (8 << 20))"


def _run(tmp_path: Path, code: str, **given: float) -> programs.Ended:
    settings = {"seconds": 60.0, "memory": 1 << 30, **given}
    data = b"x" * (8 << 20)
    return programs.run([sys.executable, "-c", code], tmp_path, data=data, **settings)  # type: ignore[arg-type]


def test_a_program_that_reads_late_still_gets_all_of_a_large_input(tmp_path: Path) -> None:
    ended = _run(tmp_path, _SLOW)
    assert (ended.code, ended.output, ended.passed) == (0, str(8 << 20).encode(), "")
    assert list(tmp_path.iterdir()) == []


def test_a_program_past_its_deadline_is_killed_with_its_children(tmp_path: Path) -> None:
    start = time.monotonic()
    assert _run(tmp_path, _CHILD, seconds=1.5).passed == "time"
    assert time.monotonic() - start < 30
    left = psutil.Process().children(recursive=True)
    assert [p for p in left if p.status() != psutil.STATUS_ZOMBIE and "time.sleep(600)" in " ".join(p.cmdline())] == []


def test_a_program_past_its_memory_is_killed(tmp_path: Path) -> None:
    assert _run(tmp_path, _EATER, memory=200 << 20).passed == "memory"
