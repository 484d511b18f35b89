"""Paper, type area and grid of a Word file, by section; what holds for the whole file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from builder.inspection.docx_values import Paragraph, Section, WordFile
from builder.inspection.findings import Finding, Verdict
from builder.inspection.made import fact, figure
from builder.inspection.profile import Profile, Rule

_PT = 72 / 25.4
_SLACK = 0.05  # mm: Word keeps twentieths of a point
_MARGINS = "在“布局—页面设置”里改页边距。"
_GRID = (
    "在“布局—页面设置—文档网格”里选“指定行和字符网格”，每行28、每页22；或把行距设成固定值28.95磅、字符间距紧缩0.25磅。"
)


def page(file: WordFile, profile: Profile) -> Iterator[Finding]:
    """Paper, margins and type area of every section; sections that agree are told once."""
    several = len(file.sections) > 1
    groups: dict[tuple[Finding, ...], list[int]] = {}
    for number, section in enumerate(file.sections, 1):
        groups.setdefault(tuple(_setup(section, profile)), []).append(number)
    if not groups:
        yield Finding("纸张", "页面设置", "没有写明", "A4", profile.rules["paper-width"].clause, "不合格", "paper",
                      note="文件里没有页面设置，纸张由打开它的软件决定；" + _MARGINS)  # fmt: skip
    for findings, sections in groups.items():
        where = f"（第{'、'.join(map(str, sections))}节）" if several and len(groups) > 1 else ""
        for finding in findings:
            yield replace(finding, element=finding.element + where)


def _setup(section: Section, profile: Profile) -> Iterator[Finding]:
    rules = profile.rules
    wide, high = section.area
    binding, head = section.left, section.top
    paper = section.width, section.height
    if section.landscape:  # the portrait page turned: its head is at the right or the left, its binding edge on top
        paper = section.height, section.width
        wide, high = high, wide
        binding, head = section.top, _nearer(rules["margin-top"], section.right, section.left)
    paper_rules = rules["paper-width"], rules["paper-height"]
    right = all(rule.verdict(side) == "合格" for rule, side in zip(paper_rules, paper, strict=True))
    shown, asked = (f"{round(w):g}×{round(h):g} mm" for w, h in (paper, [rule.wanted for rule in paper_rules]))
    yield fact("纸张", "幅面", "paper", "合格" if right else "不合格", shown, asked, paper_rules[0].clause,
               note="“布局—纸张大小”改成 A4（210×297 毫米）。")  # fmt: skip
    element = "横排页" if section.landscape else "版心"
    yield figure(element, "天头", "margin-top", rules["margin-top"], head, note=_MARGINS)
    yield figure(element, "订口", "margin-left", rules["margin-left"], binding, note=_MARGINS)
    yield figure(element, "宽", "area-width", rules["area-width"], wide, note=_MARGINS)
    yield figure(element, "高", "area-height", rules["area-height"], high, note=_MARGINS)


def _nearer(rule: Rule, *values: float) -> float:
    return min(values, key=lambda v: abs(v - rule.wanted))


@dataclass(frozen=True, slots=True)
class Pitch:
    """Pitches of body text in pt; None where the file does not determine them."""

    line: float | None
    character: float | None


def pitch(paragraph: Paragraph, section: Section, body_size: float) -> Pitch:
    """The pitch of lines and characters of a paragraph of text."""
    return Pitch(_line(paragraph, section), _character(paragraph, section, body_size))


def _line(paragraph: Paragraph, section: Section) -> float | None:
    properties = paragraph.properties
    line, how = properties.get("line"), properties.get("lineRule", "auto")
    if line and how == "exact":
        return float(line)
    snaps = (
        properties.get("snapToGrid", True)
        and section.grid in ("lines", "linesAndChars", "snapToChars")
        and section.pitch
    )
    if not snaps:
        return None  # of so many times the height of a font, or at least so much: the font decides
    if how == "atLeast":
        return None if line and line > section.pitch else section.pitch
    if paragraph.size * 1.35 > section.pitch:  # type: ignore[operator]
        return None  # too high for one line of the grid with some fonts
    return section.pitch * (line or 12.0) / 12.0  # type: ignore[operator]


def _character(paragraph: Paragraph, section: Section, body_size: float) -> float | None:
    found: dict[float, int] = {}
    for stretch in paragraph.stretches:
        advance = stretch.size * stretch.scale / 100 + stretch.spacing
        if section.grid == "linesAndChars" and stretch.snaps:
            advance += section.spacing
        elif section.grid == "snapToChars" and stretch.snaps:
            advance = body_size + section.spacing
        found[round(advance, 3)] = found.get(round(advance, 3), 0) + len(stretch.text)
    return max(found, key=found.__getitem__) if found else None


def grid(file: WordFile, body: Sequence[Paragraph], profile: Profile) -> Iterator[Finding]:
    """Lines a page, characters a line and their pitches, from the paragraphs of body text."""
    if not body or not file.sections:
        return
    weights: dict[tuple[Pitch, int], int] = {}
    for paragraph in body:
        section = min(paragraph.section, len(file.sections) - 1)
        if not file.sections[section].landscape:
            key = pitch(paragraph, file.sections[section], file.settings.body_size), section
            weights[key] = weights.get(key, 0) + len(paragraph.text)
    if not weights:
        return
    most, section = max(weights, key=weights.__getitem__)
    wide, high = file.sections[section].area
    yield from _counted("正文", ("行距", "line-pitch"), ("每面行数", "lines"), most.line, high, profile)
    yield from _counted("正文", ("字距", "character-pitch"), ("每行字数", "characters"), most.character, wide, profile)
    share = sum(n for (one, _), n in weights.items() if one == most) / sum(weights.values())
    if share < 0.9:
        others = "、".join(sorted({_pitches(one) for (one, _) in weights if one != most}))
        yield Finding("正文", "行距字距一致", f"{share:.0%} 的正文一致", "全文一致", profile.rules["lines"].clause, "提醒",
                      "pitch-mixed", note=f"另有：{others}。选中正文，统一段落的行距和字符间距。")  # fmt: skip


def _pitches(one: Pitch) -> str:
    line = "行距由字体定" if one.line is None else f"行距 {one.line:g} 磅"
    return f"{line}、字距 {one.character or 0:g} 磅"


def _counted(
    element: str, pitch_: tuple[str, str], count: tuple[str, str], value: float | None, room: float, profile: Profile
) -> Iterator[Finding]:
    """A pitch, and how many of it fit into the type area."""
    rule, many = profile.rules[pitch_[1]], profile.rules[count[1]]
    if value is None or value <= 0:
        note = "行距写的是倍数或最小值，实际多高由所用字体决定，从文件量不出。" + _GRID
        yield Finding(element, pitch_[0], "文件没有定死", rule.text, rule.clause, "提醒", pitch_[1], note=note)
        return
    fits = int((room + _SLACK) * _PT / value)
    yield figure(element, pitch_[0], pitch_[1], rule, value, note=_GRID)
    yield figure(element, count[0], count[1], many, fits, note=_GRID)


def whole(file: WordFile, body: Sequence[Paragraph], profile: Profile) -> Iterator[Finding]:
    """Settings that move text: compressed punctuation, gaps beside Latin letters, forbidden marks allowed, lone lines."""
    clause = "GB/T 9704-2012 5.2.3"
    compressed = file.settings.compression not in ("", "doNotCompress")
    yield _switch("标点压缩", compressed, "compression", clause,
                  "“文件—选项—版式—字符间距控制”选“不压缩”，否则标点一挤，每行就不是28字。")  # fmt: skip
    for name, aspect, code, default, wrong, note in _SWITCHES:
        off = [
            p for p in body if p.properties.get(name, default) is wrong and not (name == "widowControl" and _ended(p))
        ]
        yield _switch(aspect, bool(off), code, clause, note + _first(off))
    if file.changes:
        yield _left(
            "修订", f"{file.changes} 处", "tracked-changes", "还有修订没有接受或拒绝：“审阅—接受—接受所有修订”后再印。"
        )
    if file.comments:
        yield _left("批注", f"{file.comments} 条", "comments", "还有批注：“审阅—删除—删除文档中的所有批注”后再印。")


_SWITCHES = (
    ("kinsoku", "避头尾", "kinsoku", True, False, "段落“中文版式”里勾上“按中文习惯控制首尾字符”，否则行首会出现句号、逗号。"),
    ("autoSpaceDE", "中西文间距", "auto-space", True, True, "段落“中文版式”里去掉“自动调整中文与西文的间距”。"),
    ("autoSpaceDN", "中文数字间距", "auto-space", True, True, "段落“中文版式”里去掉“自动调整中文与数字的间距”。"),
    ("overflowPunct", "标点溢出边界", "overflow", True, True, "段落“中文版式”里去掉“允许标点溢出边界”，否则标点印到版心外面。"),
    ("widowControl", "孤行控制", "widow-control", True, True, "段落“换行和分页”里去掉“孤行控制”，否则有的面只排得下21行。"),
)  # fmt: skip
_FAILS = frozenset({"kinsoku"})


def _ended(paragraph: Paragraph) -> bool:
    """Whether a line break parts off a last line, such as a signature: then lone lines are kept together on purpose."""
    return "\n" in paragraph.text.strip()


def _switch(aspect: str, wrong: bool, code: str, clause: str, note: str) -> Finding:
    verdict: Verdict = "合格" if not wrong else "不合格" if code in _FAILS else "提醒"
    right = "开" if code == "kinsoku" else "关"
    value = {"开": "关", "关": "开"}[right] if wrong else right
    return Finding("设置", aspect, value, right, clause, verdict, code, note=note if wrong else "")


def _first(paragraphs: Sequence[Paragraph]) -> str:
    return f"共 {len(paragraphs)} 段，如{quoted(paragraphs[0])}。" if paragraphs else ""


def quoted(paragraph: Paragraph) -> str:
    """How a paragraph begins, so that an editor finds it."""
    text = "".join(paragraph.text.split())
    return f"“{text[:12]}{'…' if len(text) > 12 else ''}”"


def _left(aspect: str, value: str, code: str, note: str) -> Finding:
    return Finding("文件", aspect, value, "没有", "定稿", "提醒", code, note=note)
