"""strace around one piece of work of a warm child: which system calls change something, and what happens when one of them fails."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.faults.zygote import Child, Ended, Zygote

# All that change a file, its name or its being on the disk; those that a system does not have strace passes over ("?").
MUTATING = (
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "fsync", "fdatasync", "sync_file_range",
    "msync", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat", "symlink",
    "symlinkat", "truncate", "ftruncate", "fallocate", "chmod", "fchmod", "fchmodat", "openat", "open", "creat",
)  # fmt: skip
_OPEN = ("openat", "open", "creat")
# Everything in hexadecimal (-xx), with the paths of descriptors (-y).
TRACE = (
    "-y",
    "-xx",
    "-s",
    str(1 << 24),
    "-e",
    "trace=" + ",".join(f"?{name}" for name in (*MUTATING, "lseek", "close")),
)
_LINE = re.compile(r"(\w+)(\(.*)")
_DESCRIPTOR = re.compile(r"(?:(\d+)|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>(?:\(deleted\))?")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_WAIT = 60


@dataclass(frozen=True, slots=True)
class Call:
    """The ``nth`` call of ``name`` of a piece of work, and the first path in it."""

    name: str
    nth: int
    path: str

    def __str__(self) -> str:
        return f"{self.name}#{self.nth} {self.path}"


@cache
def impossible() -> str:
    """Why strace cannot be used here; "" where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(
        ["strace", "-o", os.devnull, "true"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()[-200:]}"


def calls(zygote: Zygote, log: Path, below: Path, work: str, **job: Any) -> tuple[list[Call], Ended]:
    """The changing calls of a piece of work on what lies below a folder, in their order."""
    with traced(zygote, log, TRACE, work, **job) as child:
        pass
    counts: Counter[str] = Counter()
    found = []
    for line in lines(log):
        counts[line.name] += 1
        if line.name not in MUTATING or (line.name in _OPEN and not line.creates):
            continue
        if path := next((p for p in line.paths if p.is_relative_to(below)), None):
            found.append(Call(line.name, counts[line.name], path.relative_to(below).as_posix()))
    return found, child.end.result(_WAIT)


def faulty(zygote: Zygote, log: Path, call: Call, fault: str, work: str, **job: Any) -> Ended:
    """The same work with ``fault`` (``signal=SIGKILL``, ``error=ENOSPC``, ``error=EIO``) at one call.

    A killed process does not do the call; see strace's manual on tampering. The trace tells whether the call came.
    """
    inject = f"-einject={call.name}:{fault}:when={call.nth}"
    with traced(zygote, log, (f"-etrace={call.name}", inject), work, **job) as child:
        pass
    trace = log.read_text(encoding="utf-8", errors="replace")
    assert "(INJECTED)" in trace or "killed by" in trace, f"{call} did not come: the work is not the same every time"
    return child.end.result(_WAIT)


@contextmanager
def traced(zygote: Zygote, log: Path, options: tuple[str, ...], work: str, **job: Any) -> Iterator[Child]:
    """Work under strace from its first step to its end (when the block is left); the trace is in ``log``."""
    child = zygote.start(work, stopped=True, **job)
    _until(lambda: _status(child.pid)[0] == "T")
    command = ["strace", "-qq", "-o", str(log), "-p", str(child.pid), *options]
    strace = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        # A process that stands still when it is attached to is let go by strace only after every call of it is watched.
        _until(lambda: _status(child.pid)[1] != "0" or strace.poll() is not None)
        assert strace.poll() is None, f"strace: {strace.communicate()[1]}"
        os.kill(child.pid, signal.SIGCONT)
        yield child
    except BaseException:
        os.kill(child.pid, signal.SIGKILL)
        raise
    finally:
        strace.communicate(timeout=_WAIT)


@dataclass(frozen=True, slots=True)
class Line:
    """A call of a trace made with ``TRACE``.

    ``paths`` are absolute: of the descriptors, and of the names (below their folder's descriptor where there is one).
    ``texts`` are the bytes in quotes, ``rest`` is the line without both; ``result`` is minus one where the call failed.
    """

    name: str
    descriptors: tuple[tuple[int, Path], ...]
    texts: tuple[bytes, ...]
    rest: str
    result: int

    @property
    def paths(self) -> list[Path]:
        """Everything that the call names."""
        if self.name in ("write", "pwrite64", "writev", "pwritev", "pwritev2") or not self.texts:
            return [path for _, path in self.descriptors[:1]]
        # openat gives its result as a descriptor, too: that is the name again.
        folders = [path for _, path in self.descriptors]
        return [
            folders[min(n, len(folders) - 1)] / os.fsdecode(t) if folders else Path(os.fsdecode(t))
            for n, t in enumerate(self.texts)
        ]

    @property
    def creates(self) -> bool:
        """Whether an ``open`` makes or empties a file."""
        return "O_CREAT" in self.rest or "O_TRUNC" in self.rest or self.name == "creat"

    @property
    def numbers(self) -> list[int]:
        """The arguments that are numbers, in their order."""
        return [int(n) for n in re.findall(r"(?<=, )-?\d+(?=[,)])", self.rest.rpartition(" = ")[0])]


def lines(log: Path) -> Iterator[Line]:
    """Every call of a trace, in order; what was under way when the process died has the result -1."""
    for text in log.read_text(encoding="ascii").splitlines():
        if match := _LINE.match(text):
            descriptors = tuple(
                (int(number) if number else -1, Path(os.fsdecode(_bytes(path))))
                for number, path in _DESCRIPTOR.findall(text)
            )
            rest = _TEXT.sub('""', _DESCRIPTOR.sub("", match.group(2)))
            result = re.search(r" = (-?\d+)", rest)
            # A descriptor as the result has been taken out with the others.
            code = int(result.group(1)) if result else (descriptors[-1][0] if rest.endswith(" = ") else -1)
            yield Line(match.group(1), descriptors, tuple(map(_bytes, _TEXT.findall(text))), rest, code)


def _bytes(shown: str) -> bytes:
    return bytes.fromhex(shown.replace("\\x", ""))


def _status(pid: int) -> tuple[str, str]:
    """State and tracer of a process."""
    found = dict(re.findall(r"^(State|TracerPid):\s+(\w+)", Path(f"/proc/{pid}/status").read_text(), re.M))
    return found["State"], found["TracerPid"]


def _until(true: Any) -> None:
    end = time.monotonic() + _WAIT
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.0005)
