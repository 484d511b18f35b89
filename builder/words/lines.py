"""Widths in full-width characters, and the marks that begin or end no line of a title."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

# Marks that may not begin or end a line of a title (domain rules); those of body lines are in ``breaking``.
NO_START = frozenset("。，、；：？！）》〉」』】〕〗］｝”’…%‰℃·．,.;:?!)]}％～~")
NO_END = frozenset("（《〈「『【〔〖［｛“‘([{￥$")


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
