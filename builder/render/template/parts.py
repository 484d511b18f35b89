"""The package around ``document.xml``: content types, relationships, settings, font table, footers, properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.render.template.body import document
from builder.render.template.box import turned
from builder.render.template.styles import FONTS, styles
from builder.render.template.xml import (
    DECLARATION,
    DRAWING_NAMESPACES,
    NAMESPACES,
    choose,
    emu,
    escape,
    paragraph,
    quoteattr,
    run,
    tag,
)
from builder.words.breaking import NO_LINE_END, NO_LINE_START

_OOX = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PT = 72 / 25.4
FOOTERS = 6
# A template's own date: valid, so that Word opens the template; the engine writes the date over it.
TEMPLATE_DATE = "2000-01-01T00:00:00Z"


def parts(layout: Mapping[str, Any], publication: Mapping[str, Any]) -> dict[str, str]:
    """Every part of the package by name, in the order in which they are stored."""
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _package_relations(),
        "docProps/app.xml": _app(str(publication.get("刊名", ""))),
        "docProps/core.xml": _core(),
        "word/document.xml": document(layout),
        "word/_rels/document.xml.rels": _relations(),
        "word/styles.xml": styles(layout),
        "word/settings.xml": settings(),
        "word/fontTable.xml": font_table(),
        "word/theme/theme1.xml": theme(),
        "word/footer1.xml": _footer("PageOdd"),
        "word/footer2.xml": _footer("PageEven"),
        "word/footer3.xml": _turned_footer(layout, "PageOdd", 900001),
        "word/footer4.xml": _turned_footer(layout, "PageEven", 900002),
        "word/footer5.xml": _footer("PageOdd", last=True),
        "word/footer6.xml": _footer("PageEven", last=True),
    }


def _content_types() -> str:
    kinds = {
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/word/document.xml": f"{_OOX}.document.main+xml",
        "/word/styles.xml": f"{_OOX}.styles+xml",
        "/word/settings.xml": f"{_OOX}.settings+xml",
        "/word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/word/fontTable.xml": f"{_OOX}.fontTable+xml",
        **{f"/word/footer{n}.xml": f"{_OOX}.footer+xml" for n in range(1, FOOTERS + 1)},
    }
    extensions = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
    }
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        + "".join(f'<Default Extension="{k}" ContentType="{v}"/>' for k, v in extensions.items())
        + "".join(f'<Override PartName="{k}" ContentType="{v}"/>' for k, v in kinds.items())
        + "</Types>"
    )


def _relationships(items: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(items, 1)
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _package_relations() -> str:
    return _relationships(
        [
            (f"{_REL}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{_REL}/extended-properties", "docProps/app.xml"),
        ]
    )


def _relations() -> str:
    """The footers are rId4 to rId7, and rId9 and rId10 those of the last section (``body.section``)."""
    return _relationships(
        [
            (f"{_REL}/styles", "styles.xml"),
            (f"{_REL}/settings", "settings.xml"),
            (f"{_REL}/fontTable", "fontTable.xml"),
            *[(f"{_REL}/footer", f"footer{n}.xml") for n in range(1, 5)],
            (f"{_REL}/theme", "theme/theme1.xml"),
            *[(f"{_REL}/footer", f"footer{n}.xml") for n in range(5, FOOTERS + 1)],
        ]
    )


def _app(name: str) -> str:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return (
        f'{DECLARATION}<Properties xmlns="{space}"><Template>{escape(name)}</Template>'
        "<Application>jianbao</Application></Properties>"
    )


def _core() -> str:
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<dc:title>{{ 元数据.题名 }}</dc:title><dc:subject>{{ 元数据.主题 }}</dc:subject>"
        "<dc:creator>{{ 元数据.作者 }}</dc:creator><dc:language>zh-CN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{TEMPLATE_DATE}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{TEMPLATE_DATE}</dcterms:modified></cp:coreProperties>'
    )


def settings(two_sided: bool = True) -> str:
    """``word/settings.xml``; ``two_sided``: even pages have a footer of their own."""
    compatibility = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (("compatibilityMode", 15), ("overrideTableStyleFontSizeAndJustification", 1))
    )
    return (
        f'{DECLARATION}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
        f'<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/>{"<w:evenAndOddHeaders/>" if two_sided else ""}'
        '<w:drawingGridVerticalSpacing w:val="579"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:noLineBreaksAfter w:lang="zh-CN" w:val={quoteattr(NO_LINE_END)}/>'
        f'<w:noLineBreaksBefore w:lang="zh-CN" w:val={quoteattr(NO_LINE_START)}/>'
        f"<w:compat><w:doNotExpandShiftReturn/><w:useFELayout/>{compatibility}</w:compat>"
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def font_table() -> str:
    """``word/fontTable.xml``."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="fixed"/></w:font>'
        for name in FONTS.values()
    )
    return f"{DECLARATION}<w:fonts {NAMESPACES}>{rows}</w:fonts>"


def theme() -> str:
    """A plain theme: Word wants one, no style refers to it."""
    colours = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
    scheme = "".join(f'<a:{n}><a:srgbClr val="{"FFFFFF" if n[0] == "l" else "000000"}"/></a:{n}>' for n in colours)
    faces = f'<a:latin typeface="{FONTS["仿宋"]}"/><a:ea typeface="{FONTS["仿宋"]}"/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{DECLARATION}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="简报">'
        f'<a:themeElements><a:clrScheme name="简报">{scheme}</a:clrScheme><a:fontScheme name="简报"><a:majorFont>{faces}'
        f'</a:majorFont><a:minorFont>{faces}</a:minorFont></a:fontScheme><a:fmtScheme name="简报">'
        f"<a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements></a:theme>"
    )


_NUMBER = (
    run("{{ 页码.前 }}"),
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
    '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>',
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
    run("1"),
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    run("{{ 页码.后 }}"),
)


def _number(style: str, last: bool = False) -> str:
    """``— 1 —`` or what the publication has for it (GB/T 9704-2012, 7.5), where it has it.

    ``last``: in the last section, whose pages bear none where blank pages stand before the foot.
    """
    inner = (tag("{%r if not 版记.空白面 %}"), *_NUMBER, tag("{%r endif %}")) if last else _NUMBER
    return choose(
        ('页码.位置 == "居中"', paragraph("PageMiddle", *inner)),
        *([('页码.位置 == "右"', paragraph("PageOdd", *inner))] if style == "PageEven" else []),
        ("", paragraph(style, *inner)),
    )


def _footer(style: str, last: bool = False) -> str:
    return f"{DECLARATION}<w:ftr {NAMESPACES}>{_number(style, last)}</w:ftr>"


def _turned_footer(layout: Mapping[str, Any], style: str, number: int) -> str:
    """On a landscape page the number stands where the portrait page has it: a turned box at the left edge."""
    area = layout["版心"]
    left = 297 - area["天头"] - area["高"] - layout["页码"]["距版心"] - 9 / _PT  # the dash 11 pt from the line's head
    frame = turned(_number(style), emu(left), emu(area["订口"]), emu(20 / _PT), emu(area["宽"]), number)
    return f"{DECLARATION}<w:ftr {NAMESPACES} {DRAWING_NAMESPACES}>{paragraph('Break', frame)}</w:ftr>"
