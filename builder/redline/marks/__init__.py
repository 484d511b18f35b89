"""Word's revision marks between two versions of a file: what went struck out, what came underlined, the look that of the newer one."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from builder import guard
from builder.errors import Fault, InvalidContent, Place
from builder.files import member, zip_package
from builder.guard import Element, Opened
from builder.ooxml import integer
from builder.redline.marks.accepted import accept
from builder.redline.marks.borrowed import Borrowed, Package
from builder.redline.marks.ink import Ink
from builder.redline.marks.names import W
from builder.redline.marks.stories import Stories
from builder.redline.marks.streams import Reader, Signs

__all__ = ["Marked", "marked"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A DOCX with revision marks, and how many they are."""

    docx: bytes
    marks: int


def marked(old: bytes, new: bytes, author: str, day: str = "", names: tuple[str, str] = ("旧稿", "新稿")) -> Marked:
    """The newer of two DOCX files with marks against the older one: to accept all gives the newer text, to reject all the older.

    Paragraphs, tables and text boxes of the main text are compared, pictures by their bytes. Sections, headers and footers,
    comments and notes are those of the newer file. Revisions that the files bear already are taken as accepted.

    Args:
        old: the older file.
        new: the newer file, whose formatting is kept.
        author: whose marks they are.
        day: their date (ISO); "" for none, which Word allows.
        names: what the files are called in messages.

    Raises:
        InvalidContent: a file is no DOCX, damaged or hostile; all faults of both.
    """
    before, after = (guard.opened(data, "docx", name) for data, name in zip((old, new), names, strict=True))
    if before.faults or after.faults:
        raise InvalidContent("文件不能用，没有比较。", "按上面各条处理后重试。", (*before.faults, *after.faults))
    roots = [opened.roots[opened.main] for opened in (before, after)]
    if strict := [name for root, name in zip(roots, names, strict=True) if not root.tag.startswith(W)]:
        raise InvalidContent("文件不能用，没有比较。", "按上面各条处理后重试。", tuple(map(_strict, strict)))
    for root in roots:
        accept(root)
    older, newer = Package(before), Package(after)
    borrowed, signs = Borrowed(older, newer), Signs()
    ink = Ink(author, day, _highest_id(roots[1]), borrowed)
    stories = Stories(ink, borrowed, Reader(signs, older.picture), Reader(signs, newer.picture))
    bodies = [_body(root) for root in roots]
    stories.merge(*bodies)
    return Marked(_package(after, borrowed, _declared(roots[1], roots[0])), ink.marks)


def _strict(name: str) -> Fault:
    """A file in the strict form of the standard: its parts would not go together with those of a usual one."""
    hint = "用 Word 或 LibreOffice 打开，另存为“Word 文档（*.docx）”，不选“Strict”，再比对。"
    return Fault("diff-strict", "error", Place(name), "这份 Word 按“Strict Open XML”格式存，写不了修订标记。", hint)


def _body(root: Element) -> Element:
    body = root.find(f"{W}body")
    return etree.SubElement(root, f"{W}body") if body is None else body


def _highest_id(root: Element) -> int:
    return max((integer(element.get(f"{W}id")) for element in root.iter()), default=0)


def _declared(root: Element, other: Element) -> Element:
    """The root with the prefixes of both files: ``mc:Choice`` names its own by them."""
    spaces = {prefix: space for prefix, space in (*other.nsmap.items(), *root.nsmap.items()) if prefix is not None}
    made = etree.Element(root.tag, nsmap=spaces)
    for name, value in root.attrib.items():
        made.set(name, value)
    made.extend(list(root))
    return made


def _package(newer: Opened, borrowed: Borrowed, main: Element) -> bytes:
    changed = {newer.main: main, **{name: newer.roots[name] for name in sorted(borrowed.changed)}}
    parts = {name: _bytes(changed[name]) if name in changed else data for name, data in newer.parts.items()}
    return zip_package(member(name, data) for name, data in {**parts, **borrowed.parts}.items())


def _bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
