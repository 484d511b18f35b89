"""Tables for the view: column widths (mm), alignment, font size and the head grid, decided once for both formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.model import Cell, Span, Table
from builder.words import width

_COUNT = re.compile(r"[-－+]?\d[\d,]*(\.\d+)?[%％]?|—|-|[\d〇一二三四五六七八九十]+")
_MONEY = re.compile(r"[-－]?\d[\d,]*\.\d+")
_NUMBER = re.compile(r"([-－+]?\d[\d,]*)((?:\.\d+)?[^\d.]{0,4})")  # up to the point, and the rest with its unit
_UNBROKEN = re.compile(r"[0-9A-Za-z.,%％／/〔〕-]+[年月日个件项条]?")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_LONG = 12  # full-width characters; a column whose cells run longer is set flush left
_PADDING = 1.2  # characters of air in a cell, both sides together
_INSETS = 0.6  # characters that a cell's insets take in either format, both sides together
_LONGEST_WORD = 24  # characters; longer ones break wherever the line ends (templates/layout/text.typ)
_MM_PER_PT = 25.4 / 72
_INSET = 2.85 * _MM_PER_PT  # mm, of a cell at either side (layout/table.typ, template/styles.py)
Runs = Callable[[Sequence[Span], str], list[dict[str, Any]]]


def table(block: Table, layout: Mapping[str, Any], total: float, runs: Runs) -> dict[str, Any]:
    """The view's 表 block. ``total`` is the width in mm; ``runs(spans, role)`` makes runs."""
    size = _size(block, layout)
    columns = _columns(block)
    widths = _column_widths(block, columns, total, size * _MM_PER_PT)
    aligned = [_column(*each, size) for each in zip(widths, _alignments(block, columns), columns, strict=True)]
    return {
        "类": "表",
        "题": block.title,
        "单位": block.unit and (block.unit if block.unit.startswith("单位") else f"单位：{block.unit}"),
        "列": aligned,
        "字号": size,
        "头": _head(block, runs),
        "头格": _head_grid(block, runs),
        "行": [
            [
                {"文字": runs(c.spans, "仿宋"), "列": 1, "行": 1, "起": n, **_before_point(c.text, aligned[n])}
                for n, c in enumerate(row)
            ]
            for row in block.rows
        ],
        "注": [],
    }


def _column(wide: float, align: str, cells: Sequence[str], size: float) -> dict[str, Any]:
    """``{宽, 齐}``; where decimal points stand below one another, 点 says where (mm from the inset); in the middle where they cannot."""
    if align != "点":
        return {"宽": wide, "齐": align}
    parts = [found for cell in cells if (found := _NUMBER.fullmatch(cell))]
    before, after = (max(width(part[n]) for part in parts) for n in (1, 2))
    free = (wide - 2 * _INSET) / (size * _MM_PER_PT) - before - after
    if free < 0:
        return {"宽": wide, "齐": "中"}
    return {"宽": wide, "齐": "点", "点": round((free / 2 + before) * size * _MM_PER_PT, 2)}


def _before_point(text: str, column: Mapping[str, Any]) -> dict[str, str]:
    """``{点前}``: the characters of a number that end at its column's point; nothing for what stands in the middle."""
    found = _NUMBER.fullmatch(text) if column["齐"] == "点" else None
    return {"点前": found[1]} if found else {}


def parted(block: Table, layout: Mapping[str, Any], total: float) -> list[tuple[str, str]]:
    """(head, text) for each column that cannot hold its longest number or word on one line in ``total`` mm.

    A date may part after its month; what is longer than any line is kept whole (24 characters) may part anywhere.
    """
    em = _size(block, layout) * _MM_PER_PT
    columns, heads = _columns(block), _leaf_titles(block)
    widths = _column_widths(block, columns, total, em)
    found = []
    for head, cells, wide in zip(heads, columns, widths, strict=True):
        text = max([head[:2], *_stretches(cells, split=True)], key=width)
        if width(text) > wide / em - _INSETS:
            found.append((head, text))
    return found


def _size(block: Table, layout: Mapping[str, Any]) -> float:
    figures = layout["表格"]
    return float(figures["密字号"] if block.width >= figures["密列起"] else figures["字号"])


def _columns(block: Table) -> list[Sequence[str]]:
    """The cells' texts below the head, column by column."""
    return [[row[n].text for row in block.rows] for n in range(block.width)]


def _column_widths(block: Table, columns: Sequence[Sequence[str]], total: float, em: float) -> list[float]:
    if block.widths:
        return _rounded([total * w / sum(block.widths) for w in block.widths], total)
    return _widths(_leaf_titles(block), columns, total, em)


def _alignments(block: Table, columns: Sequence[Sequence[str]]) -> list[str]:
    """What the delimiter row says, else what the cells suggest."""
    typed = block.aligns or ("",) * block.width
    return [align or _alignment(cells) for align, cells in zip(typed, columns, strict=True)]


def _alignment(cells: Sequence[str]) -> str:
    """Counts centred; amounts flush right, or by their points where their decimals differ; long text left (docs/layout.md)."""
    numbers = [c for c in cells if c != "—"]
    if numbers and all(_MONEY.fullmatch(c) for c in numbers) and len({len(c.split(".")[1]) for c in numbers}) == 1:
        return "右"
    if any("." in c for c in numbers) and all(_NUMBER.fullmatch(c) for c in numbers):
        return "点"
    if all(_COUNT.fullmatch(c) for c in cells):
        return "中"
    return "左" if any(width(c) > _LONG for c in cells) else "中"


def _placed(block: Table) -> list[list[tuple[int, Cell]]]:
    """Head rows as (first column, cell), cells below a spanned one shifted to their true column."""
    taken: set[tuple[int, int]] = set()
    placed: list[list[tuple[int, Cell]]] = []
    for r, row in enumerate(block.head):
        column, line = 0, []
        for cell in row:
            while (r, column) in taken:
                column += 1
            line.append((column, cell))
            taken |= {(r + y, column + x) for y in range(cell.rows) for x in range(cell.columns)}
            column += cell.columns
        placed.append(line)
    return placed


def _head(block: Table, runs: Runs) -> list[list[dict[str, Any]]]:
    return [
        [{"文字": runs(c.spans, "黑体"), "列": c.columns, "行": c.rows, "起": at} for at, c in row]
        for row in _placed(block)
    ]


def _head_grid(block: Table, runs: Runs) -> list[list[dict[str, Any]]]:
    """Every head row with all its cells, those under a spanned one marked, as Word wants them."""
    rows: list[dict[int, dict[str, Any]]] = [{} for _ in block.head]
    for r, row in enumerate(_placed(block)):
        for at, cell in row:
            for y in range(cell.rows):
                merge = "" if cell.rows == 1 else ("continue" if y else "restart")
                rows[r + y][at] = {"文字": [] if y else runs(cell.spans, "黑体"), "列": cell.columns, "竖并": merge}
    return [[row[at] for at in sorted(row)] for row in rows]


def _leaf_titles(block: Table) -> list[str]:
    """For each column the title of the lowest head cell over it alone."""
    titles = [""] * block.width
    for row in _placed(block):
        for at, cell in row:
            if cell.columns == 1:
                titles[at] = cell.text
    return titles


def _widths(heads: Sequence[str], columns: Sequence[Sequence[str]], total: float, em: float) -> list[float]:
    """Column widths in mm, summing to ``total``.

    A column wants its longest cell on one line and needs at least its longest word; where the wants do not fit, short
    columns get theirs and the long ones share the rest in proportion to the text they hold.
    """
    room = total / em
    wants = [max(width(t) for t in (head, *cells)) + _PADDING for head, cells in zip(heads, columns, strict=True)]
    if sum(wants) <= room:
        extra = (room - sum(wants)) / len(wants)
        return _rounded([(w + extra) * em for w in wants], total)
    needs = [_need(head, cells) + _PADDING for head, cells in zip(heads, columns, strict=True)]
    if sum(needs) > room:
        needs = [_need(head, cells, split=True) + _PADDING for head, cells in zip(heads, columns, strict=True)]
    weights = [sum(width(c) for c in cells) ** 0.75 + 1 for cells in columns]
    final = list(needs)
    open_columns = set(range(len(wants)))
    while open_columns:
        spare = room - sum(final[i] for i in range(len(final)) if i not in open_columns)
        scale = spare / sum(weights[i] for i in open_columns)
        bound = {i for i in open_columns if not needs[i] <= weights[i] * scale <= wants[i]}
        tight = {i for i in bound if weights[i] * scale < needs[i]} or bound
        if not tight:
            for i in open_columns:
                final[i] = weights[i] * scale
            break
        for i in tight:
            final[i] = needs[i] if weights[i] * scale < needs[i] else wants[i]
        open_columns -= tight
    factor = room / sum(final)
    return _rounded([w * factor * em for w in final], total)


def _need(head: str, cells: Sequence[str], split: bool = False) -> float:
    """Least width in characters: the longest stretch that must not break, at least two, the head in two lines at most.

    A date is such a stretch; with ``split`` it may break after its year and month.
    """
    longest = max(map(width, _stretches(cells, split)), default=0)
    return max(longest, 2.0, width(head) / 2 if width(head) > 4 else width(head))


def _stretches(cells: Sequence[str], split: bool) -> list[str]:
    """What must not break in some cells: numbers with their units, words, and dates (with ``split`` up to their month)."""
    words = [m for c in cells for m in _UNBROKEN.findall(c) if len(m) <= _LONGEST_WORD]
    dates = [m for c in cells for m in _DATE.findall(c)]
    return words + ([m.partition("月")[0] + "月" for m in dates] if split else dates)


def _rounded(widths: Sequence[float], total: float) -> list[float]:
    """To 0.01 mm, the last column taking the rest."""
    first = [round(w, 2) for w in widths[:-1]]
    return [*first, round(total - sum(first), 2)]
