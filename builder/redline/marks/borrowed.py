"""What a newer file takes over from the older one to show what went: properties of text, styles, pictures."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from builder.guard import Element, Opened, attribute, local
from builder.redline.marks.names import WP, A, R, V, W, child, drop, remove

_TYPES = "[Content_Types].xml"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CONTENT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_STYLED = ("pStyle", "rStyle", "tblStyle")
# What leads to parts, or to places, that stay behind; and what sets pages, which are those of the newer file.
_LEFT = ("numPr", "sectPr", "rPrChange", "pPrChange", "cnfStyle", "ins", "del", "moveFrom", "moveTo")
_LEFT_NODES = ("footnoteReference", "endnoteReference", "commentReference", "object", "control")
# What stands at a point and has an id: the newer file has its own.
_POINTS = ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd")
_LINK = (f"{R}embed", f"{R}link", f"{R}id", f"{R}pict")


class Package:
    """The parts of a Word file that lead to others: relationships of the main part, styles."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        folder, name = posixpath.split(opened.main)
        self.folder, self.relations_name = folder, f"{folder}/_rels/{name}.rels"
        self.relations: Mapping[str, Element] = {
            attribute(entry, "Id"): entry for entry in opened.roots.get(self.relations_name, ())
        }

    def part(self, relation: str) -> str:
        """The name of the part that a relationship leads to; "" when none."""
        entry = self.relations.get(relation)
        if entry is None or attribute(entry, "TargetMode") == "External":
            return ""
        target = attribute(entry, "Target")
        return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(self.folder, target))

    def picture(self, relation: str) -> bytes:
        """The bytes that a relationship leads to; none where it leads nowhere."""
        return self.opened.parts.get(self.part(relation), b"")

    def related(self, kind: str) -> str:
        """The name of the part of a kind, e.g. "styles"; "" when there is none."""
        found = (key for key, e in self.relations.items() if attribute(e, "Type").endswith(f"/{kind}"))
        return self.part(next(found, ""))


class Borrowed:
    """Copies elements of the older file for use in the newer one, whose parts it changes where they need something."""

    def __init__(self, old: Package, new: Package) -> None:
        self._old, self._new = old, new
        self.parts: dict[str, bytes] = {}  # new parts
        self.changed: set[str] = set()  # parts of the newer file whose roots were changed
        self._styles_name = new.related("styles")
        self._old_styles = _styles(old.opened.roots.get(old.related("styles")))
        self._new_root = new.opened.roots.get(self._styles_name)
        known = _styles(self._new_root)
        self._by_name = {_name(style): key for key, style in known.items()}
        self._ids = set(known)
        self._mapped: dict[str, str] = {}
        self._pictures: dict[str, str] = {}
        self._drawings = 0

    def properties(self, element: Element) -> Element:
        """A ``w:rPr``, ``w:pPr``, ``w:tblPr`` … with the newer file's styles and without links to what stays behind."""
        copied = deepcopy(element)
        drop(copied, _LEFT)
        for style in copied.iter(*(f"{W}{name}" for name in _STYLED)):
            style.set(f"{W}val", self._style(style.get(f"{W}val", "")))
        for style in [s for s in copied.iter(*(f"{W}{name}" for name in _STYLED)) if not s.get(f"{W}val")]:
            remove(style)
        _known_only(copied, self._namespaces())
        return copied

    def shell(self, element: Element) -> Element:
        """A table or row; what stands in its cells is yet to be taken over, piece by piece."""
        copied = deepcopy(element)
        drop(copied, ("cnfStyle", *_POINTS))
        _known_only(copied, self._namespaces())
        return copied

    def node(self, element: Element) -> Element | None:
        """A picture, a tab …; None for what would lead to parts that stay behind."""
        if local(element) in _LEFT_NODES:
            return None
        copied = deepcopy(element)
        for holder in copied.iter():
            for name in _LINK:
                relation = holder.get(name)
                if relation is None:
                    continue
                if not (taken := self._picture(relation)):
                    return None
                holder.set(name, taken)
        for text in copied.iter(f"{W}p"):
            for properties in [*text.iterfind(f"{W}pPr"), *text.iterfind(f".//{W}rPr")]:
                properties.getparent().replace(properties, self.properties(properties))  # type: ignore[union-attr]
        for described in copied.iter(f"{WP}docPr"):
            self._drawings += 1
            described.set("id", str(800_000 + self._drawings))
        _known_only(copied, self._namespaces())
        return copied

    # ------------------------------------------------------------ styles

    def _style(self, key: str) -> str:
        """The id of an older file's style in the newer one, into which it comes where it is missing; "" where it is nowhere."""
        if key not in self._mapped:
            style = self._old_styles.get(key)
            if style is None:
                self._mapped[key] = ""
            elif (known := self._by_name.get(_name(style))) is not None:
                self._mapped[key] = known
            else:
                self._mapped[key] = self._brought(key, style)
        return self._mapped[key]

    def _brought(self, key: str, style: Element) -> str:
        if self._new_root is None:
            return ""
        number = 1
        while (new := f"{key}-{number}") in self._ids:
            number += 1
        self._ids.add(new)
        self._mapped[key] = new  # before those that it is based on: a circle would have no end
        copied = self.properties(style)
        copied.set(f"{W}styleId", new)
        if f"{W}default" in copied.attrib:
            del copied.attrib[f"{W}default"]
        drop(copied, ("link", "next"))
        based = child(copied, "basedOn")
        if based is not None:
            if below := self._style(based.get(f"{W}val", "")):
                based.set(f"{W}val", below)
            else:
                copied.remove(based)
        self._new_root.append(copied)
        self.changed.add(self._styles_name)
        return new

    # ------------------------------------------------------------ pictures

    def _picture(self, relation: str) -> str:
        """The newer file's relationship to a picture of the older one; "" for what is no picture in the file."""
        name, data = self._old.part(relation), self._old.picture(relation)
        entry = self._old.relations.get(relation)
        if not data or entry is None or not attribute(entry, "Type").endswith("/image"):
            return ""
        digest = hashlib.sha256(data).hexdigest()[:16]
        if digest not in self._pictures:
            suffix = name.rpartition(".")[2].lower()
            target = f"media/old-{digest}.{suffix}"
            self.parts[posixpath.join(self._new.folder, target)] = data
            self._typed(suffix)
            self._pictures[digest] = self._related(f"rIdOld{digest}", target)
        return self._pictures[digest]

    def _related(self, key: str, target: str) -> str:
        root = self._new.opened.roots[self._new.relations_name]
        etree.SubElement(root, _PACKAGE, Id=key, Type=_IMAGE, Target=target)
        self.changed.add(self._new.relations_name)
        return key

    def _typed(self, suffix: str) -> None:
        """The content type of a suffix, as the older file gives it."""
        root = self._new.opened.roots[_TYPES]
        if any(attribute(entry, "Extension").lower() == suffix for entry in root):
            return
        for entry in self._old.opened.roots[_TYPES]:
            if attribute(entry, "Extension").lower() == suffix:
                told = etree.Element(
                    f"{_CONTENT}Default", Extension=suffix, ContentType=attribute(entry, "ContentType")
                )
                root.insert(0, told)
                self.changed.add(_TYPES)

    def _namespaces(self) -> set[str]:
        """Namespaces that the newer file may hold: those that every reader knows, and those that it may pass over."""
        root = self._new.opened.roots[self._new.opened.main]
        passed = attribute(root, "Ignorable").split()
        return _KNOWN | {root.nsmap[prefix] for prefix in passed if prefix in root.nsmap}


_KNOWN = {
    "",
    *(name[1:-1] for name in (W, A, R, V, WP)),
    "http://www.w3.org/XML/1998/namespace",
    "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:word",
}


def _known_only(root: Element, allowed: set[str]) -> None:
    """Take out elements and attributes of namespaces that the newer file does not say may be passed over."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        if _space(element.tag) not in allowed:
            remove(element)
            continue
        for name in [str(key) for key in element.attrib if _space(str(key)) not in allowed]:
            del element.attrib[name]


def _space(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _styles(root: Element | None) -> dict[str, Element]:
    return {} if root is None else {s.get(f"{W}styleId", ""): s for s in root.iterfind(f"{W}style")}


def _name(style: Element) -> tuple[str, str]:
    """What a style is called, whoever saved the file: programs change the ids and the case."""
    name = child(style, "name")
    called = "" if name is None else name.get(f"{W}val", "")
    return style.get(f"{W}type", "paragraph"), called.casefold()
