"""A Word file made plain before pandoc reads it: numbers as text, tracked changes accepted, what cannot be carried listed.

pandoc loses automatic numbers, text boxes and more without a word. So the main part is reduced first to what an item
can hold (paragraphs, headings, bold, tables, pictures), and its text is taken down as the measure of what comes out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from builder import guard
from builder.errors import InvalidContent
from builder.files import member, zip_package
from builder.guard import Element
from builder.intake import word_changes, word_runs
from builder.intake.notes import Notes
from builder.ooxml import BULLET, Counters, Source, Style, W, lists, numbering, outline, value

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BULLET_STYLE = "jianbao-bullet"
TITLE_STYLE = "jianbao-title"


@dataclass(frozen=True, slots=True)
class Plain:
    """A reduced Word file for pandoc, the text that it holds paragraph by paragraph, and its pictures by path."""

    package: bytes
    text: tuple[str, ...]
    pictures: dict[str, bytes]


def plain(data: bytes, name: str, notes: Notes) -> Plain:
    """Judge a Word file and reduce it; ``notes`` takes what is left out.

    Raises:
        InvalidContent: it is hostile or damaged.
    """
    opened = guard.opened(data, "docx", name)
    if opened.faults:
        raise InvalidContent(f"{name} 不能导入，没有读取。", "按上面各条处理后重试。", opened.faults)
    source = Source(opened)
    root = source.root(opened.main)
    assert root is not None  # the guard has seen the main part
    word_changes.reduce(root, source, notes)
    pictures = word_runs.reduce(root, source, notes)
    _number(root, source, notes)
    text = tuple(_text(p) for p in root.iter(f"{W}p"))
    return Plain(_package(root, pictures), tuple(t for t in text if t.strip()), pictures)


def _number(root: Element, source: Source, notes: Notes) -> None:
    """Numbers as text before their paragraphs; of paragraph properties only what the item can hold."""
    counters = Counters(lists(source.related("numbering")))
    for paragraph in root.iter(f"{W}p"):
        properties = paragraph.find(f"{W}pPr")
        key = value(properties, "pStyle")
        style = source.style(key)
        number, depth = numbering(properties)
        depth = depth if depth is not None else style.depth
        if depth is None:
            depth = counters.level_of_style(number or style.number, key) or 0
        label = counters.label(number or style.number, depth) if (number or style.number) != "0" else ""
        if "?" in label:
            notes.changed("编号里有读不出的字符", label)
        kept = BULLET_STYLE if label == BULLET else _role(style, outline(properties))
        if properties is not None:
            paragraph.remove(properties)
        if label and label != BULLET:
            paragraph.insert(0, _labelled(label, _text(paragraph)))
        if kept:
            reduced = etree.SubElement(paragraph, f"{W}pPr")
            etree.SubElement(reduced, f"{W}pStyle").set(f"{W}val", kept)
            paragraph.insert(0, reduced)
    for form in sorted(counters.unknown):
        notes.changed("不认识的编号格式，按阿拉伯数字写出", form)


def _role(style: Style, level: int) -> str:
    if style.title:
        return TITLE_STYLE
    heading = level or style.heading
    return f"heading{heading}" if heading else ""


def _labelled(label: str, text: str) -> Element:
    """A run with the number; a space where it would run into digits or letters that follow."""
    follows = text.lstrip()[:1]
    tight = follows.isascii() and follows.isalnum() and (label[-1].isalnum() or label[-1] in ".．")
    run = etree.Element(f"{W}r")
    word_runs.text_of(run, label + (" " if tight else ""))
    return run


def _text(paragraph: Element) -> str:
    """A paragraph's text, nested tables aside (their paragraphs are counted by themselves)."""
    return "".join(t.text or "" for t in paragraph.iter(f"{W}t"))


_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Default Extension="img" ContentType="image/png"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>"""
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _package(root: Element, pictures: Mapping[str, bytes]) -> bytes:
    """A package of nothing but the reduced main part, a few styles and the pictures."""
    own = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in [
            ("Normal", "Normal"),
            (BULLET_STYLE, BULLET_STYLE),
            (TITLE_STYLE, TITLE_STYLE),
            *((f"heading{n}", f"heading {n}") for n in range(1, 10)),
        ]
    )
    sheet = f'<w:styles xmlns:w="{W[1:-1]}">{own}</w:styles>'
    relations = "".join(
        f'<Relationship Id="{posixpath.basename(path)[:-4]}" Type="{_RELATIONS}/image" Target="{path}"/>'
        for path in pictures
    )
    parts = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        ).encode(),
        "word/document.xml": etree.tostring(root, encoding="UTF-8", xml_declaration=True),
        "word/styles.xml": sheet.encode(),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="s1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
            f"{relations}</Relationships>"
        ).encode(),
        **{f"word/{path}": data for path, data in pictures.items()},
    }
    return zip_package([member(part, data, 1) for part, data in parts.items()])
