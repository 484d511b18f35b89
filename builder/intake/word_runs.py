"""Runs, tables and pictures of a Word file reduced to what pandoc cannot misread: text, bold, spans, plain pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from lxml import etree

from builder.guard import Element, local
from builder.intake.notes import Notes
from builder.intake.word_changes import remove
from builder.ooxml import A, R, Style, V, W, on, sign, value

_XML = "{http://www.w3.org/XML/1998/namespace}"
_DROPPED_TABLE = ("tblPrEx", "tblPrChange", "sectPr")
_NO_TEXT = ("lastRenderedPageBreak", "softHyphen", "annotationRef", "footnoteRef", "endnoteRef", "separator", "rPr")


class Source(Protocol):
    """What is asked of the source: pictures and styles."""

    def picture(self, relation: str) -> bytes | None:
        """The bytes of a picture by its relationship."""

    def style(self, key: str) -> Style:
        """A style by its id."""


def reduce(root: Element, source: Source, notes: Notes) -> dict[str, bytes]:
    """Reduces all runs and tables of the main part; returns the pictures by their new path."""
    pictures: dict[str, bytes] = {}
    for run in list(root.iter(f"{W}r")):
        _run(run, source, pictures, notes)
    for paragraph in list(root.iter(f"{W}p")):
        for child in list(paragraph):
            if child.tag not in (f"{W}r", f"{W}pPr"):
                remove(child)
    for properties in list(root.iter(f"{W}trPr", f"{W}tcPr", f"{W}tblPr")):
        for child in list(properties):
            if local(child) not in ("tblHeader", "gridSpan", "vMerge", "gridBefore", "gridAfter"):
                properties.remove(child)
    for element in list(root.iter(f"{W}sectPr", f"{W}bookmarkStart", f"{W}bookmarkEnd", f"{W}background")):
        remove(element)
    return pictures


def text_of(run: Element, text: str) -> None:
    """Adds text to a run, spaces kept."""
    node = etree.SubElement(run, f"{W}t")
    node.text = text
    node.set(f"{_XML}space", "preserve")


def _run(run: Element, source: Source, pictures: dict[str, bytes], notes: Notes) -> None:
    """One run anew: bold, text, line ends, pictures."""
    properties = run.find(f"{W}rPr")
    style = source.style(value(properties, "rStyle"))
    hidden, bold = on(properties, "vanish"), on(properties, "b")
    children = [child for child in run if isinstance(child.tag, str)]
    for child in list(run):
        run.remove(child)
    if hidden or (hidden is None and style.hidden):
        notes.left("隐藏文字", "".join(c.text or "" for c in children if local(c) == "t"))
        return
    _formats(properties, children, notes)
    if bold or (bold is None and style.bold):
        etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}b")
    for child in children:
        _piece(run, child, source, pictures, notes)


def _formats(properties: Element | None, children: list[Element], notes: Notes) -> None:
    """Formats that carry meaning and are not kept; their text is."""
    text = "".join(c.text or "" for c in children if local(c) == "t")
    if properties is None or not text.strip():
        return
    raised = value(properties, "vertAlign")
    for present, kind in (
        (on(properties, "strike") or on(properties, "dstrike"), "删除线（文字已带入）"),
        (raised == "superscript", "上标（文字已带入，未升高）"),
        (raised == "subscript", "下标（文字已带入，未降低）"),
        (value(properties, "em") not in ("", "none"), "着重号（文字已带入）"),
    ):
        if present:
            notes.left(kind, text)


def _piece(run: Element, child: Element, source: Source, pictures: dict[str, bytes], notes: Notes) -> None:
    name = local(child)
    if name == "t":
        text_of(run, child.text or "")
    elif name in ("tab", "ptab"):
        text_of(run, " ")
    elif name == "noBreakHyphen":
        text_of(run, "-")
    elif name == "sym":
        text_of(run, _sign(child, notes))
    elif name == "ruby":
        _ruby(run, child, notes)
    elif name == "br" and child.get(f"{W}type", "textWrapping") != "textWrapping":
        notes.left("分页符、分栏符")
    elif name in ("br", "cr"):
        etree.SubElement(run, f"{W}br")
    elif name in ("drawing", "pict"):
        _drawing(run, child, source, pictures, notes)
    elif name not in _NO_TEXT:
        notes.left("不认识的内容", name)


def _sign(child: Element, notes: Notes) -> str:
    """A sign of a symbol font as a character; one that has none keeps its private code, which loading refuses."""
    text, changed = sign(child)
    if changed:
        notes.changed("符号字体的字符，已换成标准字符", text)
    return text


def _ruby(run: Element, child: Element, notes: Notes) -> None:
    for above in child.iter(f"{W}rt"):
        notes.left("注音", "".join(t.text or "" for t in above.iter(f"{W}t")))
    for base in child.iter(f"{W}rubyBase"):
        text_of(run, "".join(t.text or "" for t in base.iter(f"{W}t")))


def _drawing(run: Element, child: Element, source: Source, pictures: dict[str, bytes], notes: Notes) -> None:
    found = list(_embedded(child))
    if not found:
        kinds = [local(e) for e in child.iter() if isinstance(e.tag, str)]
        kind = "图表" if "chart" in kinds else "智能图形" if "relIds" in kinds else "图形"
        if "textbox" not in kinds and "txbx" not in kinds:  # a text box is listed with its text already
            notes.left(kind)
        return
    described = next((e for e in child.iter() if local(e) == "docPr"), None)
    alt = (described.get("descr") or "") if described is not None else ""
    alt = alt or next((e.get("alt") or e.get("title") or "" for e in child.iter(f"{V}shape", f"{V}imagedata")), "")
    for relation in found:
        data = source.picture(relation)
        if data is None:
            notes.left("图片（文件里没有图片数据）", alt)
            continue
        path = f"media/p{len(pictures) + 1}.img"
        pictures[path] = data
        run.append(_picture(f"p{len(pictures)}", alt))


def _embedded(child: Element) -> Iterator[str]:
    for blip in child.iter(f"{A}blip"):
        if relation := blip.get(f"{R}embed"):
            yield relation
    for image in child.iter(f"{V}imagedata"):
        if relation := image.get(f"{R}id"):
            yield relation


def _picture(relation: str, alt: str) -> Element:
    wp = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
    pic = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
    # pandoc knows these names only by their usual prefixes
    prefixes = {"w": W[1:-1], "wp": wp[1:-1], "a": A[1:-1], "pic": pic[1:-1], "r": R[1:-1]}
    drawing = etree.Element(f"{W}drawing", nsmap=prefixes)
    inline = etree.SubElement(drawing, f"{wp}inline")
    etree.SubElement(inline, f"{wp}extent", cx="9525", cy="9525")
    etree.SubElement(inline, f"{wp}docPr", id="1", name="p", descr=alt)
    graphic = etree.SubElement(etree.SubElement(inline, f"{A}graphic"), f"{A}graphicData", uri=pic[1:-1])
    fill = etree.SubElement(etree.SubElement(graphic, f"{pic}pic"), f"{pic}blipFill")
    etree.SubElement(fill, f"{A}blip").set(f"{R}embed", relation)
    return drawing
