"""Clauses: the pieces of a text by which it is known again when parts of it have been edited."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from builder.words.grams import folded

SHORTEST = 6  # characters; shorter clauses stand in too many texts to tell anything
_ENDS = re.compile(r"[，。；：！？、…,;!?\n]+")
_MARKS = re.compile(r"[\W_]+")  # what stands between the words of a clause


def clauses(text: str) -> Iterator[str]:
    """The clauses of ``text`` in order, folded and without marks and spaces; those of less than ``SHORTEST`` are left out."""
    for part in _ENDS.split(folded(text)):
        bare = _MARKS.sub("", part)
        if len(bare) >= SHORTEST:
            yield bare


def fingerprint(clause: str) -> int:
    """64 bits of a clause as a signed integer, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(clause.encode(), digest_size=8).digest(), "big", signed=True)
