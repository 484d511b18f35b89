"""The revisions of a Word file accepted, in its XML: the text that stands now, with all its formatting (ISO/IEC 29500-1, 17.13.5)."""

from __future__ import annotations

from builder.guard import Element
from builder.redline.marks.names import W, child, drop, remove, unwrap

_GONE = ("del", "moveFrom")
_KEPT = ("ins", "moveTo")
_FORMER = (
    *("rPrChange", "pPrChange", "tblPrChange", "tblPrExChange", "trPrChange", "tcPrChange", "tblGridChange"),
    *("sectPrChange", "numberingChange", "cellIns", "cellMerge"),
)
_RANGES = tuple(
    f"{name}{end}"
    for name in ("moveFromRange", "moveToRange", "customXmlInsRange", "customXmlDelRange", "customXmlMoveFromRange")
    for end in ("Start", "End")
)


def accept(root: Element) -> None:
    """Accept every revision below an element, in place."""
    _rows(root)
    for cell in [mark.getparent() for mark in root.iter(f"{W}cellDel")]:
        if cell is not None and (gone := cell.getparent()) is not None:
            remove(gone)
    merged = [p for p in root.iter(f"{W}p") if _marked(p)]
    marks = {mark for p in root.iter(f"{W}p") for mark in p.iterfind(f"{W}pPr/{W}rPr/*")}
    for element in list(root.iter(*(f"{W}{name}" for name in _GONE))):
        remove(element)
    for element in list(root.iter(*(f"{W}{name}" for name in _KEPT))):
        if element in marks:
            remove(element)
        else:
            unwrap(element)
    for paragraph in reversed(merged):
        _joined(paragraph)
    drop(root, (*_FORMER, *_RANGES))


def _rows(root: Element) -> None:
    for row in list(root.iter(f"{W}tr")):
        properties = child(row, "trPr")
        if properties is None:
            continue
        if any(child(properties, name) is not None for name in _GONE):
            table = row.getparent()
            remove(row)
            if table is not None and child(table, "tr") is None:
                remove(table)
        for name in _KEPT:
            if (mark := child(properties, name)) is not None:
                properties.remove(mark)


def _marked(paragraph: Element) -> bool:
    """Whether the end of the paragraph was taken out."""
    return any(paragraph.find(f"{W}pPr/{W}rPr/{W}{name}") is not None for name in _GONE)


def _joined(paragraph: Element) -> None:
    """A paragraph without an end of its own stands before what follows; a paragraph of nothing else goes."""
    content = [element for element in paragraph if element.tag != f"{W}pPr"]
    following = paragraph.getnext()
    if following is not None and following.tag == f"{W}p":
        at = 1 if child(following, "pPr") is not None else 0
        for offset, element in enumerate(content):
            following.insert(at + offset, element)
        remove(paragraph)
    elif following is not None and not content:
        remove(paragraph)
