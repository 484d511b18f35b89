"""Publishing, and an archive of 100,000 published entries: ``python -m tests.bench.archive``. Figures beside their targets.

``JIANBAO_BENCH_SCALE`` (1: 20,000 issues of five entries) makes the archive smaller; ``--folder`` keeps it and uses it again.
Processor time stands beside the clock's where other work on the machine would tell in it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
from sqlalchemy import create_engine
from sqlalchemy.engine.default import DefaultDialect

from builder import fonts, register
from builder.archive.store import Store
from builder.register import Turn
from builder.render.child import Engines
from builder.settings import Workspace
from builder.workflow import publishing
from builder.workflow.rendering import Renderer
from tests.bench import published, search
from tests.office import CHIEF, ROOT, SmallOffice

ISSUES = 20_000
PATTERNS = 100  # issues really published, which the made ones are like
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, in milliseconds (``unit`` otherwise), and what it is to stay below; None for no target."""

    name: str
    value: float
    target: float | None = None
    unit: str = "ms"
    note: str = ""

    def __str__(self) -> str:
        target = "" if self.target is None else f"< {self.target:g}"
        verdict = "" if self.target is None else ("met" if self.value < self.target else "**missed**")
        return f"| {self.name} | {self.value:,.1f} {self.unit} | {target} | {verdict} | {self.note} |"


def publishing_figures(office: SmallOffice, rounds: int = 30) -> Iterator[Figure]:
    """Publishing warm on SQLite, render included, for a short and a long issue; and where the time goes.

    The issues were set for 送审 by another process, so that Typst remembers nothing of them.
    """
    for label, words, count in (("one page", 40, 1), ("four pages", 80, published.ENTRIES)):
        names = [
            published.write_issue(office, f"{label[:3]}/{n:02}", 7000 * count + n, words, count)
            for n in range(rounds + 2)
        ]
        published.sign_off(office, names)
        opened, spent = office.opened(), _Spans()
        whole: list[float] = []
        with Engines() as engines, office.desk() as desk, spent.measured():
            for n, name in enumerate(names):
                spent.next()
                start = time.perf_counter()
                done = publishing.publish(desk, opened, name, CHIEF, office.fontset, engines)
                if n > 1:  # two to warm up
                    whole.append(time.perf_counter() - start)
        assert done.act is not None
        parts = ", ".join(f"{part} {seconds * 1e3:.0f}" for part, seconds in spent.medians().items())
        pages = done.act.data["pages"]
        yield Figure(f"publish, {label} ({pages})", statistics.median(whole) * 1e3, 150, note=f"medians: {parts}")
        yield Figure(f"publish, {label}, fastest", min(whole) * 1e3)


class _Spans:
    """Seconds spent in the parts of publishing, issue by issue."""

    _PARTS: Sequence[tuple[str, Any, str]] = (
        ("checks", publishing, "composed"),
        ("render", Renderer, "render"),
        ("bag", Store, "place"),
        ("rows", Turn, "append"),
        ("commit", DefaultDialect, "do_commit"),
        ("HEAD", Store, "write_witness"),
    )

    def __init__(self) -> None:
        self._issues: list[dict[str, float]] = []

    def next(self) -> None:
        self._issues.append(defaultdict(float))

    @contextmanager
    def measured(self) -> Iterator[None]:
        with ExitStack() as stack:
            for part, owner, name in self._PARTS:
                stack.enter_context(patch.object(owner, name, self._timed(part, getattr(owner, name))))
            yield

    def medians(self) -> dict[str, float]:
        return {part: statistics.median(issue[part] for issue in self._issues[2:]) for part, *_ in self._PARTS}

    def _timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                self._issues[-1][part] += time.perf_counter() - start

        return timed


def fixity_figures(place: Workspace, rounds: int = _ROUNDS) -> Iterator[Figure]:
    """``archive verify --fixity`` and ``sha256sum`` over the same files, turn by turn, each as it is started."""
    with tempfile.NamedTemporaryFile() as names:
        found = [str(path) for path in place.archive.rglob("*") if path.is_file()]
        names.write("\0".join(found).encode())
        names.flush()
        theirs = ["xargs", "-0", "-a", names.name, "-n", "4000", "sha256sum"]
        ours = _jianbao(place, "archive", "verify", "--fixity")
        _run(theirs)  # so that both find the files in memory
        taken = [(_run(ours), _run(theirs)) for _ in range(rounds)]
    (mine, mine_cpu), (other, other_cpu) = (
        [statistics.median(one[side][k] for one in taken) for k in (0, 1)] for side in (0, 1)
    )
    note = f"{mine:.1f} s and {other:.1f} s; processor {mine_cpu:.1f} s and {other_cpu:.1f} s; {len(found):,} files"
    yield Figure("verify --fixity / sha256sum", mine / other, 1.0, "times", note)


def verify_figures(place: Workspace, issues: int) -> Iterator[Figure]:
    """Everything judged, by as many processes as there are cores."""
    seconds, cpu = _run(_jianbao(place, "archive", "verify"))
    note = f"{issues:,} issues of four acts in {seconds:.0f} s; processor {cpu / issues * 1e3:.1f} ms an issue"
    yield Figure("verify, an issue", seconds / issues * 1e3, 10, note=note)


def list_figures(place: Workspace, rounds: int = 10) -> Iterator[Figure]:
    """``archive list`` as it is started, and the query alone."""
    taken = [_run(_jianbao(place, "archive", "list")) for _ in range(rounds)]
    cpu = statistics.median(one[1] for one in taken) * 1e3
    wall = statistics.median(one[0] for one in taken) * 1e3
    yield Figure("archive list, new process", wall, 200, note=f"processor {cpu:.0f} ms")
    inside = []
    with register.open_register(register.address(place, environment={}), create=False, read_only=True) as opened:
        for _ in range(rounds):
            start = time.perf_counter()
            with opened.reading() as now:
                now.issues()
            inside.append(time.perf_counter() - start)
    yield Figure("archive list, in the process", statistics.median(inside) * 1e3, 200)


def search_figures(place: Workspace) -> Iterator[Figure]:
    """Words of two characters, with their count, the first twenty entries and extracts."""
    engine = create_engine(f"sqlite:///{place.register}")
    told = search.measured(engine, search.TWO)
    engine.dispose()
    middle = statistics.median(seconds for seconds, _ in told.values()) * 1e3
    slowest, (seconds, count) = max(told.items(), key=lambda one: one[1][0])
    yield Figure(
        "search, two characters", middle, 20, note=f"slowest {slowest}: {seconds * 1e3:.1f} ms, {count:,} found"
    )


def _jianbao(place: Workspace, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "builder", "-C", str(place.root), *arguments]


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, with all children."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def made(folder: Path, issues: int, fontset: fonts.FontSet, engines: Engines) -> Workspace:
    """The archive in a folder, which is made unless it is there."""
    if (folder / "output/archive/HEAD").exists():
        return Workspace(folder)
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as scratch:
        start = time.perf_counter()
        patterns = published.patterns(SmallOffice(Path(scratch) / "office", fontset, engines), min(PATTERNS, issues))
        place = SmallOffice(folder, fontset, engines).place
        published.fill(place, patterns, issues)
    click.echo(f"{issues:,} issues made in {time.perf_counter() - start:.0f} s", err=True)
    return place


def main() -> None:
    """Make the archive, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the archive is kept, made there where it is not")
    parser.add_argument("--rounds", type=int, default=30, help="issues published, of each length")
    chosen = parser.parse_args()
    issues = max(1, round(ISSUES * float(os.environ.get("JIANBAO_BENCH_SCALE", "1"))))
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as folder, Engines() as engines:
        scratch = Path(folder)
        fontset = fonts.find(ROOT, system=False, cache=scratch / "fonts")
        click.echo("| Work | figure | target | | |\n|---|---:|---:|---|---|")
        for figure in publishing_figures(SmallOffice(scratch / "office", fontset, engines), chosen.rounds):
            click.echo(figure)
        place = made(chosen.folder or scratch / "archive", issues, fontset, engines)
        with (
            register.open_register(register.address(place, environment={}), read_only=True) as opened,
            opened.reading() as now,
        ):
            issues = now.issues(limit=1)[0]
        for part in (list_figures(place), search_figures(place), fixity_figures(place), verify_figures(place, issues)):
            for figure in part:
                click.echo(figure)
    click.echo(f"\n{issues:,} issues, {issues * published.ENTRIES:,} entries; load {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
