"""The page budget (页数) judged on the PDF: what to cut or add, and the paragraphs where a few words less save a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from builder.compose import Edition, Piece
from builder.errors import Fault, Place
from builder.measure.flows import Flow, flows
from builder.measure.lines import Lines, lines
from builder.measure.pdf import PdfText, as_read
from builder.model import Block, PageRule, Paragraph
from builder.render.view import View
from builder.words import width

T = TypeVar("T")
LEAST_PITCH = 28.0  # pt
WORD_MARGIN = 2.0  # pt: the foot of a Word file takes as much room as that of a PDF (render/template/fragments.py), but for roundings
_STEPS = 20  # of a point; lines of Word stand in twentieths
_SHORT = 3.0  # characters: a last line of no more is cut first
_GLANCE = 10  # characters by which a paragraph is known
_FAR = 4000  # sides: budgets have three digits, and the foot's place is one of four
_MOST = 20  # paragraphs that are named


@dataclass(frozen=True, slots=True)
class Budget:
    """What an issue may have: its rule, where it is written, and whether lines may stand closer to keep it.

    ``multiple``: the foot stands on a page whose number is a multiple of it (报尾.位置), and so does the last page.
    """

    rule: PageRule
    place: Place
    squeeze: bool
    multiple: int = 1

    def below(self, pages: int) -> int:
        """The most sides less than ``pages`` that the rule and the foot's place allow; 0 when there are none."""
        return next((n for n in range(pages - 1, 0, -1) if self._allows(n)), 0)

    def above(self, pages: int) -> int:
        """The fewest sides more than ``pages`` that both allow; 0 when there are none."""
        return next((n for n in range(pages + 1, pages + _FAR) if self._allows(n)), 0)

    def _allows(self, pages: int) -> bool:
        return self.rule.allows(pages) and pages % self.multiple == 0

    def closer(self, pages: int, own: float) -> list[float]:
        """The pitches (pt) to try, the widest first: none where ``pages`` will do or fewer would not."""
        if not self.squeeze or self.rule.allows(pages) or not self.below(pages):
            return []
        return [n / _STEPS for n in range(ceil(own * _STEPS - 1e-6) - 1, round(LEAST_PITCH * _STEPS) - 1, -1)]


def budget(edition: Edition) -> Budget | None:
    """The issue's own 页数 and 压行, else its publication's; None when there is no budget."""
    issue, title = edition.issue.value, edition.title
    squeeze = (issue.squeeze or title.data.squeeze) == "允许"
    if issue.pages:
        return Budget(issue.pages, edition.issue.place("页数"), squeeze, title.data.foot.multiple)
    if title.data.pages:
        file = Place(f"templates/{title.id}/publication.yaml")
        return Budget(title.data.pages, title.places.get(("页数",), file), squeeze, title.data.foot.multiple)
    return None


def widest(choices: Sequence[float], attempt: Callable[[float], T | None]) -> T | None:
    """What ``attempt`` makes of the first of ``choices``, the widest first, that fits; None when even the last does not.

    Whatever is closer than a fitting pitch fits as well, so that halving finds it in a few attempts.
    """
    best = attempt(choices[-1]) if choices else None
    low, high = 0, len(choices) - 1
    while best is not None and low < high:
        middle = (low + high) // 2
        made = attempt(choices[middle])
        if made is None:
            low = middle + 1
        else:
            best, high = made, middle
    return best


@dataclass(frozen=True, slots=True)
class Verdict:
    """An issue that does not keep its budget: ``cut`` lines (0 where cutting does not help), and the fault to tell."""

    cut: int
    fault: Fault


def judge(edition: Edition, found: Budget, seen: View, pdf: PdfText, name: str) -> Verdict:
    """What to do about an issue beyond its budget.

    ``pdf`` was read with every line and carries the view's text; ``name`` is what editors call the issue.
    """
    pages, columns = len(pdf.pages), seen.data["版式"]["正文"]["每行字数"]
    where = lines(seen.data, pdf)
    parts = flows(seen.data, pdf, where)
    less, more = found.below(pages), found.above(pages)
    cuts = _cuts(parts, pages - less) if less else []
    told = []
    if less:
        told.append(_cutting(cuts, parts, less, columns))
    if more:
        first, last = parts[-1].room(more - pages - 1) + 1, parts[-1].room(more - pages)
        told.append(f"增加{first}—{last}行成{more}面" if less else f"须增加{first}—{last}行")
    if not told:
        told.append(f"报尾要在{'双数' if found.multiple == 2 else f'{found.multiple}的倍数'}面，与这个页数合不到一起")
    tried = found.closer(pages, seen.data["版式"]["正文"]["行距"])
    squeezed = f"，行距压到{LEAST_PITCH:g}磅也放不下" if tried else ""
    # A budget of the publication stands in no file of the issue, and each year has a 第1期.
    whose = "" if edition.issue.value.pages else f"（{edition.issue.id}）"
    message = f"{name}{whose}共{pages}面，要求{found.rule}{squeezed}：{'，或'.join(told)}。"
    endings = list(_short(edition, where, [part for part, _ in cuts], columns)) if cuts else []
    return Verdict(
        sum(count for _, count in cuts),
        Fault("page-budget", "error", found.place, message, _advice(endings, bool(cuts), found.squeeze)),
    )


def _cuts(parts: Sequence[Flow], pages: int) -> list[tuple[Flow, int]]:
    """(part, lines) where cutting the fewest lines saves so many sides; none when parts cannot become that few."""
    saved = [0] * len(parts)
    for _ in range(pages):
        able = [n for n, part in enumerate(parts) if saved[n] < part.pages - 1]
        if not able:
            return []
        saved[min(able, key=lambda n: parts[n].cut(saved[n] + 1) - (parts[n].cut(saved[n]) if saved[n] else 0))] += 1
    return [(part, part.cut(count)) for part, count in zip(parts, saved, strict=True) if count]


def _cutting(cuts: Sequence[tuple[Flow, int]], parts: Sequence[Flow], less: int, columns: int) -> str:
    if not cuts:
        return f"有{len(parts)}个部分各自另起一面，删字不能减到{less}面"
    count = sum(number for _, number in cuts)
    where = "、".join(f"{part.name}{number}行" for part, number in cuts) if len(parts) > 1 else f"{count}行"
    return f"须删{where}（约{count * columns}字）"


@dataclass(frozen=True, slots=True)
class _Ending:
    """A paragraph whose last line is short."""

    place: Place
    head: str
    tail: str

    def __str__(self) -> str:
        return f"{self.place}“{self.head}…”，末行{ceil(width(self.tail))}字“{self.tail}”"


def _short(edition: Edition, where: Lines, parts: Sequence[Flow], columns: int) -> Iterator[_Ending]:
    """Paragraphs of some parts that end in a line of three characters or fewer; one pass over the text."""
    at = 0
    for paragraph, lead in _paragraphs(edition):
        text = as_read(lead + paragraph.text)
        if width(text) + 2 <= columns:  # one line
            continue
        start = where.wanted.find(text, at)
        if start < 0 or not text:
            continue
        at = start + len(text)
        tail = where.last_line(start, at)
        if tail and width(tail) <= _SHORT and any(part.start <= start < part.stop for part in parts):
            yield _Ending(paragraph.spans[0].place, paragraph.text[:_GLANCE], tail)


def _paragraphs(edition: Edition) -> Iterator[tuple[Paragraph, str]]:
    """Every paragraph of body lines in print order, with what prints before it.

    Those with a signature after them are left out: it would need the line that is saved.
    """
    yield from _set(edition.note)
    for part in edition.parts:
        yield from _set(part.note)
        if isinstance(part, Piece):
            yield from _set(part.blocks[:-1] if part.credit else part.blocks)
    for annex in edition.annexes:
        yield from _set(annex.blocks)


def _set(blocks: Sequence[Block]) -> Iterator[tuple[Paragraph, str]]:
    for block in blocks:
        if isinstance(block, Paragraph) and block.kind != "表注" and block.spans:
            yield block, "——" if block.kind == "列表项" else ""


def _advice(endings: Sequence[_Ending], cutting: bool, squeeze: bool) -> str:
    drafts = "草稿已写出，可对照版面。"
    if not cutting:
        return f"增减内容，或改“页数”；{drafts}"
    more = "" if squeeze else "只差一两行时，也可写“压行: 允许”。"
    if not endings:
        return f"没有末行三字以内的段，压缩文字；{drafts}{more}"
    rest = f"\n      另有{len(endings) - _MOST}段" if len(endings) > _MOST else ""
    named = "".join(f"\n      {ending}" for ending in endings[:_MOST])
    return f"先压缩末行三字以内的段，每段可省一行；{drafts}{more}{named}{rest}"
