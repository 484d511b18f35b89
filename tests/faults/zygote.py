"""A warm process that forks a child for every job, so that a case costs milliseconds: nothing is imported again.

``python -m tests.faults.zygote MODULE`` reads jobs as JSON lines, ``{"work": NAME, "out": FILE, …}``. For each it forks a child that
runs ``MODULE.NAME(**rest)`` with its output in ``FILE``, tells the child's number and, when it has ended, how. The module's
``warm`` runs before, in a process of one thread only (a fork copies no others).
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUG = 70  # exit code of a child whose work raised
_ANYBODY, _SET_PTRACER = ctypes.c_ulong(-1), 0x59616D61  # <linux/prctl.h>: strace need not be our parent


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: ``code`` as ``subprocess`` gives it (minus the signal), and what it said."""

    code: int
    told: str


@dataclass(frozen=True, slots=True)
class Child:
    """A child under way."""

    pid: int
    end: Future[Ended]


class Zygote:
    """The warm process, from outside. A context manager; may be asked from several threads."""

    def __init__(self, module: str, folder: Path, *arguments: str) -> None:
        """``folder`` takes what children say; ``arguments`` go to the module's ``warm``."""
        self._folder = folder
        command = [sys.executable, "-m", __name__, module, *arguments]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path)),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._lock, self._count = threading.Lock(), 0
        self._born: dict[int, Future[int]] = {}
        self._ends: dict[int, tuple[Future[Ended], Path]] = {}
        ready = self._answers().readline()
        if json.loads(ready or "{}") != {"ready": True}:
            raise RuntimeError(f"the zygote does not start: {ready!r}")
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def start(self, work: str, stopped: bool = False, **job: Any) -> Child:
        """A child that does ``work``; ``stopped``: it waits for SIGCONT, to be traced first."""
        born: Future[int] = Future()
        end: Future[Ended] = Future()
        with self._lock:
            self._count += 1
            number, out = self._count, self._folder / f"{self._count}.txt"
            out.touch()  # a child may be killed before it says anything
            self._born[number], self._ends[number] = born, (end, out)
            assert self._process.stdin is not None
            line = {"number": number, "work": work, "out": str(out), "stopped": stopped, "job": job}
            self._process.stdin.write(json.dumps(line) + "\n")
        return Child(born.result(60), end)

    def run(self, work: str, **job: Any) -> Ended:
        """A child's work to its end."""
        return self.start(work, **job).end.result(300)

    def _answers(self) -> Any:
        assert self._process.stdout is not None
        return self._process.stdout

    def _listen(self) -> None:
        for line in self._answers():
            told = json.loads(line)
            if "pid" in told:
                self._born.pop(told["number"]).set_result(told["pid"])
            else:
                end, out = self._ends.pop(told["number"])
                end.set_result(Ended(told["code"], out.read_text(encoding="utf-8", errors="replace")))
                out.unlink()
        for end, _ in self._ends.values():
            end.set_exception(RuntimeError("the zygote is gone"))

    def __enter__(self) -> Zygote:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._process.wait(60)
        self._reader.join(60)
        self._answers().close()


def main() -> None:
    """Warm up, then serve until the input ends and all children have."""
    module = importlib.import_module(sys.argv[1])
    module.warm(*sys.argv[2:])
    assert threading.active_count() == 1, "a fork would lose the other threads"
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, int] = {}
    _tell(ready=True)
    open_, rest = True, b""
    while open_ or children:
        ready, _, _ = select.select([wake, *([0] if open_ else [])], [], [])
        if 0 in ready:
            data = os.read(0, 1 << 16)
            open_ = bool(data)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                order = json.loads(line)
                pid = os.fork()
                if not pid:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _work(module, order)
                children[pid] = order["number"]
                _tell(number=order["number"], pid=pid)
        if wake in ready:
            os.read(wake, 1 << 16)
        _reap(children)


def _reap(children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        _tell(number=children.pop(pid), code=os.waitstatus_to_exitcode(status))


def _work(module: ModuleType, order: dict[str, Any]) -> None:
    """The child's life; never returns."""
    code = BUG
    try:
        out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        work: Callable[..., int] = getattr(module, order["work"])
        if order["stopped"]:
            with suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYBODY, 0, 0, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
        code = work(**order["job"])
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _tell(**line: Any) -> None:
    os.write(1, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    main()
