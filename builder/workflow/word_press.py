"""PDFs that LibreOffice makes of the Word file (PDF引擎: Word). Imported only where a publication asks for them."""

from __future__ import annotations

import re
import zipfile
from concurrent.futures import Future
from functools import cache
from pathlib import Path

from builder.errors import FileError, RenderError, UsageError, why
from builder.fonts import FontSet
from builder.measure import office_pdf
from builder.measure import pdf as pdf_reader
from builder.measure.pdf import PdfText
from builder.pdfium import Lines
from builder.qpdf.settling import settled
from builder.render import view
from builder.render.child import Engines
from builder.render.view import View
from builder.soffice import FaceFile, Stopped
from builder.workflow.office_faces import faces_for
from builder.workflow.presses import page_numbers

_ROUNDS = 6  # pages move when numbers come in; more than this, and they never come to rest
_ASKED = re.compile(rb'w:(?:ascii|hAnsi|eastAsia)="([^"]+)"')
_WORD_FILE = "issue.docx"


class WordPress:
    """LibreOffice, of the DOCX that the Word template gives; at once, since one thread alone may ask for both."""

    def __init__(self, engines: Engines, templates: Path, fontset: FontSet) -> None:
        self._engines, self._templates = engines, templates
        self._faces = cache(lambda publication: _faces(fontset, templates, publication))

    def pdf(self, seen: View) -> Future[bytes]:
        """See ``Press``."""
        done: Future[bytes] = Future()
        try:
            done.set_result(self._settled(seen))
        except Exception as error:  # told when the result is asked for, as by the other press
            done.set_exception(error)
        return done

    def read(self, pdf: bytes, seen: View, lines: Lines = "ends") -> PdfText:
        """See ``Press``."""
        return office_pdf.laid(pdf_reader.read_back(pdf, seen.data, lines), seen.data)

    def _settled(self, seen: View) -> bytes:
        """The PDF whose contents and foot are right: Word files are told of both, and pages may move by it."""
        if seen.data["四色"]:
            raise UsageError(
                f"《{seen.data['报头']['刊名']}》的 PDF 由 LibreOffice 照 Word 模板排，出不了四色。", "去掉 --四色。"
            )
        for _ in range(_ROUNDS):
            pdf = self._once(seen)
            read = self.read(pdf, seen)
            told = self._told(seen, read)
            if told == seen:
                return pdf
            seen = told
        raise RenderError(
            f"《{seen.data['报头']['刊名']}》的页码排不定：要目或报尾一变，各面又跟着变。",
            "要目写“否”，或改一改稿件的长短。",
        )

    def _told(self, seen: View, read: PdfText) -> View:
        """The view with the pages of 要目 and the place of the foot that this PDF asks for."""
        if seen.data["要目"] and len(read.pages) >= seen.data["版式"]["要目"]["页码起"]:
            seen = view.numbered(seen, page_numbers(seen.data, read.outline))
        foot = seen.data["版记"]
        missing = -len(read.pages) % foot["位置"]
        if foot["位置"] == 1 or not missing:
            return seen
        blank = foot["空白面"] + missing if foot["另面"] else missing - 1
        blank %= foot["位置"]
        return view.turned(seen, blank, blank > 0 or not pdf_reader.turned(seen.data))

    def _once(self, seen: View) -> bytes:
        docx = self._engines.docx(self._templates, seen.data, seen.photos).result()
        office = self._engines.office(self._faces(seen.data["刊物"]))
        name = f"《{seen.data['报头']['刊名']}》{''.join(seen.data['报头']['期号行'])} 的 DOCX"
        try:
            pdf = office.pdf(docx, name)
        except Stopped:  # started again, it may do
            pdf = office.pdf(docx, name)
        return settled(pdf, name)


def _faces(fontset: FontSet, templates: Path, publication: str) -> tuple[FaceFile, ...]:
    """The faces for what the publication's Word template asks for."""
    path = templates / publication / _WORD_FILE
    try:
        with zipfile.ZipFile(path) as package:
            parts = [package.read(name) for name in package.namelist() if name.endswith(".xml")]
    except OSError as error:
        raise FileError(f"读不了 {path}（{why(error)}）。", "检查刊物文件夹。") from error
    except zipfile.BadZipFile as error:
        raise RenderError(f"{path} 不是 Word 文件。", "恢复原模板，或用 jianbao template make 重做。") from error
    names = {found.decode("utf-8", "replace") for part in parts for found in _ASKED.findall(part)}
    return faces_for(fontset, names, templates.parent).faces
