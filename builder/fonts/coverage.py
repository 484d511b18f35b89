"""Which characters of a text the chosen faces print, and which face prints a rare one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from builder.fonts.faces import Face, FontSet, Role

# The renderer sets these without a glyph; variation selectors are not among them, they would change one.
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


def missing(characters: Iterable[str], fonts: FontSet, role: Role) -> set[str]:
    """The characters that no face prints in a text of this role: neither its own face nor one for rare characters."""
    own, *rest = fonts.line(role)
    return {c for c in _lacking(characters, own) if not any(face.has(c) for face in rest)}


def borrowed(characters: Iterable[str], fonts: FontSet, role: Role) -> dict[str, Face]:
    """The characters that the role's own face lacks, each with the face that prints it; those of none are left out."""
    own, *rest = fonts.line(role)
    found = ((c, next((face for face in rest if face.has(c)), None)) for c in sorted(_lacking(characters, own)))
    return {c: face for c, face in found if face is not None}


def _lacking(characters: Iterable[str], own: Face) -> set[str]:
    return {c for c in set(characters) if not own.has(c) and not _invisible(c)}


def _invisible(character: str) -> bool:
    """Blanks and joiners, which print nothing whatever the font."""
    return character in _UNSEEN or character in "\n\t" or unicodedata.category(character) == "Zs"
