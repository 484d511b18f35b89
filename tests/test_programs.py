"""A foreign program always ends, gets all of its input, and leaves no child behind."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from builder import programs

_ROOT = Path(__file__).resolve().parent.parent
_SLOW = "import sys, time; time.sleep(0.4); sys.stdout.write(str(len(sys.stdin.buffer.read())))"
_CHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)"
_LEAVER = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], stdout=2); print('x')"
# A program with a child in a session of its own that ends with its input; orphans come to this process, which buries nobody.
_UNBURIED = """
import ctypes, subprocess, sys, time
assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0
child = "import sys; sys.stdin.read()"
parent = f'''
import subprocess, sys, time
p = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=-1, start_new_session=True)
print('x', flush=True)
time.sleep(600)
'''
killer = f'''
import subprocess, sys, time
from builder import programs
p = subprocess.Popen([sys.executable, '-c', {parent!r}], stdout=-1, start_new_session=True)
p.stdout.readline()
time.sleep(0.5)
began = time.monotonic()
programs.kill_with_sessions(p, 20)
print(time.monotonic() - began)
'''
killing = subprocess.Popen([sys.executable, "-c", killer])
killing.wait()
"""
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
    assert _run(tmp_path, _CHILD, seconds=1.5).passed == "time"
    assert _sleepers(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups: orphans are nobody's there")
def test_what_a_program_leaves_behind_at_its_own_end_is_killed_too(tmp_path: Path) -> None:
    _run(tmp_path, _LEAVER, seconds=3.0)
    assert _sleepers(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has processes that gather orphans")
def test_nobody_waits_for_children_that_have_ended_and_were_not_buried_yet() -> None:
    done = subprocess.run([sys.executable, "-c", _UNBURIED], cwd=_ROOT, capture_output=True, text=True, timeout=60)
    assert float(done.stdout) < 10, done.stderr


def test_a_program_that_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nothing-of-this-name"):
        programs.run([str(tmp_path / "nothing-of-this-name")], tmp_path, seconds=1, memory=1 << 20)


def test_loading_the_module_does_not_load_psutil() -> None:
    code = "import sys, builder.programs, builder.render.child; sys.exit('psutil' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_program_past_its_memory_is_killed(tmp_path: Path) -> None:
    assert _run(tmp_path, _EATER, memory=200 << 20).passed == "memory"


def _sleepers(folder: Path) -> list[psutil.Process]:
    """The programs of a test that still run, by the folder they were started in; the killed may need a moment to go."""
    left = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process)
    return psutil.wait_procs(left, timeout=10)[1]
