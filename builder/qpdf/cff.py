"""CFF font programs (Adobe Technical Note 5176) of the plain kind that Typst embeds: glyphs by CID, no subroutines, one font dictionary.

Parts of one font, each with other glyphs, are made one: outlines are taken byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_CHARSET, _CHARSTRINGS, _PRIVATE, _SUBRS = b"\x0f", b"\x11", b"\x12", b"\x13"
_ROS, _FD_ARRAY, _FD_SELECT = b"\x0c\x1e", b"\x0c\x24", b"\x0c\x25"
_MOVED = (_CHARSET, _CHARSTRINGS, _FD_ARRAY, _FD_SELECT)
_ESCAPE, _REAL, _SHORT, _LONG = 12, 30, 28, 29
_HEADER = b"\x01\x00\x04\x04"
_Index = tuple[list[bytes], int]  # the items, and where the next thing begins


class Unusual(ValueError):
    """A program that is not of the plain kind, or damaged: it is left as it is."""


@dataclass(frozen=True)
class Part:
    """Some glyphs of a font: ``outlines`` by glyph; ``cids`` are their CIDs. The rest is what all its parts have in common."""

    names: bytes
    top: tuple[tuple[bytes, bytes], ...]
    strings: bytes
    font: tuple[tuple[bytes, bytes], ...]
    private: bytes
    outlines: tuple[bytes, ...]
    cids: tuple[int, ...]

    @cached_property
    def common(self) -> bytes:
        """The same for parts of the same font."""
        return hashlib.sha256(repr((self.names, self.top, self.strings, self.font, self.private)).encode()).digest()

    def advance(self, glyph: int) -> float | None:
        """None: no glyph is put together of others, so all are shown, and their widths told."""

    def drawn(self, glyph: int, place: Callable[[int], int]) -> bytes:
        """The outline of a glyph; it names no other, so there is nothing to ``place``."""
        del place
        return self.outlines[glyph]


def part(data: bytes) -> Part:
    """A font program read.

    Raises:
        Unusual: see there.
    """
    try:
        return _part(data)
    except Unusual:
        raise
    except (IndexError, KeyError, ValueError) as error:
        raise Unusual("damaged") from error


def _part(data: bytes) -> Part:
    names, at = _index(data, data[2])
    tops, strings_at = _index(data, at)
    _, at = _index(data, strings_at)
    routines, _ = _index(data, at)
    top = _dictionary(tops[0])
    if routines or len(names) != 1 or _ROS not in top:
        raise Unusual("subroutines, or glyphs by name")
    outlines, _ = _index(data, _number(top[_CHARSTRINGS]))
    fonts, _ = _index(data, _number(top[_FD_ARRAY]))
    if len(fonts) != 1:
        raise Unusual("several font dictionaries")
    font = _dictionary(fonts[0])
    size, offset = _numbers(font[_PRIVATE])
    private = data[offset : offset + size]
    if _SUBRS in _dictionary(private) or len(private) != size:
        raise Unusual("subroutines")
    cids = tuple(_charset(data, _number(top[_CHARSET]), len(outlines)))
    kept = tuple((key, value) for key, value in top.items() if key not in _MOVED)
    own = tuple((key, value) for key, value in font.items() if key != _PRIVATE)
    return Part(names[0], kept, data[strings_at:at], own, private, tuple(outlines), cids)


def whole(like: Part, outlines: Sequence[bytes]) -> bytes:
    """A font program with these glyphs, whose CIDs are their numbers; all else as in ``like``.

    Raises:
        ValueError: more glyphs than CIDs, or no glyph.
    """
    count = len(outlines)
    if not 0 < count <= 0xFFFF:
        raise ValueError(f"{count} glyphs")
    names = _indexed([like.names])
    # All numbers that are places have five bytes, so the length of what holds them is known before they are.
    length = len(_indexed([_top(like, dict.fromkeys(_MOVED, 0))]))
    at = len(_HEADER) + len(names) + length + len(like.strings) + len(_indexed([]))
    charset = b"\x02\x00\x01" + (count - 2).to_bytes(2, "big") if count > 1 else b"\x00"
    select = b"\x03\x00\x01\x00\x00\x00" + count.to_bytes(2, "big")
    drawn = _indexed(outlines)
    places, parts = {}, []
    for key, part_ in ((_CHARSET, charset), (_FD_SELECT, select), (_CHARSTRINGS, drawn)):
        places[key] = at
        parts.append(part_)
        at += len(part_)
    places[_FD_ARRAY] = at
    at += len(_font(like, 0))
    head = _HEADER + names + _indexed([_top(like, places)]) + like.strings + _indexed([])
    return head + b"".join(parts) + _font(like, at) + like.private


def _top(like: Part, places: Mapping[bytes, int]) -> bytes:
    return b"".join(value + key for key, value in like.top) + b"".join(
        _long(place) + key for key, place in places.items()
    )


def _font(like: Part, private: int) -> bytes:
    """The array of the one font dictionary, whose private one stands at ``private``."""
    plain = b"".join(value + key for key, value in like.font)
    return _indexed([plain + _long(len(like.private)) + _long(private) + _PRIVATE])


def _long(number: int) -> bytes:
    return bytes([_LONG]) + number.to_bytes(4, "big", signed=True)


def _indexed(items: Sequence[bytes]) -> bytes:
    if not items:
        return b"\x00\x00"
    ends, at = [1], 1
    for item in items:
        at += len(item)
        ends.append(at)
    size = (at.bit_length() + 7) // 8
    return (
        len(items).to_bytes(2, "big")
        + bytes([size])
        + b"".join(e.to_bytes(size, "big") for e in ends)
        + b"".join(items)
    )


def _index(data: bytes, at: int) -> _Index:
    count = int.from_bytes(data[at : at + 2], "big")
    if not count:
        return [], at + 2
    size, first = data[at + 2], at + 3
    ends = [int.from_bytes(data[first + n * size : first + (n + 1) * size], "big") for n in range(count + 1)]
    base = first + (count + 1) * size - 1
    if ends != sorted(ends) or base + ends[-1] > len(data) or not 1 <= size <= 4:
        raise Unusual("damaged")
    return [data[base + a : base + b] for a, b in pairwise(ends)], base + ends[-1]


def _dictionary(data: bytes) -> dict[bytes, bytes]:
    """Operator → its operands as they stand."""
    found, start, at = {}, 0, 0
    while at < len(data):
        byte = data[at]
        if byte <= 21:
            end = at + (2 if byte == _ESCAPE else 1)
            found[data[at:end]] = data[start:at]
            start = at = end
        else:
            at = _behind(data, at)
    return found


def _behind(data: bytes, at: int) -> int:
    """Where the operand at ``at`` ends."""
    byte = data[at]
    if byte == _REAL:
        at += 1
        while data[at] & 0x0F != 0x0F and data[at] >> 4 != 0x0F:
            at += 1
        return at + 1
    if byte in (_SHORT, _LONG):
        return at + (3 if byte == _SHORT else 5)
    return at + (1 if byte <= 246 else 2)


def _numbers(operands: bytes) -> list[int]:
    found, at = [], 0
    while at < len(operands):
        end = _behind(operands, at)
        byte, rest = operands[at], operands[at + 1 : end]
        if byte == _REAL:
            raise Unusual("a place that is no whole number")
        if byte in (_SHORT, _LONG):
            found.append(int.from_bytes(rest, "big", signed=True))
        elif byte <= 246:
            found.append(byte - 139)
        else:
            found.append((byte - 247) * 256 + rest[0] + 108 if byte <= 250 else -(byte - 251) * 256 - rest[0] - 108)
        at = end
    return found


def _number(operands: bytes) -> int:
    (number,) = _numbers(operands) or [0]
    return number


def _charset(data: bytes, at: int, count: int) -> Iterator[int]:
    """The CID of every glyph."""
    yield 0
    kind, done = data[at], 1
    at += 1
    if kind not in (0, 1, 2):
        raise Unusual("damaged")
    while done < count:
        first = int.from_bytes(data[at : at + 2], "big")
        more = int.from_bytes(data[at + 2 : at + 2 + kind], "big")
        yield from range(first, first + min(more + 1, count - done))
        done += more + 1
        at += 2 + kind
        if at > len(data):
            raise Unusual("damaged")
