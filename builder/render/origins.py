"""Where everything that is printed is written in the entries, in the order of ``expected.texts``.

The view says what is printed (``printed``); the edition, from which it was made, where that stands. An edited Word file is
held against these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.compose import Annex, Edition, Heading, Piece
from builder.errors import Place
from builder.model import Block, Finding, PageBreak, Paragraph, Picture, Span, Table
from builder.render.printed import FROM_FILES, Printed, of_view

__all__ = ["Printed", "of_view", "origins"]


def origins(edition: Edition, view: Mapping[str, Any]) -> tuple[Printed, ...]:
    """Everything that ``view`` prints, with its places in the files that ``edition`` was composed of."""
    known = _written(edition)
    values = _values(edition)
    found = []
    for each in of_view(view):
        if each.kind in FROM_FILES:
            written = next(known)
            assert written.kind == each.kind, f"{each.where}: {written.kind}"
            found.append(written.of(each, values))
        else:
            found.append(replace(each, source=_source(each, edition)))
    return tuple(found)


def _values(edition: Edition) -> dict[Place, str]:
    """The texts of findings by their places: a cell that prints one of them can be carried back."""
    found = {}
    for source in edition.sources:
        if isinstance(source.value, Finding):
            for name, info in type(source.value).model_fields.items():
                value, path = getattr(source.value, name), (info.alias or name,)
                if isinstance(value, str) and value and path in source.places:
                    found[source.places[path]] = value
    return found


_SERIAL = "序号由系统编，次序和多少照“督查”的“范围”，请改那里"
_VALUES = {"主送": "主送", "期号": "期号", "日期": "日期", "印发日期": "日期", "署名日期": "日期"}


def _source(each: Printed, edition: Edition) -> Place | None:
    """Where a text that cannot be carried back comes from, as far as it is one value of the issue."""
    if each.kind == "报尾" and each.text and each.fixed.startswith("照 "):
        return edition.foot_at
    if each.where not in _VALUES:
        return None
    return edition.issue.places.get((_VALUES[each.where],), Place(edition.issue.file))


@dataclass(frozen=True, slots=True)
class _Written:
    """What the edition knows of one printed text: spans with places, or the place of a value."""

    kind: str
    origin: str
    spans: tuple[Span, ...] = ()
    place: Place | None = None
    fixed: str = ""

    def of(self, each: Printed, values: Mapping[Place, str]) -> Printed:
        """The printed text with its places; what the program put before the spans has none.

        What was made of one value and says just what it says is that value.
        """
        if not self.spans:
            return replace(each, source=self.place, fixed=self.fixed, origin=self.origin)
        typed = all(span.typed and span.place.line for span in self.spans)
        own = [place for span in self.spans for place in _places(span)]
        places = (None,) * (len(each.text) - len(own)) + tuple(own)
        source = next((span.place for span in self.spans if span.text), self.place)
        value = (0, 0) if typed else (0, len(each.text))
        fixed = "" if source is not None and values.get(source) == each.text else self.fixed
        return replace(each, places=places, source=source, typed=typed, value=value, fixed=fixed, origin=self.origin)


def _places(span: Span) -> Iterator[Place | None]:
    """The place of each character; None where only the whole value has one."""
    typed = span.typed and span.place.line
    return (span.place_of(n) if typed else None for n in range(len(span.text)))


def _written(edition: Edition) -> Iterator[_Written]:
    """What stands behind each printed text that the files hold, in the order in which it is printed."""
    issue = edition.issue.file
    yield from _notes(edition.note, edition.issue.place("编者按"))
    for part in edition.parts:
        if isinstance(part, Heading):
            yield _Written("栏目", issue, place=part.name_at)
            yield from _notes(part.note, part.note_at)
        else:
            yield from _piece(part)
    for annex in edition.annexes:
        yield from _annex(annex)


def _piece(piece: Piece) -> Iterator[_Written]:
    yield from _notes(piece.note, piece.note_at)
    if piece.title:
        yield _Written("标题", piece.title_at.file, place=piece.title_at)
    yield from _blocks(piece.blocks, piece.origin.file)
    if piece.credit:
        listed = piece.credit_at.file == piece.origin.file and piece.credit.endswith("供稿）")
        fixed = "供稿单位照 content/office.yaml 印简称，请改稿件的“供稿单位”" if listed else ""
        yield _Written("供稿", piece.credit_at.file, place=piece.credit_at, fixed=fixed)


def _annex(annex: Annex) -> Iterator[_Written]:
    yield _Written("附件标题", annex.title_at.file, place=annex.title_at)
    yield from _blocks(annex.blocks, annex.origin.file)


def _notes(blocks: Sequence[Block], place: Place) -> Iterator[_Written]:
    return (_Written("编者按", place.file, b.spans, place) for b in blocks if isinstance(b, Paragraph))


def _blocks(blocks: Sequence[Block], origin: str) -> Iterator[_Written]:
    before: Block | None = None
    for block in blocks:
        if isinstance(block, Table):
            yield from _table(block, origin)
        elif isinstance(block, Picture):
            yield from [_Written("图题", origin, place=block.place)] if block.caption else []
        elif isinstance(block, Paragraph):
            kind = "表注" if block.kind == "表注" and isinstance(before, Table) else "段"
            yield from _spans(kind, origin, block.spans)
            if kind == "表注":
                continue  # the next note belongs to the same table
        before = None if isinstance(block, PageBreak) else block


def _table(table: Table, origin: str) -> Iterator[_Written]:
    yield from [_Written("表题", origin, place=table.place)] if table.title else []
    yield from [_Written("单位", origin, place=table.place)] if table.unit else []
    for cell in (cell for row in table.head for cell in row):
        yield from _spans("格", origin, cell.spans, table.place)
    for cell in (cell for row in table.rows for cell in row):
        for written in _spans("格", origin, cell.spans, table.place):
            numbered = written.fixed and cell.spans[0].place == table.place
            yield replace(written, fixed=_SERIAL) if numbered else written


def _spans(kind: str, origin: str, spans: tuple[Span, ...], head: Place | None = None) -> Iterable[_Written]:
    """A paragraph or cell; what was made of values belongs to where these are.

    A cell that is one value of a finding can be changed there; not so one of the head, whose place is the table's (``head``).
    """
    made = next((span.place for span in spans if not span.typed), None)
    value = kind == "格" and len(spans) == 1 and made is not None and made.line > 0 and made != head
    fixed = f"由 {made.file} 的内容生成，请改那里" if made and not value else ""
    return [_Written(kind, origin, spans, fixed=fixed)]
