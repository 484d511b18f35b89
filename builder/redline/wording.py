"""What changed in the words of one text: edits by whole words, and whose each of them is."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from builder.redline.matching import equal
from builder.redline.paragraphs import By, Para
from builder.words import segment, visible

# A word or number, with marks between its digits and letters; else one mark.
_WORD = re.compile(r"(?:[^\W_]|(?<=[0-9A-Za-z])[.,:/+~～–—-](?=[0-9A-Za-z]))+[%％‰℃]?|.", re.DOTALL)

_LATIN = re.compile("[0-9A-Za-z]")
_SET = re.compile("[\t\r\n\u200b\u2060\u00ad\ufeff]")


@dataclass(frozen=True, slots=True)
class Span:
    """``old[start:stop]`` of one text became ``new[first:last]`` of the other; both count characters that show."""

    start: int
    stop: int
    first: int
    last: int


def words(text: str, vocabulary: Collection[str] = ()) -> list[str]:
    """The words of a text, marks by themselves; a mark that combines stays with what it stands on."""
    found: list[str] = []
    for piece in segment(text, vocabulary):
        for word in _WORD.findall(piece):
            if found and unicodedata.category(word[0]).startswith("M"):
                found[-1] += word
            else:
                found.append(word)
    return found


def spans(old: str, new: str, vocabulary: Collection[str] = ()) -> list[Span]:
    """What differs, by whole words of ``old``, in order; what was only put in or only taken out is no more than that."""
    if old == new:
        return []
    one, two = words(old, vocabulary), words(new, vocabulary)
    edges, others = [*accumulate(map(len, one), initial=0)], [*accumulate(map(len, two), initial=0)]
    found, a, c = [], 0, 0
    for i, j in [*equal(one, two), (len(one), len(two))]:
        if a < i or c < j:
            found.append(_tight(old, new, Span(edges[a], edges[i], others[c], others[j]), edges))
        a, c = i + 1, j + 1
    return [span for span in found if span.start < span.stop or span.first < span.last]


def _tight(old: str, new: str, span: Span, edges: Sequence[int]) -> Span:
    """The span without what is alike at its ends, but no word of ``old`` cut: two texts may be parted into words otherwise."""
    one, two = old[span.start : span.stop], new[span.first : span.last]
    shorter = min(len(one), len(two))
    head = next((n for n in range(shorter) if one[n] != two[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if one[-1 - n] != two[-1 - n]), rest)
    if head + tail < shorter:  # else nothing but an insertion or a deletion
        head = edges[bisect_right(edges, span.start + head) - 1] - span.start
        tail = span.stop - edges[bisect_left(edges, span.stop - tail)]
    return Span(span.start + head, span.stop - tail, span.first + head, span.last - tail)


@dataclass(frozen=True)
class Hands:
    """Whose the characters of an edited text are: ``put`` for each that shows now, ``gone`` for each of the old text; None: untracked."""

    put: Sequence[By | None]
    gone: Sequence[By | None]

    def of(self, old: str, new: str, span: Span) -> tuple[By | None, ...]:
        """Whose hands made a span, each once; None among them where tracking was off."""
        one, two = old[span.start : span.stop], new[span.first : span.last]
        shorter = min(len(one), len(two))
        head = next((n for n in range(shorter) if one[n] != two[n]), shorter)
        tail = next((n for n in range(shorter - head) if one[-1 - n] != two[-1 - n]), shorter - head)
        taken = self.gone[span.start + head : span.stop - tail]
        given = self.put[span.first + head : span.last - tail]
        return tuple(dict.fromkeys((*taken, *given)))


def hands(old: str, paras: Sequence[Para]) -> Hands:
    """Whose the characters are; ``old`` is the text (that shows) before, ``paras`` the edited paragraphs that have it now."""
    put = [bit.put for para in paras for char, bit in para.chars() if visible(char)]
    before = [
        (char, bit.gone) for para in paras for bit in para.bits if bit.put is None for char in bit.text if visible(char)
    ]
    gone: list[By | None] = [None] * len(old)
    if any(by for _, by in before):
        was = "".join(char for char, _ in before)
        pairs: Iterator[tuple[int, int]] | list[tuple[int, int]]
        pairs = zip(range(len(old)), range(len(was)), strict=True) if was == old else equal(old, was)
        for i, j in pairs:
            gone[i] = before[j][1]
    return Hands(put, gone)


def raw(para: Para, first: int, last: int) -> str:
    """The characters of an edited paragraph between two that show, spaces inside among them, without line ends, tabs and joiners.

    A blank that parts them from a word or number beside them is one of them: without it both would be one.
    """
    if first >= last:
        return ""
    before = " " if _parted(para, first) else ""
    after = " " if _parted(para, last) else ""
    return before + _SET.sub("", para.text[para.offsets[first] : para.offsets[last - 1] + 1]) + after


def _parted(para: Para, at: int) -> bool:
    """Whether a blank parts two characters of words or numbers, of which the second is the one ``at`` of those that show."""
    if not 0 < at < len(para.offsets):
        return False
    start, stop = para.offsets[at - 1], para.offsets[at]
    return stop - start > 1 and " " in para.text[start:stop] and all(_LATIN.match(para.text[n]) for n in (start, stop))
