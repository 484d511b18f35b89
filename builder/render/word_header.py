"""The line of a 清样 in a Word file: a framed paragraph in the header of every page, so that nothing else moves.

A template that has no headers gets a part for every kind of page; one that has some gets the line into each of them. A frame,
not a text box: LibreOffice forgets the place of a box in the header of even pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.render.template.styles import FONTS
from builder.render.template.xml import DECLARATION, NAMESPACES, escape, twips

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
_KINDS = ("default", "even", "first")  # of pages
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
RELATIONS = tuple((f"rIdProof{kind}", _RELATION, f"headerProof{kind}.xml") for kind in _KINDS)
_HEADER = re.compile(r"word/header\d*\.xml")
_SECTION = re.compile(r"<w:sectPr\b[^>]*>")
_REFERENCE = re.compile(r'<w:headerReference\b[^>]*w:type="(default|even|first)"')
_OPENING = re.compile(r"<w:hdr\b[^>]*>")
_HAIR = (
    '<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="14" w:lineRule="exact"/>'
    '<w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr></w:p>'
)


def wanted(view: Mapping[str, Any]) -> bool:
    """Whether the run is a 清样."""
    return bool(view.get("清样"))


def parts(view: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a template that has none, by the names of their parts."""
    text = f"{DECLARATION}<w:hdr {NAMESPACES}>{_line(view)}{_HAIR}</w:hdr>"
    return {f"word/{name}": text for *_, name in RELATIONS}


def changed(name: str, text: str, view: Mapping[str, Any]) -> str:
    """A part of the package with the line in it, or with references to the parts that have it; the very text of others."""
    if name == "word/document.xml":
        return _referring(text)
    if _HEADER.fullmatch(name):
        return _OPENING.sub(lambda opening: opening[0] + _line(view), text, count=1)
    return text


def _referring(text: str) -> str:
    """The first section refers to a part of ours for every kind of page that it has no header for; later ones inherit that."""
    opening = _SECTION.search(text)
    if opening is None:
        return text
    properties = text[opening.end() : text.find("</w:sectPr>", opening.end())]
    lacking = [kind for kind in _KINDS if kind not in _REFERENCE.findall(properties)]
    added = "".join(f'<w:headerReference w:type="{kind}" r:id="rIdProof{kind}"/>' for kind in lacking)
    return text[: opening.end()] + added + text[opening.end() :]


def _line(view: Mapping[str, Any]) -> str:
    mark, wide = view["清样"], view["版式"]["版心"]["宽"]
    name, line, half_points = FONTS[mark["体"]], round(mark["字号"] * 20), round(mark["字号"] * 2)
    frame = (
        f'<w:framePr w:w="{twips(wide)}" w:h="{line}" w:hRule="exact" w:wrap="around" w:vAnchor="page" '
        f'w:hAnchor="margin" w:xAlign="right" w:y="{twips(mark["上"])}"/>'
    )
    look = (
        f'<w:rPr><w:rFonts w:ascii="{name}" w:eastAsia="{name}" w:hAnsi="{name}" w:cs="{name}"/><w:color w:val="000000"/>'
        f'<w:spacing w:val="0"/><w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
    )
    place = f'<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="exact"/>'
    flush = '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>'
    text = f'<w:t xml:space="preserve">{escape(mark["文"])}</w:t>'
    return f"<w:p><w:pPr>{frame}{place}{flush}</w:pPr><w:r>{look}{text}</w:r></w:p>"
