"""Supervision findings as blocks: run-in paragraphs, a table with a one- or two-row head, or both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from builder.errors import Fault, Place
from builder.model import (
    Block,
    Cell,
    Column,
    Extension,
    Feedback,
    Finding,
    Listing,
    Matter,
    Paragraph,
    Problem,
    Source,
    Span,
    Table,
)

_DEFAULTS: dict[str, tuple[str, ...]] = {
    "事项": ("序号", "事项", "责任单位", "完成时限", "状态"),
    "问题": ("序号", "点位", "问题描述", "责任单位", "整改时限"),
}
_NOTHING = "—"  # a cell is never empty (docs/layout.md): — not applicable
SERIAL, LATEST, LAST_DEADLINE = "序号", "最新进展", "最新时限"
_COMPUTED = (SERIAL, LATEST, LAST_DEADLINE)
_STOPS = "。！？；"


def day_in_words(day: date) -> str:
    """``2026年6月8日``: Arabic digits, full year, no leading zero (GB/T 9704-2012, 7.3.5)."""
    return f"{day.year}年{day.month}月{day.day}日"


def blocks(
    listing: Listing, findings: Sequence[Source[Finding]], place: Place
) -> tuple[tuple[Block, ...], list[Fault]]:
    """The blocks of a listing, in its order, and faults for columns that the findings do not have."""
    columns = listing.columns or tuple(Column(field=name) for name in _DEFAULTS[findings[0].value.kind])
    faults = [
        Fault(
            "unknown-column",
            "error",
            place,
            f"督查事项没有“{c.field}”这个字段。",
            f"可用：{'、'.join(_fields(findings))}。",
        )
        for c in columns
        if c.field not in _fields(findings)
    ]
    if faults:
        return (), faults
    text = [_paragraph(n, f) for n, f in enumerate(findings, 1)] if "文" in listing.form else []
    table = [_table(listing, columns, findings, place)] if "表" in listing.form else []
    return (*text, *table), []


def _fields(findings: Sequence[Source[Finding]]) -> list[str]:
    """Field names that every finding of the listing knows."""
    kinds = dict.fromkeys(type(f.value) for f in findings)
    names = [[info.alias or "" for info in kind.model_fields.values()] for kind in kinds]
    return [*_COMPUTED, *(name for name in names[0] if all(name in other for other in names))]


def _value(finding: Finding, field: str, serial: int) -> str:
    """A field as it prints; ``—`` when it is empty."""
    if field == SERIAL:
        return str(serial)
    if field in (LATEST, LAST_DEADLINE):
        return _computed(finding, field)
    by_alias = {info.alias: name for name, info in type(finding).model_fields.items()}
    return _printed(getattr(finding, by_alias[field])) or _NOTHING


def _computed(finding: Finding, field: str) -> str:
    if field == LATEST:
        reports: tuple[Feedback, ...] = finding.feedback if isinstance(finding, Matter) else ()
        latest = max(reversed(reports), key=lambda f: f.day or date.min, default=None)
        return (latest.progress if latest else getattr(finding, "progress", "")) or _NOTHING
    moved = [e.deadline for e in finding.extensions if e.deadline] if isinstance(finding, Matter) else []
    return _printed(max(moved, default=finding.deadline)) or _NOTHING


def _printed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, tuple):
        return "、".join(_printed(v) for v in value)
    if isinstance(value, Feedback):
        return value.progress
    if isinstance(value, Extension):
        return f"延至{_printed(value.deadline)}（{value.approver}批准）"
    if isinstance(value, str):
        return value
    raise TypeError(f"no printed form for {type(value).__name__}")


def _paragraph(serial: int, source: Source[Finding]) -> Paragraph:
    """A run-in paragraph: ``1.matter。责任单位：…；完成时限：…。progress。``."""
    finding = source.value
    if isinstance(finding, Problem):
        lead = f"{serial}.{_stopped(f'{finding.site}：{finding.problem}')}"
        facts: tuple[tuple[str, object], ...] = (
            ("责任单位", finding.units),
            ("整改要求", finding.demand),
            ("整改时限", finding.deadline),
        )
    else:
        lead = f"{serial}.{_stopped(finding.matter)}"
        facts = (("责任单位", finding.units), ("完成时限", finding.deadline), ("状态", finding.state))
    told = "；".join(f"{name}：{_printed(value).rstrip(_STOPS)}" for name, value in facts if _printed(value))
    progress = _value(finding, LATEST, serial)
    rest = (f"{told}。" if told else "") + (_stopped(progress) if progress != _NOTHING else "")
    place = source.place("事项" if isinstance(finding, Matter) else "问题描述")
    spans = (Span(lead + rest, False, place, typed=False),)
    return Paragraph(spans, level=3, head=len(lead))


def _stopped(text: str) -> str:
    return text if text.endswith(tuple(_STOPS)) else text + "。"


def _table(listing: Listing, columns: Sequence[Column], findings: Sequence[Source[Finding]], place: Place) -> Table:
    rows = tuple(
        tuple(
            Cell((Span(_value(f.value, c.field, n), False, _place(f, c.field, place), typed=False),)) for c in columns
        )
        for n, f in enumerate(findings, 1)
    )
    widths = tuple(c.width or 1.0 for c in columns) if any(c.width for c in columns) else ()
    return Table(_head(columns, place), rows, listing.title, listing.unit, place, widths=widths)


def _place(source: Source[Finding], field: str, listing: Place) -> Place:
    """Where a cell's value is written: the serial number follows from the listing, what has no value from the file as a whole."""
    if field == SERIAL:
        return listing
    return source.places.get((field,), Place(source.file))


def _head(columns: Sequence[Column], place: Place) -> tuple[tuple[Cell, ...], ...]:
    """One row, or two where columns are grouped: neighbours of one 组 share a cell above."""

    def cell(text: str, across: int = 1, down: int = 1) -> Cell:
        return Cell((Span(text, False, place, typed=False),), across, down)

    titles = [c.title or c.field for c in columns]
    if not any(c.group for c in columns):
        return (tuple(cell(t) for t in titles),)
    upper: list[Cell] = []
    lower: list[Cell] = []
    for group, pairs in groupby(zip(columns, titles, strict=True), key=lambda pair: pair[0].group):
        names = [title for _, title in pairs]
        if group:
            upper.append(cell(group, len(names)))
            lower += [cell(name) for name in names]
        else:
            upper += [cell(name, 1, 2) for name in names]
    return tuple(upper), tuple(lower)
