"""Rows of tables that come and go: lines with bars, records of a table's file, lists in YAML."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from builder.content import scalars
from builder.content.retyping.carrier import TABLES, Carrier
from builder.content.retyping.paper import Paper, Refused, Splice, leading
from builder.content.retyping.paragraphs import lines_of
from builder.content.retyping.values import Values
from builder.content.yaml_text import Stretch

Cells = Sequence[Carrier]
_BLANK_ENDS = re.compile(r"^([ \t\u3000]*).*?([ \t\u3000]*)$")


def added(cells: Cells, values: Sequence[str], below: bool) -> tuple[Splice, ...]:
    """A new row with ``values`` below (or above) the row with ``cells``, written as that one is.

    Raises:
        Refused: the table cannot hold it.
    """
    paper = cells[0].paper
    if _is_listed(cells):
        return (_listed(cells, values, below),)
    first, last = _span(cells)
    in_file = paper.file.lower().endswith(TABLES)
    typed = _record(paper, cells, values) if in_file else _barred(paper.line(first), values)
    if below:
        at = paper.lines[last - 1][1]
        return (Splice(paper.file, at, at, paper.line_end + typed),)
    at = paper.lines[first - 1][0]
    return (Splice(paper.file, at, at, typed + paper.line_end),)


def removed(cells: Cells) -> tuple[Splice, ...]:
    """The row with ``cells`` goes.

    Raises:
        Refused: it cannot be taken out of its table.
    """
    paper = cells[0].paper
    if _is_listed(cells):
        return (_unlisted(cells),)
    first, last = _span(cells)
    start, stop = paper.lines[first - 1][0], paper.next_start(last)
    if stop == len(paper.text) and first > 1 and paper.lines[last - 1][1] == stop:
        start = paper.lines[first - 2][1]  # the last line had no line end, nor has the one before now
    return (Splice(paper.file, start, stop, ""),)


def _span(cells: Cells) -> tuple[int, int]:
    lines = [lines_of(cell) for cell in cells]
    return min(each.first for each in lines), max(each.last for each in lines)


def _is_listed(cells: Cells) -> bool:
    """Whether each cell is a value of its own, and not text in a body that YAML holds."""
    return cells[0].stretch is not None and (len(cells) == 1 or cells[0].stretch != cells[-1].stretch)


def _barred(model: str, values: Sequence[str]) -> str:
    """A line with bars as ``model`` has them: its indentation, the blanks in its cells, a bar at the end or none."""
    if any("|" in value for value in values):
        raise Refused("格里有竖线 |", "格里的竖线用全角｜")
    lead, body = leading(model), model.strip(" \t\u3000")
    closed = body.endswith("|") and len(body) > 1
    inside = body[1:-1] if closed else body[1:]
    match = _BLANK_ENDS.match(inside.split("|")[0])
    before, after = (" " if part else "" for part in match.groups()) if match else ("", "")
    return lead + "|" + "|".join(before + value + after for value in values) + ("|" if closed else "")


def _record(paper: Paper, cells: Cells, values: Sequence[str]) -> str:
    """A record of a table's file; all its cells are quoted where those of the model row are."""
    quoted = all(cell.text[cell.edges[0] - 1 : cell.edges[0]] == '"' for cell in cells)
    head = paper.line(1)
    separator = "\t" if head.count("\t") > head.count(",") else ","
    out = io.StringIO()
    csv.writer(
        out, delimiter=separator, lineterminator="", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    ).writerow(values)
    return out.getvalue()


def _row_of(cells: Cells) -> tuple[Values, Stretch, Stretch]:
    """The values of the file, the list of rows, and in it the row, that hold the cells of a table set out in YAML."""
    values, first = cells[0].values, cells[0].stretch
    for outer in values.stretches if values else ():
        for row in outer.members if values and outer.style in ("[", "-") else ():
            if row.style in ("[", "-") and first in row.members and len(row.members) == len(cells):
                return values, outer, row  # type: ignore[return-value]
    raise Refused("表格的行找不到", "在文件里手工增删这一行")


def _listed(cells: Cells, new: Sequence[str], below: bool) -> Splice:
    values, outer, row = _row_of(cells)
    mark = row.members[0].style if len({member.style for member in row.members}) == 1 else ""
    typed = scalars.row(new, mark if mark in ("'", '"') else "")
    start, stop = values.raw(row.start, row.stop)
    paper = values.paper
    if outer.style == "[":
        return Splice(paper.file, *((stop, stop, ", " + typed) if below else (start, start, typed + ", ")))
    if row.style == "-":
        raise Refused("表格的行分成几行写", "在文件里手工加这一行，每行写一个列表，如 [类别, 件数]")
    line = paper.line(paper.line_of(start))
    dash = line[: start - paper.lines[paper.line_of(start) - 1][0]]
    if dash.strip(" -") or "-" not in dash:
        raise Refused("表格的行写法特别", "在文件里手工加这一行")
    last = paper.lines[paper.line_of(stop) - 1][1]
    if below:
        return Splice(paper.file, last, last, paper.line_end + dash + typed)
    first = paper.lines[paper.line_of(start) - 1][0]
    return Splice(paper.file, first, first, dash + typed + paper.line_end)


def _unlisted(cells: Cells) -> Splice:
    values, outer, row = _row_of(cells)
    paper = values.paper
    start, stop = values.raw(row.start, row.stop)
    if outer.style == "[":
        nth = outer.members.index(row)
        if nth + 1 < len(outer.members):
            return Splice(
                paper.file, start, values.raw(outer.members[nth + 1].start, outer.members[nth + 1].stop)[0], ""
            )
        before = values.raw(outer.members[nth - 1].start, outer.members[nth - 1].stop)[1] if nth else start
        return Splice(paper.file, before, stop, "")
    first, last = paper.line_of(start), paper.line_of(max(start, stop - 1))
    dash = paper.text[paper.lines[first - 1][0] : start]
    if dash.strip(" -") or dash.count("-") != 1:
        raise Refused("表格的行写法特别", "在文件里手工删去这一行")
    return Splice(paper.file, paper.lines[first - 1][0], paper.next_start(last), "")
