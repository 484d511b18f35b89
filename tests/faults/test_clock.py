"""Numbers and years come from the issue's date, whatever the clock says and where it stands."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.office import SmallOffice

# The clock at the first issue, at the second, and the dates of both.
CASES = {
    "the clock set back by a day": (
        "2026-06-08T09:00:00+08:00",
        "2026-06-07T09:00:00+08:00",
        "2026-06-08",
        "2026-06-09",
    ),
    "the clock set back by a year": (
        "2026-06-08T09:00:00+08:00",
        "2025-06-08T09:00:00+08:00",
        "2026-06-08",
        "2026-06-09",
    ),
    "a clock without its battery": (
        "2026-06-08T09:00:00+08:00",
        "1970-01-01T00:00:00+08:00",
        "2026-06-08",
        "2026-06-09",
    ),
    "a clock ten years ahead": ("2036-06-08T09:00:00+08:00", "2026-06-08T09:00:00+08:00", "2026-06-08", "2026-06-09"),
    "midnight of the year's end": (
        "2026-12-31T23:59:59+08:00",
        "2027-01-01T00:00:00+08:00",
        "2026-12-31",
        "2026-12-31",
    ),
    "midnight between two years": (
        "2026-12-31T23:59:59+08:00",
        "2027-01-01T00:00:01+08:00",
        "2026-12-31",
        "2027-01-01",
    ),
    "last year's issues in the new year": (
        "2027-01-04T09:00:00+08:00",
        "2027-01-04T10:00:00+08:00",
        "2026-12-31",
        "2026-12-31",
    ),
    "next year's issue in the old year": (
        "2026-12-30T09:00:00+08:00",
        "2026-12-31T09:00:00+08:00",
        "2026-12-31",
        "2027-01-04",
    ),
    "a machine that stands in UTC": (
        "2026-12-31T16:30:00+00:00",
        "2026-12-31T17:00:00+00:00",
        "2026-12-31",
        "2027-01-01",
    ),
    "a machine far in the west": ("2026-12-31T05:00:00-11:00", "2026-12-31T06:00:00-11:00", "2027-01-01", "2027-01-01"),
    "a machine far in the east": ("2027-01-01T01:00:00+14:00", "2027-01-01T02:00:00+14:00", "2026-12-31", "2026-12-31"),
    "the zone changed between them": (
        "2026-12-31T23:00:00+14:00",
        "2026-12-31T01:00:00-11:00",
        "2026-12-31",
        "2027-01-01",
    ),
}


@pytest.mark.parametrize(("first", "second", "day", "next_day"), CASES.values(), ids=CASES)
def test_years_and_numbers_are_those_of_the_issues_date(
    small_office: SmallOffice, first: str, second: str, day: str, next_day: str
) -> None:
    small_office.now = lambda: datetime.fromisoformat(first)
    one = small_office.published("2026/i1" if day < "2027" else "2027/i1", day=day, publication="gongzuo-xinxi")
    small_office.now = lambda: datetime.fromisoformat(second)
    two = small_office.published(f"{next_day[:4]}/i2", day=next_day, publication="gongzuo-xinxi")
    same = day[:4] == next_day[:4]
    assert [(a.year, a.data["number"], a.data["total"]) for a in (one, two)] == [
        (int(day[:4]), 1, 1),
        (int(next_day[:4]), 2 if same else 1, 2),
    ]
    assert [a.folder for a in (one, two)] == [f"gongzuo-xinxi/{a.year}/{a.data['number']}" for a in (one, two)]
    assert (one.at, two.at) == (first, second), "what the clock said is kept"
    assert two.seq > one.seq, "the chain goes by its own count"
