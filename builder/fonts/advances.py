"""How wide the characters are that are not full-width, in the face that prints them."""

from __future__ import annotations

from builder.fonts.faces import FontSet, Role
from builder.words.lines import char_width


def advance(fontset: FontSet, role: Role, char: str) -> float:
    """The advance in em of a character in a text of this role."""
    face = fontset.faces[role]
    if not face.has(char):
        face = next((other for other in fontset.line(role) if other.has(char)), face)
    return face.advances.get(char, char_width(char))
