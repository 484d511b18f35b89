"""What stands beside the text of a Word file: tracked changes accepted, fields shown as they are, notes and comments listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from builder.guard import Element, attribute, local
from builder.intake.notes import Notes
from builder.ooxml import MC, M, W, value

_GONE = (f"{W}del", f"{W}moveFrom")
_ROW_GONE = (f"{W}trPr/{W}del", f"{W}trPr/{W}moveFrom")
# Wrappers whose content stands as if they were not there.
_WRAPPERS = ("ins", "moveTo", "smartTag", "customXml", "hyperlink", "dir", "bdo", "fldSimple", "sdt", "sdtContent")
_SHOWS_NOTHING = ("instrText", "delInstrText", "fldChar")


class Parts(Protocol):
    """What is asked of the source: the root of a related part."""

    def related(self, sort: str) -> Element | None:
        """The root of the first part of a kind, e.g. "footnotes"."""

    def all_related(self, sort: str) -> list[Element]:
        """The roots of all parts of a kind, e.g. "header"."""


def reduce(root: Element, source: Parts, notes: Notes) -> None:
    """Leaves of the main part the text as it stands now; ``notes`` takes what was taken out."""
    _alternatives(root)
    _deletions(root, notes)
    _contents(root, notes)
    _boxes(root, notes)
    _references(root, source, notes)
    _equations(root, notes)
    _links(root, notes)
    for element in list(root.iter(*(f"{W}{name}" for name in _WRAPPERS))):
        _unwrap(element)
    _fields(root, notes)
    _joined(root)
    for sort, kind in (("header", "页眉"), ("footer", "页脚")):
        for part in source.all_related(sort):
            text = text_in(part)
            if text.strip(" \t\u3000-－—–第页共0123456789０１２３４５６７８９"):
                notes.left(kind, text)


def text_in(element: Element) -> str:
    """All text that an element shows, deletions aside; instructions of fields are no text."""
    words = []
    for part in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}p"):
        if not any(parent.tag in _GONE for parent in part.iterancestors()):
            words.append(part.text or "" if part.tag == f"{W}t" else " ")
    return " ".join("".join(words).split())


def remove(element: Element) -> None:
    """Takes an element out of its parent."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    for child in list(element):
        element.addprevious(child)
    remove(element)


def _alternatives(root: Element) -> None:
    """Of two forms of one thing the newer, which all programs of today read; the other only where there is no first."""
    for both in list(root.iter(f"{MC}AlternateContent")):
        choice = both.find(f"{MC}Choice")
        kept = choice if choice is not None else both.find(f"{MC}Fallback")
        for child in list(kept) if kept is not None else ():
            both.addprevious(child)
        remove(both)


def _deletions(root: Element, notes: Notes) -> None:
    for row in list(root.iter(f"{W}tr")):
        if any(row.find(path) is not None for path in _ROW_GONE):
            notes.left("修订中删除的表格行", text_in(row))
            remove(row)
    for paragraph in root.iter(f"{W}p"):  # marked before the marks inside w:rPr go with the other deletions
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is not None and any(mark.find(tag) is not None for tag in _GONE):
            paragraph.set("joined", "1")
    for element in list(root.iter(*_GONE)):
        text = "".join(t.text or "" for t in element.iter(f"{W}delText", f"{W}t"))
        if local(element) == "del" and text.strip():
            notes.left("修订中删除的文字", text)
        elif text.strip():
            notes.left("修订中移走的文字（已在新位置）", text)
        remove(element)


def _contents(root: Element, notes: Notes) -> None:
    """A table of contents: its page numbers mean nothing in a bulletin."""
    for gallery in list(root.iter(f"{W}docPartGallery")):
        whole = next(gallery.iterancestors(f"{W}sdt"), None)
        if gallery.get(f"{W}val") == "Table of Contents" and whole is not None:
            notes.left("目录", text_in(whole))
            remove(whole)


def _boxes(root: Element, notes: Notes) -> None:
    for box in list(root.iter(f"{W}txbxContent")):
        if not any(True for _ in box.iterancestors(f"{W}txbxContent")):
            notes.left("文本框", text_in(box))
            remove(box)


def _references(root: Element, source: Parts, notes: Notes) -> None:
    """Footnotes, endnotes and comments with their text."""
    for mark, sort, entry, kind in (
        ("footnoteReference", "footnotes", "footnote", "脚注"),
        ("endnoteReference", "endnotes", "endnote", "尾注"),
        ("commentReference", "comments", "comment", "批注"),
    ):
        part = source.related(sort)
        entries = part.findall(f"{W}{entry}") if part is not None else []
        texts = {e.get(f"{W}id"): text_in(e) for e in entries}
        for reference in list(root.iter(f"{W}{mark}")):
            notes.left(kind, texts.get(reference.get(f"{W}id"), ""))
            remove(reference)


def _equations(root: Element, notes: Notes) -> None:
    for equation in list(root.iter(f"{M}oMath")):
        notes.left("公式", "".join(t.text or "" for t in equation.iter(f"{M}t", f"{W}t")))
        remove(equation)


def _links(root: Element, notes: Notes) -> None:
    for link in root.iter(f"{W}hyperlink"):
        notes.left("超链接（文字已带入）", text_in(link))
    for field in root.iter(f"{W}fldSimple"):
        _note_field(attribute(field, "instr"), notes)


class _Field:
    """A field that has begun: its instruction, what of it shows nothing, and whether its result has begun."""

    def __init__(self) -> None:
        self.instruction: list[str] = []
        self.silent: list[Element] = []
        self.result: list[Element] = []
        self.showing = False


def _fields(root: Element, notes: Notes) -> None:
    """Fields to what they show. One that is never closed loses nothing but its marks."""
    opened: list[_Field] = []
    marks: list[Element] = []
    for run in list(root.iter(f"{W}r")):
        for element in list(run):
            name = local(element)
            if name in _SHOWS_NOTHING:
                marks.append(element)
            if name == "fldChar":
                _mark(element, opened, notes)
            elif name == "instrText" and opened:
                opened[-1].instruction.append(element.text or "")
            elif name != "rPr" and opened:
                (opened[-1].result if opened[-1].showing else opened[-1].silent).append(element)
    for element in marks:
        remove(element)


def _mark(element: Element, opened: list[_Field], notes: Notes) -> None:
    sort = attribute(element, "fldCharType")
    if sort == "begin":
        opened.append(_Field())
    elif sort == "separate" and opened:
        opened[-1].showing = True
    elif sort == "end" and opened:
        field = opened.pop()
        name = _note_field("".join(field.instruction), notes, field.result)
        _take(field.silent)
        if name == "TOC":
            _take(field.result)
        elif opened:  # what the inner field shows belongs to the outer
            (opened[-1].result if opened[-1].showing else opened[-1].silent).extend(field.result)


def _take(elements: Iterable[Element]) -> None:
    for element in elements:
        remove(element)


def _note_field(instruction: str, notes: Notes, result: Sequence[Element] = ()) -> str:
    """Lists a field; returns its name."""
    match = re.match(r"\s*([A-Za-z]+)", instruction)
    name = match[1].upper() if match else ""
    shown = "".join(e.text or "" for e in result if local(e) == "t")
    if name == "HYPERLINK":
        notes.left("超链接（文字已带入）", shown)
    elif name == "TOC":
        notes.left("目录", shown)
    elif name not in ("PAGEREF",):  # part of a table of contents
        notes.left("域（只带入显示的文字）", name or instruction)
    return name


def _joined(root: Element) -> None:
    """Paragraphs whose end was deleted run on into the next one, which keeps its properties."""
    for paragraph in list(root.iter(f"{W}p")):
        if paragraph.attrib.pop("joined", "") != "1":
            continue
        after = paragraph.getnext()
        while after is not None and local(after) in ("bookmarkStart", "bookmarkEnd", "proofErr"):
            after = after.getnext()
        kept = [child for child in paragraph if child.tag != f"{W}pPr"]
        if after is None or after.tag != f"{W}p":
            if not kept and paragraph.getnext() is not None and value(paragraph.find(f"{W}pPr"), "sectPr", "-") == "-":
                remove(paragraph)
            continue
        at = 1 if len(after) and after[0].tag == f"{W}pPr" else 0
        after[at:at] = kept
        remove(paragraph)
