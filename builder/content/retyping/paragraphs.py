"""Paragraphs that come and go: lines of a body, or of a block of text in YAML, with the habits of the file around them."""

from __future__ import annotations

from dataclasses import dataclass

from builder.content.retyping.carrier import AUDIENCE, ITEM, Carrier, strip_mark
from builder.content.retyping.paper import Paper, Refused, Splice, leading
from builder.content.retyping.values import Edits, Values, applied
from builder.content.yaml_text import Stretch


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines ``first`` to ``last`` of a file (from 1) on which a paragraph stands, in a body of lines ``low`` to ``high``."""

    paper: Paper
    first: int
    last: int
    low: int
    high: int

    @property
    def blanks(self) -> int:
        """How many blank lines stand between paragraphs here: as few as on either side (pictures have more around them)."""
        after = self._blank(range(self.last + 1, self.high + 1))
        before = self._blank(range(self.first - 1, self.low - 1, -1))
        return min((count for count in (after, before) if count >= 0), default=0)

    def _blank(self, numbers: range) -> int:
        """Blank lines up to the next that is not; -1 where there is none."""
        return next((count for count, number in enumerate(numbers) if not self.paper.is_blank(number)), -1)

    @property
    def lead(self) -> str:
        """The blanks before the paragraph."""
        return leading(self.paper.line(self.first))

    @property
    def gap(self) -> str:
        """Line ends between two paragraphs."""
        return self.paper.line_end * (self.blanks + 1)

    @property
    def line_break(self) -> str:
        """What parts this paragraph: line ends, its indentation, and its 可见范围, so that no part is seen by more."""
        line = self.paper.line(self.first)
        audience = AUDIENCE.match(line)
        return self.gap + (audience[0] if audience else self.lead)


def lines_of(one: Carrier) -> Lines:
    """The lines of a paragraph.

    Raises:
        Refused: it stands in a value of one line.
    """
    paper, (start, stop) = one.paper, one.edges
    if one.values is None or one.stretch is None:
        return Lines(paper, paper.line_of(start), paper.line_of(stop - 1), one.body, len(paper.lines))
    spots = one.values.spots(one.stretch)
    if one.stretch.style != "|" or spots is None:
        raise Refused("这个值写在一行里，不能分段", "在文件里把值改成 | 的写法，再比对一次")
    low, high = (paper.line_of(offset) for offset in (spots[0][0], spots[-1][0]))
    return Lines(paper, paper.line_of(spots[start][0]), paper.line_of(spots[stop - 1][0]), low, high)


def added(lines: Lines, texts: list[str], below: bool, items: bool) -> Splice:
    """New paragraphs below or above the lines; ``items``: there they are items of a list, and so may these be."""
    paper = lines.paper
    typed = []
    for text in texts:
        bare, item = strip_mark(text)
        typed.append(lines.lead + (f"- {bare}" if item and items else text))
    new = lines.gap.join(typed)
    if below:
        at = paper.lines[lines.last - 1][1]
        return Splice(paper.file, at, at, lines.gap + new)
    at = paper.lines[lines.first - 1][0]
    return Splice(paper.file, at, at, new + lines.gap)


def removed(lines: Lines) -> Splice:
    """The lines go, and with them the blank lines that parted them from the next (from the one before, where there is none)."""
    paper = lines.paper
    start, last = lines.first, lines.last
    while last < lines.high and paper.is_blank(last + 1):
        last += 1
    if last < lines.high:
        return Splice(paper.file, paper.lines[start - 1][0], paper.lines[last][0], "")
    last = lines.last
    while start > lines.low and paper.is_blank(start - 1):
        start -= 1
    if last < len(paper.lines):  # its own line end goes with it
        return Splice(paper.file, paper.lines[start - 1][0], paper.lines[last][0], "")
    begin = paper.lines[start - 2][1] if start > 1 else 0
    return Splice(paper.file, begin, paper.lines[last - 1][1], "")


def merged(one: Carrier, other: Carrier) -> tuple[int, int, str]:
    """The edit of the carrier of two paragraphs, one below the other, that leaves one.

    Raises:
        Refused: they do not stand in one text, or not all units may see them.
    """
    start, stop = one.edges[1], other.edges[0]
    between = one.text[start:stop]
    if one.text != other.text or one.paper != other.paper or one.stretch != other.stretch or stop < start:
        raise Refused("两段不写在一处", "在文件里手工并段")
    if "可见范围" in between or AUDIENCE.search(one.text[: one.edges[0]].rpartition("\n")[2]):
        raise Refused("有一段限定了可见范围，不能代为并段", "在文件里手工并段，核对｛可见范围｝")
    return start, stop, "**" if between.count("**") % 2 else ""


def parted(one: Carrier, text: str) -> str:
    """A new text of several paragraphs, where those after the first are items of the same list."""
    return text.replace("\n" + ITEM, "\n- ") if one.is_item else text


def in_block(values: Values, stretch: Stretch, edits: Edits) -> tuple[Splice, ...]:
    """A value of one line written as a block of several paragraphs, its comment staying behind the key.

    Raises:
        Refused: the value stands inside brackets, or takes several lines.
    """
    start, stop = values.raw(stretch.start, stretch.stop)
    paper = values.paper
    number = paper.line_of(start)
    line = paper.line(number)
    if stretch.flow or stretch.style in ("|", ">") or paper.line_of(stop) != number:
        raise Refused("这个值写在括号里或分成几行写，不能代为分段", "在文件里把值改成 | 的写法，再比对一次")
    indent = len(line) - len(line.lstrip(" -")) + 2
    end = paper.lines[number - 1][1]
    body = "".join(paper.line_end + " " * indent + each for each in applied(stretch.value, edits).split("\n"))
    return Splice(paper.file, start, stop, "|-"), Splice(paper.file, end, end, body)
