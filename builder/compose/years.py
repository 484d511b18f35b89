"""Days typed without a year (``6月8日``, ``6月5日 16:20``) in items and findings take the year of the issues that print them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

from builder.compose.usage import usage
from builder.content.shapes import Shape, fields
from builder.errors import Fault
from builder.model import Library, MonthDay, MonthMoment, Source

Path = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)
Dateless = MonthDay | MonthMoment


@dataclass(frozen=True, slots=True)
class Lacking:
    """An entry with days that lack their year: its kind as ``usage`` names it, and the days with their paths."""

    kind: str
    source: Source[Any]
    days: tuple[tuple[Path, Dateless], ...]


def settle(library: Library) -> tuple[Library, list[Fault]]:
    """The library with every such day resolved, and a note or a fault on each.

    An entry that no issue uses, or that issues of several years use, keeps its day; that is an error at its place.
    """
    lacking = [
        Lacking(kind, source, days)
        for kind, sources in (("信息", library.items), ("督查事项", library.findings))
        for source in sources.values()
        if (days := dateless(source.value))
    ]
    years, faults = judge(library, lacking)
    settled: dict[str, dict[str, Source[Any]]] = {"信息": {}, "督查事项": {}}
    for each, year in zip(lacking, years, strict=True):
        if year is not None:
            settled[each.kind][each.source.id] = replace(each.source, value=_dated(each.source.value, year))
    if not lacking:
        return library, []
    items, findings = {**library.items, **settled["信息"]}, {**library.findings, **settled["督查事项"]}
    return replace(library, items=items, findings=findings), faults


def judge(library: Library, lacking: Sequence[Lacking]) -> tuple[list[int | None], list[Fault]]:
    """The year that the issues of ``library`` give each of these entries, None where they give none or several; all faults."""
    used = usage(library) if lacking else {}
    settled: list[int | None] = []
    faults: list[Fault] = []
    for each in lacking:
        issues = used.get((each.kind, each.source.id), [])
        years = {library.issues[name].value.day.year: name for name in issues}
        if years or not library.broken_ids.get("issue"):  # an issue that could not be read may well use it
            faults += [_told(each.source, path, day, years) for path, day in each.days]
        settled.append(next(iter(years)) if len(years) == 1 else None)
    return settled, faults


def _told(source: Source[Any], path: Path, day: Dateless, years: Mapping[int, str]) -> Fault:
    place, typed = source.place(*path), day.isoformat()
    if not years:
        message = f"“{typed}”没有写年份，还没有哪一期用这一条，年份无从得知。"
        return Fault("day-year", "error", place, message, f"写明年份，如 2026年{typed}。")
    if len(years) > 1:
        told = "、".join(f"{name}（{year}年）" for year, name in sorted(years.items()))
        message = f"“{typed}”没有写年份，用这一条的几期不在同一年：{told}。"
        return Fault("day-year", "error", place, message, f"写明年份，如 {min(years)}年{typed}。")
    (year,) = years
    if _in_year(day, year) is None:
        return Fault("day-year", "error", place, f"{year}年没有{typed}这一天。", "核对月日，并写明年份。")
    message = f"“{typed}”没有写年份，照所用的期读作{year}年{typed}。"
    return Fault("day-assumed", "note", place, message, "不是这一年的，写明年份。")


def _in_year(day: Dateless, year: int) -> date | None:
    """The day, or the moment, in that year; None where the year lacks it."""
    try:
        found = date(year, day.month, day.day)
    except ValueError:  # 29 February
        return None
    return datetime.combine(found, day.time()) if isinstance(day, MonthMoment) else found


@cache
def _dated_fields(model: type[BaseModel]) -> tuple[tuple[str, str, bool], ...]:
    """(attribute, YAML key, whether it is a list of models) of the fields that are or hold days."""

    def holds(shape: Shape) -> bool:
        return shape.base in (date, datetime) or bool(
            shape.inner and shape.inner.model and _dated_fields(shape.inner.model)
        )

    keys = {info.alias or name: name for name, info in model.model_fields.items()}
    return tuple((keys[key], key, shape.kind == "list") for key, (_, shape) in fields(model).items() if holds(shape))


def dateless(value: BaseModel) -> tuple[tuple[Path, Dateless], ...]:
    """The days of an item or a finding that lack their year, with their paths."""
    return tuple(_dateless(value, ()))


def _dateless(value: BaseModel, path: Path) -> Iterator[tuple[Path, Dateless]]:
    for name, key, listed in _dated_fields(type(value)):
        found = getattr(value, name)
        if isinstance(found, Dateless):
            yield (*path, key), found
        elif listed:
            for number, member in enumerate(found):
                yield from _dateless(member, (*path, key, number))


def _dated(value: M, year: int) -> M:
    """The value with ``year`` in its days; a day that the year lacks stays (it has been told)."""
    update: dict[str, Any] = {}
    for name, _, listed in _dated_fields(type(value)):
        found = getattr(value, name)
        if isinstance(found, Dateless):
            update[name] = _in_year(found, year) or found
        elif listed:
            update[name] = tuple(_dated(member, year) for member in found)
    return value.model_copy(update=update)
