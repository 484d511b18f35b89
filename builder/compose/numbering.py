"""Numbers of drafts: the one in the issue's file, else proposed after the highest that issue files carry.

Proposals are made per publication, year and series in order of date, then path; running totals per publication.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from builder.errors import Fault
from builder.model import Issue, Source
from builder.publications import SERIES_MAIN, Title


@dataclass(frozen=True, slots=True)
class Numbering:
    """An issue's number in its sequence and its running total; ``proposed`` when the file does not give the number."""

    number: int
    total: int
    proposed: bool


def assign(
    issues: Mapping[str, Source[Issue]], titles: Mapping[str, Title]
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
    for (publication, _, _), members in sequences.items():
        first = titles[publication].data.number.first
        numbers |= _fill(((s, s.value.number) for s in members), first, "期号", faults)
    for publication, members in totals.items():
        first = titles[publication].data.number.first_total
        running |= _fill(((s, s.value.total) for s in members), first, "总期", faults)
    return {s.id: _numbering(s, titles[s.value.publication], numbers, running) for s in ordered}, faults


def _numbering(
    source: Source[Issue], title: Title, numbers: Mapping[str, int], running: Mapping[str, int]
) -> Numbering:
    """Proposed when what prints was: the number, or the running total where the form shows it."""
    total_shown = source.id in running and "{总期" in title.form(source.value.series)
    proposed = source.value.number is None or (total_shown and source.value.total is None)
    return Numbering(numbers[source.id], running.get(source.id, 0), proposed)


def _fill(
    members: Iterable[tuple[Source[Issue], int | None]], first: int, key: str, faults: list[Fault]
) -> dict[str, int]:
    """Given numbers kept, the others proposed after the highest; a number carried by two files is a fault on both."""
    given: dict[int, Source[Issue]] = {}
    result: dict[str, int] = {}
    waiting: list[Source[Issue]] = []
    for source, number in members:
        if number is None:
            waiting.append(source)
            continue
        result[source.id] = number
        if number in given:
            faults += _clash(given[number], source, number, key)
        given.setdefault(number, source)
    for number, source in enumerate(waiting, max(given, default=first - 1) + 1):
        result[source.id] = number
    return result


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
