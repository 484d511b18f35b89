"""Automatic numbers of Word resolved into text (ISO/IEC 29500-1, 17.9): what a reader of the paper sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from builder.guard import Element
from builder.ooxml.names import W, integer, value
from builder.words.numerals import chinese_number

LEVELS = 9
BULLET = "•"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: ``text`` has ``%1`` … for the numbers of the levels; ``restart`` None means the usual rule."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    legal: bool = False
    restart: int | None = None
    style: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """What a ``numId`` stands for: the abstract list that counts, its levels, and where this use begins anew."""

    counter: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


def lists(root: Element | None) -> dict[str, List]:
    """The lists of numbering.xml by ``numId``."""
    if root is None:
        return {}
    abstracts = {a.get(f"{W}abstractNumId", ""): a for a in root.findall(f"{W}abstractNum")}
    linked = {value(a, "styleLink"): key for key, a in abstracts.items() if a.find(f"{W}styleLink") is not None}
    found: dict[str, List] = {}
    for number in root.findall(f"{W}num"):
        key = value(number, "abstractNumId")
        abstract = abstracts.get(key)
        link = value(abstract, "numStyleLink")
        if link in linked:  # the list is defined where its style is
            key = linked[link]
            abstract = abstracts[key]
        levels = _levels(abstract)
        starts: dict[int, int] = {}
        for override in number.findall(f"{W}lvlOverride"):
            index = integer(override.get(f"{W}ilvl", ""))
            levels.update(_levels(override))
            if override.find(f"{W}startOverride") is not None:
                starts[index] = integer(value(override, "startOverride"), 1)
        found[number.get(f"{W}numId", "")] = List(key, levels, starts)
    return found


def _levels(parent: Element | None) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for lvl in parent.findall(f"{W}lvl") if parent is not None else ():
        depth = integer(lvl.get(f"{W}ilvl"))
        if not 0 <= depth < LEVELS:
            continue
        restart = value(lvl, "lvlRestart")
        legal = lvl.find(f"{W}isLgl")
        levels[depth] = Level(
            _form(lvl),
            value(lvl, "lvlText"),
            integer(value(lvl, "start"), 0),
            legal is not None and legal.get(f"{W}val", "1") not in ("0", "false", "off"),
            integer(restart) if restart else None,
            value(lvl, "pStyle"),
        )
    return levels


def _form(lvl: Element) -> str:
    """The number format; Word wraps formats of later versions in AlternateContent, the first one is the newest."""
    form = next(lvl.iter(f"{W}numFmt"), None)
    return form.get(f"{W}val", "decimal") if form is not None else "decimal"


class Counters:
    """Counts through a document; ``label`` is asked once for each numbered paragraph, in order."""

    def __init__(self, known: Mapping[str, List]) -> None:
        self.known = known
        self.counts: dict[str, list[int | None]] = {}
        self.begun: set[tuple[str, int]] = set()
        self.unknown: set[str] = set()

    def level_of_style(self, number: str, style: str) -> int | None:
        """The level that a list ties to a paragraph style; None when it ties none."""
        if number not in self.known:
            return None
        return next((n for n, level in self.known[number].levels.items() if style and level.style == style), None)

    def label(self, number: str, depth: int) -> str:
        """The text before a paragraph of list ``number`` at level ``depth`` (from 0): BULLET for a bullet, "" for none."""
        use = self.known.get(number)
        level = use.levels.get(depth) if use else None
        if use is None or level is None:
            return ""
        counts = self.counts.setdefault(use.counter, [None] * LEVELS)
        self._count(number, use, depth, counts)
        if level.form == "bullet":
            return BULLET if level.text.strip() else ""
        if level.form == "none":
            return re.sub("%[1-9]", "", level.text)

        def number_of(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            upper = use.levels.get(index, Level())
            count = counts[index]
            return self._formatted(upper.start if count is None else count, "decimal" if level.legal else upper.form)

        return re.sub("%([1-9])", number_of, level.text)

    def _count(self, number: str, use: List, depth: int, counts: list[int | None]) -> None:
        level, before = use.levels[depth], counts[depth]
        if depth in use.starts and (number, depth) not in self.begun:
            counts[depth] = use.starts[depth]
        else:
            counts[depth] = level.start if before is None else before + 1
        self.begun.add((number, depth))
        for upper in range(depth):
            if counts[upper] is None:
                counts[upper] = use.levels.get(upper, Level()).start
        for lower in range(depth + 1, LEVELS):
            restart = use.levels.get(lower, Level()).restart
            if restart is None or (restart and depth < restart):
                counts[lower] = None

    def _formatted(self, count: int, form: str) -> str:
        if form not in _FORMS:
            self.unknown.add(form)
        return formatted(count, form)


def formatted(count: int, form: str) -> str:
    """A number in a format of Word (17.18.59); in Arabic digits where the format is not known."""
    return _FORMS.get(form, str)(count)


def _roman(n: int) -> str:
    pairs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
    text = ""
    for number, letters in pairs if 0 < n < 4000 else ():
        text += letters * (n // number)
        n %= number
    return text or str(n)


def _letters(n: int) -> str:
    return chr(64 + (n - 1) % 26 + 1) * ((n - 1) // 26 + 1) if 0 < n <= 260 else str(n)


def _among(signs: str, first: int = 1) -> Callable[[int], str]:
    """A format that counts through signs; beyond them Arabic digits, as Word does."""
    return lambda n: signs[n - first] if first <= n < first + len(signs) else str(n)


def _circled(n: int) -> str:
    for first, last, code in ((0, 0, 0x24EA), (1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= n <= last:
            return chr(code + n - first)
    return str(n)


def _chinese(n: int) -> str:
    return chinese_number(n) if n >= 0 else str(n)


_LEGAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "decimalFullWidth2": lambda n: str(n).translate({48 + d: 0xFF10 + d for d in range(10)}),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": lambda n: chr(0x2487 + n) if 1 <= n <= 20 else f"{n}.",
    "decimalEnclosedParen": lambda n: chr(0x2473 + n) if 1 <= n <= 20 else f"({n})",
    "ideographEnclosedCircle": lambda n: chr(0x327F + n) if 1 <= n <= 10 else _chinese(n),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda n: _letters(n).lower(),
    "ideographTraditional": _among("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _among("子丑寅卯辰巳午未申酉戌亥"),
    "chineseLegalSimplified": lambda n: _chinese(n).translate(_LEGAL),
    "ideographDigital": lambda n: chinese_number(n, year=True) if n > 0 else str(n),
    "japaneseDigitalTenThousand": lambda n: chinese_number(n, year=True) if n > 0 else str(n),
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "koreanCounting"),
        _chinese,
    ),
    "taiwaneseCountingThousand": _chinese,
    "bullet": lambda n: "",
    "none": lambda n: "",
}
