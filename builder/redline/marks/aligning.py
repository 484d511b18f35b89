"""Which blocks of two stories belong together: the same, changed, parted, joined; every one of both files, in one order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.redline.matching import equal, gaps, grams, rising, similar

_ALIKE = 0.4  # of two texts in the same gap that are one, changed
_PART = 0.75  # of what a part must have of the whole
Group = tuple[range, range]


@dataclass(slots=True)
class _Side:
    """From and to in one sequence."""

    texts: Sequence[str]
    start: int
    stop: int

    @property
    def text(self) -> str:
        return "".join(self.texts[self.start : self.stop])


def aligned(old: Sequence[str], new: Sequence[str]) -> list[Group]:
    """Groups in order that together are both sequences: one and one, several and one, one and several, none and some, some and none."""
    # Empty ones are no landmarks: there are many, and any of them would do.
    pairs = equal(
        *[[text.strip() or (side, n) for n, text in enumerate(texts)] for side, texts in ((0, old), (1, new))]
    )
    for a, b, c, d in list(gaps(pairs, len(old), len(new))):
        pairs += [(a + i, c + j) for i, j in rising(list(similar(old[a:b], new[c:d], _ALIKE)))]
    groups = [(_Side(old, i, i + 1), _Side(new, j, j + 1)) for i, j in sorted(pairs)]
    for number, (mine, theirs) in enumerate(groups):
        before = groups[number - 1] if number else None
        after = groups[number + 1] if number + 1 < len(groups) else None
        low = (before[0].stop, before[1].stop) if before else (0, 0)
        high = (after[0].start, after[1].start) if after else (len(old), len(new))
        if mine.text != theirs.text:
            _absorb(mine, theirs, low[1], high[1])
            _absorb(theirs, mine, low[0], high[0])
    return list(_filled(groups, len(old), len(new)))


def _absorb(whole: _Side, parts: _Side, low: int, high: int) -> None:
    """Takes the free neighbours of ``parts`` that are parts of ``whole``."""
    left = grams(whole.text) - grams(parts.text)
    while low < parts.start or parts.stop < high:
        for at in (parts.stop, parts.start - 1):
            own = grams(parts.texts[at]) if low <= at < high else None
            if own is not None and len(parts.texts[at]) > 2 and (own & left).total() >= _PART * own.total():
                parts.start, parts.stop = min(parts.start, at), max(parts.stop, at + 1)
                left.subtract(own)
                break
        else:
            return


def _filled(groups: Sequence[tuple[_Side, _Side]], long: int, wide: int) -> Iterator[Group]:
    """The groups, and what stands alone between them: what is gone, then what came."""
    a = c = 0
    for mine, theirs in groups:
        yield from _alone(range(a, mine.start), range(c, theirs.start))
        yield range(mine.start, mine.stop), range(theirs.start, theirs.stop)
        a, c = mine.stop, theirs.stop
    yield from _alone(range(a, long), range(c, wide))


def _alone(gone: range, came: range) -> Iterator[Group]:
    if gone:
        yield gone, range(0)
    if came:
        yield range(0), came
