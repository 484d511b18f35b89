"""Where a ledger's table is: its head, its rows, and what stands around them. Nothing is left out unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from builder.intake import ledger_words
from builder.intake.sheet_marks import Area
from builder.intake.sheet_reader import Value
from builder.intake.sheets import Sheet

HEAD_WITHIN = 60  # rows in which a head is looked for
_TALLEST = 3
_LEAST = 2  # known words that make a row a head


@dataclass(frozen=True, slots=True)
class Column:
    """A column with a head or with values; ``parts`` are the head's lines from top to bottom (empty: no head)."""

    index: int
    parts: tuple[str, ...]

    @property
    def head(self) -> str:
        """The head as shown, ``责任分工/牵头单位`` for two lines."""
        return "/".join(self.parts)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no entry, and why: 标题, 空行, 合计, 重复的表头, 分组行 or 表下说明."""

    row: int
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a sheet; rows count from 0.

    ``head`` are the rows of the head, ``rows`` those of the entries. ``filled`` says, for cells of ranges merged
    downwards, which cell holds the value.
    """

    sheet: Sheet
    head: range
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    skipped: tuple[Skipped, ...]
    filled: dict[tuple[int, int], tuple[int, int]]

    def source(self, row: int, column: int) -> tuple[int, int]:
        """The cell whose value counts for this one."""
        return self.filled.get((row, column), (row, column))


def text(value: Value) -> str:
    """A cell's text where only its words matter (heads, labels, skipped rows)."""
    if isinstance(value, str):
        return value.strip()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def find(sheet: Sheet, extra: frozenset[str] = frozenset()) -> Table | None:
    """The table of a sheet; None where no row looks like a head. ``extra``: plain heads that count as known."""
    head = _head(sheet, extra)
    if head is None:
        return None
    columns = tuple(_columns(sheet, head))
    above = [Skipped(n, "标题", _words(sheet, n)) for n in range(head.start) if _filled(sheet, n)]
    rows, skipped = _rows(sheet, head, columns)
    return Table(sheet, head, columns, tuple(rows), (*above, *skipped), _fills(sheet, head.stop))


# ---------------------------------------------------------------- the head


def _head(sheet: Sheet, extra: frozenset[str]) -> range | None:
    """The rows whose heads are known for most columns; of equals the flattest, then the first."""
    best: tuple[int, int, int] | None = None
    last = min(len(sheet.rows), HEAD_WITHIN)
    cover = _covered(sheet.merges, last + _TALLEST)
    for start in range(last):
        for height in range(1, min(_TALLEST, len(sheet.rows) - start) + 1):
            parts = _parts(sheet, range(start, start + height), cover)
            found = sum(1 for lines in parts if lines and _known(lines, extra))
            if found >= _LEAST and (best is None or found > best[0] or (found == best[0] and height < best[1])):
                best = (found, height, start)
    return range(best[2], best[2] + best[1]) if best else None


def _known(lines: tuple[str, ...], extra: frozenset[str]) -> bool:
    words = [word for word in (lines[-1], "".join(lines)) if len(word) <= ledger_words.LONGEST]
    return any(ledger_words.known(word) or ledger_words.plain(word) in extra for word in words)


def _covered(merges: tuple[Area, ...], last: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Cell of a merged range in the first rows → the range's first cell."""
    found = {}
    for area in merges:
        if area.top < last and (area.right - area.left) < 500:
            for row in range(area.top, min(area.bottom + 1, last)):
                for column in range(area.left, area.right + 1):
                    found[row, column] = (area.top, area.left)
    return found


def _parts(sheet: Sheet, head: range, cover: dict[tuple[int, int], tuple[int, int]]) -> list[tuple[str, ...]]:
    """The head's lines for each column.

    A group's head reaches over the empty cells to its right, where the next line has something.
    """
    width = max((len(sheet.rows[n]) for n in head), default=0)
    lines: list[list[str]] = [[] for _ in range(width)]
    for n in head:
        group = ""
        for column in range(width):
            here = text(sheet.value(n, column))
            source = cover.get((n, column))
            if not here and source is not None and source[0] in head:
                here = text(sheet.value(*source))
            elif not here and source is None and n + 1 in head and text(sheet.value(n + 1, column)):
                here = group
            group = here or group
            if here and here not in lines[column]:
                lines[column].append(here)
    return [tuple(found) for found in lines]


def _columns(sheet: Sheet, head: range) -> Iterator[Column]:
    """Every column with a head or with a value below it."""
    parts = _parts(sheet, head, _covered(sheet.merges, head.stop))
    width = max((len(row) for row in sheet.rows[head.start :]), default=0)
    used = {c for row in sheet.rows[head.stop :] for c, value in enumerate(row) if text(value)}
    for column in range(width):
        lines = parts[column] if column < len(parts) else ()
        if lines or column in used:
            yield Column(column, tuple(" ".join(line.split()) for line in lines))


# ---------------------------------------------------------------- the rows

_TOTAL = re.compile(r"(合计|小计|总计|共计|总数|累计)[:：0-9]{0,12}")
_LABEL = re.compile(
    r"(注|备注|说明|填报|填表|制表|审核|审批|负责人|联系人|联系电话|报送|单位负责|分管领导签)[^，。]{0,10}[:：]"
)


def _filled(sheet: Sheet, row: int) -> list[int]:
    return [column for column, value in enumerate(sheet.rows[row]) if text(value)]


def _words(sheet: Sheet, row: int) -> str:
    """The first words of a row, for the list of what was skipped."""
    found = "　".join(" ".join(text(sheet.value(row, column)).split()) for column in _filled(sheet, row)[:30])
    return found if len(found) <= 30 else f"{found[:30]}…"


def _rows(sheet: Sheet, head: range, columns: tuple[Column, ...]) -> tuple[list[int], list[Skipped]]:
    heads = {(c.index, part) for c in columns for part in c.parts}
    wide = {area.top for area in sheet.merges if area.right - area.left + 1 >= max(3, len(columns) // 2)}
    rows: list[int] = []
    skipped: list[Skipped] = []
    for row in range(head.stop, len(sheet.rows)):
        why = _why(sheet, row, _filled(sheet, row), heads, row in wide)
        if why:
            skipped.append(Skipped(row, why, _words(sheet, row)))
        else:
            rows.append(row)
    return _tail(sheet, rows, skipped)


def _why(sheet: Sheet, row: int, filled: list[int], heads: set[tuple[int, str]], wide: bool) -> str:
    """Why a row is no entry; "" when it is one."""
    if not filled:
        return "空行"
    words = [text(sheet.value(row, column)) for column in filled]
    if _TOTAL.fullmatch("".join(words[0].split())) or (len(words) > 1 and _TOTAL.fullmatch("".join(words[1].split()))):
        return "合计"
    same = sum((column, " ".join(word.split())) in heads for column, word in zip(filled, words, strict=True))
    if same >= _LEAST and same * 2 > len(filled):
        return "重复的表头"
    if _LABEL.match(words[0]) and (len(filled) == 1 or all("：" in word or ":" in word for word in words)):
        return "表下说明"
    return "分组行" if len(filled) == 1 and wide else ""


def _tail(sheet: Sheet, rows: list[int], skipped: list[Skipped]) -> tuple[list[int], list[Skipped]]:
    """A lone long text in the first column, or one over the whole width, after the last entry is a remark."""
    last = next((n for n in reversed(rows) if len(_filled(sheet, n)) > 1), len(sheet.rows))
    moved = {n for n in rows if n > last and _filled(sheet, n)[0] == 0 and len(_words(sheet, n)) > 8}
    skipped = [Skipped(s.row, "表下说明", s.text) if s.why == "分组行" and s.row > last else s for s in skipped]
    skipped += [Skipped(n, "表下说明", _words(sheet, n)) for n in moved]
    return [n for n in rows if n not in moved], sorted(skipped, key=lambda s: s.row)


def _fills(sheet: Sheet, first: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Cells of ranges merged downwards below the head → the range's first cell. Sideways nothing is repeated."""
    found = {}
    for area in sheet.merges:
        if area.bottom > area.top >= first:
            for row in range(area.top + 1, min(area.bottom + 1, len(sheet.rows))):
                found[row, area.left] = (area.top, area.left)
    return found
