"""Page numbers, the foot and the red rule of a Word file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from builder.inspection.docx_looks import Border
from builder.inspection.docx_roles import Roles, red
from builder.inspection.docx_text import size_name
from builder.inspection.docx_values import Footer, Paragraph, Section, Table, TextBox, WordFile
from builder.inspection.findings import Finding, Verdict
from builder.inspection.made import figure
from builder.inspection.profile import OWN, STANDARD, Profile, face_verdict
from builder.publications import STANDARD_NUMBER

_MM = 25.4 / 72
_CLAUSE = f"{STANDARD} 7.5"
_NUMBER_HELP = (
    "双击页脚，页码用“插入—页码”做成“— 1 —”，四号宋体；勾上“奇偶页不同”，单页码居右空一字，双页码居左空一字。"
)
_MASTHEAD = 25  # paragraphs in which the red rule stands
_LIST = re.compile(r"(主报|主送|抄送|抄报|分送|报|送|发)[：:]")


# ---------------------------------------------------------------- page numbers


def numbers(file: WordFile, profile: Profile) -> Iterator[Finding]:
    """The page number: that it is there, its form, look, sides, indent and distance."""
    upright = [s for s in file.sections if not s.landscape]
    section = upright[0] if upright else (file.sections[0] if file.sections else None)
    if section is None:
        return
    lacking = [n for n, s in enumerate(file.sections, 1) if _numbered(s.footers.get("default")) is None]
    found = _numbered(section.footers.get("default"))
    if found is None:
        yield Finding(
            "页码", "页码", "", "— 1 —", _CLAUSE, "不合格", "page-number", note="页脚里没有页码域。" + _NUMBER_HELP
        )
        return
    if profile.title is not None and profile.title.data.foot.multiple > 1:
        lacking = []  # the blank pages before the foot, and its own, bear none
    value = f"第 {'、'.join(map(str, lacking))} 节没有" if lacking else "有"
    yield Finding("页码", "页码", value, "每面都有", _CLAUSE, "提醒" if lacking else "合格", "page-number",
                  note="核对这一节是否该有页码。" if lacking else "")  # fmt: skip
    paragraph, side = found
    yield from _looks(paragraph, profile)
    yield from _sides(file, section, side, profile)
    yield from _distance(section, paragraph, profile)


def _numbered(footer: Footer | None) -> tuple[Paragraph, str] | None:
    """The paragraph with the page number and its side: left, right, center, outside or inside."""
    if footer is None:
        return None
    for paragraph in footer.paragraphs:
        if any("PAGE" in field.split() for field in paragraph.fields):
            side = paragraph.properties.get("frame") or paragraph.align
            return paragraph, "left" if side == "both" else str(side)
    for box in footer.boxes:
        for paragraph in box.paragraphs:
            if any("PAGE" in field.split() for field in paragraph.fields):
                return paragraph, _box_side(box, paragraph)
    return None


def _box_side(box: TextBox, paragraph: Paragraph) -> str:
    return box.side if box.side in ("left", "right", "center", "outside", "inside") else paragraph.align


def _looks(paragraph: Paragraph, profile: Profile) -> Iterator[Finding]:
    text = "".join(s.text for s in paragraph.stretches).strip()
    form = profile.title.data.page_number.form if profile.title else STANDARD_NUMBER
    before, _, after = form.partition("{页}")
    right = bool(re.fullmatch(rf"{_loose(before)}\d*{_loose(after)}", text))
    wanted = form.replace("{页}", "1")
    yield Finding("页码", "形式", text or "只有数字", wanted, _clause(form == STANDARD_NUMBER), "合格" if right else "不合格",
                  "page-number-form", note="" if right else f"页码写成“{wanted}”。")  # fmt: skip
    style = profile.styles["页码"]
    look = next((s for s in paragraph.stretches if any(c.isdigit() for c in s.text)), None)
    look = look or (paragraph.stretches[0] if paragraph.stretches else paragraph.mark)
    verdict: Verdict = face_verdict(style.face, look.west) if look.west else "提醒"
    yield Finding("页码", "字体", look.west or "没有写明", style.face, style.clause, verdict, "font",
                  note="" if verdict == "合格" else "页码的西文字体也改成宋体（半角宋体数字）。")  # fmt: skip
    verdict = style.size(look.size)
    wanted = "或".join(map(size_name, style.sizes))
    yield Finding("页码", "字号", size_name(look.size), wanted, style.clause, verdict, "font-size",
                  note="" if verdict == "合格" else f"页码字号改成{wanted}。")  # fmt: skip


def _loose(text: str) -> str:
    """A part of the number's form, blanks as they come."""
    return r"\s?" + r"\s?".join(map(re.escape, text.replace(" ", ""))) + r"\s?"


def _clause(standard: bool) -> str:
    return _CLAUSE if standard else OWN


_ASKED = {"外侧": ("right", "left"), "居中": ("center", "center"), "右": ("right", "right")}
_SIDES = {"left": "居左", "right": "居右", "center": "居中", "outside": "外侧", "inside": "内侧"}


def _sides(file: WordFile, section: Section, odd: str, profile: Profile) -> Iterator[Finding]:
    even = (
        _numbered(section.footers.get("even"))
        if file.settings.even_and_odd
        else _numbered(section.footers.get("default"))
    )
    shown = f"单页{_SIDES.get(odd, odd)}，双页{_SIDES.get(even[1], even[1]) if even else '没有'}"
    place = profile.title.data.page_number.place if profile.title else "外侧"
    asked = _ASKED[place]
    sides = odd, even[1] if even else ""
    right = sides == asked or (place == "外侧" and sides == ("outside", "outside"))
    wanted = f"单页{_SIDES[asked[0]]}，双页{_SIDES[asked[1]]}"
    help_ = "改奇数页和偶数页页脚的对齐方式。" if file.settings.even_and_odd or place != "外侧" else _NUMBER_HELP
    note = "" if right else f"页码要{wanted}：{help_}"
    yield Finding(
        "页码",
        "位置",
        shown,
        wanted,
        _clause(place == "外侧"),
        "合格" if right else "不合格",
        "page-number-side",
        note=note,
    )
    rule = profile.rules["page-number-indent"]
    pairs = [("单页右空", _numbered(section.footers.get("default")), "right")]
    if file.settings.even_and_odd and place == "外侧":
        pairs.append(("双页左空", even, "left"))
    for aspect, found, side in pairs:
        if found is not None and found[1] == side and not found[0].properties.get("frame"):
            value = found[0].indent(side) + (found[0].indent("first") if side == "left" else 0)
            note = f"页码段落的{'右' if side == 'right' else '左'}缩进设为1字符。"
            yield figure("页码", aspect, "page-number-indent", rule, value, note=note)


def _distance(section: Section, paragraph: Paragraph, profile: Profile) -> Iterator[Finding]:
    """From the type area to the dash: known only for an exact line; else the font decides, and so it is said."""
    rule = profile.rules["page-number-distance"]
    footer = section.footers["default"]
    line, how = paragraph.properties.get("line"), paragraph.properties.get("lineRule")
    if how != "exact" or not line or paragraph not in footer.paragraphs:
        yield Finding("页码", "距版心下边缘", "文件没有定死", rule.text, rule.clause, "提醒", "page-number-distance",
                      note="页脚行距不是固定值，距离由字体决定；导出 PDF 再量。")  # fmt: skip
        return
    below = footer.paragraphs[footer.paragraphs.index(paragraph) + 1 :]
    more = sum(float(p.properties.get("line") or 0) for p in below)
    # In an exact line the base line stands at 0.8 of it, the dash 0.36 of the size above.
    dash = section.footer + (0.2 * line + 0.36 * paragraph.size + more) * _MM
    note = "改“页面设置—版式—页脚距边界”，使一字线上边缘距版心下边缘7毫米。"
    yield figure("页码", "距版心下边缘", "page-number-distance", rule, section.bottom - dash, note=note)


# ---------------------------------------------------------------- foot


def foot(file: WordFile, roles: Roles, profile: Profile) -> Iterator[Finding]:
    """Rules, place, indents and full stops of the foot."""
    if not roles.foot:
        yield Finding("版记", "版记", "", "末面版心底部", f"{STANDARD} 7.4", "提醒", "foot",
                      note="没有找到报、送、发或抄送、印发各行；不需要的不必加。")  # fmt: skip
        return
    section = next((s for s in file.sections if not s.landscape), None)
    rules, width = _table_rules(roles.foot_table) if roles.foot_table else _rules(roles.foot)
    yield from _thickness(rules, profile)
    if section is not None:
        yield from _width(file, roles, width, section, profile)
    yield _place(file, roles, profile)
    yield from _indents(roles, profile)
    ends = [p for p in roles.foot if _LIST.match(p.text.strip())]
    wrong = [p for p in ends if not p.text.rstrip().endswith("。")]
    if ends:
        yield Finding("版记", "各行末尾", f"{len(wrong)} 行没有句号" if wrong else "有句号", "句号", f"{STANDARD} 7.4.2",
                      "不合格" if wrong else "合格", "foot-stop",
                      note=f"最后一个机关名称后标句号：{wrong[0].text.strip()[:10]}…" if wrong else "")  # fmt: skip


def _rules(paragraphs: Sequence[Paragraph]) -> tuple[list[Border], float | None]:
    """The rules from the first to the last, as borders of paragraphs; round neighbours with the same ones there is one box."""
    sides = [tuple(p.properties.get(f"border-{side}") for side in ("top", "bottom")) for p in paragraphs]
    found: list[Border] = []
    for n, (top, bottom) in enumerate(sides):
        if top is not None and not (n and sides[n - 1] == sides[n]):
            found.append(top)
        if bottom is not None and not (n + 1 < len(sides) and sides[n + 1] == sides[n]):
            found.append(bottom)
    return found, None


def _table_rules(table: Table) -> tuple[list[Border], float | None]:
    """The horizontal rules of a table: those of its cells before its own."""
    found: list[Border] = []
    last = len(table.rows)
    for n in range(last + 1):
        above = table.rows[n - 1].cells[0].borders if n else {}
        below = table.rows[n].cells[0].borders if n < last and table.rows[n].cells else {}
        outer = "top" if not n else "bottom" if n == last else "insideH"
        rule = below.get("top") or above.get("bottom")
        if "top" not in below and "bottom" not in above:
            rule = table.borders.get(outer)
        if rule is not None:
            found.append(rule)
    return found, table.width


def _thickness(rules: Sequence[Border], profile: Profile) -> Iterator[Finding]:
    outer, middle = profile.rules["foot-outer"], profile.rules["foot-middle"]
    if len(rules) < 2:
        yield Finding("版记", "首末线", f"{len(rules)} 条", outer.text, outer.clause, "不合格", "foot-rules",
                      note="版记首末各有一条分隔线；线不是段落或表格边框的（画出来的），这里看不见，导出 PDF 再量。")  # fmt: skip
        return
    note = "在“边框”里改线的宽度：首末线1磅（0.35毫米），中间线0.75磅（0.25毫米）。"
    ends, inner = (rules[0], rules[-1]), rules[1:-1]
    worst = max(ends, key=lambda r: abs(r.width * _MM - outer.wanted))
    yield figure("版记", "首末线粗", "foot-outer", outer, worst.width * _MM, note=note)
    if inner:
        worst = max(inner, key=lambda r: abs(r.width * _MM - middle.wanted))
        yield figure("版记", "中间线粗", "foot-middle", middle, worst.width * _MM, note=note)
    colored = [r.color for r in rules if r.color != "000000"]
    yield Finding("版记", "线的颜色", colored[0] if colored else "黑色", "黑色", f"{STANDARD} 5.2.4",
                  "不合格" if colored else "合格", "foot-color", note="版记的线改成黑色。" if colored else "")  # fmt: skip


def _width(file: WordFile, roles: Roles, width: float | None, section: Section, profile: Profile) -> Iterator[Finding]:
    box = _box(file, roles)
    if box is not None and box.width:
        width = box.width
    elif roles.foot_in == "段落":
        ruled = [p for p in roles.foot if any(p.properties.get(f"border-{s}") for s in ("top", "bottom"))]
        aside = max((p.indent("left") + p.indent("right") for p in ruled), default=0.0)
        width = section.area[0] - aside * 14 * _MM
    if width is not None:
        wanted = section.area[0]
        verdict: Verdict = "合格" if abs(width - wanted) <= 1 else "不合格"
        yield Finding("版记", "线宽", f"{width:.1f} mm", f"{wanted:.1f} mm ±1", f"{STANDARD} 7.4.1", verdict, "foot-width",
                      note="" if verdict == "合格" else "版记的线与版心等宽：改文本框或表格的宽度。")  # fmt: skip


def _box(file: WordFile, roles: Roles) -> TextBox | None:
    return next((b for b in file.boxes if b.paragraphs is roles.foot), None)


def _place(file: WordFile, roles: Roles, profile: Profile) -> Finding:
    """Whether the file itself ties the foot to the bottom of the type area."""
    rule = profile.rules["foot-place"]
    box = _box(file, roles)
    if box is not None:
        tied = box.relative in ("margin", "bottomMargin") and box.place == "bottom"
    else:
        tied = roles.foot_table is not None and roles.foot_table.place == "bottom"
    note = "版记没有固定在版心底部，加一行减一行位置就变；导出 PDF 量末面，或把版记放进相对于页边距底端对齐的文本框。"
    fixed = box is not None and not tied and box.relative in ("margin", "page") and box.place.isdigit()
    if fixed:
        note = "版记固定在页面上；末条线是否与版心下边缘重合，导出 PDF 量末面。"
    where = "版心底部" if tied else "固定位置" if fixed else "随文字走"
    return Finding("版记", "位置", where, "末条线与版心下边缘重合", rule.clause,
                   "合格" if tied else "提醒", "foot-place", note="" if tied else note)  # fmt: skip


def _indents(roles: Roles, profile: Profile) -> Iterator[Finding]:
    rule = profile.rules["foot-indent"]
    lines = [p for p in roles.foot if _LIST.match(p.text.strip())]
    if not lines or roles.foot_table is not None:
        return  # in a table the cells' own margins add to it
    note = "版记文字左右各空一字：段落缩进左、右各1字符，回行对齐冒号后的字。"
    worst = max((p.indent("left") + p.indent("first") + _typed(p) for p in lines), key=lambda v: abs(v - rule.wanted))
    yield figure("版记", "左空", "foot-indent", rule, worst, note=note)
    worst = max((p.indent("right") for p in lines), key=lambda v: abs(v - rule.wanted))
    yield figure("版记", "右空", "foot-indent", rule, worst, note=note)


def _typed(paragraph: Paragraph) -> int:
    return len(paragraph.text) - len(paragraph.text.lstrip("　"))


# ---------------------------------------------------------------- red rule


def red_rule(roles: Roles, profile: Profile) -> Iterator[Finding]:
    """The red rule of the masthead, where it is the border of a paragraph."""
    if not roles.masthead:
        if profile.title is not None:
            yield Finding("刊名", "有无", "没有", f"有刊名“{profile.title.data.name}”", OWN, "提醒", "name-missing",
                          note="没有找到大字刊名；套打的文件，报头请量没有套打的那一份。")  # fmt: skip
        return
    rules = [
        rule
        for piece in roles.pieces[:_MASTHEAD]
        for side in ("top", "bottom")
        if (rule := piece.paragraph.properties.get(f"border-{side}")) is not None and piece.role != "版记"
    ]
    data = profile.title.data if profile.title else None
    black = data is not None and data.black == "是"
    reds = [rule for rule in rules if red(rule.color) or (black and rule.color == "000000")]
    wanted = profile.rules.get("red-rule")
    clause = wanted.clause if wanted else f"{STANDARD} 7.2.7"
    if not reds:
        shown = f"{rules[0].color} 色" if rules else ""
        hint = (
            "报头下的分隔线改成红色。" if rules else "没有找到段落边框做的红线；画出来的线这里看不见，导出 PDF 再量。"
        )
        yield Finding("红线", "红色分隔线", shown, "红色，与版心等宽", clause, "不合格" if rules else "提醒", "red-rule",
                      note=hint)  # fmt: skip
    elif wanted and (data is None or data.masthead.rule == "单"):
        yield figure(
            "红线",
            "粗",
            "red-rule",
            wanted,
            reds[0].width * _MM,
            note=f"报头下边框的宽度改成{wanted.wanted / _MM:.1f}磅左右。",
        )
    else:
        yield Finding("红线", "红色分隔线", f"{reds[0].width * _MM:.2f} mm", "红色", clause, "合格", "red-rule")
