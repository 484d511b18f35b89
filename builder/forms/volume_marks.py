"""What is laid over the pages of a 合订本: its own number at the outer edge of each, where nothing is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

LEAD = "合 "  # before the number: the issue's own stands on the page, too
BLANK = "（此页空白）"
_SIZE = 9  # pt
_EDGE = 15.0  # mm between the outer edge of the paper and the number
_WIDE, _HIGH, _DEEP = 18.0, 4.0, 1.5  # mm that the widest number takes: across, above and below its baseline
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A page of the volume: its size as shown (mm), and whether it is a right-hand one."""

    wide: float
    high: float
    right: bool

    @property
    def across(self) -> bool:
        """Whether it is a landscape one, bound with its top at the left."""
        return self.wide > self.high

    @property
    def upright(self) -> tuple[float, float]:
        """Width and height as it is bound."""
        return min(self.wide, self.high), max(self.wide, self.high)

    @property
    def lines(self) -> tuple[float, float, float]:
        """Baselines that a number may have, mm from the top of the page as bound, the usual one first."""
        return self.upright[1] - 10, self.upright[1] - 5, 12

    def areas(self) -> tuple[tuple[float, float, float, float], ...]:
        """What a number takes on each of ``lines``: left, top, right, bottom, mm of the page as shown."""
        return tuple(self._area(line) for line in self.lines)

    def _area(self, line: float) -> tuple[float, float, float, float]:
        width, height = self.upright
        left = width - _EDGE - _WIDE if self.right else _EDGE
        top, right, bottom = line - _HIGH, left + _WIDE, line + _DEEP
        return (height - bottom, left, height - top, right) if self.across else (left, top, right, bottom)


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of a page: ``text`` ("" for none) on the ``line``-th of its ``lines``; ``blank`` where it has no content."""

    paper: Paper
    text: str
    line: int = 0
    blank: bool = False


def marks_view(
    title: str, author: str, day: date, marks: Sequence[Mark], families: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What the template ``volume-marks`` is filled with: one page for each mark."""
    return {
        "刊物": "volume-marks",
        "元数据": {"题名": title, "作者": author, "日期": day.isoformat()},
        "四色": False,
        "字体": {role: list(names) for role, names in families.items()},
        "字号": _SIZE,
        "边": _EDGE,
        "面": [_page(mark) for mark in marks],
    }


def roman(number: int) -> str:
    """I, II, III … for the pages of the contents, as readers of PDF count labels of style R."""
    told = ""
    for value, sign in _ROMAN:
        told += sign * (number // value)
        number %= value
    return told


def _page(mark: Mark) -> dict[str, Any]:
    wide, high = mark.paper.upright
    return {
        "宽": round(wide, 4),
        "高": round(high, 4),
        "横": mark.paper.across,
        "右": mark.paper.right,
        "文": mark.text,
        "线": round(mark.paper.lines[mark.line], 4),
        "空白": BLANK if mark.blank else "",
    }
