"""Paper, type area and grid (GB/T 9704-2012, 5.1, 5.2): what the text shows of them on portrait pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from builder.inspection.findings import Box, Finding
from builder.inspection.made import fact, figure
from builder.inspection.pdf_frame import all_wide, steps_of
from builder.inspection.pdf_pages import POINT, Line, Page
from builder.inspection.pdf_roles import Block, Document
from builder.inspection.profile import Profile

_UNEVEN = 0.3  # pt
BODY = frozenset(("正文", "编者按", "主送机关", "一级标题", "二级标题", "三级标题", "四级标题", "附件说明", "署名"))


@dataclass(frozen=True)
class Area:
    """The type area of portrait pages, mm: as measured, with the profile's size where the text does not show it."""

    left: float
    top: float
    right: float
    bottom: float

    def across(self, page: Page) -> Area:
        """The type area of a landscape page, which turned back is that of a portrait one (clause 8)."""
        width = self.bottom - self.top
        left = page.width - self.bottom
        return Area(left, self.left, left + width, self.right)

    def on(self, page: Page) -> Area:
        """The type area of this page."""
        return self.across(page) if page.across else self


def area(document: Document, profile: Profile) -> Area:
    """Where the type area lies: as the text shows it where it shows it, else as the profile has it."""
    frame = document.frame
    first = _firsts(document)
    nominal = profile.value("margin-top")
    top = nominal
    if first:
        measured = frame.top(min(line.baseline for line in first))
        top = nominal if profile.rules["margin-top"].verdict(measured) != "不合格" else measured
    left = frame.left if frame.known else profile.value("margin-left")
    right = frame.right if frame.known else left + profile.value("area-width")
    return Area(left, top, right, top + profile.value("area-height"))


def findings(document: Document, profile: Profile) -> Iterator[Finding]:
    """Paper and grid."""
    yield from _paper(document.pages, profile)
    if not document.frame.known:
        yield fact(
            "版心", "正文行", "little-text", "提醒", f"{sum(len(b.lines) for b in document.blocks)} 行", "有成段的正文可量",
            profile.rules["lines"].clause, note="正文太少，量不出版心、行距和字距，请看打印件。",
        )  # fmt: skip
        return
    yield from _margins(document, profile)
    yield from _lines(document, profile)
    yield from _characters(document, profile)


def _paper(pages: Sequence[Page], profile: Profile) -> Iterator[Finding]:
    wide, high = profile.rules["paper-width"], profile.rules["paper-height"]
    wrong: dict[tuple[int, int], list[Box]] = {}
    for page in pages:
        short, long = sorted((page.width, page.height))
        if "不合格" in (wide.verdict(short), high.verdict(long)):
            box = Box(page.number, 0, 0, page.width, page.height)
            wrong.setdefault((round(short), round(long)), []).append(box)
    rule = f"{wide.wanted:g}×{high.wanted:g} mm"
    if not wrong:
        box = Box(1, 0, 0, pages[0].width, pages[0].height)
        yield fact("纸张", "幅面", "paper", "合格", rule, rule, wide.clause, (box,))
    for (short, long), boxes in wrong.items():
        yield fact(
            "纸张", "幅面", "paper", "不合格", f"{short}×{long} mm", rule, wide.clause, boxes,
            "纸张不对，在页面设置中选 A4 后重新导出。",
        )  # fmt: skip


def _margins(document: Document, profile: Profile) -> Iterator[Finding]:
    frame = document.frame
    first = _firsts(document)
    if first:
        line = min(first, key=lambda x: x.baseline)
        yield figure(
            "版心", "天头", "margin-top", profile.rules["margin-top"], frame.top(line.baseline), (line.box,),
            "第一行文字离纸上边的距离不对，改上边距。",
        )  # fmt: skip
    body = next(b for b in document.blocks if b.role in BODY)
    box = body.lines[0].box
    yield figure("版心", "订口", "margin-left", profile.rules["margin-left"], frame.left, (box,), "改左边距。")
    yield figure(
        "版心", "宽", "area-width", profile.rules["area-width"], frame.right - frame.left, (box,),
        "满行文字的宽度不对，改左右边距。",
    )  # fmt: skip


def _firsts(document: Document) -> list[Line]:
    """The first lines of portrait pages after the first that begin with a line of body text."""
    found: dict[int, Line] = {}
    tops = {page.number: page for page in document.pages if not page.across}
    for block in document.blocks:
        if block.role in BODY:
            for line in block.lines:
                page = tops.get(line.page)
                if page is not None and line.page not in found and page.lines[0] is line:
                    found[line.page] = line
    above = {n: min((t.top for t in page.tables), default=1e9) for n, page in tops.items()}
    masthead = document.masthead is not None
    return [
        line for n, line in found.items()
        if not (n == 1 and masthead) and above[n] > line.baseline and abs(line.size - document.frame.size) < 0.3
    ]  # fmt: skip


def _lines(document: Document, profile: Profile) -> Iterator[Finding]:
    """Line pitch, lines a page: by pages that end within a paragraph, else by the pitch."""
    frame = document.frame
    pitch = frame.pitch / POINT
    pairs = [
        (a, b)
        for block in document.blocks
        if block.role in BODY
        for a, b in pairwise(block.lines)
        if a.page == b.page and abs(a.size - frame.size) < 0.3
    ]
    example = pairs[0][0].box if pairs else None
    yield figure(
        "正文", "行距", "line-pitch", profile.rules["line-pitch"], pitch, (example,) if example else (),
        "行距设为固定值 28.95 磅左右，每面才排满 22 行。",
    )  # fmt: skip
    uneven = [(a, b) for a, b in pairs if abs((b.baseline - a.baseline) / POINT - pitch) > _UNEVEN]
    if len(uneven) > 0.05 * len(pairs):
        a, b = uneven[0]
        yield fact(
            "正文", "行距一致", "uneven-lines", "提醒", f"{(b.baseline - a.baseline) / POINT:.2f} pt",
            f"各行都是 {pitch:.2f} pt", profile.rules["line-pitch"].clause, [b.box for _, b in uneven],
            "有的行距与别处不同，全文用同一个固定值。",
        )  # fmt: skip
    yield from _count(document, profile, example)


def _count(document: Document, profile: Profile, example: Box | None) -> Iterator[Finding]:
    """Lines a page and what they fill: counted where pages end within a paragraph, else by the pitch."""
    frame, rule = document.frame, profile.rules["lines"]
    bottoms = [line for line in _turned_within(document.blocks) if not document.pages[line.page - 1].across]
    other = _uneven_pages(document)
    tops = _firsts(document)
    # Titles and tables move what follows off the grid: a page with them may have room for part of a line only.
    for candidates in ([x for x in bottoms if x.page not in other], bottoms):
        if not candidates or not tops:
            continue
        low, high = max(candidates, key=lambda x: x.baseline), min(tops, key=lambda x: x.baseline)
        count = round((low.baseline - high.baseline) / frame.pitch + 1)
        if candidates is not bottoms or count >= rule.wanted:
            if candidates is not bottoms:
                yield _height(high, low, document, profile)
            note = "检查行距和上下边距，每面应排 22 行。"
            yield figure("正文", "每面行数", "lines", rule, count, (low.box,), note)
            return
    fitting = int(profile.value("area-height") / frame.pitch + 0.02)
    boxes = (example,) if example else ()
    note = "按这样的行距，版心里排不成 22 行。"
    yield figure("正文", "每面行数（按行距）", "lines", rule, fitting, boxes, note)


def _height(high: Line, low: Line, document: Document, profile: Profile) -> Finding:
    """From the top of the first line of a page to the bottom of the last one."""
    height = document.frame.bottom(low.baseline) - document.frame.top(high.baseline)
    note = "首行到末行的高不到版心的高，检查行距和上下边距。"
    return figure("版心", "高", "area-height", profile.rules["area-height"], height, (high.box, low.box), note)


def _uneven_pages(document: Document) -> frozenset[int]:
    """Pages on which something besides lines of body text stands: masthead, titles, tables, pictures."""
    found = {page.number for page in document.pages if page.tables or page.pictures}
    found |= {line.page for b in document.blocks if b.role not in BODY | {"栏目", "供稿"} for line in b.lines}
    return frozenset(found | ({1} if document.masthead else set()))


def _turned_within(blocks: Sequence[Block]) -> Iterator[Line]:
    """The last lines of pages that end within a paragraph of body text."""
    for block in blocks:
        if block.role in BODY:
            yield from (a for a, b in pairwise(block.lines) if a.page != b.page)


def _characters(document: Document, profile: Profile) -> Iterator[Finding]:
    frame = document.frame
    plain = [
        line
        for block in document.blocks
        if block.role in BODY
        for line in block.lines[:-1]
        if all_wide(line)
        and abs(line.left - frame.left) < 0.5
        and abs(line.size - frame.size) < 0.3
        and _unstretched(line, frame.character)
    ]
    counts = Counter(len(line.glyphs) for line in plain)
    count = counts.most_common(1)[0][0] if counts else int((frame.right - frame.left) / frame.character + 0.1)
    example = next((line.box for line in plain if len(line.glyphs) == count), None)
    boxes = (example,) if example else ()
    aspect = "每行字数" if counts else "每行字数（按字距）"
    yield figure(
        "正文", aspect, "characters", profile.rules["characters"], count, boxes, "检查字距和左右边距，每行应排 28 字。"
    )
    yield figure(
        "正文", "字距", "character-pitch", profile.rules["character-pitch"], frame.character / POINT, boxes,
        "文档网格设为每行 28 字，三号字每字约 15.8 磅。",
    )  # fmt: skip


def _unstretched(line: Line, character: float) -> bool:
    """False for a line that was spread because what comes next may not begin or be parted at its end."""
    steps = list(steps_of(line))
    return bool(steps) and abs(median(steps) - character) < 0.015 * character
