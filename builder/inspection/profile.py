"""What an inspected file is held against: figures, tolerances and clauses, those of the standard or a publication's own.

Lengths are in mm, sizes and pitches in pt. The key of a rule is the ``code`` of the finding that it gives. A rule that a
profile does not have is not asked for: the standard says nothing about the masthead of a bulletin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder.fonts import faces
from builder.fonts.faces import Role
from builder.inspection.findings import Verdict
from builder.model import Layout
from builder.publications import STANDARD_NUMBER, Publication, Title

STANDARD = "GB/T 9704-2012"
OWN = "本刊版式"

# PostScript names as PDFs hold them, beside the names in ``builder.fonts``.
_POSTSCRIPT: Mapping[Role, tuple[str, ...]] = {
    "仿宋": ("FangSong_GB2312", "FangSong"),
    "楷体": ("KaiTi_GB2312", "KaiTi"),
    "黑体": ("SimHei",),
    "宋体": ("SimSun", "NSimSun", "新宋体"),
    "小标宋": ("FZXBSJW--GB1-0", "FZXBSK--GBK1-0", "FZXBSJW-GB1-0", "FZXBSK-GBK1-0", "方正小标宋"),
}


# Roles that their face tells: bold, they look wrong at once. Elsewhere bold may be meant.
NEVER_BOLD = frozenset(("刊名", "标题", "一级标题", "二级标题", "三级标题", "四级标题"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One figure: right within ``tolerance`` of ``wanted``, to be looked at within ``slack``, wrong beyond.

    ``unit`` is mm, pt, 行 or 字; ``slack`` below ``tolerance`` counts as ``tolerance``.
    """

    wanted: float
    tolerance: float
    unit: str
    clause: str
    slack: float = 0.0

    def verdict(self, value: float) -> Verdict:
        """What a measured value is worth."""
        off = abs(value - self.wanted) - 1e-6
        if off <= self.tolerance:
            return "合格"
        return "提醒" if off <= self.slack else "不合格"

    @property
    def text(self) -> str:
        """As a finding prints it, e.g. ``"37 mm ±1"``."""
        return f"{self.wanted:g} {self.unit}" + (f" ±{self.tolerance:g}" if self.tolerance else "")


@dataclass(frozen=True, slots=True)
class Style:
    """How the text of a role looks: its face, its sizes in pt; ``tolerated`` sizes are to be looked at."""

    face: Role
    sizes: tuple[float, ...]
    clause: str
    tolerated: tuple[float, ...] = ()

    def size(self, value: float) -> Verdict:
        """What a measured size is worth; 0.3 pt either way are rounding."""
        if any(abs(value - size) <= 0.3 for size in self.sizes):
            return "合格"
        return "提醒" if any(abs(value - size) <= 0.3 for size in self.tolerated) else "不合格"

    @property
    def text(self) -> str:
        """As a finding prints it, e.g. ``"仿宋 16 pt"``."""
        return f"{self.face} " + "或".join(f"{size:g}" for size in self.sizes) + " pt"


@dataclass(frozen=True, slots=True)
class Form:
    """What a publication chooses beside its figures; as it stands here, what the standard has.

    Args:
        number: the page number as printed, with ``{页}``.
        number_place: 外侧 (odd right, even left), 居中 or 右.
        number_first: whether page 1 has one.
        copy_number_right: 份号 at the right instead of the left.
        red_number: 期号 in red.
        foot_multiple: the foot's page is a multiple of this.
        overprint: parts that the paper may bear already.
    """

    number: str = STANDARD_NUMBER
    number_place: str = "外侧"
    number_first: bool = True
    copy_number_right: bool = False
    red_number: bool = False
    foot_multiple: int = 1
    overprint: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Profile:
    """What is asked of a file.

    Args:
        name: as the report names it.
        rules: figures by code (see ``docs/layout.md``).
        styles: face and size by role, e.g. ``"正文"``.
        red: the colour of name and red rules, RRGGBB, black for a publication without colour; None where any bright red will do.
        title: the publication; None for the standard itself.
        form: its choices.
    """

    name: str
    rules: Mapping[str, Rule]
    styles: Mapping[str, Style]
    red: str | None = None
    title: Title | None = None
    form: Form = Form()

    def value(self, code: str) -> float:
        """The wanted figure of a rule that every profile has."""
        return self.rules[code].wanted


def face_verdict(role: Role, font: str) -> Verdict:
    """What a font's name is worth for a role: official 合格, a listed substitute 提醒, any other 不合格.

    The name may be a family's, a PostScript name (``FangSong_GB2312``) or one with a style (``FZKai-Z03,Bold``).
    """
    name = _plain(font)
    if name in _OFFICIAL[role]:
        return "合格"
    return "提醒" if name in _LISTED[role] else "不合格"


def _plain(font: str) -> str:
    """A name without what differs between tables of names: blanks, hyphens, case, the mark of the regular face."""
    name = font.split(",")[0].casefold()
    for mark in (" ", "-", "_"):
        name = name.replace(mark, "")
    return name.removesuffix("regular")


_OFFICIAL = {r: frozenset(map(_plain, (*faces.OFFICIAL[r], *_POSTSCRIPT[r]))) for r in faces.ROLES}
_LISTED = {r: frozenset(map(_plain, (*faces.FANDOL[r], *faces.SIMILAR[r], *faces.LAST_RESORT[r]))) for r in faces.ROLES}


def _clause(number: str) -> str:
    return f"{STANDARD} {number}"


def _standard_rules() -> dict[str, Rule]:
    return {
        "paper-width": Rule(210, 1, "mm", _clause("5.1")),
        "paper-height": Rule(297, 1, "mm", _clause("5.1")),
        # Word and LibreOffice set the text of an exact line 0.8 mm lower: what is beyond by that much is a remark.
        "margin-top": Rule(37, 1, "mm", _clause("5.2.1"), slack=1.8),
        "margin-left": Rule(28, 1, "mm", _clause("5.2.1")),
        "area-width": Rule(156, 1, "mm", _clause("5.2.1")),
        "area-height": Rule(225, 1, "mm", _clause("5.2.1"), slack=9),
        "lines": Rule(22, 0, "行", _clause("5.2.3")),
        "characters": Rule(28, 0, "字", _clause("5.2.3")),
        # 22 lines fill 225 mm at 28.99 pt; at 28 pt there are still 22, but they do not fill it.
        "line-pitch": Rule(28.95, 0.15, "pt", _clause("5.2.3"), slack=1.05),
        "character-pitch": Rule(15.79, 0.15, "pt", _clause("5.2.3")),
        "indent": Rule(2, 0.15, "字", _clause("7.3.3")),
        "mark-top": Rule(35, 1, "mm", _clause("7.2.4")),
        "mark-to-number": Rule(2, 0.5, "行", _clause("7.2.5")),
        "red-rule-width": Rule(156, 1, "mm", _clause("7.2.7")),
        "number-rule": Rule(4, 1, "mm", _clause("7.2.7")),
        "foot-outer": Rule(0.35, 0.06, "mm", _clause("7.4.1")),
        "foot-middle": Rule(0.25, 0.06, "mm", _clause("7.4.1")),
        "foot-width": Rule(156, 1, "mm", _clause("7.4.1")),
        "foot-place": Rule(0, 0.8, "mm", _clause("7.4.1")),
        "foot-indent": Rule(1, 0.2, "字", _clause("7.4.2")),
        "page-number-distance": Rule(7, 0.8, "mm", _clause("7.5")),
        "page-number-indent": Rule(1, 0.25, "字", _clause("7.5")),
        "title-lines": Rule(2, 1, "行", _clause("7.3.1"), slack=2),
        "title-above": Rule(2, 0.5, "行", _clause("7.3.1")),
        "title-below": Rule(1, 0.5, "行", _clause("7.3.2")),
    }


def _standard_styles() -> dict[str, Style]:
    body, small = (16.0,), (14.0,)
    text = _clause("5.2.2")
    return {
        "刊名": Style("小标宋", (), _clause("7.2.4")),
        "左上": Style("黑体", body, _clause("7.2.2")),
        "期号": Style("仿宋", body, text),
        "编印单位": Style("仿宋", body, text),
        "发文字号": Style("仿宋", body, _clause("7.2.5")),
        "签发人": Style("楷体", body, _clause("7.2.6")),
        "标题": Style("小标宋", (22.0,), _clause("7.3.1"), tolerated=(18.0,)),
        "主送机关": Style("仿宋", body, _clause("7.3.2")),
        "正文": Style("仿宋", body, _clause("7.3.3")),
        "一级标题": Style("黑体", body, _clause("7.3.3")),
        "二级标题": Style("楷体", body, _clause("7.3.3")),
        "三级标题": Style("仿宋", body, _clause("7.3.3")),
        "四级标题": Style("仿宋", body, _clause("7.3.3")),
        "附件说明": Style("仿宋", body, _clause("7.3.4")),
        "署名": Style("仿宋", body, _clause("7.3.5")),
        "附件": Style("黑体", body, _clause("7.3.7")),
        "版记": Style("仿宋", small, _clause("7.4.2")),
        "页码": Style("宋体", small, _clause("7.5")),
    }


GB = Profile(STANDARD, _standard_rules(), _standard_styles())


def of(title: Title) -> Profile:
    """What a publication asks: the standard, and its own layout figures where they say more or otherwise."""
    layout = Layout.model_validate(title.layout, by_alias=True, by_name=False)
    rules = {**GB.rules, **_changed(layout), **_masthead(layout)}
    styles = {**GB.styles, **_styles(layout)}
    if title.data.squeeze == "允许":
        rules["line-pitch"] = replace(rules["line-pitch"], tolerance=1.05)
    red = "000000" if title.data.black == "是" else layout.masthead.red.upper()
    return Profile(f"《{title.data.name}》版式", rules, styles, red, title, _form(title.data))


def _form(data: Publication) -> Form:
    return Form(
        data.page_number.form,
        data.page_number.place,
        data.page_number.first == "是",
        data.masthead.copy_number == "右上",
        data.masthead.red_number == "是",
        data.foot.multiple,
        frozenset(data.overprint.printed),
    )


def _changed(layout: Layout) -> dict[str, Rule]:
    """The standard's rules with the publication's figure, cited as its own where the two differ."""
    figures: dict[str, Any] = {
        "paper-width": layout.paper.width,
        "paper-height": layout.paper.height,
        "margin-top": layout.area.top,
        "margin-left": layout.area.left,
        "area-width": layout.area.width,
        "area-height": layout.area.height,
        "lines": layout.body.lines,
        "characters": layout.body.characters,
        "line-pitch": layout.body.pitch,
        "character-pitch": layout.body.advance,
        "red-rule-width": layout.area.width,
        "foot-width": layout.area.width,
        "foot-outer": layout.foot.outer,
        "foot-middle": layout.foot.middle,
        "page-number-distance": layout.number.below,
        "page-number-indent": layout.number.indent / layout.number.size,
    }
    out = {}
    for code, figure in figures.items():
        rule = GB.rules[code]
        same = abs(figure - rule.wanted) <= min(rule.tolerance, 0.05)
        out[code] = rule if same else replace(rule, wanted=float(figure), clause=OWN)
    return out


def _masthead(layout: Layout) -> dict[str, Rule]:
    head, titles, tables = layout.masthead, layout.titles, layout.tables
    return {
        # What lies between lines of text depends on the line height of the program that set it: more is let pass.
        "name-top": Rule(head.top, 1, "mm", OWN, slack=2),
        "name-to-number": Rule(head.to_number, 1, "mm", OWN, slack=3),
        "number-to-office": Rule(head.to_office, 1, "mm", OWN, slack=2),
        "office-to-rule": Rule(head.to_rule, 1, "mm", OWN, slack=2),
        "office-indent": Rule(1, 0.3, "字", OWN),
        "red-rule": Rule(head.rule, 0.1, "mm", OWN),
        "title-above": Rule(titles.above, 0.6, "行", OWN),
        "title-below": Rule(titles.below, 0.6, "行", OWN),
        "title-lines": Rule(2, 1, "行", OWN),
        "title-pitch-single": Rule(titles.single_pitch, 0.5, "pt", OWN),
        "title-pitch-several": Rule(titles.several_pitch, 0.5, "pt", OWN),
        "table-outer": Rule(tables.outer, 0.15, "pt", OWN),
        "table-inner": Rule(tables.inner, 0.15, "pt", OWN),
    }


def _styles(layout: Layout) -> dict[str, Style]:
    size = (float(layout.body.size),)
    titles, tables, contents = layout.titles, layout.tables, layout.contents
    cells = (float(tables.size), float(tables.dense_size))
    table_title = Style("小标宋", (float(tables.title_size),), OWN)
    return {
        "刊名": Style("小标宋", (float(layout.masthead.size),), OWN),
        "标题": Style("小标宋", (float(titles.single), float(titles.several)), _clause("7.3.1")),
        "要目标题": Style("黑体", (float(contents.title_size),), OWN),
        "要目": Style("楷体", (float(contents.size), float(contents.many_size)), OWN),
        "编者按标签": Style("黑体", size, OWN),
        "编者按": Style("楷体", size, OWN),
        "栏目": Style("黑体", size, OWN),
        "供稿": Style("楷体", size, OWN),
        "表题": table_title,
        "表头": Style("黑体", (float(tables.head_size), float(tables.dense_size)), OWN),
        "表格": Style("仿宋", cells, OWN),
        "图题": Style("楷体", (14.0,), OWN),
        "版记": Style("仿宋", (float(layout.foot.size),), _clause("7.4.2")),
        "页码": Style("宋体", (float(layout.number.size),), _clause("7.5")),
    }
