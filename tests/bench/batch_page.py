"""What was measured as Markdown tables and charts: ``docs/performance.md`` and the SVG files beside it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

BEGIN, END = "<!-- measured: {} -->", "<!-- /measured: {} -->"
_LIBRARIES = ("typst", "pypdfium2", "docxtpl", "distributed")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its target: at least ``least`` or at most ``most``; neither where it is only told."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def __str__(self) -> str:
        target = "" if self.least is None else f"≥ {_short(self.least)}"
        target += "" if self.most is None else f"≤ {_short(self.most)}"
        verdict = {True: "met", False: "**missed**", None: ""}[self.met]
        return f"| {self.name} | {_short(self.value)} {self.unit} | {target} | {verdict} | {self.note} |"


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    rows = ["| What | measured | target | | |", "|---|---:|---:|---|---|", *map(str, figures)]
    return "\n".join(rows)


def machine() -> str:
    """The machine and the programs, without names."""
    memory = psutil.virtual_memory().total / (1 << 30)
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.system()}, Python {platform.python_version()}, {libraries}."


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def put(page: Path, name: str, text: str) -> None:
    """Put a text between the page's marks of this name.

    Raises:
        ValueError: the page does not have them.
    """
    whole = page.read_text(encoding="utf-8")
    begin, end = BEGIN.format(name), END.format(name)
    start, stop = whole.index(begin) + len(begin), whole.index(end)
    page.write_text(f"{whole[:start]}\n{text}\n{whole[stop:]}", encoding="utf-8")


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
