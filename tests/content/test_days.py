"""Days in all the forms that offices type are one date; a day without its year takes that of the issue."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from builder.compose import settle_years
from builder.content import load
from builder.errors import Fault
from builder.model import Library, MonthDay
from builder.model.fields import read_day

DAY = date(2026, 6, 8)


@pytest.mark.parametrize(
    "text",
    ["2026-06-08", "2026-6-8", "2026.6.8", "2026/6/8", "2026年6月8日", "2026年06月08日", "2026年6月8号",
     "２０２６年６月８日", "２０２６-６-８",
     "２０２６．６．８", "2026。6。8", "2026／6／8", "2026－6－8", "2026 年 6 月 8 日", "2026 . 6 . 8", " 2026-6-8 ", "2026　年6月8日"],
)  # fmt: skip
def test_one_day_in_many_forms(text: str) -> None:
    assert read_day(text) == DAY


@pytest.mark.parametrize("text", ["6月8日", "６月８日", "06月08日", "6 月 8 日", "6月8号"])
def test_a_day_without_a_year_is_a_value_of_its_own(text: str) -> None:
    day = read_day(text)
    assert isinstance(day, MonthDay)
    assert (day.month, day.day, day.isoformat()) == (6, 8, "6月8日")


@pytest.mark.parametrize(
    "text",
    ["", "2026", "20260608", "2026-6", "2026-6.8", "2026年6月", "6-8", "6.8", "2026-06-08 09:00", "2026-6-1 2", "2026 6 8", "26年6月8日",
     "12026-6-8", "6月", "二〇二六年六月八日", "2026-6-8日", "1717800000"],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize("text", ["2026-2-30", "2026年13月1日", "0000-1-1", "2月30日", "13月1日", "2026.6.0"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|year"):
        read_day(text)


def put(root: Path, name: str, text: str) -> None:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "office.yaml", "名称: 临澜市委办公室\n")
    put(
        tmp_path,
        "items/a.md",
        "---\n标题: 甲\n报送时间: 6月8日\n采用情况:\n  - 刊物: 要情\n    日期: 2月29日\n---\n正文\n",
    )
    put(
        tmp_path,
        "findings/f.yaml",
        "编号: 1\n事项: 修渠\n完成时限: 12月31日\n延期: [{批准人: 甲, 新时限: 12月 31日}]\n",
    )
    return tmp_path


def issue(root: Path, name: str, day: str, entry: str) -> None:
    put(root, f"issues/{name}.yaml", f"刊物: gongzuo-xinxi\n日期: {day}\n条目:\n  - {entry}\n")


def settled(root: Path) -> tuple[Library, list[Fault]]:
    library, faults = load(root)
    assert library is not None
    assert faults == []
    return settle_years(library)


def test_the_year_is_that_of_the_issues_that_print_the_entry(root: Path) -> None:
    issue(root, "1", "2028-06-08", "信息: a")
    issue(root, "2", "2028年7月1日", "督查: {范围: f}")
    issue(root, "3", "2028.8.1", "督查: {范围: '*'}")
    library, faults = settled(root)
    item, matter = library.items["a"].value, library.findings["f"].value
    assert (item.reported, item.adoptions[0].day) == (date(2028, 6, 8), date(2028, 2, 29))
    assert (type(item.reported), matter.deadline) == (date, date(2028, 12, 31))
    assert matter.extensions[0].deadline == date(2028, 12, 31)  # type: ignore[union-attr]
    assert {(f.code, f.severity) for f in faults} == {("day-assumed", "note")}
    assert [(f.place.file, f.place.line, f.place.column) for f in faults] == [
        ("content/items/a.md", 3, 7), ("content/items/a.md", 6, 9), ("content/findings/f.yaml", 3, 7),
        ("content/findings/f.yaml", 4, 20),
    ]  # fmt: skip


def test_an_entry_that_no_issue_uses_is_told_to_write_the_year(root: Path) -> None:
    library, faults = settled(root)
    assert [f.code for f in faults] == ["day-year"] * 4
    assert "写明年份，如 2026年6月8日" in faults[0].hint
    assert isinstance(library.items["a"].value.reported, MonthDay)


def test_an_entry_in_issues_of_two_years_is_told_with_both(root: Path) -> None:
    issue(root, "1", "2026-12-31", "督查: {范围: f}")
    issue(root, "2", "2027-01-01", "督查: {范围: f}")
    issue(root, "3", "2028-01-01", "信息: a")
    faults = [f for f in settled(root)[1] if f.severity == "error"]
    assert [(f.code, f.place.file) for f in faults] == [("day-year", "content/findings/f.yaml")] * 2
    assert "1（2026年）、2（2027年）" in faults[0].message


def test_the_29th_of_february_of_a_common_year_is_told(root: Path) -> None:
    issue(root, "1", "2026-06-08", "信息: a")
    faults = [f for f in settled(root)[1] if f.place.file.endswith("a.md") and f.severity == "error"]
    assert [f.message for f in faults] == ["2026年没有2月29日这一天。"]


def test_an_issue_that_cannot_be_read_may_use_the_entry(root: Path) -> None:
    put(root, "issues/1.yaml", "刊物: [\n")
    library, _ = load(root)
    assert library is not None
    assert settle_years(library)[1] == []


def test_an_issue_must_bear_its_year(root: Path) -> None:
    issue(root, "1", "6月8日", "信息: a")
    (fault,) = load(root)[1]
    assert (fault.code, fault.place.line, fault.message) == ("value-day", 2, "“日期”没有写年份：6月8日")
    assert fault.hint == "写成 2026年6月8日 的样子"


@pytest.mark.parametrize("typed", ["6月5日 16:20", "６月５日　１６：２０", "6月5日16:20", "6月5号 16:20"])
def test_a_time_on_a_day_without_a_year_takes_the_year_of_the_issue_and_is_kept(root: Path, typed: str) -> None:
    put(root, "items/a.md", f"---\n标题: 甲\n接收时间: {typed}\n核实: [{{谁: 甲, 时间: {typed}}}]\n---\n正文\n")
    (root / "content/findings/f.yaml").unlink()
    unused, faults = settled(root)
    assert unused.items["a"].value.received.isoformat(" ", "minutes") == "6月5日 16:20"  # type: ignore[union-attr]
    assert [(f.code, f.place.line, f.hint) for f in faults] == [
        ("day-year", 3, "写明年份，如 2026年6月5日 16:20。"), ("day-year", 4, "写明年份，如 2026年6月5日 16:20。"),
    ]  # fmt: skip
    issue(root, "1", "2028-06-08", "信息: a")
    library, faults = settled(root)
    item = library.items["a"].value
    assert (item.received, item.verified[0].when) == (datetime.fromisoformat("2028-06-05 16:20"),) * 2
    assert type(item.received) is datetime
    assert [f.code for f in faults] == ["day-assumed"] * 2
    assert "读作2028年6月5日 16:20" in faults[0].message
