"""A PDF opened; its pages with all that is printed on them, or as pictures."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from builder.errors import JianbaoError
from builder.pdfium.glyphs import font_name, glyphs
from builder.pdfium.objects import bounds, lines, objects
from builder.pdfium.values import POINTS_PER_MM, Area, Place, Rule, Sheet, turned

if TYPE_CHECKING:
    from PIL import Image

_WRONG_PASSWORD = "password"


def opened(pdf: bytes, name: str = "PDF") -> pypdfium2.PdfDocument:
    """A PDF, to be closed.

    Raises:
        JianbaoError: it is damaged, has a password, or is no PDF.
    """
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        locked = _WRONG_PASSWORD in str(error).lower()
        reason, hint = ("有打开密码", "去掉密码") if locked else ("文件损坏，或不是 PDF", "重新导出 PDF")
        raise JianbaoError(f"{name} 读不了：{reason}。", f"{hint}后再试。") from error


def sheets(pdf: bytes, name: str = "PDF") -> tuple[Sheet, ...]:
    """Every page with all that is printed on it; white space, joiners and the invisible text of scans are left out.

    Raises:
        JianbaoError: see ``opened``; or one of its pages is damaged.
    """
    with closing(opened(pdf, name)) as document:
        try:
            pages = [document[n] for n in range(len(document))]  # all of them: pages that are open share their fonts
            return tuple(map(_sheet, pages))
        except pypdfium2.PdfiumError as error:
            raise JianbaoError(f"{name} 读不了：有的面已经损坏。", "重新导出 PDF 后再试。") from error


def active(pdf: bytes, name: str = "PDF") -> str:
    """What a PDF brings along besides its pages, in Chinese; "" where it is only to be read.

    Raises:
        JianbaoError: see ``opened``.
    """
    with closing(opened(pdf, name)) as document:
        if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            return "带有脚本"
        return "带有附件" if pdfium.FPDFDoc_GetAttachmentCount(document) > 0 else ""


def fonts(pdf: bytes, name: str = "PDF") -> tuple[str, ...]:
    """The PostScript names of the fonts that a PDF prints with, without the marks of parts, in order.

    Raises:
        JianbaoError: see ``opened``.
    """
    with closing(opened(pdf, name)) as document:
        found = set()
        for n in range(len(document)):
            for item, _ in objects(document[n]):
                if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT:
                    found.add(font_name(item))
        return tuple(sorted(found))


def picture(pdf: bytes, page: int, ppi: float) -> Image.Image:
    """The page (from 0) as a picture with ``ppi`` pixels an inch."""
    with closing(opened(pdf)) as document:
        return document[page].render(scale=ppi / 72).to_pil()  # type: ignore[no-any-return]


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    wide, high = page.get_size()
    quarters = page.get_rotation() // 90 % 4
    if quarters % 2:  # the size is told as shown, the places of what is printed as they were before the turn
        wide, high = high, wide
    left, bottom, *_ = page.get_bbox()
    place = Place(left, bottom + high)
    rules: list[Rule] = []
    pictures: list[Area] = []
    for item, matrix in objects(page):
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures.append(Area(*place.box(bounds(item, matrix))))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            rules += (Rule(*place.box(box), color) for box, color in lines(item, matrix))
    printed = tuple(glyphs(page.get_textpage(), place))
    sheet = Sheet(wide / POINTS_PER_MM, high / POINTS_PER_MM, printed, tuple(rules), tuple(pictures))
    for _ in range(quarters):
        sheet = turned(sheet)
    return sheet
