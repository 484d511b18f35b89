"""The faces that LibreOffice is given, so that it sets Word files with those that this program prints with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.fonts import FontSet, Role
from builder.fonts.asked import asked
from builder.fonts.faces import FANDOL, KEYWORDS, OFFICIAL, SIMILAR
from builder.soffice import FaceFile

# LibreOffice has their characters in a font of its own, and knows which is which.
_SYMBOLS = frozenset({"symbol", "wingdings", "wingdings 2", "wingdings 3", "webdings", "opensymbol", "starsymbol"})
_OTHERS: Role = "宋体"  # what a name that says nothing is set in
_SANS = ("arial", "helvetica", "calibri", "verdana", "tahoma", "segoe", "sans")  # Latin faces without serifs


@dataclass(frozen=True, slots=True)
class Given:
    """The faces for some documents; ``instead`` says what the fonts are set in that are not there, ``own`` names those that are."""

    faces: tuple[FaceFile, ...]
    instead: Mapping[str, str]
    own: frozenset[str]


def faces(fontset: FontSet) -> list[FaceFile]:
    """The faces that this program prints with, under the names that Word files ask for; then those for rare characters."""
    own = [FaceFile(f.file, f.index, f.weight, OFFICIAL[role]) for role, f in fontset.faces.items()]
    return [*own, *(FaceFile(f.file, f.index, f.weight) for f in fontset.fallbacks)]


def faces_for(fontset: FontSet, names: Collection[str], root: Path, *, system: bool = True) -> Given:
    """``faces``, and for every other name the font of that name, else the role that the name tells.

    Args:
        fontset: the faces of the roles.
        names: the fonts that documents ask for.
        root: the workspace; ``fonts/`` below it is searched.
        system: whether fonts installed on this machine count.
    """
    official = {name.casefold() for known in OFFICIAL.values() for name in known} | _SYMBOLS
    others = sorted(name for name in names if name and name.casefold() not in official)
    found = asked(others, root, system=system)
    roles = {name: _role(name) for name in others if name not in found}
    aliases = {role: tuple(name for name, meant in roles.items() if meant == role) for role in fontset.faces}
    own = [FaceFile(f.file, f.index, f.weight, (*OFFICIAL[role], *aliases[role])) for role, f in fontset.faces.items()]
    named = [FaceFile(face.file, face.index, names=(name,)) for name, face in found.items()]
    rare = [FaceFile(f.file, f.index, f.weight) for f in fontset.fallbacks]
    instead = {name: fontset.faces[role].family for name, role in roles.items()}
    return Given((*own, *named, *rare), instead, frozenset(found))


def _role(name: str) -> Role:
    """The role whose look a font of this name has."""
    folded = name.casefold()
    for known in (FANDOL, SIMILAR):
        for role, listed in known.items():
            if folded in (each.casefold() for each in listed):
                return role
    other: Role = "黑体" if any(name in folded for name in _SANS) else _OTHERS
    return next((role for keyword, role in KEYWORDS if keyword in folded), other)
