"""An edited Word file against the rendered one: everything that the hand changed, as values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from builder.redline import aligning, columns, formats, remarks
from builder.redline.aligning import Match
from builder.redline.anchoring import Anchors
from builder.redline.changes import Change
from builder.redline.gathering import Gathered
from builder.redline.paragraphs import By, Grid, Para, Row, Word
from builder.redline.wording import Span, hands, raw, spans
from builder.render.origins import Printed

_FIXED_AROUND = frozenset(("左上", "报头", "要目", "署名", "附件说明", "附件标", "报尾"))
_ADDED = "这里的文字由系统编，不能加段；要加的写进稿件"
_NOWHERE = "稿件里没有这处文字：是空格或模板里的字"
_COLUMNS = "表的列数变了，请在稿件里改表"
_TABLE = "新加的表请写进稿件"
_LISTED = "督查事项表的行由“督查”的范围定，请增删督查事项文件，或改那里"
_PICTURE = "图片请在稿件里换"


@dataclass(frozen=True, slots=True)
class Redline:
    """All changes: words in the order of the edited file, then formats, notes and comments.

    ``common`` is the share (0–1) of characters that stand in paragraphs which both files have.
    """

    changes: tuple[Change, ...]
    common: float


def compare(rendered: Word, printed: Sequence[Printed], edited: Word, vocabulary: Collection[str] = ()) -> Redline:
    """What the hand changed in ``edited``, a copy of ``rendered``, which prints ``printed``; ``vocabulary`` holds words that stay whole."""
    comparer = _Comparer(Anchors(rendered, printed), edited, vocabulary)
    matches = aligning.blocks(rendered.blocks, edited.blocks)
    for match in matches:
        comparer.block(match)
    changes = [
        *_without_printed(list(comparer.gathered.finished())),
        *formats.changes(comparer.pairs, comparer.anchors),
    ]
    order = {id(para): n for n, para in enumerate(edited.paras())}
    changes = [*changes, *remarks.notes(rendered, edited), *remarks.comments(edited, comparer.behind, order)]
    return Redline(tuple(changes), _common(rendered, edited, matches))


def _without_printed(changes: list[Change]) -> list[Change]:
    """Without what a copy for paper with a printed head (套打) lacks: the name, and what else is printed there."""
    lacking = [c for c in changes if c.at is not None and c.at.kind in ("左上", "报头") and not c.new]
    if not any(c.at is not None and c.at.where == "刊名" for c in lacking):
        return changes
    return [c for c in changes if not any(c is each for each in lacking)]


def _common(rendered: Word, edited: Word, matches: Sequence[Match[aligning.Block]]) -> float:
    total = max(*(sum(len(block.key) for block in word.blocks) for word in (rendered, edited)), 1)
    return sum(len(block.key) for match in matches if match.new for block in match.old) / total


class _Comparer:
    """Goes through the matches and tells what each of them changed; ``before`` is what was printed before it."""

    def __init__(self, anchors: Anchors, edited: Word, vocabulary: Collection[str]) -> None:
        self.anchors, self.vocabulary = anchors, vocabulary
        self.gone = {gone.key: gone.by for gone in edited.gone}
        self.gathered = Gathered(anchors)
        self.before: Printed | None = None
        self.pairs: list[tuple[Para, Para]] = []  # old and new of one paragraph or cell
        self.behind: dict[int, Printed] = {}  # id of an edited paragraph → what it prints

    def block(self, match: Match[aligning.Block]) -> None:
        """Takes in one match of paragraphs or tables."""
        old = tuple(b for b in match.old if isinstance(b, Para))
        new = tuple(b for b in match.new if isinstance(b, Para))
        if old or new:
            self._paragraphs(old, new, match.moved)
        else:
            self._grid(match)
        for block in match.old if match.new else ():
            self.before = next(reversed(self.anchors.all(block)), self.before)

    def _paragraphs(self, old: tuple[Para, ...], new: tuple[Para, ...], moved: bool = False) -> None:
        if not new:
            self._removed(old[0])
        elif not old:
            self._added(new[0])
        else:
            at = self.anchors.first(*old)
            if at is not None:
                self.behind |= {id(para): at for para in new}
            if len(old) > 1 or len(new) > 1:
                self._parted(old, new)
                return
            self.pairs.append((old[0], new[0]))
            self._pictures(old[0], new[0], at)
            if moved:
                self._moved(old[0], new[0])
            elif old[0].key != new[0].key:
                self._edited(old[0], new[0])

    def _edited(self, old: Para, new: Para) -> None:
        """The edits of a paragraph, each given to the Printed that it stands in."""
        parts = self.anchors.parts(old)
        if not parts:
            self.gathered.tell("改字", None, old.key, _raw(new), after=self.before, fixed=_NOWHERE)
            return
        whose = hands(old.key, [new])
        for span in spans(old.key, new.key, self.vocabulary):
            self.gathered.edit(span, parts, raw(new, span.first, span.last), whose.of(old.key, new.key, span))

    def _removed(self, para: Para) -> None:
        by = (self.gone.get(para.key),)
        for part in self.anchors.parts(para):
            printed = self.anchors.printed[part.printed]
            if self.anchors.whole(part):
                self.gathered.tell("删段", printed, printed.text, "", by, all_=(printed,))
            else:
                self.gathered.edit(Span(part.start, part.stop, 0, 0), [part], "", by)
        self._pictures(para, Para(()), None)

    def _added(self, para: Para) -> None:
        self._pictures(Para(()), para, None)
        if para.key:
            text = _raw(para)
            fixed = _ADDED if self.before is None or self.before.kind in _FIXED_AROUND else ""
            self.gathered.tell(
                "增段", None, "", text, _put(para), after=self.before, fixed=fixed, bold=_bold(para, text)
            )

    def _parted(self, old: tuple[Para, ...], new: tuple[Para, ...]) -> None:
        """拆段 and 并段, with all edits of their words."""
        printed = tuple(each for para in old for each in self.anchors.all(para))
        after = "\n".join(_raw(para) for para in new)
        fixed = next((p.fixed for p in printed if p.fixed), "")
        at = printed[0] if printed else None
        if len(new) > 1:
            by = tuple(dict.fromkeys(para.put for para in new[:-1]))
            self.gathered.tell("拆段", at, "".join(p.text for p in printed), after, by, all_=printed, fixed=fixed)
        else:
            before = "\n".join(p.text for p in printed)
            self.gathered.tell("并段", at, before, after, (new[0].lost,), all_=printed, fixed=fixed)

    def _moved(self, old: Para, new: Para) -> None:
        printed = self.anchors.all(old)
        at, fixed = (printed[0], "") if printed else (None, _NOWHERE)
        before = "".join(p.text for p in printed)
        self.gathered.tell("移段", at, before, _raw(new), _put(new), after=self.before, all_=printed, fixed=fixed)

    def _pictures(self, old: Para, new: Para, at: Printed | None) -> None:
        """Pictures that came, went or were replaced."""
        if old.pictures != new.pictures:
            words = "删去了图" if not new.pictures else "加了图" if not old.pictures else "换了图"
            self.gathered.tell("图", at, "", words, after=self.before, fixed=_PICTURE)

    def _grid(self, match: Match[aligning.Block]) -> None:
        old = next((b for b in match.old if isinstance(b, Grid)), None)
        new = next((b for b in match.new if isinstance(b, Grid)), None)
        cells = self.anchors.all(old) if old else ()
        at = cells[0] if cells else None
        if new is None and old is not None:
            self.gathered.tell("删表", at, _written(old), "", all_=cells)
        elif old is None and new is not None:
            self.gathered.tell("增表", None, "", _written(new), after=self.before, fixed=_TABLE)
        elif old is not None and new is not None:
            if _shapes(old) & _shapes(new):
                self._rows(old, new, cells)
                return
            words, common = columns.differing(old, new)
            self.gathered.tell("列", at, "", words, all_=cells, fixed=_COLUMNS)
            if common:
                self._rows(*common, cells, _COLUMNS)

    def _rows(self, old: Grid, new: Grid, cells: tuple[Printed, ...], fixed: str = "") -> None:
        """The rows of one table; ``fixed`` is why none can come or go in the entries."""
        outside, self.before = self.before, None
        for match in aligning.rows(old, new):
            if match.old and match.new:
                self._cells(match.old[0], match.new[0])
                self.before = next(reversed(self.anchors.all(match.old[0])), self.before)
            elif match.new:
                texts = "\t".join(_raw(cell.para) for cell in match.new[0].cells)
                why = fixed or _rows_fixed(cells)
                self.gathered.tell(
                    "增行", None, "", texts, (match.new[0].put,), after=self.before, all_=cells, fixed=why
                )
            else:
                own = self.anchors.all(match.old[0])
                texts = "\t".join(cell.text for cell in own)
                by = self.gone.get(match.old[0].key)
                why = fixed or _rows_fixed(own)
                self.gathered.tell("删行", own[0] if own else None, texts, "", (by,), all_=own, fixed=why)
        self.before = outside

    def _cells(self, old: Row, new: Row) -> None:
        if [c.column for c in old.cells] != [c.column for c in new.cells]:
            cells = self.anchors.all(old)
            words = f"这一行由{len(old.cells)}格改为{len(new.cells)}格"
            self.gathered.tell("列", cells[0] if cells else None, "", words, all_=cells, fixed=_COLUMNS)
            return
        for one, two in zip(old.cells, new.cells, strict=True):
            if one.para.key or two.para.key or one.para.pictures != two.para.pictures:
                self._paragraphs((one.para,), (two.para,))


def _rows_fixed(cells: Sequence[Printed]) -> str:
    """Why no row among these cells can come or go in the entries; "" where it can."""
    if not cells:
        return _NOWHERE
    return _LISTED if any(not cell.typed for cell in cells) else ""


def _shapes(grid: Grid) -> set[tuple[int, ...]]:
    """Where the cells of its rows begin."""
    return {tuple(cell.column for cell in row.cells) for row in grid.rows}


def _raw(para: Para) -> str:
    """The text of a whole paragraph as it is carried over."""
    return raw(para, 0, len(para.key))


def _put(para: Para) -> tuple[By | None, ...]:
    """Whose hands put in the characters of a paragraph, each once."""
    return tuple(dict.fromkeys(bit.put for char, bit in para.chars() if char.strip()))


def _written(grid: Grid) -> str:
    return "\n".join("\t".join(_raw(c.para) for c in row.cells) for row in grid.rows)


def _bold(para: Para, text: str) -> tuple[tuple[int, int], ...]:
    """The bold ranges of an added paragraph's ``text``, which is that of ``para`` without what does not show at its ends."""
    found: list[tuple[int, int]] = []
    kept = [(char, "加粗" in bit.looks) for char, bit in para.chars() if char not in "\t\r\n\u200b\u2060\u00ad\ufeff"]
    lead = next((n for n, (char, _) in enumerate(kept) if char == text[:1]), 0)
    for n, (_, bold) in enumerate(kept[lead : lead + len(text)]):
        if bold and found and found[-1][1] == n:
            found[-1] = (found[-1][0], n + 1)
        elif bold:
            found.append((n, n + 1))
    return tuple(found)
