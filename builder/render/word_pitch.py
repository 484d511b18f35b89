"""The pitch of body lines in a Word file, where an issue's lines stand closer than its template says (压行).

A template carries the pitch as figures of its styles: as exact lines, as the height of a half line, as the blank lines
after titles. Exactly these are replaced; whatever a hand has set otherwise stays. Such lines leave the document grid,
which keeps the template's pitch: LibreOffice would draw exact lines to it, and a closer grid it sets in the middle of the
type area, masthead and all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.render.template.xml import pt

_STYLE = re.compile(r"<w:style .*?</w:style>", re.DOTALL)
_NAME = re.compile(r'<w:name w:val="([^"]*)"')
_SPACING = re.compile(r"<w:spacing [^>]*>")
_SNAPS = "w:snapToGrid"
_MASTHEAD = frozenset({"标识"})  # beside the name, which does not move; programs rename the ids of styles


def figures(view: Mapping[str, Any]) -> dict[int, int]:
    """Twentieths of a point of the template → those of this issue: one line, half a line, the lines below a title."""
    squeezed = view.get("压行")
    if not squeezed:
        return {}
    below = view["版式"]["标题"]["题下空行"]
    return {pt(count * squeezed["自"]): pt(count * squeezed["至"]) for count in (below, 0.5, 1) if count}


def styles(text: str, changed: Mapping[int, int]) -> str:
    """``word/styles.xml`` with the figures changed."""
    if not changed:
        return text
    return _STYLE.sub(lambda style: _style(style[0], changed), text)


def _style(style: str, changed: Mapping[int, int]) -> str:
    named = _NAME.search(style)
    if named and named[1] in _MASTHEAD:
        return style
    return _SPACING.sub(lambda spacing: _spacing(spacing[0], changed, _SNAPS not in style), style)


def _spacing(tag: str, changed: Mapping[int, int], snapping: bool) -> str:
    """Space before and after; the line where it is exact, which then does not snap to the grid."""
    exact = 'w:lineRule="exact"' in tag
    names = "before|after|line" if exact else "before|after"
    made = re.sub(rf'(w:(?:{names})=")(\d+)(")', lambda m: _replaced(m, changed), tag)
    return f'<{_SNAPS} w:val="0"/>{made}' if exact and made != tag and snapping else made


def _replaced(match: re.Match[str], changed: Mapping[int, int]) -> str:
    figure = int(match[2])
    return f"{match[1]}{changed.get(figure, figure)}{match[3]}"
