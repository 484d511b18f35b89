"""Widths in full-width characters, and greedy line breaking by the rules for line start and line end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

# Marks that may not begin or end a line (domain rules; the same lists as the layout engines get).
NO_START = frozenset("。，、；：？！）》〉」』】〕〗］｝”’…%‰℃·．,.;:?!)]}％～~")
NO_END = frozenset("（《〈「『【〔〖［｛“‘([{￥$")

_EPSILON = 1e-6

# A number keeps its sign, %, ℃ and a one-character unit; Latin words, e-mail addresses and the like stay whole.
_ATOM = re.compile(
    r"—{2,}|…{2,}"
    r"|[第#$￥<>≤≥＜＞±]?[0-9A-Za-z]++(?:[.,:/&'+\-_@·%‰℃]++[0-9A-Za-z]++)*+(?:[%‰℃]|[年月日时分秒期号项件个条人次名户家万亿元])?"
    r"|\s+"
    r"|.",
    re.DOTALL,
)


@cache
def char_width(char: str) -> float:
    """The advance of one character in em: ASCII, half-width forms 0.5; marks that combine 0; everything else 1."""
    if " " <= char <= "~" or "\uff61" <= char <= "\uffdc" or "\uffe8" <= char <= "\uffee":
        return 0.5
    return 0.0 if unicodedata.category(char) in ("Mn", "Me", "Cf", "Cc") else 1.0


def width(text: str, advances: Mapping[str, float] | None = None) -> float:
    """The width of ``text`` on one line in full-width characters (em).

    ``advances`` gives measured advances (em) of single characters, which go before the defaults.
    """
    if advances:
        return sum(advances[c] if c in advances else char_width(c) for c in text)
    return sum(map(char_width, text))


def atoms(text: str) -> list[str]:
    """``text`` cut where a line may break: numbers, Latin words, —— and …… whole, marks glued to their side."""
    out: list[list[str]] = []
    for piece in _ATOM.findall(text):
        # White space goes to the end of the line before it; marks go where they may stand.
        if out and (piece[0] in NO_START or piece.isspace() or out[-1][-1][-1] in NO_END):
            out[-1].append(piece)
        else:
            out.append([piece])
    return ["".join(pieces) for pieces in out]


def break_lines(
    text: str, columns: float, first_indent: float = 0.0, advances: Mapping[str, float] | None = None
) -> list[str]:
    """Greedy lines of at most ``columns`` em (the first shorter by ``first_indent``); they join to ``text``.

    Marks that may not begin a line take the character before them along (nothing hangs out or is pulled in).
    White space at a line's end may stick out. Only an atom longer than its line is cut inside. ``text`` is one
    paragraph: a line break in it counts as white space. Empty text is one empty line.
    """
    lines: list[list[str]] = [[]]
    room = columns - first_indent
    for atom in atoms(text):
        longest = columns if lines[-1] else room
        whole = width(atom.rstrip(), advances) <= longest + _EPSILON
        for piece in [atom] if whole else atom:
            if width(piece.rstrip(), advances) > room + _EPSILON and lines[-1]:
                lines.append([])
                room = columns
            lines[-1].append(piece)
            room -= width(piece, advances)
    return ["".join(line) for line in lines]


def last_line_free(
    text: str, columns: float, first_indent: float = 0.0, advances: Mapping[str, float] | None = None
) -> float:
    """Free width (em) after ``text`` on its last line; what decides whether a signature still fits there."""
    lines = break_lines(text, columns, first_indent, advances)
    taken = width(lines[-1].rstrip(), advances) + (first_indent if len(lines) == 1 else 0.0)
    return max(0.0, columns - taken)
