"""Batches: a decade of back numbers, beside other programs, on one and two workers, on a cluster: ``python -m tests.bench.batch``.

``JIANBAO_BENCH_SCALE`` (1: 1,000 and 10,000 issues) makes it shorter; ``--write`` puts tables and charts into
``docs/``. Everything is started as a user starts it, in new processes; workspaces are made anew. What is compared is run in turn
``_ROUNDS`` times, and medians are compared; the long runs are single.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from builder import fonts
from builder.batch.chart import Series, Texts, alone, bars, curves
from builder.fonts import FontSet
from builder.render import view
from builder.render.child import Engines
from builder.settings import workspace
from builder.workflow import opening, planning
from tests.bench import back_numbers, batch_runs, peers, published
from tests.bench.batch_page import Figure, machine, put, table
from tests.bench.batch_runs import Run
from tests.bench.peers import Peer
from tests.office import CHIEF, ROOT, SmallOffice

ISSUES, MANY, SOME, COMPARED = 1_000, 10_000, 300, 100
RATE, TIMES = 40.0, 8.0
_ROUNDS = 3  # of what is short, or compared with something as short
_START = 5  # s that few issues still need for all processes to start
_LOOP = (
    "import time\nt = time.perf_counter()\nx = 0\nfor n in range(20_000_000): x += n\nprint(time.perf_counter() - t)"
)
_SEED, _WORDS = 41_000, 80  # of published issues, four pages each
_JOBS = ("--jobs", "2")
_SLICES = 40  # points of the curve of rates


@dataclass
class Measured:
    """All that one run of the bench found."""

    load: str = ""
    figures: list[Figure] = field(default_factory=list)
    charts: dict[str, str] = field(default_factory=dict)

    def add(self, *figures: Figure) -> None:
        """Take figures up, and tell them at once: the whole takes a quarter of an hour."""
        for figure in figures:
            click.echo(figure)
        self.figures += figures


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are: a folder for everything, the fonts, and how large the run is."""

    folder: Path
    fontset: FontSet
    scale: float

    def count(self, wanted: int, least: int = 4) -> int:
        """So many, made smaller by the scale."""
        return max(least, round(wanted * self.scale))

    def workspace(self, name: str, issues: int) -> Path:
        """A workspace of back numbers, made anew."""
        return back_numbers.make(self.folder / name, issues)

    def scratch(self, name: str) -> Path:
        """A folder for what a step leaves."""
        return self.folder / f"{name}-scratch"


def thousand(place: Place, measured: Measured) -> Run:
    """1,000 issues, both formats, two workers; then the other programs, as many issues as they do in a few minutes."""
    count = place.count(ISSUES)
    folder = place.workspace("thousand", count)
    run = batch_runs.build(folder, place.scratch("thousand"), *_JOBS)
    pages = run.report["pages"] / count
    note = f"{pages:.1f} pages on average; {count / run.rate:.1f} s, the start of all processes among them"
    measured.add(Figure(f"{count:,} issues, both formats", run.rate, "a second", least=RATE, note=note))
    compared = place.count(COMPARED)
    found = list(peers.measured(folder, place.fontset.paths[0], views(folder, compared), _made(place.scratch("peers"))))
    measured.add(*_beside(run, found))
    rows = [
        ("jianbao build", run.rate, f"{run.rate:.1f}/s"),
        *((p.name, p.rate, f"{p.rate:.1f}/s") for p in found if p.issues),
    ]
    measured.charts["rates"] = bars(Texts("issues a second, both formats, two cores"), rows)
    return run


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def views(folder: Path, count: int) -> list[view.View]:
    """The views of the first issues."""
    names = [back_numbers.issue_id(n) for n in range(count)]
    plan = planning.plan(opening.open_workspace(workspace(folder)), names)
    families = plan.fontset.families()
    return [view.build(edition, families) for edition in plan.editions]


def _beside(run: Run, found: Sequence[Peer]) -> Iterator[Figure]:
    for peer in found:
        if peer.missing:
            click.echo(f"{peer.name}: {peer.missing}; its row is missing.", err=True)
            continue
        note = f"{peer.rate:.2f} a second, {peer.issues} issues"
        yield Figure(f"times as fast as {peer.name}", run.rate / peer.rate, "×", least=TIMES, note=note)


def workers(place: Place, measured: Measured) -> None:
    """What the second worker adds, beside what a second loop adds that only counts; and two workers of a cluster. All in turn."""
    folder, scratch = place.workspace("some", place.count(SOME)), place.scratch("some")
    gains, rates = [], {"1": list[float](), "2": list[float](), "cluster": list[float]()}
    for n in range(_ROUNDS):
        gains.append(_loops())
        for jobs in ("1", "2"):
            rates[jobs].append(batch_runs.build(folder, scratch, "--jobs", jobs, "--force").steady)
        with batch_runs.cluster(place.scratch(f"cluster{n}"), 2) as address:
            rates["cluster"].append(batch_runs.build(folder, scratch, "--force", "--cluster", address).steady)
    one, two, far = (statistics.median(rates[name]) for name in ("1", "2", "cluster"))
    loops = statistics.median(gains)
    note = f"{one:.1f} and {two:.1f} a second: {two / one:.2f}; loops {loops:.2f}"
    measured.add(
        Figure("gain of a second worker / of a second loop", two / one / loops, "", least=0.88, note=note),
        Figure(
            "Dask, two workers on loopback / local", far / two, "", least=0.85, note=f"{far:.1f} a second; {two:.1f}"
        ),
    )


def _loops() -> float:
    """How many times the work of one loop two at once do in the same time."""
    alone = _looped(1)
    return 2 * alone / _looped(2)


def _looped(count: int) -> float:
    command = [sys.executable, "-c", _LOOP]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(count)]
    return max(float(each.communicate()[0]) for each in started)


def many(place: Place, thousand: Run, measured: Measured) -> None:
    """10,000 issues: the time for each, memory, and what a second run takes."""
    count = place.count(MANY)
    folder = place.workspace("many", count)
    run = batch_runs.build(folder, place.scratch("many"), *_JOBS)
    note = f"{run.steady:.1f} and {thousand.steady:.1f} a second between the first and the last tenth; {run.rate:.1f} in all"
    measured.add(
        Figure(
            f"an issue of {count:,} / of {place.count(ISSUES):,}", thousand.steady / run.steady, "", most=1.1, note=note
        ),
        *_memory(run),
    )
    measured.charts["many"] = curves(
        Texts(f"issues a second through {count:,}", "issues done", "1/s"), [Series("", _rates(run.ends))]
    )
    measured.charts["memory"] = curves(
        Texts(f"memory through {count:,} issues", "seconds", "MB"),
        [
            Series("driver", [(sample.at, sample.driver) for sample in run.samples]),
            Series("largest worker with its engines", [(sample.at, sample.worker) for sample in run.samples]),
        ],
    )
    _again(place, folder, count, measured)


def _rates(ends: Sequence[float]) -> list[tuple[float, float]]:
    """(issues done, issues a second) slice by slice."""
    step = max(2, len(ends) // _SLICES)
    return [(at + step, step / (ends[at + step] - ends[at])) for at in range(0, len(ends) - step, step)]


def _memory(run: Run) -> Iterator[Figure]:
    """The driver's after a fifth and at its most after that; the largest worker's."""
    samples = run.samples
    early, later = samples[len(samples) // 5], samples[len(samples) // 5 :]
    most = max(sample.driver for sample in later)
    yield Figure(
        "the driver's memory, at most after a fifth of the run / then", most / early.driver, "", most=1.1,
        note=f"{early.driver:.0f} MB and {most:.0f} MB",
    )  # fmt: skip
    yield Figure("a worker with its engines, at most", max(sample.worker for sample in samples), "MB", most=400)


def _again(place: Place, folder: Path, count: int, measured: Measured) -> None:
    """The same command once more: by times, with every file hashed, and with one entry changed."""
    scratch, taken = place.scratch("many"), dict[str, float]()
    time.sleep(2.5)  # what is younger than the index by less than 2 s is hashed, whatever its times say
    for label, options, most in (("nothing changed, by times", (), 3.0), ("nothing changed, --hash", ("--hash",), 6.0)):
        runs = [batch_runs.build(folder, scratch, *_JOBS, *options) for _ in range(_ROUNDS)]
        assert {run.report["counts"]["unchanged"] for run in runs} == {count}
        taken[label] = statistics.median(run.seconds for run in runs)
        measured.add(Figure(f"{count:,} issues, {label}", taken[label], "s", most=most))
    changed = "one entry changed"
    taken[changed] = statistics.median(_changed(folder, scratch, n) for n in range(min(_ROUNDS, count)))
    most = taken["nothing changed, by times"] + 1
    measured.add(Figure(f"{count:,} issues, {changed}", taken[changed], "s", most=most))
    rows = [(label, seconds, f"{seconds:.2f} s") for label, seconds in taken.items()]
    measured.charts["again"] = bars(Texts(f"seconds of a second run, {count:,} issues"), rows)


def _changed(folder: Path, scratch: Path, n: int) -> float:
    """Seconds of a run in which an entry of the n-th issue is another one."""
    item = back_numbers.item_file(folder, n, 1)
    item.write_text(item.read_text(encoding="utf-8") + "补充情况另行报送。\n", encoding="utf-8")
    run = batch_runs.build(folder, scratch, *_JOBS)
    assert run.report["counts"]["built"] == 1, run.report["counts"]
    return run.seconds


def archived(place: Place, measured: Measured) -> None:
    """Signed issues published by one command, and the year of them bound by another."""
    count = place.count(SOME)
    with Engines() as engines:
        office = SmallOffice(place.folder / "office", place.fontset, engines)
        names = [published.write_issue(office, f"2026/{n:04}", _SEED + n, _WORDS) for n in range(count)]
        published.sign_off(office, names)
    jianbao, publication = batch_runs.jianbao(office.root), published.PUBLICATION
    seconds = _run([*jianbao, "publish", "--signed", "--publication", publication, "--as", CHIEF, *_JOBS])
    note = f"{seconds:.1f} s: validated, set on trial, numbered, put into the archive"
    measured.add(Figure(f"{count} signed issues published", count / seconds, "a second", note=note))
    seconds = _run([*jianbao, "volume", publication, "2026"])
    measured.add(
        Figure(
            f"年度合订本 of {count} issues of four pages",
            seconds,
            "s",
            most=30 * count / SOME + _START * (count < SOME),
        )
    )


def _run(command: Sequence[str]) -> float:
    """Seconds of a command that must succeed."""
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return time.perf_counter() - start


def measure(place: Place) -> Measured:
    """Everything, in order."""
    measured = Measured()
    run = thousand(place, measured)
    workers(place, measured)
    many(place, run, measured)
    archived(place, measured)
    return measured


def write(docs: Path, measured: Measured) -> None:
    """Tables into ``performance.md``, charts beside it."""
    for name, chart in measured.charts.items():
        (docs / f"performance-{name}.svg").write_text(alone(chart), encoding="utf-8")
    put(docs / "performance.md", "machine", f"{machine()} {measured.load}")
    put(docs / "performance.md", "batch", table(measured.figures))


def main() -> None:
    """Measure, print; with ``--write`` keep tables and charts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put tables and charts into docs/")
    chosen = parser.parse_args()
    scale = float(os.environ.get("JIANBAO_BENCH_SCALE", "1"))
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as folder:
        fontset = fonts.find(ROOT, system=False, cache=Path(folder) / "fonts")
        busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        told = f"Load before the run: {busy:.1f}; scale {scale:g}."
        click.echo(f"{machine()} {told}\n\n| What | measured | target | | |\n|---|---:|---:|---|---|")
        measured = replace(measure(Place(Path(folder), fontset, scale)), load=told)
    if chosen.write:
        write(ROOT / "docs", measured)


if __name__ == "__main__":
    main()
