"""Signs of symbol fonts (``w:sym``) as characters that every font has."""

from __future__ import annotations

from builder.guard import Element, attribute

# Signs of the Wingdings and Symbol fonts, by the low byte of their code, as characters that every font has.
_SIGNS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x75: "◆", 0x77: "◆", 0x9F: "•", 0xA7: "▪", 0xA8: "□", 0xB2: "★",
    0xD8: "➢", 0xE0: "→", 0xE8: "→", 0xFB: "×", 0xFC: "√", 0xFE: "√",
}  # fmt: skip
_SYMBOLS = {0xB7: "•", 0xB4: "×", 0xB8: "÷", 0xB1: "±", 0xB0: "°", 0xA3: "≤", 0xB3: "≥", 0xAE: "→", 0xD7: "·"}


def sign(child: Element) -> tuple[str, bool]:
    """The character of a ``w:sym``, and whether another code than its own; one that has none keeps its private code."""
    font, code = attribute(child, "font").lower(), attribute(child, "char")
    number = int(code, 16) if code and len(code) <= 5 and all(c in "0123456789abcdefABCDEF" for c in code) else 0
    low = number & 0xFF if 0xF000 <= number <= 0xF0FF or number < 0x100 else 0
    found = (_SYMBOLS if font == "symbol" else _SIGNS).get(low) if low else None
    if found is not None:
        return found, True
    if 0x20 <= number < 0xD800 and not font.startswith(("wingdings", "webdings", "symbol")):
        return chr(number), False
    return (chr(number) if 0xE000 <= number <= 0xF8FF else chr(0xF000 | (number & 0xFF))), False
