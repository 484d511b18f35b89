"""Glyph coverage: a character that no face prints is an error at its place; one from another face is a warning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from builder.checks.texts import Text, texts
from builder.compose import Edition
from builder.errors import Fault, Place
from builder.fonts import FontSet, Role, borrowed, missing


def no_glyph(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """Every place of a character that none of the faces of its role has."""
    for role, found in _by_role(edition).items():
        lacking = missing({c for t in found for c in t.span.text}, fontset, role)
        for place, character in _places(found, lacking):
            message = f"“{character}”（U+{ord(character):04X}）没有字体能印出。"
            yield Fault("no-glyph", "error", place, message, "核对此字；确需使用时在 fonts 文件夹放入有此字的字体。")


def rare_glyph(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """The first place of each character that another face than the role's own has to print."""
    told: set[str] = set()
    for role, found in _by_role(edition).items():
        faces = borrowed({c for t in found for c in t.span.text}, fontset, role)
        for place, character in _places(found, set(faces) - told):
            if character in told:
                continue
            told.add(character)
            message = f"“{character}”（U+{ord(character):04X}）在{role}字体中没有，用 {faces[character].family} 代印。"
            yield Fault("rare-glyph", "warning", place, message, "安装正式字体，或在 fonts 文件夹放入有此字的字体。")


def _by_role(edition: Edition) -> dict[Role, list[Text]]:
    found: dict[Role, list[Text]] = defaultdict(list)
    for text in texts(edition):
        found[text.role].append(text)
    return found


def _places(found: list[Text], characters: set[str]) -> Iterator[tuple[Place, str]]:
    if not characters:
        return
    for text in found:
        for index, character in enumerate(text.span.text):
            if character in characters:
                yield text.span.place_of(index), character
