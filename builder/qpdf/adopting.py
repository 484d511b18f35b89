"""What pages stand on, taken from one PDF into another; what is the same in several of them is taken once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Name

from builder.qpdf.fonts import SharedFonts, told_apart

# What leads away from the page: to its tree, to the structure of the file that it comes from, to pages themselves.
LEFT = frozenset({"/Parent", "/P", "/StructParent", "/StructParents", "/Length"})
_NAMED = frozenset({"/BaseFont", "/FontName"})  # of a font, of its descriptor
_Made = tuple[Any, bytes]  # the value in the new file, and a digest that equal values share


class Stock:
    """What a new file has of others by now."""

    def __init__(self, target: pikepdf.Pdf) -> None:
        self.target, self.fonts = target, SharedFonts(target)
        self.known: dict[bytes, pikepdf.Object] = {}


class Adopting:
    """Objects of one file made objects of a new one; equal ones, whichever file they come from, are one object there.

    The file may be closed when what was asked of it has been taken.
    """

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._seen: dict[tuple[int, int], _Made] = {}

    def taken(self, value: Any) -> Any:
        """A value of the present file (object or plain) as one of the new file."""
        return self._made(value)[0]

    def shared(self, value: pikepdf.Object) -> pikepdf.Object:
        """The same as an object with a number of its own, so that it may be used in several places."""
        made, digest = self._made(value)
        kept: pikepdf.Object = self._kept(made, digest)
        return kept

    def _made(self, value: Any) -> _Made:
        if not isinstance(value, pikepdf.Object):
            return value, f"{type(value).__name__} {value}".encode()
        if not value.is_indirect:
            return self._built(value)
        found = self._seen.get(value.objgen)
        if found is None:
            built, digest = self._built(value)
            found = self._kept(built, digest), digest
            self._seen[value.objgen] = found
        return found

    def _kept(self, built: Any, digest: bytes) -> Any:
        if not isinstance(built, pikepdf.Object):
            return built
        known = self._stock.known
        if digest not in known:
            known[digest] = self._stock.target.make_indirect(built)
        return known[digest]

    def _built(self, value: pikepdf.Object) -> _Made:
        if isinstance(value, pikepdf.Stream):
            entries, digest = self._entries(value)
            raw = value.read_raw_bytes()
            stream = pikepdf.Stream(self._stock.target, raw)
            for name, entry in entries.items():
                stream[name] = entry
            return stream, _digest(b"stream", digest, raw)
        if isinstance(value, pikepdf.Dictionary):
            if value.get("/Type") == Name.Font and (font := self._stock.fonts.taken(value, self.taken)) is not None:
                return font
            entries, digest = self._entries(value)
            return pikepdf.Dictionary(entries), digest
        if isinstance(value, pikepdf.Array):
            return self._array(value)
        plain = value.unparse()
        return pikepdf.Object.parse(plain), plain

    def _entries(self, value: pikepdf.Object) -> tuple[Mapping[str, Any], bytes]:
        made = {name: self._made(value[name]) for name in sorted(value.keys()) if name not in LEFT}
        for key in _NAMED & made.keys():
            if (told := told_apart(value)) is not None:
                made[key] = told, told.unparse()
        parts = [part for name, (_, digest) in made.items() for part in (name.encode(), digest)]
        return {name: entry for name, (entry, _) in made.items()}, _digest(b"dictionary", *parts)

    def _array(self, value: pikepdf.Object) -> _Made:
        plain = value.unparse()
        if b"R" not in plain:  # numbers, mostly: the widths of a font are thousands
            return pikepdf.Object.parse(plain), plain
        made = [self._made(each) for each in value]
        return pikepdf.Array([entry for entry, _ in made]), _digest(b"array", *(digest for _, digest in made))


def _digest(*parts: bytes) -> bytes:
    made = hashlib.sha256()
    for part in parts:
        made.update(b"%d " % len(part))
        made.update(part)
    return made.digest()
