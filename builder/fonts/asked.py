"""Fonts that a document asks for by name, beyond the five roles: those of the office, then those of this machine."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from builder.fonts.index import Listed, Names
from builder.fonts.places import cache_folder, system_folders

_SLANTED_OR_HEAVY = re.compile(r"bold|italic|oblique|light|black|粗|斜|细", re.IGNORECASE)


def asked(wanted: Collection[str], root: Path, *, system: bool = True, cache: Path | None = None) -> dict[str, Listed]:
    """The face of every wanted name that a font of this machine bears; names of none are left out.

    Args:
        wanted: names as documents write them, in any case.
        root: the workspace; ``fonts/`` below it comes first.
        system: whether fonts installed on this machine count.
        cache: where parsed font data is kept; the user's cache folder by default.
    """
    if not wanted:
        return {}
    names = Names(cache or cache_folder())
    folders = (root / "fonts", *(system_folders() if system else ()))
    faces = sorted((face for folder in folders for face in names.below(folder)), key=_odd)
    names.save()
    known: dict[str, Listed] = {}
    for face in faces:
        for name in face.names:
            known.setdefault(name.casefold(), face)
    return {name: known[name.casefold()] for name in wanted if name.casefold() in known}


def _odd(face: Listed) -> bool:
    """Whether it is not the upright face of ordinary weight that a family's name stands for."""
    return any(_SLANTED_OR_HEAVY.search(name) for name in face.names)
