"""Which characters of a rendered Word file print which ``Printed``: both hold the same characters in the same order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from builder.redline.matching import equal
from builder.redline.paragraphs import Grid, Para, Row, Word
from builder.render.origins import Printed
from builder.words import shown, visible


@dataclass(frozen=True, slots=True)
class Part:
    """Characters ``start`` to ``stop`` of a paragraph (those that show) are those of a Printed, there from ``first`` on."""

    printed: int
    start: int
    stop: int
    first: int


class Anchors:
    """Finds what the paragraphs of a rendered file print.

    Paragraphs are known by identity: two may say the same.
    """

    def __init__(self, word: Word, printed: Sequence[Printed]) -> None:
        self.printed = printed
        self._keys = [visible(each.text) for each in printed]
        self._parts: dict[int, list[Part]] = {}
        self._shown: dict[int, list[int]] = {}
        starts = _starts(self._keys)
        wanted, paras = "".join(self._keys), list(word.paras())
        places = _places("".join(p.key for p in paras), wanted)
        at = 0
        for para in paras:
            self._parts[id(para)] = _parts(places[at : at + len(para.key)], starts)
            at += len(para.key)
        self._kept = word  # so that no identity is used anew

    def parts(self, para: Para) -> list[Part]:
        """The parts of a paragraph, in order; none for one that no Printed stands behind (text of the template)."""
        return self._parts.get(id(para), [])

    def first(self, *paras: Para) -> Printed | None:
        """The first Printed of paragraphs."""
        return next((self.printed[part.printed] for para in paras for part in self.parts(para)), None)

    def last(self, para: Para) -> Printed | None:
        """The last Printed of a paragraph."""
        parts = self.parts(para)
        return self.printed[parts[-1].printed] if parts else None

    def all(self, block: Para | Row | Grid) -> tuple[Printed, ...]:
        """Every Printed of a paragraph, row or table, each once."""
        if isinstance(block, Para):
            paras = [block]
        else:
            rows = block.rows if isinstance(block, Grid) else (block,)
            paras = [cell.para for row in rows for cell in row.cells]
        return tuple(self.printed[n] for n in dict.fromkeys(part.printed for p in paras for part in self.parts(p)))

    def whole(self, part: Part) -> bool:
        """Whether a part is all of its Printed."""
        return part.first == 0 and part.stop - part.start == len(self._keys[part.printed])

    def offsets(self, number: int, start: int, stop: int) -> tuple[int, int]:
        """Offsets in ``Printed.text`` of characters that show; an insertion stands right after the character before it."""
        if number not in self._shown:
            self._shown[number] = shown(self.printed[number].text)
        at = self._shown[number]
        if start < stop:
            return at[start], at[stop - 1] + 1
        here = at[start - 1] + 1 if start else 0
        return here, here


def _starts(keys: Sequence[str]) -> list[int]:
    starts, at = [], 0
    for key in keys:
        starts.append(at)
        at += len(key)
    return starts


def _places(text: str, wanted: str) -> Sequence[int]:
    """For every character of a file's text its place in the printed one, -1 for the template's own."""
    if text == wanted:
        return range(len(text))
    found = [-1] * len(text)
    for i, j in equal(text, wanted):
        found[i] = j
    return found


def _parts(places: Sequence[int], starts: Sequence[int]) -> list[Part]:
    found: list[Part] = []
    for at, place in enumerate(places):
        if place < 0:
            continue
        number = bisect_right(starts, place) - 1
        first = place - starts[number]
        last = found[-1] if found else None
        if last and last.printed == number and last.stop == at and last.first + at - last.start == first:
            found[-1] = Part(number, last.start, at + 1, last.first)
        else:
            found.append(Part(number, at, at + 1, first))
    return found
