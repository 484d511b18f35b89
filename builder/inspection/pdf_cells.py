"""Tables and what leaves its place: empty cells, rules, heads that go on, ink outside paper and type area."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from builder.inspection.findings import Box, Finding
from builder.inspection.made import fact, figure
from builder.inspection.pdf_grid import Area
from builder.inspection.pdf_pages import POINT, Page
from builder.inspection.pdf_roles import Document
from builder.inspection.pdf_tables import Table
from builder.inspection.profile import OWN, STANDARD, Profile

_OUT = 1.5  # mm
_SAME = 1.0


def findings(document: Document, profile: Profile, area: Area) -> Iterator[Finding]:
    """Everything about tables, and what stands outside."""
    found = [(page, table) for page in document.pages for table in page.tables]
    if found:
        yield _empty(found, profile)
        yield from _rules(found, profile)
        yield from _heads(found)
    yield from _outside(document, area)


def _empty(found: list[tuple[Page, Table]], profile: Profile) -> Finding:
    wrong = [
        Box(page.number, cell.left, cell.top, cell.right, cell.bottom)
        for page, table in found
        for cell in table.cells
        if not cell.glyphs and not _pictured(page, cell.left, cell.top, cell.right, cell.bottom)
    ]
    asked = profile.title is not None
    page, table = found[0]
    example = Box(page.number, table.left, table.top, table.right, table.bottom)
    return fact(
        "表格", "空格", "table-empty", ("不合格" if asked else "提醒") if wrong else "合格", f"{len(wrong)} 格" if wrong else "没有",
        "没有空格", OWN, wrong or [example], "没有内容的格子填“—”，数目为零填 0。",
    )  # fmt: skip


def _pictured(page: Page, left: float, top: float, right: float, bottom: float) -> bool:
    return any(p.left < right and p.right > left and p.top < bottom and p.bottom > top for p in page.pictures)


def _rules(found: list[tuple[Page, Table]], profile: Profile) -> Iterator[Finding]:
    """Thickness of the outline and of what is inside, pt; the clearest fault of each."""
    groups: dict[str, list[tuple[float, Box]]] = {"table-outer": [], "table-inner": []}
    on = {n for n, (a, b) in enumerate(pairwise(found)) if _goes_on(*a, *b)}
    for n, (page, table) in enumerate(found):
        # Where a table goes on on the next page, the line there may be either.
        ends = [place for place, cut in ((table.top, n - 1 in on), (table.bottom, n in on)) if not cut]
        for rule in table.rules:
            middle = (rule.top + rule.bottom) / 2 if rule.across else (rule.left + rule.right) / 2
            outer = any(abs(middle - x) < _SAME for x in (ends if rule.across else (table.left, table.right)))
            if rule.across and not outer and min(middle - table.top, table.bottom - middle) < _SAME:
                continue
            box = Box(page.number, rule.left, rule.top, rule.right, rule.bottom)
            groups["table-outer" if outer else "table-inner"].append((rule.thickness / POINT, box))
    for code, aspect in (("table-outer", "外框线粗"), ("table-inner", "内线粗")):
        rule_ = profile.rules.get(code)
        if rule_ is not None and groups[code]:
            wrong = [box for value, box in groups[code] if rule_.verdict(value) != "合格"]
            wanted = rule_.wanted
            value, box = max(groups[code], key=lambda x: abs(x[0] - wanted))
            yield figure("表格", aspect, code, rule_, value, wrong or (box,), "改表格的框线。")


def _heads(found: list[tuple[Page, Table]]) -> Iterator[Finding]:
    """A table that goes on on the next page begins there with the same head."""
    on = list(_continued(found))
    wrong = [
        Box(page.number, two.left, two.top, two.right, min(two.top + 10, two.bottom))
        for one, page, two in on
        if _head(one) != _head(two)
    ]
    if on:
        yield fact(
            "表格", "续表表头", "table-head", "不合格" if wrong else "合格", f"{len(wrong)} 处没有" if wrong else "每面都有",
            "转页的表每面有表头", OWN, wrong, "表头行设为“在各页顶端以标题行形式重复出现”。",
        )  # fmt: skip


def headless(document: Document) -> frozenset[int]:
    """The ids of tables that go on from the page before without their head."""
    found = [(page, table) for page in document.pages for table in page.tables]
    return frozenset(id(two) for one, _, two in _continued(found) if _head(one) != _head(two))


def _continued(found: list[tuple[Page, Table]]) -> Iterator[tuple[Table, Page, Table]]:
    """Tables that go on, each with the part that has the head of all."""
    first: Table | None = None
    for (before, one), (page, two) in pairwise(found):
        if _goes_on(before, one, page, two):
            first = first or one
            yield first, page, two
        else:
            first = None


def _goes_on(before: Page, one: Table, page: Page, two: Table) -> bool:
    """True where the second table looks like the rest of the first."""
    follows = page.number == before.number + 1
    last = all(
        line.baseline < one.bottom for line in before.lines if line.size < 17 and line.baseline < 0.88 * before.height
    )
    first = all(line.baseline > two.top for line in page.lines)
    sides = abs(one.left - two.left) < _SAME and abs(one.right - two.right) < _SAME
    return follows and last and first and sides and _columns(one) == _columns(two)


def _columns(table: Table) -> list[int]:
    return sorted({round(cell.left) for cell in table.cells})


def _head(table: Table) -> str:
    rows = max(table.head, 1)
    return "".join(g.text for cell in table.cells if cell.row < rows for g in cell.glyphs)


def _outside(document: Document, area: Area) -> Iterator[Finding]:
    """Ink beyond the paper, and text, tables and pictures beyond the type area."""
    paper: list[Box] = []
    beyond: list[Box] = []
    for page, number in zip(document.pages, document.numbers, strict=True):
        limit = area.on(page)
        boxes = [line.box for line in page.lines if number is None or line is not number.line]
        if document.foot is not None and document.foot.page == page.number:
            below = {id(line) for line in document.foot.below}
            boxes = [x.box for x in page.lines if id(x) not in below and (number is None or x is not number.line)]
        boxes += [Box(page.number, p.left, p.top, p.right, p.bottom) for p in page.pictures]
        boxes += [Box(page.number, t.left, t.top, t.right, t.bottom) for t in page.tables]
        sheet = Area(0, 0, page.width, page.height)
        paper += [box for box in boxes if _leaves(box, sheet, 0)]
        beyond += [box for box in boxes if _leaves(box, limit, _OUT) and not _leaves(box, sheet, 0)]
    if paper:
        yield fact(
            "面", "出纸", "outside-paper", "不合格", f"{len(paper)} 处", "都在纸内", f"{STANDARD} 5.1", paper,
            "有内容印在纸外，缩小图表或改边距。",
        )  # fmt: skip
    value = f"{len(beyond)} 处" if beyond else "没有"
    yield fact(
        "面", "出版心", "outside-area", "不合格" if beyond else "合格", value, f"都在版心内 ±{_OUT:g} mm", f"{STANDARD} 5.2.1", beyond,
        "有内容超出版心，缩小图表或检查缩进。",
    )  # fmt: skip


def _leaves(box: Box, limit: Area, slack: float) -> bool:
    return (
        box.left < limit.left - slack
        or box.right > limit.right + slack
        or box.top < limit.top - slack
        or box.bottom > limit.bottom + slack
    )
