"""What comes along when text is pasted: soft line ends, look-alike marks, bullets, spaces between Chinese and figures.

Every repair keeps the columns: a mark is replaced by as many characters as it had, a space or a bullet that goes is named
markup (:mod:`builder.markup.account`), a soft line end parts two paragraphs that stand on one line of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BREAKS = "\x0b\u2028\u2029"
"""Soft line ends: Word's Shift+Enter, and the line and paragraph separators of web pages."""

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DIGIT = "0-9０-９"
_WORD = f"{_DIGIT}A-Za-zＡ-Ｚａ-ｚ"

_BREAK = re.compile(f"[{BREAKS}]")
_GAP = re.compile(f"(?<=[{HAN}]) +(?=[{_WORD}]|[-+±−¥￥$€][{_DIGIT}])|(?<=[{_WORD}%％‰℃]) +(?=[{HAN}])")
_BULLETS = "●◆■►▶•▪◼◾➢➤❖‣"  # not ○ and ★, which stand for something
_BULLET = re.compile(
    f"[{_BULLETS}](?=[ \t\u3000]*[^ \t\u3000{_BULLETS}])[ \t\u3000]*|[·・‧∙–－−‐‑][ \t\u3000]+(?=[^ \t\u3000])"
)

_DOTS = "\u2022\u2027\u2219\u22c5\u30fb\uff65"
_LONG = "\u2012\u2013\u2015\uff0d"  # where a range is meant, it is a dash
_SHORT = "\u2010\u2011\u2043\u2212\ufe63"  # between figures a hyphen
_STRANGE = re.compile(f"[{_DOTS}]|[—{_LONG}{_SHORT}]+|--+")
_LEVEL = re.compile(r"([ \t\u3000]*)([0-9０-９]+[.．](?![0-9０-９])|（[0-9０-９]+）)")
_NARROW = str.maketrans("０１２３４５６７８９．", "0123456789.")
_NUMBER = re.compile(f"[{_DIGIT}]")
_LETTER = re.compile(f"[{_WORD}]")
_CHINESE = re.compile(f"[{HAN}\u2018-\u201d\u3001-\u3020\uff01-\uff0c\uff1a-\uff1f]")
_COUNTED = frozenset("年月日号时点分秒周天岁元角万亿千百十个人件项条次度届章节款米里亩吨级层%％‰℃")
_EDGES = ("", "|", "\t", ",", '"')  # of a cell
_H = f"[{_LONG}{_SHORT}]"
_IDENTIFIER = re.compile(
    rf"(?<![0-9])(?:0[0-9]{{2,3}}{_H}[0-9]{{7,8}}|[0-9]{{4}}{_H}[0-9]{{1,2}}{_H}[0-9]{{1,2}})(?![0-9])"
)
_REACH = 12  # characters on each side of a hyphen in which a telephone number or a date may lie


def split(line: str) -> Iterator[tuple[str, int]]:
    """The paragraphs on one line of a file, each with its first column (from 1), parted at soft line ends."""
    start = 0
    for match in _BREAK.finditer(line):
        yield line[start : match.start()], start + 1
        start = match.end()
    yield line[start:], start + 1


def gaps(text: str) -> list[tuple[int, int]]:
    """The runs of plain spaces, as (start, end), between a Chinese character and a Latin letter or a figure.

    Signs before a figure and a per cent mark after it count as the figure. Spaces beside punctuation, between Latin
    words, between Chinese characters, and U+3000 stay.
    """
    return [match.span() for match in _GAP.finditer(text)] if " " in text else []


def tight(text: str) -> str:
    """The text without its ``gaps``."""
    return _GAP.sub("", text) if " " in text else text


def bullet(text: str) -> int:
    """How many characters of a bullet and its blanks the text begins with; 0 where it begins with none."""
    match = _BULLET.match(text)
    return match.end() if match else 0


def standard(text: str) -> tuple[str, dict[int, str]]:
    """One paragraph or cell with its look-alike marks in standard form, as long as before.

    Returns:
        The text, and what changed: position (from 0) → ``"－→—"``.
    """
    changes: dict[int, str] = {}

    def put(match: re.Match[str], start: int, old: str, new: str) -> str:
        if new != old:
            changes[match.start() + start] = f"{old}→{new}"
        return new

    level = _LEVEL.match(text)
    if level:
        text = level[1] + put(level, len(level[1]), level[2], level[2].translate(_NARROW)) + text[level.end() :]
    if _STRANGE.search(text):
        text = _STRANGE.sub(lambda match: put(match, 0, match[0], _standard(match)), text)
    return text, changes


def _standard(match: re.Match[str]) -> str:
    """The right characters for a run of look-alikes, from what stands on both sides."""
    run, text = match[0], match.string
    before = text[max(0, match.start() - _REACH) : match.start()].rstrip(" \u3000")[-1:]
    after = text[match.end() : match.end() + _REACH].lstrip(" \u3000")[:1]
    if run in _DOTS:
        return "·" if _NUMBER.match(before) and _NUMBER.match(after) else run
    if run == "--":
        return "——" if _CHINESE.match(before) and _CHINESE.match(after) else run
    if run[0] == "-" or len(run) > 2:  # a rule
        return run
    if len(run) == 2 or run == "—":
        return "—" * len(run)
    if not before and bullet(text[match.start() : match.start() + _REACH]):
        return run
    return _single(run, before, after, match)


def _single(mark: str, before: str, after: str, match: re.Match[str]) -> str:
    """A dash between what it joins and where it stands alone; a hyphen in numbers and Latin words; a minus."""
    if before in _EDGES and after in _EDGES:
        return "—"
    if _NUMBER.match(after) and not _LETTER.match(before) and before not in _COUNTED:
        return "-"
    if _NUMBER.match(before) and _NUMBER.match(after):
        return "-" if mark in _SHORT or _identifies(match) else "—"
    if _LETTER.match(before) and _LETTER.match(after):
        return "-"
    joined = mark in _LONG or _CHINESE.match(before) or _CHINESE.match(after)
    return "—" if joined else "-"


def _identifies(match: re.Match[str]) -> bool:
    """Whether the hyphen is one of a telephone number or of a date in figures."""
    start = max(0, match.start() - _REACH)
    near = match.string[start : match.end() + _REACH]
    return any(m.start() <= match.start() - start < m.end() for m in _IDENTIFIER.finditer(near))
