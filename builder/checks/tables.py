"""Checks of tables: what their columns cannot hold (docs/layout.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from builder.compose import Edition
from builder.errors import Fault
from builder.fonts import FontSet
from builder.model import Block, Table
from builder.render.tables import parted

_NAMED = 3  # columns that a message names
_FEWER = "减少列，或缩短这几列的文字"


@dataclass(frozen=True, slots=True)
class _Set:
    """A table, and how it is set: in the body, or in an annex that stands upright or across."""

    table: Table
    total: float
    where: str


def table_too_wide(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A table that not even a landscape page can hold is refused."""
    layout = edition.title.layout
    for one in _tables(edition):
        if one.table.widths and one.where != "横":
            continue
        lacking = parted(one.table, layout, layout["版心"]["高"])
        if lacking and not one.table.widths:
            message = f"表格有{one.table.width}列，横排的一面也放不下：{_told(lacking)}。"
            yield Fault("table-too-wide", "error", one.table.place, message, f"{_FEWER}，或分成几个表。")


def table_tight(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A table whose numbers would break over two lines."""
    layout = edition.title.layout
    for one in _tables(edition):
        lacking = parted(one.table, layout, one.total)
        if not lacking or (not one.table.widths and parted(one.table, layout, layout["版心"]["高"])):
            continue
        message = f"表格{one.where}排时列宽不够，要断成两行：{_told(lacking)}。"
        yield Fault("table-tight", "warning", one.table.place, message, _advice(one))


def _advice(one: _Set) -> str:
    if one.table.widths:
        return "加大这几列的“宽”，或删去各列的“宽”，由系统定宽。"
    if one.where == "纵":
        return f"这个附件写“方向: 横”；或{_FEWER}。"
    return f"{_FEWER}；或把表作为附件，写“方向: 横”。"


def _told(lacking: list[tuple[str, str]]) -> str:
    named = "、".join(f"“{head}”列的“{text}”" for head, text in lacking[:_NAMED])
    return named + (f"等{len(lacking)}列" if len(lacking) > _NAMED else "")


def _tables(edition: Edition) -> Iterator[_Set]:
    area = edition.title.layout["版心"]
    for piece in edition.pieces:
        yield from _among(piece.blocks, area["宽"], "正文")
    for annex in edition.annexes:
        yield from _among(annex.blocks, area["高" if annex.orientation == "横" else "宽"], annex.orientation)


def _among(blocks: Iterable[Block], total: float, where: str) -> Iterator[_Set]:
    return (_Set(block, total, where) for block in blocks if isinstance(block, Table))
