"""What stands on the pages of a PDF, and where: glyphs, rules, pictures. The door to pypdfium2."""

from builder.pdfium.reading import active, fonts, opened, picture, sheets
from builder.pdfium.texts import Lines, Text, texts
from builder.pdfium.values import POINTS_PER_MM, Area, Glyph, Rule, Sheet, quarter, turned

__all__ = [
    "POINTS_PER_MM",
    "Area",
    "Glyph",
    "Lines",
    "Rule",
    "Sheet",
    "Text",
    "active",
    "fonts",
    "opened",
    "picture",
    "quarter",
    "sheets",
    "texts",
    "turned",
]
