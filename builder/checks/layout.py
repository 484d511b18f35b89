"""Checks of form that need no engine."""

from __future__ import annotations

from collections.abc import Iterator

from builder.compose import Edition
from builder.errors import Fault
from builder.fonts import FontSet
from builder.model import Paragraph
from builder.words import title_lines, width

_TITLE_STOPS = "。．.，,；;：:、"
_TITLE_LINES = 3
_NOTE_LINES = 6


def title_end(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A title has no stop at its end (docs/layout.md)."""
    for piece in edition.pieces:
        if piece.title.endswith(tuple(_TITLE_STOPS)):
            message = f"标题末尾不用标点“{piece.title[-1]}”。"
            yield Fault("title-end", "warning", piece.origin.place("标题"), message, "删去标题末尾的标点。")


def title_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A title takes at most three lines (docs/layout.md)."""
    titled = [p for p in edition.pieces if p.title]
    layout = edition.title.layout
    size = layout["标题"]["单题字号" if len(titled) == 1 else "多题字号"]
    columns = layout["版心"]["宽"] / 25.4 * 72 / size
    for piece in titled:
        lines = [line for part in piece.title.split("\\n") for line in title_lines(part, columns, _TITLE_LINES)]
        if len(lines) > _TITLE_LINES:
            message = f"标题排成{len(lines)}行，超过{_TITLE_LINES}行。"
            yield Fault("title-long", "warning", piece.origin.place("标题"), message, "压缩标题文字。")


def audience(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A paragraph that not every recipient may see prints in the whole issue; the editor is told."""
    for piece in edition.pieces:
        for block in piece.blocks:
            if isinstance(block, Paragraph) and block.audience and block.spans:
                message = f"本段可见范围为{'、'.join(block.audience)}，整期照印。"
                yield Fault("audience", "note", block.spans[0].place, message, "分发给其他单位的份数请另行处理。")


def note_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """An editor's note takes at most six lines (docs/layout.md)."""
    columns = edition.title.layout["正文"]["每行字数"]
    notes = [(edition.note, edition.issue.place("编者按")), *((p.note, p.origin.place("标题")) for p in edition.pieces)]
    for blocks, place in notes:
        lines = sum(-(-(width(b.text) + 2) // columns) for b in blocks if isinstance(b, Paragraph))
        if lines > _NOTE_LINES:
            message = f"编者按约{int(lines)}行，一般不超过{_NOTE_LINES}行。"
            yield Fault("note-long", "warning", place, message, "压缩编者按。")
