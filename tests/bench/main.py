"""The speed figures of the README: ``make bench``. Each measurement in a process of its own, peers in the same run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from tests.bench import measures, workspace

LABELS = {
    "view": "an edition to its view",
    "docx": "jianbao DOCX, read back",
    "pdf": "jianbao PDF, read back",
    "both": "jianbao DOCX + PDF, read back",
    "docxtpl": "docxtpl, same template and view",
    "libreoffice": "docxtpl + LibreOffice, all files in one call",
}
_MANY = 334  # issues of a workspace with 2,004 items
_SAVES = 20


def main() -> None:
    """Measure everything, print the tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=25, help="issues a measurement, the first to warm up")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.only:
        click.echo(json.dumps(measures.MEASURES[chosen.only](chosen.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as folder:
        place = workspace.make(Path(folder) / "workspace", chosen.issues)
        _report(place, chosen.issues)


def _report(place: Path, issues: int) -> None:
    times: dict[str, list[float]] = {}
    for name in LABELS:
        if name == "libreoffice" and not shutil.which("soffice"):
            click.echo("LibreOffice is not installed: that row is missing.", err=True)
            continue
        click.echo(f"measuring: {LABELS[name]}", err=True)
        times[name] = _child(name, place)
    click.echo(
        f"{issues} issues, {workspace.ITEMS} items of {workspace.CHARACTERS} characters, a {workspace.ROWS}-row table (ten pages);"
    )
    click.echo(f"Python {platform.python_version()}, {os.cpu_count()} cores. Milliseconds an issue.\n")
    click.echo("| Work | median | min |\n|---|---:|---:|")
    for name, taken in times.items():
        click.echo(f"| {LABELS[name]} | {statistics.median(taken) * 1e3:.1f} | {min(taken) * 1e3:.1f} |")
    click.echo("\n| Ratio of medians | times faster |\n|---|---:|")
    for ours, theirs in (("docx", "docxtpl"), ("both", "libreoffice")):
        if theirs in times:
            ratio = statistics.median(times[theirs]) / statistics.median(times[ours])
            click.echo(f"| {LABELS[ours]} / {LABELS[theirs]} | {ratio:.1f} |")
    click.echo("\n| New process, one issue, both formats | seconds |\n|---|---:|")
    first, *more = measures.cold(workspace.make(place.parent / "one", 1), 6)
    click.echo(f"| first run on this machine's caches | {first:.2f} |")
    click.echo(f"| then, median (min) | {statistics.median(more):.2f} ({min(more):.2f}) |")
    click.echo("\n| `build --watch`: item saved → PDF and DOCX on disk | median | max |\n|---|---:|---:|")
    for count in (1, _MANY):
        taken = list(measures.watched(workspace.make(place.parent / f"watched{count}", count), _SAVES))
        told = f"{count * workspace.ITEMS:,} items in the workspace"
        click.echo(f"| {told} | {statistics.median(taken) * 1e3:.0f} ms | {max(taken) * 1e3:.0f} ms |")


def _child(name: str, place: Path) -> list[float]:
    """Seconds an issue, measured in a new process."""
    command = [sys.executable, "-m", "tests.bench.main", "--only", name, "--folder", str(place)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=workspace.ROOT)
    return list(json.loads(done.stdout))


if __name__ == "__main__":
    main()
