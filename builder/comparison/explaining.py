"""Why LibreOffice breaks a paragraph elsewhere: the rules of its that, switched on, give its very lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations, groupby

from builder.comparison.units import Setting, Unit
from builder.words import visible, width
from builder.words.breaking import LIBREOFFICE, Rule, broken, measured

Advance = Callable[[str, str], float]  # font role and character → em


def explanation(unit: Unit, typst: Sequence[str], office: Sequence[str], advance: Advance) -> tuple[Rule, ...] | None:
    """The fewest named rules that explain ``office``'s lines of a paragraph; None when no set of them does.

    A set explains them only when the paragraph, broken again, gives ``typst``'s lines without it and ``office``'s with it.
    """
    if unit.setting is None or _lines(unit, unit.setting, (), advance) != list(typst):
        return None
    return next((each for each in _sets() if _lines(unit, unit.setting, each, advance) == list(office)), None)


def modelled(unit: Unit, advance: Advance) -> list[str]:
    """The lines of a paragraph as Typst should break it; empty for what no engine breaks."""
    return _lines(unit, unit.setting, (), advance) if unit.setting else []


def _sets() -> Iterator[tuple[Rule, ...]]:
    known = [rule for rule in Rule if rule in LIBREOFFICE]
    for count in range(1, len(known) + 1):
        yield from combinations(known, count)


def _lines(unit: Unit, setting: Setting, rules: Sequence[Rule], advance: Advance) -> list[str]:
    widths = _widths(unit.text, setting, advance)
    tracking = (setting.size - setting.pitch) / setting.pitch
    made = broken(unit.text, setting.columns, setting.first, widths, rules, tracking)
    if unit.tail:
        last = sum(widths[len(unit.text) - len(made[-1]) :]) + (setting.first if len(made) == 1 else 0)
        if last + width(unit.tail) > setting.columns:  # a signature that finds no room takes a line of its own
            made.append("")
        made[-1] += unit.tail
    return [visible(line) for line in made]


def _widths(text: str, setting: Setting, advance: Advance) -> list[float]:
    """Of each character, in the face of its role."""
    faces = {role: partial(advance, role) for role in set(setting.roles)}
    parts = groupby(zip(text, setting.roles, strict=True), key=lambda pair: pair[1])
    found: list[float] = []
    for role, pairs in parts:
        part = "".join(char for char, _ in pairs)
        found += measured(part, faces[role], setting.size, setting.pitch)
    return found
