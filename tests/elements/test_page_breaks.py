"""Pages end at the same line in both formats: at blank lines, at signatures, after tables."""

from __future__ import annotations

import pytest

from builder.pdfium import Sheet
from tests.elements.conftest import Build, lines

_AREA = 262.0  # mm from the top of the sheet to the lower edge of the type area
_FILLER = "全市各县区逐日会商"
_ITEM = "---\n标题: {}\n供稿单位: [市水利局]\n---\n{}\n"


def _issue(before: int, rest: str) -> str:
    filled = "\n".join(f"          {_FILLER}" for _ in range(before))
    return (
        "刊物: gongzuo-xinxi\n日期: 2026-06-08\n要目: 否\n栏目:\n  - 名称: 甲栏\n    条目:\n"
        f"      - 标题: 甲县抗旱\n        正文: |\n          始\n{filled}\n{rest}"
    )


def _pages(sheets: tuple[Sheet, ...]) -> list[list[str]]:
    """The lines of each page, without the page number and the foot, which ends the last page."""
    rows = [[row.text for row in lines(sheet) if row.y < _AREA] for sheet in sheets]
    return [[text for text in page if not text.startswith(("报：", "发：", "（共印"))] for page in rows]


@pytest.mark.parametrize("before", range(8, 13))
@pytest.mark.parametrize(
    "rest",
    [
        "  - 名称: 乙栏\n    条目: [{信息: two}]\n",
        "      - {信息: two}\n",
    ],
)
def test_blank_lines_above_heads_and_titles_are_left_out_at_the_top_of_a_page(
    build: Build, before: int, rest: str
) -> None:
    text = "\n".join([_FILLER] * 40)
    made = build(_issue(before, rest), {"content/items/two.md": _ITEM.format("乙县抗旱", text)})
    ours, theirs = map(_pages, made.both)
    assert ours == theirs
    assert len(ours) > 2


def test_the_head_of_a_new_page_stands_at_its_top(build: Build) -> None:
    text = "\n".join([_FILLER] * 12 + ["（分页）"]) + "\n"
    rest = "  - 名称: 乙栏\n    条目: [{信息: two}]\n"
    tops = set()
    for before in range(10, 14):
        made = build(_issue(before, rest), {"content/items/two.md": _ITEM.format("乙县抗旱", text)})
        for sheets in made.both:
            first = lines(sheets[1])[0]
            if first.text == "【乙栏】":
                tops.add(round(first.y))
    assert tops == {44, 45}, "0.8 mm lower in Word"


@pytest.mark.parametrize("before", range(5, 12))
def test_a_long_paragraph_above_its_signature_parts_at_the_end_of_the_page(build: Build, before: int) -> None:
    text = "全市各县区坚持逐日会商逐乡调度" * 10 + "一二三四五六七八。"
    made = build(_issue(before, "      - {信息: two}\n"), {"content/items/two.md": _ITEM.format("乙县抗旱", text)})
    ours, theirs = map(_pages, made.both)
    assert ours == theirs
    own = [row for page in ours for row in page].index("（市水利局供稿）")
    assert own
    assert all(page[0] != "（市水利局供稿）" for page in ours)


@pytest.mark.parametrize("rows", [2, 7])
def test_a_page_with_a_table_holds_as_many_lines(build: Build, rows: int) -> None:
    table = ["表题：情况表", "|县|数|", "|---|---|", *(f"|子{n}|{n}|" for n in range(rows)), "注：截至五月底。"]
    text = "\n".join([*table, *[_FILLER] * 60])
    made = build(_issue(14, "      - {信息: two}\n"), {"content/items/two.md": _ITEM.format("乙县抗旱", text)})
    ours, theirs = map(_pages, made.both)
    assert ours == theirs


@pytest.mark.parametrize("annexes", [0, 3])
def test_a_signature_never_stands_on_a_page_without_text(build: Build, annexes: int) -> None:
    """Wherever the page ends, in both formats: two lines of text go along, and the list of annexes."""
    texts = "附件:\n" + "".join(f"  - {{标题: 情况{n}, 正文: 一行。}}\n" for n in range(annexes)) if annexes else ""
    turned = 0
    for before in range(2, 13):
        filled = "\n".join(f"      {_FILLER}" for _ in range(before))
        made = build(
            f"刊物: ducha-tongbao\n日期: 2026-06-08\n署名: 是\n条目:\n  - 标题: 抗旱保苗\n    正文: |\n{filled}\n"
            f"      {_FILLER * 3}\n      特此通报。\n{texts}"
        )
        for sheets in made.both:
            pages = [page for page in _pages(sheets) if "中共临澜市委督查室" in page[1:] or "特此通报。" in page]
            signed = next(page for page in pages if "2026年6月8日" in page[-1])
            assert "特此通报。" in signed
            assert signed.index("特此通报。") > 0
            turned += len(signed) < 8 + annexes
    assert turned >= 4
