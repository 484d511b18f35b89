"""The type area and its grid as the text itself shows them: left and right edge, pitch of lines and characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Literal

from builder.inspection.pdf_pages import ASCENT, POINT, Line, end, ideograph, wide

_ENOUGH = 8  # steps between characters, for their middle to be the pitch
_LEFT, _WIDE = 28.0, 156.0  # mm, the type area of the standard
_PITCH, _CHARACTER = 28.95 * POINT, 15.79 * POINT
_FULL = 17  # ems that a full line is wide at least: it may hold few characters that stand far apart
_FULL_LINES = 3
_OF_TITLES, _LARGEST = 17.0, 28.0  # pt
_TEXT_LINES = 6  # that make large characters a text and no title
_WIDEST = 2.2  # ems from a character to the next where a text is set wide

Shown = Literal["left", "right", "pitch", "character"]


@dataclass(frozen=True)
class Frame:
    """What the body text shows, mm; sizes in pt. Where it shows nothing, the standard's figures stand in.

    Args:
        left: where lines that are not indented begin.
        right: where full lines end.
        size: of body text, pt.
        pitch: from baseline to baseline.
        character: from a character's origin to the next.
        measured: which of them the text shows. A figure that is not among them is none that was measured.
        lines: how many lines of body text there are.
    """

    left: float
    right: float
    size: float
    pitch: float
    character: float
    measured: frozenset[Shown]
    lines: int

    @property
    def sides(self) -> bool:
        """True where both edges of the text were measured."""
        return {"left", "right"} <= self.measured

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
    size = _body_size(lines)
    if size is None:
        return Frame(_LEFT, _LEFT + _WIDE, 16.0, _PITCH, _CHARACTER, frozenset(), 0)
    body = [line for line in lines if abs(line.size - size) < 0.3]
    left: float | None = _left(body)
    assert left is not None
    em = size * POINT
    full = [line for line in body if line.left < left + 3 * em and line.right - line.left >= _FULL * em]
    right = _right(full, em)
    pitch = _pitch(body, em)
    character = _character(body, right, em) or _of_full_lines(full, em)
    shown: dict[Shown, float | None] = {
        "left": left if right is not None else None, "right": right, "pitch": pitch, "character": character,
    }  # fmt: skip
    if right is None and abs(left - _LEFT - 2 * em) < 1.5:  # all of the few lines are first lines of paragraphs
        left = _LEFT
    return Frame(
        left, right or left + _WIDE, size, pitch or _PITCH, character or _CHARACTER,
        frozenset(name for name, value in shown.items() if value is not None), len(body),
    )  # fmt: skip


def _body_size(lines: Sequence[Line]) -> float | None:
    """The size of most characters; one of titles only where lines of it follow one another as those of a text do."""
    sizes, counts = Counter[float](), Counter[float]()
    for line in lines:
        if 9 <= line.size < _LARGEST:
            sizes[line.size] += len(line.glyphs)
            counts[line.size] += 1
    small = Counter({size: n for size, n in sizes.items() if size < _OF_TITLES})
    size = sizes.most_common(1)[0][0] if sizes else None
    if size is None or size < _OF_TITLES or (small and counts[size] < _TEXT_LINES):
        return small.most_common(1)[0][0] if small else None
    return size if counts[size] >= _TEXT_LINES else None


def _left(body: Sequence[Line]) -> float:
    """The smallest left edge that more than a stray line has; opening marks may be squeezed and so begin further left."""
    begun = [line.left for line in body if ideograph(line.text[0])] or [line.left for line in body]
    places = Counter(round(left, 1) for left in begun)
    enough = max(1, round(0.02 * len(begun)))
    good = [p for p in sorted(places) if sum(places[round(p + n, 1)] for n in (0, 0.1)) > enough]
    least = good[0] if good else min(places)
    return median(left for left in begun if least - 0.06 <= left < least + 0.2)


def _right(full: Sequence[Line], em: float) -> float | None:
    """Where nine in ten full lines that end with a character (marks may be squeezed) have ended.

    None where several lines go further: then those that end with a character are last lines.
    """
    ends = sorted(end(line.glyphs[-1]) for line in full if ideograph(line.glyphs[-1].text))
    if len(full) < _FULL_LINES or not ends:
        return None
    right = ends[int(0.9 * (len(ends) - 1))]
    further = sum(line.right > right + 0.6 * em for line in full)
    return right if further <= max(1, 0.1 * len(full)) else None


def _pitch(body: Sequence[Line], em: float) -> float | None:
    """The middle of the distances between lines that follow one another."""
    steps = [
        b.baseline - a.baseline
        for a, b in pairwise(body)
        if a.page == b.page and em < b.baseline - a.baseline < 2.6 * em
    ]
    return median(steps) if steps else None


def _character(lines: Sequence[Line], right: float | None, em: float) -> float | None:
    """The distance between Chinese characters that follow one another, on lines that end before the right edge: these are not spread."""
    ragged = [line for line in lines if right is None or end(line.glyphs[-1]) < right - em]
    steps = [step for line in ragged for step in _plain_steps(line, em)]
    return median(steps) if len(steps) >= _ENOUGH else None


def _of_full_lines(full: Sequence[Line], em: float) -> float | None:
    """The least distance of characters on full lines; None unless several different lines have it: the others may be spread."""
    found = {line.text: median(steps) for line in full if (steps := list(_plain_steps(line, em)))}
    least = min(found.values(), default=0.0)
    near = [step for step in found.values() if step < 1.006 * least]
    return median(near) if len(near) >= _FULL_LINES else None


def _plain_steps(line: Line, em: float) -> Iterator[float]:
    """Distances of its characters but for those beside something that stands between them."""
    return (step for step in steps_of(line) if 0.8 * em < step < _WIDEST * em)


def steps_of(line: Line) -> Iterable[float]:
    """Distances between neighbouring Chinese characters of a line, mm."""
    return (b.x - a.x for a, b in pairwise(line.glyphs) if ideograph(a.text) and ideograph(b.text))


def all_wide(line: Line) -> bool:
    """True for a line of full-width characters alone."""
    return all(wide(g.text) for g in line.glyphs)
