"""Where lines and pages end: forbidden starts and ends, numbers, words of titles, what ends a page (7.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise

from builder.inspection.findings import Box, Finding, Verdict
from builder.inspection.made import fact, figure
from builder.inspection.pdf_grid import BODY
from builder.inspection.pdf_pages import POINT, Line, ideograph, lines
from builder.inspection.pdf_roles import Block, Document
from builder.inspection.profile import OWN, STANDARD, Profile
from builder.words import segment

NO_START = frozenset("。，、；：？！）》〉」』】〗〕”’…%‰℃·％;:?!)]")
NO_END = frozenset("（《〈「『【〖〔“‘([")
_FEW = 0.2  # of the paragraphs: fewer that begin elsewhere may be meant, and are a remark
_LIST = 4.0  # characters: what begins deeper is no paragraph of the text
_PUNCTUATION = "GB/T 15834-2011"
_MARKS = re.compile(r"[^\w]+")
_Pair = tuple[Line, Line]


def findings(document: Document, profile: Profile) -> Iterator[Finding]:
    """Everything about line ends and page ends."""
    running = list(_running(document))
    pairs = [pair for group in running for pair in pairwise(group)]
    yield _edge(
        "行首", "line-start", [x for group in running for x in group if x.text[0] in NO_START], lambda x: x.text[:3],
        "行首没有 。，、；：？！）》” 等", "句号、逗号、后括号等不排在行首：微调字距或改动文字。",
    )  # fmt: skip
    yield _edge(
        "行末", "line-end", [x for group in running for x in group if x.text[-1] in NO_END], lambda x: x.text[-3:],
        "行末没有 （《“【 等", "前括号、前引号不排在行末：微调字距或改动文字。",
    )  # fmt: skip
    yield from _numbers(pairs)
    yield from _dashes(pairs)
    yield from _last_lines(document)
    yield from _titles(document, profile)
    yield from _pages(document, profile)
    yield from _indent(document, profile)
    yield from _parentheses(document)


def _running(document: Document) -> Iterator[Sequence[Line]]:
    """Lines that go on from one another: paragraphs, entries of the foot, cells of tables."""
    for block in document.blocks:
        if block.role == "要目":  # an entry ends with its page number, and may begin with a number
            yield from ((line,) for line in block.lines)
        else:
            yield block.lines
    if document.foot is not None:
        yield document.foot.lines
    for page in document.pages:
        for table in page.tables:
            for cell in table.cells:
                found = tuple(lines(page.number, cell.glyphs))
                if found:
                    yield found


def _edge(aspect: str, code: str, wrong: list[Line], shown: Callable[[Line], str], rule: str, note: str) -> Finding:
    verdict: Verdict = "不合格" if wrong else "合格"
    value = f"{len(wrong)} 处，如“{shown(wrong[0])}”" if wrong else "没有"
    return fact("行", aspect, code, verdict, value, rule, _PUNCTUATION, [x.box for x in wrong], note)


def _numbers(pairs: list[_Pair]) -> Iterator[Finding]:
    """Numbers in two, and numbers parted from their units."""
    split = [(a, b) for a, b in pairs if _digits(a, b) and re.match("[0-9.,%‰]", b.text)]
    unit = [(a, b) for a, b in pairs if _digits(a, b) and _unit(a, b)]
    if split:
        yield fact(
            "行", "数字", "number-split", "不合格", f"{len(split)} 处，如“{_seam(split[0])}”", "一个数不分成两行", f"{STANDARD} 9",
            _ends(split), "一个数（连同小数点、%）排在同一行：微调字距或改动文字。",
        )  # fmt: skip
    if unit:
        yield fact(
            "行", "数字与单位", "number-unit", "提醒", f"{len(unit)} 处，如“{_seam(unit[0])}”", "数与单位不分在两行", OWN,
            _ends(unit), "数与后面的单位最好在同一行。",
        )  # fmt: skip


def _digits(a: Line, b: Line) -> bool:
    return bool(re.search(r"[0-9][.,]?$", a.text)) and bool(b.text) and _flows(a, b)


def _unit(a: Line, b: Line) -> bool:
    """True where the number that ends one line and what begins the next are one word: 220｜处, but not 220｜处理."""
    found = re.search(r"[0-9][0-9.,]*$", a.text)
    return found is not None and len(segment(found[0] + b.text[:4])[0]) > len(found[0])


def _flows(a: Line, b: Line) -> bool:
    """False for cells set line by line, where one number may end a line and another begin the next."""
    return b.page != a.page or b.baseline - a.baseline < 3 * max(a.size, b.size) * POINT


def _dashes(pairs: list[_Pair]) -> Iterator[Finding]:
    wrong = [(a, b) for a, b in pairs if a.text[-1] in "—…" and a.text[-1] == b.text[0]]
    if wrong:
        yield fact(
            "行", "破折号、省略号", "dash-split", "不合格", f"{len(wrong)} 处，如“{_seam(wrong[0])}”", "—— 和 …… 不分在两行",
            _PUNCTUATION, _ends(wrong), "—— 和 …… 占两格，不拆开：微调字距或改动文字。",
        )  # fmt: skip


def _seam(pair: _Pair) -> str:
    return f"{pair[0].text[-4:]}／{pair[1].text[:3]}"


def _ends(pairs: list[_Pair]) -> list[Box]:
    """The ends of the first lines: the last four characters."""
    return [Line(a.page, a.glyphs[-4:]).box for a, _ in pairs]


def _last_lines(document: Document) -> Iterator[Finding]:
    single = [
        block.lines[-1]
        for block in document.blocks
        if block.role in BODY and len(block.lines) > 1 and len(_MARKS.sub("", block.lines[-1].text)) == 1
    ]
    if single:
        yield fact(
            "段", "末行", "single-character", "提醒", f"{len(single)} 处，如“{single[0].text}”", "末行不止一个字", OWN,
            [x.box for x in single], "一个字占一行：删一字或调字距即可省去一行。",
        )  # fmt: skip


# ---------------------------------------------------------------- titles


def _titles(document: Document, profile: Profile) -> Iterator[Finding]:
    titles = [block for block in document.blocks if block.role == "标题"]
    if not titles:
        return
    rule = profile.rules["title-lines"]
    longest = max(titles, key=lambda block: len(block.lines))
    long = [x for x in titles if rule.verdict(len(x.lines)) != "合格"]
    yield fact(
        "标题", "行数", "title-lines", rule.verdict(len(longest.lines)), f"{len(longest.lines)} 行", "不超过 3 行", rule.clause,
        [line.box for x in long or [longest] for line in x.lines], "标题太长，压缩到三行以内。",
    )  # fmt: skip
    yield from _words(titles)
    yield from _pitches(titles, profile)
    off = [(line, _off_centre(line, document)) for block in titles for line in block.lines]
    wrong = [line for line, value in off if value > 4]
    line, value = max(off, key=lambda x: x[1])
    yield fact(
        "标题", "居中", "title-centre", "不合格" if wrong else "合格", f"偏 {value:.1f} mm", "居中 ±4 mm", f"{STANDARD} 7.3.1",
        [x.box for x in wrong] or [line.box], "标题居中排布。",
    )  # fmt: skip


def _off_centre(line: Line, document: Document) -> float:
    page = document.pages[line.page - 1]
    middle = document.frame.middle if not page.across else page.width / 2
    return abs(line.middle - middle)


def _words(titles: list[Block]) -> Iterator[Finding]:
    """Lines of titles end where words end. Long words may be names put together: those are a remark."""
    inside: list[tuple[Verdict, str, Line]] = []
    for block in titles:
        words = segment(block.text) if len(block.lines) > 1 else []
        starts = list(accumulate((len(w) for w in words), initial=0))
        breaks = list(accumulate(len(line.text) for line in block.lines[:-1]))
        for place, line in zip(breaks, block.lines, strict=False):
            cut, at = next(
                ((w, place - s) for w, s in zip(words, starts, strict=False) if s < place < s + len(w)), ("", 0)
            )
            if cut:
                inside.append(("不合格" if _single(cut, at) else "提醒", cut, line))
    verdict: Verdict = "合格"
    if inside:
        verdict = "不合格" if any(v == "不合格" for v, _, _ in inside) else "提醒"
    value = "、".join(f"“{cut}”分在两行" for _, cut, _ in inside[:3]) or "词意完整"
    boxes = [line.box for _, _, line in inside]
    note = "标题回行要做到词意完整，在词与词之间换行。"
    yield fact("标题", "回行", "title-split", verdict, value, "词意完整", f"{STANDARD} 7.3.1", boxes, note)


def _single(word: str, at: int) -> bool:
    """True where a word falls to pieces at this place; False where two words meet in a long one."""
    return len(word) <= 3 or len(segment(word[:at])[-1]) == 1 or len(segment(word[at:])[0]) == 1


def _pitches(titles: list[Block], profile: Profile) -> Iterator[Finding]:
    for block in titles:
        size = block.lines[0].size
        if len(block.lines) > 1 and profile.styles["标题"].size(size) == "合格":
            several = abs(size - profile.styles["标题"].sizes[-1]) < abs(size - profile.styles["标题"].sizes[0])
            code = "title-pitch-several" if several else "title-pitch-single"
            value = (block.lines[1].baseline - block.lines[0].baseline) / POINT
            if code in profile.rules:
                yield figure("标题", "行距", code, profile.rules[code], value, (block.lines[1].box,), "改标题的行距。")
            return


# ---------------------------------------------------------------- pages


def _pages(document: Document, profile: Profile) -> Iterator[Finding]:
    first = [b for b in document.blocks if b.role in BODY - {"编者按", "主送机关", "附件说明", "署名"}]
    if document.masthead is not None:
        shown = [b for b in first if b.lines[0].page == 1]
        yield fact(
            "正文", "首页", "first-page-body", "合格" if shown else "不合格", "有正文" if shown else "没有正文", "首页必须显示正文",
            f"{STANDARD} 7.3.3", [shown[0].lines[0].box] if shown else (), "首页要有正文：缩短要目、编者按或标题。",
        )  # fmt: skip
    empty = [b for b in document.blocks if "此页无正文" in b.text]
    if empty:
        yield fact(
            "正文", "此页无正文", "no-text-page", "不合格", "此页无正文", "不用这种办法", f"{STANDARD} 7.3.5",
            [b.lines[0].box for b in empty], "调整行距、字距，使署名与正文同处一面，不标“此页无正文”。",
        )  # fmt: skip


def _indent(document: Document, profile: Profile) -> Iterator[Finding]:
    frame, rule = document.frame, profile.rules["indent"]
    begun = [
        (round((b.lines[0].left - frame.left) / frame.character, 2), b.lines[0])
        for b in document.blocks
        if b.role == "正文" and ideograph(b.text[0]) and not document.pages[b.lines[0].page - 1].across
        and b.lines[0].left < frame.left + _LIST * frame.character
    ]  # fmt: skip
    if not begun:
        return
    value, line = sorted(begun, key=lambda x: x[0])[len(begun) // 2]
    wrong = [(v, x) for v, x in begun if rule.verdict(v) != "合格"]
    if not wrong:
        yield figure("正文", "段首缩进", "indent", rule, value, (line.box,))
        return
    off, _ = max(wrong, key=lambda x: abs(x[0] - rule.wanted))
    verdict: Verdict = "不合格" if len(wrong) > _FEW * len(begun) else "提醒"
    yield fact(
        "正文", "段首缩进", "indent", verdict, f"{len(wrong)} 段不是，如 {off:.2g} 字", rule.text, rule.clause,
        [x.box for _, x in wrong], "每个自然段左空二字。",
    )  # fmt: skip


def _parentheses(document: Document) -> Iterator[Finding]:
    """Half-width brackets and stops beside Chinese characters."""
    form = re.compile(r"[\u4e00-\u9fff][(),;:!?]|[(][\u4e00-\u9fff]|[\u4e00-\u9fff][)]")
    wrong = [b for b in document.blocks if form.search(b.text)]
    if wrong:
        found = form.search(wrong[0].text)
        yield fact(
            "正文", "标点", "half-punctuation", "提醒", f"{len(wrong)} 段，如“{found[0] if found else ''}”", "汉字旁用全角标点",
            _PUNCTUATION, [b.lines[0].box for b in wrong], "汉字之间的括号、逗号等用全角。",
        )  # fmt: skip
