"""The JSON in rows of a batch's index, unpacked and judged: anything that this program cannot have written is ``Damaged``.

Paths and ids lead down into the workspace, days are days, and every list has the length and types that its reader expects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError

from builder.batch import slim
from builder.batch.rows import Damaged
from builder.errors import Fault
from builder.model import MonthDay

T = TypeVar("T")
# A way down from the workspace: no step is empty, "." or "..".
_STEP = r"(?:[^./\x00][^/\x00]*|\.[^./\x00][^/\x00]*|\.\.[^/\x00]+)"
_WAY = rf"^{_STEP}(?:/{_STEP})*$"
_Path = Annotated[str, Field(pattern=_WAY)]
_INSIDE = re.compile(_WAY)
_ABOVE = re.compile(r"^(?:\.\./)+")  # a path over a link may begin above the workspace, and nowhere else go up
_Count = Annotated[int, Field(ge=0)]
_Severity = Literal["error", "warning", "note"]
_Used = Literal[0] | tuple[list[str]] | tuple[str, _Count, _Count]
_Keys = list[str | int]


class Detail(NamedTuple):
    """What an issue stands on: sound items and findings, whether it names no others, its number, all files.

    ``numbering`` is number, total, and whether they are proposed.
    """

    items: list[str]
    findings: list[str]
    complete: bool
    numbering: tuple[int, int, bool] | None
    files: list[str]


class _ToldFault(BaseModel):
    code: str
    severity: _Severity
    file: str
    line: _Count
    column: _Count
    message: str
    hint: str


class _Built(BaseModel):
    """``workflow.building.Built`` as JSON."""

    id: str
    name: str
    number: str
    proposed: bool
    files: list[str]
    pages: _Count
    lines_left: int
    over: int
    over_characters: int
    remarks: list[str]
    pitch: float | None
    faults: list[_ToldFault]
    blank: int
    room: str


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _is_dateless(form: tuple[Any, ...]) -> tuple[Any, ...]:
    """Path, line, column, month and day, perhaps hour and minute."""
    MonthDay.of(*form[3:5])
    time(*form[5:])
    return form


_Day = Annotated[str, AfterValidator(_is_day)]
_Dateless = Annotated[
    tuple[_Keys, _Count, _Count, int, int] | tuple[_Keys, _Count, _Count, int, int, int, int],
    AfterValidator(_is_dateless),
]
_Number = Annotated[int, Field(ge=1)]
_FAULTS = TypeAdapter(list[tuple[str, _Severity, str, _Count, _Count, str, str]])
_NAMES = TypeAdapter(list[str])
_BESIDE = TypeAdapter(dict[str, str])
_DETAIL = TypeAdapter(tuple[list[_Path], list[_Path], bool, tuple[_Count, _Count, bool] | None, list[_Path]])
_BUILT = TypeAdapter(_Built)
_ISSUE: TypeAdapter[Any] = TypeAdapter(
    tuple[
        str,
        _Day,
        _Number | None,
        _Number | None,
        str,
        _Count,
        _Count,
        _Count,
        _Count,
        list[list[_Used]],
        list[_Used],
        list[_Used],
    ]
)
_ENTRY: TypeAdapter[Any] = TypeAdapter(
    Literal[0] | tuple[list[_Dateless]] | tuple[list[_Dateless], str, str, _Count, _Count]
)


def _taken(shape: TypeAdapter[T], text: str) -> T:
    try:
        return shape.validate_json(text, strict=True)
    except ValidationError as error:
        raise Damaged from error


def path(text: str) -> str:
    """A path or an id that leads down into the workspace.

    Raises:
        Damaged: it does not; like this all others here.
    """
    if not _INSIDE.fullmatch(text):
        raise Damaged
    return text


def day(text: str) -> date:
    """A day as ``date.isoformat`` writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Damaged from error


def faults(text: str) -> list[Fault]:
    """Faults as ``slim.fault_forms`` gives them."""
    return slim.faults(_taken(_FAULTS, text)) if text != "[]" else []


def names(text: str) -> list[str]:
    """A list of texts."""
    return _taken(_NAMES, text) if text != "[]" else []


def beside(text: str) -> Mapping[str, str]:
    """Of the files beside an entry path and SHA-256, "" where a path is one that was typed over a link."""
    if text == "{}":
        return {}
    found = _taken(_BESIDE, text)
    for each, sha in found.items():
        path(each if sha else _ABOVE.sub("", each))
    return found


def hashed(text: str) -> Iterator[tuple[str, str]]:
    """``beside`` without what is named over a link."""
    yield from ((each, sha) for each, sha in beside(text).items() if sha)


def detail(text: str) -> Detail:
    """``Head.detail``."""
    return Detail(*_taken(_DETAIL, text))


def built(text: str) -> Mapping[str, Any]:
    """What was told of an issue when it was built."""
    return _taken(_BUILT, text).model_dump()


def form(kind: str, text: str) -> Any:
    """The stored form of an entry: see ``slim.issue_form`` and ``slim.entry_form``."""
    if kind == "issue":
        return _taken(_ISSUE, text)
    return _taken(_ENTRY, text) if text != "0" else 0
