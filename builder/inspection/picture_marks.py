"""What is drawn over a page that was measured: lengths in mm on the page as a reader sees it, colours by meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from builder.inspection.findings import Box, Finding, Report
from builder.inspection.pdf_grid import BODY, Area, area, bottom, top
from builder.inspection.pdf_pages import Line, Page, around, back
from builder.inspection.pdf_roles import Document
from builder.inspection.profile import Profile

Ink = Literal["版心", "网格", "要素", "距离", "不合格", "提醒"]
_POINT = 25.4 / 72
_EVERY = 5  # characters of a full line that bear their number
_DASHES = "—–-－"


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle, with a name beside it in the right margin where it has one."""

    box: Box
    ink: Ink
    name: str = ""
    number: int = 0  # of the fault, as the report counts


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thin line; ``text`` stands at its first end, on the side ``at``."""

    left: float
    top: float
    right: float
    bottom: float
    ink: Ink
    text: str = ""
    at: Literal["left", "above", "below"] = "left"


@dataclass(frozen=True, slots=True)
class Measure:
    """A length between two points, drawn with arrows and its figure."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


Mark = Frame | Stroke | Measure


def numbered(report: Report) -> list[tuple[int, Finding]]:
    """What is wrong and then what to look at, numbered from 1 as the command prints them."""
    order = [f for verdict in ("不合格", "提醒") for f in report.findings if f.verdict == verdict]
    return list(enumerate(order, 1))


def marks(document: Document, report: Report, profile: Profile, page: Page) -> Iterator[Mark]:
    """All marks of one page, what lies below first."""
    upright = not page.turned
    area_ = area(document, profile).on(page)
    if upright and not page.across:
        seen = _Seen.of(document)
        yield from _grid(document, seen, area_, page)
        yield from _edges(seen, area_)
    yield from _roles(document, page)
    if upright and not page.across:
        yield from _margins(seen, area_, page)
        yield from _characters(document, page)
        yield from _foot(document, area_, page)
        if page.number == 1:
            yield from _masthead(document, report, area_)
    for number, finding in numbered(report):
        ink: Ink = "不合格" if finding.verdict == "不合格" else "提醒"
        yield from (Frame(box, ink, number=number) for box in finding.boxes if box.page == page.number)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The edges of the type area that the text itself shows, mm; None for those that it does not."""

    left: float | None
    top: float | None
    right: float | None
    bottom: float | None

    @classmethod
    def of(cls, document: Document) -> _Seen:
        frame = document.frame
        left, right = (frame.left, frame.right) if frame.sides else (None, None)
        return cls(left, top(document), right, bottom(document))


def _grid(document: Document, seen: _Seen, area_: Area, page: Page) -> Iterator[Mark]:
    """The lines of the grid, numbered at the left, where the text shows its pitch and where it begins."""
    if "pitch" not in document.frame.measured:
        return
    pitch = document.frame.pitch
    first = next(
        (line for b in document.blocks for line in b.lines if b.role in BODY and line.page == page.number), None
    )
    if first is not None:
        head = document.frame.top(first.baseline)
        yield Measure(7, head, 7, head + pitch, f"行距\n{pitch / _POINT:.2f}\npt")
    if seen.top is None:
        return
    count = int((area_.bottom - area_.top + 0.3) / pitch)
    for n in range(count + 1):
        y = seen.top + n * pitch
        yield Stroke(area_.left - 2, y, area_.right, y, "网格")
        if n < count:
            yield Stroke(area_.left - 2, y + pitch / 2, area_.left - 0.8, y + pitch / 2, "版心", str(n + 1))


def _edges(seen: _Seen, area_: Area) -> Iterator[Mark]:
    """The type area: edges that were measured, and lightly, without figures, where the others should be."""
    high, low = seen.top or area_.top, seen.bottom or area_.bottom
    left, right = seen.left or area_.left, seen.right or area_.right
    for x, shown in ((left, seen.left), (right, seen.right)):
        yield Stroke(x, high, x, low, "网格" if shown is None else "版心")
    for y, shown in ((high, seen.top), (low, seen.bottom)):
        yield Stroke(left, y, right, y, "网格" if shown is None else "版心")


def _margins(seen: _Seen, area_: Area, page: Page) -> Iterator[Mark]:
    """From the edges that were measured to those of the paper, and between them."""
    below = area_.bottom + 21
    if seen.left is not None and seen.right is not None:
        yield Measure(0, below, seen.left, below, f"订口 {seen.left:.1f} mm")
        yield Measure(seen.right, below, page.width, below, f"切口 {page.width - seen.right:.1f} mm")
        wide = seen.right - seen.left
        yield Measure(seen.left, area_.top - 14, seen.right, area_.top - 14, f"版心宽 {wide:.1f} mm")
    if seen.top is not None:
        yield Measure(area_.left + 12, 0, area_.left + 12, seen.top, f"天头 {seen.top:.1f} mm")
    if seen.bottom is not None:
        middle = (area_.left + area_.right) / 2
        yield Measure(middle, seen.bottom, middle, page.height, f"地脚 {page.height - seen.bottom:.1f} mm")
        if seen.top is not None:
            side = page.width - 3
            yield Measure(side, seen.top, side, seen.bottom, f"高 {seen.bottom - seen.top:.1f} mm")


def _characters(document: Document, page: Page) -> Iterator[Mark]:
    """The pitch of characters along the longest full line of body text."""
    frame = document.frame
    if not (frame.sides and "character" in frame.measured):
        return
    body = [
        line for block in document.blocks if block.role == "正文" for line in block.lines if line.page == page.number
    ]
    full = [line for line in body if len(line.glyphs) >= 12 and line.right > frame.right - 6]
    if not full:
        return
    line = max(full, key=lambda one: (abs(one.left - frame.left) < 0.5, len(one.glyphs)))
    y = line.foot + 0.3
    step = frame.character
    count = round((frame.right - line.left) / step)
    for n in range(count + 1):
        x = line.left + n * step
        text = str(n) if n and (n % _EVERY == 0 or n == count) else ""
        yield Stroke(x, y, x, y + 1.6, "距离", text, "below")
    yield Stroke(line.left, y, line.left + count * step, y, "距离")
    yield Stroke(line.left + 1, y + 1.6, line.left + 1, y + 1.6, "距离", f"字距 {step / _POINT:.2f} pt", "below")


def _roles(document: Document, page: Page) -> Iterator[Mark]:
    """Boxes of what each part is, with its name."""
    head = document.masthead
    parts: list[tuple[str, Sequence[Line]]] = []
    if head is not None and page.number == 1:
        parts += [("左上", head.corner), ("刊名", head.name), ("期号", head.number)]
        parts += [("编印单位", [head.office] if head.office else [])]
    parts += [(b.role, [x for x in b.lines if x.page == page.number]) for b in document.blocks]
    if document.foot is not None and document.foot.page == page.number:
        parts.append(("版记", document.foot.lines))
    number = document.numbers[page.number - 1]
    if number is not None and not page.across:
        parts.append(("页码", [number.line]))
    for role, lines in parts:
        if lines:
            box = around(page.number, [g for line in lines for g in line.glyphs])
            yield Frame(back(box, page), "要素", role)
    for table in page.tables:
        yield Frame(back(Box(page.number, table.left, table.top, table.right, table.bottom), page), "要素", "表格")


def _masthead(document: Document, report: Report, area_: Area) -> Iterator[Mark]:
    """Distances of the masthead, with the figures of the report."""
    head = document.masthead
    if head is None or not head.name:
        return
    x = (area_.left + area_.right) / 2
    edges = [("name-top", area_.top, min(g.top for line in head.name for g in line.glyphs))]
    above = min(g.top for g in head.name[-1].glyphs) + head.name[-1].size * _POINT  # the name hangs by its ink
    if head.number:
        edges.append(("name-to-number", above, head.number[0].head))
        above = head.number[-1].foot
    if head.office:
        edges.append(("number-to-office", above, head.office.head))
        above = head.office.foot
    if head.rule:
        edges.append(("office-to-rule", above, head.rule.top))
    values = {f.code: f.value for f in report.findings}
    statutory = {"name-top": "mark-top", "office-to-rule": "number-rule"}
    for code, high, low in edges:
        if low > high:
            shown = values.get(code) or values.get(statutory.get(code, "")) or f"{low - high:.1f} mm"
            yield Measure(x, high, x, low, shown)


def _foot(document: Document, area_: Area, page: Page) -> Iterator[Mark]:
    """From the type area to the last rule of the foot and to the page number."""
    foot = document.foot
    if foot is not None and foot.page == page.number and foot.rules:
        last = (foot.rules[-1].top + foot.rules[-1].bottom) / 2
        off = last - area_.bottom
        x = area_.left + 30
        yield Measure(x, min(last, area_.bottom), x, max(last, area_.bottom), f"末条线距版心下边缘 {abs(off):.1f} mm")
    number = document.numbers[page.number - 1]
    if number is not None:
        dashes = [g for g in number.line.glyphs if g.text in _DASHES]
        top = min(g.top for g in dashes) if dashes else number.line.box.top
        x = (number.line.left + number.line.right) / 2
        if top > area_.bottom:
            yield Measure(x, area_.bottom, x, top, f"{top - area_.bottom:.1f} mm")
