"""The door to lxml for foreign XML: no DTD, no entity, no network, UTF-8 or UTF-16 only, a limit on nesting."""

from __future__ import annotations

import re

from lxml import etree

MAX_DEPTH = 256
Element = etree._Element
# Office Open XML (ISO/IEC 29500-2, 8.1.2) and all known writers of OpenDocument: nothing but these.
_ENCODINGS = ("utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_UTF_32 = (b"\x00\x00\xfe\xff", b"\xff\xfe\x00\x00", b"\x00\x00\x00<", b"<\x00\x00\x00")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")


class Refused(Exception):
    """XML that is not read: ``code`` of the fault, Chinese ``message``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def parse(data: bytes) -> Element:
    """The root of an XML text.

    Raises:
        Refused: a document type or entity declaration, another encoding, not well-formed, or nested beyond MAX_DEPTH.
    """
    plain = data.replace(b"\x00", b"")  # UTF-16 and UTF-32 as far as they are ASCII
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Refused("guard-doctype", "有文档类型或实体声明（DOCTYPE）")
    declared = _DECLARED.search(plain[:400])
    unknown = declared is not None and declared[1].decode().lower() not in _ENCODINGS
    if unknown or data[:4] in _UTF_32:
        raise Refused("guard-encoding", "XML 的编码不是 UTF-8 或 UTF-16")
    try:
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error).lower():
            raise Refused("guard-depth", f"XML 嵌套超过 {MAX_DEPTH} 层") from error
        raise Refused("guard-xml", f"XML 不完整或有错（{str(error)[:100]}）") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("guard-doctype", "有文档类型或实体声明（DOCTYPE）")
    if _TOO_DEEP(root):
        raise Refused("guard-depth", f"XML 嵌套超过 {MAX_DEPTH} 层")
    return root


def _parser() -> etree.XMLParser:
    """A new one for each text: a parser keeps what went wrong before."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False
    )


def local(element: Element) -> str:
    """An element's name without its namespace; "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """The value of the attribute with this local name, whatever its namespace; "" when absent."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def write(root: Element) -> bytes:
    """An XML text of a tree, as office programs declare it."""
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))
