"""Text as it can be compared after typesetting."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\\s\u200b\u2060\u00ad\ufeff\u3000]+")


def visible(text: str) -> str:
    """The text without white space (it does not survive typesetting) and without joiners."""
    return _UNSEEN.sub("", text)


def shown(text: str) -> list[int]:
    """The offsets of the characters that ``visible`` leaves."""
    found: list[int] = []
    at = 0
    for match in _UNSEEN.finditer(text):
        found += range(at, match.start())
        at = match.end()
    return [*found, *range(at, len(text))]
