"""The number that an issue takes: the next of its sequence in the register (docs/numbering.md); and 份号."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from builder.compose import CopyRange, Edition, Numbering, copy_ranges
from builder.errors import Fault
from builder.publications import Title
from builder.records import TOTALS

LAST_COPY = 999_999  # 份号 has six digits (GB/T 9704-2012, 7.2.1)


class Given(Protocol):
    """Who knows the last number of each sequence: the register."""

    def last(self, publication: str, sequence: str) -> int | None:
        """The last number given in a sequence (``model.TOTALS``: the running total); None before the first."""


class Foretold:
    """The register's last numbers, and those that issues would take one behind the other."""

    def __init__(self, given: Mapping[tuple[str, str], int]) -> None:
        """``given``: (publication, sequence) → the last number."""
        self._last = dict(given)

    def last(self, publication: str, sequence: str) -> int | None:
        """See ``Given``."""
        return self._last.get((publication, sequence))

    def take(self, title: Title, year: int, series: str) -> Numbering:
        """The next number, taken: the one after it is for the next issue."""
        numbering = following(self, title, year, series)
        self._last[title.id, title.sequence_name(year, series)] = numbering.number
        if title.counts(series):
            self._last[title.id, TOTALS] = numbering.total
        return numbering


def following(reading: Given, title: Title, year: int, series: str) -> Numbering:
    """The next number and running total (0 where the series has none), by the register and, before it, the publication."""
    number = _after(reading.last(title.id, title.sequence_name(year, series)), title.data.number.first)
    if not title.counts(series):
        return Numbering(number, 0, False)
    return Numbering(number, _after(reading.last(title.id, TOTALS), title.data.number.first_total), False)


def _after(last: int | None, first: int) -> int:
    return first if last is None else last + 1


def number_faults(edition: Edition, taken: Numbering) -> list[Fault]:
    """Why the issue's file does not go with the number that it takes: another one is written there, or another year."""
    issue, faults = edition.issue, []
    for key, typed, number in (("期号", issue.value.number, taken.number), ("总期", issue.value.total, taken.total)):
        if typed is not None and typed != number:
            message = f"{key}写的是 {typed}，按登记簿应是 {number}。"
            hint = f"改成 {number}，或删去“{key}”由系统给号；先出的期先付印，号不能跳。"
            faults.append(Fault("number-order", "error", issue.place(key), message, hint))
    folder = issue.id.split("/")[0]
    if len(folder) == 4 and folder.isdigit() and int(folder) != issue.value.day.year:
        message = f"日期是 {issue.value.day.year} 年，文件却在 {folder} 文件夹里：期号按日期的年度编。"
        hint = f"改正日期，或把文件移到 content/issues/{issue.value.day.year}。"
        faults.append(Fault("year-differs", "error", issue.place("日期"), message, hint))
    return faults


def copy_rows(edition: Edition, first: int | None = None) -> list[list[str | int]]:
    """[recipient, copies, first 份号, last] of everyone who gets copies; ``first`` as in ``compose.copy_ranges``."""
    return as_rows(copy_ranges(edition, first))


def as_rows(ranges: Iterable[CopyRange]) -> list[list[str | int]]:
    """Ranges of copies as an act records them."""
    return [[each.name, each.copies, each.first, each.last] for each in ranges]


def copy_faults(edition: Edition, rows: Sequence[Sequence[str | int]]) -> list[Fault]:
    """Why copies cannot be numbered so: 份号 would have seven digits."""
    last = max((int(row[3]) for row in rows), default=0)
    if last <= LAST_COPY:
        return []
    message = f"份号会编到 {last}，超过了六位数。"
    return [Fault("copy-number", "error", edition.issue.place("份号"), message, "从小一些的份号编起。")]
