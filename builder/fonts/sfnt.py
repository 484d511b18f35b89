"""The door to fontTools: names and characters of font files. Imported only when a file is not in the cache."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

# Family, full name, PostScript name, typographic family.
_NAME_IDS = (1, 4, 6, 16)

# What reading a damaged font raises.
DAMAGED = (TTLibError, OSError, ValueError, LookupError, AssertionError, struct.error)


@dataclass(frozen=True, slots=True)
class Named:
    """A face in a file and every name it has, in the order of its name table."""

    index: int
    names: tuple[str, ...]


def names(file: Path) -> tuple[Named, ...]:
    """The faces of a TTF, OTF, TTC or OTC file; empty when it is damaged or of another kind."""
    try:
        # fontTools leaves a file that it refuses open; so the file is opened here.
        with file.open("rb") as stream:
            if stream.read(4) == b"ttcf":
                stream.seek(0)
                collection = TTCollection(stream, lazy=True)
                return tuple(Named(i, _names(font)) for i, font in enumerate(collection.fonts))
            stream.seek(0)
            return (Named(0, _names(TTFont(stream, lazy=True))),)
    except DAMAGED:
        # A broken font on somebody's machine must not stop an issue: it is simply not a candidate.
        return ()


def cover(file: Path, index: int) -> bytes:
    """One bit per code point that the face's best Unicode cmap maps to a glyph.

    Raises:
        one of ``DAMAGED``: the file cannot be read.
    """
    with file.open("rb") as stream, TTFont(stream, lazy=True, fontNumber=index) as font:
        points = font.getBestCmap() or {}
    bits = bytearray((max(points, default=0) >> 3) + 1)
    for point, name in points.items():
        if name != ".notdef":
            bits[point >> 3] |= 1 << (point & 7)
    return bytes(bits)


def advances(file: Path, index: int) -> dict[str, float]:
    """The advance (em) of every character that the face maps to a glyph.

    Raises:
        one of ``DAMAGED``: the file cannot be read.
    """
    with file.open("rb") as stream, TTFont(stream, lazy=True, fontNumber=index) as font:
        widths, em = font["hmtx"], font["head"].unitsPerEm
        return {chr(point): widths[name][0] / em for point, name in (font.getBestCmap() or {}).items()}


def _names(font: TTFont) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for record in font["name"].names:
        if record.nameID in _NAME_IDS:
            text = record.toUnicode(errors="ignore").strip()
            if text:
                found[text] = None
    return tuple(found)
