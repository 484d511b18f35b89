"""Page numbers (GB/T 9704-2012, 7.5): form, side, distance, order; on landscape pages as clause 8 wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from builder.inspection.findings import Box, Finding
from builder.inspection.made import fact, figure
from builder.inspection.pdf_grid import Area
from builder.inspection.pdf_pages import POINT, Page, back, end
from builder.inspection.pdf_roles import Document, Numbered
from builder.inspection.profile import OWN, Form, Profile
from builder.publications import STANDARD_NUMBER

_PLACES = {"外侧": "单页码居右，双页码居左", "居中": "居中", "右": "居右"}
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_Found = list[tuple[Page, Numbered, int]]


def findings(document: Document, profile: Profile, area: Area) -> Iterator[Finding]:
    """Everything about the numbers of the pages."""
    form = profile.form
    standard = form.number == STANDARD_NUMBER
    clause = profile.rules["page-number-distance"].clause
    found: _Found = []
    for page, numbered in zip(document.pages, document.numbers, strict=True):
        if numbered is not None:
            digits = re.search("[0-9]+", numbered.line.text.translate(_DIGITS))
            found.append((page, numbered, int(digits[0]) if digits else page.number))
    yield from _missing(document, form, clause)
    if not found:
        return
    yield from _form(found, form, clause if standard else OWN)
    yield from _order(found, clause)
    yield from _turned(found)
    upright = [x for x in found if x[1].direction == (90 if x[0].across else 0)]
    if upright:
        yield from _side(upright, profile, area)
        yield from _distance(upright, profile, area)


def _missing(document: Document, form: Form, clause: str) -> Iterator[Finding]:
    """Pages without a number; a blank page before the foot and the page of the foot need none."""
    pages = document.pages
    bare = [page for page, n in zip(pages, document.numbers, strict=True) if n is None and not page.empty]
    bare = [page for page in bare if form.number_first or page.number > 1]
    last = pages[-1]
    if len(pages) > 1 and pages[-2].empty and bare == [last]:
        return
    if bare:
        boxes = [Box(page.number, 0, page.height - 35, page.width, page.height) for page in bare]
        value = "、".join(str(page.number) for page in bare[:8]) + ("…" if len(bare) > 8 else "")
        yield fact(
            "页码", "有无", "page-number-missing", "不合格", f"第 {value} 面没有", "每面都有", clause, boxes,
            "插入页码：四号半角宋体数字，左右各放一条一字线，奇数页居右、偶数页居左。",
        )  # fmt: skip


def _box(page: Page, numbered: Numbered) -> Box:
    """Where a number stands on its page as held; those that are turned are given in the upright sheet's coordinates."""
    box = numbered.line.box
    if numbered.direction == 0:
        return box
    # The upright sheet is the page as held, turned back by the number's direction; ``back`` turns it forth again.
    across, down = (page.height, page.width) if numbered.direction in (90, 270) else (page.width, page.height)
    turned = Page(page.number, across, down, numbered.direction // 90, (), (), (), (), ())
    return back(box, turned)


def _form(found: _Found, form: Form, clause: str) -> Iterator[Finding]:
    before, _, after = form.number.partition("{页}")
    wanted = re.compile(re.escape("".join(before.split())) + "[0-9]+" + re.escape("".join(after.split())))
    wrong = [(page, n) for page, n, _ in found if not wanted.fullmatch(n.line.text)]
    page, n = wrong[0] if wrong else found[0][:2]
    note = "数字用半角，左右各一条一字线（—），不写“第×页”“共×页”，不用短横。"
    yield fact(
        "页码", "形式", "page-number-form", "不合格" if wrong else "合格", n.line.text, form.number.replace("{页}", "1"), clause,
        [_box(*x) for x in wrong] or [_box(page, n)],
        note if form.number == STANDARD_NUMBER else "本刊的页码形式写在 publication.yaml 的“页码”中。",
    )  # fmt: skip


def _order(found: _Found, clause: str) -> Iterator[Finding]:
    wrong = [b for a, b in pairwise(found) if b[2] - a[2] != b[0].number - a[0].number]
    if wrong:
        page, n, _ = wrong[0]
        yield fact(
            "页码", "次序", "page-number-order", "不合格", f"第 {page.number} 面是 {n.line.text}", "逐面连续", clause,
            [_box(p, x) for p, x, _ in wrong], "页码应从首页到末页连续，检查分节处是否重新编号。",
        )  # fmt: skip


def _turned(found: _Found) -> Iterator[Finding]:
    """Landscape pages: the number where a portrait page has it, the head at the left of the sheet held upright."""
    across = [(page, n) for page, n, _ in found if page.across]
    wrong = [(page, n) for page, n in across if n.direction != 90]
    if across:
        page, n = wrong[0] if wrong else across[0]
        names = {0: "与横排文字同向", 90: "与竖页相同", 180: "倒置", 270: "与竖页相反"}
        yield fact(
            "页码", "横页上的位置", "page-number-landscape", "不合格" if wrong else "合格", names[n.direction],
            "与竖页相同", "GB/T 9704-2012 8", [_box(*x) for x in wrong] or [_box(page, n)],
            "横排表格的页码位置与竖页一致：单页表头在订口一边，双页表头在切口一边。",
        )  # fmt: skip


def _side(found: _Found, profile: Profile, area: Area) -> Iterator[Finding]:
    """Odd pages right, even pages left, one character in; or where the publication has it."""
    place = profile.form.number_place
    clause = profile.rules["page-number-indent"].clause if place == "外侧" else OWN
    middle = (area.left + area.right) / 2
    wrong = [(page, n) for page, n, value in found if _where(n, middle) != _wanted(place, value)]
    example = wrong[0] if wrong else found[0][:2]
    yield fact(
        "页码", "位置", "page-number-side", "不合格" if wrong else "合格", _where(example[1], middle), _PLACES[place], clause,
        [_box(*x) for x in wrong] or [_box(*example)], f"页码的位置是：{_PLACES[place]}。",
    )  # fmt: skip
    insets = [
        ((area.right - end(n.line.glyphs[-1]) if _where(n, middle) == "居右" else n.line.left - area.left), page, n)
        for page, n, value in found
        if _where(n, middle) == _wanted(place, value) != "居中"
    ]
    if insets:
        rule = profile.rules["page-number-indent"]
        measured = [(inset / (n.line.size * POINT), page, n) for inset, page, n in insets]
        value, page, n = max(measured, key=lambda x: abs(x[0] - rule.wanted))
        yield figure("页码", "空字", "page-number-indent", rule, value, (_box(page, n),), "页码距版心边缘空一字。")


def _wanted(place: str, value: int) -> str:
    if place == "居中":
        return "居中"
    return "居右" if place == "右" or value % 2 else "居左"


def _where(numbered: Numbered, middle: float) -> str:
    centre = (numbered.line.left + numbered.line.right) / 2
    return "居中" if abs(centre - middle) < 25 else "居右" if centre > middle else "居左"


def _distance(found: _Found, profile: Profile, area: Area) -> Iterator[Finding]:
    """From the bottom of the type area to the dash, or to the middle of the digits where there is none."""
    rule = profile.rules["page-number-distance"]
    measured = []
    for page, n, _ in found:
        dashes = [g for g in n.line.glyphs if not g.text.isalnum()]
        digits: Sequence[float] = [(g.top + g.bottom) / 2 for g in n.line.glyphs if g.text.isdigit()]
        place = min((g.top for g in dashes), default=min(digits, default=n.line.baseline))
        measured.append((place - area.bottom, page, n))
    value, page, n = max(measured, key=lambda x: abs(x[0] - rule.wanted))
    yield figure(
        "页码",
        "距版心下边缘",
        "page-number-distance",
        rule,
        value,
        (_box(page, n),),
        "改页脚距边界的距离，使一字线在版心下边缘之下 7 mm。",
    )
