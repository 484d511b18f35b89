"""Cells as values: numbers as displayed, days, units, names, and YAML that reads back as it was."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.content import hygiene, yaml_text
from builder.content.ids import refusal
from builder.content.shapes import fields
from builder.intake import ledger_entries, ledger_map, ledger_table, ledger_values, ledger_words, ledger_yaml, sheets
from tests.intake import ledger_books as books


@pytest.mark.parametrize(
    ("value", "pattern", "text"),
    [
        (12.0, "", "12"),
        (1.1, "", "1.1"),
        (0.1 + 0.2, "", "0.3"),
        (1e-07, "", "0.0000001"),
        (123456789012345.0, "", "123456789012345"),
        (12.0, "00000", "00012"),
        (1.1, "0.00", "1.10"),
        (1.1, "0.00_ ", "1.10"),
        (0.125, "0.0%", "12.5%"),
        (0.5, "0%", "50%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (2.5, "0.0##", "2.5"),
        (0.0, "0", "0"),
        (5.0, '"〔2026〕"0"号"', "〔2026〕5号"),
        (5.0, "第0期", "第5期"),
        (5.0, "General", "5"),
        (True, "", "TRUE"),
        (datetime(2026, 6, 8), "", "2026-06-08"),  # noqa: DTZ001
        (datetime(2026, 6, 8, 9, 5), "", "2026-06-08 09:05"),  # noqa: DTZ001
        (timedelta(hours=30, minutes=5), "", "30:05"),
        ("  00012\r\n乙 ", "", "00012\n乙"),
    ],
)
def test_a_value_is_shown_as_the_sheet_displays_it(value: Any, pattern: str, text: str) -> None:
    assert ledger_values.shown(value, pattern) == (text, None)


def test_a_number_that_lost_digits_and_a_format_that_cannot_be_followed_are_told() -> None:
    text, fault = ledger_values.shown(1.2345678901234567e17)
    assert (text, fault and fault.code) == ("", "ledger-number")
    text, fault = ledger_values.shown(12.5, "# ?/?")
    assert (text, fault and fault.code) == ("12.5", "ledger-format")
    text, fault = ledger_values.shown(-5.0, "0.00")
    assert (text, fault and fault.code) == ("-5", "ledger-format")


@pytest.mark.parametrize(
    "value",
    [
        *("2026-6-8", "2026.06.08", "2026/6/8", "2026年6月8日", "2026年6月8号", "２０２６年６月８日", " 20260608 "),
        *(20260608.0, date(2026, 6, 8), datetime(2026, 6, 8)),  # noqa: DTZ001
    ],
)
def test_days_are_read_however_they_are_typed(value: Any) -> None:
    assert ledger_values.day(value) == (date(2026, 6, 8), None)


@pytest.mark.parametrize("value", ["2026年6月8日前", "2026-06-08 09:30", datetime(2026, 6, 8, 9, 30)])  # noqa: DTZ001
def test_a_day_with_something_behind_it_is_taken_with_a_note(value: Any) -> None:
    found, fault = ledger_values.day(value)
    assert found == date(2026, 6, 8)
    assert fault is not None
    assert (fault.code, fault.severity) == ("ledger-day-taken", "note")


@pytest.mark.parametrize(
    ("value", "guess"),
    [
        *(("6月8日", ""), ("长期", ""), ("2026-13-01", ""), ("2026年", ""), ("8", ""), (8.0, ""), (True, "")),
        *(("2026年6月底", "2026-06-30"), ("2028.2", "2028-02-29"), (46181.0, "2026-06-08")),
    ],
)
def test_what_is_no_whole_day_is_a_fault_with_the_likely_day(value: Any, guess: str) -> None:
    found, fault = ledger_values.day(value)
    assert found is None
    assert fault is not None
    assert (fault.code, guess in fault.message) == ("ledger-day", True)


def test_units_are_parted_outside_brackets_only() -> None:
    assert ledger_values.units("市水利局（河长办、移民局）、云埠县,青峪县；\n市住建局；") == (
        *("市水利局（河长办、移民局）", "云埠县", "青峪县", "市住建局"),
    )
    assert ledger_values.units("市水利局（河长办\n市住建局") == ("市水利局（河长办", "市住建局")


@pytest.mark.parametrize(
    ("word", "guess"), [("已办结", "办结"), ("推进中", "办理中"), ("办里中", "办理中"), ("逾期", "滞后")]
)
def test_a_state_that_is_none_is_told_with_the_likely_one(word: str, guess: str) -> None:
    fault = ledger_values.choice(word, "状态", ledger_words.choices("事项", "状态"))
    assert fault is not None
    assert f"是否指 {guess}？" in fault.message


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("kind", ledger_words.KINDS)
def test_every_key_that_a_column_may_stand_for_is_one_of_the_model(kind: ledger_words.Kind) -> None:
    model = fields(ledger_words.MODELS[kind])
    for key in ledger_words.keys(kind):
        outer, _, inner = key.partition(".")
        assert outer in model
        if inner:
            nested = model[outer][1].inner
            assert nested is not None
            assert nested.model is not None
            assert inner in fields(nested.model)
    assert set(model) - {key.partition(".")[0] for key in ledger_words.keys(kind)} == {"种类"}


@pytest.mark.parametrize(
    ("head", "key"),
    [
        *(
            ("编 号", "编号"),
            ("文号", "编号"),
            ("工作内容（任务）", "事项"),
            ("主办单位", "牵头单位"),
            ("协办单位", "责任单位"),
        ),
        *(("办结\n时限", "完成时限"), ("截止日期*", "完成时限"), ("收文日期", "收件日"), ("交办时间", "交办日")),
        *(("批示领导", "立项依据"), ("下步打算", "反馈.下一步"), ("完成时限要求", "完成时限"), ("备 注", "备注")),
    ],
)
def test_the_heads_of_offices_are_understood(head: str, key: str) -> None:
    assert ledger_words.meaning([head], "事项")[0][1] == key


def test_a_head_that_is_nothing_like_a_key_means_nothing() -> None:
    assert ledger_words.meaning(["联系电话"], "事项") == []
    assert ledger_words.meaning(["很长" * 1000], "事项") == []


# ---------------------------------------------------------------- names and YAML

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(_TEXTS)
def test_a_safe_name_is_an_id_or_nothing(text: str) -> None:
    name = ledger_entries.safe_name(text)
    if name:
        assert refusal(name) is None
        assert "/" not in name
        assert len(name.encode()) <= 140


def _clean(text: str) -> str:
    """What a cell's text is when it comes to be written."""
    text = hygiene.scrub(text.replace("\r\n", "\n").replace("\r", "\n"), "").text
    return text.replace("\ufffd", "").strip()


@given(
    st.dictionaries(st.sampled_from(["事项", "备注", "责任人"]), _TEXTS.map(_clean).filter(bool)), _TEXTS.map(_clean)
)
def test_any_text_reads_back_as_it_was(values: dict[str, str], progress: str) -> None:
    tree: dict[str, Any] = {**values, "责任单位": ("甲, 乙", "a: b"), "交办日": date(2026, 6, 8)}
    if progress:
        tree["反馈"] = {"进展": progress, "下一步": progress}
    written = ledger_yaml.finding(tree)
    node, faults = yaml_text.parse(written.text, "")
    assert [f for f in faults if f.severity == "error"] == []
    expected = {**values, "责任单位": ["甲, 乙", "a: b"], "交办日": "2026-06-08"}
    if progress:
        expected["反馈"] = [{"进展": progress, "下一步": progress}]  # type: ignore[assignment]
    assert node is not None
    assert yaml_text.plain(node) == expected
    assert len(written.keys) == written.text.count("\n")


_PASTED = st.text(
    st.sampled_from(
        "甲乙一月日工程办理12 aB\u3000\xa0\u200b\ufeff\x0b\u2028\t\n：:，、；"
        ";#-—–‐•·・‧．.（）()[]{}“”\"'\\|>*&!%@`〔〕\uf0b7\uf06c⼀⺠é\u0301"
    ),
    max_size=30,
)


@settings(max_examples=200)
@given(st.lists(st.tuples(_PASTED | _TEXTS, _PASTED, _PASTED), min_size=1, max_size=4))
def test_whatever_is_pasted_into_cells_is_carried_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str]]
) -> None:
    heads = ("编号", "任务", "责任单位", "办理进展", "联系电话")
    rows = (heads, *((f"a{n}", one, two, three, two) for n, (one, two, three) in enumerate(cells)))
    sheet = sheets.Sheet("", rows)
    table = ledger_table.find(sheet)
    assert table is not None
    plan = ledger_entries.Plan(
        sheets.Book("a.csv", "csv", (sheet,)), table, "事项", ledger_map.propose(table, "事项"), {}, True, "x"
    )
    made, faults = ledger_entries.entries(plan, tmp_path_factory.getbasetemp())
    assert "ledger-lost" not in {fault.code for fault in faults}
    assert all(fault.place.file.startswith("a.csv!") for fault in faults)
    refused = {fault.place.file for fault in faults if fault.severity == "error"}
    assert len(made) == len(table.rows) or refused
    for entry in made:
        node, _ = yaml_text.parse(entry.text, "")
        assert node is not None


def _entries(count: int, root: Path) -> float:
    rows = [
        ["编号", "任务", "承办单位", "办理进展"],
        *([f"a{n}", f"修路{n}公里", "市水利局、市住建局", "正在\n施工"] for n in range(count)),
    ]
    book = sheets.read(books.text(rows).encode(), "a.csv")
    table = ledger_table.find(book.sheets[0])
    assert table is not None
    plan = ledger_entries.Plan(book, table, "事项", ledger_map.propose(table, "事项"), {}, False, "x")
    start = time.process_time()
    made, faults = ledger_entries.entries(plan, root)
    assert (len(made), faults) == (count, ())
    return time.process_time() - start


def test_the_cost_grows_with_the_rows_and_no_faster(tmp_path: Path) -> None:
    small = min(_entries(200, tmp_path) for _ in range(2))
    large = min(_entries(1600, tmp_path) for _ in range(2))
    assert large < 8 * small * 2.5
