"""What ends a text and what begins a page: signature and date, annexes, heads that must not stand last (7.3.5, 7.3.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from builder.inspection.findings import Finding
from builder.inspection.made import fact, figure
from builder.inspection.pdf_grid import Area
from builder.inspection.pdf_pages import Line
from builder.inspection.pdf_roles import Block, Document
from builder.inspection.profile import OWN, STANDARD, Profile

_SIGNED = 0.6  # characters
_TURNED = 0.8  # mm
_ITEM = re.compile("附件[：:](?:[0-9]+[.．])?|[0-9]+[.．]")


def findings(document: Document, profile: Profile, area: Area) -> Iterator[Finding]:
    """Everything about them."""
    yield from _annex_list(document, profile)
    yield from _signature(document, area)
    yield from _deserted(document)
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


def _annex_list(document: Document, profile: Profile) -> Iterator[Finding]:
    """附件说明: two characters in, turned lines under the first character of the name, no mark after a name."""
    listed = [line for block in document.blocks if block.role == "附件说明" for line in block.lines]
    if not listed:
        return
    clause = f"{STANDARD} 7.3.4"
    inset = (listed[0].left - document.frame.left) / document.frame.character
    rule = replace(profile.rules["indent"], clause=clause)
    yield figure("附件说明", "左空", "indent", rule, inset, (listed[0].box,), "“附件”左空二字。")
    turned: list[Line] = []
    place = 0.0
    for line in listed:
        if mark := _ITEM.match(line.text):
            place = line.glyphs[min(mark.end(), len(line.glyphs) - 1)].x
        elif abs(line.left - place) > _TURNED:
            turned.append(line)
    marked = [line for line in listed if line.text[-1] in "。；，、;,"]
    yield fact(
        "附件说明", "回行", "annex-turned", "不合格" if turned else "合格", f"{len(turned)} 行没有对齐" if turned else "对齐",
        "与附件名称首字对齐", clause, [x.box for x in turned], "附件名称回行时与上一行名称的首字对齐。",
    )  # fmt: skip
    yield fact(
        "附件说明", "标点", "annex-stop", "不合格" if marked else "合格", marked[0].text[-4:] if marked else "没有",
        "名称后不加标点", clause, [x.box for x in marked], "去掉附件名称后的标点。",
    )  # fmt: skip


def _signature(document: Document, area: Area) -> Iterator[Finding]:
    """Name and date: without a seal, with a longer date, or as they stand under a seal; the worst where there are several."""
    signed = [
        (a.lines[0], b.lines[0])
        for a, b in pairwise(document.blocks)
        if a.role == b.role == "署名" and a.lines[0].page == b.lines[0].page and b.text[-1] == "日" != a.text[-1]
    ]
    if not signed:
        return
    em = document.frame.character

    def right(name: Line, day: Line) -> bool:
        name_room, day_room = (area.right - name.right) / em, (area.right - day.right) / em
        plain = (
            abs((day.left - name.left) / em - 2) <= _SIGNED and min(abs(name_room - 2), abs(day_room - 2)) <= _SIGNED
        )
        return plain or (abs(day_room - 4) <= _SIGNED and abs(name.middle - day.middle) <= 1.5 * em)

    wrong = [pair for pair in signed if not right(*pair)]
    name, day = wrong[0] if wrong else signed[0]
    yield fact(
        "署名", "位置", "signature-indent", "不合格" if wrong else "合格",
        f"机关右空 {(area.right - name.right) / em:.1f} 字，日期首字右移 {(day.left - name.left) / em:.1f} 字",
        "机关右空二字，日期首字比机关首字右移二字", f"{STANDARD} 7.3.5", [x.box for pair in wrong or signed[:1] for x in pair],
        "不加盖印章的：署名右空二字，日期首字比署名首字右移二字；日期更长的，日期右空二字。",
    )  # fmt: skip


def _deserted(document: Document) -> Iterator[Finding]:
    """A signature on a page that shows nothing of the text that it signs."""
    pages: dict[int, list[Block]] = {}
    for block in document.blocks:
        for number in {line.page for line in block.lines}:
            pages.setdefault(number, []).append(block)
    wrong = [
        blocks[0].lines[0]
        for number, blocks in pages.items()
        if number > 1 and not document.pages[number - 1].tables and not document.pages[number - 1].pictures
        and all(block.role in ("署名", "供稿") for block in blocks)
    ]  # fmt: skip
    if wrong:
        yield fact(
            "署名", "独处一面", "signature-alone", "不合格", f"第 {wrong[0].page} 面只有“{wrong[0].text[:12]}”", "与正文同处一面",
            f"{STANDARD} 7.3.5", [x.box for x in wrong], "调整行距、字距或增删文字，使署名与正文同处一面。",
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
