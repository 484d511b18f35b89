"""Changes of printed text as splices of the files in which it is written; what cannot be carried back is refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from builder.content.retyping import paragraphs, rows
from builder.content.retyping.carrier import BOLD, TABLES, Carrier, carried, carrier, in_cell
from builder.content.retyping.paper import Paper, Refused, Splice
from builder.content.retyping.values import Edits, Values, keyed, value_changed
from builder.errors import Place
from builder.redline.changes import Change
from builder.redline.expecting import stayed
from builder.redline.wording import spans
from builder.render.origins import Printed
from builder.words import visible

_TEXTS = ("段", "编者按", "表注")
_ABOVE = re.compile(r"[ \t\u3000]*(表题|单位)[：:][ \t\u3000]*")
_GOING = ("删段", "删行", "移段")
_COMING = ("改字", "增段", "增行")
_SHORT = 8  # characters; so few may stand elsewhere by chance
_MANY = 1_000_000
_BY_HAND = "在文件里手工改"
_PART = "在文件里删去这一项（供稿不印写 无）"
WHOLE = "要删去整条，连同正文和署名，在期文件的“条目”里去掉这一条；稿件文件不用动"
_LISTED = "这张表由督查事项生成"
_NEVER = {
    "格式": ("加粗和样式不带回", "要加粗，在文件里用 ** 标"),
    "图": ("图片不带回", "换掉条目旁边的图片文件，或改 ![…](…) 那一行"),
    "脚注": ("简报没有脚注", "把要说的话写进正文"),
    "批注": ("批注只列出，不带回", "照批注改稿件，改完再比对"),
    "列": ("表格的列变了，不能代为改写", "在文件里改这张表"),
    "增表": ("新表不能代为写进文件", "在文件里写这张表"),
    "删表": ("整张表不代为删去", "在文件里删去这张表"),
}


class Carrying:
    """Turns the changes of one edited Word file into splices.

    ``printed`` is what the issue prints now, with its places; ``changes`` are all changes of the file; ``read`` gives the
    bytes of a file by its path below the workspace.
    """

    def __init__(self, printed: Sequence[Printed], changes: Sequence[Change], read: Callable[[str], bytes]) -> None:
        self.printed, self.read = printed, read
        self.gone = {each for one in changes if one.kind in _GOING for each in (*one.all, one.at) if each is not None}
        self.behind = stayed(changes)
        self.left = _left(changes)
        self.index = {each: n for n, each in enumerate(printed)}
        self.rows: dict[tuple[int, int], list[Printed]] = {}
        for each in printed:
            if each.kind == "格":
                self.rows.setdefault((each.table, each.row), []).append(each)
        self.papers: dict[str, Paper] = {}
        self.known: dict[str, Values | None] = {}

    def splices(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """The splices of a change; ``rank`` (from 1) is its number among all, which orders what is added at one place.

        Raises:
            Refused: it cannot be carried back.
        """
        if change.kind in _NEVER:
            raise Refused(*_NEVER[change.kind])
        if change.fixed:
            raise Refused(*_reason(change.fixed))
        if change.at is not None and change.kind in ("改字", "删段", "拆段", "并段", "移段"):
            self._free(change.at)
        return _MAKERS[change.kind](self, change, rank)

    def _free(self, at: Printed) -> None:
        """Refuse what no file holds, or what is made of several values."""
        if at.fixed:
            raise Refused(*_reason(at.fixed))

    def paper(self, file: str) -> Paper:
        """The file as typed."""
        if file not in self.papers:
            self.papers[file] = Paper.read(self.read(file), file)
        return self.papers[file]

    def values(self, file: str) -> Values | None:
        """Its values; None for a table's file."""
        if file not in self.known:
            self.known[file] = None if file.lower().endswith(TABLES) else Values.of(self.paper(file))
        return self.known[file]

    def carrier(self, at: Printed) -> Carrier:
        """What carries a typed paragraph or cell."""
        place = next((place for place in at.places if place is not None), at.source)
        if place is None or not at.typed:
            raise Refused("这段文字由程序生成", at.fixed or _BY_HAND)
        return carrier(self.paper(place.file), self.values(place.file), at.places)

    def changed(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """改字, 拆段."""
        at = _of(change)
        if change.old != at.text:
            raise Refused("供稿署名总在最后，不能代为分段", _BY_HAND)
        if change.edits and "\n" not in change.new:
            edits: Edits = tuple((edit.start, edit.stop, edit.text) for edit in change.edits)
        else:
            edits = between(change.old, change.new)
        if not at.typed:
            return self._value(at, edits)
        one = self.carrier(at)
        if at.kind == "格":
            return one.splices(in_cell(one, carried(one, edits)))
        return self._parted(one, edits, at.bold)

    def _parted(self, one: Carrier, edits: Edits, bold: Sequence[tuple[int, int]]) -> tuple[Splice, ...]:
        if not any("\n" in text for _, _, text in edits):
            return one.splices(carried(one, edits))
        if one.values is not None and one.stretch is not None and one.stretch.style != "|":
            return paragraphs.in_block(one.values, one.stretch, carried(one, edits, bold=bold))
        lines = paragraphs.lines_of(one)
        edits = tuple((start, stop, paragraphs.parted(one, text)) for start, stop, text in edits)
        return one.splices(carried(one, edits, lines.line_break, bold))

    def _value(self, at: Printed, edits: Edits) -> tuple[Splice, ...]:
        """A change of a text that is a value, perhaps with something of the program's around it."""
        first, last = at.value
        if at.source is None or not at.source.line or last <= first:
            raise Refused(at.fixed or "这段文字由程序生成", _BY_HAND)
        if any(start < first or stop > last for start, stop, _ in edits):
            raise Refused("括号等由程序印出，不能改", "只改中间的文字")
        old = at.text[first:last]
        inner = tuple((start - first, stop - first, text) for start, stop, text in edits)
        if at.kind in ("表题", "单位", "图题"):
            return self._beside(at, at.source, old, inner)
        values = self.values(at.source.file)
        if values is None:
            raise Refused("这里印的不是一项现成的值", _BY_HAND)
        if at.fixed and values.at(at.source) is None:
            raise Refused(*_reason(at.fixed))
        return value_changed(values, at.source, old, inner)

    def _beside(self, at: Printed, source: Place, old: str, edits: Edits) -> tuple[Splice, ...]:
        """A table's title or unit, a picture's caption: on a line above, on its own line, or behind a key."""
        paper, values = self.paper(source.file), self.values(source.file)
        if values is not None and not (paper.file.endswith(".md") and source.line > values.last):
            stretch = keyed(values, source, at.kind)
            if stretch is not None and stretch.value == old:
                return values.edited(stretch, edits)
            raise Refused(f"找不到这个{at.kind}写在哪里", _BY_HAND)
        numbers = [source.line] if at.kind == "图题" else [source.line - 1, source.line - 2]
        for number in numbers:
            line = paper.line(number)
            match = _ABOVE.match(line)
            start = line.rfind(old) if at.kind == "图题" else (match.end() if match and match[1] == at.kind else -1)
            if start >= 0 and line.startswith(old, start):
                offset = paper.lines[number - 1][0] + start
                return tuple(Splice(paper.file, offset + a, offset + b, text) for a, b, text in edits)
        raise Refused(f"找不到这个{at.kind}写在哪里", _BY_HAND)

    def merged(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """并段."""
        for each in change.all:
            self._free(each)
        parts = [self.carrier(each) for each in change.all]
        first = parts[0]
        if first.stretch is not None and first.stretch.style != "|":
            raise Refused("这个值写在一行里，不能并段", "在文件里手工并段")
        spots: list[tuple[int, int] | None] = list(first.spots)
        joints: dict[int, tuple[int, int, str]] = {}
        for before, after in pairwise(parts):
            joint = paragraphs.merged(before, after)
            joints[len(spots)] = joint
            spots += [joint[:2], *after.spots]
        whole = replace(first, spots=tuple(spots))
        old = "\n".join(each.text for each in change.all)
        found = []
        for start, stop, text in between(old, change.new):
            lost = "".join(joints[n][2] for n in joints if start <= n < stop)
            found.append((start, stop, lost + text))
        return first.splices(carried(whole, _without_made(whole, tuple(found))))

    def removed(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """删段."""
        found: list[Splice] = []
        for at in change.all or (_of(change),):
            self._free(at)
            if not at.typed:
                raise Refused(f"{at.kind}不能整个删去", WHOLE if at.kind == "标题" else _PART)
            if len(key := visible(at.text)) > _SHORT and key in self.left:
                raise Refused("这段文字移到了不能带回的地方，这里删去就没有了", "先在文件里写好那里，再删去这一段")
            found.append(paragraphs.removed(paragraphs.lines_of(self.carrier(at))))
        return tuple(found)

    def added(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """增段."""
        texts = _bolded(change.new, change.bold).split("\n")
        anchor = self._anchor(change.after)
        if (kept := self._in_line(anchor)) is not None and kept.values is not None and kept.stretch is not None:
            end = len(kept.stretch.value)
            return paragraphs.in_block(kept.values, kept.stretch, ((end, end, "\n" + change.new),))
        lines, below, items = self._beside_what(anchor)
        return (_ranked(paragraphs.added(lines, texts, below, items), rank, below),)

    def _anchor(self, after: Printed | None) -> int:
        """The index of what a new paragraph comes after: no signature, and nothing that goes itself; -1 for the start."""
        after = self.behind.get(after, after) if after is not None else None
        position = self.index[after] if after is not None else -1
        while position >= 0 and (self.printed[position].kind == "供稿" or self.printed[position] in self.gone):
            position -= 1
        return position

    def _in_line(self, position: int) -> Carrier | None:
        """The carrier of a paragraph that is a whole value written on one line."""
        at = self.printed[position] if position >= 0 else None
        if at is None or at.kind not in _TEXTS or not at.typed or at.fixed:
            return None
        one = self.carrier(at)
        return one if one.stretch is not None and one.stretch.style not in ("|", ">") else None

    def _beside_what(self, position: int) -> tuple[paragraphs.Lines, bool, bool]:
        """The lines below (True) or above (False) which a new paragraph is written, and whether they are an item of a list."""
        anchor = self.printed[position] if position >= 0 else None
        if anchor is not None and anchor.typed and not anchor.fixed:
            if anchor.kind in _TEXTS:
                one = self.carrier(anchor)
                return paragraphs.lines_of(one), True, one.is_item and anchor.kind == "段"
            if (lines := self._row_line(anchor)) is not None:
                return lines, True, False
        if anchor is not None and anchor.kind == "图题" and anchor.source is not None:
            return self._body_lines(anchor.source.file, anchor.source.line), True, False
        following = self.printed[position + 1] if position + 1 < len(self.printed) else None
        if following is not None and following.source is not None and following.kind in (*_TEXTS, "格", "表题"):
            if following.kind in _TEXTS and following.typed and not following.fixed:
                one = self.carrier(following)
                return paragraphs.lines_of(one), False, one.is_item
            if (lines := self._row_line(following)) is not None:
                first = lines.first
                while first > lines.low and _ABOVE.match(lines.paper.line(first - 1)):
                    first -= 1
                return replace(lines, first=first, last=first), False, False
        raise Refused("新加的一段不知道写进哪个文件", "在文件里加这一段")

    def _row_line(self, at: Printed) -> paragraphs.Lines | None:
        """The line of a row with bars in a body, or of the head below a table's title; None for any other table."""
        source = at.source
        if source is None or not source.file.endswith(".md") or not source.line:
            return None
        lines = self._body_lines(source.file, source.line)
        return lines if lines.paper.line(source.line).lstrip(" \t\u3000").startswith("|") else None

    def _body_lines(self, file: str, line: int) -> paragraphs.Lines:
        paper, values = self.paper(file), self.values(file)
        low = values.last + 2 if values is not None and file.endswith(".md") else 1
        return paragraphs.Lines(paper, line, line, low, len(paper.lines))

    def moved(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """移段: the line as typed where its words are the same."""
        at = _of(change)
        if at.kind not in _TEXTS:
            raise Refused(f"{at.kind}换了地方，不能代为移动", "在期文件里调条目的次序")
        lines = paragraphs.lines_of(self.carrier(at))
        target, below, items = self._beside_what(self._anchor(change.after))
        typed = [lines.paper.line(n).strip(" \t\u3000") for n in range(lines.first, lines.last + 1)]
        texts = typed if change.new == change.old else [change.new]
        return paragraphs.removed(lines), _ranked(paragraphs.added(target, texts, below, items), rank, below)

    def row_removed(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """删行."""
        cells = change.all or self._row(_of(change))
        return rows.removed([self._cell(cell) for cell in cells])

    def row_added(self, change: Change, rank: int) -> tuple[Splice, ...]:
        """增行: below the row before it; the first row of all, above the one after it."""
        after = change.after
        if after is None or after.kind != "格":
            raise Refused("新加的一行不知道写进哪张表", "在文件里加这一行")
        row = self._row(after)
        while row and row[0] in self.gone:
            row = self._row(replace(after, row=row[0].row - 1))
        below = bool(row) and not row[0].head
        model = row if below else self._row(replace(after, row=(row[0].row if row else 0) + 1))
        new = change.new.split("\t")
        if len(model) != len(new):
            raise Refused(f"新加的一行有 {len(new)} 格，这张表有 {len(model)} 列", "补齐各格，再比对一次")
        made = rows.added([self._cell(cell) for cell in model], new, below)
        return tuple(_ranked(each, rank, below) for each in made)

    def _row(self, at: Printed) -> tuple[Printed, ...]:
        return tuple(self.rows.get((at.table, at.row), ()))

    def _cell(self, cell: Printed) -> Carrier:
        if not cell.typed or cell.fixed:
            raise Refused(_LISTED, "增删督查事项文件，或改期文件里“督查”的“范围”")
        if cell.head:
            raise Refused("表头的行不能代为增删", "在文件里改这张表")
        return self.carrier(cell)


def _left(changes: Sequence[Change]) -> str:
    """The text that hands put where it cannot be carried back."""
    return "\n".join(visible(one.new) for one in changes if one.kind == "增表" or (one.fixed and one.kind in _COMING))


def _reason(fixed: str) -> tuple[str, str]:
    reason, _, advice = fixed.partition("，请")
    return reason, advice


def _of(change: Change) -> Printed:
    if change.at is None:
        raise Refused("不知道原来印在哪里", _BY_HAND)
    return change.at


def _bolded(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    """The text with ** around what is bold; not where blanks stand at its edge, or where ** is part of the text."""
    for start, stop in () if BOLD in text else reversed(ranges):
        if text[start:stop].strip() == text[start:stop] and "\n" not in text[start:stop]:
            text = f"{text[:start]}{BOLD}{text[start:stop]}{BOLD}{text[stop:]}"
    return text


def _ranked(one: Splice, rank: int, below: bool) -> Splice:
    """What is added above stands before what is typed over at the same place, what is added below after it."""
    return replace(one, rank=rank if below else rank - _MANY)


def between(old: str, new: str) -> Edits:
    """What makes ``new`` of ``old``, by whole words."""
    return tuple((span.start, span.stop, new[span.first : span.last]) for span in spans(old, new))


def _without_made(whole: Carrier, edits: Edits) -> Edits:
    """Edits that delete the —— of an item between two paragraphs as well: the line's mark goes with the line end."""
    found = []
    for start, stop, text in edits:
        kept = [n for n in range(start, stop) if whole.spots[n] is not None]
        found.append((kept[0], kept[-1] + 1, text) if kept and len(kept) < stop - start else (start, stop, text))
    return tuple(found)


_MAKERS: dict[str, Callable[[Carrying, Change, int], tuple[Splice, ...]]] = {
    "改字": Carrying.changed,
    "拆段": Carrying.changed,
    "并段": Carrying.merged,
    "删段": Carrying.removed,
    "增段": Carrying.added,
    "移段": Carrying.moved,
    "增行": Carrying.row_added,
    "删行": Carrying.row_removed,
}
