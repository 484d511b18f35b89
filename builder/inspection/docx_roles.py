"""What each piece of a Word file is: by the name of its style where it is one of ours, else by wording, place and look.

Roles are those of ``profile.Profile.styles``; a piece that is none of them has the role "" and is not held against anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from builder.inspection.docx_values import Paragraph, Stretch, Table, WordFile
from builder.inspection.profile import face_verdict

STYLES = {
    **{
        "标识": "左上",
        "刊名": "刊名",
        "期号": "期号",
        "期号续行": "期号",
        "编印行": "编印单位",
        "题名": "标题",
        "多条题名": "标题",
    },
    **{
        "附件题名": "标题",
        "要目标题": "要目标题",
        "要目条目": "要目",
        "要目条目小": "要目",
        "栏目": "栏目",
        "主送": "主送机关",
    },
    **{
        "编者按": "编者按",
        "一级标题": "一级标题",
        "二级标题": "二级标题",
        "三级标题": "三级标题",
        "四级标题": "四级标题",
    },
    **{"供稿": "供稿", "署名": "署名", "附件说明": "附件说明", "附件说明首项": "附件说明", "附件说明次项": "附件说明"},
    **{"附件标": "附件", "表题": "表题", "表单位": "表单位", "表注": "表注", "图题": "图题", "正文带供稿": "正文"},
    **{"版记": "版记", "版记增发": "版记", "版记印发": "版记", "版记印数": "版记", "页码": "页码", "页码双页": "页码"},
}
LEVELS = ("一级标题", "二级标题", "三级标题", "四级标题")
_LEVEL = (
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
)
_TOP_LEFT = re.compile(r"\d{6}$|特急|加急|平急|绝密|机密|秘密|内部|注意保存")
_ISSUE = re.compile(r"第[\d〇○零一二三四五六七八九十百千×]{1,8}期|[（(]?总第|(增刊|专刊|特刊|专号)")
_DOCUMENT = re.compile(r"[^\d\s]{1,20}[〔\[［(（]\d{4}[〕\]］)）]第?\d{1,5}号")
_BULLETIN = re.compile(r"[〔\[［(（]\d{4}[〕\]］)）]第?\d{1,5}[号期]")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_FOOT = re.compile(
    r"(主报|主送|抄送|抄报|分送|报|送|发|本期增发|增发|签发|责任编辑|编辑|校对)[：:]|（共印\d+份）|.*\d日印发$"
)
_CREDIT = re.compile(r"[（(](?:.{2,30}(?:供稿|报送|来稿|整理)|本刊综合)[）)]$")
_NOTE = re.compile(r"(编者按|编者的话|编后)[：:　 ]?")
_SECTION = re.compile(r"【[^】]{1,20}】$")
_CONTENTS = re.compile(r"(本期)?要目$|目录$")
_ANNEX = re.compile(r"(附件|附表)\d{0,2}$")
_ANNEX_LIST = re.compile(r"附件[：:]")
_NEXT = re.compile(r"\d{1,2}[.．]")
_UNIT = re.compile(r"[（(]?(计量)?单位[：:]")
_REMARK = re.compile(r"(注|备注|说明)[：:]")
_CAPTION = re.compile(r"(图\s?\d{1,3}|图[：:　 ])")
_BIG = 26.0  # pt: the name of a bulletin or an office is larger than any title
_TITLE = 17.0
_HEAD_MOST = 20  # paragraphs of a masthead, lines of blanks among them
_HEADING_MOST = 45  # characters of a heading that stands alone


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph with one role: ``whole`` when it is all of the paragraph."""

    role: str
    paragraph: Paragraph
    stretches: tuple[Stretch, ...]
    whole: bool = True

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(s.text for s in self.stretches)


@dataclass(frozen=True, slots=True)
class Roles:
    """The pieces of a file: of the flow in order (blank paragraphs too, with role ""), of the foot, how the foot stands."""

    pieces: tuple[Piece, ...]
    foot: tuple[Paragraph, ...]  # with its rules, which are paragraphs with a border
    foot_in: str  # 文本框, 表格, 段落 or ""
    foot_table: Table | None
    masthead: bool

    def of(self, role: str) -> list[Piece]:
        """The pieces with a role."""
        return [piece for piece in self.pieces if piece.role == role]


def red(color: str) -> bool:
    """A colour that a reader calls red."""
    try:
        r, g, b = (int(color[n : n + 2], 16) for n in (0, 2, 4))
    except ValueError:
        return False
    return r >= 0x90 and g < 0x60 and b < 0x60


def red_rule(paragraph: Paragraph) -> bool:
    """A paragraph that carries a red rule above or below."""
    rules = (paragraph.properties.get(f"border-{side}") for side in ("top", "bottom"))
    return any(rule is not None and red(rule.color) for rule in rules)


def roles(file: WordFile) -> Roles:
    """The role of everything in the file."""
    foot, foot_in, foot_table = _foot(file)
    inside = {id(p) for p in foot}
    flow = [b for b in file.flow if not (isinstance(b, Paragraph) and id(b) in inside) and b is not foot_table]
    head = _head(flow)
    pieces: list[Piece] = []
    state = _State()
    for at, block in enumerate(flow):
        if isinstance(block, Paragraph):
            role = STYLES.get(block.style) or (_in_head(block, head) if at < head else _in_text(block, state, flow, at))
            pieces += _cut(role if block.text.strip() else "", block)
            state = state.after(role, block)
        else:
            state = replace(state, last="表格")
    for box in file.boxes:
        if box.paragraphs is not foot:
            pieces += [
                Piece(STYLES[p.style], p, p.stretches) for p in box.paragraphs if p.text.strip() and p.style in STYLES
            ]
    pieces += [Piece("版记", p, p.stretches) for p in foot if p.text.strip()]
    return Roles(tuple(pieces), foot, foot_in, foot_table, any(p.role == "刊名" for p in pieces))


# ---------------------------------------------------------------- masthead


def _head(flow: Sequence[Paragraph | Table]) -> int:
    """How many blocks the masthead takes; 0 without one."""
    named = rule = last = 0
    for at, block in enumerate(flow[:_HEAD_MOST], 1):
        if not isinstance(block, Paragraph):
            break
        text = "".join(block.text.split())
        if red_rule(block) and not rule:
            rule = at
        if text and not rule and block.size >= _BIG and (block.align == "center" or _reddish(block)):
            named = at
        if text and (_ISSUE.search(text) or _BULLETIN.search(text) or (_DATE.search(text) and len(text) < 45)):
            last = at
    if not named:
        return 0
    return rule if rule >= named else max(named, last)


def _reddish(paragraph: Paragraph) -> bool:
    return any(red(s.color) for s in paragraph.stretches if s.text.strip())


def _in_head(paragraph: Paragraph, head: int) -> str:
    text = "".join(paragraph.text.split())
    if paragraph.size >= _BIG:
        return "刊名"
    if "签发人" in text:
        return "发文字号" if _DOCUMENT.match(text) else "签发人"
    if _DOCUMENT.match(text):
        return "发文字号"
    if _ISSUE.search(text) or _BULLETIN.match(text):
        return "期号"
    if _DATE.search(text):
        return "编印单位"
    return "左上" if _TOP_LEFT.match(text) else ""


# ---------------------------------------------------------------- text


@dataclass(frozen=True, slots=True)
class _State:
    last: str = ""  # role of the last paragraph that is not blank
    titled: bool = False
    addressed: bool = False
    contents: bool = False

    def after(self, role: str, paragraph: Paragraph) -> _State:
        """The state after a paragraph."""
        if not paragraph.text.strip():
            return self
        contents = role == "要目标题" or (self.contents and role == "要目")
        return _State(
            role, self.titled or role == "标题", role == "主送机关" or (self.addressed and role != "标题"), contents
        )


def _in_text(paragraph: Paragraph, state: _State, flow: Sequence[Paragraph | Table], at: int) -> str:
    text = "".join(paragraph.text.split())
    if not text:
        return ""
    for pattern, role in (
        (_SECTION, "栏目"),
        (_CREDIT, "供稿"),
        (_CONTENTS, "要目标题"),
        (_ANNEX, "附件"),
        (_ANNEX_LIST, "附件说明"),
        (_NOTE, "编者按"),
        (_UNIT, "表单位"),
    ):
        if pattern.match(text):
            return role
    if state.last == "附件说明" and _NEXT.match(text) and len(text) < _HEADING_MOST:
        return "附件说明"
    if state.last == "表格" and _REMARK.match(text):
        return "表注"
    return _by_look(paragraph, text, state, flow, at)


def _by_look(paragraph: Paragraph, text: str, state: _State, flow: Sequence[Paragraph | Table], at: int) -> str:
    if paragraph.align == "center":
        if _before_table(flow, at) and paragraph.size < _TITLE:
            return "表题"
        if _CAPTION.match(text) or (paragraph.size < 15 and at and _holds_picture(flow[at - 1])):
            return "图题"
        if paragraph.size >= _TITLE or _is_title_place(state):
            return "标题"
        return ""
    if state.contents:
        return "要目"
    if _closes(paragraph, text):
        return "署名"
    if _addresses(paragraph, text, state):
        return "主送机关"
    if (
        state.last == "编者按"
        and paragraph.stretches
        and face_verdict("楷体", paragraph.stretches[-1].east) != "不合格"
    ):
        return "编者按"  # its second paragraph
    level = level_of(paragraph)
    return LEVELS[level] if level is not None and _alone(text) else "正文"


def _is_title_place(state: _State) -> bool:
    """Where a centred line is a title whatever its size: first of all, under an annex's label, or with another title."""
    return not state.last or state.last in ("附件", "标题", "栏目") or not state.titled


def _closes(paragraph: Paragraph, text: str) -> bool:
    """署名 or its date: short, at the right."""
    if len(text) > 30 or text.endswith(("。", "；", "：")):
        return False
    placed = paragraph.align == "right" or paragraph.indent("left") > 8 or paragraph.indent("first") > 8
    return placed or bool(_DATE.fullmatch(text))


def _addresses(paragraph: Paragraph, text: str, state: _State) -> bool:
    if state.addressed or state.last not in ("标题", "编者按", "左上") or not text.endswith(("：", ":")):
        return False
    return len(text) < 120 and level_of(paragraph) is None and "。" not in text


def level_of(paragraph: Paragraph) -> int | None:
    """The level of heading (from 0) with which a paragraph begins, its automatic number counted; None for none."""
    text = paragraph.number + paragraph.text.lstrip()
    return next((n for n, pattern in enumerate(_LEVEL) if pattern.match(text)), None)


def _alone(text: str) -> bool:
    return len(text) <= _HEADING_MOST and not text.endswith(("。", "；", "：", "，", "！", "？"))


def _before_table(flow: Sequence[Paragraph | Table], at: int) -> bool:
    for block in flow[at + 1 : at + 4]:
        if isinstance(block, Table):
            return True
        text = "".join(block.text.split())
        if text and not _UNIT.match(text):
            return False
    return False


def _holds_picture(block: Paragraph | Table) -> bool:
    return isinstance(block, Paragraph) and block.draws


# ---------------------------------------------------------------- pieces of a paragraph


def _cut(role: str, paragraph: Paragraph) -> Iterator[Piece]:
    """A paragraph by its roles: a heading that runs in, the label of a note, a credit behind a tab."""
    if role == "正文":
        main, credit = _split(paragraph.stretches, _credit_at(paragraph.text))
        level = level_of(paragraph)
        stop = paragraph.text.find("。") + 1
        if level is not None and level < 2 and stop and main:  # below the second level headings look like body text
            head, rest = _split(main, stop)
            if rest or not _body_face(head):  # one sentence alone may be a heading or not
                yield Piece(LEVELS[level], paragraph, head, False)
                main = rest
        if main:
            yield Piece("正文", paragraph, main, len(main) == len(paragraph.stretches))
        if credit:
            yield Piece("供稿", paragraph, credit, False)
    elif role == "编者按" and (label := _NOTE.match(paragraph.text)):
        head, rest = _split(paragraph.stretches, label.end())
        yield Piece("编者按标签", paragraph, head, False)
        if rest:
            yield Piece("编者按", paragraph, rest, False)
    else:
        yield Piece(role, paragraph, paragraph.stretches)


def _body_face(stretches: Sequence[Stretch]) -> bool:
    return bool(stretches) and face_verdict("仿宋", stretches[-1].east) != "不合格"


def _credit_at(text: str) -> int:
    """Where a credit begins on the last line of a paragraph."""
    start = max(text.rfind("（"), text.rfind("("))
    return start if start > 0 and _CREDIT.match(text[start:]) else len(text)


def _split(stretches: Sequence[Stretch], at: int) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Stretches before and from the character ``at``."""
    before: list[Stretch] = []
    after: list[Stretch] = []
    for stretch in stretches:
        length = len(stretch.text)
        cut = min(max(at, 0), length)
        if cut:
            before.append(replace(stretch, text=stretch.text[:cut]))
        if cut < length:
            after.append(replace(stretch, text=stretch.text[cut:]))
        at -= length
    return tuple(before), tuple(after)


# ---------------------------------------------------------------- foot


def _foot(file: WordFile) -> tuple[tuple[Paragraph, ...], str, Table | None]:
    """The foot: a text box, the last table, or the last paragraphs with 报：, 送：, 抄送：, 印发 and the like."""
    for box in reversed(file.boxes):
        if _is_foot(box.paragraphs):
            return box.paragraphs, "文本框", None
    tables = [b for b in file.flow if isinstance(b, Table)]
    if tables:
        cells = tuple(p for row in tables[-1].rows for cell in row.cells for p in cell.paragraphs)
        if _is_foot(cells) and len(tables[-1].rows) <= 12 and all(len(r.cells) <= 3 for r in tables[-1].rows):
            return cells, "表格", tables[-1]
    last = list(file.paragraphs)[-15:]
    starts = [n for n, p in enumerate(last) if _FOOT.match("".join(p.text.split()))]
    if starts and _is_foot(last):
        first = starts[0] - (
            1 if starts[0] and not last[starts[0] - 1].text.strip() and _ruled(last[starts[0] - 1]) else 0
        )
        return tuple(last[first:]), "段落", None
    return (), "", None


def _ruled(paragraph: Paragraph) -> bool:
    return any(paragraph.properties.get(f"border-{side}") for side in ("top", "bottom"))


def _is_foot(paragraphs: Sequence[Paragraph]) -> bool:
    texts = ["".join(p.text.split()) for p in paragraphs]
    return any(_FOOT.match(text) for text in texts if text) and len(texts) < 60
