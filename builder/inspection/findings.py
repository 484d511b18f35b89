"""What an inspection gives: one finding for each thing measured. Lengths in mm, sizes and pitches in pt."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["合格", "提醒", "不合格"]


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page (from 1), in mm from its upper left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One element measured.

    Args:
        element: what was measured, e.g. ``"页码"``.
        aspect: what of it, e.g. ``"距版心下边缘"``.
        value: as measured, with its unit, e.g. ``"7.1 mm"``; "" where it is absent.
        rule: what the profile asks, with its unit and tolerance, e.g. ``"7 mm ±0.5"``.
        clause: where the rule comes from, e.g. ``"GB/T 9704-2012 7.5"`` or ``"本刊版式"``.
        verdict: 合格, 提醒 (an editor should look) or 不合格.
        boxes: where it stands; every place for a fault, one example for what is right. Empty for a DOCX.
        note: what is wrong and what to do; "" for what is right.
        code: a short constant name of the rule, e.g. ``"number-distance"``.
    """

    element: str
    aspect: str
    value: str
    rule: str
    clause: str
    verdict: Verdict
    code: str
    boxes: tuple[Box, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings on a file, in the order of the page: sheet, grid, masthead, text, tables, foot, page numbers."""

    file: str
    kind: Literal["PDF", "DOCX"]
    profile: str
    pages: int | None  # a DOCX does not say
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True when nothing fails."""
        return all(f.verdict != "不合格" for f in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able, English keys, Chinese values."""
        return {**asdict(self), "passed": self.passed}
