"""Checks of notes and paragraphs that need no engine."""

from __future__ import annotations

from collections.abc import Iterator

from builder.compose import Edition
from builder.errors import Fault, Place
from builder.fonts import FontSet
from builder.model import Block, Paragraph
from builder.words import width

_NOTE_LINES = 6


def audience(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A paragraph that not every recipient may see prints in the whole issue; the editor is told."""
    bodies = [*(p.blocks for p in edition.pieces), *(a.blocks for a in edition.annexes)]
    for blocks in (*(note for note, _ in _notes(edition)), *bodies):
        for block in blocks:
            if isinstance(block, Paragraph) and block.audience and block.spans:
                message = f"本段可见范围为{'、'.join(block.audience)}，整期照印。"
                yield Fault("audience", "note", block.spans[0].place, message, "分发给其他单位的份数请另行处理。")


def note_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """An editor's note takes at most six lines (docs/layout.md)."""
    columns = edition.title.layout["正文"]["每行字数"]
    for blocks, place in _notes(edition):
        lines = sum(-(-(width(b.text) + 2) // columns) for b in blocks if isinstance(b, Paragraph))
        if lines > _NOTE_LINES:
            message = f"编者按约{int(lines)}行，一般不超过{_NOTE_LINES}行。"
            yield Fault("note-long", "warning", place, message, "压缩编者按。")


def _notes(edition: Edition) -> Iterator[tuple[tuple[Block, ...], Place]]:
    """Every 编者按 and where it is written: the issue's, those of its 栏目 and of its entries."""
    yield edition.note, edition.issue.place("编者按")
    for part in edition.parts:
        yield part.note, part.note_at
