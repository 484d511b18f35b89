"""A table of a few rows is kept whole, with its title, unit and notes, wherever the page ends."""

from __future__ import annotations

import pytest

from tests.elements.conftest import Build, page_of


@pytest.mark.parametrize("filled", [10, 11, 12, 13, 14, 16])
def test_three_rows_and_their_note_stand_on_one_page(build: Build, filled: int) -> None:
    filler = "\n".join("      填" for _ in range(filled))
    table = "\n".join(
        f"      {row}"
        for row in (
            "表题：情况表",
            "单位：件",
            "|甲|乙|",
            "|---|---|",
            "|子|1|",
            "|丑|2|",
            "|寅|3|",
            "注：截至五月底。",
            "完。",
        )
    )
    made = build(
        f"刊物: gongzuo-xinxi\n日期: 2026-06-08\n条目:\n  - 标题: 抗旱\n    正文: |\n      始\n{filler}\n{table}\n"
    )
    places = [[page_of(sheets, t) for t in ("情况表", "甲乙", "子1", "寅3", "注：截至")] for sheets in made.both]
    assert all(len(set(pages)) == 1 for pages in places), places
    assert places[0] == places[1]
