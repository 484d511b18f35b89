"""Who got an issue: recorded step by step, refused where it cannot be, and found again by unit, issue and copy."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from builder.errors import InvalidContent, UsageError
from builder.model import Act
from builder.workflow import afterwards, distributing, reprinting
from builder.workflow.afterwards import Further
from builder.workflow.distributing import Holding, Move
from tests.office import CHIEF, EDITOR, NOW, SIGNER, SmallOffice

NUMBERED = "份号: '000101'\n"  # 常委 101–111, 部门 112–171, 存档 172–173, 备用 174–176


def move(office: SmallOffice, name: str, what: str, unit: str, by: str = CHIEF, **more: object) -> Act:
    wanted = Move(what, unit, **more)  # type: ignore[arg-type]
    with office.desk() as desk:
        return distributing.move(desk, office.place, office.opened().library.office.value, name, by, wanted).act


def held(office: SmallOffice, **asked: object) -> list[Holding]:
    person = office.opened().library.office.value
    with office.desk() as desk, desk.register.reading() as reading:
        return distributing.holdings(reading, office.place, person, **asked)  # type: ignore[arg-type]


def test_a_copy_is_followed_from_sending_to_its_end(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    small_office.now = lambda: NOW + timedelta(days=30)
    for what, day in (("发出", 9), ("签收", 10), ("收回", 20)):
        move(small_office, "2026/i1", what, "常委", day=date(2026, 6, day))
    move(small_office, "2026/i1", "销毁", "常委", first=105, last=105, day=date(2026, 7, 1))
    (found,) = held(small_office, copy=105)
    assert (found.unit, found.first, found.last) == ("常委", 101, 111)
    assert [(m[0], m[1]) for m in found.moves] == [
        ("发出", "2026-06-09"), ("签收", "2026-06-10"), ("收回", "2026-06-20"), ("销毁", "2026-07-01")
    ]  # fmt: skip
    assert [h.unit for h in held(small_office, issue="2026/i1")] == ["常委", "部门", "存档", "备用"]
    assert held(small_office, copy=177) == []


def test_what_is_not_done_yet_is_not_recorded(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    with pytest.raises(InvalidContent, match="晚于今天"):
        move(small_office, "2026/i1", "发出", "常委", day=NOW.date() + timedelta(days=1))


def test_one_copy_number_may_stand_on_several_issues(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    small_office.published("2026/i2", more="份号: '000120'\n")
    assert [(h.issue, h.unit) for h in held(small_office, copy=125)] == [("2026/i1", "部门"), ("2026/i2", "常委")]
    assert [h.issue for h in held(small_office, copy=125, issue="2026/i2")] == ["2026/i2"]


def test_a_unit_is_asked_by_its_name_in_the_list_or_in_the_foot(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    small_office.published("2026/i2")
    for name in ("部门", "市直各单位"):
        assert [(h.issue, h.copies, h.first) for h in held(small_office, unit=name)] == [
            ("2026/i1", 60, 0),
            ("2026/i2", 60, 0),
        ]
    move(small_office, "2026/i1", "发出", "市直各单位")
    assert held(small_office, unit="部门")[0].moves == (("发出", "2026-06-08", 0, 0, 60),)


def test_who_got_an_issue_stays_as_it_was_when_the_list_changes(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    text = (small_office.root / "content/office.yaml").read_text(encoding="utf-8")
    small_office.write(
        "content/office.yaml", text.replace("市直各单位, 份数: 60", "市直各单位, 份数: 60, 止: 2026-06-08")
    )
    small_office.published("2026/i2", day="2026-06-09")
    assert [(h.issue, h.unit) for h in held(small_office, issue="2026/i1")][1] == ("2026/i1", "部门")
    assert "部门" not in [h.unit for h in held(small_office, issue="2026/i2")]
    with pytest.raises(InvalidContent, match="没有发给“部门”"):
        move(small_office, "2026/i2", "发出", "部门")


def test_copies_printed_later_are_followed_too(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    with small_office.desk() as desk:
        person = small_office.opened().library.office.value
        afterwards.more(desk, small_office.place, person, "2026/i1", SIGNER, [Further("部门", 4)], "急用")
    with pytest.raises(InvalidContent, match="有几段份号：000112—000171、000177—000180"):
        move(small_office, "2026/i1", "发出", "部门")
    act = move(small_office, "2026/i1", "发出", "部门", first=177, last=180)
    assert act.data["copies"] == 4
    assert [h.moves != () for h in held(small_office, unit="部门")] == [False, True]


def test_the_same_step_again_is_the_same_act(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    first = move(small_office, "2026/i1", "发出", "常委")
    assert move(small_office, "2026/i1", "发出", "常委") == first
    assert sum(act.kind == "sent" for act in small_office.acts()) == 1


def test_a_step_taken_anew_after_another_is_an_act_of_its_own(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    steps = [move(small_office, "2026/i1", what, "常委") for what in ("发出", "收回", "发出")]
    assert len({act.seq for act in steps}) == 3
    (found,) = held(small_office, issue="2026/i1", unit="常委")
    assert [m[0] for m in found.moves] == ["发出", "收回", "发出"]


def test_copies_that_a_unit_got_again_are_sent_again_and_said_to_be_so_many(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    first = move(small_office, "2026/i1", "发出", "常委")
    further(small_office, Further("常委", 11))
    with pytest.raises(InvalidContent, match="“常委”分几次得到（11份、11份）"):
        move(small_office, "2026/i1", "发出", "常委")
    second = move(small_office, "2026/i1", "发出", "常委", copies=11)
    assert second.seq != first.seq
    assert move(small_office, "2026/i1", "发出", "常委", copies=11) == second
    (found,) = held(small_office, issue="2026/i1", unit="常委")
    assert (found.copies, [m[4] for m in found.moves]) == (22, [11, 11])


def test_what_was_printed_before_a_corrected_printing_is_to_come_back(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    further(small_office, Further("市水利局", 2))
    small_office.issue("2026/i1", text="改过的正文。", more=NUMBERED)
    with small_office.desk() as desk:
        reprinting.reprint(
            desk, small_office.opened(), "2026/i1", SIGNER, "有误", small_office.fontset, small_office.engines
        )
    further(small_office, Further("市水利局", 3))
    assert [(h.copies, h.recall) for h in held(small_office, issue="2026/i1", unit="市水利局")] == [(2, 2), (3, 0)]
    assert [(h.first, h.recall) for h in held(small_office, issue="2026/i1", unit="常委")] == [(101, 11), (179, 0)]


def further(office: SmallOffice, *wanted: Further) -> None:
    with office.desk() as desk:
        afterwards.more(desk, office.place, office.opened().library.office.value, "2026/i1", SIGNER, wanted, "不够分发")


@pytest.mark.parametrize(
    ("what", "unit", "more", "told"),
    [
        ("发出", "市档案馆", {}, "没有发给“市档案馆”"),
        ("发出", "常委", {"first": 112, "last": 112}, "没有份号 000112"),
        ("发出", "常委", {"first": 110, "last": 113}, "没有份号 000110—000113"),
        ("发出", "常委", {"copies": 3}, "有份号，不按份数"),
        ("签收", "常委", {"day": date(2026, 6, 7)}, "早于本期日期"),
        ("签收", "常委", {"by": EDITOR}, "没有登记"),
    ],
)
def test_a_step_that_cannot_be_is_refused_and_nothing_recorded(
    small_office: SmallOffice, what: str, unit: str, more: dict[str, object], told: str
) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    before = small_office.acts()
    with pytest.raises(InvalidContent, match=told):
        move(small_office, "2026/i1", what, unit, **more)  # type: ignore[arg-type]
    assert small_office.acts() == before


def test_a_destroyed_copy_is_neither_signed_for_nor_sent_again(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more=NUMBERED)
    move(small_office, "2026/i1", "销毁", "备用", first=174, last=175)
    for what in ("发出", "签收", "收回", "销毁"):
        with pytest.raises(InvalidContent, match="份号 000175 已登记为销毁"):
            move(small_office, "2026/i1", what, "备用", first=175, last=176)
    move(small_office, "2026/i1", "发出", "备用", first=176, last=176)


def test_copies_without_numbers_are_counted(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    move(small_office, "2026/i1", "发出", "部门")
    move(small_office, "2026/i1", "收回", "部门", copies=10)
    with pytest.raises(InvalidContent, match="只有 60 份，不是 61 份"):
        move(small_office, "2026/i1", "收回", "部门", copies=61)
    with pytest.raises(InvalidContent, match="登记的会到 65 份"):
        move(small_office, "2026/i1", "发出", "部门", copies=15)
    with pytest.raises(InvalidContent, match="没有份号"):
        move(small_office, "2026/i1", "收回", "部门", first=1, last=2)
    move(small_office, "2026/i1", "发出", "部门", copies=10)


def test_a_void_issue_is_still_called_back(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    move(small_office, "2026/i1", "发出", "部门")
    with small_office.desk() as desk:
        person = small_office.opened().library.office.value
        afterwards.void(desk, small_office.place, person, "2026/i1", SIGNER, "重复")
    move(small_office, "2026/i1", "收回", "部门")
    (found,) = held(small_office, unit="部门")
    assert (found.voided, found.recall) == (True, 60)


def test_nothing_asked_for_is_a_usage_error_and_nothing_published_an_error(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    with pytest.raises(UsageError):
        held(small_office)
    with pytest.raises(InvalidContent, match="没有已付印"):
        held(small_office, issue="2026/i9")
