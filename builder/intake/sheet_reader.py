"""The door to python-calamine, which reads in a process of its own: a damaged .xls makes it panic, or ask for gigabytes.

Run as ``python -m builder.intake.sheet_reader`` by ``read`` alone: a workbook on standard input, JSON on standard output.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from builder import programs
from builder.errors import FileError
from builder.intake.sheet_marks import MAX_COLUMNS, MAX_ROWS, Area

SECONDS = 60.0
MEMORY = 2 << 30

Value = str | int | float | bool | date | datetime | time | timedelta


class Unreadable(Exception):
    """The workbook cannot be read; the text says why, "" when it has a password."""


@dataclass(frozen=True, slots=True)
class Values:
    """One worksheet as calamine tells it; beyond the limits ``rows`` is empty and ``size`` says how far it reaches."""

    name: str
    size: tuple[int, int]
    rows: tuple[tuple[Value, ...], ...]
    merges: tuple[Area, ...]
    hidden: bool


def read(data: bytes, seconds: float = SECONDS, memory: int = MEMORY) -> tuple[Values, ...]:
    """The worksheets of a workbook (XLSX, XLS, ODS).

    Args:
        data: the workbook.
        seconds: the deadline.
        memory: bytes that reading may take.

    Raises:
        Unreadable: it is damaged, has a password, or passed a limit.
        FileError: the process cannot be started.
    """
    command, environment = programs.python(__name__)
    try:
        with tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True) as folder:
            ended = programs.run(
                command, Path(folder), data=data, environment=environment, seconds=seconds, memory=memory
            )
    except OSError as error:
        raise FileError(f"读表格的程序启动不了（{error.strerror}）。", "检查安装和磁盘空间后重试。") from error
    if ended.passed:
        raise Unreadable(f"读了超过 {seconds:g} 秒" if ended.passed == "time" else f"要用 {memory >> 20} MB 以上的内存")
    if ended.code:
        raise Unreadable("读到一半出错")
    answer = json.loads(ended.output)
    if "refused" in answer:
        raise Unreadable(answer["refused"])
    return tuple(
        Values(
            sheet["name"],
            (sheet["size"][0], sheet["size"][1]),
            tuple(tuple(map(_value, row)) for row in sheet["rows"]),
            tuple(Area(*area) for area in sheet["merges"]),
            sheet["hidden"],
        )
        for sheet in answer["sheets"]
    )


def _value(given: Any) -> Value:
    if not isinstance(given, list):
        return given  # type: ignore[no-any-return]
    kind, told = given
    return timedelta(seconds=told) if kind == "timedelta" else _KINDS[kind].fromisoformat(told)


_KINDS: dict[str, type[date] | type[time]] = {"date": date, "datetime": datetime, "time": time}


# ---------------------------------------------------------------- the process


def main() -> None:
    """Answer one request."""
    import python_calamine

    try:
        with python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read())) as workbook:
            answer: dict[str, Any] = {"sheets": list(_sheets(workbook))}
    except python_calamine.PasswordError:
        answer = {"refused": ""}
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        answer = {"refused": str(error) or "不认识的格式"}
    sys.stdout.buffer.write(json.dumps(answer, default=_told).encode())


def _sheets(workbook: Any) -> Iterator[dict[str, Any]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        fits = sheet.total_height <= MAX_ROWS and sheet.total_width <= MAX_COLUMNS
        yield {
            "name": metadata.name,
            "size": (sheet.total_height, sheet.total_width),
            "rows": sheet.to_python(skip_empty_area=False) if fits else [],
            "merges": [(*first, *last) for first, last in sheet.merged_cell_ranges or ()],
            "hidden": metadata.visible != SheetVisibleEnum.Visible,
        }


def _told(value: object) -> tuple[str, str | float]:
    if isinstance(value, timedelta):
        return "timedelta", value.total_seconds()
    if isinstance(value, date | time):
        return type(value).__name__, value.isoformat()
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
