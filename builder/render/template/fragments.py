"""Filters that turn a piece of the view into finished WordprocessingML in a template's own styles.

Word keeps lengths in attributes, where a template cannot hold Jinja and still be opened. A template therefore writes
``{{p 块|表格 }}``, ``{{r 块|图片 }}`` and so on in ordinary text. Styles are found by their Chinese names, because
Word renames the ids when a hand saves the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from builder.render.template.box import afloat, box, hair
from builder.render.template.styles import FOOT_BELOW
from builder.render.template.xml import emu, escape, pt, quoteattr, run, tab, twips
from builder.words import width
from builder.words.breaking import broken

_STYLE = re.compile(r'<w:style\b[^>]*w:styleId="([^"]*)"[^>]*>\s*<w:name w:val="([^"]*)"')
_ROLES = ("楷体", "黑体", "宋体", "小标宋")
_ALIGNED = {"左": "表文", "中": "表文居中", "右": "表文居右", "点": "表文居中"}
_PICTURE_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_MERGE = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}
_SHORT_ROWS, _SHORT_TEXT = 5, 400  # rows and characters of a table that is not parted (layout/table.typ)
_FULL_SIZE = 12  # pt; tables in smaller type have styles of their own, 密…
_DOUBT = 0.5  # characters: Word may end a foot line earlier than we do; a box too high shows nothing, too low cuts
_BASE = 0.8  # of an exact line of Word, from its top to the base of the text
_TOP = 900003  # the number of the box at the top left; pictures count from 1, footers' boxes from 900001
_RULES = 16.5  # pt, the rules of the foot and half a body line above it (layout/foot.typ)


# The styles, by name, that each filter sets text in; a template that uses the filter has them.
STYLES = {
    "字": tuple(f"{role}字" for role in _ROLES),
    "表格": ("简报表", *(f"{dense}{name}" for dense in ("", "密") for name in ("表头", *_ALIGNED.values()))),
    "署名段": ("署名",),
    "左上框": ("标识",),
}


def named(styles_xml: str) -> dict[str, str]:
    """The styles of a template (text of ``word/styles.xml``): name → id."""
    return {name: style for style, name in _STYLE.findall(styles_xml)}


def filters(styles_xml: str, relation: Callable[[str], str]) -> dict[str, Callable[..., str]]:
    """The filters for a template with these styles (text of ``word/styles.xml``); each gives XML.

    ``relation`` names the relationship of a picture.
    """
    made = _Fragments(named(styles_xml))
    return {
        "字": made.runs,
        "表格": made.table,
        "图片": partial(picture, relation),
        "署名段": made.signature,
        "书签始": bookmark_start,
        "书签末": bookmark_end,
        "报尾框": foot_box,
        "左上框": made.top_box,
    }


class _Fragments:
    """The filters that need the template's style ids, by name."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self.styles = styles
        self.roles = {role: self._role(role) for role in _ROLES}

    def _role(self, role: str) -> str:
        style = self.styles.get(f"{role}字")
        return f"<w:rStyle w:val={quoteattr(style)}/>" if style else ""

    def runs(self, runs: Sequence[Mapping[str, Any]]) -> str:
        """Runs in the fonts of their roles; 仿宋, the font of body text, needs no style."""
        return "".join(map(self._run, runs))

    def _run(self, run: Mapping[str, Any]) -> str:
        inner = self.roles.get(run["体"], "") + ("<w:b/><w:bCs/>" if run["粗"] else "")
        properties = f"<w:rPr>{inner}</w:rPr>" if inner else ""
        return f'<w:r>{properties}<w:t xml:space="preserve">{escape(run["文"])}</w:t></w:r>'

    def _properties(self, style: str, more: str = "") -> str:
        name = self.styles.get(style)
        look = f"<w:pStyle w:val={quoteattr(name)}/>" if name else ""
        return f"<w:pPr>{look}{more}</w:pPr>"

    def table(self, block: Mapping[str, Any]) -> str:
        """The grid of a 表 block: fixed widths, heads repeated, rows unbroken."""
        widths = [twips(column["宽"]) for column in block["列"]]
        dense = "密" if block["字号"] < _FULL_SIZE else ""
        style = f"<w:tblStyle w:val={quoteattr(self.styles['简报表'])}/>" if "简报表" in self.styles else ""
        head = self._properties(f"{dense}表头", "<w:keepNext/>")
        kept = len(block["行"]) - (not block["注"]) if _short(block) else 0
        return (
            f'<w:tbl><w:tblPr>{style}<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
            + "".join(f'<w:gridCol w:w="{wide}"/>' for wide in widths)
            + "</w:tblGrid>"
            + "".join(self._head_row(row, widths, head) for row in block["头格"])
            + "".join(self._row(row, widths, self._aligned(block, row, n < kept)) for n, row in enumerate(block["行"]))
            + "</w:tbl>"
        )

    def _head_row(self, row: Sequence[Mapping[str, Any]], widths: Sequence[int], properties: str) -> str:
        cells, at = [], 0
        for cell in row:
            span = cell["列"]
            grid = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
            wide = sum(widths[at : at + span])
            cells.append(_cell(wide, grid + _MERGE[cell["竖并"]], f"<w:p>{properties}{self.runs(cell['文字'])}</w:p>"))
            at += span
        return _table_row("".join(cells), "<w:tblHeader/>")

    def _aligned(self, block: Mapping[str, Any], row: Sequence[Mapping[str, Any]], held: bool) -> list[str]:
        """The properties of a row's paragraphs; numbers in a column of 点 are indented to where their points meet."""
        dense, keep = "密" if block["字号"] < _FULL_SIZE else "", "<w:keepNext/>" if held else ""
        looks = []
        for cell, column in zip(row, block["列"], strict=True):
            style, indent = _ALIGNED[column["齐"]], ""
            if "点前" in cell:
                left = twips(column["点"]) - pt(width(cell["点前"]) * block["字号"])
                style, indent = "表文", f'<w:ind w:leftChars="0" w:left="{max(0, left)}"/>'
            looks.append(self._properties(dense + style, keep + indent))
        return looks

    def _row(self, row: Sequence[Mapping[str, Any]], widths: Sequence[int], looks: Sequence[str]) -> str:
        cells = (
            _cell(wide, "", f"<w:p>{look}{self.runs(cell['文字'])}</w:p>")
            for cell, look, wide in zip(row, looks, widths, strict=True)
        )
        return _table_row("".join(cells), "")

    def top_box(self, top: Mapping[str, Any], layout: Mapping[str, Any]) -> str:
        """A run with the lines of 左上 in a box at the top of the type area, which moves nothing; "" without lines."""
        rows, pitch, size = top["行"], top["行距"], layout["正文"]["字号"]
        if not rows:
            return ""
        look = self._properties("标识", f'<w:spacing w:line="{pt(pitch)}" w:lineRule="exact"/>')
        paragraphs = "".join(
            f"<w:p>{look}{run(row['左'])}{tab() + run(row['右']) if row['右'] else ''}</w:p>" for row in rows
        )
        # Word sets the base of an exact line lower than Typst does; the box makes up for it.
        up = _BASE * pitch - (0.88 * size + (pitch - size) / 2)
        return afloat(paragraphs, -pt(up) * 635, emu(layout["版心"]["宽"]), pt(len(rows) * pitch + 2) * 635, _TOP)

    def signature(self, block: Mapping[str, Any]) -> str:
        """署名 and date, each with its right indent in characters."""
        lines = (("机关", "<w:keepNext/>"), ("日期", '<w:spacing w:before="0"/>'))
        return "".join(
            f"<w:p>{self._properties('署名', keep + _right(block[key + '右空']))}"
            f'<w:r><w:t xml:space="preserve">{escape(block[key])}</w:t></w:r></w:p>'
            for key, keep in lines
        )


def _short(block: Mapping[str, Any]) -> bool:
    """Whether a table is kept whole, with its notes: few rows of little text (the same in layout/table.typ)."""
    count = sum(len(run["文"]) for row in block["行"] for cell in row for run in cell["文字"])
    return len(block["行"]) <= _SHORT_ROWS and count <= _SHORT_TEXT


def _right(characters: float) -> str:
    return f'<w:ind w:rightChars="{round(characters * 100)}" w:right="{round(characters * 15.75 * 20)}"/>'


def _cell(wide: int, more: str, paragraph: str) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{more}<w:vAlign w:val="center"/></w:tcPr>{paragraph}</w:tc>'
    )


def _table_row(cells: str, head: str) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{twips(8)}" w:hRule="atLeast"/>{head}</w:trPr>{cells}</w:tr>'
    )


def bookmark_start(name: str) -> str:
    """The start of a bookmark ``t3`` or ``f1``."""
    return f'<w:bookmarkStart w:id="{_bookmark_id(name)}" w:name={quoteattr(name)}/>'


def bookmark_end(name: str) -> str:
    """The end of a bookmark."""
    return f'<w:bookmarkEnd w:id="{_bookmark_id(name)}"/>'


def _bookmark_id(name: str) -> int:
    return int(name[1:]) + (1000 if name.startswith("f") else 0)


def picture(relation: Callable[[str], str], block: Mapping[str, Any], number: int) -> str:
    """A run with the picture of a 图 block, its description for readers who cannot see it.

    ``number`` tells the pictures of a document apart.
    """
    size = f'cx="{emu(block["宽"])}" cy="{emu(block["高"])}"'
    named = f'id="{number}" name={quoteattr(block["名"])} descr={quoteattr(block["替"])}'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {named}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{_PICTURE_SPACE}"><pic:pic><pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/>'
        f"</pic:nvPicPr><pic:blipFill><a:blip r:embed={quoteattr(relation(block['名']))}/><a:stretch><a:fillRect/>"
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )


def foot_box(paragraphs: str, foot: Mapping[str, Any], layout: Mapping[str, Any]) -> str:
    """The foot in a box whose lower edge is the lower edge of the type area (GB/T 9704-2012, 7.4), blank pages before it."""
    blank = "".join(hair(new_page=n > 0) for n in range(foot["空白面"]))
    below = FOOT_BELOW if foot["印数"] and foot["印数位置"] == "线下" else 0.0
    high = pt(foot_height(foot, layout) + below) * 635
    top = emu(layout["版心"]["高"]) + pt(below) * 635 - high if below else None
    return blank + box(paragraphs, emu(layout["版心"]["宽"]), high, foot["另面"], top)


def foot_height(foot: Mapping[str, Any], layout: Mapping[str, Any]) -> float:
    """Height of the foot in pt down to its last rule, never less than its lines take: text stands at the bottom of the box."""
    room = layout["版心"]["宽"] / 25.4 * 72 / layout["版记"]["字号"] - 2 - _DOUBT
    texts = [(entry["引"], entry["文"]) for entry in foot["条"]] + [("", foot["责任"])]
    lines = sum(len(broken(text, room - width(lead))) for lead, text in texts if text)
    lines += bool(foot["印发"]) + bool(foot["印数"] and foot["印数位置"] != "线下")
    return float(lines * layout["版记"]["行距"] + _RULES)
