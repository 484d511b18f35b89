"""What the styles of a Word file say about a paragraph or run: heading, list, bold, hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass

from builder.guard import Element
from builder.ooxml.names import W, integer, on, value

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLES = ("title", "标题", "subtitle")
_DEEPEST = 20  # styles based on one another


@dataclass(frozen=True, slots=True)
class Style:
    """One style with what it inherits: ``heading`` 1–9, 0 none; ``number`` and ``depth`` of its list ("" none)."""

    heading: int = 0
    title: bool = False
    number: str = ""
    depth: int | None = None
    bold: bool = False
    hidden: bool = False


def numbering(properties: Element | None) -> tuple[str, int | None]:
    """``numId`` ("" when not given) and level of paragraph properties."""
    child = properties.find(f"{W}numPr") if properties is not None else None
    depth = integer(value(child, "ilvl"), -1)
    return value(child, "numId"), depth if depth >= 0 else None


def outline(properties: Element | None) -> int:
    """The heading level that an outline level stands for (from 1); 0 for body text."""
    level = integer(value(properties, "outlineLvl"), -1)
    return level + 1 if 0 <= level < 9 else 0


def styles(root: Element | None) -> dict[str, Style]:
    """The styles by id, inheritance resolved; key "" is the default paragraph style."""
    if root is None:
        return {}
    known = {s.get(f"{W}styleId", ""): s for s in root.findall(f"{W}style")}
    found = {key: _resolved(key, known) for key in known}
    for key, style in known.items():
        if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
            found[""] = found[key]
    return found


def _resolved(key: str, known: dict[str, Element]) -> Style:
    """One style with its ancestors: the nearest that says something decides."""
    chain: list[Element] = []
    while key in known and len(chain) < _DEEPEST:
        chain.append(known[key])
        key = value(known[key], "basedOn")
    number, depth, heading, title = "", None, 0, False
    bold: bool | None = None
    hidden: bool | None = None
    for style in chain:
        paragraph, run = style.find(f"{W}pPr"), style.find(f"{W}rPr")
        name = value(style, "name")
        match = _HEADING.fullmatch(name.strip())
        heading = heading or (int(match[1]) if match else outline(paragraph))
        title = title or name.strip().lower() in _TITLES
        own, level = numbering(paragraph)
        number, depth = number or own, depth if depth is not None else level
        bold = on(run, "b") if bold is None else bold
        hidden = on(run, "vanish") if hidden is None else hidden
    return Style(heading, title, number, depth, bool(bold), bool(hidden))
