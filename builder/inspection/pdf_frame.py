"""The type area and its grid as the text itself shows them: left and right edge, pitch of lines and characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from builder.inspection.pdf_pages import ASCENT, POINT, Line, end, ideograph, wide

_ENOUGH = 8  # steps between characters, for their middle to be the pitch
_LEFT, _WIDE = 28.0, 156.0  # mm, the type area of the standard


@dataclass(frozen=True)
class Frame:
    """What the body text shows, mm; sizes in pt. ``known`` is False where there is too little text to tell.

    Args:
        left: where lines that are not indented begin.
        right: where full lines end.
        size: of body text, pt.
        pitch: from baseline to baseline.
        character: from a character's origin to the next.
    """

    left: float
    right: float
    size: float
    pitch: float
    character: float
    known: bool

    @property
    def middle(self) -> float:
        """Half-way between its edges."""
        return (self.left + self.right) / 2

    def top(self, baseline: float) -> float:
        """The upper edge of the grid's line that has this baseline."""
        em = self.size * POINT
        return baseline - ASCENT * em - (self.pitch - em) / 2

    def bottom(self, baseline: float) -> float:
        """The lower edge of that line."""
        return self.top(baseline) + self.pitch


def frame(lines: Sequence[Line]) -> Frame:
    """The frame that these lines of portrait pages show; the standard's own figures stand in for what they do not."""
    sizes = Counter[float]()
    for line in lines:
        if 9 <= line.size < 17:
            sizes[line.size] += len(line.glyphs)
    if not sizes:
        return Frame(_LEFT, _LEFT + _WIDE, 16.0, 28.95 * POINT, 15.79 * POINT, False)
    size = sizes.most_common(1)[0][0]
    body = [line for line in lines if abs(line.size - size) < 0.3]
    left = _left(body)
    em = size * POINT
    full = [line for line in body if line.left < left + 3 * em and len(line.glyphs) >= 20]
    right = _right(full)
    pitch = _pitch(body, em)
    character = _character(body, right, em) or _character(full, None, em)
    known = len(full) >= 3 and right is not None and pitch is not None
    if not known and abs(left - _LEFT - 2 * em) < 1.5:  # all of the few lines are first lines of paragraphs
        left, right = _LEFT, None
    return Frame(
        left, right or left + _WIDE, size, pitch or 28.95 * POINT, character or 15.79 * POINT, known,
    )  # fmt: skip


def _left(body: Sequence[Line]) -> float:
    """The smallest left edge that more than a stray line has; opening marks may be squeezed and so begin further left."""
    begun = [line.left for line in body if ideograph(line.text[0])] or [line.left for line in body]
    places = Counter(round(left, 1) for left in begun)
    enough = max(1, round(0.02 * len(begun)))
    good = [p for p in sorted(places) if sum(places[round(p + n, 1)] for n in (0, 0.1)) > enough]
    least = good[0] if good else min(places)
    return median(left for left in begun if least - 0.06 <= left < least + 0.2)


def _right(full: Sequence[Line]) -> float | None:
    """Where nine in ten full lines that end with a character (marks may be squeezed) have ended."""
    ends = sorted(end(line.glyphs[-1]) for line in full if ideograph(line.glyphs[-1].text))
    return ends[int(0.9 * (len(ends) - 1))] if ends else None


def _pitch(body: Sequence[Line], em: float) -> float | None:
    """The middle of the distances between lines that follow one another."""
    steps = [
        b.baseline - a.baseline
        for a, b in pairwise(body)
        if a.page == b.page and em < b.baseline - a.baseline < 2.6 * em
    ]
    return median(steps) if steps else None


def _character(lines: Sequence[Line], right: float | None, em: float) -> float | None:
    """The distance between Chinese characters that follow one another.

    Lines that end before the ``right`` edge are not spread; without it, most of the steps of full lines may be.
    """
    ragged = [line for line in lines if right is None or end(line.glyphs[-1]) < right - em]
    steps = sorted(step for line in ragged for step in steps_of(line) if 0.8 * em < step < 1.3 * em)
    if right is None:
        return steps[len(steps) // 5] if steps else None
    return median(steps) if len(steps) >= _ENOUGH else None


def steps_of(line: Line) -> Iterable[float]:
    """Distances between neighbouring Chinese characters of a line, mm."""
    return (b.x - a.x for a, b in pairwise(line.glyphs) if ideograph(a.text) and ideograph(b.text))


def all_wide(line: Line) -> bool:
    """True for a line of full-width characters alone."""
    return all(wide(g.text) for g in line.glyphs)
