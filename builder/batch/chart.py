"""Small charts as SVG: columns, horizontal bars, curves. The same numbers give the same characters; no library is needed.

A chart takes its letters from the page around it, holds no script and refers to nothing outside, so that it can stand in
an HTML report as well as alone in a file (``alone``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal

WIDTH, HEIGHT = 720.0, 270.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 16.0, 48.0, 46.0
COLOURS = ("#1f4e79", "#c00000", "#7f7f7f", "#538135", "#bf8f00", "#7030a0")
_INK, _GRID = "#333333", "#dddddd"
_LATIN, _CHINESE = 6.6, 12.5  # px, how wide a character of the key is about


@dataclass(frozen=True, slots=True)
class Texts:
    """What stands on a chart besides its numbers: the head, and what the axes count."""

    title: str
    x: str = ""
    y: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points (x, y) of one colour; ``name`` stands in the key where there are several series."""

    name: str
    points: Sequence[tuple[float, float]] = field(repr=False)
    kind: Literal["line", "dots"] = "line"


def columns(texts: Texts, groups: Sequence[tuple[str, float]]) -> str:
    """Upright columns that touch, for a histogram: the name below each group, its number above where it is not 0."""
    scale = _Scale(0.0, max([1.0, *(value for _, value in groups)]), HEIGHT - _BOTTOM, _TOP)
    wide = (WIDTH - _LEFT - _RIGHT) / max(1, len(groups))
    parts = list(_rulers(scale))
    for n, (name, value) in enumerate(groups):
        left, top = _LEFT + n * wide, scale.at(value)
        if value:
            parts.append(_box(left + 1, top, wide - 2, scale.start - top, COLOURS[0]))
            parts.append(_text(left + wide / 2, top - 4, _number(value), "middle", 11))
        parts.append(_text(left + wide / 2, scale.start + 15, name, "middle", 11))
    return _svg(texts, parts, HEIGHT)


def bars(texts: Texts, rows: Sequence[tuple[str, float, str]]) -> str:
    """Lying bars, one below the other: name, number, and what stands behind the bar."""
    step, left = 30.0, 210.0
    height = _TOP + step * len(rows) + 28
    scale = _Scale(0.0, max([1e-9, *(value for _, value, _ in rows)]), left, WIDTH - 130)
    parts = []
    for n, (name, value, told) in enumerate(rows):
        top = _TOP + n * step
        parts.append(_text(left - 8, top + 17, name, "end", 12))
        parts.append(_box(left, top + 4, max(1.0, scale.at(value) - left), step - 10, COLOURS[0]))
        parts.append(_text(scale.at(value) + 6, top + 17, told, "start", 12))
    return _svg(texts, parts, height)


def curves(texts: Texts, series: Sequence[Series], least: float | None = 0.0) -> str:
    """Lines or dots over two axes; the upright one begins at ``least`` (None: at the least number)."""
    points = [point for one in series for point in one.points] or [(0.0, 0.0)]
    low = min(y for _, y in points) if least is None else least
    up = _Scale(low, max(y for _, y in points), HEIGHT - _BOTTOM, _TOP)
    along = _Scale(min(x for x, _ in points), max(x for x, _ in points), _LEFT, WIDTH - _RIGHT, exact=True)
    parts = list(_rulers(up))
    parts += [_text(along.at(x), up.start + 15, _number(x), "middle", 11) for x in along.ticks()]
    for n, one in enumerate(series):
        parts.append(_drawn(one, along, up, COLOURS[n % len(COLOURS)]))
    if len(series) > 1:
        parts += _key(series)
    return _svg(texts, parts, HEIGHT)


def alone(svg: str) -> str:
    """A chart as a file of its own."""
    style = ' style="font-family:sans-serif;background:#fff"'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + svg.replace("<svg ", f"<svg{style} ", 1) + "\n"


def grouped(values: Sequence[float], groups: int = 16) -> list[tuple[str, float]]:
    """A histogram: how many values lie in each of at most ``groups`` steps of one round width, named by their lower ends."""
    if not values:
        return []
    width = _round_step((max(values) - min(values)) / groups or max(abs(max(values)), 1e-3) / groups)
    first = math.floor(min(values) / width + 1e-9)
    places = [math.floor(value / width + 1e-9) - first for value in values]
    counts = [0] * (max(places) + 1)
    for place in places:
        counts[place] += 1
    return [(_number((first + n) * width), float(count)) for n, count in enumerate(counts)]


class _Scale:
    """Numbers to places in px. Unless ``exact``, it ends at a round number."""

    def __init__(self, low: float, high: float, start: float, end: float, exact: bool = False) -> None:
        high = high if high > low else low + 1
        self.step = _round_step((high - low) / 5)
        self.low, self.start, self.end = low, start, end
        self.high = high if exact else math.ceil((high - 1e-9 * self.step) / self.step) * self.step

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> Iterator[float]:
        first = math.ceil(self.low / self.step - 1e-9)
        last = math.floor(self.high / self.step + 1e-9)
        yield from (n * self.step for n in range(first, last + 1))


def _round_step(step: float) -> float:
    """The next of 1, 2, 5, 10 … times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= step * (1 - 1e-9))


def _number(value: float) -> str:
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _rulers(scale: _Scale) -> Iterator[str]:
    """Lines across with their numbers."""
    for value in scale.ticks():
        y = _px(scale.at(value))
        yield f'<line x1="{_px(_LEFT)}" y1="{y}" x2="{_px(WIDTH - _RIGHT)}" y2="{y}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 6, scale.at(value) + 4, _number(value), "end", 11)


def _drawn(one: Series, along: _Scale, up: _Scale, colour: str) -> str:
    places = [(_px(along.at(x)), _px(up.at(y))) for x, y in one.points]
    if one.kind == "dots":  # one path: a circle for each of 10,000 would be 1 MB
        path = "".join(f"M{x} {y}h0" for x, y in places)
        return f'<path d="{path}" stroke="{colour}" stroke-width="4" stroke-linecap="round" opacity="0.6"/>'
    line = " ".join(f"{x},{y}" for x, y in places)
    return f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _key(series: Sequence[Series]) -> Iterator[str]:
    left = WIDTH - _RIGHT
    for n, one in reversed(list(enumerate(series))):
        left -= sum(_LATIN if sign < "\u2e80" else _CHINESE for sign in one.name) + 26
        yield _box(left, _TOP - 41, 10, 10, COLOURS[n % len(COLOURS)])
        yield _text(left + 14, _TOP - 32, one.name, "start", 12)


def _svg(texts: Texts, parts: Sequence[str], height: float) -> str:
    heads = [_text(8, 16, texts.title, "start", 14, "bold")]
    if texts.x:
        heads.append(_text(WIDTH - _RIGHT, height - 8, texts.x, "end", 12))
    if texts.y:
        heads.append(_text(_LEFT - 6, _TOP - 12, texts.y, "end", 11))
    size = f'viewBox="0 0 {_px(WIDTH)} {_px(height)}" width="{_px(WIDTH)}" height="{_px(height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(texts.title)}">'
    return "\n".join([head, *heads, *parts, "</svg>"])


def _box(left: float, top: float, wide: float, high: float, colour: str) -> str:
    return f'<rect x="{_px(left)}" y="{_px(top)}" width="{_px(wide)}" height="{_px(high)}" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, size: int, weight: str = "normal") -> str:
    look = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{_INK}"'
    return f'<text x="{_px(x)}" y="{_px(y)}" {look}>{escape(text)}</text>'


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
