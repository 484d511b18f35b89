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
_WIDOWS = 2  # lines of a paragraph that Word keeps together on the next page
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
    measured, nominal = top(document), profile.value("margin-top")
    if measured is None or profile.rules["margin-top"].verdict(measured) != "不合格":
        measured = nominal
    left = frame.left if "left" in frame.measured else profile.value("margin-left")
    right = frame.right if "right" in frame.measured else left + profile.value("area-width")
    return Area(left, measured, right, measured + profile.value("area-height"))


def top(document: Document) -> float | None:
    """The upper edge of the highest line of body text at the head of a page, mm; None where no page begins with one."""
    first = _firsts(document)
    if not first or "pitch" not in document.frame.measured:
        return None
    return document.frame.top(min(line.baseline for line in first))


def bottom(document: Document) -> float | None:
    """The lower edge of the lowest line after which body text goes on on the next page, mm; None where none does."""
    last = [line for line in _turned_within(document.blocks) if not document.pages[line.page - 1].across]
    if not last or "pitch" not in document.frame.measured:
        return None
    return document.frame.bottom(max(line.baseline for line in last))


def findings(document: Document, profile: Profile) -> Iterator[Finding]:
    """Paper and grid."""
    yield from _paper(document.pages, profile)
    frame = document.frame
    yield from _unmeasured(document, profile)
    yield from _margins(document, profile)
    if "pitch" in frame.measured:
        yield from _lines(document, profile)
    if "character" in frame.measured:
        yield from _characters(document, profile)


def _unmeasured(document: Document, profile: Profile) -> Iterator[Finding]:
    """What the text does not show, and why."""
    frame = document.frame
    reasons = {
        "版心的左右边和宽": "" if frame.sides else "以汉字结尾的满行不够，量不出版心的宽",
        "行距": "" if "pitch" in frame.measured else "正文没有上下相连的两行，量不出行距",
        "字距": "" if "character" in frame.measured else "正文没有足够的相连汉字，或各行都为对齐而拉开，量不出字距",
    }
    missing = [name for name, reason in reasons.items() if reason]
    if not missing:
        return
    why = "；".join(filter(None, reasons.values()))
    if not frame.lines:
        across = any(page.across and page.lines for page in document.pages)
        why = "文字都在横页上，版心、行距和字距只在竖页上量" if across else "竖页上没有正文，量不出版心、行距和字距"
    yield fact(
        "版心", "没有量的", "little-text", "提醒", "、".join(missing), "有成段的正文可量", profile.rules["lines"].clause,
        note=why + "。这几项没有量，请看打印件。",
    )  # fmt: skip


def _paper(pages: Sequence[Page], profile: Profile) -> Iterator[Finding]:
    wide, high = profile.rules["paper-width"], profile.rules["paper-height"]
    wrong: dict[str, list[Box]] = {}
    for page in pages:
        short, long = sorted((page.width, page.height))
        if "不合格" in (wide.verdict(short), high.verdict(long)):
            wrong.setdefault(_size(page), []).append(_sheet(page))
    rule = f"{wide.wanted:g}×{high.wanted:g} mm"
    if not wrong:
        yield fact("纸张", "幅面", "paper", "合格", _size(pages[0]), rule, wide.clause, (_sheet(pages[0]),))
    for size, boxes in wrong.items():
        yield fact(
            "纸张", "幅面", "paper", "不合格", size, rule, wide.clause, boxes, "纸张不对，在页面设置中选 A4 后重新导出。",
        )  # fmt: skip
    yield from _held(pages, wide.clause)


def _held(pages: Sequence[Page], clause: str) -> Iterator[Finding]:
    """Pages that are shown lying on their side or upside down, and a text that begins on a page held across."""
    lying = [page for page in pages if page.turned and (page.turned == 2 or not page.across)]
    if lying:
        yield fact(
            "纸张", "方向", "page-turned", "不合格", f"{len(lying)} 面的文字横倒或颠倒", "打开时文字是正的", clause,
            [_sheet(page) for page in lying], "打开这个文件时这几面不是正的：重新导出，或把页面转正后再发。",
        )  # fmt: skip
    if pages[0].across and pages[0].lines:
        yield fact(
            "纸张", "方向", "paper-across", "提醒", "首面是横页", "竖页，只有表格等附件可用横页", clause, (_sheet(pages[0]),),
            "公文用竖放的 A4 纸；只有单独的横排附件才可以这样。",
        )  # fmt: skip


def _size(page: Page) -> str:
    """As a reader sees the page."""
    size = (page.width, page.height)
    across, down = reversed(size) if page.turned % 2 else size
    return f"{across:.0f}×{down:.0f} mm"


def _sheet(page: Page) -> Box:
    return Box(page.number, 0, 0, page.width, page.height)


def _margins(document: Document, profile: Profile) -> Iterator[Finding]:
    frame = document.frame
    measured = top(document)
    if measured is not None:
        line = min(_firsts(document), key=lambda x: x.baseline)
        yield figure(
            "版心", "天头", "margin-top", profile.rules["margin-top"], measured, (line.box,),
            "第一行文字离纸上边的距离不对，改上边距。",
        )  # fmt: skip
    if not frame.sides:
        return
    body = next((b for b in document.blocks if b.role in BODY), None)
    boxes = (body.lines[0].box,) if body else ()
    yield figure("版心", "订口", "margin-left", profile.rules["margin-left"], frame.left, boxes, "改左边距。")
    yield figure(
        "版心", "宽", "area-width", profile.rules["area-width"], frame.right - frame.left, boxes,
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
    """The last lines of pages that end within a paragraph of body text, but where two lines of it are left.

    Word takes a line over that had room, so that no last line of a paragraph stands alone on a page (孤行控制).
    """
    for block in blocks:
        if block.role in BODY:
            for n, (a, b) in enumerate(pairwise(block.lines), 1):
                if a.page != b.page and not (n + _WIDOWS == len(block.lines) and len(block.lines) > _WIDOWS + 1):
                    yield a


def _characters(document: Document, profile: Profile) -> Iterator[Finding]:
    frame = document.frame
    if frame.sides:
        yield _full_lines(document, profile)
    yield figure(
        "正文", "字距", "character-pitch", profile.rules["character-pitch"], frame.character / POINT, (),
        "文档网格设为每行 28 字，三号字每字约 15.8 磅。",
    )  # fmt: skip


def _full_lines(document: Document, profile: Profile) -> Finding:
    """Characters a line: counted on lines that are not spread, else by the pitch."""
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
    note = "检查字距和左右边距，每行应排 28 字。"
    return figure("正文", aspect, "characters", profile.rules["characters"], count, boxes, note)


def _unstretched(line: Line, character: float) -> bool:
    """False for a line that was spread because what comes next may not begin or be parted at its end."""
    steps = list(steps_of(line))
    return bool(steps) and abs(median(steps) - character) < 0.015 * character
