"""What the workers of these tests are asked to do, well or badly. In a module of its own: calls travel by name."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from builder import fonts
from builder.batch import kept
from builder.batch.crew import Shared
from builder.render.child import Engines
from builder.soffice import Office
from builder.workflow.office_faces import faces

ROOT = Path(__file__).resolve().parents[2]


def double(number: int) -> int:
    return 2 * number


def pid(_: Any) -> int:
    return os.getpid()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def fail(text: str) -> None:
    raise ValueError(text)


def leave(code: int) -> None:
    os._exit(code)


def quit_politely(code: int) -> None:
    sys.exit(code)


def crash(_: Any) -> None:
    ctypes.string_at(0)


def be_killed(number: int) -> None:
    os.kill(os.getpid(), number)


def hoard(_: Any) -> None:
    kept = []
    while True:
        kept.append(os.urandom(1 << 20) * 16)
        time.sleep(0.01)


def hang(_: Any) -> None:
    while True:
        pass


def unsendable(_: Any) -> Any:
    return lambda: 1


class Unreadable:
    """What can be written and not be read."""

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return fail, ("unreadable",)


def unreadable(_: Any) -> Unreadable:
    return Unreadable()


def bulk(size: int) -> bytes:
    return bytes(size)


def with_child(folder: str) -> None:
    """Start a child in a session of its own, as the engines are; write its number; then hang."""
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, start_new_session=True
    )
    deaf = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    target = Path(folder) / "children"
    target.with_suffix(".new").write_text(f"{os.getpid()} {child.pid} {deaf.pid}")
    target.with_suffix(".new").rename(target)
    hang(None)


def die_once(folder: str) -> str:
    """Die by a signal from outside the first time, then answer."""
    mark = Path(folder) / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second"


def shared_value(shared: Shared) -> Any:
    return kept.value(shared)


def grow(size: int) -> int:
    """Keep so many bytes more."""
    _grown.append(os.urandom(1 << 20) * (size >> 20))
    return os.getpid()


_grown: list[bytes] = []


def interrupt(_: Any) -> None:
    raise KeyboardInterrupt


def work_for(given: tuple[float, int]) -> int:
    """Seconds of processor time, and the number that is given back."""
    end = time.process_time() + given[0]
    while time.process_time() < end:
        pass
    return given[1]


def with_engines(folder: str) -> None:
    """Start engines, let them open their libraries, write the numbers of all processes; then hang."""
    engines = Engines()
    _tell_children(folder)
    hang(engines)


def stuck(folder: str) -> None:
    """Never let go of the interpreter: no thread of this process runs any more."""
    (Path(folder) / "children").write_text(str(os.getpid()))
    re.match(r"(a+)+$", "a" * 60 + "b")


def with_office(folder: str) -> None:
    """Have LibreOffice set a page, write the numbers of all its processes and its sockets; then hang."""
    office = Office(faces(fonts.find(ROOT, system=False)))
    office.pdf(Path(folder, "page.docx").read_bytes(), "page.docx")
    _tell_children(folder)
    hang(office)


def _tell_children(folder: str) -> None:
    target = Path(folder) / "children"
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    target.with_suffix(".new").write_text(" ".join(str(p.pid) for p in family))
    target.with_suffix(".new").rename(target)
