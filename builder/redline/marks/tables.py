"""Tables with rows that came and went, and cells with marks in their text (ISO/IEC 29500-1, 17.13.5.16 and 17.13.5.20)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from builder.guard import Element, local
from builder.ooxml import integer
from builder.redline.marks.aligning import aligned
from builder.redline.marks.ink import State
from builder.redline.marks.names import W, child, first, made, unwrap
from builder.redline.marks.streams import END, Reader

if TYPE_CHECKING:
    from builder.redline.marks.stories import Stories

_CELL, _ROW = "\u241f", "\u241e"  # what parts cells and rows in the text of a table


def text(table: Element, reader: Reader) -> str:
    """What a table says, cell by cell."""
    return "".join(_row_text(row, reader) + _ROW for row in rows(table))


def rows(table: Element) -> list[Element]:
    """The rows of a table; content controls around them are opened."""
    for name in ("sdt", "sdtContent", "customXml"):
        for wrapper in [e for e in table.iter(f"{W}{name}") if any(r.tag in _PARTS for r in e.iter())]:
            if _nearest(wrapper) is table:
                for properties in [e for e in wrapper if local(e).endswith("Pr")]:
                    wrapper.remove(properties)
                unwrap(wrapper)
    return [element for element in table if element.tag == f"{W}tr"]


_PARTS = (f"{W}tr", f"{W}tc")


def _nearest(element: Element) -> Element | None:
    return next(element.iterancestors(f"{W}tbl"), None)


def _row_text(row: Element, reader: Reader) -> str:
    return "".join(_cell_text(cell, reader) + _CELL for cell in row.iterfind(f"{W}tc"))


def _cell_text(cell: Element, reader: Reader) -> str:
    parts = (reader.read([e]).text if e.tag == f"{W}p" else text(e, reader) for e in cell if e.tag in _BLOCKS)
    return "".join(parts).removesuffix(END)


_BLOCKS = (f"{W}p", f"{W}tbl")


def merged(old: Element, new: Element, stories: Stories) -> Element:
    """The newer table with the rows that went; where the columns are others, all of the old rows went and all of the new ones came."""
    before, after = rows(old), rows(new)
    if len(_grid(old)) != len(_grid(new)):
        return joined(whole(old, "del", stories), whole(new, "ins", stories))
    made_rows: list[Element] = []
    pairs = aligned([_row_text(r, stories.old) for r in before], [_row_text(r, stories.new) for r in after])
    for mine, theirs in pairs:
        if len(mine) == len(theirs) == 1 and _spans(before[mine[0]]) == _spans(after[theirs[0]]):
            made_rows.append(_cells(before[mine[0]], after[theirs[0]], stories))
            continue
        made_rows += [_row(stories.borrowed.shell(before[n]), "del", stories) for n in mine]
        made_rows += [_row(after[n], "ins", stories) for n in theirs]
    _replace(new, made_rows)
    return new


def whole(table: Element, state: State, stories: Stories) -> Element:
    """A table all of whose rows came or went."""
    own = table if state == "ins" else stories.borrowed.shell(table)
    for properties in own.findall(f"{W}tblPr") if state == "del" else ():
        own.replace(properties, stories.borrowed.properties(properties))
    for row in rows(own):
        _row(row, state, stories)
    return own


def joined(first_table: Element, second: Element) -> Element:
    """The rows of two tables in the second one, on a grid that has the lines of both."""
    lines = sorted({*accumulate(_grid(first_table)), *accumulate(_grid(second))})
    both = [*_on(first_table, lines), *_on(second, lines)]
    grid = first(second, "tblGrid")
    for column in list(grid):
        grid.remove(column)
    for left, right in zip([0, *lines], lines, strict=False):
        grid.append(made("gridCol", w=str(right - left)))
    _replace(second, both)
    return second


def _replace(table: Element, new_rows: list[Element]) -> None:
    for row in rows(table):
        table.remove(row)
    table.extend(new_rows)


def _grid(table: Element) -> list[int]:
    """The widths of the columns (twentieths of a point)."""
    return [max(integer(column.get(f"{W}w")), 1) for column in table.iterfind(f"{W}tblGrid/{W}gridCol")]


def _on(table: Element, lines: list[int]) -> Iterator[Element]:
    """The rows of a table, whose cells span the columns of a finer grid."""
    ends = list(accumulate(_grid(table)))
    for row in rows(table):
        at, cells = 0, row.findall(f"{W}tc")
        for number, cell in enumerate(cells, 1):
            span = _span(cell)
            left = ends[min(at, len(ends)) - 1] if at else 0
            right = lines[-1] if number == len(cells) else ends[min(at + span, len(ends)) - 1]
            _set_span(cell, max(sum(left < line <= right for line in lines), 1))
            at += span
        yield row


def _span(cell: Element) -> int:
    found = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if found is None else max(integer(found.get(f"{W}val")), 1)


def _set_span(cell: Element, span: int) -> None:
    properties = first(cell, "tcPr")
    found = child(properties, "gridSpan")
    if found is None:
        found = made("gridSpan")
        # After the width, before all others (CT_TcPr).
        properties.insert(sum(local(e) in ("cnfStyle", "tcW") for e in properties), found)
    found.set(f"{W}val", str(span))


def _spans(row: Element) -> list[int]:
    return [_span(cell) for cell in row.iterfind(f"{W}tc")]


def _cells(old: Element, new: Element, stories: Stories) -> Element:
    """A row that stayed, cell by cell."""
    for mine, theirs in zip(old.iterfind(f"{W}tc"), new.iterfind(f"{W}tc"), strict=True):
        stories.merge(mine, theirs)
    return new


def _row(row: Element, state: State, stories: Stories) -> Element:
    """A row that came or went, with all that stands in it."""
    for cell in row.iterfind(f"{W}tc"):
        stories.whole(cell, state)
    stories.ink.row(row, state)
    return row
