"""Entries with everything dropped that only their own issue needs: what is kept of each file between runs.

The rules that hold across issues (numbers, days without a year, items used twice) run on slim sources as on whole ones.
Their stored form is JSON and nothing else: a workspace that came from somebody else must not run code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from builder.batch.grounds import digest
from builder.compose.years import Dateless, Lacking, dateless
from builder.errors import Fault, Place
from builder.model import Attachment, Entry, Issue, MonthDay, MonthMoment, Source

KeyPath = tuple[str | int, ...]
Json = Any
_TOLD_STATES = ("不用", "待编")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a listing of findings chooses."""

    select: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """An entry or annex of an issue as far as it names others: an item as typed, or a listing, or neither."""

    item: str = ""
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A 栏目."""

    entries: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class SlimIssue:
    """Of ``model.Issue`` what numbering and references need, under the same names."""

    publication: str
    day: date
    number: int | None
    total: int | None
    series: str
    sections: tuple[Section, ...]
    entries: tuple[Used, ...]
    attachments: tuple[Used, ...]


@dataclass(frozen=True, slots=True)
class SlimItem:
    """Of ``model.Item`` the editing state; ``refusal`` is its reason."""

    state: str = ""
    refusal: str = ""


_PLAIN = SlimItem()
_NOTHING = Used()


def issue_form(source: Source[Issue]) -> Json:
    """An issue's stored form."""
    value = source.value
    numbers = [value.publication, value.day.isoformat(), value.number, value.total, value.series]
    sections = [
        [_used(e, source, ("栏目", n, "条目", m)) for m, e in enumerate(section.entries)]
        for n, section in enumerate(value.sections)
    ]
    entries = [_used(e, source, ("条目", m)) for m, e in enumerate(value.entries)]
    annexes = [_used(a, source, ("附件", m)) for m, a in enumerate(value.attachments)]
    return [*numbers, *_at(source, "期号"), *_at(source, "总期"), sections, entries, annexes]


def _used(entry: Entry | Attachment, source: Source[Any], at: KeyPath) -> Json:
    """An item as [name, line, column], a listing as [names], anything else as 0."""
    if entry.listing:
        return [list(entry.listing.select)]
    return [entry.item, *_at(source, *at, "信息")] if entry.item else 0


def _at(source: Source[Any], *path: str | int) -> tuple[int, int]:
    place = source.place(*path)
    return place.line, place.column


def entry_form(source: Source[Any]) -> Json:
    """An item's or a finding's stored form: 0 where no rule across issues needs anything of it."""
    days = [[list(path), *_at(source, *path), *_clock(day)] for path, day in dateless(source.value)]
    state = getattr(source.value, "state", "") if hasattr(source.value, "refusal") else ""
    if state not in _TOLD_STATES:
        return [days] if days else 0
    return [days, state, source.value.refusal, *_at(source, "编辑状态")]


def _clock(day: Dateless) -> list[int]:
    return [day.month, day.day, *((day.hour, day.minute) if isinstance(day, MonthMoment) else ())]


def issue(id_: str, file: str, form: Json) -> Source[Any]:
    """The slim source of an issue from its stored form."""
    publication, day, number, total, series, line, column, total_line, total_column, *parts = form
    places: dict[KeyPath, Place] = {
        ("期号",): Place(file, line, column),
        ("总期",): Place(file, total_line, total_column),
    }
    sections = tuple(Section(_listed(each, file, ("栏目", n, "条目"), places)) for n, each in enumerate(parts[0]))
    entries = _listed(parts[1], file, ("条目",), places)
    annexes = _listed(parts[2], file, ("附件",), places)
    value = SlimIssue(publication, date.fromisoformat(day), number, total, series, sections, entries, annexes)
    return Source(id_, file, value, places)


def _listed(forms: Iterable[Json], file: str, at: KeyPath, places: dict[KeyPath, Place]) -> tuple[Used, ...]:
    found = []
    for n, form in enumerate(forms):
        if not form:
            found.append(_NOTHING)
        elif len(form) == 1:
            found.append(Used(listing=Listing(tuple(form[0]))))
        else:
            places[(*at, n, "信息")] = Place(file, form[1], form[2])
            found.append(Used(form[0]))
    return tuple(found)


def entry(id_: str, file: str, form: Json) -> Source[Any]:
    """The slim source of an item or a finding from its stored form."""
    if not form or len(form) == 1:
        return Source(id_, file, _PLAIN, {})
    _, state, refusal, line, column = form
    places: dict[KeyPath, Place] = {("编辑状态",): Place(file, line, column)}
    return Source(id_, file, SlimItem(state, refusal), places)


def lacking(kind: str, id_: str, file: str, form: Json) -> Lacking | None:
    """The days of an item or a finding that lack their year; ``kind`` as ``compose.usage`` names it."""
    if not form or not form[0]:
        return None
    days: list[tuple[KeyPath, Dateless]] = []
    places: dict[KeyPath, Place] = {}
    for path, line, column, month, day, *clock in form[0]:
        found = MonthDay.of(month, day)
        days.append((tuple(path), MonthMoment.of(found, time(*clock)) if clock else found))
        places[tuple(path)] = Place(file, line, column)
    return Lacking(kind, Source(id_, file, _PLAIN, places), tuple(days))


def fault_forms(faults: Iterable[Fault]) -> Json:
    """Faults' stored form."""
    return [[f.code, f.severity, f.place.file, f.place.line, f.place.column, f.message, f.hint] for f in faults]


def faults(forms: Json) -> list[Fault]:
    """Faults from their stored form."""
    return [
        Fault(code, severity, Place(file, line, column), message, hint)
        for code, severity, file, line, column, message, hint in forms
    ]


def own(pairs: Iterable[tuple[str, str]]) -> str:
    """A digest of content: paths and SHA-256 of files, each once, in any order."""
    return digest(sorted(set(pairs)))
