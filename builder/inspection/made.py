"""Findings made from what was measured: one form for figures, one for things that are right or wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from builder.inspection.findings import Box, Finding, Verdict
from builder.inspection.profile import Rule

_PLACES = {"mm": 1, "pt": 2}
_WORST: tuple[Verdict, ...] = ("合格", "提醒", "不合格")


def shown(value: float, unit: str) -> str:
    """A value with its unit, e.g. ``"37.2 mm"``; thicknesses and pitches get two decimals."""
    if unit in ("字", "行"):
        return f"{positive(value, 1):g} {unit}"
    places = 2 if unit == "mm" and abs(value) < 1 else _PLACES[unit]
    return f"{positive(value, places):.{places}f} {unit}"


def positive(value: float, places: int) -> float:
    """A value rounded for print, without the sign of a nought."""
    return round(value, places) + 0.0


def figure(
    element: str, aspect: str, code: str, rule: Rule, value: float, boxes: Sequence[Box] = (), note: str = ""
) -> Finding:
    """A figure held against its rule; the note is kept for what is not right."""
    verdict = rule.verdict(value)
    return Finding(
        element, aspect, shown(value, rule.unit), rule.text, rule.clause, verdict, code,
        tuple(boxes), "" if verdict == "合格" else note,
    )  # fmt: skip


def fact(
    element: str,
    aspect: str,
    code: str,
    verdict: Verdict,
    value: str,
    rule: str,
    clause: str,
    boxes: Iterable[Box] = (),
    note: str = "",
) -> Finding:
    """Something that is right or wrong without a figure."""
    return Finding(element, aspect, value, rule, clause, verdict, code, tuple(boxes), "" if verdict == "合格" else note)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; 合格 for none."""
    return max(verdicts, key=_WORST.index, default="合格")
