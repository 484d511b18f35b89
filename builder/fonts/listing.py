"""What ``jianbao fonts`` shows."""

from __future__ import annotations

from dataclasses import dataclass

from builder.fonts.faces import ROLES, FontSet

# Characters of names and measures that the free fonts lack most often.
RARE_SAMPLE = "喆堃赟昇珺烜翀淼弢㎡℃①⑩〇—…·〔〕【】％"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``missing`` are characters of a sample of rare ones that the face itself lacks."""

    role: str
    family: str
    file: str
    standing: str
    source: str
    why: str
    missing: str


def report(fonts: FontSet) -> list[Row]:
    """A row for each role, then one for each face that prints rare characters (role 生僻字)."""
    rows = [(role, fonts.faces[role]) for role in ROLES] + [("生僻字", face) for face in fonts.fallbacks]
    return [
        Row(
            role,
            face.family,
            str(face.file),
            face.standing,
            face.source,
            face.why,
            "".join(c for c in RARE_SAMPLE if not face.has(c)),
        )
        for role, face in rows
    ]
