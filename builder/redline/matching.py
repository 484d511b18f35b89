"""Two sequences held against each other: equal elements first, then similar texts in the gaps, in time near their length.

Equal ones: what begins and ends alike, then elements that each side has once, in the longest order that both keep (as the
"patience" comparison of program texts does), then the same inside the gaps. Only small gaps are compared each with each.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

_SMALL = 4_000  # pairs that are compared each with each
_COMMON = 12  # texts that may share a pair of characters and still be found by it
Pair = tuple[int, int]


def equal(one: Sequence[Hashable], two: Sequence[Hashable]) -> list[Pair]:
    """Pairs of indexes of equal elements, rising on both sides."""
    found: list[Pair] = []
    todo = [(0, len(one), 0, len(two))]
    while todo:
        a, b, c, d = todo.pop()
        while a < b and c < d and one[a] == two[c]:
            found.append((a, c))
            a, c = a + 1, c + 1
        while a < b and c < d and one[b - 1] == two[d - 1]:
            b, d = b - 1, d - 1
            found.append((b, d))
        if a == b or c == d:
            continue
        anchors = _anchors(one[a:b], two[c:d])
        if not anchors and (b - a) * (d - c) <= _SMALL:
            found += _each(one, two, a, b, c, d)
            continue
        anchors = [(a + i, c + j) for i, j in anchors or _anchors(_counted(one[a:b]), _counted(two[c:d]))]
        if not anchors:
            continue
        for i, j in [*anchors, (b, d)]:
            todo.append((a, i, c, j))
            a, c = i + 1, j + 1
        found += anchors
    return sorted(found)


def _each(one: Sequence[Hashable], two: Sequence[Hashable], a: int, b: int, c: int, d: int) -> list[Pair]:
    matcher = difflib.SequenceMatcher(None, one[a:b], two[c:d], autojunk=False)
    return [(a + m.a + n, c + m.b + n) for m in matcher.get_matching_blocks() for n in range(m.size)]


def _anchors(one: Sequence[Hashable], two: Sequence[Hashable]) -> list[Pair]:
    """Pairs of elements that each side has once, as many as stand in the same order on both."""
    left, right = Counter(one), Counter(two)
    at = {each: j for j, each in enumerate(two) if right[each] == 1}
    return rising([(i, at[each], 1.0) for i, each in enumerate(one) if left[each] == 1 and each in at])


def _counted(elements: Sequence[Hashable]) -> list[Hashable]:
    """Each element with how often it has come: the first of one side is taken for the first of the other."""
    seen: Counter[Hashable] = Counter()
    found: list[Hashable] = []
    for each in elements:
        seen[each] += 1
        found.append((each, seen[each]))
    return found


def rising(pairs: Sequence[tuple[int, int, float]]) -> list[Pair]:
    """Of (i, j, weight) those of the greatest weight together that rise on both sides; the pairs are sorted by i.

    The best sums are kept by their last j, so each pair costs the logarithm of their number.
    """
    ends: list[int] = []  # rising j …
    sums: list[float] = []  # … with rising sums
    last: list[int] = []  # … and the number of the pair that ends there
    before: list[int] = [-1] * len(pairs)
    waiting: list[tuple[int, float, int]] = []  # of one i: entered together, so that no two of them follow each other

    def enter() -> None:
        for j, total, number in waiting:
            at = bisect_left(ends, j)
            if at and sums[at - 1] >= total:
                continue
            stop = at
            while stop < len(ends) and sums[stop] <= total:
                stop += 1
            if at < len(ends) and ends[at] == j and stop == at:
                continue
            ends[at:stop], sums[at:stop], last[at:stop] = [j], [total], [number]
        waiting.clear()

    now = -1
    for number, (i, j, weight) in enumerate(pairs):
        if i != now:
            enter()
            now = i
        at = bisect_left(ends, j)
        before[number] = last[at - 1] if at else -1
        waiting.append((j, weight + (sums[at - 1] if at else 0.0), number))
    enter()
    found: list[Pair] = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number][:2])
        number = before[number]
    return found[::-1]


def gaps(pairs: Sequence[Pair], long: int, wide: int) -> Iterator[tuple[int, int, int, int]]:
    """The gaps between pairs where both sides have something: from and to on the one and on the other."""
    a = c = 0
    for i, j in [*pairs, (long, wide)]:
        if a < i and c < j:
            yield a, i, c, j
        a, c = i + 1, j + 1


def grams(text: str) -> Counter[str]:
    """The pairs of neighbouring characters of a text; of a single character itself."""
    return Counter(text[n : n + 2] for n in range(max(1, len(text) - 1)))


def likeness(one: Counter[str], two: Counter[str]) -> float:
    """From 0 (nothing in common) to 1 (the same pairs of characters)."""
    return 2 * _shared(one, two) / (one.total() + two.total())


def _shared(one: Counter[str], two: Counter[str]) -> int:
    if len(one) > len(two):
        one, two = two, one
    return sum(min(count, two[gram]) for gram, count in one.items() if gram in two)


def similar(one: Sequence[str], two: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """(i, j, likeness) of texts that are at least so alike, sorted by i; among many, those that share rare characters.

    Of a text that looks like many others only the best few are given.
    """
    left, right = [grams(text) for text in one], [grams(text) for text in two]
    sizes = [each.total() for each in right]
    where: dict[str, list[int]] = defaultdict(list)
    if len(one) * len(two) > _SMALL:
        for j, each in enumerate(right):
            for gram in each:
                where[gram].append(j)
    for i, each in enumerate(left):
        candidates = _candidates(each, where) if where else range(len(two))
        size = each.total()
        alike = ((j, 2 * _shared(each, right[j]) / (size + sizes[j])) for j in candidates)
        found = [(i, j, share) for j, share in alike if share >= least]
        yield from sorted(found)


def _candidates(text: Counter[str], where: dict[str, list[int]]) -> list[int]:
    votes = Counter(j for gram in text if len(where[gram]) <= _COMMON for j in where[gram])
    return [j for j, _ in votes.most_common(_COMMON)]
