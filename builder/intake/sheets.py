"""Spreadsheets as rows of values; CSV is read with the csv module.

``sheet_reader`` (calamine) tells the values; ``sheet_marks`` tells what calamine leaves out (formula errors, number
formats, how far a sheet reaches), and is asked first, because calamine lays a sheet out in full: two cells in far
corners would fill the memory.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from builder.errors import Fault, InvalidContent, Place, has_errors
from builder.intake import sheet_marks, sheet_reader
from builder.intake.sheet_marks import MAX_COLUMNS, MAX_ROWS, Area, Marks
from builder.intake.sheet_reader import Value

MAX_BYTES = 20 << 20
MAX_SHEETS = 50

Kind = Literal["xlsx", "ods", "xls", "csv"]
_SUFFIXES: dict[str, Kind] = {".xlsx": "xlsx", ".ods": "ods", ".xls": "xls", ".et": "xls"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows from the first on, each as long as it is filled ("" is an empty cell); 0-based indexes."""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    merges: tuple[Area, ...] = ()
    marks: Marks = field(default_factory=Marks)
    hidden: bool = False

    def value(self, row: int, column: int) -> Value:
        """The value of a cell; "" beyond what is filled."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else ""


@dataclass(frozen=True, slots=True)
class Book:
    """A spreadsheet file; ``file`` is its name in messages, ``faults`` are warnings and notes about the whole."""

    file: str
    kind: Kind
    sheets: tuple[Sheet, ...]
    faults: tuple[Fault, ...] = ()

    def place(self, sheet: Sheet, row: int | None = None, column: int | None = None) -> Place:
        """``台账.xlsx!Sheet1!D7``; without a column the row, without a row the sheet. A CSV file has no sheet name."""
        parts = [self.file] if self.kind == "csv" else [self.file, sheet.name]
        if row is not None:
            parts.append(
                f"{letters(column) if column is not None else '第'}{row + 1}{'' if column is not None else '行'}"
            )
        return Place("!".join(parts))


def letters(column: int) -> str:
    """The letters of a column counted from 0: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def read(data: bytes, name: str) -> Book:
    """The sheets of a spreadsheet; what it is, its content decides, not its suffix.

    Raises:
        InvalidContent: too large, damaged, encrypted, hostile or no spreadsheet; all reasons in ``faults``.
    """
    if len(data) > MAX_BYTES:
        raise _refused(
            name, "ledger-size", f"文件超过 {MAX_BYTES >> 20} MB 的上限", "删去无关的表和图片，或分成几个文件"
        )
    kind = _kind(data, name)
    if kind == "csv":
        return Book(name, kind, (_csv(data, name),))
    book = _workbook(data, name, kind)
    suffix = name[name.rfind(".") :].lower()
    if _SUFFIXES.get(suffix) != kind:
        message = f"后缀是 {suffix or '空的'}，内容其实是 .{kind}，已按内容读取"
        book = Book(name, kind, book.sheets, (*book.faults, Fault("ledger-suffix", "note", Place(name), message)))
    return book


def _refused(file: str, code: str, message: str, hint: str) -> InvalidContent:
    fault = Fault(code, "error", Place(file), message, hint)
    return InvalidContent("表格读不了，没有写出任何文件。", hint, (fault,))


def _kind(data: bytes, name: str) -> Kind:
    """What to read a file as; what is neither a spreadsheet nor text is refused here or by the guard."""
    from builder.guard import sniff

    found = sniff.kind(data)
    if found == "html" or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        hint = "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"
        raise _refused(name, "ledger-damaged", "不是真正的表格文件，是网页或 XML 改了后缀", hint)
    if found in ("pdf", "rtf", "image"):
        raise _refused(
            name, "ledger-damaged", f"不是表格文件，而是{sniff.LABELS[found]}", "导出为 .xlsx 或 .csv 后再导入"
        )
    if found == "ods":
        return "ods"
    if found in ("xls", "doc", "wps", "ole", "encrypted"):
        return "xls"
    return "csv" if found == "text" else "xlsx"


# ---------------------------------------------------------------- workbooks


def _workbook(data: bytes, name: str, kind: Kind) -> Book:
    marks, told = _marks(data, name, kind)
    try:
        found = sheet_reader.read(data)
    except sheet_reader.Unreadable as error:
        if not str(error):
            raise _refused(name, "ledger-password", "文件有打开密码", "去掉密码后重试") from None
        raise _damaged(name, str(error)) from error
    return Book(name, kind, tuple(_sheet(sheet, marks, name) for sheet in found), told)


def _damaged(name: str, reason: str) -> InvalidContent:
    hint = "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"
    return _refused(name, "ledger-damaged", f"文件已损坏或不是表格（{reason[:80]}）", hint)


def _marks(data: bytes, name: str, kind: Kind) -> tuple[dict[str, Marks], tuple[Fault, ...]]:
    """What calamine does not tell, by sheet. A sheet beyond the limits is told here, before it is laid out."""
    from builder import guard

    if kind == "xls":
        message = "旧格式 .xls 里公式的错误读成空格，数字的显示格式（如 00012）读不出来"
        old = Fault("ledger-old-format", "warning", Place(name), message, "核对；或另存为 .xlsx 后再导入")
        return {}, _passed((*guard.ole(data, name), old))
    opened = guard.opened(data, "ods" if kind == "ods" else "xlsx", name)
    told = _passed(opened.faults)
    try:
        marks = sheet_marks.ods(opened.parts) if kind == "ods" else sheet_marks.xlsx(opened.parts)
    except sheet_marks.Unreadable as error:
        raise _damaged(name, str(error)) from error
    except sheet_marks.TooLarge:
        message = f"数字格超过 {sheet_marks.MAX_NUMBERS} 个的上限"
        raise _refused(name, "ledger-size", message, "删去表外的零散内容，或分成几个文件") from None
    if faults := tuple(_limits(name, list(marks.items()))):
        raise InvalidContent("表格超过上限，没有写出任何文件。", faults[0].hint, faults)
    return marks, told


def _passed(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """What the guard said, where it is no refusal."""
    if has_errors(faults):
        raise InvalidContent("表格里有不能接收的内容，没有写出任何文件。", "照提示处理后重试。", faults)
    return faults


def _limits(name: str, marks: list[tuple[str, Marks]]) -> Iterator[Fault]:
    if len(marks) > MAX_SHEETS:
        hint = "把要导入的表另存为一个文件"
        yield Fault("ledger-size", "error", Place(name), f"有 {len(marks)} 张表，超过 {MAX_SHEETS} 张的上限", hint)
    for sheet, found in marks:
        if found.rows > MAX_ROWS or found.columns > MAX_COLUMNS:
            yield _beyond(f"{name}!{sheet}", found.rows, found.columns)


def _beyond(file: str, rows: int, columns: int) -> Fault:
    message = f"表有 {rows} 行、{columns} 列，超过 {MAX_ROWS} 行、{MAX_COLUMNS} 列的上限"
    return Fault("ledger-size", "error", Place(file), message, "删去表外的零散内容，或分成几张表")


def _sheet(found: sheet_reader.Values, marks: dict[str, Marks], name: str) -> Sheet:
    height, width = found.size
    if height > MAX_ROWS or width > MAX_COLUMNS:
        fault = _beyond(f"{name}!{found.name}", height, width)
        raise InvalidContent("表格超过上限，没有写出任何文件。", fault.hint, (fault,))
    mark = marks.get(found.name, Marks())
    merges = mark.merges or found.merges
    if _overlap(merges, height):
        raise _damaged(f"{name}!{found.name}", "合并的格互相重叠")
    return Sheet(found.name, tuple(map(_trimmed, found.rows)), tuple(sorted(merges)), mark, found.hidden)


def _overlap(merges: Iterable[Area], rows: int) -> bool:
    """Whether merged ranges together cover more cells than there are: a small file could make endless work of them."""
    covered = 0
    for area in merges:
        high, wide = min(area.bottom + 1, rows) - area.top, min(area.right + 1, MAX_COLUMNS) - area.left
        covered += max(0, high) * max(0, wide)
    return covered > rows * MAX_COLUMNS


def _trimmed(row: Sequence[Value]) -> tuple[Value, ...]:
    """The row without the empty cells at its end."""
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return tuple(row[:end])


# ---------------------------------------------------------------- CSV


def _csv(data: bytes, name: str) -> Sheet:
    text = _decoded(data, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[Value, ...]] = []
    try:
        for row in reader:
            rows.append(_trimmed(row))
            if len(rows) > MAX_ROWS or len(row) > MAX_COLUMNS:
                fault = _beyond(name, len(rows), len(row))
                raise InvalidContent("表格超过上限，没有写出任何文件。", fault.hint, (fault,))
    except csv.Error as error:
        place = Place(f"{name}!第{len(rows) + 1}行")
        hint = "查这一行的双引号：一格里有引号或换行时，整格用双引号括起，里面的引号写两个"
        fault = Fault("ledger-csv", "error", place, f"这一行的写法读不了（{error}）", hint)
        raise InvalidContent("表格读不了，没有写出任何文件。", hint, (fault,)) from error
    return Sheet("", tuple(rows))


def _decoded(data: bytes, name: str) -> str:
    """The text: by byte order mark, else UTF-8, else GBK (GB 18030).

    Raises:
        InvalidContent: none of them fits, or the bytes are no text at all.
    """
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    codings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    hint = "在 Excel 或 WPS 中另存为 .xlsx 或“CSV UTF-8”后再导入"
    raise _refused(name, "ledger-encoding", "不是表格，也不是 UTF-8、GBK 或 UTF-16 编码的文字", hint)


def _delimiter(text: str) -> str:
    """The mark that most often stands outside quotes in the first lines; a comma where none does."""
    counts = {",": 0, "\t": 0, ";": 0}
    quoted = False
    for character in text[: 1 << 16]:
        if character == '"':
            quoted = not quoted
        elif not quoted and character in counts:
            counts[character] += 1
    return max(counts, key=lambda mark: counts[mark])
