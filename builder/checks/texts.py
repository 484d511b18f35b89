"""Every printed text of an edition with its place and font role (the roles are those of templates/layout)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from builder.compose import Annex, Edition, Piece
from builder.compose.foot import EXTRAS
from builder.compose.listing import day_in_words
from builder.errors import Place
from builder.fonts import Role
from builder.model import LEVEL_FONTS, Block, PageBreak, Paragraph, Picture, Span, Table

_OFFICE = Place("content/office.yaml")
_WORDS = Place("字体")  # of words that no file of the workspace holds
# Words that the view and the templates set of their own accord, by role.
_FIXED: tuple[tuple[Role, str], ...] = (
    ("黑体", "编者按：本期要目附件0123456789★"),
    ("仿宋", "附件：.，、。（共印份）发年月日签责任编辑校对单位——…0123456789"),
    ("宋体", "—0123456789"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that print in one role, and where they are written."""

    span: Span
    role: Role


def texts(edition: Edition) -> Iterator[Text]:
    """All printed texts, roughly in print order."""
    yield from (_text(words, role, _WORDS) for role, words in _FIXED)
    yield from _masthead(edition)
    yield from _values(edition)
    yield from _blocks(edition.note, "楷体")
    for part in edition.parts:
        yield from _blocks(part.note, "楷体")
        if isinstance(part, Piece):
            yield from _piece(part, edition.lists_contents)
        else:
            yield _text(f"【{part.name}】", "黑体", part.name_at)
    for n, annex in enumerate(edition.annexes):
        yield from _annex(annex, edition.issue.place("附件", n, "标题"))
    yield from _foot(edition)


def _text(text: str, role: Role, place: Place) -> Text:
    """A text of which only the place of the whole value is known."""
    return Text(Span(text, False, place, typed=False), role)


def _masthead(edition: Edition) -> Iterator[Text]:
    """What comes from the publication and the office."""
    title, issue, numbering = edition.title, edition.issue.value, edition.numbering
    file = Place(f"templates/{title.id}/publication.yaml")
    yield _text(title.data.name, "小标宋", file)
    if not issue.marking:
        yield _text(title.data.marking, "黑体", file)
    lines = title.number_lines(issue.day.year, numbering.number, numbering.total, issue.series)
    yield _text("".join(lines), "仿宋", file)
    yield _text(edition.publisher, "仿宋", _OFFICE)


def _values(edition: Edition) -> Iterator[Text]:
    """Single values of the issue file."""
    issue, value = edition.issue, edition.issue.value
    for key, text in (
        ("份号", value.copy_number),
        ("密级", value.secrecy),
        ("保密期限", value.secrecy_term),
        ("紧急程度", value.urgency),
        ("标识", value.marking),
    ):
        yield _text(text, "黑体", issue.place(key))
    for key, text in (
        ("专题", f"（{value.topic}）" if value.topic else ""),
        ("日期", day_in_words(value.day)),
        ("签发", value.approver),
        ("责任编辑", value.editor),
        ("校对", value.proofreader),
    ):
        yield _text(text, "仿宋", issue.place(key))
    for n, name in enumerate(value.addressees):
        yield _text(name, "仿宋", issue.place("主送", n))


def _piece(piece: Piece, listed: bool) -> Iterator[Text]:
    yield _text(piece.title, "小标宋", piece.title_at)
    if listed:
        yield _text(piece.title, "楷体", piece.title_at)  # in 本期要目
    yield from _blocks(piece.blocks)
    yield _text(piece.credit, "楷体", piece.credit_at)
    for word, place in piece.subjects:  # printed at the end of the year, when it is too late to mend them
        yield _text(word, "仿宋", place)


def _annex(annex: Annex, place: Place) -> Iterator[Text]:
    yield _text(annex.title, "小标宋", place)
    yield _text(annex.title, "仿宋", place)  # in 附件说明
    yield from _blocks(annex.blocks)


def _foot(edition: Edition) -> Iterator[Text]:
    """The groups are the office's, those of 本期增发 the issue's."""
    for lead, text in edition.foot:
        if lead == EXTRAS:
            yield _text(lead, "仿宋", _WORDS)
            for n, extra in enumerate(edition.issue.value.extras):
                yield _text(extra.name, "仿宋", edition.issue.place("本期增发", n, "名称"))
        else:
            yield _text(lead + text, "仿宋", _OFFICE)


def _blocks(blocks: Iterable[Block], role: Role | None = None) -> Iterator[Text]:
    """``role`` is that of all paragraphs; without it the level decides."""
    for block in blocks:
        match block:
            case Paragraph():
                head, rest = block.parts
                yield from _spans(head, role or LEVEL_FONTS[block.level])
                yield from _spans(rest, role or "仿宋")
            case Table():
                yield _text(block.title, "小标宋", block.place)
                yield _text(block.unit, "仿宋", block.place)
                for row in block.head:
                    for cell in row:
                        yield from _spans(cell.spans, "黑体")
                for row in block.rows:
                    for cell in row:
                        yield from _spans(cell.spans, "仿宋")
            case Picture():
                yield _text(block.caption, "楷体", block.place)
            case PageBreak():
                pass


def _spans(spans: Iterable[Span], role: Role) -> Iterator[Text]:
    return (Text(span, role) for span in spans)
