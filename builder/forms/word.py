"""Listings as DOCX: one section, one table whose head repeats (年度期目, 分发登记表). Written outright; no template is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.files import member, zip_package
from builder.forms.form import PAGE
from builder.render.template.parts import font_table, settings, theme
from builder.render.template.styles import FONTS
from builder.render.template.xml import DECLARATION, NAMESPACES, escape, twips

_OOX = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_A4 = (11906, 16838)  # twips


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a listing stands on paper.

    ``name`` begins the names of its styles; ``widths`` are those of the columns (mm), ``left`` the columns whose text begins at the
    left (the others are centred); ``size`` (pt) is that of the table's text, ``row`` (mm) the least height of its rows.
    """

    name: str
    widths: tuple[float, ...]
    left: tuple[int, ...]
    margins: Mapping[str, float]
    landscape: bool = False
    size: float = 10.5
    row: float = 0.0


def listing_docx(data: Mapping[str, Any], sheet: Sheet) -> bytes:
    """A listing as DOCX; the same data give the same bytes.

    ``data`` holds 元数据, 标题, the line above the table (机关 at its left, 编制 at its right), 表头, 行, what stands below the
    table (说明 its label, 说明行) and 脚注.
    """
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            ("officeDocument", f"{_REL}/officeDocument", "word/document.xml"),
            ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(data["元数据"]),
        "word/document.xml": _document(data, sheet),
        "word/_rels/document.xml.rels": _relations(
            *((name, f"{_REL}/{name}", f"{name}.xml") for name in ("styles", "settings", "fontTable")),
            ("theme", f"{_REL}/theme", "theme/theme1.xml"),
            ("footer", f"{_REL}/footer", "footer1.xml"),
        ),
        "word/styles.xml": _styles(sheet),
        "word/settings.xml": settings(two_sided=False),
        "word/fontTable.xml": font_table(),
        "word/theme/theme1.xml": theme(),
        "word/footer1.xml": _footer(data),
    }
    return zip_package([member(name, text.encode()) for name, text in parts.items()])


def _document(data: Mapping[str, Any], sheet: Sheet) -> str:
    line = _paragraph("Line", _run(data["机关"]), "<w:r><w:tab/></w:r>", _run(data["编制"]))
    margins = " ".join(f'w:{side}="{twips(mm)}"' for side, mm in sheet.margins.items())
    wide, high = reversed(_A4) if sheet.landscape else _A4
    turned = ' w:orient="landscape"' if sheet.landscape else ""
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{turned}/><w:pgMar {margins} w:gutter="0"/></w:sectPr>'
    )
    body = f"{_paragraph('Title', _run(data['标题']))}{line}{_table(data, sheet)}{_paragraph('After')}{section}"
    return f"{DECLARATION}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"


def _table(data: Mapping[str, Any], sheet: Sheet) -> str:
    """Head, rows, and below them what is to be said besides, in one cell as wide as all columns but the first."""
    widths = sheet.widths
    grid = "".join(f'<w:gridCol w:w="{twips(mm)}"/>' for mm in widths)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{8 if outer else 4}" w:space="0" w:color="000000"/>'
        for side, outer in (("top", 1), ("left", 1), ("bottom", 1), ("right", 1), ("insideH", 0), ("insideV", 0))
    )
    margin = "".join(f'<w:{side} w:w="{twips(mm)}" w:type="dxa"/>'
                     for side, mm in (("top", 1.2), ("left", 1.2), ("bottom", 1.2), ("right", 1.2)))  # fmt: skip
    head = "".join(_cell(mm, "Head", [text]) for mm, text in zip(widths, data["表头"], strict=True))
    high = f'<w:trHeight w:val="{twips(sheet.row)}" w:hRule="atLeast"/>' if sheet.row else ""
    rows = [_row(head, f"<w:cantSplit/>{high}<w:tblHeader/>")]
    rows += [_row("".join(_cells(row, sheet)), f"<w:cantSplit/>{high}") for row in data["行"]]
    for n, text in enumerate(data["说明行"]):
        label = _cell(widths[0], "Head", [data["说明"] if n == 0 else ""])
        rows.append(_row(label + _cell(sum(widths[1:]), "Left", [text], span=len(widths) - 1)))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margin}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cells(row: Sequence[str], sheet: Sheet) -> list[str]:
    return [
        _cell(mm, "Left" if n in sheet.left else "Middle", text.split("\n"))
        for n, (mm, text) in enumerate(zip(sheet.widths, row, strict=True))
    ]


def _row(cells: str, properties: str = "") -> str:
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{cells}</w:tr>"


def _cell(mm: float, style: str, lines: Sequence[str], span: int = 1) -> str:
    over = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    inner = "".join(_paragraph(style, _run(line)) for line in lines)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(mm)}" w:type="dxa"/>{over}<w:vAlign w:val="center"/></w:tcPr>{inner}</w:tc>'
    )


def _paragraph(style: str, *runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"".join(runs)}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _field(instruction: str) -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return (
        f'{begin}<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>{separate}{_run("1")}{end}'
    )


def _footer(data: Mapping[str, Any]) -> str:
    before, between, after = PAGE
    numbers = (_run(before), _field("PAGE"), _run(between), _field("NUMPAGES"), _run(after))
    line = _paragraph("Foot", _run(data["脚注"]), "<w:r><w:tab/></w:r>", *numbers)
    return f"{DECLARATION}<w:ftr {NAMESPACES}>{line}</w:ftr>"


def _styles(sheet: Sheet) -> str:
    right = f'<w:tabs><w:tab w:val="right" w:pos="{twips(sum(sheet.widths))}"/></w:tabs>'
    looks = (
        ("Title", "标题", "小标宋", 22, '<w:spacing w:after="160"/><w:jc w:val="center"/>'),
        ("Line", "编制", "仿宋", 12, f'<w:keepNext/>{right}<w:spacing w:after="80"/>'),
        ("Head", "表头", "黑体", sheet.size, '<w:jc w:val="center"/>'),
        ("Middle", "居中", "仿宋", sheet.size, '<w:jc w:val="center"/>'),
        ("Left", "居左", "仿宋", sheet.size, '<w:jc w:val="left"/>'),
        ("Foot", "脚注", "宋体", 9, right),
        ("After", "表后", "仿宋", 1, '<w:spacing w:line="20" w:lineRule="exact"/>'),
    )
    made = "".join(
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id_}"><w:name w:val="{sheet.name}{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{place}</w:pPr><w:rPr>{_fonts(role)}<w:sz w:val="{round(size * 2)}"/>'
        f'<w:szCs w:val="{round(size * 2)}"/></w:rPr></w:style>'
        for id_, name, role, size, place in looks
    )
    return (
        f"{DECLARATION}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts('仿宋')}"
        f'<w:sz w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/></w:pPr></w:style>'
        f"{made}</w:styles>"
    )


def _fonts(role: str) -> str:
    name = FONTS[role]
    return f'<w:rFonts w:ascii="{name}" w:eastAsia="{name}" w:hAnsi="{name}" w:cs="{name}"/>'


def _types() -> str:
    kinds = {
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/word/document.xml": f"{_OOX}.document.main+xml",
        "/word/styles.xml": f"{_OOX}.styles+xml",
        "/word/settings.xml": f"{_OOX}.settings+xml",
        "/word/fontTable.xml": f"{_OOX}.fontTable+xml",
        "/word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/word/footer1.xml": f"{_OOX}.footer+xml",
    }
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*items: tuple[str, str, str]) -> str:
    rows = "".join(f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>' for id_, kind, target in items)
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _core(about: Mapping[str, str]) -> str:
    moment = f"{about['日期']}T00:00:00Z"
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(about['题名'])}</dc:title><dc:creator>{escape(about['作者'])}</dc:creator>"
        f'<dc:language>zh-CN</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    )
