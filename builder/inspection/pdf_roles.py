"""What each line of a page is: masthead, title, level, body, foot, page number. Told by place, size, colour and wording.

Nothing here knows who made the file: tags, styles and bookmarks are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from builder.inspection.pdf_frame import Frame, frame
from builder.inspection.pdf_pages import POINT, Line, Page
from builder.pdfium import Glyph, Rule

_NUMBER = re.compile(
    r"[^0-9０-９A-Za-z一-龥]{0,4}(?:第|共)?[0-9０-９]{1,4}(?:[^0-9A-Za-z一-龥]{0,4}|[页面/共0-9０-９]{1,8})"
)
_FOOT_LINE = re.compile(r"(?:报|送|发|抄送|抄报|主送|分送|主报|本期增发|签发|责任编辑|校对)[：:]|（共印|\(共印|.*印发$")
_FOOT_FIRST = re.compile(r"(?:报|抄送|抄报|主送|分送|主报|送|发)[：:]")
_LABELS = (
    ("要目标题", re.compile("本期要目|要目|目录|本期目录|本期导读")),
    ("附件", re.compile("附件[0-9]{0,2}")),
    ("栏目", re.compile("【[^】]+】")),
)
_OPENINGS = (
    ("编者按", re.compile("(?:编者按|编者按语|按语|编者的话)[：:]")),
    ("附件说明", re.compile("附件[：:]")),
)
_DAY = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日")
_CREDIT = re.compile(r"（[^（）]*(?:（[^（）]*）[^（）]*)*(?:供稿|来稿|本刊综合)）")
_ISSUE = re.compile(r"期|[〔\[［（(【][0-9]{4}[〕\]］）)】]")
DOCUMENT_NUMBER = re.compile(r".*[〔\[［（(【][0-9]{4}[〕\]］）)】][0-9]+号")
LEVELS = (
    ("一级标题", re.compile(r"[一二三四五六七八九十]{1,3}、")),
    ("二级标题", re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
    ("三级标题", re.compile(r"[0-9]{1,2}[.．](?![0-9])")),
    ("四级标题", re.compile(r"[（(][0-9]{1,2}[）)]")),
)
_MASTHEAD_SIZE = 30.0  # pt: a name is larger than any title
TITLE_SIZE = 17.0
_TOP = 37.0  # mm, of the type area of the standard
_NAME_ROOM = 15.0  # mm that a pre-printed name takes at least
_RULE_BELOW = 20.0  # mm below 编印单位 in which a red rule is that of the masthead
_SMALL = 13.5  # pt: notes and units below 14
_WIDE_RULE = 100.0  # mm


class Numbered(NamedTuple):
    """The page number of a page: its line in the coordinates of the upright sheet, its direction as the page is held."""

    line: Line
    direction: int


@dataclass(frozen=True)
class Masthead:
    """What stands above the red rule of page 1; ``name`` and ``rules`` are empty where the paper bears them already (套打)."""

    name: tuple[Line, ...]
    corner: tuple[Line, ...]
    number: tuple[Line, ...]
    office: Line | None
    rules: tuple[Rule, ...]

    @property
    def rule(self) -> Rule | None:
        """The upper one of the red rules."""
        return self.rules[0] if self.rules else None

    @property
    def statutory(self) -> bool:
        """True where a document number stands right above the rule, as in the forms of the standard itself."""
        return self.office is None and bool(self.number) and bool(DOCUMENT_NUMBER.match(self.number[-1].text))


@dataclass(frozen=True)
class Foot:
    """The foot: its page, its rules and lines from the top, and lines below its last rule."""

    page: int
    rules: tuple[Rule, ...]
    lines: tuple[Line, ...]
    below: tuple[Line, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph, title, label …: its role and its lines, which may stand on two pages."""

    role: str
    lines: tuple[Line, ...]
    indented: bool = False

    @property
    def text(self) -> str:
        """All its characters."""
        return "".join(line.text for line in self.lines)

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """All its characters, one for each of ``text`` unless a glyph stands for several."""
        return tuple(g for line in self.lines for g in line.glyphs)


@dataclass(frozen=True)
class Document:
    """A PDF as it was understood."""

    pages: tuple[Page, ...]
    numbers: tuple[Numbered | None, ...]
    masthead: Masthead | None
    foot: Foot | None
    blocks: tuple[Block, ...]
    frame: Frame

    @property
    def name(self) -> str:
        """The name that the masthead shows; "" where there is none."""
        return "".join(line.text for line in self.masthead.name) if self.masthead else ""


def understood(pages: tuple[Page, ...]) -> Document:
    """The parts of a document, and its frame."""
    numbers = tuple(map(_number, pages))
    rest = [
        [line for line in page.lines if n is None or line is not n.line] for page, n in zip(pages, numbers, strict=True)
    ]
    head = _masthead(pages[0], rest[0]) if pages else None
    if head is not None:
        taken = {id(x) for x in (*head.name, *head.corner, *head.number, head.office)}
        rest[0] = [line for line in rest[0] if id(line) not in taken]
    foot = _foot(pages, rest, head.rules if head else ())
    if foot is not None:
        taken = {id(x) for x in (*foot.lines, *foot.below)}
        rest[foot.page - 1] = [line for line in rest[foot.page - 1] if id(line) not in taken]
    text = [line for page, found in zip(pages, rest, strict=True) if not page.across for line in found]
    area = frame(text)
    return Document(pages, numbers, head, foot, tuple(_blocks(pages, rest, area)), area)


# ---------------------------------------------------------------- page number, masthead, foot


def _number(page: Page) -> Numbered | None:
    """The last line of a page where it looks like a number and stands apart, or a turned one on a landscape page."""
    for direction, line in page.sideways:
        if page.across and _NUMBER.fullmatch(line.text):
            return Numbered(line, direction)
    last = next((line for line in reversed(page.lines)), None)
    if last is None or not _NUMBER.fullmatch(last.text) or last.baseline < 0.82 * page.height:
        return None
    before = page.lines[-2].baseline if len(page.lines) > 1 else 0.0
    before = max(before, *(t.bottom for t in page.tables), 0.0)
    return Numbered(last, 0) if last.baseline - before > 2 else None


def reddish(color: str) -> bool:
    """True for any red, dark ones included."""
    red, green, blue = (int(color[n : n + 2], 16) for n in (0, 2, 4))
    return red >= 0x60 and red - max(green, blue) >= 0x40


def _masthead(page: Page, found: list[Line]) -> Masthead | None:
    big = [line for line in found if line.size >= _MASTHEAD_SIZE and line.baseline < 0.6 * page.height]
    if not big:
        return _nameless(page, found)
    largest = max(line.size for line in big)
    name = tuple(line for line in big if line.size > 0.9 * largest)
    low = name[-1].baseline
    corner = tuple(line for line in found if line.baseline < low and line not in name)
    rules = [r for r in page.rules if r.right - r.left > _WIDE_RULE and low < r.top < low + 100]
    rule = next((r for r in rules if reddish(r.color)), rules[0] if rules else None)
    double = [r for r in rules if rule is not None and rule.top <= r.top < rule.bottom + 4]
    edge = rule.top if rule else low + 45
    between = [line for line in found if low < line.baseline < edge and line.size < TITLE_SIZE]
    number: list[Line] = []
    while between and len(number) < 3 and _issue(between[0]):
        number.append(between.pop(0))
    office = next((line for line in between if rule is not None or _DAY.search(line.text)), None)
    return Masthead(name, corner, tuple(number), office, tuple(double))


def _nameless(page: Page, found: list[Line]) -> Masthead | None:
    """Lines at the top, room for a name, 期号, 编印单位 with the date: what is printed on paper that bears the name already."""
    start = next((n for n, line in enumerate(found[:8]) if _issue(line)), None)
    if start is None:
        return None
    number = tuple(takewhile(_issue, found[start : start + 3]))
    office = next(iter(found[start + len(number) :]), None)
    above = found[start - 1].foot if start else _TOP
    if office is None or not _DAY.search(office.text) or number[0].head - above < _NAME_ROOM:
        return None
    rules = (r for r in page.rules if reddish(r.color) and office.baseline < r.top < office.baseline + _RULE_BELOW)
    return Masthead((), tuple(found[:start]), number, office, tuple(rules))


def _issue(line: Line) -> bool:
    return bool(_ISSUE.search(line.text)) and not _DAY.search(line.text)


def _foot(pages: tuple[Page, ...], rest: Sequence[list[Line]], red: tuple[Rule, ...]) -> Foot | None:
    for page, found in zip(reversed(pages), reversed(rest), strict=True):
        rules = [r for r in page.rules if r not in red and r.right - r.left > _WIDE_RULE]
        if rules:
            foot = _ruled_foot(page, found, rules)
            if foot is not None:
                return foot
        if found:  # an unruled foot stands at the end of the text or nowhere
            start = next((n for n, line in enumerate(found) if _FOOT_FIRST.match(line.text)), None)
            if start is not None and start >= len(found) - 30 and len(found) - start <= 30:
                return Foot(page.number, (), tuple(found[start:]), ())
            return None
    return None


def _ruled_foot(page: Page, found: list[Line], rules: list[Rule]) -> Foot | None:
    """The lowest rules with nothing but lines of a foot between them."""
    last = rules[-1]
    first = len(rules) - 1
    while first > 0 and _of_foot(_between(found, rules[first - 1].bottom, rules[first].top)):
        first -= 1
    below = [line for line in found if line.baseline > last.bottom]
    inside = _between(found, rules[first].top, last.bottom)
    if first == len(rules) - 1:  # a single rule: its foot stands below it
        inside = below if _of_foot(below) and below else []
        below = []
    if not inside or not any(_FOOT_LINE.match(line.text) for line in inside):
        return None
    return Foot(page.number, tuple(rules[first:]), tuple(inside), tuple(line for line in below if "共印" in line.text))


def _between(found: list[Line], top: float, bottom: float) -> list[Line]:
    return [line for line in found if top < line.baseline < bottom + 0.5]


def _of_foot(found: list[Line]) -> bool:
    return bool(found) and (all(x.size < 15.5 for x in found) or any(_FOOT_LINE.match(x.text) for x in found))


# ---------------------------------------------------------------- text


def _blocks(pages: tuple[Page, ...], rest: Sequence[list[Line]], area: Frame) -> Iterator[Block]:
    """The text between masthead and foot as paragraphs and titles."""
    previous: Block | None = None
    for block in _roles(_paragraphs(pages, rest, area), pages, area):
        if previous is not None and block.role == "署名":
            near = previous.lines[-1].page == block.lines[0].page and len(previous.lines) == 1
            if near and previous.role == "正文" and previous.lines[0].left > area.left + 30:
                previous = Block("署名", previous.lines)
        if previous is not None:
            yield previous
        previous = block
    if previous is not None:
        yield previous


def _paragraphs(
    pages: tuple[Page, ...], rest: Sequence[list[Line]], area: Frame
) -> Iterator[tuple[list[Line], bool, bool]]:
    """Lines that go on from one another: (lines, indented, apart from what is before)."""
    here: list[Line] = []
    indented = apart = False
    for page, found in zip(pages, rest, strict=True):
        left = found[0].left if page.across and found else area.left
        for line in found:
            begins, gap = _begins(here[-1] if here else None, line, left, area, page)
            if begins and here:
                yield here, indented, apart
                here = []
            if not here:
                indented, apart = line.left - left > 1.2 * area.character, gap
            here.append(line)
    if here:
        yield here, indented, apart


def _of_title(line: Line, area: Frame) -> bool:
    """True for a line that is larger than the text is and than it should be."""
    return line.size >= max(TITLE_SIZE, area.size + 1.2)


def _begins(before: Line | None, line: Line, left: float, area: Frame, page: Page) -> tuple[bool, bool]:
    """Whether a line begins a paragraph, and whether room stands above it."""
    if before is None:
        return True, True
    indented = line.left - left > 1.2 * area.character
    short = before.right < area.right - 2.2 * area.character and not page.across
    ended = before.left - left > 3 * area.character or before.text.endswith(("供稿）", "（本刊综合）"))
    labelled = any(form.fullmatch(line.text) for _, form in _LABELS)
    if before.page != line.page:
        return short or ended or labelled or indented or page.across or _of_title(line, area), False
    pitch = max(area.pitch, 1.75 * line.size * POINT)
    gap = line.baseline - before.baseline > 1.4 * pitch
    if _of_title(line, area) or _of_title(before, area):
        return abs(line.size - before.size) > 0.6 or gap, gap
    return gap or short or ended or labelled or indented or abs(line.size - before.size) > 1.2, gap


def _roles(found: Iterator[tuple[list[Line], bool, bool]], pages: tuple[Page, ...], area: Frame) -> Iterator[Block]:
    """Every paragraph with its role. Three parts run over several: contents, the editor's note, the list of annexes."""
    running = before = ""
    page = 0
    for lines, indented, apart in found:
        role = _role(lines, indented, before, pages[lines[0].page - 1], area)
        if role in ("正文", "主送机关", *(name for name, _ in LEVELS)):
            goes_on = running and not (apart and before != "要目标题")
            if running == "附件说明" and role == "正文":  # a turned line, if no signature: those stand further right
                goes_on = goes_on and lines[0].page == page and lines[0].left < area.left + 8 * area.character
            running = running if goes_on else ""
            role = running or role
        else:
            running = {"要目标题": "要目", "编者按": "编者按", "附件说明": "附件说明"}.get(role, "")
        before, page = role, lines[-1].page
        yield Block(role, tuple(lines), indented)


def _role(lines: list[Line], indented: bool, before: str, page: Page, area: Frame) -> str:
    first, text = lines[0], "".join(line.text for line in lines)
    centred = abs(first.middle - (page.width / 2 if page.across else area.middle)) < 4
    if (label := next((name for name, form in _LABELS if form.fullmatch(text)), None)) is not None:
        return label
    if _of_title(first, area):
        return "标题"
    if (special := _beside(lines, centred, page, area)) is not None:
        return special
    if (opening := next((name for name, form in _OPENINGS if form.match(text)), None)) is not None:
        return opening
    if first.left > area.left + 3 * area.character and _CREDIT.fullmatch(text):
        return "供稿"
    if first.left > area.left + 40 and _DAY.fullmatch(text):
        return "署名"
    if before == "标题" and not indented and text.endswith(("：", ":")):
        return "主送机关"
    return next((name for name, form in LEVELS if form.match(text)), "正文")


def _beside(lines: list[Line], centred: bool, page: Page, area: Frame) -> str | None:
    """Titles, units and notes of tables, captions of pictures; None for anything else."""
    first, last = lines[0], lines[-1]
    table = next((t for t in page.tables if -1 < t.top - last.baseline < 20), None)
    picture = next((p for p in page.pictures if -2 < first.head - p.bottom < 8), None)
    if picture is not None and centred and len(lines) == 1 and not first.text.startswith("表"):
        return "图题"
    if table is not None and re.match(r"（?单位[：:]", first.text):
        return "表单位"
    if table is not None and centred and not re.search("[。：；]$", last.text) and len(lines) < 3:
        return "表题"
    return "小字" if first.size < min(_SMALL, area.size - 0.6) else None


def credit(block: Block) -> int:
    """How many characters at the end of a paragraph are its signature （××供稿）."""
    if block.role not in ("正文", "编者按", *(name for name, _ in LEVELS)):
        return 0
    text = block.text
    start = max(text.rfind("（"), 0)
    while start > 0 and text.count("）", start) > text.count("（", start):
        start = max(text.rfind("（", 0, start), 0)
    return len(text) - start if start and _CREDIT.fullmatch(text, start) else 0
