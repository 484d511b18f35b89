"""Starting a foreign program so that it always ends: a deadline, a memory limit, and no child left behind."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

_PAUSE = 0.05  # seconds between two looks at a running program
# What a program needs of the environment to run at all; nothing of what a user has set goes along.
_KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PROGRAMFILES", "PROGRAMDATA", "LD_LIBRARY_PATH")


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
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    private = {name: str(folder) for name in ("HOME", "USERPROFILE", "TMPDIR", "TMP", "TEMP")}
    # By a file: in Python 3.11 a second communicate() after a timeout writes no more of the input to a pipe.
    with tempfile.TemporaryFile(dir=folder) as given:
        given.write(data)
        given.seek(0)
        process = subprocess.Popen(
            [*command],
            cwd=folder,
            env={**kept, **private, **(environment or {})},
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            return _watched(process, seconds, memory)
        finally:
            _kill(process)


def _watched(process: subprocess.Popen[bytes], seconds: float, memory: int) -> Ended:
    end = time.monotonic() + seconds
    while True:
        with suppress(subprocess.TimeoutExpired):
            output, errors = process.communicate(timeout=_PAUSE)
            return Ended(process.returncode, output, errors)
        passed: Literal["", "time", "memory"] = ""
        if time.monotonic() > end:
            passed = "time"
        elif _held(process.pid) > memory:
            passed = "memory"
        if passed:
            _kill(process)
            return Ended(-1, b"", b"", passed)


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that it started; empty when it is gone."""
    try:
        parent = psutil.Process(pid)
        return [*parent.children(recursive=True), parent]
    except psutil.Error:
        return []


def _held(pid: int) -> int:
    """Bytes of memory that a process and its children hold."""
    total = 0
    for process in _family(pid):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children; nothing happens to one that has ended."""
    if process.poll() is None:
        for member in _family(process.pid):
            with suppress(psutil.Error):
                member.kill()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()
