"""Formats of meaning that the hand changed: bold and the like on words that stayed, other styles, other formats by revision."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from builder.redline.anchoring import Anchors
from builder.redline.changes import Change
from builder.redline.matching import equal
from builder.redline.paragraphs import Bit, By, Para
from builder.words import visible

_LOOK = "格式由刊物的版式定，不带回"
_OTHER = "改了格式（字体、字号、颜色等）"
Seen = tuple[str, By | None]


def changes(pairs: Sequence[tuple[Para, Para]], anchors: Anchors) -> Iterator[Change]:
    """What differs between the looks of paragraphs before and after."""
    usual = _usual_styles(pairs)
    for old, new in pairs:
        yield from _looks(old, new, anchors)
        if old.key and new.key and new.style != usual[old.style]:
            words = f"样式由“{old.style}”改为“{new.style}”"
            yield _change(anchors, old, 0, words, new.reset, "")
        elif new.reset is not None and not old.reset:
            yield _change(anchors, old, 0, "改了段落格式", new.reset, "")


def _usual_styles(pairs: Sequence[tuple[Para, Para]]) -> dict[str, str]:
    """What each style is called in the edited file: another program may have given all of one style another name."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for old, new in pairs:
        names[old.style][new.style] += 1
    return {
        style: style if counted[style] or counted.total() == 1 else counted.most_common(1)[0][0]
        for style, counted in names.items()
    }


def _looks(old: Para, new: Para, anchors: Anchors) -> Iterator[Change]:
    """Stretches of words that stayed and look otherwise now."""
    before, after = list(_seen(old)), list(_seen(new))
    if _plain(old, new):
        return
    one, two = [char for char, _ in before], [char for char, _ in after]
    pairs = zip(range(len(one)), range(len(two)), strict=True) if one == two else equal(one, two)
    stretches: list[tuple[int, int, Seen]] = []
    for i, j in pairs:
        told = _told(before[i][1], after[j][1])
        if told is None:
            continue
        if stretches and stretches[-1][1] == i and stretches[-1][2] == told:
            stretches[-1] = (stretches[-1][0], i + 1, told)
        else:
            stretches.append((i, i + 1, told))
    for start, stop, (words, by) in stretches:
        yield _change(anchors, old, start, words, by, "".join(one[start:stop]))


def _plain(old: Para, new: Para) -> bool:
    """Whether one look goes through both paragraphs, so that no character need be asked: so it is with nearly all."""
    looks = {bit.looks for para in (old, new) for bit in para.bits if bit.gone is None and visible(bit.text)}
    return len(looks) < 2 and all(bit.reset is None for bit in new.bits)


def _seen(para: Para) -> Iterator[tuple[str, Bit]]:
    return ((char, bit) for char, bit in para.chars() if visible(char))


def _told(one: Bit, two: Bit) -> Seen | None:
    """What the format of a character became, in words, and whose doing that is."""
    words = [f"取消{look}" for look in sorted(one.looks - two.looks)] + sorted(two.looks - one.looks)
    if words:
        return "、".join(words), two.reset
    return (_OTHER, two.reset) if two.reset is not None and one.reset is None else None


def _change(anchors: Anchors, old: Para, at: int, words: str, by: By | None, text: str) -> Change:
    part = next((part for part in anchors.parts(old) if part.start <= at < part.stop), None)
    printed = anchors.printed[part.printed] if part else anchors.first(old)
    bold = words in ("加粗", "取消加粗") and printed is not None and printed.typed
    edits: tuple[tuple[int, int], ...] = ()
    if part is not None and text:
        first = at - part.start + part.first
        edits = (anchors.offsets(part.printed, first, min(first + len(text), part.stop - part.start + part.first)),)
    who = by or By("", "")
    return Change(
        "格式", printed, text, words, author=who.author, day=who.day, tracked=by is not None,
        fixed="" if bold and printed is not None and not printed.fixed else _LOOK, bold=edits,
    )  # fmt: skip
