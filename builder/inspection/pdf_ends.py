"""What ends a text and what begins a page: signature and date, annexes, heads that must not stand last (7.3.5, 7.3.7)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from builder.inspection.findings import Finding
from builder.inspection.made import fact
from builder.inspection.pdf_grid import Area
from builder.inspection.pdf_pages import Line
from builder.inspection.pdf_roles import Document
from builder.inspection.profile import OWN, STANDARD, Profile

_SIGNED = 0.6  # characters


def findings(document: Document, profile: Profile, area: Area) -> Iterator[Finding]:
    """Everything about them."""
    yield from _signature(document, area)
    yield from _annexes(document)
    yield from _alone(document, profile)


def _annexes(document: Document) -> Iterator[Finding]:
    """Label on line 1 of a new page, title on line 3."""
    for block, title in pairwise([*document.blocks, None]):
        if block is None or block.role != "附件":
            continue
        line = block.lines[0]
        page = document.pages[line.page - 1]
        rest = [x for x in page.lines if x.baseline < line.baseline - 1]
        wrong = bool(rest) or any(t.top < line.baseline for t in page.tables)
        yield fact(
            "附件", "另面", "annex-page", "不合格" if wrong else "合格", "不在面首" if wrong else "另面开始", "附件另面编排",
            f"{STANDARD} 7.3.7", (line.box,), "附件另起一面，“附件”二字排在左上角第一行。",
        )  # fmt: skip
        if title is not None and title.role == "标题" and title.lines[0].page == line.page:
            row = round((title.lines[0].baseline - line.baseline) / document.frame.pitch) + 1
            yield fact(
                "附件", "标题位置", "annex-title", "合格" if row == 3 else "不合格", f"第 {row} 行", "第 3 行", f"{STANDARD} 7.3.7",
                (title.lines[0].box,), "附件标题居中排在第三行。",
            )  # fmt: skip


def _signature(document: Document, area: Area) -> Iterator[Finding]:
    """Name and date: without a seal, with a longer date, or as they stand under a seal."""
    signed = [block for block in document.blocks if block.role == "署名"]
    if len(signed) != 2 or signed[0].lines[0].page != signed[1].lines[0].page:
        return
    name, day = signed[0].lines[0], signed[1].lines[0]
    em = document.frame.character
    name_room, day_room = (area.right - name.right) / em, (area.right - day.right) / em
    shift = (day.left - name.left) / em
    plain = abs(shift - 2) <= _SIGNED and min(abs(name_room - 2), abs(day_room - 2)) <= _SIGNED
    sealed = abs(day_room - 4) <= _SIGNED and abs(name.middle - day.middle) <= 1.5 * em
    yield fact(
        "署名", "位置", "signature-indent", "合格" if plain or sealed else "不合格",
        f"机关右空 {name_room:.1f} 字，日期首字右移 {shift:.1f} 字", "机关右空二字，日期首字比机关首字右移二字",
        f"{STANDARD} 7.3.5", (name.box, day.box), "不加盖印章的：署名右空二字，日期首字比署名首字右移二字；日期更长的，日期右空二字。",
    )  # fmt: skip


def _alone(document: Document, profile: Profile) -> Iterator[Finding]:
    """A section's head or a title that ends its page."""
    wrong = [
        a.lines[-1]
        for a, b in pairwise(document.blocks)
        if a.role in ("栏目", "标题")
        and b.lines[0].page != a.lines[-1].page
        and not _table_follows(document, a.lines[-1])
    ]
    if wrong:
        asked = profile.title is not None
        yield fact(
            "栏目、标题", "面末", "heading-last", "不合格" if asked else "提醒", f"{len(wrong)} 处，如“{wrong[0].text[:10]}”",
            "不排在一面的最后", OWN, [x.box for x in wrong], "栏目和标题与下文排在同一面。",
        )  # fmt: skip


def _table_follows(document: Document, line: Line) -> bool:
    page = document.pages[line.page - 1]
    tops = [*(t.top for t in page.tables), *(p.top for p in page.pictures)]
    return any(top > line.baseline for top in tops)
