"""A batch is about the issues that were asked for, and what there is not is refused with what there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from builder.batch import index, opening, selecting
from builder.batch.opening import SlimOpened
from builder.errors import InvalidContent, UsageError
from tests.batch.indexed import ITEM, Direct, made

_HEAD = "刊物: {publication}\n日期: {day}\n条目:\n  - 信息: 一\n"
ISSUES = {
    "2025/甲": _HEAD.format(publication="gongzuo-xinxi", day="2025-12-30"),
    "2026/乙": _HEAD.format(publication="gongzuo-xinxi", day="2026-01-05"),
    "2026/丙": _HEAD.format(publication="ducha-tongbao", day="2026-06-08"),
    "2026/丁": _HEAD.format(publication="没有", day="2026-06-09"),
    "2026/坏": "刊物: gongzuo-xinxi\n日期: 昨天\n",
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlimOpened]:
    items = {"一": ITEM.format(title="一", more="", body="全市情况。")}
    place = made(tmp_path_factory.mktemp("selecting") / "w", items, ISSUES)
    with index.unkept() as journal:
        yield opening.open_slim(place, Direct, journal)


def test_without_a_selection_every_issue_is_meant_the_broken_one_too(opened: SlimOpened) -> None:
    assert selecting.select(opened) == tuple(sorted(ISSUES))


def test_publications_are_chosen_by_id_or_name_and_add_up(opened: SlimOpened) -> None:
    assert selecting.select(opened, publications=["gongzuo-xinxi"]) == ("2025/甲", "2026/乙")
    name = opened.titles["ducha-tongbao"].data.name
    assert selecting.select(opened, publications=[f"《{name}》"]) == ("2026/丙",)
    assert selecting.select(opened, publications=["ducha-*"]) == ("2026/丙",)
    assert selecting.select(opened, publications=["*"]) == ("2025/甲", "2026/丙", "2026/乙")
    assert selecting.select(opened, publications=["gongzuo-xinxi", name]) == ("2025/甲", "2026/丙", "2026/乙")


def test_years_and_days_narrow_further(opened: SlimOpened) -> None:
    assert selecting.select(opened, years=[2025]) == ("2025/甲",)
    assert selecting.select(opened, publications=["gongzuo-xinxi"], years=[2025, 2026], since=date(2025, 12, 31)) == (
        "2026/乙",
    )
    assert selecting.select(opened, since=date(2026, 6, 8)) == ("2026/丁", "2026/丙")


def test_names_are_ids_bare_names_or_paths(opened: SlimOpened) -> None:
    path = str(opened.workspace.content / "issues/2026/丙.yaml")
    assert selecting.select(opened, names=["甲", "2026/乙", path, "乙.yaml"]) == ("2025/甲", "2026/丙", "2026/乙")


def test_a_publication_that_there_is_not_is_refused_with_those_there_are(opened: SlimOpened) -> None:
    with pytest.raises(UsageError, match="没有刊物“快报”") as refused:
        selecting.select(opened, publications=["快报"])
    assert all(title in refused.value.hint for title in opened.titles)


def test_names_that_are_no_issue_are_all_refused(opened: SlimOpened) -> None:
    with pytest.raises(InvalidContent) as refused:
        selecting.select(opened, names=["甲", "2026/己", "庚"])
    assert [fault.code for fault in refused.value.faults] == ["id-missing", "id-missing"]
    assert "2026/乙" not in refused.value.faults[1].message


@pytest.mark.parametrize("typed", ["2026-06-08", "2026年6月8日", "2026.6.8", " 2026/6/8 "])
def test_a_first_day_is_typed_as_in_an_issue(typed: str) -> None:
    assert selecting.first_day(typed) == date(2026, 6, 8)


@pytest.mark.parametrize("typed", ["6月8日", "2026-02-30", "昨天", ""])
def test_a_first_day_without_year_or_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="不是日期"):
        selecting.first_day(typed)
