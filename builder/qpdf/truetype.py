"""TrueType font programs (OpenType 1.9, ``glyf``) as PDFs embed parts of them: glyphs by number, without names and without a ``cmap``.

Parts of one font, each with other glyphs, are made one: outlines and widths are taken byte for byte; only the numbers by which
a glyph names those that it is put together of become those of the common program.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from builder.qpdf.cff import Unusual

_SFNT = b"\x00\x01\x00\x00"
# Tables that are about the font and name no glyph by its number; a program with others is left as it is.
_COMMON = (b"OS/2", b"cvt ", b"fpgm", b"gasp", b"head", b"hhea", b"maxp", b"name", b"post", b"prep")
_GLYPHS = (b"glyf", b"hmtx", b"loca")
_NAMELESS, _POST = b"\x00\x03\x00\x00", 32  # the version of a ``post`` without names of glyphs, and its length
_CHECKSUM, _LOCATION = slice(8, 12), slice(50, 52)  # of ``head``: of this file, and how wide the places in ``loca`` are
_METRICS, _COUNT = slice(34, 36), slice(4, 6)  # of ``hhea`` and ``maxp``: how many widths, how many glyphs
_MAGIC = 0xB1B0AFBA  # from which the sum over the file is taken
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x1, 0x8, 0x20, 0x40, 0x80  # flags of a component
_DEEPEST = 8  # glyphs within glyphs
_METRIC = 4  # bytes: advance and left side bearing


@dataclass(frozen=True)
class Part:
    """Some glyphs of a font: ``outlines`` by glyph, each behind its advance and bearing (``_METRIC`` bytes); CIDs are numbers of glyphs.

    ``tables`` are what all its parts have in common. ``parts`` says of glyphs that are put together where in their outline the
    number of each component stands.
    """

    tables: tuple[tuple[bytes, bytes], ...]
    outlines: tuple[bytes, ...]
    parts: dict[int, tuple[int, ...]]

    @cached_property
    def common(self) -> bytes:
        """The same for parts of the same font."""
        told = (part for name, table in self.tables for part in (name, b"%d " % len(table), table))
        return hashlib.sha256(b"".join(told)).digest()

    @property
    def cids(self) -> range:
        """The CID of every glyph."""
        return range(len(self.outlines))

    @cached_property
    def below(self) -> frozenset[int]:
        """Glyphs that others are put together of."""
        return frozenset(_short(self.outlines[glyph], at) for glyph, places in self.parts.items() for at in places)

    def advance(self, glyph: int) -> float | None:
        """The width of a glyph that others are put together of, in thousandths of an em; None of others, as shown ones are told of."""
        em = _short(dict(self.tables)[b"head"], 18)
        return _short(self.outlines[glyph], 0) * 1000 / em if glyph in self.below else None

    def drawn(self, glyph: int, place: Callable[[int], int]) -> bytes:
        """The outline of a glyph in a program in which its components stand at the numbers that ``place`` gives."""
        outline = self.outlines[glyph]
        if glyph not in self.parts:
            return outline
        moved = bytearray(outline)
        for at in self.parts[glyph]:
            moved[at : at + 2] = place(_short(outline, at)).to_bytes(2, "big")
        return bytes(moved)


def part(data: bytes) -> Part:
    """A font program read.

    Raises:
        Unusual: it is not of the plain kind, or damaged: it is left as it is.
    """
    try:
        return _part(data)
    except Unusual:
        raise
    except (IndexError, KeyError, ValueError, struct.error) as error:
        raise Unusual("damaged") from error


def _part(data: bytes) -> Part:
    tables = dict(_tables(data))
    if tables.keys() - {*_COMMON, *_GLYPHS}:
        raise Unusual("other tables")
    count, wide = _short(tables[b"maxp"], 4), _short(tables[b"head"], 50)
    if not _short(tables[b"head"], 18):
        raise Unusual("damaged")
    places = [each * (1 if wide else 2) for each in _numbers(tables[b"loca"], count + 1, "I" if wide else "H")]
    drawn, metrics = tables[b"glyf"], tuple(_metrics(tables[b"hmtx"], _short(tables[b"hhea"], 34), count))
    if not count or places != sorted(places) or places[-1] > len(drawn):
        raise Unusual("damaged")
    outlines = tuple(metric + drawn[a:b] for metric, (a, b) in zip(metrics, pairwise(places), strict=True))
    parts = {glyph: found for glyph, outline in enumerate(outlines) if (found := tuple(_components(outline)))}
    _judge(outlines, parts)
    kept = ((name, _unnumbered(name, tables[name])) for name in _COMMON if name in tables)
    return Part(tuple(kept), outlines, parts)


def whole(like: Part, outlines: Sequence[bytes]) -> bytes:
    """A font program with these glyphs, whose CIDs are their numbers; all else as in ``like``.

    Raises:
        ValueError: more glyphs than CIDs, or no glyph.
    """
    count = len(outlines)
    if not 0 < count <= 0xFFFF:
        raise ValueError(f"{count} glyphs")
    tables, places, drawn = dict(like.tables), [0], bytearray()
    for outline in outlines:
        drawn += outline[_METRIC:]
        drawn += bytes(-len(drawn) % 4)
        places.append(len(drawn))
    tables[b"glyf"] = bytes(drawn)
    tables[b"loca"] = struct.pack(f">{count + 1}I", *places)
    tables[b"hmtx"] = b"".join(outline[:_METRIC] for outline in outlines)
    tables[b"head"] = _with(tables[b"head"], _LOCATION, 1)
    tables[b"hhea"] = _with(tables[b"hhea"], _METRICS, count)
    tables[b"maxp"] = _with(tables[b"maxp"], _COUNT, count)
    return _file(tables)


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables as a file, with their sums."""
    log = len(tables).bit_length() - 1
    head = _SFNT + struct.pack(">4H", len(tables), 16 << log, log, 16 * len(tables) - (16 << log))
    at, rows, bodies, start = len(head) + 16 * len(tables), bytearray(), bytearray(), 0
    for name, table in sorted(tables.items()):
        if name == b"head":
            start = at + len(bodies)
        rows += name + struct.pack(">3I", _sum(table), at + len(bodies), len(table))
        bodies += table + bytes(-len(table) % 4)
    made = bytearray(head + rows + bodies)
    made[start + 8 : start + 12] = (_MAGIC - _sum(made) & 0xFFFFFFFF).to_bytes(4, "big")
    return bytes(made)


def _sum(data: bytes | bytearray) -> int:
    padded = bytes(data) + bytes(-len(data) % 4)
    numbers: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(numbers) & 0xFFFFFFFF


def _tables(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if data[:4] != _SFNT:
        raise Unusual("no TrueType")
    for row in range(_short(data, 4)):
        name, _, at, length = struct.unpack_from(">4s3I", data, 12 + 16 * row)
        if at + length > len(data):
            raise Unusual("damaged")
        yield name, data[at : at + length]


def _metrics(table: bytes, full: int, count: int) -> Iterator[bytes]:
    """Advance and bearing of every glyph; those behind the last ``full`` one have its advance."""
    if not 0 < full <= count or len(table) < _METRIC * full + 2 * (count - full):
        raise Unusual("damaged")
    yield from (table[at : at + _METRIC] for at in range(0, _METRIC * full, _METRIC))
    last = table[_METRIC * (full - 1) :][:2]
    yield from (last + table[at : at + 2] for at in range(_METRIC * full, _METRIC * full + 2 * (count - full), 2))


def _components(outline: bytes) -> Iterator[int]:
    """Where in the outline of a glyph the numbers of those stand that it is put together of."""
    if len(outline) == _METRIC or not outline[_METRIC] & 0x80:  # empty, or with contours of its own
        return
    at, more = _METRIC + 10, True
    while more:
        flags = _short(outline, at)
        more = bool(flags & _MORE)
        yield at + 2
        at += 8 if flags & _WORDS else 6
        at += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
        if at > len(outline):
            raise Unusual("damaged")


def _judge(outlines: Sequence[bytes], parts: dict[int, tuple[int, ...]]) -> None:
    """Raise Unusual where a glyph is made of one that is not there, or of itself in the end, or the missing one of others."""
    deep = set(parts)
    for _ in range(_DEEPEST):
        below = {g: {_short(outlines[g], at) for at in parts[g]} for g in deep}
        if any(each >= len(outlines) for some in below.values() for each in some) or 0 in deep:
            raise Unusual("damaged")
        deep = {g for g, some in below.items() if some & deep}
        if not deep:
            return
    raise Unusual("glyphs within glyphs without end")


def _unnumbered(name: bytes, table: bytes) -> bytes:
    """A table without what tells parts of the same font apart; of names of glyphs a font whose codes are numbers has no use."""
    if name == b"post":
        return _NAMELESS + table[4:_POST]
    told = {b"head": (_CHECKSUM, _LOCATION), b"hhea": (_METRICS,), b"maxp": (_COUNT,)}
    for each in told.get(name, ()):
        table = _with(table, each, 0)
    return table


def _with(table: bytes, at: slice, number: int) -> bytes:
    if len(table) < at.stop:
        raise Unusual("damaged")
    return table[: at.start] + number.to_bytes(at.stop - at.start, "big") + table[at.stop :]


def _numbers(table: bytes, count: int, kind: str) -> tuple[int, ...]:
    return struct.unpack_from(f">{count}{kind}", table)


def _short(data: bytes, at: int) -> int:
    number: int = struct.unpack_from(">H", data, at)[0]
    return number
