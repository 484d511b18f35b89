"""Landscape pages in both formats (GB/T 9704-2012, clause 8): number and head of the table where a portrait page has them."""

from __future__ import annotations

import pytest

from builder import pdfium
from tests.elements.conftest import Build, lines

ROWS = "".join(f"      | {n} | 第{n}项重点工作推进落实 | 按时序推进 |\n" for n in range(1, 36))
ISSUE = (
    "刊物: ducha-tongbao\n日期: 2026-06-08\n条目:\n  - 标题: 抗旱保苗\n    正文: 见附件。\n附件:\n"
    f"  - 标题: 事项表\n    方向: 横\n    正文: |\n      | 序号 | 事项 | 进展 |\n      |---|---|---|\n{ROWS}"
)


def test_number_and_head_of_landscape_pages_stand_where_those_of_portrait_pages_do(build: Build) -> None:
    """Turned back to the portrait sheet: the dash 7 mm below the type area, odd pages right, even left; head at the portrait left edge."""
    for sheets in build(ISSUE).both:
        across = [(n, sheet) for n, sheet in enumerate(sheets, 1) if sheet.width > sheet.height]
        assert [n for n, _ in across] == [2, 3, 4]
        for n, sheet in across:
            upright = pdfium.turned(pdfium.turned(pdfium.turned(sheet)))
            number = [g for g in upright.glyphs if g.turned == 0]
            assert "".join(g.text for g in number) == f"—{n}—"
            assert number[0].top == pytest.approx(37 + 225 + 7, abs=0.8)
            if n % 2:
                assert number[-1].right == pytest.approx(28 + 156 - 14 * 25.4 / 72, abs=0.5)
            else:
                assert number[0].left == pytest.approx(28 + 14 * 25.4 / 72, abs=0.5)
            rows = [row.text for row in lines(pdfium.Sheet(sheet.width, sheet.height, tuple(
                g for g in sheet.glyphs if not g.turned), sheet.rules, sheet.pictures))]  # fmt: skip
            assert rows[0 if n > 2 else 2] == "序号事项进展"
            top = min(rule.top for rule in sheet.rules)
            if n > 2:
                assert top == pytest.approx(28, abs=0.6), (
                    "the head is at the binding on odd pages, at the cut on even ones"
                )
