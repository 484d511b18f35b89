"""Every printed text of an edition with its place and font role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from builder.compose import Edition, Heading
from builder.errors import Place
from builder.fonts import Role
from builder.model import Block, PageBreak, Paragraph, Picture, Span, Table

_OFFICE = Place("content/office.yaml")
_LEVEL_FONTS: tuple[Role, ...] = ("仿宋", "黑体", "楷体", "仿宋", "仿宋")


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that print in one role, and where they are written; ``exact`` when ``place`` is the first character's."""

    text: str
    role: Role
    place: Place
    exact: bool = False

    def place_of(self, index: int) -> Place:
        """The place of a character; the whole value's where the source is not character by character."""
        if not self.exact:
            return self.place
        return Place(self.place.file, self.place.line, self.place.column + index)


def texts(edition: Edition) -> Iterator[Text]:
    """All printed texts, roughly in print order."""
    issue, value = edition.issue, edition.issue.value
    yield Text(edition.title.data.name, "小标宋", Place(f"templates/{edition.title.id}/publication.yaml"))
    yield Text(edition.publisher, "仿宋", _OFFICE)
    for key, text in (("标识", value.marking), ("密级", value.secrecy), ("紧急程度", value.urgency)):
        yield Text(text, "黑体", issue.place(key))
    for key, text in (("专题", value.topic), ("主送", "".join(value.addressees)), ("签发", value.approver)):
        yield Text(text, "仿宋", issue.place(key))
    for key, text in (("责任编辑", value.editor), ("校对", value.proofreader)):
        yield Text(text, "仿宋", issue.place(key))
    yield from _blocks(edition.note, "楷体")
    for part in edition.parts:
        if isinstance(part, Heading):
            yield Text(part.name, "黑体", issue.place("栏目"))
            yield from _blocks(part.note, "楷体")
            continue
        yield from _blocks(part.note, "楷体")
        yield Text(part.title, "小标宋", part.origin.place("标题"))
        yield from _blocks(part.blocks)
        yield Text(part.credit, "楷体", part.origin.place("供稿单位"))
    for n, annex in enumerate(edition.annexes):
        yield Text(annex.title, "小标宋", issue.place("附件", n, "标题"))
        yield from _blocks(annex.blocks)
    for lead, text in edition.foot:
        yield Text(lead + text, "仿宋", _OFFICE)


def _blocks(blocks: Iterable[Block], role: Role | None = None) -> Iterator[Text]:
    for block in blocks:
        match block:
            case Paragraph():
                yield from _spans(block.spans, role or _LEVEL_FONTS[block.level])
            case Table():
                yield Text(block.title, "小标宋", block.place)
                yield Text(block.unit, "仿宋", block.place)
                for row in block.head:
                    for cell in row:
                        yield from _spans(cell.spans, "黑体")
                for row in block.rows:
                    for cell in row:
                        yield from _spans(cell.spans, "仿宋")
            case Picture():
                yield Text(block.caption, "楷体", block.place)
            case PageBreak():
                pass


def _spans(spans: Iterable[Span], role: Role) -> Iterator[Text]:
    for span in spans:
        yield Text(span.text, role, span.place, exact=True)
