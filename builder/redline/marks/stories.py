"""Two stories made one with marks: the body, a cell, a text box; their paragraphs, tables, and boxes in their paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from builder.guard import Element, local
from builder.redline.marks import tables, walls
from builder.redline.marks.aligning import aligned
from builder.redline.marks.borrowed import Borrowed
from builder.redline.marks.ink import Ink, Op, State
from builder.redline.marks.names import MC, W, remove, unwrap
from builder.redline.marks.streams import BOX, END, Piece, Reader, Stream
from builder.redline.wording import Span, spans

_WRAPPERS = ("sdt", "sdtContent", "customXml", "ins", "moveTo")
_PROPERTIES = ("tcPr", "sdtPr", "sdtEndPr", "customXmlPr")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or table, what it says, and the elements that are neither and stand before it."""

    element: Element
    text: str
    before: tuple[Element, ...]

    @property
    def is_table(self) -> bool:
        """Whether it is a table."""
        return bool(self.element.tag == f"{W}tbl")


class Stories:
    """Marks the newer file's stories; ``old`` and ``new`` read the two files' paragraphs."""

    def __init__(self, ink: Ink, borrowed: Borrowed, old: Reader, new: Reader) -> None:
        self.ink, self.borrowed, self.old, self.new = ink, borrowed, old, new

    def merge(self, old: Element, new: Element) -> None:
        """Make of the newer story, in place, one that has the older one's text among its marks."""
        before, (after, tail) = self._blocks(old, self.old)[0], self._blocks(new, self.new)
        head = [element for element in new if local(element) in _PROPERTIES]
        made = list(self._merged(before, after))
        for element in list(new):
            new.remove(element)
        new.extend([*head, *walls.settled(list(_separated(made)), self.ink), *tail])

    def whole(self, story: Element, state: State) -> None:
        """Mark all of a story, in place, as come or gone; its last paragraph's end stays: a story has to have one."""
        blocks, tail = self._blocks(story, self.old if state == "del" else self.new)
        head = [element for element in story if local(element) in _PROPERTIES]
        made = [element for block in blocks for element in self._only(block, state)]
        if made:
            self.ink.unmark_end(made[-1])
        for element in list(story):
            story.remove(element)
        story.extend([*head, *made, *tail])

    # ------------------------------------------------------------ blocks

    def _blocks(self, story: Element, reader: Reader) -> tuple[list[Block], tuple[Element, ...]]:
        """The blocks, and what stands after the last one."""
        for wrapper in [e for e in story.iter(*(f"{W}{name}" for name in _WRAPPERS)) if _holds_blocks(e)]:
            drop_properties(wrapper)
            unwrap(wrapper)
        found: list[Block] = []
        waiting: list[Element] = []
        for element in story:
            if element.tag == f"{W}p":
                found.append(Block(element, reader.read([element]).text, tuple(waiting)))
                waiting = []
            elif element.tag == f"{W}tbl":
                found.append(Block(element, tables.text(element, reader), tuple(waiting)))
                waiting = []
            elif local(element) not in _PROPERTIES:
                waiting.append(element)
        return found, tuple(waiting)

    def _merged(self, old: Sequence[Block], new: Sequence[Block]) -> Iterator[Element]:
        for mine, theirs in aligned([b.text for b in old], [b.text for b in new]):
            if (not theirs and _sections(old, mine)) or (not mine and _sections(new, theirs)):
                # Sections are the newer file's: programs end them in blank paragraphs of their own, or not.
                for n in theirs:
                    yield from (*new[n].before, new[n].element)
                continue
            yield from self._group([old[n] for n in mine], [new[n] for n in theirs])

    def _group(self, old: Sequence[Block], new: Sequence[Block]) -> Iterator[Element]:
        for block in new:
            yield from block.before
        if len(old) == len(new) == 1 and old[0].text == new[0].text and old[0].is_table == new[0].is_table:
            yield self._same(old[0].element, new[0].element)
        elif old and new and _one_text(old) and _one_text(new):
            yield from self._paragraphs(old, new)
        elif len(old) == len(new) == 1 and old[0].is_table and new[0].is_table:
            yield tables.merged(old[0].element, new[0].element, self)
        else:
            for state, blocks in (("del", old), ("ins", new)):
                for block in blocks:
                    yield from self._only(block, "del" if state == "del" else "ins")

    def _only(self, block: Block, state: State) -> Iterator[Element]:
        if block.is_table:
            yield tables.whole(block.element, state, self)
            return
        stream = (self.old if state == "del" else self.new).read([block.element])
        yield from self.ink.paragraphs(_all(stream, state))

    def _same(self, old: Element, new: Element) -> Element:
        """What says the same: the newer one as it is, but for what stands in its text boxes."""
        for mine, theirs in zip(_boxes(old), _boxes(new), strict=False):
            self._box(mine, theirs)
        return new

    # ------------------------------------------------------------ paragraphs

    def _paragraphs(self, old: Sequence[Block], new: Sequence[Block]) -> Iterator[Element]:
        """Paragraphs of both sides, whose last ends are one."""
        mine, theirs = (
            self.old.read(block.element for block in old),
            self.new.read(block.element for block in new),
        )
        ops = _woven(mine, theirs, spans(mine.text[:-1], theirs.text[:-1]))
        yield from self.ink.paragraphs(self._boxed(ops))

    def _boxed(self, ops: Iterable[tuple[Op, Piece | None]]) -> Iterator[Op]:
        """The newer pieces, text boxes that both files have marked inside."""
        for op, former in ops:
            node = op.piece.node
            if former is None or former.node is None or node is None or next(node.iter(BOX), None) is None:
                yield op
                continue
            copied = deepcopy(node)
            for mine, theirs in zip(_boxes(former.node), _boxes(copied), strict=False):
                self._box(mine, theirs)
            yield Op(op.state, Piece(op.piece.start, op.piece.text, op.piece.run, copied))

    def _box(self, old: Element, new: Element) -> None:
        """A text box; the form of it for programs of old goes where this one is changed."""
        changed = self._says(old, self.old) != self._says(new, self.new)
        if not changed:
            return
        self.merge(old, new)
        for both in new.iterancestors(f"{MC}AlternateContent"):
            for fallback in both.findall(f"{MC}Fallback"):
                remove(fallback)

    def _says(self, story: Element, reader: Reader) -> list[str]:
        return [block.text for block in self._blocks(story, reader)[0]]


def drop_properties(wrapper: Element) -> None:
    """Take out what is said of a wrapper, so that only what it wraps is left."""
    for element in list(wrapper):
        if local(element) in _PROPERTIES:
            wrapper.remove(element)


def _one_text(blocks: Sequence[Block]) -> bool:
    """Whether paragraphs can be shown as one text that was changed: they say something."""
    return not any(block.is_table for block in blocks) and any(block.text != END for block in blocks)


def _sections(blocks: Sequence[Block], some: range) -> bool:
    """Whether these are blank paragraphs at which, or right after which, a section ends."""

    def blank(among: Sequence[Block]) -> bool:
        ends = any(block.element.find(f"{W}pPr/{W}sectPr") is not None for block in among)
        return ends and all(block.text == END for block in among)

    return blank(blocks[some.start : some.stop]) or blank(blocks[some.start : some.stop + 1])


def _holds_blocks(wrapper: Element) -> bool:
    return any(inner.tag in (f"{W}p", f"{W}tbl") or _holds_blocks(inner) for inner in wrapper if inner.tag != f"{W}r")


def _boxes(element: Element) -> list[Element]:
    """The text boxes of an element, in their newer form where there are two, those in boxes not counted."""
    found = []
    for box in element.iter(BOX):
        above = {parent.tag for parent in box.iterancestors() if parent is not element}
        old_form = next(box.iterancestors(f"{MC}Fallback"), None)
        newer = old_form is not None and old_form.getprevious() is not None
        if BOX not in above and not newer:
            found.append(box)
    return found


def _all(stream: Stream, state: State) -> Iterator[Op]:
    return (op for op, _ in _stretch(stream, 0, len(stream.text), state))


def _woven(old: Stream, new: Stream, changes: Iterable[Span]) -> Iterator[tuple[Op, Piece | None]]:
    """What stayed (with what it was), went and came, in one order."""
    mine = theirs = 0
    for span in changes:
        yield from _stayed(old, new, mine, theirs, span.start - mine)
        yield from _stretch(old, span.start, span.stop, "del")
        yield from _stretch(new, span.first, span.last, "ins")
        mine, theirs = span.stop, span.last
    yield from _stayed(old, new, mine, theirs, len(old.text) - mine)


def _stayed(old: Stream, new: Stream, mine: int, theirs: int, length: int) -> Iterator[tuple[Op, Piece | None]]:
    for op, _ in _stretch(new, theirs, theirs + length, ""):
        at = op.piece.start - theirs + mine
        yield op, next(old.cut(at, at + 1), None) if op.piece.text else None


def _stretch(stream: Stream, start: int, stop: int, state: State) -> Iterator[tuple[Op, Piece | None]]:
    """A stretch of one file; the newer one's points stand in it."""
    at = start
    for offset, element in stream.points if state != "del" else ():
        if start <= offset < stop:
            yield from ((Op(state, piece), None) for piece in stream.cut(at, offset))
            yield Op("", Piece(offset, "", None, element)), None
            at = offset
    yield from ((Op(state, piece), None) for piece in stream.cut(at, stop))


def _separated(blocks: Iterable[Element]) -> Iterator[Element]:
    """Blocks in order; two tables in a row, of which one went and one came, as one: Word would join them anyhow."""
    last: Element | None = None
    for block in blocks:
        if last is not None and last.tag == block.tag == f"{W}tbl":
            last = tables.joined(last, block)
            continue
        if last is not None:
            yield last
        last = block
    if last is not None:
        yield last
