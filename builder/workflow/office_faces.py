"""The faces that LibreOffice is given, so that it sets Word files with those that this program prints with."""

from __future__ import annotations

from builder.fonts import FontSet
from builder.fonts.faces import OFFICIAL
from builder.soffice import FaceFile


def faces(fontset: FontSet) -> list[FaceFile]:
    """The faces that this program prints with, under the names that Word files ask for; then those for rare characters."""
    own = [FaceFile(f.file, f.index, f.weight, OFFICIAL[role]) for role, f in fontset.faces.items()]
    return [*own, *(FaceFile(f.file, f.index, f.weight) for f in fontset.fallbacks)]
