"""Printed forms set, read back, and compared with what they should say."""

from __future__ import annotations

from builder import pdfium
from builder.errors import Fault, RenderError
from builder.fonts import FontSet
from builder.forms import PAGE, TEMPLATES, ApprovalSheet, FormView, HandingList, YearlyList, yearly_docx
from builder.measure import docx as docx_reader
from builder.measure.differences import first_difference
from builder.measure.pdf import as_read
from builder.render.child import Engines
from builder.words import visible
from builder.workflow.legible import legible

_REPORT = "没有写出文件；请报告这个错误。"
_HINT = "多半是文字里有字库没有的字：改这个字，或用 jianbao fonts fetch 取得字库。"


def approval_pdf(sheet: ApprovalSheet, fontset: FontSet, engines: Engines) -> bytes:
    """文稿签批单 as PDF; the same sheet gives the same bytes.

    Raises:
        RenderError: it cannot be set (a character that no face has), or the file does not carry the sheet's text.
    """
    return form_pdf("文稿签批单", sheet.view(fontset.families()), fontset, engines)


def yearly_files(listed: YearlyList, fontset: FontSet, engines: Engines) -> tuple[dict[str, bytes], tuple[Fault, ...]]:
    """年度期目 by format (``pdf``, ``docx``, ``csv``), made of the same rows; the same list gives the same bytes.

    With it a warning where a character is printed as ``〓`` (see ``legible``); the CSV has it as it is.

    Raises:
        RenderError: it cannot be set, or a file does not carry the list's text.
    """
    view, faults = legible("年度期目", listed.view(fontset.families()), fontset)
    pdf, word = form_pdf("年度期目", view, fontset, engines), yearly_docx(view.data)
    if told := first_difference(visible("".join(view.texts)), visible(docx_reader.read(word))):
        raise RenderError(f"年度期目：DOCX 的文字与应印的不一致：{told[0]}", _REPORT)
    return {"pdf": pdf, "docx": word, "csv": listed.csv()}, faults


def handing_files(listed: HandingList) -> dict[str, bytes]:
    """分发登记表 by format (``docx``, ``csv``); the same list gives the same bytes.

    Raises:
        RenderError: the Word file does not carry the list's text.
    """
    word = listed.docx()
    if told := first_difference(visible("".join(listed.texts())), visible(docx_reader.read(word))):
        raise RenderError(f"分发登记表：DOCX 的文字与应印的不一致：{told[0]}", _REPORT)
    return {"docx": word, "csv": listed.csv()}


def form_pdf(name: str, view: FormView, fontset: FontSet, engines: Engines) -> bytes:
    """A form as PDF, its text read back and compared; ``name`` is what an editor calls it.

    Raises:
        RenderError: see ``approval_pdf``.
    """
    try:
        pdf = engines.pdf(TEMPLATES, fontset.paths, view.data, {}).result()
    except RenderError as error:
        raise RenderError(f"{name}排不出来：{error.message}", _HINT) from error
    if told := form_differences(view, pdf):
        raise RenderError(f"{name}：PDF 的文字与应印的不一致：{told[0]}", _REPORT)
    return pdf


def form_differences(view: FormView, pdf: bytes) -> list[str]:
    """Where a form's PDF departs from its view; empty when equal.

    Every page ends with the foot line and its number; every page after the first begins with the head that repeats.
    """
    pages, _ = pdfium.texts(pdf)
    before, between, after = (as_read(part) for part in PAGE)
    head, parts = as_read(view.head), []
    for n, page in enumerate(pages, 1):
        text, foot = as_read(page.whole), f"{as_read(view.data['脚注'])}{before}{n}{between}{len(pages)}{after}"
        if not text.endswith(foot) or (n > 1 and not text.startswith(head)) or len(as_read(page.on_paper)) < len(text):
            return [f"第{n}面的表头、脚注不全，或有文字印到了纸外"]
        parts.append(text[len(head) if n > 1 else 0 : -len(foot)])
    return first_difference(as_read("".join(view.texts)), "".join(parts))
