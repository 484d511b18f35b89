"""A bulletin typed with python-docx, with no style or part of ours: right in every figure, and open to be spoilt."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

CENTER, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
BODY = "全市各级各部门认真落实抗旱保苗各项措施，投入机具860台，解除旱情9600亩，群众生活用水得到保障。"


def bulletin(spoil: Callable[[Any], None] | None = None) -> bytes:
    """A DOCX that keeps to GB/T 9704-2012 and looks like a bulletin; ``spoil`` changes the document before it is saved."""
    document = Document()
    _page(document)
    _masthead(document)
    line(document, "关于全市抗旱保苗工作情况的通报", font="方正小标宋简体", size=22, align=CENTER, pitch=36)
    line(document, "各县（区）委，市直各单位：")
    line(document, BODY, indent=2)
    line(document, "一、主要做法", font="黑体", indent=2)
    line(document, "（一）加强领导。", font="楷体_GB2312", indent=2, more=BODY)
    line(document, "1．严格核实数字。", indent=2, more=BODY)
    line(document, "二、下一步工作", font="黑体", indent=2)
    line(document, BODY, indent=2)
    line(document, "中共临澜市委办公室", align=RIGHT, right=2)
    line(document, "2026年6月8日", align=RIGHT, right=2.5)
    _foot(document)
    _numbers(document)
    if spoil:
        spoil(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def find(document: Any, text: str) -> Any:
    """The paragraph that begins so."""
    return next(p for p in document.paragraphs if p.text.startswith(text))


def fonts(run: Any, name: str, size: float) -> None:
    """A run's face in every slot, and its size."""
    run.font.name, run.font.size = name, Pt(size)
    properties = run._element.get_or_add_rPr()
    for slot in ("eastAsia", "hAnsi", "ascii", "cs"):
        properties.rFonts.set(qn(f"w:{slot}"), name)


def line(
    document: Any,
    text: str,
    font: str = "仿宋_GB2312",
    size: float = 16,
    indent: float = 0,
    align: Any = BOTH,
    right: float = 0,
    pitch: float = 28.95,
    more: str = "",
) -> Any:
    """A paragraph; ``more`` goes on in 仿宋; indents in characters."""
    paragraph = document.add_paragraph()
    fonts(paragraph.add_run(text), font, size)
    if more:
        fonts(paragraph.add_run(more), "仿宋_GB2312", size)
    for run in paragraph.runs:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), "-5")
        run._element.rPr.append(spacing)
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    form.alignment, form.widow_control = align, False
    form.first_line_indent, form.right_indent = Pt(indent * (size - 0.25)), Pt(right * (size - 0.25))
    for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN"):
        off = OxmlElement(f"w:{name}")
        off.set(qn("w:val"), "0")
        paragraph._p.get_or_add_pPr().append(off)
    return paragraph


def border(paragraph: Any, side: str, eighths: int, color: str) -> None:
    """A rule above or below a paragraph."""
    box = OxmlElement("w:pBdr")
    box.append(rule(side, eighths, color))
    paragraph._p.get_or_add_pPr().append(box)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(34.9)
    section.left_margin, section.right_margin = Mm(28), Mm(25.9)
    section.footer_distance = Mm(24.8)
    document.settings.odd_and_even_pages_header_footer = True


def _masthead(document: Any) -> None:
    name = line(document, "临澜督查", font="方正小标宋简体", size=62, align=CENTER, pitch=72)
    name.runs[0].font.color.rgb = RGBColor(0xFF, 0, 0)
    line(document, "第5期", align=CENTER)
    office = line(document, "中共临澜市委督查室\t2026年6月8日")
    border(office, "bottom", 11, "FF0000")


def _foot(document: Any) -> None:
    """A table of one column, as offices make it, its rules those of its cells."""
    table = document.add_table(2, 1)
    table.columns[0].width = Mm(156.1)
    for n, text in enumerate(("抄送：市人大常委会办公室，市政府办公室。", "中共临澜市委督查室\t2026年6月8日印发")):
        cell = table.cell(n, 0)
        cell.width = Mm(156.1)
        cell._tc.remove(cell.paragraphs[0]._p)
        line(cell, text, size=14, pitch=24, indent=1, right=1)
        rules = OxmlElement("w:tcBorders")
        for side, eighths in (("top", 6 if n else 8), ("bottom", 8 if n else 6)):
            rules.append(rule(side, eighths))
        cell._tc.get_or_add_tcPr().append(rules)


def rule(side: str, eighths: int, color: str = "auto") -> Any:
    """A rule of a cell or paragraph."""
    made = OxmlElement(f"w:{side}")
    for key, value in (("val", "single"), ("sz", str(eighths)), ("space", "4"), ("color", color)):
        made.set(qn(f"w:{key}"), value)
    return made


def _numbers(document: Any) -> None:
    section = document.sections[0]
    for footer, side in ((section.footer, RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        for part in ("— ", "begin", " PAGE ", "end", " —"):
            run = paragraph.add_run(part if "—" in part else "")
            fonts(run, "宋体", 14)
            if part in ("begin", "end"):
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), part)
                run._element.append(mark)
            elif "PAGE" in part:
                field = OxmlElement("w:instrText")
                field.text = part
                run._element.append(field)
        form = paragraph.paragraph_format
        form.alignment, form.line_spacing_rule, form.line_spacing = side, WD_LINE_SPACING.EXACTLY, Pt(20)
        form.right_indent, form.left_indent = (Pt(14), Pt(0)) if side == RIGHT else (Pt(0), Pt(14))


def landscape(document: Any, head_at: str = "right") -> None:
    """A landscape section at the end, its type area the portrait one turned."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(25.9)
    section.left_margin, section.right_margin = (Mm(34.9), Mm(37)) if head_at == "right" else (Mm(37), Mm(34.9))
