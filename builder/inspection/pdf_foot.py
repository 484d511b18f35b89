"""The foot (GB/T 9704-2012, 7.4): rules, place at the bottom of the last page's type area, indents, turned lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.inspection.findings import Box, Finding
from builder.inspection.made import fact, figure
from builder.inspection.pdf_grid import Area
from builder.inspection.pdf_pages import POINT, Line
from builder.inspection.pdf_roles import Document, Foot
from builder.inspection.profile import OWN, STANDARD, Profile
from builder.pdfium import Rule

_LEAD = re.compile(r"[^：:。，、]{1,8}[：:]")
_LISTED = re.compile(r"(?:报|送|发|抄送|抄报|主送|分送|主报)[：:]")
_PRINTED = re.compile(r".*印发$")
_TURNED = 0.8  # mm
_BLACK = 0x40


def findings(document: Document, profile: Profile, area: Area) -> Iterator[Finding]:
    """Everything about the foot."""
    foot = document.foot
    if foot is None:
        yield from _none(profile)
        return
    last = max((p.number for p in document.pages if not p.empty), default=1)
    clause = f"{STANDARD} 7.4.1"
    if foot.page != last:
        yield fact(
            "版记", "所在面", "foot-page", "不合格", f"第 {foot.page} 面", f"最后一面（第 {last} 面）", clause,
            [line.box for line in foot.lines], "版记排在最后一面。",
        )  # fmt: skip
    multiple = profile.form.foot_multiple
    if foot.page % multiple:
        yield fact(
            "版记", "面数", "foot-multiple", "不合格", f"第 {foot.page} 面", f"{multiple} 的倍数面", OWN,
            [line.box for line in foot.lines], "本刊的报尾排在" + ("双数面。" if multiple == 2 else f"{multiple} 的倍数面。"),
        )  # fmt: skip
    if not foot.rules:
        yield fact(
            "版记", "分隔线", "foot-rules", "不合格", "没有", "首末条 0.35 mm，中间 0.25 mm", clause, [x.box for x in foot.lines],
            "版记上下和各项之间加分隔线，与版心等宽。",
        )  # fmt: skip
    else:
        yield from _rules(foot, profile, area)
    yield from _indents(foot, profile, area)
    yield from _entries(foot)


def _none(profile: Profile) -> Iterator[Finding]:
    asked = profile.title is not None and profile.title.data.foot.lists == "是"
    yield fact(
        "版记", "有无", "foot-missing", "不合格" if asked else "提醒", "没有", "最后一面有版记", OWN if asked else f"{STANDARD} 7.4",
        (), "最后一面下部排版记（报、送、发或抄送、印发），上下各一条分隔线。",
    )  # fmt: skip


def _rules(foot: Foot, profile: Profile, area: Area) -> Iterator[Finding]:
    def box(rule: Rule) -> Box:
        return Box(foot.page, rule.left, rule.top, rule.right, rule.bottom)

    outer, middle = (foot.rules[0], foot.rules[-1]), foot.rules[1:-1]
    if len(foot.rules) < 2:
        yield fact(
            "版记", "分隔线", "foot-rules", "不合格", "只有 1 条", "首条和末条都有", f"{STANDARD} 7.4.1", [box(outer[0])],
            "版记的首条和末条分隔线都要有。",
        )  # fmt: skip
    for aspect, code, group in (("首末条线粗", "foot-outer", outer), ("中间线粗", "foot-middle", middle)):
        if group:
            rule = profile.rules[code]
            worst = max(group, key=lambda r: abs(r.thickness - rule.wanted))
            boxes = [box(r) for r in group if rule.verdict(r.thickness) != "合格"] or [box(worst)]
            yield figure(
                "版记", aspect, code, rule, worst.thickness, boxes, "首末条用粗线 0.35 mm，中间用细线 0.25 mm。"
            )
    yield _width(foot, profile, area)
    colored = [r for r in foot.rules if max(int(r.color[n : n + 2], 16) for n in (0, 2, 4)) > _BLACK]
    if colored:
        yield fact(
            "版记", "线的颜色", "foot-color", "不合格", colored[0].color, "黑色", f"{STANDARD} 7.4.1", map(box, colored),
            "版记的分隔线是黑色，只有报头的线是红色。",
        )  # fmt: skip
    low = foot.rules[-1]
    off = area.bottom - low.bottom
    rule = profile.rules["foot-place"]
    yield fact(
        "版记", "末条线位置", "foot-place", rule.verdict(off), _off(off), f"与版心下边缘重合 ±{rule.tolerance:g} mm", rule.clause,
        (box(low),), "版记置于最后一面的最下面，末条分隔线与版心下边缘重合。",
    )  # fmt: skip


def _off(value: float) -> str:
    if abs(value) < 0.05:
        return "重合"
    return f"{'高' if value > 0 else '低'} {abs(value):.1f} mm"


def _width(foot: Foot, profile: Profile, area: Area) -> Finding:
    rule = profile.rules["foot-width"]

    def off(line: Rule) -> float:
        return max(abs(line.left - area.left), abs(line.right - area.right))

    worst = max(foot.rules, key=off)
    wrong = [r for r in foot.rules if off(r) > rule.tolerance + 0.2]
    boxes = [Box(foot.page, r.left, r.top, r.right, r.bottom) for r in wrong or [worst]]
    return fact(
        "版记", "线宽", "foot-width", "不合格" if wrong else "合格", f"{worst.right - worst.left:.1f} mm，左起 {worst.left:.1f} mm",
        f"与版心等宽（{rule.text}）", rule.clause, boxes, "版记的分隔线与版心等宽。",
    )  # fmt: skip


def _starts(foot: Foot) -> list[Line]:
    """Lines that begin an entry at the left; turned lines and （共印×份） at the right are none."""
    return [line for line in foot.lines if _LEAD.match(line.text) or _PRINTED.match(line.text)]


def _indents(foot: Foot, profile: Profile, area: Area) -> Iterator[Finding]:
    """One character in on both sides."""
    rule = profile.rules["foot-indent"]
    starts = _starts(foot)
    if starts:
        lefts = [((line.left - area.left) / (line.size * POINT), line) for line in starts]
        value, line = max(lefts, key=lambda x: abs(x[0] - rule.wanted))
        yield figure("版记", "左空", "foot-indent", rule, value, (line.box,), "版记各行左空一字。")
    near = [((area.right - line.right) / (line.size * POINT), line) for line in foot.lines]
    over = [(inset, line) for inset, line in near if inset < rule.wanted - rule.tolerance - 0.1]
    printed = [(i, x) for i, x in near if _PRINTED.match(x.text) or "共印" in x.text]
    off = [(inset, line) for inset, line in printed if rule.verdict(inset) != "合格"]
    wrong = over or off
    if near:
        value, line = wrong[0] if wrong else min(near, key=lambda x: abs(x[0] - 1))
        yield fact(
            "版记", "右空", "foot-indent-right", "不合格" if wrong else "合格", f"{value:.1f} 字", rule.text, rule.clause,
            [x.box for _, x in wrong] or [line.box], "版记各行右空一字，印发日期和印数右空一字。",
        )  # fmt: skip


def _entries(foot: Foot) -> Iterator[Finding]:
    """Turned lines stand under the first character after the colon; lists end with a full stop."""
    turned: list[Line] = []
    open_ended: list[Line] = []
    count = 0
    place, listed, before = 0.0, False, None
    for line in [*foot.lines, None]:
        starts = line is None or bool(_LEAD.match(line.text) or _PRINTED.match(line.text) or "共印" in line.text)
        if starts:
            if listed and before is not None and not before.text.endswith("。"):
                open_ended.append(before)
            if line is not None:
                lead = _LEAD.match(line.text)
                place = line.glyphs[lead.end()].x if lead and lead.end() < len(line.glyphs) else 0.0
                listed = bool(_LISTED.match(line.text))
        elif line is not None and place:
            count += 1
            if abs(line.left - place) > _TURNED:
                turned.append(line)
        before = line
    clause = f"{STANDARD} 7.4.2"
    if count:
        yield fact(
            "版记", "回行", "foot-turned", "不合格" if turned else "合格", f"{len(turned)} 行没有对齐" if turned else "对齐",
            "与冒号后首字对齐", clause, [x.box for x in turned], "回行与冒号后的首字对齐。",
        )  # fmt: skip
    if open_ended:
        yield fact(
            "版记", "句号", "foot-stop", "不合格", open_ended[0].text[-6:], "最后一个单位后标句号", clause,
            [x.box for x in open_ended], "报、送、发（抄送）各项以句号结束。",
        )  # fmt: skip
