"""What a result shows of a text: the places at which the words stand, with a little around them."""

from __future__ import annotations

from collections.abc import Sequence

from builder.words.grams import folded

Piece = tuple[str, bool]  # characters, and whether they are what was looked for
_BEFORE, _AFTER, _PLACES = 16, 28, 3
_OPENING = 44  # characters shown where nothing was looked for in the text
_MOST = 2000  # occurrences looked at
CUT = "…"


def marked(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The whole text in pieces; ``words`` are folded."""
    return _pieces(text, 0, len(text), _spans(folded(text), words))


def extract(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The first places of ``text`` at which words stand, each within its line, with ``…`` where something is left out.

    A place at which another word stands comes before another place of the same word. Without any, the beginning of the text.
    """
    plain = folded(text)
    spans = _spans(plain, words)
    chosen = _chosen(plain, words, spans)
    if not chosen:
        line = text.strip("\n").partition("\n")[0]
        return ((line[:_OPENING] + (CUT if len(line) > _OPENING or "\n" in text.strip("\n") else ""), False),)
    pieces: list[Piece] = []
    for start, stop in _windows(text, chosen):
        pieces += [(CUT, False)] if start > 0 and (not pieces or pieces[-1] != (CUT, False)) else []
        pieces += _pieces(text, start, stop, spans)
        pieces += [(CUT, False)] if stop < len(text) else []
    return tuple(pieces)


def _chosen(plain: str, words: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first place of each word, then further ones, so many as are shown; in order."""
    first = [(at, at + len(word)) for word in words if (at := plain.find(word)) >= 0]
    return sorted([*dict.fromkeys([*first, *spans])][:_PLACES])


def _windows(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is shown around the spans: within their lines, joined where they meet."""
    found: list[tuple[int, int]] = []
    for start, stop in spans:
        left = max(start - _BEFORE, text.rfind("\n", 0, start) + 1)
        end = text.find("\n", stop)
        right = min(stop + _AFTER, len(text) if end < 0 else end)
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(right, found[-1][1]))
        else:
            found.append((left, right))
    return found


def _spans(plain: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order; what overlaps is one."""
    found: list[tuple[int, int]] = []
    for word in words:
        at = plain.find(word)
        while at >= 0 and len(found) < _MOST:
            found.append((at, at + len(word)))
            at = plain.find(word, at + len(word))
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(found):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _pieces(text: str, start: int, stop: int, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = start
    for begin, end in spans:
        begin, end = max(begin, start), min(end, stop)
        if begin < end:
            pieces += [(text[at:begin], False), (text[begin:end], True)]
            at = end
    return tuple(piece for piece in (*pieces, (text[at:stop], False)) if piece[0])
