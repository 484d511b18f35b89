"""Paragraphs and tables of two Word files held against each other: the same, changed, come, gone, parted, joined, moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from builder.redline.matching import Pair, equal, gaps, grams, likeness, rising, similar
from builder.redline.paragraphs import Grid, Para, Row

T = TypeVar("T")
Block = Para | Grid
_ALIKE = 0.45  # of two paragraphs in the same gap that are one, changed
_ROW_ALIKE = 0.5
_ONLY_ONE = 0.15  # of the only paragraph that changed in its place
_MOVED = 0.8  # of a paragraph that stands elsewhere
_PART = 0.75  # of what a parted paragraph must have of the whole
_SHORT = 8  # characters; so short a paragraph in its place is the same one, whatever it says


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """What stood in the one file and what stands for it in the other, in order of the latter.

    No ``old``: it came. No ``new``: it is gone. Several ``new``: parted; several ``old``: joined. ``moved``: its place is another.
    """

    old: tuple[T, ...]
    new: tuple[T, ...]
    moved: bool = False


def blocks(one: Sequence[Block], two: Sequence[Block]) -> list[Match[Block]]:
    """The paragraphs (those that show something) and tables of two files."""
    old, new = [b for b in one if _shows(b)], [b for b in two if _shows(b)]
    pairs = equal([_key(b) for b in old], [_key(b) for b in new])
    pairs = sorted([*pairs, *_gaps(old, new, pairs)])
    groups = {i: ([i], [j]) for i, j in pairs}
    _part(old, new, groups)
    moves = dict(_moves(old, new, groups))
    return list(_ordered(old, new, groups, moves))


def rows(one: Grid, two: Grid) -> list[Match[Row]]:
    """The rows of two tables that are one."""
    old, new = one.rows, two.rows
    left, right = [row.key for row in old], [row.key for row in new]
    pairs = equal(left, right)
    for a, b, c, d in gaps(pairs, len(old), len(new)):
        alike = list(similar(left[a:b], right[c:d], _ROW_ALIKE))
        if not alike and b - a == d - c == 1:
            alike = [(0, 0, 1.0)]
        pairs += [(a + i, c + j) for i, j in rising(alike)]
    groups = {i: ([i], [j]) for i, j in sorted(pairs)}
    return list(_ordered(old, new, groups, {}))


def _shows(block: Block) -> bool:
    return isinstance(block, Grid) or bool(block.key or block.pictures)


def _kind(block: Block) -> str:
    return "表" if isinstance(block, Grid) else "段" if block.key else "图"


def _key(block: Block) -> tuple[object, ...]:
    """What makes two the same; a paragraph put in by a revision is not what stands in its order: that was there before."""
    if isinstance(block, Grid):
        return ("表", block.key)
    return ("移" if block.is_put else _kind(block), block.key or block.pictures)


def _gaps(old: Sequence[Block], new: Sequence[Block], pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Pairs of what changed in its place."""
    for a, b, c, d in gaps(pairs, len(old), len(new)):
        left, right = old[a:b], new[c:d]
        alike = [
            each
            for each in similar([x.key for x in left], [x.key for x in right], _ALIKE)
            if _kind(left[each[0]]) == _kind(right[each[1]])
        ]
        chosen = rising(alike)
        yield from ((a + i, c + j) for i, j in chosen)
        for e, f, g, h in gaps(chosen, len(left), len(right)):
            if f - e == h - g and all(_in_place(left[e + n], right[g + n], f - e == 1) for n in range(f - e)):
                yield from ((a + e + n, c + g + n) for n in range(f - e))


def _in_place(one: Block, two: Block, alone: bool) -> bool:
    """Whether two that nothing else stands for are one: pictures, short texts, and what still has something of it."""
    if _kind(one) != _kind(two):
        return False
    short = max(len(one.key), len(two.key)) <= _SHORT
    return short or (alone and likeness(grams(one.key), grams(two.key)) >= _ONLY_ONE)


Groups = dict[int, tuple[list[int], list[int]]]


def _part(old: Sequence[Block], new: Sequence[Block], groups: Groups) -> None:
    """Paragraphs that were parted or joined: what came or went beside a changed one, and is a part of it."""
    taken_old = {i for olds, _ in groups.values() for i in olds}
    taken_new = {j for _, news in groups.values() for j in news}
    for olds, news in list(groups.values()):
        if old[olds[0]].key == new[news[0]].key:
            continue
        _absorb(olds, news, old, new, taken_new)
        if len(news) == 1:
            _absorb(news, olds, new, old, taken_old)


def _absorb(whole: list[int], parts: list[int], one: Sequence[Block], two: Sequence[Block], taken: set[int]) -> None:
    """Takes the free neighbours of ``parts`` that are parts of ``whole``."""
    if _kind(one[whole[0]]) != "段":
        return
    left = grams(one[whole[0]].key) - grams(two[parts[0]].key)
    for step in (1, -1):
        at = parts[-1 if step == 1 else 0] + step
        while 0 <= at < len(two) and at not in taken and _kind(two[at]) == "段":
            own = grams(two[at].key)
            shared = (own & left).total()
            if shared < _PART * own.total() or len(two[at].key) < 2:
                break
            parts.insert(len(parts) if step == 1 else 0, at)
            taken.add(at)
            left.subtract(own)
            at += step


def _moves(old: Sequence[Block], new: Sequence[Block], groups: Groups) -> Iterator[Pair]:
    """Of what is gone and what came, those that are the same: (new, old)."""
    taken_old = {i for olds, _ in groups.values() for i in olds}
    taken_new = {j for _, news in groups.values() for j in news}
    free_old = [i for i in range(len(old)) if i not in taken_old]
    free_new = [j for j in range(len(new)) if j not in taken_new]
    alike = similar([old[i].key for i in free_old], [new[j].key for j in free_new], _MOVED)
    for i, j, _ in sorted(alike, key=lambda each: -each[2]):
        one, two = free_old[i], free_new[j]
        if one not in taken_old and two not in taken_new and _kind(old[one]) == _kind(new[two]):
            taken_old.add(one)
            taken_new.add(two)
            yield two, one


def _ordered(old: Sequence[T], new: Sequence[T], groups: Groups, moves: dict[int, int]) -> Iterator[Match[T]]:
    """All matches in the order of the new file; what is gone stands where it stood."""
    first = {news[0]: (olds, news) for olds, news in groups.values()}
    inner = {j for _, news in groups.values() for j in news[1:]}
    known = {i for olds, _ in groups.values() for i in olds} | set(moves.values())
    told = 0
    for j in range(len(new)):
        if j in inner:
            continue
        if j in first:
            olds, news = first[j]
            yield from (Match((old[i],), ()) for i in range(told, olds[0]) if i not in known)
            told = olds[-1] + 1
            yield Match(tuple(old[i] for i in olds), tuple(new[n] for n in news))
        elif j in moves:
            yield Match((old[moves[j]],), (new[j],), moved=True)
        else:
            yield Match((), (new[j],))
    yield from (Match((old[i],), ()) for i in range(told, len(old)) if i not in known)
