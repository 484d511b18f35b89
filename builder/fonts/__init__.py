"""Fonts: roles and their faces, glyph coverage, and getting free faces (编辑手册, 九).

``find`` is all that a run needs; it opens no font file when nothing changed since the last run. The rest of the
package is imported on demand so that ``jianbao --help`` stays quick.
"""

from collections.abc import Callable
from pathlib import Path

from builder.fonts.advances import advance
from builder.fonts.coverage import borrowed, missing
from builder.fonts.faces import ROLES, Face, FontError, FontSet, Role
from builder.fonts.listing import report
from builder.fonts.places import data_folder
from builder.fonts.search import find

__all__ = [
    "ROLES",
    "Face",
    "FontError",
    "FontSet",
    "Role",
    "advance",
    "borrowed",
    "data_folder",
    "fetch",
    "find",
    "missing",
    "report",
]


def fetch(target: Path, report: Callable[[str], None]) -> bool:
    """Get Fandol's faces into ``target``; see ``builder.fonts.debian.fetch``, which this imports on demand."""
    from builder.fonts import debian

    return debian.fetch(target, report)
