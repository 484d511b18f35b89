"""Words, line breaks and title shapes of Chinese text.

Two doors: `segment` (words) and `title_lines` (balanced title lines; `title_rows` for a title as typed); body lines
are broken by `breaking.broken`. Widths are in full-width characters (em) everywhere. Pure
functions; nothing here reads files, and rjieba's dictionary is loaded by the first text that needs it.
"""

from builder.words.lines import width
from builder.words.numerals import chinese_number
from builder.words.segment import segment
from builder.words.titles import TITLE_LINES, plain_title, title_lines, title_rows
from builder.words.visible import shown, visible

__all__ = [
    "TITLE_LINES",
    "chinese_number",
    "plain_title",
    "segment",
    "shown",
    "title_lines",
    "title_rows",
    "visible",
    "width",
]
