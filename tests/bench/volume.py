"""年度合订本 of 300 issues of four pages, as ``jianbao volume`` is started: ``python -m tests.bench.volume``. Targets beside.

The issues are really written, signed and published, each with texts of its own; that takes minutes. ``--folder`` keeps the office and
uses it again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psutil

from builder import fonts
from builder.render.child import Engines
from tests.bench import published
from tests.bench.archive import Figure
from tests.office import CHIEF, ROOT, SmallOffice

ISSUES, SECONDS = 300, 30.0
_SEED, _WORDS = 31000, 80
_STEP = 0.05  # s between two looks at the memory


def year(folder: Path, fontset: fonts.FontSet, count: int) -> Path:
    """The office in which so many issues are published, made unless it is there; its folder."""
    if (folder / "output/archive/HEAD").exists():
        return folder
    with Engines() as engines:
        office = SmallOffice(folder, fontset, engines)
        names = [published.write_issue(office, f"2026/{n:04}", _SEED + n, _WORDS) for n in range(count)]
        published.sign_off(office, names)
        for name in names:
            office.publish(name, CHIEF)
    return folder


def figures(root: Path, rounds: int = 3) -> Iterator[Figure]:
    """Seconds and memory of the command with all its processes; the size of the file beside that of the PDFs that it is made of."""
    taken = [_once(root) for _ in range(rounds)]
    told = taken[0][2]
    bound = [issue for issue in told["issues"] if issue["first"]]
    pages = sum(issue["pages"] for issue in bound)
    singles = sum((root / "output/archive" / issue["folder"] / "data/issue.pdf").stat().st_size for issue in bound)
    size = (root / told["file"]).stat().st_size
    note = f"{pages} pages of issues, {told['pages']} of the volume"
    yield Figure(
        f"volume of {len(bound)}", statistics.median(one[0] for one in taken), SECONDS * len(bound) / ISSUES, "s", note
    )
    yield Figure("its memory at most, all processes", max(one[1] for one in taken) / 1e6, None, "MB")
    yield Figure("its size", size / 1e6, None, "MB", f"the issues' own PDFs: {singles / 1e6:,.1f} MB")


def _once(root: Path) -> tuple[float, int, dict[str, Any]]:
    """Seconds by the clock, bytes of memory at most (shared ones of each process counted), and what the command says."""
    command = [sys.executable, "-m", "builder", "-C", str(root), "volume", published.PUBLICATION, "2026", "--json"]
    start, most = time.perf_counter(), 0
    with tempfile.TemporaryFile() as out:
        run = psutil.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.DEVNULL)
        while run.poll() is None:
            most = max(most, _memory(run))
            time.sleep(_STEP)
        seconds = time.perf_counter() - start
        out.seek(0)
        told = json.load(out)
    assert run.returncode == 0, told
    return seconds, most, told


def _memory(process: psutil.Process) -> int:
    total = 0
    try:
        for each in (process, *process.children(recursive=True)):
            total += each.memory_info().rss
    except psutil.Error:  # it has just ended
        return total
    return total


def main() -> None:
    """Make the office and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=ISSUES)
    parser.add_argument("--folder", type=Path, help="keep the office here, and use it again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as scratch:
        root = year(asked.folder or Path(scratch) / "office", fonts.find(ROOT), asked.issues)
        click.echo("| | | target | | |\n|---|---|---|---|---|")
        for figure in figures(root):
            click.echo(str(figure))


if __name__ == "__main__":
    main()
