"""The masthead: name, number, office and date, red rule; the title's room below it (7.2, 7.3.1, 本刊版式)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.inspection.findings import Box, Finding
from builder.inspection.made import fact, figure, shown
from builder.inspection.pdf_grid import Area
from builder.inspection.pdf_pages import POINT, Line, around
from builder.inspection.pdf_roles import Block, Document, Masthead, reddish
from builder.inspection.profile import OWN, STANDARD, Profile
from builder.pdfium import Rule

_CENTRE = 3.0  # mm
_BELOW_CORNER = 5.0  # mm between lines at the top left and a name that gave way to them
FULL_NAME = 0.9  # of the type area: a name that wide was made smaller to fit
_ZERO = re.compile(r"第0+[0-9]|[〔\[［（(【][0-9]{4}[〕\]］）)】](?:第|0)")
_BRACKET = re.compile(r"[\[［（(【][0-9]{4}[\]］）)】]")
_HALF = re.compile(r"[()\[\]]")


def findings(document: Document, profile: Profile, area: Area) -> Iterator[Finding]:
    """Everything above the text of page 1."""
    head = document.masthead
    if profile.title is not None and (head is None or not head.name):
        yield _nameless(document, profile, area)
    if head is None:
        return
    yield from _copy_number(head, profile, area)
    if head.name:
        yield from _name(head, profile, area)
    yield from _number(head, profile, area)
    if head.statutory:
        yield from _statutory(head, document, profile)
    else:
        yield from _bulletin(head, profile, area)
    if head.name or head.rule is not None:  # pre-printed paper bears both
        yield from _rule(head, profile, area)
    yield from _title_room(document, head, profile)


def _nameless(document: Document, profile: Profile, area: Area) -> Finding:
    """No name: right on paper that bears it already, where its room is left free."""
    assert profile.title is not None
    start, room = profile.value("name-top"), profile.styles["刊名"].sizes[0] * POINT
    free = not any(start + 6 < line.baseline - area.top < start + 0.8 * room for line in document.pages[0].lines)
    kept = "刊名" in profile.form.overprint and free
    return fact(
        "刊名", "有无", "name-missing", "提醒" if kept else "不合格", "没有", f"有刊名“{profile.title.data.name}”", OWN, (),
        "首面留着刊名的位置而没有刊名：套打的文件，报头请量没有套打的那一份。" if kept else "首面没有找到大字刊名。",
    )  # fmt: skip


def _copy_number(head: Masthead, profile: Profile, area: Area) -> Iterator[Finding]:
    """份号 in the corner that it belongs in."""
    parts = [part for line in head.corner for part in line.parts() if re.fullmatch("[0-9]{6}", part.text)]
    if parts:
        right = parts[0].middle > (area.left + area.right) / 2
        own = profile.form.copy_number_right
        yield fact(
            "份号", "位置", "copy-number-side", "合格" if right == own else "不合格", "右上角" if right else "左上角",
            "右上角" if own else "左上角", OWN if own else f"{STANDARD} 7.2.1", (parts[0].box,), "份号排在规定的一角，第一行。",
        )  # fmt: skip


def _name(head: Masthead, profile: Profile, area: Area) -> Iterator[Finding]:
    glyphs = [g for line in head.name for g in line.glyphs]
    box = around(1, glyphs)
    code = "mark-top" if head.statutory else "name-top"
    rule = profile.rules.get(code)
    if rule is not None:
        moved = _made_room(head, profile, area, box.top) if code == "name-top" else None
        found = figure("刊名", "上边缘距版心", code, rule, box.top - area.top, (box,), "调整刊名上面的空距。")
        yield moved if moved and found.verdict == "不合格" else found
    clause = profile.styles["刊名"].clause
    off = (box.left + box.right) / 2 - (area.left + area.right) / 2
    yield fact(
        "刊名", "居中", "name-centre", "合格" if abs(off) <= _CENTRE else "不合格", f"偏 {abs(off):.1f} mm",
        f"居中 ±{_CENTRE:g} mm", f"{STANDARD} 7.2.4", (box,), "刊名左右居中排布。",
    )  # fmt: skip
    colors = sorted({g.color for g in glyphs if not _right_red(g.color, profile)})
    yield fact(
        "刊名", "颜色", "name-color", "不合格" if colors else "合格", "、".join(colors) or glyphs[0].color,
        profile.red or "红色", clause, (box,),
        "刊名用正红，不用黑色、暗红或橘红；用 --黑白 生成的请量彩色的那一份。" if reddish(profile.red or "FF0000") else "本刊只用黑色。",
    )  # fmt: skip


def _made_room(head: Masthead, profile: Profile, area: Area, top: float) -> Finding | None:
    """A name that stands right below lines that would have touched it at its own place: lower than wanted, and rightly so."""
    low = max((line.foot for line in head.corner), default=area.top)
    rule = profile.rules["name-top"]
    if not (low - area.top > rule.wanted and -0.3 < top - low < _BELOW_CORNER):
        return None
    box = around(1, [g for line in (*head.corner, *head.name) for g in line.glyphs])
    return fact(
        "刊名", "上边缘距版心", "name-top", "提醒", shown(top - area.top, "mm"), rule.text, rule.clause, (box,),
        "左上角各项在刊名上面放不下，刊名让到了它们之下；减少一项，或加大“报头.刊名上距”。",
    )  # fmt: skip


def _right_red(color: str, profile: Profile) -> bool:
    """True for the profile's red, and for what becomes of M80 Y80 on a screen."""
    wanted = profile.red or "FF0000"
    if not reddish(wanted):  # a publication that prints in black
        return color == wanted
    red, green, blue = (int(color[n : n + 2], 16) for n in (0, 2, 4))
    return red >= 0xD0 and max(green, blue) <= 0x60


def _number(head: Masthead, profile: Profile, area: Area) -> Iterator[Finding]:
    """Form and place of the number."""
    if not head.number:
        if profile.title is not None:
            yield fact(
                "期号", "有无", "number-missing", "不合格", "没有", "刊名之下有期号", OWN, (), "刊名之下排期号。"
            )
        return
    element = "发文字号" if head.statutory else "期号"
    clause = f"{STANDARD} 7.2.5" if head.statutory else "GB/T 9704-2012 7.2.5、本刊版式"
    text = "".join(line.text for line in head.number)
    note = ""
    if _ZERO.search(text):
        note = "编号不加“第”、不补零。" if head.statutory else "期号不补零，如“第12期”。"
    elif _BRACKET.search(text) or _HALF.search(text):
        note = "年份用六角括号〔〕，其他括号用全角。"
    boxes = [line.box for line in head.number]
    wanted = "〔2026〕5号" if head.statutory else "第5期、〔2026〕5号"
    yield fact(element, "形式", "number-form", "不合格" if note else "合格", text, wanted, clause, boxes, note)
    last = head.number[-1]
    off = abs(last.middle - (area.left + area.right) / 2)
    if not (
        head.statutory and off > _CENTRE and last.left - area.left < 20
    ):  # upward papers: number left, signer right
        yield fact(
            element, "居中", "number-centre", "合格" if off <= _CENTRE else "不合格", f"偏 {off:.1f} mm",
            f"居中 ±{_CENTRE:g} mm", clause, boxes, "在刊名之下居中排布。",
        )  # fmt: skip


def _statutory(head: Masthead, document: Document, profile: Profile) -> Iterator[Finding]:
    """Two blank lines between mark and number, 4 mm between number and rule."""
    number, pitch = head.number[-1], document.frame.pitch
    low = max(g.bottom for line in head.name for g in line.glyphs)
    lines = (document.frame.top(head.number[0].baseline) - low) / pitch
    yield figure(
        "发文字号",
        "距发文机关标志",
        "mark-to-number",
        profile.rules["mark-to-number"],
        lines,
        (number.box,),
        "发文机关标志下空二行。",
    )
    if head.rule is not None:
        gap = head.rule.top - number.foot
        yield figure(
            "发文字号",
            "距红线",
            "number-rule",
            profile.rules["number-rule"],
            gap,
            (number.box,),
            "红线在发文字号之下 4 mm。",
        )


def _bulletin(head: Masthead, profile: Profile, area: Area) -> Iterator[Finding]:
    """Distances between the boxes of the lines; the name hangs by the top of its ink."""
    lines = [line for line in (*head.number, head.office) if line is not None]
    if "name-to-number" in profile.rules and head.name and head.number:
        bottom = min(g.top for g in head.name[-1].glyphs) + _name_size(head, profile) * POINT
        rule = profile.rules["name-to-number"]
        box = around(1, [g for line in (*head.name, head.number[0]) for g in line.glyphs])
        yield figure(
            "期号", "距刊名", "name-to-number", rule, head.number[0].head - bottom, (box,), "调整刊名与期号之间的空距。"
        )
    if head.office is None:
        if profile.title is not None:
            yield fact(
                "编印单位",
                "有无",
                "office-missing",
                "不合格",
                "没有",
                "红线之上排编印单位和日期",
                OWN,
                (),
                "补上编印单位和日期。",
            )
        return
    if "number-to-office" in profile.rules and head.number:
        rule = profile.rules["number-to-office"]
        box = around(1, [*head.number[-1].glyphs, *lines[-1].glyphs])
        gap = head.office.head - head.number[-1].foot
        yield figure("编印单位", "距期号", "number-to-office", rule, gap, (box,), "调整期号与编印单位之间的空距。")
    if "office-to-rule" in profile.rules and head.rule is not None:
        rule = profile.rules["office-to-rule"]
        gap = head.rule.top - head.office.foot
        yield figure("红线", "距编印单位", "office-to-rule", rule, gap, (head.office.box,), "调整红线上面的空距。")
    if "office-indent" in profile.rules:
        yield _office_indent(head.office, profile, area)


def _name_size(head: Masthead, profile: Profile) -> float:
    """The height of the name's line: the publication's own size, whatever a long name was shrunk to."""
    sizes, size = profile.styles["刊名"].sizes, head.name[-1].size
    wide = max(x.right for x in head.name) - min(x.left for x in head.name)
    return sizes[0] if sizes and size < sizes[0] and wide > FULL_NAME * profile.value("area-width") else size


def _office_indent(office: Line, profile: Profile, area: Area) -> Finding:
    em = office.size * POINT
    insets = ((office.left - area.left) / em, (area.right - office.right) / em)
    rule = profile.rules["office-indent"]
    value = max(insets, key=lambda x: abs(x - rule.wanted))
    note = "编印单位居左空一字，日期居右空一字。"
    return figure("编印单位", "左右空字", "office-indent", rule, value, (office.box,), note)


def _rule(head: Masthead, profile: Profile, area: Area) -> Iterator[Finding]:
    clause = f"{STANDARD} 7.2.7"
    rule = head.rule
    if rule is None:
        yield fact(
            "红线",
            "有无",
            "red-rule-missing",
            "不合格",
            "没有",
            "与版心等宽的红线",
            clause,
            (),
            "正文之上印一条与版心等宽的红线。",
        )
        return
    box = Box(1, rule.left, rule.top, rule.right, rule.bottom)
    good = _right_red(rule.color, profile)
    yield fact(
        "红线", "颜色", "red-rule-color", "合格" if good else "不合格", rule.color, profile.red or "红色", clause, (box,),
        "红线用正红，与刊名同色。",
    )  # fmt: skip
    if "red-rule" in profile.rules:
        yield figure("红线", "粗细", "red-rule", profile.rules["red-rule"], rule.thickness, (box,), "改红线的粗细。")
    yield _wide(rule, profile, area, box)


def _wide(rule: Rule, profile: Profile, area: Area, box: Box) -> Finding:
    wanted = profile.rules["red-rule-width"]
    off = max(abs(rule.left - area.left), abs(rule.right - area.right))
    text = f"正文左起 {area.left:.1f} mm，宽 {area.right - area.left:.1f} mm"
    return fact(
        "红线", "宽和位置", "red-rule-width", "合格" if off <= wanted.tolerance + 0.2 else "不合格",
        f"{rule.right - rule.left:.1f} mm，左起 {rule.left:.1f} mm", f"与版心等宽（{wanted.text}）", wanted.clause, (box,),
        f"红线与版心等宽，左右与正文对齐；这份文件的{text}。",
    )  # fmt: skip


def _title_room(document: Document, head: Masthead, profile: Profile) -> Iterator[Finding]:
    """Blank lines between rule and title, and below the title, where the title comes first."""
    blocks = document.blocks
    first = blocks[0] if blocks else None
    if first is None or first.role != "标题" or head.rule is None or first.lines[0].page != 1:
        return
    if profile.title is None and not head.statutory:
        return
    pitch = document.frame.pitch
    half = _half_gap(first, profile)
    above = (first.lines[0].head - half - head.rules[-1].bottom) / pitch
    box = first.lines[0].box
    yield figure(
        "标题", "距红线空行", "title-above", profile.rules["title-above"], above, (box,), "调整红线与标题之间的空行。"
    )
    if len(blocks) > 1 and blocks[1].lines[0].page == 1 and blocks[1].role in ("正文", "主送机关"):
        below = (document.frame.top(blocks[1].lines[0].baseline) - first.lines[-1].foot - half) / pitch
        yield figure(
            "标题", "题下空行", "title-below", profile.rules["title-below"], below, (box,), "调整标题与下文之间的空行。"
        )


def _half_gap(title: Block, profile: Profile) -> float:
    """Half of what a title's line is higher than its characters, mm."""
    size = title.lines[0].size
    if len(title.lines) > 1:
        pitch = (title.lines[1].baseline - title.lines[0].baseline) / POINT
    else:
        rule = profile.rules.get("title-pitch-single" if size > 20 else "title-pitch-several")
        pitch = rule.wanted if rule else 1.6 * size
    return max(pitch - size, 0) / 2 * POINT
