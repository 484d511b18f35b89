"""A command on a terminal of its own: what it shows, Ctrl-C typed there, and the terminal closed. POSIX only."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

# The command's terminal is the one that controls it: so Ctrl-C and its closing reach it as they would an editor's.
_TAKE = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


class Terminal:
    """One command on a new terminal, from its start to its end."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int = 100
    ) -> None:
        self._master, slave = pty.openpty()
        ioctl(slave, TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        told = {name: value for name, value in environment.items() if name != "COLUMNS"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE, *command], cwd=folder, env={**told, "TERM": "xterm"},
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self._drawn = bytearray()

    @property
    def drawn(self) -> str:
        """All that was written so far, as it was written."""
        return self._drawn.decode("utf-8", "replace")

    def until(self, pattern: str, seconds: float = 60) -> str:
        """What is written up to the first match of a pattern."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.drawn)):
            assert time.monotonic() < end, self.drawn
            assert self._read(), self.drawn
        return self.drawn[: found.end()]

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def ended(self, seconds: float = 60) -> int:
        """Read until the command has ended; its exit code."""
        end = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < end, self.drawn
        return self.process.wait(seconds)

    def close(self) -> None:
        """Close the window."""
        with contextlib.suppress(OSError):
            os.close(self._master)
        self._master = -1

    def _read(self) -> bool:
        """Take what there is within a second; False where nobody writes any more."""
        if not select.select([self._master], [], [], 1.0)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: the last one that had it open is gone
            return False
        self._drawn += data
        return bool(data)
