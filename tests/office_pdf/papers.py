"""Word files as offices hand them in."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.oxml.ns import qn
from docx.shared import Pt

TEXT = "栎阳县清渠二十八公里，浇灌农田三万余亩，惠及八个乡镇群众。"


def word(*texts: str, east: str = "仿宋_GB2312", west: str = "仿宋_GB2312", title: str = "", row: str = "") -> bytes:
    """A Word file of paragraphs in two fonts; ``row`` is a text in a table's row that is one line high."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = "某某的电脑"
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = west, Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), east)
    for text in texts or (TEXT,):
        document.add_paragraph(text)
    if row:
        table = document.add_table(1, 1)
        table.rows[0].height, table.rows[0].height_rule = Pt(20), WD_ROW_HEIGHT_RULE.EXACTLY
        table.cell(0, 0).text = row
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def pages(count: int, mark: str = "") -> bytes:
    """A Word file of so many pages, each with a text of its own."""
    lines: Sequence[str] = [f"{mark}第{n}段，{TEXT * 7}" for n in range(count * 4)]
    return word(*lines)


def spoilt(data: bytes) -> bytes:
    """A package whose main part cannot be unpacked."""
    at = data.index(b"word/document.xml") + 100
    return data[:at] + bytes(64) + data[at + 64 :]
