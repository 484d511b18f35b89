"""Fields of a Word file that tell of the machine and the hour, made the text that the file shows for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from builder import guard
from builder.files import member, zip_package
from builder.guard import Element, attribute, local
from builder.ooxml.names import W

_TIMES = {"DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "EDITTIME", "REVNUM"}
_PEOPLE = {"AUTHOR", "LASTSAVEDBY", "USERNAME", "USERINITIALS", "USERADDRESS"}
_FILES = {"FILENAME", "FILESIZE", "TEMPLATE", "DOCPROPERTY", "DOCVARIABLE", "INFO", "NUMWORDS", "NUMCHARS"}
_TITLES = {"TITLE", "SUBJECT", "KEYWORDS", "COMMENTS"}
_TELLING = frozenset(_TIMES | _PEOPLE | _FILES | _TITLES)
_WORD = re.compile(r"\s*([A-Za-z]+)")
_LOOKED_AT = tuple(W + name for name in ("fldSimple", "fldChar", "instrText", "delInstrText", "t", "tab", "br", "sym"))
_DEPTH = 64  # so many enclosing fields take up what an inner one shows


def stilled(opened: guard.Opened) -> tuple[bytes, int] | None:
    """The package of a Word file without such fields, and how many they were; None where it has none.

    A reader would print another date, path or name instead. What a field shows stays; one that shows nothing is gone.
    The roots of ``opened`` are changed.
    """
    count, parts = 0, dict(opened.parts)
    for name, root in opened.roots.items():
        if found := _stilled(root):
            count += found
            parts[name] = guard.write(root)
    return (zip_package(member(name, data) for name, data in parts.items()), count) if count else None


@dataclass
class _Field:
    """A field that has begun: its instruction so far, its marks, what is not shown of it."""

    text: list[str] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    showing: bool = False


def _stilled(root: Element) -> int:
    """How many fields of a part became their text."""
    simple: list[Element] = []
    gone: list[Element] = []
    count = 0
    for ended in _ended(root, simple):
        if _tells("".join(ended.text)):
            gone += ended.elements
            count += 1
    for element in dict.fromkeys(gone):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for element in simple:
        parent = element.getparent()
        if parent is not None and _tells(attribute(element, "instr")):
            at = parent.index(element)
            parent[at : at + 1] = list(element)
            count += 1
    return count


def _ended(root: Element, simple: list[Element]) -> Iterator[_Field]:
    """Every field with its end; those of one element go into ``simple``."""
    fields: list[_Field] = []
    for element in root.iter(*_LOOKED_AT):
        for outer in fields[-_DEPTH:]:
            if not outer.showing:
                outer.elements.append(element)
        name = local(element)
        if name == "fldSimple":
            simple.append(element)
        elif name in ("instrText", "delInstrText") and fields:
            fields[-1].text.append(element.text or "")
        elif name == "fldChar":
            kind = attribute(element, "fldCharType")
            if kind == "begin":
                fields.append(_Field(elements=[element]))
            elif fields:
                fields[-1].elements.append(element)
                fields[-1].showing = True
                if kind == "end":
                    yield fields.pop()


def _tells(instruction: str) -> bool:
    first = _WORD.match(instruction)
    return first is not None and first[1].upper() in _TELLING
