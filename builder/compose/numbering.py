"""Numbers of drafts: that of the register once published, the one in the issue's file, else one proposed.

Proposals come after the highest that the register has given and issue files carry, per publication, year and series in order
of date, then path; running totals per publication.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from builder.errors import Fault
from builder.model import TOTALS, Issue, Source
from builder.publications import SERIES_MAIN, Title


@dataclass(frozen=True, slots=True)
class Numbering:
    """An issue's number in its sequence and its running total; ``proposed`` when the file does not give the number."""

    number: int
    total: int
    proposed: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What the register knows: (publication, sequence, number) → (issue, running total), and the last number of each sequence.

    ``last`` maps (publication, sequence) to a number; the sequence ``TOTALS`` is that of running totals.
    """

    given: Mapping[tuple[str, str, int], tuple[str, int | None]] = field(default_factory=dict)
    last: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def sequence(self, publication: str, sequence: str) -> dict[int, str]:
        """Number → issue of one sequence, or of the running totals."""
        if sequence == TOTALS:
            own = [(total, issue) for (p, _, _), (issue, total) in self.given.items() if p == publication]
            return {total: issue for total, issue in own if total is not None}
        return {n: issue for (p, s, n), (issue, _) in self.given.items() if (p, s) == (publication, sequence)}


def assign(
    issues: Mapping[str, Source[Issue]], titles: Mapping[str, Title], taken: Taken = Taken()
) -> tuple[dict[str, Numbering], list[Fault]]:
    """Numbers for every issue whose publication is known, and a fault for each number or total given twice."""
    ordered = sorted((s for s in issues.values() if s.value.publication in titles), key=lambda s: (s.value.day, s.file))
    sequences: dict[tuple[str, int, str], list[Source[Issue]]] = defaultdict(list)
    totals: dict[str, list[Source[Issue]]] = defaultdict(list)
    faults: list[Fault] = []
    for source in ordered:
        title = titles[source.value.publication]
        key = title.sequence_key(source.value.day.year, source.value.series)
        sequences[key].append(source)
        if key[2] == SERIES_MAIN:
            totals[title.id].append(source)
        elif source.value.total is not None:
            faults.append(_no_total(source))
    numbers: dict[str, int] = {}
    running: dict[str, int] = {}
    for (publication, year, series), members in sequences.items():
        sequence = f"{year}/{series}"
        first = taken.last.get((publication, sequence), titles[publication].data.number.first - 1) + 1
        held = taken.sequence(publication, sequence)
        numbers |= _fill(((s, s.value.number) for s in members), first, held, "期号", faults)
    for publication, members in totals.items():
        first = taken.last.get((publication, TOTALS), titles[publication].data.number.first_total - 1) + 1
        held = taken.sequence(publication, TOTALS)
        running |= _fill(((s, s.value.total) for s in members), first, held, "总期", faults)
    done = {issue for issue, _ in taken.given.values()}
    return {s.id: _numbering(s, titles[s.value.publication], numbers, running, s.id in done) for s in ordered}, faults


def _numbering(
    source: Source[Issue], title: Title, numbers: Mapping[str, int], running: Mapping[str, int], published: bool
) -> Numbering:
    """Proposed when what prints was: the number, or the running total where the form shows it; never once published."""
    total_shown = source.id in running and "{总期" in title.form(source.value.series)
    proposed = source.value.number is None or (total_shown and source.value.total is None)
    return Numbering(numbers[source.id], running.get(source.id, 0), proposed and not published)


def _fill(
    members: Iterable[tuple[Source[Issue], int | None]],
    first: int,
    held: Mapping[int, str],
    key: str,
    faults: list[Fault],
) -> dict[str, int]:
    """Numbers of the register and of files kept, the others proposed from ``first`` on, after the highest of files.

    A number carried by two files is a fault on both; one that the register has given to another issue, or instead of the
    one that a file carries, on that file. ``held`` are the register's, number → issue.
    """
    fixed = {issue: number for number, issue in held.items()}
    given: dict[int, Source[Issue]] = {}
    result: dict[str, int] = {}
    waiting: list[Source[Issue]] = []
    for source, typed in members:
        number = fixed.get(source.id, typed)
        if number is None:
            waiting.append(source)
            continue
        result[source.id] = number
        if typed not in (None, number) or held.get(number, source.id) != source.id:
            faults.append(_published_otherwise(source, typed, fixed.get(source.id), held, key))
        elif number in given:
            faults += _clash(given[number], source, number, key)
        given.setdefault(number, source)
    for number, source in enumerate(waiting, max(first, max(given, default=first - 1) + 1)):
        result[source.id] = number
    return result


def _published_otherwise(
    source: Source[Issue], typed: int | None, own: int | None, held: Mapping[int, str], key: str
) -> Fault:
    if own is not None:
        message, hint = f"这一期已付印，{key}是 {own}，文件里写的是 {typed}。", f"改成 {own}，或删去“{key}”。"
    else:
        message = f"{key} {typed} 已由 {held[typed or 0]} 付印用去。"
        hint = f"删去“{key}”，由系统拟号。"
    return Fault("number-published", "error", source.place(key), message, hint)


def _no_total(source: Source[Issue]) -> Fault:
    message = f"{source.value.series}单列序列，没有总期号。"
    return Fault(
        "no-total", "error", source.place("总期"), message, "删去“总期”；要计入总期，把刊物的“增刊”改为 混排。"
    )


def _clash(one: Source[Issue], other: Source[Issue], number: int, key: str) -> list[Fault]:
    return [
        Fault(
            "number-twice",
            "error",
            here.place(key),
            f"{key} {number} 与 {there.file} 重复。",
            f"两个文件中改一个，或把“{key}”留空，由系统拟号。",
        )
        for here, there in ((one, other), (other, one))
    ]
