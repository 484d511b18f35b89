"""Why LibreOffice breaks a paragraph elsewhere: the rules of its that, switched on, give its very lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations, groupby

from builder.comparison.units import Setting, Unit
from builder.words import visible, width
from builder.words.breaking import LIBREOFFICE, Rule, broken, measured

Advance = Callable[[str, str], float]  # font role and character → em

# Besides those of the breaker: what stands behind a right tab is text to LibreOffice.
SIGNATURE = "供稿排不下时从中断行"
_BREAKING = tuple(str(rule.value) for rule in Rule if rule in LIBREOFFICE)
_NAMES = (*_BREAKING, SIGNATURE)
_TWO = 2
_GAP = 2.0  # characters that the PDF keeps free before a signature


def explanation(unit: Unit, typst: Sequence[str], office: Sequence[str], advance: Advance) -> tuple[str, ...] | None:
    """The names of the fewest rules that explain ``office``'s lines of a paragraph; None when no set of them does.

    A set explains them only when the paragraph, broken again, gives ``typst``'s lines without it and ``office``'s with it; and
    when all rules together give them, too, since LibreOffice keeps them all: else a few would fit by chance.
    """
    setting = unit.setting
    if setting is None:
        return None

    def given(names: Sequence[str], lines: Sequence[str]) -> bool:
        return _lines(unit, setting, names, advance) == list(lines)

    if not given((), typst) or not any(given(names, office) for names in (_BREAKING, _NAMES)):
        return None
    return next((each for each in _sets() if given(each, office)), None)


def _sets() -> Iterator[tuple[str, ...]]:
    for count in range(1, len(_NAMES) + 1):
        yield from combinations(_NAMES, count)


def _lines(unit: Unit, setting: Setting, names: Sequence[str], advance: Advance) -> list[str]:
    text, roles, seams = unit.text, list(setting.roles), setting.seams
    if SIGNATURE in names:
        text, roles, seams = text + unit.tail, roles + ["楷体"] * len(unit.tail), [*seams, len(text)]
    widths = _widths(text, roles, setting, advance)
    tracking = (setting.size - setting.pitch) / setting.pitch
    rules = [rule for rule in LIBREOFFICE if rule.value in names]
    made = broken(text, setting.columns, setting.first, widths, rules, tracking, seams)
    if SIGNATURE not in names and unit.tail:
        made = _signed(made, unit.tail, widths, setting)
    return [visible(line) for line in made]


def _signed(made: list[str], tail: str, widths: Sequence[float], setting: Setting) -> list[str]:
    """With the signature at the end; where it finds no room, the last characters of the text go along to a new line."""
    last = sum(widths[len(widths) - len(made[-1]) :]) + (setting.first if len(made) == 1 else 0)
    if last + _GAP + width(tail) > setting.columns:
        made = [*made[:-1], *_parted(made[-1])]
    return [*made[:-1], made[-1] + tail]


def _parted(line: str) -> list[str]:
    """A line before and after the last place where it may break."""
    return next(
        (
            parts
            for wide in range(len(line) - 1, 0, -1)
            if len(parts := broken(line, wide, widths=[1.0] * len(line))) == _TWO
        ),
        [line],
    )


def _widths(text: str, roles: Sequence[str], setting: Setting, advance: Advance) -> list[float]:
    """Of each character, in the face of its role."""
    faces = {role: partial(advance, role) for role in set(roles)}
    parts = groupby(zip(text, roles, strict=True), key=lambda pair: pair[1])
    found: list[float] = []
    for role, pairs in parts:
        part = "".join(char for char, _ in pairs)
        found += measured(part, faces[role], setting.size, setting.pitch)
    return found
