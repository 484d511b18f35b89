"""A hundred Word files of four pages made PDFs, beside LibreOffice's own conversion: ``python -m tests.bench.office``.

``JIANBAO_BENCH_SCALE`` (1: 100 files) makes it shorter. Each is started as a user starts it, in a new process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import psutil

from builder import fonts, pdfium
from builder.settings import workspace
from builder.soffice import find
from builder.workflow import opening, planning, rendering
from tests.bench.archive import Figure
from tests.office import ROOT

FILES = 100
PAGES = 4
ISSUE = "2026/gongzuo-xinxi-11"
TARGET = 30.0  # seconds for FILES


def made(folder: Path, count: int) -> list[Path]:
    """Copies of a sample issue of four pages, with a table, as ``build`` makes it."""
    folder.mkdir(parents=True)
    opened = opening.open_workspace(workspace(ROOT))
    fontset = fonts.find(ROOT, system=False, cache=folder.parent / "fonts")
    edition = planning.compose_issue(opened, ISSUE, fontset).edition
    assert edition is not None
    with rendering.Renderer(opened.workspace.templates, fontset) as renderer:
        word = renderer.render(edition).files["docx"]
    files = [folder / f"{n:03}.docx" for n in range(count)]
    for file in files:
        file.write_bytes(word)
    return files


def figures(folder: Path, count: int) -> Iterator[Figure]:
    """``jianbao pdf``, the same with a LibreOffice killed in between, and LibreOffice's own conversion; seconds for all files."""
    files = made(folder / "word", count)
    target = TARGET * count / FILES + 5 * (count < FILES)  # few files still need LibreOffice to start
    for label, killed in (("jianbao pdf", False), ("jianbao pdf, one LibreOffice killed", True)):
        out = folder / ("killed" if killed else "pdf")
        taken = _run([sys.executable, "-m", "builder", "pdf", *map(str, files), "--out", str(out)], folder, killed)
        yield Figure(f"{label}, {count} files", taken, target, "s", f"{_pages(out, count)} pages each")
    program = find()
    if program is not None:
        out, profile = folder / "plain", (folder / "profile").as_uri()
        command = [
            program,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(out),
        ]
        yield Figure(
            f"soffice --convert-to pdf, {count} files", _run([*command, *map(str, files)], folder, False), None, "s"
        )


def _run(command: Sequence[str], folder: Path, kill: bool) -> float:
    """Seconds; with ``kill`` one LibreOffice of this command is ended while it works."""
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_FONTS": str(ROOT / ".fonts")}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=quiet, stderr=quiet) as process:
        while kill and process.poll() is None and not any((folder / "killed").glob("*.pdf")):
            time.sleep(0.05)
        if kill:
            offices = [p for p in psutil.Process(process.pid).children(recursive=True) if p.name() == "soffice.bin"]
            offices[0].kill()
        code = process.wait()
    assert code == 0, code
    return time.perf_counter() - start


def _pages(out: Path, count: int) -> int:
    """The pages of each file; all must be there."""
    found = {len(pdfium.texts(path.read_bytes())[0]) for path in out.glob("*.pdf")}
    assert len(list(out.glob("*.pdf"))) == count
    return max(found)


def main() -> None:
    """Measure, print a table."""
    if find() is None or shutil.which("python3") is None:
        click.echo("LibreOffice is not installed: nothing was measured.", err=True)
        return
    count = max(2, round(FILES * float(os.environ.get("JIANBAO_BENCH_SCALE", "1"))))
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as folder:
        click.echo("| Work | figure | target | | |\n|---|---:|---:|---|---|")
        for figure in figures(Path(folder), count):
            click.echo(figure)
    click.echo(f"\n{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
