"""What an issue and one run change in a Word file beyond its template: name or pages moved, colours taken out.

A template bears figures and colours in attributes, where it cannot hold tags; these are changed after it is filled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.render import word_header
from builder.render.template.xml import emu, twips

_SECTION = re.compile(r"<w:sectPr\b.*?</w:sectPr>", re.DOTALL)
_AFTER_TITLE = re.compile(r"<w:(?:textDirection|bidi|rtlGutter|docGrid|printerSettings)\b|</w:sectPr>")
_TITLE = re.compile(r"<w:titlePg\b[^>]*/>")
_FIRST = re.compile(r'<w:footerReference\b[^>]*w:type="first"[^>]*/>')
_MARGIN = re.compile(r"(<w:pgMar\b[^>]*>)")
_OFFSET = re.compile(r'(<wp:position(H|V) relativeFrom="page"><wp:posOffset>)(-?[0-9]+)(</wp:posOffset>)')
_TEXT_COLOUR = re.compile(r'(<w:color\b[^>]*w:val=")([0-9A-Fa-f]{6})(")')
_LINE_COLOUR = re.compile(r'(\sw:color=")([0-9A-Fa-f]{6})(")')
_FILL = re.compile(r'((?:\sw:fill|<a:srgbClr val)=")([0-9A-Fa-f]{6})(")')
_THEMED = re.compile(r'\sw:theme(?:Color|Tint|Shade|Fill|FillTint|FillShade)="[^"]*"')
_SCHEME = re.compile(r'(<a:schemeClr val=")(?:accent[1-6]|hlink|folHlink)"')
_HIGHLIGHT = re.compile(r"<w:highlight\b[^>]*/>")
_WHITE = "FFFFFF"


def changed(part: str, text: str, view: Mapping[str, Any]) -> str:
    """A part of the package (``word/document.xml`` …) as this view wants it; the very text where it wants nothing."""
    number, offset = view.get("页码"), view.get("套打")
    if part == "word/document.xml" and number and not number["首面"]:
        text = _SECTION.sub(_unnumbered, text, count=1)
    if part == "word/document.xml" and (down := view.get("左上", {}).get("下移")):
        text = text.replace("<w:body>", "<w:body>" + _space(down), 1)
    if word_header.wanted(view):
        text = word_header.changed(part, text, view)
    if offset:
        text = _moved(part, text, offset)
    return colourless(text) if view.get("黑白") and part.startswith("word/") else text


def _space(down: float) -> str:
    """A paragraph ``down`` mm high at the head of page 1: it moves the name, but not the box of the lines above it."""
    return (
        f'<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{twips(down)}" '
        'w:lineRule="exact"/><w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr></w:p>'
    )


def colourless(text: str) -> str:
    """Text and lines black, white ones left; fills grey; colours of the theme and of markers left out."""
    for pattern in (_TEXT_COLOUR, _LINE_COLOUR):
        text = pattern.sub(lambda m: m[0] if m[2].upper() == _WHITE else f"{m[1]}000000{m[3]}", text)
    text = _SCHEME.sub(r'\1tx1"', _HIGHLIGHT.sub("", text))
    return _THEMED.sub("", _FILL.sub(lambda m: m[1] + _grey(m[2]) + m[3], text))


def _grey(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (0, 2, 4))
    return f"{round(0.299 * red + 0.587 * green + 0.114 * blue):02X}" * 3


def _unnumbered(section: re.Match[str]) -> str:
    """A section whose first page has no footer."""
    text = _FIRST.sub("", _TITLE.sub("", section[0]))
    return _AFTER_TITLE.sub(lambda found: f"<w:titlePg/>{found[0]}", text, count=1)


def _moved(part: str, text: str, offset: Mapping[str, float]) -> str:
    """Pages whose type area, and all that hangs by it, stands ``右`` and ``下`` (mm) from where it stood.

    A landscape page is the portrait sheet turned: what is right on paper is down on it, and what is down is left.
    """
    right, down = offset["右"], offset["下"]
    if part == "word/document.xml":
        return _SECTION.sub(lambda section: _section(section[0], right, down), text)
    if part.startswith("word/footer"):  # what hangs by the sheet there is the turned number of a landscape page
        return _OFFSET.sub(lambda m: f"{m[1]}{int(m[3]) + emu(-down if m[2] == 'H' else right)}{m[4]}", text)
    return text


def _section(text: str, right: float, down: float) -> str:
    across, below = (-down, right) if 'w:orient="landscape"' in text else (right, down)
    added = {
        "top": twips(below),
        "bottom": -twips(below),
        "left": twips(across),
        "right": -twips(across),
        "header": twips(below),
        "footer": -twips(below),
    }

    def margin(found: re.Match[str]) -> str:
        return re.sub(
            r'(w:(top|bottom|left|right|header|footer)=")(-?[0-9]+)',
            lambda m: f"{m[1]}{_shifted(int(m[3]), added[m[2]])}",
            found[0],
        )

    return _MARGIN.sub(margin, text)


def _shifted(old: int, by: int) -> int:
    """A distance, never brought below 0: Word refuses that, or reads it as another kind of margin."""
    return old + by if old < 0 else max(0, old + by)
