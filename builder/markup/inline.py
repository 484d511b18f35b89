"""Inside one line: bold in pairs, runs of spaces, spaces that go, leading marks of a level."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builder.errors import Place
from builder.markup import pasted
from builder.markup.account import SPACE, Mark
from builder.model import Span

# A heading without 。 above this length is a numbered paragraph of text, not a heading.
LONGEST_HEADING = 40
# A line of level 1, 3 or 4 that is one sentence with its 。 is text above this length, a heading up to it.
LONGEST_SENTENCE_HEADING = 25
SPACES = "空格"

_LEVELS = (
    # Not 一、二季度 or 三、四级: numerals on both sides of 、 that count something are text.
    (1, re.compile(r"[一二三四五六七八九十百零〇]+、(?![一二三四五六七八九十]+(?:季度|产业|[级类线期批号月楼轮等]))")),
    (2, re.compile(r"（[一二三四五六七八九十百零〇]+）")),
    (3, re.compile(r"[0-9０-９]+[.．](?![0-9０-９])")),
    (4, re.compile(r"（[0-9０-９]+）")),
)
_BOLD = re.compile(r"\*\*(?=[^\s*])(.+?)\*\*")
_RUN = re.compile(r"[ \t]{2,}|\t")
_LATIN = re.compile(r"[!-~]")
_STOP = re.compile(r"。[”’）》」』】〕]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one source line: its text, and the line and column (from 1) of its first character."""

    text: str
    line: int
    column: int

    def cut(self, start: int, end: int | None = None) -> Piece:
        """The part from ``start`` to ``end``."""
        return Piece(self.text[start:end], self.line, self.column + start)

    def trim(self) -> Piece:
        """Without white space at both ends."""
        kept = self.text.lstrip(SPACE)
        return Piece(kept.rstrip(SPACE), self.line, self.column + len(self.text) - len(kept))


def spans(piece: Piece, file: str, marks: list[Mark]) -> tuple[Span, ...]:
    """The spans of a piece. ``**`` in pairs and the spaces that go (``pasted.gaps``) are added to ``marks``."""
    found: list[Span] = []
    for part, bold in _without_gaps(_weights(piece, file, marks), file, marks):
        found += _runs(part, bold, file)
    return tuple(found)


def _weights(piece: Piece, file: str, marks: list[Mark]) -> list[tuple[Piece, bool]]:
    """The piece in parts of one weight, (part, bold); ``**`` that is unpaired or empty is text."""
    found: list[tuple[Piece, bool]] = []
    position = 0
    for match in _BOLD.finditer(piece.text) if "**" in piece.text else ():
        found.append((piece.cut(position, match.start()), False))
        found.append((piece.cut(match.start(1), match.end(1)), True))
        for start in (match.start(), match.end(1)):
            marks.append(Mark("**", "加粗", Place(file, piece.line, piece.column + start)))
        position = match.end()
    return [*found, (piece.cut(position), False)]


def _without_gaps(parts: list[tuple[Piece, bool]], file: str, marks: list[Mark]) -> list[tuple[Piece, bool]]:
    """The parts cut at spaces that go; what stands beside a space is looked for across a change of weight."""
    gaps = pasted.gaps("".join(part.text for part, _ in parts))
    if not gaps:
        return parts
    found: list[tuple[Piece, bool]] = []
    offset, next_gap = 0, 0
    for part, bold in parts:
        start, end = 0, len(part.text)
        while next_gap < len(gaps) and gaps[next_gap][0] < offset + end:
            first, last = (max(0, min(edge - offset, end)) for edge in gaps[next_gap])
            found.append((part.cut(start, first), bold))
            gap = part.cut(first, last)
            marks.append(Mark(gap.text, SPACES, Place(file, gap.line, gap.column)))
            start = last
            if gaps[next_gap][1] > offset + end:  # the run of spaces goes on in the next part
                break
            next_gap += 1
        found.append((part.cut(start), bold))
        offset += end
    return found


def _runs(piece: Piece, bold: bool, file: str) -> list[Span]:
    """One span, or several where a run of spaces becomes one: a span's characters stand side by side in the source."""
    found: list[Span] = []
    position = 0
    for match in _RUN.finditer(piece.text):
        text = piece.text[position : match.start()] + " "
        found.append(Span(text, bold, Place(file, piece.line, piece.column + position)))
        if position == match.start():  # nothing before the run: the span is the space itself
            found[-1] = Span(" ", bold, Place(file, piece.line, piece.column + match.start()))
        position = match.end()
    if piece.text[position:]:
        found.append(Span(piece.text[position:], bold, Place(file, piece.line, piece.column + position)))
    return found


def joint(before: tuple[Span, ...], after: tuple[Span, ...]) -> tuple[Span, ...]:
    """What stands for a line end: a space between Latin words, between Chinese characters nothing."""
    if not before or not after or not (_LATIN.match(before[-1].text[-1]) and _LATIN.match(after[0].text)):
        return ()
    return (Span(" ", False, before[-1].place_of(len(before[-1].text))),)


def level(text: str) -> int:
    """The level that the text's first characters mark (GB/T 9704-2012, 7.3.3), 0 for none."""
    return next((number for number, pattern in _LEVELS if pattern.match(text)), 0)


def head(text: str, number: int, named: bool) -> int:
    """How many characters of a paragraph of level ``number`` are heading; ``named`` when it was typed with ``#``."""
    if number == 0:
        return 0
    stop = _STOP.search(text)
    if stop and stop.end() < len(text):
        return stop.end()
    longest = LONGEST_SENTENCE_HEADING if stop else LONGEST_HEADING
    return 0 if number != 2 and not named and len(text) > longest else len(text)
