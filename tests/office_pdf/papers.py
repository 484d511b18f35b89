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


def commented(recording: bool) -> bytes:
    """A Word file with comments at words, at a point, in a cell and as an answer; ``recording``: with tracking switched on."""
    document = Document()
    first = document.add_paragraph()
    words = [first.add_run(text) for text in ("栎阳县清渠", "二十八公里", "。")]
    document.add_comment(words[1], text="请核实", author="李某", initials="李")
    document.add_comment(words[1], text="已核实", author="王某", initials="王")
    cell = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    document.add_comment(cell.add_run("三万余亩"), text="口径？", author="李某", initials="李")
    document.add_comment(words[2], text="此处补一句", author="李某", initials="李")
    for end in first._p.xpath("./w:commentRangeStart[@w:id='3'] | ./w:commentRangeEnd[@w:id='3']"):
        first._p.remove(end)
    if recording:
        document.settings.element.insert(0, document.settings.element.makeelement(qn("w:trackRevisions")))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def spoilt(data: bytes) -> bytes:
    """A package whose main part cannot be unpacked."""
    at = data.index(b"word/document.xml") + 100
    return data[:at] + bytes(64) + data[at + 64 :]
