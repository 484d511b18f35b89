"""The process of a worker, as the slot that it serves sees it: started, asked, ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from builder import programs
from builder.render import pipe

_LAST = 0.5  # s that a process may live on that has closed its pipe
_OTHERS = (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM), signal.SIGINT, getattr(signal, "SIGHUP", 1))


def from_outside(code: int) -> bool:
    """Whether a process that ended with this code was ended by somebody else; only where there are signals."""
    return code < 0 and -code in _OTHERS


def signal_name(number: int) -> str:
    """``信号 SIGKILL``."""
    try:
        return f"信号 {signal.Signals(number).name}"
    except ValueError:
        return f"信号 {number}"


class Worker:
    """One process and its pipes. ``kill`` may come from any thread, all else from the slot's."""

    def __init__(self, crew: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=crew))
        self._errors = self._folder / "errors.txt"
        command, environment = programs.python("builder.batch.worker", str(self._folder))
        places = {name: str(self._folder) for name in ("TMPDIR", "TMP", "TEMP")}
        with self._errors.open("wb") as errors:
            self._popen = programs.start(
                command,
                self._folder,
                {**os.environ, **environment, **places},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self._requests, self._answers = cast(BinaryIO, self._popen.stdin), cast(BinaryIO, self._popen.stdout)
        self.began = time.monotonic()
        self.greeted = self.killed = False

    def ready(self) -> bool:
        """Wait until the process has loaded its libraries; False where it ended before."""
        self.greeted = self.greeted or self._receive() is not None
        return self.greeted

    def ask(self, call: bytes, seconds: float) -> pipe.Message | None:
        """Have a call performed that may take so many seconds; None when the process has died."""
        with suppress(OSError, ValueError):  # the pipe is broken, or closed
            pipe.send(self._requests, {"seconds": seconds}, [call])
            return self._receive()
        return None

    def _receive(self) -> pipe.Message | None:
        with suppress(OSError, ValueError):
            return pipe.receive(self._answers)
        return None

    def megabytes(self) -> float:
        """Memory in use now, that of its children with it."""
        return programs.held_together(self._popen.pid) / (1 << 20)

    def code(self) -> int:
        """The exit code; who has closed the pipes and lives on is killed."""
        with suppress(subprocess.TimeoutExpired):
            return self._popen.wait(_LAST)
        self.kill()
        return self._popen.wait()

    def kill(self) -> None:
        """End the process and its children."""
        self.killed = True
        programs.kill_with_sessions(self._popen)

    def end(self) -> str:
        """``kill``, and clear up; the last line that it said on its error output."""
        self.kill()
        with suppress(OSError):
            self._requests.close()
        self._answers.close()
        told = ""
        with suppress(OSError):
            told = self._errors.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2][-400:]
        shutil.rmtree(self._folder, ignore_errors=True)
        return told
