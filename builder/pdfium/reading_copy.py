"""A PDF as it is read for its text alone: the same bytes at the same places, but for what costs time and tells nothing.

pdfium works out each colour profile anew for every file, and draws the outline of every character that it meets to know its
box. So plain colours stand here in place of profiles, and in place of a font's outlines those of a font whose characters all
are boxes as high and wide as their size. Codes, what characters they stand for, widths and places are the file's own. It
holds for files as Typst writes them; others are read as they are, or in part.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

_PROFILED = re.compile(rb"\[/ICCBased \d+ \d+ R\]")
_OUTLINES = re.compile(rb"<</Length (\d+)/Filter/FlateDecode/Subtype/CIDFontType0C>>\nstream\n")
_GLYPHS = 4096  # more than an issue has characters; beyond them pdfium makes boxes itself
_EM = 1000
_DEPTH = -120  # of a box below the baseline


def for_text(pdf: bytes) -> bytes:
    """The reading copy of a PDF; of another file the file itself."""
    plain = _PROFILED.sub(lambda found: b"/DeviceRGB".ljust(len(found[0])), pdf)
    font = boxes()
    places = [found.end() for found in _OUTLINES.finditer(plain) if int(found[1]) >= len(font)]
    if not places:
        return plain
    copy = bytearray(plain)
    for place in places:
        copy[place : place + len(font)] = font  # what is left of the outlines follows the end of the packed data
    return bytes(copy)


@cache
def boxes() -> bytes:
    """A bare CFF font (Adobe Technical Note 5176), packed, with a character for each CID; all of them the same box."""
    head = bytes((1, 0, 4, 4)) + _index([b"Boxes"], 1)
    strings = _index([b"Adobe", b"Identity"], 1)
    box = b"".join((_int(0), _int(_DEPTH), b"\x15", _int(_EM), b"\x06", _int(_EM), b"\x07", _int(-_EM), b"\x06\x0e"))
    routine = _index([box], 1)
    charset = struct.pack(">BHH", 2, 1, _GLYPHS - 2)  # CIDs 1 … in one range
    select = struct.pack(">BHHBH", 3, 1, 0, 0, _GLYPHS)  # all of them of the one font dictionary
    outlines = _index([b"\x20\x1d"] * _GLYPHS, 2)  # call the routine, the first one
    fonts = _index([_int(0) + _long(0) + b"\x12"], 1)  # its private dictionary is empty
    parts = (charset, select, outlines, fonts)

    def top(*places: int) -> bytes:
        named = zip((b"\x0f", b"\x0c\x25", b"\x11", b"\x0c\x24"), places, strict=True)
        registry = _int(391) + _int(392) + _int(0) + b"\x0c\x1e"
        return _index([registry + b"".join(_long(place) + name for name, place in named)], 1)

    at = len(head) + len(top(0, 0, 0, 0)) + len(strings) + len(routine)
    places = [at + sum(map(len, parts[:n])) for n in range(len(parts))]
    return zlib.compress(b"".join((head, top(*places), strings, routine, *parts)), 9)


def _index(items: Sequence[bytes], wide: int) -> bytes:
    """An INDEX whose offsets take ``wide`` bytes."""
    ends = accumulate(map(len, items), initial=1)
    offsets = b"".join(end.to_bytes(wide, "big") for end in ends)
    return struct.pack(">HB", len(items), wide) + offsets + b"".join(items)


def _int(value: int) -> bytes:
    return struct.pack(">Bh", 28, value)


def _long(value: int) -> bytes:
    return struct.pack(">Bi", 29, value)
