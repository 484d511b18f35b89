"""A table row that is split over pages is compared exactly."""

from __future__ import annotations

import dataclasses

import pytest

from builder.measure import pdf as reader
from builder.measure.rows import with_whole_rows

WORDS = "责任单位已完成整改并报送材料验收组于本月中旬到现场复核，"


def long_cell(count: int, tag: str = "") -> str:
    """Text of ``count`` characters in which no two places look alike."""
    return "".join(f"{tag}{n}{WORDS}" for n in range(1, count // 20))[:count]


def test_a_row_that_is_split_over_pages_is_the_same_text(rendered):
    table = "\n".join(
        [
            "| 事项 | 进展 |",
            "|---|---|",
            "| 短 | 短 |",
            f"| {long_cell(1500, '左')} | {long_cell(1500, '右')} |",
            "| 末 | 末 |",
        ]
    )
    for before in (0, 10, 20):
        made = rendered("\n".join(["前文一段。"] * before + [table, "后文。"]))
        assert made.room.pages > 1


def test_a_row_of_three_cells_over_three_pages_is_the_same_text(rendered):
    table = f"| 甲 | 乙 | 丙 |\n|---|---|---|\n| {long_cell(1900, '左')} | 短 | {long_cell(2000, '右')} |"
    assert rendered(f"前文。\n{table}\n后文。").room.pages > 2


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda text: text.replace("右30责", "右3责"), True),
        (lambda text: text.replace("左1责任", "左1任责"), True),
        (lambda text: text.replace("短短", "短长"), True),
        (lambda text: text, False),
    ],
    ids=["a character lost", "two exchanged", "one changed beside the row", "nothing changed"],
)
def test_whatever_else_departs_on_the_pages_of_a_split_row_is_told(rendered, change, shown):
    table = f"| 事项 | 进展 |\n|---|---|\n| 短 | 短 |\n| {long_cell(1500, '左')} | {long_cell(1500, '右')} |"
    made = rendered(f"{table}\n后文。")
    pdf = reader.read(made.files["pdf"])
    pages = tuple(dataclasses.replace(page, text=change(page.text)) for page in pdf.pages)
    assert (pages != pdf.pages) == shown
    assert bool(reader.differences(made.view.data, dataclasses.replace(pdf, pages=pages))) == shown


def test_only_a_row_at_a_page_start_may_have_its_cells_interleaved_each_in_its_order():
    rows = [["甲乙", "丙丁"]]
    assert with_whole_rows("前甲乙丙丁后", ["前甲丙", "乙丁后"], rows) == ("前甲乙丙丁后", "前甲乙丙丁后")
    assert with_whole_rows("前甲乙丙丁后", ["前甲丙乙丁后"], rows) == ("前甲乙丙丁后", "前甲丙乙丁后")
    assert with_whole_rows("前甲乙丙丁后", ["前乙丙", "甲丁后"], rows) == ("前甲乙丙丁后", "前乙丙甲丁后")


def test_rare_characters_in_a_split_row_may_be_unread_but_not_others():
    rows = [["甲\U0002cb2d", "丙\U0002cb2e丁"]]
    wanted = "前" + "".join(rows[0])
    assert with_whole_rows(wanted, ["前甲丙", "\U0002cb2d丁"], rows) == ("前甲丙丁", "前甲丙丁")
    assert with_whole_rows(wanted, ["前甲丙", "\U0002cb2f丁"], rows) is None
