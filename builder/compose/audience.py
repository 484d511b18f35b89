"""可见范围: an edition as one part of its recipients (报, 送, 发 …) gets it, and what leaving out does to the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from builder.compose.edition import Annex, Edition, Heading, Piece
from builder.compose.recipients import FILE, SPARE
from builder.errors import Fault, Place
from builder.model import Block, PageBreak, Paragraph, Picture, Table

_ALL = (FILE, SPARE)  # what stays in the office is whole
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十百0-9]{1,4}[）)、.．]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What recipients of some parts of the list read: the edition without what they may not see, and what is said of that."""

    edition: Edition
    parts: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def name(self) -> str:
        """``报、送``."""
        return "、".join(self.parts)


def sees(part: str, block: Block) -> bool:
    """Whether recipients of a part (报, 送, 发, 增发, 存档, 备用) may see a block. 增发 stands in none of the named parts."""
    return not isinstance(block, Paragraph) or not block.audience or part in _ALL or part in block.audience


def limited(edition: Edition) -> list[Paragraph]:
    """All paragraphs that not everybody may see, in printed order."""
    return [b for blocks in _bodies(edition) for b in blocks if isinstance(b, Paragraph) and b.audience]


def readings(edition: Edition, parts: Sequence[str]) -> tuple[Reading, ...]:
    """One reading for all parts that see the same, in the order of the parts."""
    marked = limited(edition)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for part in dict.fromkeys(parts):
        groups.setdefault(tuple(sees(part, block) for block in marked), []).append(part)
    return tuple(_reading(edition, tuple(group)) for group in groups.values())


def _reading(edition: Edition, parts: tuple[str, ...]) -> Reading:
    leaving = _Leaving(edition, parts)
    return Reading(leaving.edition(), parts, tuple(leaving.faults))


class _Leaving:
    """Leaves out what the recipients of some parts, who all see the same, may not see."""

    def __init__(self, whole: Edition, parts: tuple[str, ...]) -> None:
        self.whole, self.part, self.name = whole, parts[0], "、".join(parts)
        self.faults: list[Fault] = []

    def edition(self) -> Edition:
        parts = list(self._parts())
        annexes = [kept for n, annex in enumerate(self.whole.annexes, 1) if (kept := self._annex(annex, n))]
        if not any(isinstance(part, Piece) for part in parts):
            message = f"“{self.name}”的份数里一条正文也没有了。"
            hint = "放宽可见范围；不给他们看的，从“分发”中删去这些收件方。"
            self.faults.append(Fault("audience-nothing", "error", self.whole.issue.place(), message, hint))
        note = self._kept(self.whole.note)
        return replace(self.whole, note=note, parts=tuple(parts), annexes=tuple(annexes))

    def _parts(self) -> Iterator[Heading | Piece]:
        """Entries with something left, and the 栏目 that still have one."""
        heading: Heading | None = None
        for part in self.whole.parts:
            if isinstance(part, Heading):
                heading = replace(part, note=self._kept(part.note))
                continue
            piece = self._piece(part)
            if piece is not None:
                if heading is not None:
                    yield heading
                    heading = None
                yield piece

    def _piece(self, piece: Piece) -> Piece | None:
        blocks = self._body(piece.blocks)
        if _says_nothing(blocks) and not _says_nothing(piece.blocks):
            title = f"《{piece.title}》" if piece.title else "没有标题的一条"
            message = f"{title}的文字“{self.name}”都看不到，他们的份数里整条不印，标题、编者按、供稿也不印。"
            hint = "要的就是这样则不用改；否则给其中一段放宽可见范围。"
            self.faults.append(Fault("audience-entry", "warning", piece.title_at, message, hint))
            return None
        return replace(piece, note=self._kept(piece.note), blocks=blocks)

    def _annex(self, annex: Annex, serial: int) -> Annex | None:
        blocks = self._body(annex.blocks)
        if not _says_nothing(blocks) or _says_nothing(annex.blocks):
            return replace(annex, blocks=blocks)
        place = self.whole.issue.place("附件", serial - 1)
        later = "，后面的附件序号随着提前" if serial < len(self.whole.annexes) else ""
        message = f"附件《{annex.title}》的文字“{self.name}”都看不到，他们的份数里不印这个附件{later}。"
        hint = "正文里提到附件序号的地方（见附件×）一并核对。"
        self.faults.append(Fault("audience-annex", "warning", place, message, hint))
        return None

    def _kept(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        return tuple(block for block in blocks if sees(self.part, block))

    def _body(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        kept = self._kept(blocks)
        if len(kept) < len(blocks) and not _says_nothing(kept):
            self.faults += [*self._alone(blocks), *self._gaps(blocks), *self._beside(blocks)]
        return kept

    def _alone(self, blocks: Sequence[Block]) -> Iterator[Fault]:
        """Headings under which all that stood is left out."""
        for n, heading in enumerate(blocks):
            if not _heads(heading) or not sees(self.part, heading):
                continue
            below = list(_section(blocks, n))
            if below and _says_nothing([b for b in below if sees(self.part, b)]):
                assert isinstance(heading, Paragraph)
                message = f"“{heading.text}”下面的文字“{self.name}”都看不到，他们的份数里只剩这个标题。"
                hint = "给标题写上同样的可见范围，或给下面的一段放宽。"
                yield Fault("audience-heading", "warning", _at(heading, self.whole), message, hint)

    def _gaps(self, blocks: Sequence[Block]) -> Iterator[Fault]:
        """Numbered paragraphs left out while later ones of their list stay: the numbers, printed as typed, skip."""
        for n, block in enumerate(blocks):
            if not _numbered(block) or sees(self.part, block):
                continue
            follower = next(_peers(blocks, n), None)
            if follower is not None and sees(self.part, follower):
                assert isinstance(block, Paragraph)
                message = f"“{block.text[:12]}”这一段“{self.name}”看不到，后面的“{follower.text[:6]}…”照原来的序号印，序号不连。"
                hint = "把限定可见范围的段排在同级的最后；或改成不带序号的段。"
                yield Fault("audience-number", "warning", _at(block, self.whole), message, hint)

    def _beside(self, blocks: Sequence[Block]) -> Iterator[Fault]:
        """Tables and pictures right below a paragraph that is left out: a 可见范围 does not reach them."""
        for before, block in pairwise(blocks):
            if isinstance(block, Table | Picture) and not sees(self.part, before):
                assert isinstance(before, Paragraph)
                name = "表格" if isinstance(block, Table) else "图片"
                message = f"“{before.text[:12]}”这一段“{self.name}”看不到，下面的{name}他们仍看得到。"
                hint = f"可见范围管不到表格和图片：{name}不能给他们看的，从这一期拿出，另编一期。"
                yield Fault("audience-beside", "warning", block.place, message, hint)


def _bodies(edition: Edition) -> Iterator[tuple[Block, ...]]:
    yield edition.note
    for part in edition.parts:
        yield part.note
        if isinstance(part, Piece):
            yield part.blocks
    for annex in edition.annexes:
        yield annex.blocks


def _at(paragraph: Paragraph, edition: Edition) -> Place:
    return paragraph.spans[0].place if paragraph.spans else edition.issue.place()


def _heads(block: Block) -> bool:
    """Whether a block is a heading that stands alone."""
    return isinstance(block, Paragraph) and block.level > 0 and block.head == len(block.text)


def _says_nothing(blocks: Sequence[Block]) -> bool:
    """Whether nothing is left that is more than a heading or a page break."""
    return all(_heads(block) or isinstance(block, PageBreak) for block in blocks)


def _section(blocks: Sequence[Block], at: int) -> Iterator[Block]:
    """What stands under the heading at ``at``, up to the next one of its level or a higher one."""
    level = _level(blocks[at])
    for block in blocks[at + 1 :]:
        if 0 < _level(block) <= level:
            return
        yield block


def _numbered(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.level > 0 and _NUMBERED.match(block.text) is not None


def _peers(blocks: Sequence[Block], at: int) -> Iterator[Paragraph]:
    """The numbered paragraphs of the same level after ``at``, up to one of a higher level."""
    level = _level(blocks[at])
    for block in blocks[at + 1 :]:
        if 0 < _level(block) < level:
            return
        if _numbered(block) and _level(block) == level:
            assert isinstance(block, Paragraph)
            yield block


def _level(block: Block) -> int:
    return block.level if isinstance(block, Paragraph) else 0
