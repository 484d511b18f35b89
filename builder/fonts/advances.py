"""How wide the characters are that are not full-width, in the face that prints them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from builder.fonts.faces import FontError, FontSet, Role
from builder.words.lines import char_width

_HAN = 0x2E80  # characters from here on are full-width, or as ``char_width`` says


def advance(fontset: FontSet, role: Role, char: str) -> float:
    """The advance in em of a character in a text of this role.

    Raises:
        FontError: the font file cannot be read (any more).
    """
    if ord(char) >= _HAN:
        return char_width(char)
    face = next((face for face in fontset.line(role) if face.has(char)), fontset.faces[role])
    return _advances(face.file, face.index).get(char, char_width(char))


@cache
def _advances(file: Path, index: int) -> dict[str, float]:
    from builder.fonts import sfnt

    try:
        return sfnt.advances(file, index)
    except sfnt.DAMAGED as error:
        raise FontError(f"字体文件 {file.name} 读不了。", "运行 jianbao fonts 查看，换一个文件。") from error
