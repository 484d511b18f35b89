"""Tables set out in YAML (表格 of an entry or an annex): cells at their places, checked like typed ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from builder import markup
from builder.content.bind import Bound
from builder.content.yaml_text import Locate, Scalar
from builder.errors import Fault, Place
from builder.markup import Field, Piece
from builder.model import Attachment, Block, Entry, HeadCell, Issue, SetTable

KeyPath = tuple[str | int, ...]


def read(
    issue: Issue, bound: Bound, file: str, locate: Locate, spaces: list[Place]
) -> tuple[dict[KeyPath, tuple[Block, ...]], list[Fault]]:
    """The tables of an issue with their notes, by the paths of their 表格, and all faults.

    ``locate`` turns (line, column) of a scalar into its place in ``file``; ``spaces`` gathers those of spaces dropped.
    """
    found: dict[KeyPath, tuple[Block, ...]] = {}
    faults: list[Fault] = []
    for path, entry in _entries(issue):
        if entry.table is not None:
            reader = _Reader(entry.table, (*path, "表格"), bound, locate)
            found[reader.at], problems = reader.blocks(file, spaces)
            faults += problems
    return found, faults


def _entries(issue: Issue) -> Iterator[tuple[KeyPath, Entry | Attachment]]:
    for n, section in enumerate(issue.sections):
        yield from ((("栏目", n, "条目", m), entry) for m, entry in enumerate(section.entries))
    yield from ((("条目", n), entry) for n, entry in enumerate(issue.entries))
    yield from ((("附件", n), annex) for n, annex in enumerate(issue.attachments))


class _Reader:
    """One table: values and the places where they are typed."""

    def __init__(self, table: SetTable, at: KeyPath, bound: Bound, locate: Locate) -> None:
        self.table, self.at, self.bound, self.locate = table, at, bound, locate
        self.faults: list[Fault] = []

    def blocks(self, file: str, spaces: list[Place]) -> tuple[tuple[Block, ...], list[Fault]]:
        if faults := list(self.out_of_bounds()):
            return (), faults
        body = [self.row(("行", n), len(row)) for n, row in enumerate(self.table.rows)]
        head = self.head()
        if self.faults:
            return (), self.faults
        return markup.set_table(
            head,
            body,
            [self.piece(("注", n), ("注",)) for n in range(len(self.table.notes))],
            file,
            title=self.table.title,
            unit=self.table.unit,
            locate=self.locate,
            spaces=spaces,
        )

    def out_of_bounds(self) -> Iterator[Fault]:
        table, places = self.table, self.bound.places
        if len(table.head) > markup.HEAD_ROWS:
            hint = "并成一行或两行；更细的分类写进各行"
            yield Fault("table-head", "error", places[(*self.at, "表头", markup.HEAD_ROWS)], "表头最多两行", hint)
        empty = [("表头", n) for n, row in enumerate(table.head) if not row]
        empty += [("行", n) for n, row in enumerate(table.rows) if not row] or ([] if table.rows else [("行", 0)])
        for at in empty[:1]:
            place = places.get((*self.at, *at), places[(*self.at, at[0])])
            yield Fault("table-empty", "error", place, f"表格的“{at[0]}”是空的", "每行写一个列表，如 [类别, 件数]")
        columns = max(sum(cell.columns for cell in row) for row in table.head or ((),))
        columns = max(columns, *(len(row) for row in table.rows), 0)
        if len(table.rows) > markup.MAX_ROWS or columns > markup.MAX_COLUMNS:
            message = (
                f"表格有 {len(table.rows)} 行 {columns} 列，超过 {markup.MAX_ROWS} 行、{markup.MAX_COLUMNS} 列的上限"
            )
            yield Fault("table-too-large", "error", places[self.at], message, "只留要印的行和列，或分成几个表")

    def row(self, at: KeyPath, count: int) -> tuple[Field, ...]:
        return tuple(Field.of(self.piece((*at, n), at)) for n in range(count))

    def piece(self, *paths: KeyPath) -> Piece:
        """The scalar at the first of these paths that holds one."""
        scalar = next(s for path in paths if isinstance(s := self.bound.scalars.get((*self.at, *path)), Scalar))
        return Piece(scalar.text, *scalar.start)

    def head(self) -> list[tuple[Field, ...]]:
        """The head rows with ``<`` and ``^`` in the places that spans cover."""
        flat = len(self.table.head) == 1 and (*self.at, "表头", 0, 0) not in self.bound.places
        grid: list[dict[int, Field]] = [{} for _ in self.table.head]
        for r, row in enumerate(self.table.head):
            for c, cell in enumerate(row):
                at: KeyPath = ("表头", c) if flat else ("表头", r, c)
                self.put(grid, r, cell, Field.of(self.piece((*at, "文"), at, ("表头",))))
        return [tuple(row[c] for c in sorted(row)) for row in grid]

    def put(self, grid: list[dict[int, Field]], r: int, cell: HeadCell, field: Field) -> None:
        """Puts a cell into the first free column of its row, with the marks of what it covers."""
        column = next(c for c in range(len(grid[r]) + 1) if c not in grid[r])
        if r + cell.rows > len(grid):
            place = self.locate(field.first.line, field.first.column)
            message = f"“{field.text[:20]}”占 {cell.rows} 行，超出了表头"
            self.faults.append(Fault("table-merge", "error", place, message, "核对“行”的数"))
            return
        for down in range(cell.rows):
            for across in range(cell.columns):
                covered = Field.of(replace(field.first, text="^" if down else "<"))
                grid[r + down][column + across] = covered if down or across else field
