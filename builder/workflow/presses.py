"""What makes the PDF of a view: Typst by ``issue.typ``, or LibreOffice of the Word file (``word_press``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol

from builder.errors import RenderError
from builder.measure import pdf as pdf_reader
from builder.measure.pdf import PdfText
from builder.pdfium import Lines
from builder.render import view
from builder.render.child import Engines
from builder.render.view import View
from builder.words import visible


class Press(Protocol):
    """Sets views on pages."""

    def pdf(self, seen: View) -> Future[bytes]:
        """The PDF of a view; the future's error is a ``JianbaoError``."""

    def read(self, pdf: bytes, seen: View, lines: Lines = "ends") -> PdfText:
        """A PDF that it made of this view, read back; see ``measure.pdf.read``."""


class TypstPress:
    """Typst, in the engines' process."""

    def __init__(self, engines: Engines, templates: Path, fonts: Sequence[Path]) -> None:
        self._engines, self._templates, self._fonts = engines, templates, fonts

    def pdf(self, seen: View) -> Future[bytes]:
        """See ``Press``; it is set beside what is done here."""
        return self._engines.pdf(self._templates, self._fonts, seen.data, seen.photos)

    def read(self, pdf: bytes, seen: View, lines: Lines = "ends") -> PdfText:
        """See ``Press``."""
        return pdf_reader.read_back(pdf, seen.data, lines)


def page_numbers(data: Mapping[str, Any], outline: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Bookmark → page: titles and annexes stand in the outline in the view's order.

    Raises:
        RenderError: the publication's template made other bookmarks.
    """
    wanted = view.bookmarks(data)
    if [visible(title) for _, title in wanted] != [visible(title) for title, _ in outline]:
        raise RenderError(
            f"刊物 {data['刊物']} 的模板排出的 PDF，书签与标题、附件不符"
            f"（应有 {len(wanted)} 个，生成了 {len(outline)} 个），要目的页码无从得知。",
            f"templates/{data['刊物']}/issue.typ 的标题和附件标题要用 layout/official.typ 的写法，使其成为书签"
            "（PDF 照 Word 模板排的，标题的段落样式要有大纲级别）；或恢复原模板。",
        )
    return {mark: page for (mark, _), (_, page) in zip(wanted, outline, strict=True)}
