"""Type 1 font programs (Adobe Type 1 Font Format, 7): a clear part, and one that is enciphered byte by byte."""

from __future__ import annotations

import re
from dataclasses import dataclass

_START, _FACTOR, _SUMMAND = 55665, 52845, 22719  # 7.3
_NUMBER = re.compile(rb"/UniqueID \d+ (?:def|ND|\|-)")
_CODED = re.compile(rb"\ndup \d+ /([!-.0-~]+) put")
_LOOKED_AT = 4096  # the Private dictionary comes first in the enciphered part, long before the outlines
_NEXT = [(n * _FACTOR + _SUMMAND) & 0xFFFF for n in range(0x10000 + 0x100)]


@dataclass(frozen=True, slots=True)
class TypeOne:
    """A font program: ``clear`` and ``hidden`` are the lengths of its first and second part in bytes."""

    data: bytes
    clear: int
    hidden: int

    def characters(self) -> list[str]:
        """The names of the characters that its encoding prints."""
        return [name.decode("ascii") for name in _CODED.findall(self.data[: self.clear])]


def numberless(font: TypeOne) -> bytes:
    """The program with blanks instead of its /UniqueID, which is optional and only promises what may not be true.

    LibreOffice counts these numbers up while it runs, so that the same font is another one each time.
    """
    clear = _NUMBER.sub(_blank, font.data[: font.clear])
    hidden = font.data[font.clear : font.clear + font.hidden]
    start, state = _deciphered(hidden[:_LOOKED_AT])
    found = _NUMBER.search(start)
    if found is not None:
        before, after = found.span()
        again, own = _enciphered(start[:before] + _blank(found) + start[after:])
        hidden = again + _shifted(hidden[_LOOKED_AT:], state, own)
    return clear + hidden + font.data[font.clear + font.hidden :]


def _blank(found: re.Match[bytes]) -> bytes:
    return b" " * len(found[0])


def _deciphered(data: bytes) -> tuple[bytes, int]:
    """The plain bytes, and the state of the cipher after them."""
    state, plain = _START, bytearray()
    for byte in data:
        plain.append(byte ^ (state >> 8))
        state = _NEXT[state + byte]
    return bytes(plain), state


def _enciphered(data: bytes) -> tuple[bytes, int]:
    state, secret = _START, bytearray()
    for byte in data:
        made = byte ^ (state >> 8)
        secret.append(made)
        state = _NEXT[state + made]
    return bytes(secret), state


def _shifted(data: bytes, old: int, new: int) -> bytes:
    """Bytes enciphered from the state ``old`` on, enciphered from ``new`` on; in one go, for there are many."""
    made = bytearray()
    add = made.append
    following = _NEXT
    for byte in data:
        other = byte ^ (old >> 8) ^ (new >> 8)
        add(other)
        old = following[old + byte]
        new = following[new + other]
    return bytes(made)
