"""What calamine leaves out of a workbook: formula errors, number formats, hidden rows, how far a sheet reaches.

calamine gives a formula's error as an empty cell, and a number without the format that shows 12 as 00012. Both would
lose something in silence. The packages have passed ``guard`` before (no DOCTYPE, bounded size); expat reads their
parts from start to end, once.
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_NUMBERS = 1_000_000  # cells of a workbook whose displayed form is kept
_FAR = 1 << 20  # rows and columns beyond which nothing more needs to be known


class Area(NamedTuple):
    """A merged range, 0-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Marks:
    """One sheet. ``rows`` × ``columns`` is its extent; the dicts are by (row, column), 0-based.

    ``errors`` holds the error that a formula gives, or "" where a formula carries no value at all; ``formats`` the
    number format (xlsx); ``shown`` the text as displayed (ods). ``hidden`` counts hidden or filtered rows.
    """

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: tuple[Area, ...] = ()
    hidden: int = 0

    def reach(self, row: int, column: int) -> None:
        """Something stands at this cell."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)


class Unreadable(Exception):
    """The package lacks a part or holds broken XML."""


class TooLarge(Exception):
    """More than MAX_NUMBERS cells; a small file may say so by repeating a few."""


def _parse(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Calls back with local names; prefixes of attributes are kept off, too."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def opened(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    parser.StartElementHandler = opened
    if end is not None:
        closing = end
        parser.EndElementHandler = lambda name: closing(name.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable(f"XML：{error}") from error


Parts = Mapping[str, bytes]  # a package's parts by name, as ``guard.opened`` gives them


def _part(parts: Parts, name: str) -> bytes:
    if name not in parts:
        raise Unreadable(f"缺少 {name}")
    return parts[name]


# ---------------------------------------------------------------- xlsx


def xlsx(parts: Parts) -> dict[str, Marks]:
    """The marks of each worksheet by name, in the order of the workbook.

    Raises:
        Unreadable: a part is missing or broken.
    """
    main = _main_part(parts)
    targets = _relations(parts, main)
    formats = _formats(parts, next((t for kind, t in targets.values() if kind == "styles"), ""))
    named: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            named.append((attributes.get("name", ""), attributes.get("id", "")))

    _parse(_part(parts, main), start)
    found = [(name, targets[key][1]) for name, key in named if key in targets and targets[key][0] == "worksheet"]
    return {name: _Worksheet(formats).read(_part(parts, target)) for name, target in found}


def _main_part(parts: Parts) -> str:
    targets = _relations(parts, "")
    return next((target for kind, target in targets.values() if kind == "officeDocument"), "xl/workbook.xml")


def _relations(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (last word of its type, target part)."""
    folder, _, name = part.rpartition("/")
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

    _parse(_part(parts, posixpath.join(folder, "_rels", f"{name}.rels")), start)
    return found


# The built-in formats (ECMA-376-1, 18.8.30) that show a number otherwise than as it is stored, dates aside.
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}


def _formats(parts: Parts, part: str) -> list[str]:
    """The number format of each cell style; "" for General and for those that say nothing here."""
    patterns = dict(_BUILT_IN)
    styles: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            patterns[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            pattern = patterns.get(int(number), "") if number.isdecimal() else ""
            styles.append("" if pattern.lower() in ("general", "@") else pattern)

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    if part in parts:
        _parse(parts[part], start, end)
    return styles


_REFERENCE = re.compile(r"([A-Z]{1,4})([0-9]{1,8})")


class _Worksheet:
    """Walks the cells of one worksheet."""

    def __init__(self, formats: list[str]) -> None:
        self.formats = formats
        self.marks = Marks()
        self.row, self.column = -1, -1
        self.kind, self.style, self.formula, self.value = "", "", False, ""
        self.listening = self.filled = False

    def read(self, data: bytes) -> Marks:
        _parse(data, self.start, self.end, self.text)
        return self.marks

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = attributes.get("r", "")
            self.row = int(number) - 1 if number.isdecimal() and len(number) < 9 else self.row + 1
            self.column = -1
            self.marks.hidden += attributes.get("hidden") in ("1", "true")
        elif name == "c":
            self.cell(attributes)
        elif name == "v":
            self.listening = True
        elif name == "is":
            self.filled = True
        elif name == "f":
            self.formula = True

    def cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if match:
            self.row, self.column = int(match[2]) - 1, _number(match[1])
        else:
            self.column += 1
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "0")
        self.formula = self.filled = False
        self.value = ""

    def text(self, text: str) -> None:
        if self.listening:
            self.value += text

    def end(self, name: str) -> None:
        if name == "v":
            self.listening = False
        elif name == "c":
            self.close()

    def close(self) -> None:
        here = (self.row, self.column)
        if self.value or self.filled or self.formula:
            self.marks.reach(min(self.row, _FAR), min(self.column, _FAR))
        if self.kind == "e":
            self.marks.errors[here] = self.value or "#"
        elif self.formula and not self.value and self.kind not in ("str", "inlineStr"):
            self.marks.errors[here] = ""
        elif self.kind == "n" and self.value:
            style = int(self.style) if self.style.isdecimal() and len(self.style) < 7 else 0
            if pattern := self.formats[style] if style < len(self.formats) else "":
                self.marks.formats[here] = pattern


def _number(name: str) -> int:
    """The column, from 0, of its letters."""
    total = 0
    for letter in name:
        total = total * 26 + ord(letter) - 64
    return total - 1


# ---------------------------------------------------------------- ods


def ods(parts: Parts) -> dict[str, Marks]:
    """The marks of each sheet by name; merged ranges too, which calamine does not tell for this format.

    Raises:
        Unreadable: a part is missing or broken.
        TooLarge: it has more cells than anyone needs.
    """
    walker = _OpenDocument()
    _parse(_part(parts, "content.xml"), walker.start, walker.end, walker.text)
    return walker.sheets


class _OpenDocument:
    """Walks the tables of content.xml; repeated cells and rows are counted, never laid out."""

    def __init__(self) -> None:
        self.sheets: dict[str, Marks] = {}
        self.marks = Marks()
        self.row = self.column = 0
        self.row_repeat = self.column_repeat = 1
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[str] = []
        self.merges: list[Area] = []
        self.numbers = 0
        self.depth = 0  # inside a cell's note, whose paragraphs are not the cell's

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.marks = self.sheets[attributes.get("name", "")] = Marks()
            self.row, self.merges = 0, []
        elif name == "table-row":
            self.row_repeat, self.column = _count(attributes, "number-rows-repeated"), 0
            self.marks.hidden += attributes.get("visibility") in ("collapse", "filter")
        elif name in ("table-cell", "covered-table-cell"):
            self.cell, self.paragraphs = attributes, []
            self.column_repeat = _count(attributes, "number-columns-repeated")
        elif name == "annotation":
            self.depth += 1
        elif name == "p" and not self.depth:
            self.paragraphs.append("")

    def text(self, text: str) -> None:
        if self.cell is not None and self.paragraphs and not self.depth:
            self.paragraphs[-1] += text

    def end(self, name: str) -> None:
        if name == "table":
            self.marks.merges = tuple(self.merges)
        elif name == "table-row":
            self.row = min(self.row + self.row_repeat, _FAR)
        elif name == "annotation":
            self.depth -= 1
        elif name in ("table-cell", "covered-table-cell"):
            self.close()

    def close(self) -> None:
        cell, here = self.cell or {}, (self.row, self.column)
        shown = "\n".join(self.paragraphs)
        kind = cell.get("value-type", "")
        if shown or kind:
            self.marks.reach(min(self.row + self.row_repeat - 1, _FAR), min(self.column + self.column_repeat - 1, _FAR))
        rows, columns = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if rows > 1 or columns > 1:
            self.merges.append(Area(*here, self.row + rows - 1, self.column + columns - 1))
        if cell.get("formula") and shown.startswith(("#", "Err:")):
            self.marks.errors.update(dict.fromkeys(self.places(), shown))
        elif kind in ("float", "percentage", "currency"):
            self.marks.shown.update(dict.fromkeys(self.places(), shown))
        self.column = min(self.column + self.column_repeat, _FAR)
        self.cell = None

    def places(self) -> Iterator[tuple[int, int]]:
        """The cell and its repetitions, as far as a sheet may reach that is not refused."""
        rows = range(self.row, min(self.row + self.row_repeat, MAX_ROWS))
        columns = range(self.column, min(self.column + self.column_repeat, MAX_COLUMNS))
        self.numbers += len(rows) * len(columns)
        if self.numbers > MAX_NUMBERS:
            raise TooLarge
        return itertools.product(rows, columns)


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    return min(int(value), _FAR) if value.isdecimal() and len(value) < 9 else 1
