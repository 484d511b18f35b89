"""Fonts that many PDFs share, each with a part of the glyphs: one program with all of them, for each PDF a list that leads into it.

What stands on pages is not touched: its codes are led to the glyphs of the common program by a CMap of its own (ISO 32000-1,
9.7.5), and its text is read by the ToUnicode that it had.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from builder.qpdf import cff, truetype

_TAGGED = re.compile(r"/[A-Z]{6}\+(.+)")
# Of a descriptor: what its part of the font has of its own.
_OWN = frozenset({"/FontName", "/FontFile2", "/FontFile3", "/CIDSet", "/FontBBox"})
_CMAP = "JianbaoShared"
_AT_ONCE = 100  # lines of a section of a CMap
_USUAL = 1000  # the width where /DW says none
_HEAD = """%!PS-Adobe-3.0 Resource-CMap
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo 3 dict dup begin
/Registry (Adobe) def
/Ordering (Identity) def
/Supplement 0 def
end def
/CMapName /JianbaoShared def
/CMapVersion 1 def
/CMapType 1 def
/WMode 0 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_FOOT = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
Taken = Callable[[Any], Any]
_Part = cff.Part | truetype.Part


@dataclass(slots=True)
class _Family:
    """A font as it grows: its glyphs with their widths in the order of their CIDs, and what is written of it at the end.

    ``key`` tells it from all others: fonts of one name may be described otherwise.
    """

    key: bytes
    name: str
    like: _Part
    descriptor: Mapping[str, Any]
    below: pikepdf.Object
    outlines: list[bytes]
    widths: list[float]
    places: dict[tuple[bytes, float], int]
    box: tuple[float, ...]
    above: list[pikepdf.Object] = field(default_factory=list)

    def place(self, outline: bytes, width: float) -> int:
        """The CID of a glyph; widths count to three decimals of a thousandth of an em, since they are cut in different places."""
        width = round(width, 3)
        found = self.places.get((outline, width))
        if found is None:
            found = self.places[outline, width] = len(self.outlines)
            self.outlines.append(outline)
            self.widths.append(width)
        return found

    def widen(self, box: Sequence[float]) -> None:
        """Its glyphs fill this box, too."""
        least, most = map(min, self.box[:2], box[:2]), map(max, self.box[2:], box[2:])
        self.box = (*least, *most)


class SharedFonts:
    """The fonts of a new PDF that parts of it bring along; ``finish`` writes them."""

    def __init__(self, target: pikepdf.Pdf) -> None:
        self._target = target
        self._families: dict[bytes, _Family] = {}

    def taken(self, font: pikepdf.Object, taken: Taken) -> tuple[pikepdf.Object, bytes] | None:
        """A composite font of a part as one of the new file, with a digest; None where it is not of the kind that can be shared.

        Args:
            font: the font, of a file that is open.
            taken: what takes other objects of that file.
        """
        named, found = _TAGGED.fullmatch(str(font.get("/BaseFont", ""))), _plain(font)
        if named is None or found is None:
            return None
        below, part, widths = found
        name = str(below.BaseFont)[1:].partition("+")[2] or str(below.BaseFont)[1:]
        usual = float(below.get("/DW", _USUAL))
        family = self._family(name, part, round(widths.get(0, usual), 3), below, taken)
        if len(family.outlines) + len(part.outlines) > 0xFFFF:
            return None
        family.widen(_box(below))
        text = _cmap(_led(family, part, widths, usual))
        made = Dictionary(Type=Name.Font, Subtype=Name.Type0, DescendantFonts=Array([family.below]))
        made.Encoding = self._stream(text)
        digest = [family.key, text]
        if "/ToUnicode" in font:
            made.ToUnicode = taken(font.ToUnicode)
            digest.append(font.ToUnicode.read_raw_bytes())
        made = self._target.make_indirect(made)
        family.above.append(made)
        return made, hashlib.sha256(b"\0".join(digest)).digest()

    def finish(self) -> None:
        """Write the common programs."""
        for family in self._families.values():
            program = _whole(family)
            name = Name(f"/{_tag(program)}+{family.name}")
            descriptor = Dictionary({**family.descriptor, "/FontName": name})
            if isinstance(family.like, cff.Part):
                descriptor.FontFile3 = self._target.make_stream(program, Subtype=Name.CIDFontType0C)
            else:
                descriptor.FontFile2 = self._target.make_stream(program, Length1=len(program))
            descriptor.FontBBox = Array([_told(side) for side in family.box])
            descriptor.CIDSet = self._target.make_stream(_all_of(len(family.outlines)))
            family.below.BaseFont = name
            family.below.FontDescriptor = self._target.make_indirect(descriptor)
            family.below.W = Array([0, Array([_told(width) for width in family.widths])])
            for font in family.above:
                font.BaseFont = Name(f"{name}-{_CMAP}")

    def _family(self, name: str, part: _Part, width: float, below: pikepdf.Object, taken: Taken) -> _Family:
        """The font that a part belongs to; ``width`` is that of its missing glyph."""
        told = below.FontDescriptor
        rest = {key: taken(told[key]) for key in sorted(told.keys()) if key not in _OWN}
        missing = part.outlines[0]
        key = part.common + repr((name, [(k, _said(v)) for k, v in rest.items()], missing, width)).encode()
        if key not in self._families:
            made = Dictionary(Type=Name.Font, Subtype=below.Subtype, DW=_USUAL)
            if isinstance(part, truetype.Part):
                made.CIDToGIDMap = Name.Identity
            made.CIDSystemInfo = Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"))
            made.CIDSystemInfo.Supplement = 0
            self._families[key] = _Family(
                key,
                name,
                part,
                rest,
                self._target.make_indirect(made),
                [missing],
                [width],
                {(missing, width): 0},
                _box(below),
            )
        return self._families[key]

    def _stream(self, text: bytes) -> pikepdf.Object:
        system = Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0)
        return self._target.make_stream(text, Type=Name.CMap, CMapName=Name(f"/{_CMAP}"), CIDSystemInfo=system, WMode=0)


def told_apart(font: pikepdf.Object) -> pikepdf.Object | None:
    """The name that a font, or its descriptor, bears in a file with other parts of the same font; None where it keeps its own.

    Programs name parts of fonts as if no other file had any: LibreOffice's first is BAAAAA+ in each. In one file different parts
    must bear different names (ISO 32000-1, 9.6.4), so the tag is made of the part itself.
    """
    key = "/FontName" if font.get("/Type") == Name.FontDescriptor else "/BaseFont"
    named, below = _TAGGED.fullmatch(str(font.get(key, ""))), font
    while "/DescendantFonts" in below:
        below = below.DescendantFonts[0]
    told = below.get("/FontDescriptor", below)
    program = next((told[each] for each in ("/FontFile", "/FontFile2", "/FontFile3") if each in told), None)
    if named is None or program is None:
        return None
    return Name(f"/{_tag(program.read_raw_bytes())}+{named[1]}")


def _tag(program: bytes) -> str:
    """The six letters before the name of a part of a font, other ones for another part."""
    return "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])


def _led(family: _Family, part: _Part, widths: Mapping[int, float], usual: float) -> dict[int, int]:
    """CIDs of a part, and those of its glyphs in the common program, to which its glyphs are added."""
    places = {0: 0}

    def place(glyph: int) -> int:
        if glyph not in places:  # what it is put together of comes first
            told = widths.get(part.cids[glyph])
            advance = part.advance(glyph) if told is None else told
            places[glyph] = family.place(part.drawn(glyph, place), usual if advance is None else advance)
        return places[glyph]

    return {cid: place(glyph) for glyph, cid in enumerate(part.cids)}


def _whole(family: _Family) -> bytes:
    if isinstance(family.like, cff.Part):
        return cff.whole(family.like, family.outlines)
    return truetype.whole(family.like, family.outlines)


def _plain(font: pikepdf.Object) -> tuple[pikepdf.Object, _Part, dict[int, float]] | None:
    """The font below a composite one, its program and widths, where it is of the kind that can be shared."""
    if font.get("/Subtype") != Name.Type0 or font.get("/Encoding") != Name("/Identity-H"):
        return None
    below = font.DescendantFonts[0]
    told = below.get("/FontDescriptor", Dictionary())
    system = below.get("/CIDSystemInfo", Dictionary())
    if "/W2" in below or (str(system.get("/Registry")), str(system.get("/Ordering"))) != ("Adobe", "Identity"):
        return None
    try:
        part = _program(below, told)
        return None if part is None else (below, part, dict(_widths(below)))
    except cff.Unusual:
        return None


def _program(below: pikepdf.Object, told: pikepdf.Object) -> _Part | None:
    """The program of a font whose codes are CIDs; None where it is of another kind.

    Raises:
        Unusual: it is not of the plain kind, or damaged.
    """
    kind = below.get("/Subtype")
    if kind == Name.CIDFontType0 and (file := told.get("/FontFile3")) is not None:
        return cff.part(file.read_bytes()) if file.get("/Subtype") == Name.CIDFontType0C else None
    if kind == Name.CIDFontType2 and (file := told.get("/FontFile2")) is not None:
        return truetype.part(file.read_bytes()) if below.get("/CIDToGIDMap") == Name.Identity else None
    return None


def _widths(below: pikepdf.Object) -> Iterator[tuple[int, float]]:
    """CID and width of a /W array, both of its forms."""
    items = iter(below.get("/W", ()))
    for first in items:
        second = next(items)
        if isinstance(second, pikepdf.Array):
            yield from ((int(first) + n, float(width)) for n, width in enumerate(second))
        else:
            width = float(next(items))
            yield from ((cid, width) for cid in range(int(first), int(second) + 1))


def _box(below: pikepdf.Object) -> tuple[float, ...]:
    """What the glyphs of a part fill."""
    return tuple(float(side) for side in below.FontDescriptor.get("/FontBBox", (0, 0, 0, 0)))


def _cmap(led: Mapping[int, int]) -> bytes:
    """A CMap that leads codes (the CIDs of a part) to the CIDs of the common program."""
    lines = [f"<{first:04X}> <{last:04X}> {cid}" for first, last, cid in _runs(sorted(led.items()))]
    sections = (lines[n : n + _AT_ONCE] for n in range(0, len(lines), _AT_ONCE))
    body = "".join(f"{len(some)} begincidrange\n{chr(10).join(some)}\nendcidrange\n" for some in sections)
    return (_HEAD + body + _FOOT).encode("ascii")


def _runs(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """(first code, last code, first CID) of neighbours that lead to neighbours; a run keeps the first byte of its codes."""
    start = 0
    for n in range(1, len(pairs) + 1):
        code, cid = pairs[n - 1]
        if n == len(pairs) or pairs[n] != (code + 1, cid + 1) or (code + 1) % 256 == 0:
            yield pairs[start][0], code, pairs[start][1]
            start = n


def _all_of(count: int) -> bytes:
    """A /CIDSet in which so many CIDs are, from 0 on."""
    full, rest = divmod(count, 8)
    return b"\xff" * full + (bytes([0xFF << (8 - rest) & 0xFF]) if rest else b"")


def _said(value: Any) -> str:
    return value.unparse().decode("latin-1") if isinstance(value, pikepdf.Object) else str(value)


def _told(width: float) -> Any:
    return int(width) if width == int(width) else Decimal(str(width))
