"""Words, line breaks and title shapes of Chinese text.

Three doors: `segment` (words), `title_lines` (balanced title lines; `title_rows` for a title as typed) and
`break_lines` (body lines on the 28-character grid). Widths are in full-width characters (em) everywhere. Pure
functions; nothing here reads files, and rjieba's dictionary is loaded by the first text that needs it.
"""

from builder.words.lines import break_lines, last_line_free, width
from builder.words.numerals import chinese_number
from builder.words.segment import segment
from builder.words.titles import TITLE_LINES, plain_title, title_lines, title_rows
from builder.words.visible import visible

__all__ = [
    "TITLE_LINES",
    "break_lines",
    "chinese_number",
    "last_line_free",
    "plain_title",
    "segment",
    "title_lines",
    "title_rows",
    "visible",
    "width",
]
