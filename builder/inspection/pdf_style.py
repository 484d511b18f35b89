"""Face, size and colour of every role (5.2.2, 5.2.4, 7.2–7.5): Chinese characters tell the face, all tell the size."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from builder.inspection.findings import Box, Finding, Verdict
from builder.inspection.made import fact, worst
from builder.inspection.pdf_cells import headless
from builder.inspection.pdf_masthead import FULL_NAME
from builder.inspection.pdf_pages import Line, Page, around, ideograph, lines
from builder.inspection.pdf_roles import LEVELS, Block, Document, credit, reddish
from builder.inspection.profile import NEVER_BOLD, STANDARD, Profile, Style, face_verdict
from builder.pdfium import Glyph

_FEW = 6  # characters of another face or size that are let pass with a remark: a rare character, a raised digit
_SHARE = 0.2
_BLACK = 0x40
_BOLD = re.compile(",Bold", re.IGNORECASE)  # SimSun,Bold: asked of a font that has no bold face
_Placed = tuple[int, Glyph]  # page and character


def findings(document: Document, profile: Profile) -> Iterator[Finding]:
    """One finding on the face and one on the size of every role that the profile knows, then the colours."""
    found: dict[str, list[_Placed]] = defaultdict(list)
    for role, page, glyphs in _spans(document):
        found[role] += ((page, glyph) for glyph in glyphs)
    for role, style in profile.styles.items():
        if found.get(role):
            yield from _faces(role, style, found[role])
            if style.sizes:
                yield from _sizes(role, style, found[role], document)
            yield from _bold(role, found[role])
    yield from _colors(document, profile)


def _faces(role: str, style: Style, found: list[_Placed]) -> Iterator[Finding]:
    chinese = [(page, g) for page, g in found if ideograph(g.text)]
    if role == "页码":
        chinese = found
    if not chinese:
        return
    counts = Counter(g.font for _, g in chinese)
    verdicts = {font: face_verdict(style.face, font) for font in counts}
    wrong = [(page, g) for page, g in chinese if verdicts[g.font] == "不合格"]
    verdict = _weight(len(wrong), len(chinese), worst(v for v in verdicts.values() if v != "不合格"))
    shown = Counter(g.font for _, g in wrong) if wrong else counts
    asked = style.face if role != "刊名" else f"{style.face}（推荐）"
    notes: dict[Verdict, str] = {
        "提醒": f"用的是{style.face}的代用字体；正式印发前装上正式字体再排一遍。" if not wrong
        else f"有 {len(wrong)} 个字不是{style.face}，可能是生僻字。",
        "不合格": f"这里应当用{style.face}。",
    }  # fmt: skip
    boxes = _boxes(wrong) if wrong else _boxes(chinese[:1])
    if verdict == "提醒" and not wrong:
        boxes = _boxes([x for x in chinese if verdicts[x[1].font] == "提醒"][:1])
    value = "、".join(font or "（无名）" for font, _ in shown.most_common(3))
    yield fact(role, "字体", "font", verdict, value, asked, style.clause, boxes, notes.get(verdict, ""))


def _bold(role: str, found: list[_Placed]) -> Iterator[Finding]:
    """Characters made bold by their outline, where there is no bold face, or by the style in their font's name."""
    bold = [(page, g) for page, g in found if g.outlined or _BOLD.search(g.font)]
    if bold:
        never = role in NEVER_BOLD
        yield fact(
            role, "加粗", "bold", "不合格" if never else "提醒", f"{len(bold)} 字，如“{bold[0][1].text}”", "不加粗",
            f"{STANDARD} 7.3.3", _boxes(bold), "标题靠字体区分层次，取消加粗。" if never else "核对加粗是否有意。",
        )  # fmt: skip


def _weight(wrong: int, all_: int, otherwise: Verdict) -> Verdict:
    """A few characters of another kind are a remark, more a fault."""
    if wrong == 0:
        return otherwise
    return "不合格" if wrong >= max(_FEW, 0.01 * all_) or wrong >= _SHARE * all_ else "提醒"


def _sizes(role: str, style: Style, found: list[_Placed], document: Document) -> Iterator[Finding]:
    verdicts = {size: style.size(size) for size in {round(g.size, 1) for _, g in found}}
    if role == "刊名" and _fills(found, document):  # a long name is made smaller
        verdicts = {size: "合格" if size < style.sizes[0] else v for size, v in verdicts.items()}
    wrong = [(page, g) for page, g in found if verdicts[round(g.size, 1)] == "不合格"]
    verdict = _weight(len(wrong), len(found), worst(v for v in verdicts.values() if v != "不合格"))
    counts = Counter(round(g.size, 1) for _, g in (wrong or found))
    value = "、".join(f"{size:g} pt" for size, _ in counts.most_common(3))
    rule = "或".join(f"{size:g}" for size in style.sizes) + " pt"
    yield fact(
        role, "字号", "font-size", verdict, value, rule, style.clause, _boxes(wrong or found[:1]),
        "字号不对，改成" + rule.replace(" pt", " 磅") + "。",
    )  # fmt: skip


def _fills(name: list[_Placed], document: Document) -> bool:
    """True for a name that takes the whole width of the type area."""
    wide = max(g.right for _, g in name) - min(g.left for _, g in name)
    return wide > FULL_NAME * (document.frame.right - document.frame.left)


def _boxes(found: Iterable[_Placed]) -> list[Box]:
    """One box for each line of characters."""
    pages: dict[int, list[Glyph]] = defaultdict(list)
    for page, glyph in found:
        pages[page].append(glyph)
    return [around(page, line.glyphs) for page, glyphs in pages.items() for line in lines(page, glyphs)]


# ---------------------------------------------------------------- what belongs to which role


def _spans(document: Document) -> Iterator[tuple[str, int, tuple[Glyph, ...]]]:
    """(role, page, characters) of all that was recognised."""
    yield from _top(document)
    for block in document.blocks:
        for role, glyphs in _parts(block):
            yield from _by_page(role, block.lines, glyphs)
    if document.foot is not None:
        yield from (("版记", x.page, x.glyphs) for x in (*document.foot.lines, *document.foot.below))
    bare = headless(document)
    for page, number in zip(document.pages, document.numbers, strict=True):
        yield from _cells(page, bare)
        if number is not None and number.direction == 0:
            yield "页码", page.number, number.line.glyphs


def _top(document: Document) -> Iterator[tuple[str, int, tuple[Glyph, ...]]]:
    head = document.masthead
    if head is not None:
        number = "发文字号" if head.statutory else "期号"
        office = (head.office,) if head.office else ()
        for role, group in (("刊名", head.name), ("左上", head.corner), (number, head.number), ("编印单位", office)):
            yield from ((role, 1, line.glyphs) for line in group)


def _cells(page: Page, bare: frozenset[int]) -> Iterator[tuple[str, int, tuple[Glyph, ...]]]:
    """Cells; the first rows of a table that goes on without its head are none."""
    for table in page.tables:
        head = 0 if id(table) in bare else table.head
        for cell in table.cells:
            yield "表头" if cell.row < head else "表格", page.number, cell.glyphs


def _by_page(role: str, found: tuple[Line, ...], wanted: slice) -> Iterator[tuple[str, int, tuple[Glyph, ...]]]:
    """The characters of a slice of a paragraph, page by page."""
    start = 0
    for line in found:
        stop = start + len(line.glyphs)
        low, high = max(wanted.start, start), min(wanted.stop, stop)
        if low < high:
            yield role, line.page, line.glyphs[low - start : high - start]
        start = stop


def _parts(block: Block) -> Iterator[tuple[str, slice]]:
    """A paragraph's characters by role: label, run-in heading, signature, and the rest."""
    stop = len(block.glyphs)
    tail = stop - credit(block)
    if tail < stop:
        yield "供稿", slice(tail, stop)
    text = block.text[:tail]
    start = 0
    rest = block.role
    if block.role == "编者按":
        label = re.match(r"(?:编者按|编者按语|按语|编者的话)[：:]", text)
        if label:
            start = label.end()
            yield "编者按标签", slice(0, start)
    elif block.role in _LEVEL_NAMES:
        start = _heading(text, len(block.lines))
        yield block.role, slice(0, start)
        rest = "正文"
    yield rest, slice(start, tail)


_LEVEL_NAMES = frozenset(name for name, _ in LEVELS)


def _heading(text: str, count: int) -> int:
    """How many characters of a paragraph that begins with 一、 or （一） are its heading."""
    stop = text.find("。")
    if stop >= 0:
        return stop + 1
    if count == 1:
        return len(text)
    mark = re.match(r"[（(]?.{1,3}?[、）).．]", text)  # without a stop it is told by its mark alone
    return mark.end() if mark else 0


# ---------------------------------------------------------------- colours


def _colors(document: Document, profile: Profile) -> Iterator[Finding]:
    """Everything but the name (and the red rules) is black; a publication may have its number red."""
    head = document.masthead
    red_lines = () if head is None else head.name + (head.number if profile.form.red_number else ())
    names = {id(g) for line in red_lines for g in line.glyphs}
    wrong: list[_Placed] = []
    for page in document.pages:
        found = [g for line in page.lines for g in line.glyphs]
        found += [g for table in page.tables for cell in table.cells for g in cell.glyphs]
        wrong += [(page.number, g) for g in found if not _black(g.color) and id(g) not in names]
    value = "、".join(sorted({g.color for _, g in wrong})[:3]) or "黑色"
    red = any(reddish(g.color) for _, g in wrong)
    yield fact(
        "文字", "颜色", "text-color", "不合格" if wrong else "合格", value, "除刊名外都是黑色", f"{STANDARD} 5.2.4", _boxes(wrong),
        "只有刊名和报头的线可以是红色，这里的文字改成黑色。" if red else "公文中的文字都用黑色。",
    )  # fmt: skip


@cache
def _black(color: str) -> bool:
    return max(int(color[n : n + 2], 16) for n in (0, 2, 4)) <= _BLACK
