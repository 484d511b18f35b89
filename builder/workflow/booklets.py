"""册页: the PDF of an issue laid on sheets for a saddle-stitched booklet, and what is to be said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from builder.compose import Edition
from builder.errors import Fault, InvalidContent
from builder.workflow.rendering import Rendered

if TYPE_CHECKING:
    from builder.qpdf.imposing import Booklet

_THICK = 60  # pages: with more, the fold springs open, and the inner pages' margins differ from the outer ones'


def with_booklet(edition: Edition, rendered: Rendered) -> Rendered:
    """The issue with its PDF as a booklet; told with it are the sheets, blank pages at the end, and one that gets too thick.

    Raises:
        InvalidContent: its pages are of different sizes (the publication's own template makes them so).
    """
    made = booklet(edition, rendered.files["pdf"])
    remarks = (*rendered.remarks, f"册页{made.sheets}张纸")
    faults = (*rendered.faults, *booklet_faults(edition, made))
    return replace(rendered, files={**rendered.files, "pdf": made.pdf}, remarks=remarks, faults=faults)


def booklet(edition: Edition, pdf: bytes) -> Booklet:
    """The booklet of a PDF of an edition.

    Raises:
        InvalidContent: see ``with_booklet``.
    """
    from builder.qpdf.imposing import NotImposable, imposed  # pikepdf takes a while to load, and few issues are folded

    try:
        return imposed(pdf)
    except NotImposable as error:
        message = f"第{error.page}面的纸张大小与首面不同，拼不成册页。"
        hint = f"检查 templates/{edition.title.id}/issue.typ，各面用同一种纸。"
        fault = Fault("booklet-size", "error", edition.issue.place(), message, hint)
        raise InvalidContent("没有拼成册页。", "", (fault,)) from error


def booklet_faults(edition: Edition, made: Booklet) -> tuple[Fault, ...]:
    """Warnings: pages that are left blank at its end, and more pages than a stapled fold holds."""
    place, faults = edition.issue.place(), []
    if made.blank:
        message = f"共{made.pages}面，不是四的倍数，册页末尾有{made.blank}面空白，报尾不在封底。"
        hint = "要报尾印在封底，在 publication.yaml 的“报尾”中写“位置: 四的倍数”；或删减、补足到四的倍数。"
        faults.append(Fault("booklet-blank", "warning", place, message, hint))
    if made.pages > _THICK:
        message = f"共{made.pages}面（{made.sheets}张纸），骑马订太厚：折不平，里层的页会凸出来。"
        hint = f"骑马订一般不超过{_THICK}面；改用平订（不加 --册页），或分册印。"
        faults.append(Fault("booklet-thick", "warning", place, message, hint))
    return tuple(faults)
