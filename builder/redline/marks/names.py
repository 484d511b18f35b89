"""Names of Word's XML that marking needs, and elements made and changed in small steps."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from builder.guard import Element

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{_WORD}}}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
V = "{urn:schemas-microsoft-com:vml}"
XML = "{http://www.w3.org/XML/1998/namespace}"


def made(name: str, **attributes: str) -> Element:
    """A new element ``w:name`` with attributes of the same namespace."""
    element = etree.Element(f"{W}{name}", nsmap={"w": _WORD})
    for key, text in attributes.items():
        element.set(f"{W}{key}", text)
    return element


def child(parent: Element, name: str) -> Element | None:
    """The first child ``w:name``."""
    return parent.find(f"{W}{name}")


def first(parent: Element, name: str) -> Element:
    """The child ``w:name``, made as the first one where there is none."""
    found = child(parent, name)
    if found is None:
        found = made(name)
        parent.insert(0, found)
    return found


def remove(element: Element) -> None:
    """Take an element out of its parent; all text of Word's XML stands in elements of its own, so none is lost."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def unwrap(element: Element) -> None:
    """Leave an element's children in its place."""
    for inner in list(element):
        element.addprevious(inner)
    remove(element)


def drop(root: Element, names: Iterable[str]) -> None:
    """Take out every ``w:name`` below an element."""
    for element in list(root.iter(*(f"{W}{name}" for name in names))):
        if element is not root:
            remove(element)
