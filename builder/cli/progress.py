"""How far a batch is: a line for each issue where they are few, else a bar on a terminal and a line now and then elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable

from builder.batch.report import lasting
from builder.cli.output import drop, places, say

FEW = 50  # issues: up to so many, each is told in a line of its own
_DRAWN, _TOLD = 0.1, 2.0  # s between two looks of the line on a terminal, between two lines elsewhere
_BAR = 20


class Progress:
    """Progress of ``what`` is done (生成), on standard error: how many issues of how many, their rate, the time left, how many failed.

    What else is printed meanwhile goes through ``above``, so that it does not run into the line.
    """

    def __init__(self, what: str, terminal: bool | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """``terminal``: whether lines can be written over; by default what standard error is."""
        dumb = os.environ.get("TERM", "") == "dumb"
        self._what = what
        self._terminal = (sys.stderr.isatty() and not dumb) if terminal is None else terminal
        self._clock = clock
        self._total = self._done = self._failed = self._known = 0
        self._began = self._told = 0.0
        self._shown = 0

    @property
    def few(self) -> bool:
        """Whether each issue is told for itself."""
        return self._known <= FEW

    def begin(self, total: int, known: int) -> None:
        """``total`` issues are going to be done, of ``known`` with those that are up to date."""
        self._total, self._known, self._began = total, known, self._clock()
        self._told = self._began

    def step(self, label: str, failed: bool = False) -> None:
        """One more is done."""
        self._done += 1
        self._failed += failed
        if self.few:
            say(f"{self._what}（{self._done}/{self._total}）{label}", err=True)
            return
        now = self._clock()
        if now - self._told >= (_DRAWN if self._terminal else _TOLD) or (self._terminal and self._done == self._total):
            self._told = now
            self._draw()

    def above(self, tell: Callable[[], None]) -> None:
        """Print something else; the line stands below it again."""
        drawn = self._shown
        self.clear()
        tell()
        if drawn:
            self._draw()

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write(f"\r{' ' * self._shown}\r")
            self._shown = 0

    def told(self) -> str:
        """``1200/10000期  45.2期/秒  还需约3分20秒  未成3期``."""
        return "  ".join(self._parts())

    def _parts(self) -> list[str]:
        """How many, how fast, then how long and how many failed where there is such a thing."""
        taken = max(self._clock() - self._began, 1e-9)
        rate = self._done / taken
        parts = [f"{self._done}/{self._total}期", f"{rate:.1f}期/秒"]
        if self._done < self._total and self._done:
            parts.append(f"还需约{lasting((self._total - self._done) / rate)}")
        if self._failed:
            parts.append(f"未成{self._failed}期")
        return parts

    def _draw(self) -> None:
        if not self._terminal:
            say(f"{self._what} {self.told()}", err=True)
            return
        line = self._line(shutil.get_terminal_size().columns - 1)
        self.clear()
        self._write(line)
        self._shown = places(line) if self._terminal else 0

    def _write(self, text: str) -> None:
        """Onto the terminal; where that cannot take it, it is one no longer."""
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except UnicodeEncodeError:  # it has no Chinese
            self._terminal = False
        except OSError:  # nobody looks any more
            self._terminal = False
            drop(err=True)

    def _line(self, room: int) -> str:
        """The line in so many columns: where they are too few, without the bar, then without the rate, then cut."""
        full, parts = round(_BAR * self._done / max(1, self._total)), self._parts()
        bar = f"[{'#' * full}{'-' * (_BAR - full)}] "
        for line in (
            f"{self._what} {bar}{'  '.join(parts)}",
            f"{self._what} {'  '.join(parts)}",
            f"{self._what} {'  '.join(parts[:1] + parts[2:])}",
        ):
            if places(line) <= room:
                return line
        while places(line) > room:
            line = line[:-1]
        return line
