"""Other programs, and the door to psutil: what they take, limits that they cannot pass, and no child left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import psutil  # at run time where it is asked: loading it takes as long as the rest of a program's start

_PAUSE = 0.05  # seconds between two looks at a running program
# What a program needs of the environment to run at all; nothing of what a user has set goes along.
_KEPT = (
    *("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PROGRAMFILES", "PROGRAMDATA"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: its exit code, what it wrote, and the limit that it passed ("" when none)."""

    code: int
    output: bytes
    errors: bytes
    passed: Literal["", "time", "memory"] = ""


def run(
    command: Sequence[str],
    folder: Path,
    *,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
    seconds: float,
    memory: int,
) -> Ended:
    """Run a program in ``folder``, which is its home and its place for temporary files.

    Args:
        command: program and arguments; no shell reads them.
        folder: an existing private folder.
        data: standard input.
        environment: variables besides the few that every program needs.
        seconds: the deadline; a program that passes it is killed with its children.
        memory: bytes that it and its children may hold in memory together; likewise.

    Raises:
        OSError: the program cannot be started.
    """
    # By a file: in Python 3.11 a second communicate() after a timeout writes no more of the input to a pipe.
    with tempfile.TemporaryFile(dir=folder) as given:
        given.write(data)
        given.seek(0)
        process = start(command, folder, environment, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            return _watched(process, seconds, memory)
        finally:
            kill(process)
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()


# Our own processes set issue after issue: what one frees, the next takes again. glibc would give it back to the system each
# time, and a fifteenth of Typst's time would go into fetching it. Other systems do not know these names.
_HEAP = {
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TOP_PAD_": str(4 << 20),
}


def python(module: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Command and environment that run a module of this program in a process of its own, with the libraries it has."""
    own = str(Path(__file__).resolve().parents[1])
    places = os.pathsep.join(dict.fromkeys([own, *(p for p in sys.path if p)]))
    quiet = {"PYTHONDONTWRITEBYTECODE": "1"} if sys.dont_write_bytecode else {}
    command = [sys.executable, "-P", "-s", "-m", module, *arguments]
    return command, {**quiet, **_HEAP, "PYTHONPATH": places, "PYTHONUTF8": "1"}


def processors() -> int:
    """How many processors this process may use; a container may be given fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def start(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None = None,
    *,
    stdin: int | IO[bytes],
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
) -> subprocess.Popen[bytes]:
    """Start a program that ``kill`` ends with all that it started. Ctrl-C reaches only this program, not that one.

    Arguments are as for ``run``; who starts a program ends it.

    Raises:
        OSError: it cannot be started.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    private = {name: str(folder) for name in ("HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP")}
    group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return subprocess.Popen(
        [*command],
        cwd=folder,
        env={**kept, **private, **(environment or {})},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        **group,
    )


def _watched(process: subprocess.Popen[bytes], seconds: float, memory: int) -> Ended:
    end = time.monotonic() + seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            output, errors = process.communicate(timeout=_PAUSE)
            return Ended(process.returncode, output, errors)
        if time.monotonic() > end:
            return Ended(-1, b"", b"", "time")
        if held_together(process.pid) > memory:
            return Ended(-1, b"", b"", "memory")


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that it started; empty when it is gone."""
    import psutil

    try:
        parent = psutil.Process(pid)
        return [*parent.children(recursive=True), parent]
    except psutil.Error:
        return []


def held(pid: int) -> int:
    """Bytes of memory that a process holds, without what it started; 0 when it is gone."""
    import psutil

    with suppress(psutil.Error):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def held_together(pid: int) -> int:
    """Bytes of memory that a process and all that it started hold; 0 when it is gone."""
    return sum(held(member.pid) for member in _family(pid))


def used(pid: int) -> float:
    """Seconds of processor time that a process has used; 0 when it is gone."""
    import psutil

    with suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return 0.0


def kill_with_sessions(process: subprocess.Popen[bytes], grace: float = 1.5) -> None:
    """``kill`` for a program whose children may lead sessions of their own, as those do that ``start`` started there.

    They see that their pipes close: for ``grace`` seconds they may end by themselves, so that they clear up.
    """
    import psutil

    left, until = _family(process.pid)[:-1], time.monotonic() + grace
    kill(process)
    while (left := [member for member in left if not _over(member)]) and time.monotonic() < until:
        psutil.wait_procs(left, timeout=_PAUSE)
    for member in left:
        with suppress(psutil.Error):
            member.kill()


def _over(process: psutil.Process) -> bool:
    """Whether a process has ended: also one that nobody has buried yet, as in containers whose first process takes its time."""
    import psutil

    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a program that ``start`` started, and all that it started itself, also when the program alone has ended."""
    if sys.platform != "win32":
        with suppress(OSError):  # nobody is left
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        import psutil

        for member in _family(process.pid):
            with suppress(psutil.Error):
                member.kill()
    process.wait()
