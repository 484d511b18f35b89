"""Effective formatting of a Word file (ISO/IEC 29500-1, 17.7.2): defaults, table style, style chain, character style, direct.

Lengths in pt; an indent in characters stands beside the one in pt and comes before it where both are given. What no level
gives is absent: it is never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from builder.guard import Element, local

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST = 1e9
_DEEPEST = 40  # styles based on one another
_OFF = ("0", "false", "off", "none")
_FLAGS = (
    *("kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "widowControl"),
    *("snapToGrid", "keepNext", "keepLines", "pageBreakBefore", "adjustRightInd"),
)
_RUN_FLAGS = ("b", "i", "vanish", "snapToGrid", "strike", "dstrike")
_INK = {"u": "val", "highlight": "val", "shd": "fill"}
_UNSEEN = ("none", "auto", "ffffff", "white")
_SLOTS = {"eastAsia": "eastAsiaTheme", "ascii": "asciiTheme", "hAnsi": "hAnsiTheme"}
_INDENTS = {"start": "left", "end": "right", "startChars": "leftChars", "endChars": "rightChars"}
Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Border:
    """A rule at a side of a paragraph or cell: pt, RRGGBB, and the gap between it and the text in pt."""

    width: float
    color: str
    space: float = 0


def value(parent: Element | None, name: str, attribute: str = "val") -> str:
    """An attribute of a child; "" when there is no such child or attribute."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return "" if child is None else child.get(f"{W}{attribute}", "")


def number(text: str) -> float | None:
    """A number as Word writes it (a few write fractions or units in pt); None when it is none, or beyond all measure."""
    try:
        found = float(text.removesuffix("pt")) * (20 if text.endswith("pt") else 1)
    except ValueError:
        return None
    return found if abs(found) < _MOST else None  # nor infinite, nor no number at all


def on(parent: Element | None, name: str) -> bool | None:
    """A toggle property (17.7.3); None when it is not given."""
    child = parent.find(f"{W}{name}") if parent is not None else None
    return None if child is None else child.get(f"{W}val", "1").lower() not in _OFF


def run_properties(element: Element | None) -> Properties:
    """What one ``w:rPr`` says; a font in a slot takes the slot's theme font away and the other way round."""
    found: Properties = {}
    if element is None:
        return found
    fonts = element.find(f"{W}rFonts")
    if fonts is not None:
        for slot, theme in _SLOTS.items():
            if themed := fonts.get(f"{W}{theme}"):
                found |= {slot: "", theme: themed}
            elif name := fonts.get(f"{W}{slot}"):
                found |= {slot: name, theme: ""}
    for name, scale in (("sz", 2), ("spacing", 20), ("w", 1), ("kern", 2)):
        if (given := number(value(element, name))) is not None:
            found[name] = given / scale
    if color := value(element, "color"):
        found["color"] = _color(color)
    found |= {name: said for name in _RUN_FLAGS if (said := on(element, name)) is not None}
    found |= {name: shown not in _UNSEEN for name, key in _INK.items() if (shown := value(element, name, key).lower())}
    if style := value(element, "rStyle"):
        found["rStyle"] = style
    return found


def paragraph_properties(element: Element | None) -> Properties:
    """What one ``w:pPr`` says."""
    found: Properties = {}
    if element is None:
        return found
    if align := value(element, "jc"):
        found["jc"] = {"start": "left", "end": "right", "distribute": "both"}.get(align, align)
    spacing = element.find(f"{W}spacing")
    if spacing is not None:
        found |= _spacing(spacing)
    indent = element.find(f"{W}ind")
    if indent is not None:
        found |= _indents(indent)
    borders = element.find(f"{W}pBdr")
    if borders is not None:
        found |= {f"border-{local(side)}": border(side) for side in borders}
    found |= {name: said for name in _FLAGS if (said := on(element, name)) is not None}
    if side := value(element, "framePr", "xAlign"):
        found["frame"] = side
    numbering = element.find(f"{W}numPr")
    if numbering is not None:
        found |= {"numId": value(numbering, "numId"), "ilvl": value(numbering, "ilvl") or "0"}
    return found


def _spacing(element: Element) -> Properties:
    found: Properties = {}
    for key in ("before", "after", "line"):
        if (given := number(element.get(f"{W}{key}", ""))) is not None:
            found[key] = given / 20
    if "line" in found:
        found["lineRule"] = element.get(f"{W}lineRule", "auto")
    return found


def _indents(element: Element) -> Properties:
    found: Properties = {}
    for key, text in element.attrib.items():
        name = str(key).rpartition("}")[2]
        name, given = _INDENTS.get(name, name), number(str(text))
        if given is None:
            continue
        amount = given / (100 if name.endswith("Chars") else 20)
        if name in ("hanging", "hangingChars"):
            found["first" if name == "hanging" else "firstChars"] = -amount
        elif name in ("firstLine", "firstLineChars"):
            found.setdefault("first" if name == "firstLine" else "firstChars", amount)
        else:
            found[name] = amount
    return found


def border(element: Element) -> Border | None:
    """A rule of ``w:pBdr`` or ``w:tcBorders``; None for one that is switched off."""
    if element.get(f"{W}val", "none") in ("none", "nil"):
        return None
    width = number(element.get(f"{W}sz", "")) or 0
    return Border(width / 8, _color(element.get(f"{W}color", "auto")), number(element.get(f"{W}space", "")) or 0)


def _color(text: str) -> str:
    return "000000" if text.lower() == "auto" else text.upper().removeprefix("#")


class Styles:
    """The styles of a file, each with all that it inherits."""

    def __init__(self, root: Element | None, theme: Element | None, settings: Element | None) -> None:
        self._known = {} if root is None else {s.get(f"{W}styleId", ""): s for s in root.findall(f"{W}style")}
        self._theme = _theme_fonts(theme, value(settings, "themeFontLang", "eastAsia") or "zh-CN")
        defaults = root.find(f"{W}docDefaults") if root is not None else None
        self._run_defaults = run_properties(_below(defaults, "rPrDefault", "rPr"))
        self._paragraph_defaults = paragraph_properties(_below(defaults, "pPrDefault", "pPr"))
        self._chains: dict[tuple[str, str], Properties] = {}

    @cached_property
    def default(self) -> str:
        """The id of the default paragraph style; "" when there is none."""
        marked = ("1", "true", "on")
        return next(
            (k for k, s in self._known.items() if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") in marked),
            "",
        )

    def name(self, style: str) -> str:
        """The name that Word shows; "" for an unknown id."""
        return value(self._known[style], "name") if style in self._known else ""

    def paragraph(
        self, style: str, direct: Properties, table: str, list_: Callable[[str, str], Properties]
    ) -> Properties:
        """Paragraph properties in force.

        Args:
            style: the id of the paragraph style, "" for the default one.
            direct: what the paragraph itself says.
            table: the id of the table style around it, or "".
            list_: paragraph properties of a list level, by ``numId`` and ``ilvl``.
        """
        styled = self._chain("pPr", style or self.default)
        listed = {**styled, **direct}
        level = list_(listed["numId"], listed["ilvl"]) if listed.get("numId", "0") != "0" else {}
        own = direct if "numId" in direct else {**level, **direct}
        numbered = {**styled, **level, **direct} if "numId" in direct else {**level, **styled, **own}
        return {**self._paragraph_defaults, **self._chain("pPr", table), **numbered}

    def run(self, paragraph: str, direct: Properties, table: str) -> Properties:
        """Run properties in force: ``paragraph`` is the id of the paragraph style; theme fonts by their names."""
        found = {
            **self._run_defaults,
            **self._chain("rPr", table),
            **self._chain("rPr", paragraph or self.default),
            **self._chain("rPr", direct.get("rStyle", "")),
            **direct,
        }
        for slot, theme in _SLOTS.items():
            if found.get(theme):
                found[slot] = self._theme.get(found[theme], "")
        return found

    def _chain(self, part: str, style: str) -> Properties:
        """What a style says with all that it is based on."""
        key = (part, style)
        if key not in self._chains:
            self._chains[key] = self._resolved(part, style)
        return self._chains[key]

    def _resolved(self, part: str, style: str) -> Properties:
        read = run_properties if part == "rPr" else paragraph_properties
        found: Properties = {}
        for element in reversed(self.ancestors(style)):
            found |= read(element.find(f"{W}{part}"))
        return found

    def ancestors(self, style: str) -> list[Element]:
        """A style and those that it is based on, itself first; nothing for an unknown id."""
        chain: list[Element] = []
        while style in self._known and len(chain) < _DEEPEST:
            chain.append(self._known[style])
            style = value(self._known[style], "basedOn")
        return chain


def _below(element: Element | None, *names: str) -> Element | None:
    for name in names:
        element = element.find(f"{W}{name}") if element is not None else None
    return element


_THEME = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def _theme_fonts(theme: Element | None, language: str) -> Mapping[str, str]:
    """Theme references such as ``minorEastAsia`` → font names; an empty East Asian face means that of the script."""
    if theme is None:
        return {}
    script = "Hant" if language.lower() in ("zh-tw", "zh-hk", "zh-mo") else "Hans"
    found: dict[str, str] = {}
    for kind in ("major", "minor"):
        group = next(iter(theme.iter(f"{_THEME}{kind}Font")), None)
        if group is None:
            continue
        latin, east = (_face(group.find(f"{_THEME}{name}")) for name in ("latin", "ea"))
        scripts = {f.get("script"): f.get("typeface", "") for f in group.findall(f"{_THEME}font")}
        found |= {f"{kind}EastAsia": east or scripts.get(script, "")}
        found |= dict.fromkeys((f"{kind}Ascii", f"{kind}HAnsi"), latin)
    return found


def _face(element: Element | None) -> str:
    return "" if element is None else element.get("typeface", "")


def list_levels(root: Element | None) -> Mapping[tuple[str, str], tuple[str, Properties]]:
    """Of every list level, by ``numId`` and ``ilvl``: its first number as printed, and its paragraph properties."""
    if root is None:
        return {}
    abstract = {a.get(f"{W}abstractNumId", ""): a for a in root.findall(f"{W}abstractNum")}
    found: dict[tuple[str, str], tuple[str, Properties]] = {}
    for num in root.findall(f"{W}num"):
        base = abstract.get(value(num, "abstractNumId"))
        changed = (o.find(f"{W}lvl") for o in num.findall(f"{W}lvlOverride"))
        levels: Iterable[Element] = [
            *(base.findall(f"{W}lvl") if base is not None else ()),
            *(c for c in changed if c is not None),
        ]
        for level in levels:
            key = num.get(f"{W}numId", ""), level.get(f"{W}ilvl", "0")
            found[key] = _first_number(level), paragraph_properties(level.find(f"{W}pPr"))
    return found


def _first_number(level: Element) -> str:
    chinese = "hinese" in value(level, "numFmt") or "japanese" in value(level, "numFmt")
    text = value(level, "lvlText")
    for digit in "123456789":
        text = text.replace(f"%{digit}", "一" if chinese else "1")
    return text
