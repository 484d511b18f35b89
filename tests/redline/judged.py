"""An outsider's view of revision marks: a DOCX's text with all of them accepted or rejected, and whether an auditor likes the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
Taken = Literal["accepted", "rejected"]


def body(document: bytes) -> Any:
    """The main part, as a tree."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return etree.fromstring(package.read("word/document.xml"))


def lines(document: bytes, taken: Taken = "accepted") -> list[str]:
    """Every paragraph in the order of the file, cells and text boxes among them, as it reads with all marks accepted or rejected.

    Tabs and line ends are characters; what stands in boxes comes after all others.
    """
    gone = "del" if taken == "accepted" else "ins"
    root = body(document)
    for fallback in list(root.iter(FALLBACK)):
        fallback.getparent().remove(fallback)
    for row in list(root.iter(f"{W}tr")):
        if row.find(f"{W}trPr/{W}{gone}") is not None:
            row.getparent().remove(row)
    for table in list(root.iter(f"{W}tbl")):
        if table.find(f"{W}tr") is None:
            table.getparent().remove(table)
    found = list(_stories(root, gone))
    return [text for boxed in (False, True) for in_box, text in found if in_box is boxed]


def _stories(root: Any, gone: str) -> Iterator[tuple[bool, str]]:
    """Paragraphs, and whether each is in a box: an end that is gone joins a paragraph to the next one of its story."""
    open_: dict[Any, str] = {}
    for paragraph in root.iter(f"{W}p"):
        if any(parent.tag == f"{W}{gone}" for parent in paragraph.iterancestors()):
            continue  # a box that is gone
        story = paragraph.getparent()
        text = open_.pop(story, "") + _text(paragraph, gone)
        last = not any(True for _ in paragraph.itersiblings(f"{W}p"))
        if paragraph.find(f"{W}pPr/{W}rPr/{W}{gone}") is not None and not last:
            open_[story] = text
        else:
            yield story.tag == f"{W}txbxContent", text


def _text(paragraph: Any, gone: str) -> str:
    found = []
    for node in paragraph.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}br"):
        parents = list(node.iterancestors())
        own = next(parent for parent in parents if parent.tag == f"{W}p")
        between = parents[: parents.index(own)]
        if own is not paragraph or not any(p.tag == f"{W}r" for p in between):
            continue
        if not any(parent.tag == f"{W}{gone}" for parent in between):
            found.append({f"{W}tab": "\t", f"{W}br": "\n"}.get(node.tag, node.text or ""))
    return "".join(found)


def audited(document: bytes, folder: Path) -> list[str]:
    """What an auditor of Office Open XML says against a file."""
    from openxml_audit import OpenXmlValidator

    path = folder / "audited.docx"
    path.write_bytes(document)
    result = OpenXmlValidator().validate(path)
    return [str(error) for error in result.errors]
