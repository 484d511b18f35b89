"""Lines of body text, broken as Word breaks the DOCX and Typst the PDF; and what LibreOffice does otherwise, by name.

The sets below stand in every DOCX as its own (``w:noLineBreaksBefore``, ``w:noLineBreaksAfter``; docs/layout.md, line
breaking), and `templates/layout/text.typ` keeps the same rules. Widths are in characters: 1 is the pitch of a full-width one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from functools import cache
from itertools import pairwise

from builder.words.lines import char_width

# Word's sets for Simplified Chinese, and — before which no line breaks; 第 and the digits after which none does.
NO_LINE_START = "!%),.:;?]}¢°·ˇˉ―—‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
NO_LINE_END = "$([{£¥‘“〈《「『【〔〖〝﹙﹛﹝＄（［｛￡￥第0123456789"

_EPSILON = 1e-6
_START, _END = frozenset(NO_LINE_START), frozenset(NO_LINE_END)
_DIGITS = frozenset("0123456789")
_NEUTRAL = frozenset("—·℃ ")
_DASHES = frozenset("—～－–")


class Rule(StrEnum):
    """What LibreOffice 7.4 does otherwise; the value is its name in reports.

    ``LIBREOFFICE`` are those that hold when ``builder.soffice`` has put its import right. The others hold where it opens the
    DOCX by itself and passes over the sets that stand in it.
    """

    LINE_END = "行末字不减字距"
    RUN_END = "换字体、字色处末字不减字距"
    CLOSING_LATIN = "标点与其后的数字、字母不分行"
    LATIN_OPENING = "数字、字母与其后的前括号、前引号不分行"
    LATIN_DASH = "西文之间的破折号、浪纹线前后可分行"
    SLASH = "网址在斜线后可分行"
    ORDINAL = "“第”与数字可分行"
    DIGIT_UNIT = "数字与单位可分行"
    DASH_SPLIT = "破折号可分在两行"


LIBREOFFICE = frozenset(Rule) - {Rule.DIGIT_UNIT, Rule.DASH_SPLIT}


def broken(
    text: str,
    columns: float,
    first_indent: float = 0.0,
    widths: Sequence[float] | None = None,
    rules: Collection[Rule] = (),
    tracking: float = 0.0,
    seams: Collection[int] = (),
) -> list[str]:
    """The lines of one paragraph, filled one after the other; they join to ``text``.

    Args:
        text: the paragraph as printed, without joiners.
        columns: the width of a line, in characters.
        first_indent: what the first line is shorter (negative: longer).
        widths: of each character of ``text``, its share of the pitch in it; by default one or a half.
        rules: what LibreOffice does otherwise; none for Word's lines and the PDF's.
        tracking: what each width lacks of the font's advance (16 pt at a pitch of 15.75: 0.25 / 15.75).
        seams: offsets in ``text`` where a run of another look begins.
    """
    if widths is None:
        widths = [char_width(c) for c in text]
    whole = _whole(text, tracking)
    for seam in seams if Rule.RUN_END in rules else ():
        if seam:
            whole[seam - 1] = tracking
    at_end = tracking if Rule.LINE_END in rules else 0.0
    lines: list[str] = []
    start, room = 0, columns - first_indent
    while start < len(text):
        stop = _fill(text, start, room, widths, whole, at_end, rules)
        lines.append(text[start:stop])
        start, room = stop, columns
    return lines or [""]


def _fill(
    text: str,
    start: int,
    room: float,
    widths: Sequence[float],
    whole: Sequence[float],
    at_end: float,
    rules: Collection[Rule],
) -> int:
    """The end of the line that begins at ``start``: the last place to break within ``room``, else the first one beyond it."""
    taken = 0.0
    for n in range(start, len(text)):
        kept = whole[n]
        if taken + widths[n] + max(kept, at_end) > room + _EPSILON and not text[n].isspace():
            break
        taken += widths[n] + kept
    else:
        return len(text)
    within = (place for place in range(n, start, -1) if _may_break(text, place, rules))
    beyond = (place for place in range(n + 1, len(text)) if _may_break(text, place, rules))
    return next(within, None) or next(beyond, len(text))


_CLOSING = frozenset("，、。》〉」』】〗〕）］｝”’．")  # Unicode's CL and QU; not ：；？！
_OPENING = frozenset("《〈「『【〖〔（［｛“‘")


def _may_break(text: str, at: int, rules: Collection[Rule]) -> bool:
    before, after = text[at - 1], text[at]
    if after.isspace():
        return False
    special = _libreoffice(text, at, rules) if rules else None
    if special is not None:
        return special
    if after in _START or before in _END:
        return False
    if before.isspace():
        return True
    if _latin(before) and _latin(after):
        return before == "-" and at > 1 and _latin(text[at - 2]) and after.isalnum()
    if before in "'\"" or after in "'\"-/":
        return False
    return not (before in "·" and at > 1 and _latin(text[at - 2]) and _latin(after))


def _libreoffice(text: str, at: int, rules: Collection[Rule]) -> bool | None:
    """What LibreOffice's rules say of a place; None where they say nothing."""
    before, after = text[at - 1], text[at]
    earlier = text[at - 2] if at > 1 else ""
    if Rule.LATIN_DASH in rules and (
        (after in _DASHES and _latin(before) and at + 1 < len(text) and _latin(text[at + 1]))
        or (before in _DASHES and _latin(after) and earlier and _latin(earlier))
    ):
        return True
    if Rule.SLASH in rules and before == "/" and after.isalpha() and _latin(after) and _slash_near(text, at - 1):
        return True
    if Rule.DIGIT_UNIT in rules and before in _DIGITS and not _latin(after) and after not in _START:
        return True
    if Rule.DASH_SPLIT in rules and after == "—" and before not in _END:
        return True
    if Rule.ORDINAL in rules and before == "第" and after in _DIGITS:
        return True
    if Rule.CLOSING_LATIN in rules and before in _CLOSING and _latin(after) and after.isalnum():
        return False
    if Rule.LATIN_OPENING in rules and after in _OPENING and _latin(before) and before.isalnum():
        return False
    return None


def _slash_near(text: str, end: int) -> bool:
    """Whether another slash stands before ``end``; only so far back as an address may be long, so that time stays linear."""
    return text.rfind("/", max(0, end - 2000), end) >= 0


@cache
def _latin(char: str) -> bool:
    """True for what stands in words of letters and digits: not Han, no full-width mark."""
    if "!" <= char <= "~":
        return True
    return unicodedata.category(char)[0] in "LN" and unicodedata.east_asian_width(char) in ("Na", "N", "H")


def _whole(text: str, tracking: float) -> list[float]:
    """What each character adds to its width: the last of a row of Latin or of Han keeps the tracking that others lose."""
    flags: list[bool] = []
    for n, c in enumerate(text):
        flags.append(flags[-1] if c in _NEUTRAL and n else _latin(c))
    return [tracking if a != b else 0.0 for a, b in pairwise(flags)] + [0.0]


def measured(text: str, advance: Callable[[str], float], size: float, pitch: float) -> list[float]:
    """``broken``'s widths of a text in one face.

    ``advance`` gives the advance (em) of what is not full-width; ``size`` and ``pitch`` are in pt.
    """
    return [(advance(c) * size + pitch - size) / pitch if _latin(c) or c in " ℃" else 1.0 for c in text]
