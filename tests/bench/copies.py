"""分份印制: 500 copies of an issue of four pages, as ``jianbao copies`` makes them: ``python -m tests.bench.copies``. Targets beside.

Processor time stands beside the clock's where other work on the machine would tell in it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from builder import fonts
from builder.render.child import Engines
from builder.workflow import copies
from builder.workflow.copies import Wanted
from tests.bench import published
from tests.bench.archive import Figure
from tests.office import OFFICE, ROOT, SmallOffice

COPIES, SECONDS = 500, 15.0
_SEED, _WORDS, _ENTRIES = 28000, 80, 5  # an issue of four pages


def figures(folder: Path, fontset: fonts.FontSet, count: int = COPIES, rounds: int = 3) -> Iterator[Figure]:
    """Plain copies, copies with the line of the recipient, and booklets; from the opened workspace to the last file and the table."""
    for label, asked in (
        ("copies", Wanted()),
        ("copies with 收件方行", Wanted(line=True)),
        ("booklets", Wanted(as_booklet=True)),
    ):
        taken = [_once(folder / f"{label}-{n}", fontset, count, asked) for n in range(rounds)]
        seconds, cpu = (statistics.median(one[k] for one in taken) for k in (0, 1))
        target = SECONDS * count / COPIES
        note = f"{taken[0][2]} pages each; processor {cpu:.1f} s, {seconds / count * 1e3:.1f} ms a copy by the clock"
        yield Figure(f"{count} {label}", seconds, target, "s", note)


def _once(folder: Path, fontset: fonts.FontSet, count: int, asked: Wanted) -> tuple[float, float, int]:
    """Seconds by the clock, of the processor (with the engines' process), and pages of a copy."""
    before, start = _used(), time.perf_counter()
    with Engines() as engines:
        office = SmallOffice(folder, fontset, engines)
        office.write("content/office.yaml", OFFICE.replace("份数: 60", f"份数: {count - 16}"))
        name = published.write_issue(office, "2026/many", _SEED, _WORDS, _ENTRIES)
        path = office.root / f"content/issues/{name}.yaml"
        path.write_text(f"份号: '000001'\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
        job = copies.prepare(office.opened(), name, asked, fontset)
        pages = copies.set_pages(job, office.place.templates, fontset, engines)
        made = list(copies.make(job, pages, office.place.templates, fontset, engines))
        copies.hand_out(job, "第1期")
    assert len(made) == count, len(made)
    return time.perf_counter() - start, _used() - before, pages[0].rendered.room.pages


def _used() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def main() -> None:
    """Measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=COPIES)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as folder:
        fontset = fonts.find(ROOT, system=False, cache=Path(folder) / "fonts")
        click.echo("| Work | figure | target | | |\n|---|---:|---:|---|---|")
        for figure in figures(Path(folder), fontset, chosen.copies, chosen.rounds):
            click.echo(figure)
    click.echo(f"\nload {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
