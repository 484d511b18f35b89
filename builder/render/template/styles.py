"""``word/styles.xml``: every look is a named style an editor can change in Word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.render.template.xml import DECLARATION, NAMESPACES, pt, twips

FONTS = {
    "仿宋": "仿宋_GB2312",
    "楷体": "楷体_GB2312",
    "黑体": "黑体",
    "宋体": "宋体",
    "小标宋": "方正小标宋简体",
}
ROLE_STYLES = {"仿宋": "RoleFang", "楷体": "RoleKai", "黑体": "RoleHei", "宋体": "RoleSong", "小标宋": "RoleTitle"}
# Characters in an exact line: the base line stands at 0.8 of the line, the box of a full-width character reaches 0.88 em above
# and 0.12 em below it, the ink of the name 0.775 em above (in the fonts of offices a little more, in Fandol a little less).
_BASE, _UP, _DOWN, _INK = 0.8, 0.88, 0.12, 0.775
_LEAST_LINE = 0.7  # pt, the least that Word sets
_SHORT_LINE = 20.0  # pt, the lines of the masthead below the name
_BLOCK_GAP = 6.0  # pt below tables and pictures (layout/official.typ, layout/table.typ)
_NOTE_LINE = 18.0  # pt, the lines of a table's unit and notes (layout/table.typ)
FOOT_BELOW = 16.0  # pt, the line of 印数 below the last rule (layout/foot.typ)
_BESIDE_NUMBER = 6  # characters that it keeps free at the right, where odd pages have their number
_MM = 72 / 25.4
_WIDOWS = '<w:widowControl w:val="0"/>'
_CHINESE = (
    '<w:kinsoku/><w:wordWrap/><w:overflowPunct w:val="0"/><w:topLinePunct w:val="0"/>'
    '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
)

TYPING = _WIDOWS + _CHINESE  # how Chinese is set, in the defaults and in Normal


@dataclass(frozen=True, slots=True)
class Look:
    """One paragraph style. Sizes and lengths in pt, indents in characters of the style's own size."""

    id: str
    name: str
    font: str = "仿宋"
    size: float = 16
    line: float = 28.95
    before: float = 0
    after: float = 0
    first: float = 0  # first-line indent; negative hangs
    left: float = 0
    right: float = 0
    align: str = "both"
    pitch: float = 0  # added to each character, pt
    grid: bool = True
    flags: str = ""  # keepNext keepLines pageBreakBefore
    level: int | None = None  # outline level, 0 the highest
    tabs: str = ""
    border: str = ""
    color: str = ""
    based: str = "Normal"


def masthead_space(layout: Mapping[str, Any]) -> float:
    """Points from the top of the type area to the top of the name's line."""
    head = layout["报头"]
    size = head["刊名字号"]
    return float(head["刊名上距"] * _MM - (_BASE * _name_line(size) - _INK * size))


def _name_line(size: float) -> float:
    return 1.15 * size


def _air(size: float, line: float) -> tuple[float, float]:
    """Points above and below the boxes of the characters of a line."""
    base = _BASE * line
    return base - _UP * size, line - base - _DOWN * size


def foot_raise(layout: Mapping[str, Any]) -> int:
    """Half points by which the foot's text is raised to stand in the middle between its rules: it sits low in an exact line.

    It stands in the runs: in a style, LibreOffice makes raised text small.
    """
    size, line = layout["版记"]["字号"], layout["版记"]["行距"]
    raised: float = 2 * (_BASE * line - _UP * size - (line - size) / 2)
    return round(raised)


def looks(layout: Mapping[str, Any]) -> list[Look]:
    """Every paragraph style."""
    return [*_masthead(layout), *_titles(layout), *_body(layout), *_tables(layout), *_foot(layout)]


def _masthead(layout: Mapping[str, Any]) -> list[Look]:
    head, body, area = layout["报头"], layout["正文"], layout["版心"]
    size, text = head["刊名字号"], body["字号"]
    above, below = _air(text, _SHORT_LINE)
    gap = size * head["刊名字间"]
    under = (1 - _BASE) * _name_line(size) - (1 - _INK) * size  # the name takes its size from the top of its ink down
    number = head["刊名至期号"] * _MM - under - above
    editor = head["期号至编印"] * _MM - below - above
    rule = masthead_rule(layout, 1, True)
    right = twips(area["宽"]) - pt(text)
    edge = f'<w:tab w:val="right" w:pos="{twips(area["宽"])}"/>'
    return [
        Look("TopLeft", "标识", "黑体", text, body["行距"], align="left", grid=False, tabs=edge, pitch=body["字距"] - text),
        Look("TopSpace", "报头上空", grid=False, line=1),
        Look(
            "Masthead", "刊名", "小标宋", size, _name_line(size), align="center", pitch=gap,
            grid=False, color=head["红"], flags="keepNext",
        ),
        Look("Number", "期号", size=text, line=_SHORT_LINE, before=max(0, number), align="center", grid=False),
        Look(
            "NumberNext", "期号续行", size=text, line=_SHORT_LINE, before=body["行距"] - _SHORT_LINE, align="center",
            grid=False,
        ),
        Look(
            "Editor", "编印行", size=text, line=_SHORT_LINE, before=max(0, editor), first=1, align="left", grid=False,
            tabs=f'<w:tab w:val="right" w:pos="{right}"/>', border=rule,
        ),
    ]  # fmt: skip


def masthead_rule(layout: Mapping[str, Any], count: int, shown: bool) -> str:
    """The red rule as a border below 编印行: one line or two. One that the paper bears already is white and keeps its place."""
    head = layout["报头"]
    space = max(0, round(head["编印至红线"] * _MM - _air(layout["正文"]["字号"], _SHORT_LINE)[1]))
    kind, colour = "double" if count == 2 else "single", head["红"] if shown else "FFFFFF"
    return f'<w:pBdr><w:bottom w:val="{kind}" w:sz="{_eighths(head["红线粗"])}" w:space="{space}" w:color="{colour}"/></w:pBdr>'


def _titles(layout: Mapping[str, Any]) -> list[Look]:
    """Titles and the contents that list them."""
    title, list_ = layout["标题"], layout["要目"]
    line = layout["正文"]["行距"]
    dots = f'<w:tab w:val="right" w:leader="middleDot" w:pos="{twips(layout["版心"]["宽"])}"/>'
    head: dict[str, Any] = {
        "font": "小标宋",
        "align": "center",
        "grid": False,
        "flags": "keepNext keepLines",
        "level": 0,
        "after": title["题下空行"] * line,
    }
    return [
        Look("Title1", "题名", size=title["单题字号"], line=title["单题行距"], before=line, **head),
        Look("Title2", "多条题名", size=title["多题字号"], line=title["多题行距"], before=line, **head),
        Look("AnnexTitle", "附件题名", size=title["单题字号"], line=title["单题行距"], **head),
        Look("ContentsTitle", "要目标题", "黑体", list_["标题字号"], line, align="center", flags="keepNext"),
        Look("Contents", "要目条目", "楷体", list_["字号"], line, left=2, first=-2, align="left", tabs=dots),
        Look(
            "ContentsMany",
            "要目条目小",
            "楷体",
            list_["多目字号"],
            24,
            left=2,
            first=-2,
            align="left",
            tabs=dots,
            grid=False,
        ),
    ]


def _body(layout: Mapping[str, Any]) -> list[Look]:
    body = layout["正文"]
    line, size = body["行距"], body["字号"]
    edge = f'<w:tab w:val="right" w:pos="{twips(layout["版心"]["宽"])}"/>'
    text: dict[str, Any] = {"size": size, "line": line, "pitch": body["字距"] - size}
    return [
        Look("Credited", "正文带供稿", **text, first=2, tabs=edge),
        Look("Section", "栏目", "黑体", **text, before=line, align="left", flags="keepNext"),
        Look("Addressee", "主送", **text, align="left"),
        Look("Note", "编者按", "楷体", **text, first=2),
        Look("Level1", "一级标题", "黑体", **text, first=2, flags="keepNext", level=1),
        Look("Level2", "二级标题", "楷体", **text, first=2, flags="keepNext", level=2),
        Look("Level3", "三级标题", **text, first=2, flags="keepNext", level=3),
        Look("Level4", "四级标题", **text, first=2, flags="keepNext", level=4),
        Look("Credit", "供稿", "楷体", **text, align="right"),
        Look("Blank", "空行", **text),
        Look("HalfBlank", "半空行", size=size, line=line / 2, grid=False),
        Look("Signature", "署名", **text, before=line, align="right", flags="keepLines"),
        Look("AnnexOne", "附件说明", **text, before=line, left=5, first=-3),
        Look("AnnexFirst", "附件说明首项", **text, before=line, left=6, first=-4),
        Look("AnnexNext", "附件说明次项", **text, left=6, first=-1),
        Look("AnnexLabel", "附件标", "黑体", **text, align="left", after=line, flags="keepNext pageBreakBefore"),
        Look("Picture", "图", size=size, line=0, after=_BLOCK_GAP, align="center", grid=False),
        Look("PictureHeld", "带题图", size=size, line=0, align="center", grid=False, flags="keepNext"),
        Look("Caption", "图题", "楷体", 14, 24, after=_BLOCK_GAP, align="center", grid=False),
        Look("Break", "分节", size=1, line=0.7, grid=False),
    ]


def _tables(layout: Mapping[str, Any]) -> list[Look]:
    figures, body = layout["表格"], layout["正文"]
    dense, line = figures["密字号"], figures["行距"]
    note: dict[str, Any] = {"size": dense, "line": _NOTE_LINE, "grid": False}
    result = [
        Look(
            "TableTitle", "表题", "小标宋", figures["题字号"], body["行距"], align="center", grid=False,
            flags="keepNext keepLines",
        ),
        Look("TableUnit", "表单位", **note, align="right", flags="keepNext"),
        Look("TableNote", "表注", **note),
        Look("TableAfter", "表后", size=1, line=_BLOCK_GAP, grid=False),
    ]  # fmt: skip
    for mark, name, head, text in (
        ("Table", "", figures["头字号"], figures["字号"]),
        ("Dense", "密", min(figures["头字号"], dense), dense),
    ):
        cell: dict[str, Any] = {"size": text, "line": line, "grid": False}
        result += [
            Look(f"{mark}Head", f"{name}表头", "黑体", head, line, align="center", grid=False),
            Look(f"{mark}Text", f"{name}表文", **cell, align="left"),
            Look(f"{mark}Middle", f"{name}表文居中", **cell, align="center", based=f"{mark}Text"),
            Look(f"{mark}Right", f"{name}表文居右", **cell, align="right", based=f"{mark}Text"),
        ]
    return result


def _foot(layout: Mapping[str, Any]) -> list[Look]:
    foot, page, area = layout["版记"], layout["页码"], layout["版心"]
    size, line = foot["字号"], foot["行距"]
    text: dict[str, Any] = {"size": size, "line": line, "grid": False}
    right = twips(area["宽"]) - pt(size)
    ends, middle = _rule(foot["首末线"], "bottom"), _rule(foot["中线"])
    rule: dict[str, Any] = {"size": 1, "line": _LEAST_LINE, "grid": False}
    single = {**text, "line": line - _LEAST_LINE}  # the line of the rule above it
    return [
        Look("Foot", "版记", **text, left=3, first=-2, right=1),
        Look("FootNext", "版记增发", **text, left=1, right=1),
        Look("FootPrint", "版记印发", **single, left=1, align="left", tabs=f'<w:tab w:val="right" w:pos="{right}"/>'),
        Look("FootCopies", "版记印数", **single, right=1, align="right"),
        Look("FootBelow", "版记印数线下", **{**text, "line": FOOT_BELOW}, right=_BESIDE_NUMBER, align="right"),
        Look("FootEnd", "版记首末线", **rule, border=ends),
        Look("FootRule", "版记中线", **rule, border=middle),
        Look(
            "PageOdd", "页码", "宋体", page["字号"], 20, right=page["缩进"] / page["字号"], align="right", grid=False
        ),
        Look("PageMiddle", "页码居中", "宋体", page["字号"], 20, align="center", grid=False),
        Look(
            "PageEven", "页码双页", "宋体", page["字号"], 20, left=page["缩进"] / page["字号"], align="left", grid=False
        ),
    ]  # fmt: skip


def _eighths(mm: float) -> int:
    return max(2, round(mm * _MM * 8))


def _rule(mm: float, side: str = "top") -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{_eighths(mm)}" w:space="0" w:color="000000"/></w:pBdr>'


def _fonts(role: str) -> str:
    name = FONTS[role]
    return f'<w:rFonts w:ascii="{name}" w:eastAsia="{name}" w:hAnsi="{name}" w:cs="{name}"/>'


def _run_properties(look: Look) -> str:
    color = f'<w:color w:val="{look.color}"/>' if look.color else ""
    size = round(look.size * 2)
    return (
        f'<w:rPr>{_fonts(look.font)}{color}<w:spacing w:val="{pt(look.pitch)}"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _paragraph_properties(look: Look) -> str:
    flags = set(look.flags.split())
    keep = "".join(f"<w:{f}/>" for f in ("keepNext", "keepLines", "pageBreakBefore") if f in flags)
    rule = f'w:line="{pt(look.line)}" w:lineRule="exact"' if look.line else 'w:line="240" w:lineRule="auto"'
    return (
        f"<w:pPr>{keep}{'' if look.based else _WIDOWS}{look.border}"
        + (f"<w:tabs>{look.tabs}</w:tabs>" if look.tabs else "")
        + ("" if look.based else _CHINESE)  # said in the defaults, too, which LibreOffice passes over
        + ("" if look.grid else '<w:snapToGrid w:val="0"/>')
        + f'<w:spacing w:before="{pt(look.before)}" w:after="{pt(look.after)}" {rule}/>{_indents(look)}'
        + f'<w:jc w:val="{look.align}"/>'
        + ("" if look.level is None else f'<w:outlineLvl w:val="{look.level}"/>')
        + "</w:pPr>"
    )


def _indents(look: Look) -> str:
    """Indents in characters, which Word keeps when the size changes, and in twips for other readers."""
    em = pt(look.size + (look.pitch if look.pitch < 0 else 0))
    first = "hanging" if look.first < 0 else "firstLine"
    parts = {"left": look.left, "right": look.right, first: abs(look.first)}
    return (
        "<w:ind " + " ".join(f'w:{k}Chars="{round(v * 100)}" w:{k}="{round(v * em)}"' for k, v in parts.items()) + "/>"
    )


def _paragraph_style(look: Look) -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{look.id}"><w:name w:val="{look.name}"/>'
        f'<w:basedOn w:val="{look.based}"/><w:qFormat/>{_paragraph_properties(look)}{_run_properties(look)}</w:style>'
    )


def _defaults(layout: Mapping[str, Any]) -> str:
    normal = _normal(layout)
    return (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{_fonts("仿宋")}<w:kern w:val="0"/>'
        f'<w:sz w:val="{round(normal.size * 2)}"/><w:szCs w:val="{round(normal.size * 2)}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{TYPING}</w:pPr></w:pPrDefault>"
        "</w:docDefaults>"
    )


def _normal(layout: Mapping[str, Any]) -> Look:
    body = layout["正文"]
    return Look(
        "Normal", "Normal", size=body["字号"], line=body["行距"], pitch=body["字距"] - body["字号"], first=2, based=""
    )


def styles(layout: Mapping[str, Any]) -> str:
    """``word/styles.xml``. ``Normal`` (正文 in a Chinese Word) is body text with its indent of two characters."""
    normal, figures = _normal(layout), layout["表格"]
    base = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"{_paragraph_properties(normal)}{_run_properties(normal)}</w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )
    return (
        f"{DECLARATION}<w:styles {NAMESPACES}>{_defaults(layout)}{base}"
        + "".join(_paragraph_style(look) for look in looks(layout))
        + "".join(_role_style(role) for role in FONTS)
        + _table_style(figures)
        + _tag_styles()
        + "</w:styles>"
    )


def _role_style(role: str) -> str:
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{ROLE_STYLES[role]}"><w:name w:val="{role}字"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:qFormat/><w:rPr>{_fonts(role)}</w:rPr></w:style>'
    )


def _table_style(figures: Mapping[str, Any]) -> str:
    # One line and a rule fill a row of the least height.
    above = max(0, (twips(figures["行高"]) - pt(figures["行距"] + figures["内线"])) // 2)
    outer, inner = round(figures["外线"] * 8), round(figures["内线"] * 8)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{inner if side.startswith("inside") else outer}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        '<w:style w:type="table" w:customStyle="1" w:styleId="Bulletin"><w:name w:val="简报表"/>'
        f'<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{sides}</w:tblBorders><w:tblCellMar>'
        f'<w:top w:w="{above}" w:type="dxa"/><w:left w:w="57" w:type="dxa"/><w:bottom w:w="{above}" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )


def _tag_styles() -> str:
    """How Jinja tags look in the template itself; nothing printed ever has these styles."""
    small = '<w:color w:val="808080"/><w:spacing w:val="0"/><w:sz w:val="18"/><w:szCs w:val="18"/>'
    return (
        '<w:style w:type="paragraph" w:customStyle="1" w:styleId="TagLine"><w:name w:val="模板标记行"/>'
        '<w:basedOn w:val="Normal"/><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="exact"/>'
        '<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
        f"<w:rPr>{small}</w:rPr></w:style>"
        '<w:style w:type="character" w:customStyle="1" w:styleId="Tag"><w:name w:val="模板标记"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{small}</w:rPr></w:style>'
    )
