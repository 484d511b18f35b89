"""Who gets an issue, with which 份号, by the issue's own date."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from builder import publications
from builder.compose import Composition, CopyRange, assign, compose, copy_ranges, office_faults
from builder.errors import Place
from builder.model import Issue, Item, Library, Office, Paragraph, Source, Span

TITLES, _ = publications.load(Path("templates"))
LEADERS = {"组": "领导", "名称": "市委书记、副书记", "份数": 5}
PEERS = {"组": "三办", "名称": "市人大常委会办公室", "份数": 3}
BELOW = {"组": "县区", "名称": "各县（市、区）委办公室", "份数": 10}
LIST = {"报": "领导", "送": "三办", "发": "县区", "存档": 2, "备用": 4}


def office(*groups: Mapping[str, Any]) -> Source[Office]:
    data = {"名称": "临澜市委办公室", "分发组": list(groups), "分发名单": {"gongzuo-xinxi": LIST}}
    return Source("office", "content/office.yaml", Office.model_validate(data), {})


def composed(held: Source[Office], day: str = "2026-06-08", **data: Any) -> Composition:
    typed = {"刊物": "gongzuo-xinxi", "日期": day, "条目": [{"信息": "甲"}], **data}
    issue = Source("a", "content/issues/a", Issue.model_validate(typed), {})
    text = Paragraph((Span("正文。", False, Place("x", 1, 1)),))
    item = Source("甲", "content/items/甲", Item.model_validate({"标题": "关于甲的信息"}), {}, blocks=(text,))
    library = Library(office=held, items={"甲": item}, findings={}, issues={"a": issue})
    numbers, _ = assign(library.issues, TITLES)
    return compose(library, issue, TITLES, numbers)


EXTRA = [{"名称": "市档案馆", "份数": "2"}]


def test_copies_are_numbered_in_the_order_of_the_list_without_gap() -> None:
    edition = composed(office(BELOW, PEERS, LEADERS), 份号="000123", 本期增发=EXTRA).edition
    assert edition is not None
    assert copy_ranges(edition) == (
        CopyRange("领导", 5, 123, 127),
        CopyRange("三办", 3, 128, 130),
        CopyRange("县区", 10, 131, 140),
        CopyRange("市档案馆", 2, 141, 142),
        CopyRange("存档", 2, 143, 144),
        CopyRange("备用", 4, 145, 148),
    )
    assert sum(each.copies for each in copy_ranges(edition)) == edition.copies


def test_a_further_printing_goes_on_after_the_last_number_given() -> None:
    edition = composed(office(BELOW, PEERS, LEADERS), 份号="000001").edition
    assert edition is not None
    last = copy_ranges(edition)[-1].last
    assert copy_ranges(edition, last + 1)[0] == CopyRange("领导", 5, 25, 29)


def test_an_issue_without_copy_numbers_has_copies_alone() -> None:
    edition = composed(office(BELOW, PEERS, LEADERS)).edition
    assert edition is not None
    assert {(each.first, each.last) for each in copy_ranges(edition, 7)} == {(0, 0)}
    assert [each.copies for each in copy_ranges(edition)] == [5, 3, 10, 2, 4]


@pytest.mark.parametrize(
    ("day", "getting"),
    [("2026-06-30", ["三办旧"]), ("2026-07-01", ["三办新"]), ("2025-12-31", []), ("2026-01-01", ["三办旧"])],
)
def test_a_group_gets_the_issues_of_its_own_days_both_ends_included(day: str, getting: list[str]) -> None:
    old = {**PEERS, "组": "三办旧", "名称": "市人大办", "起": "2026-01-01", "止": "2026-06-30"}
    new = {**PEERS, "组": "三办新", "名称": "市人大常委会办公室", "起": "2026-07-01"}
    change = {"增加": {"送": ["三办旧", "三办新"]}, "删去": ["三办"]}
    composition = composed(office(LEADERS, BELOW, PEERS, old, new), day, 分发=change)
    assert composition.edition is not None
    names = [each.name for each in copy_ranges(composition.edition) if each.name.startswith("三办")]
    assert names == getting
    warned = [f for f in composition.faults if f.code == "recipient-dates"]
    assert len(warned) == 2 - len(getting)
    assert {f.severity for f in warned} == {"warning"}
    assert dict(composition.edition.foot).get("送：", "") == {
        "三办旧": "市人大办。", "三办新": "市人大常委会办公室。"
    }.get("".join(getting), "")  # fmt: skip
    assert composition.edition.copies == 5 + 10 + 2 + 4 + 3 * len(getting)


def test_dates_the_wrong_way_round_are_an_error_of_the_office_file() -> None:
    wrong = {**PEERS, "起": "2026-07-01", "止": "2026-06-30"}
    assert [f.code for f in office_faults(office(LEADERS, wrong))] == ["office-dates"]
    right = {**PEERS, "起": "2026-07-01", "止": "2026-07-01"}
    assert not list(office_faults(office(LEADERS, right)))
