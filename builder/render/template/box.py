"""Text boxes: the foot at the bottom of the last page, the turned page number of a landscape page."""

from __future__ import annotations

_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def box(paragraphs: str, wide: int, high: int, new_page: bool = False, top: int | None = None) -> str:
    """A paragraph half a line high that carries a box at the bottom of the type area, or ``top`` from its top; in EMU.

    Text keeps clear of the box: it goes to a new page where the last one has no room for it, or where ``new_page`` says so.
    """
    place = "<wp:align>bottom</wp:align>" if top is None else f"<wp:posOffset>{top}</wp:posOffset>"
    position = (
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        f'<wp:positionV relativeFrom="margin">{place}</wp:positionV>'
    )
    shape = _anchor(paragraphs, position, wide, high, "<wp:wrapTopAndBottom/>", 'anchor="b"', 1, "版记")
    return hair(shape, new_page)


def hair(inside: str = "", new_page: bool = False) -> str:
    """A paragraph that takes no visible room."""
    start = "<w:pageBreakBefore/>" if new_page else ""
    return (
        f'<w:p><w:pPr>{start}<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="14" w:lineRule="exact"/>'
        f'<w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr>{inside}</w:p>'
    )


def afloat(paragraphs: str, down: int, wide: int, high: int, number: int) -> str:
    """A run with a box that takes no room, ``down`` from the top of the type area; lengths in EMU."""
    position = (
        '<wp:positionH relativeFrom="margin"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="margin"><wp:posOffset>{down}</wp:posOffset></wp:positionV>'
    )
    made = _anchor(paragraphs, position, wide, high, "<wp:wrapNone/>", 'anchor="t"', number, "左上")
    return made.replace('behindDoc="0"', 'behindDoc="1"')  # so that LibreOffice draws it before the name


def turned(paragraph: str, left: int, top: int, wide: int, high: int, number: int) -> str:
    """A run with a box at a place of the page, its text turned a quarter to the right; lengths in EMU."""
    position = (
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
    )
    return _anchor(paragraph, position, wide, high, "<wp:wrapNone/>", 'vert="vert" anchor="t"', number, "页码")


def _anchor(text: str, position: str, wide: int, high: int, wrap: str, body: str, number: int, name: str) -> str:
    size = f'cx="{wide}" cy="{high}"'
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" '
        'distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="0">'
        f'<wp:simplePos x="0" y="0"/>{position}<wp:extent {size}/><wp:effectExtent l="0" t="0" r="0" b="0"/>{wrap}'
        f'<wp:docPr id="{number}" name="{name}"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_SHAPE}">'
        f'<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx>'
        f'<w:txbxContent>{text}</w:txbxContent></wps:txbx><wps:bodyPr rot="0" lIns="0" tIns="0" rIns="0" bIns="0" '
        f"{body}><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        "</mc:AlternateContent></w:r>"
    )
