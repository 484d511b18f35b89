"""Checks of notes and paragraphs that need no engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import ceil

from builder.compose import Annex, Edition, Piece, limited, readings, recipients
from builder.errors import Fault, Place
from builder.fonts import FontSet
from builder.model import Block, Paragraph, Picture
from builder.render import view
from builder.render.template.fragments import foot_height
from builder.words import width

_NOTE_LINES = 6
_LEAST_PICTURE = 15.0  # mm
_POINTS_PER_MM = 72 / 25.4


def audience(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A paragraph that not every recipient may see prints in the whole issue; the editor is told, and what copies without it lack.

    What is an error for one who prints such copies is a warning here: the whole issue can be printed.
    """
    marked = [block for block in limited(edition) if block.spans]
    for block in marked:
        message = f"本段可见范围为{'、'.join(block.audience)}，整期照印。"
        hint = "用 jianbao copies 分份印，其他收件方的份数里不印这一段。"
        yield Fault("audience", "note", block.spans[0].place, message, hint)
    if marked:
        parts = [each.part for each in recipients(edition.issue.value, edition.office)]
        for reading in readings(edition, parts):
            yield from (replace(fault, severity="warning") for fault in reading.faults)


def note_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """An editor's note takes at most six lines (docs/layout.md)."""
    columns = edition.title.layout["正文"]["每行字数"]
    for blocks, place in _notes(edition):
        lines = sum(-(-(width(b.text) + 2) // columns) for b in blocks if isinstance(b, Paragraph))
        if lines > _NOTE_LINES:
            message = f"编者按约{int(lines)}行，一般不超过{_NOTE_LINES}行。"
            yield Fault("note-long", "warning", place, message, "压缩编者按。")


def foot_too_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """The foot stands on one page (GB/T 9704-2012, 7.4)."""
    layout = edition.title.layout
    foot = view.foot(edition)
    room = layout["版心"]["高"] * _POINTS_PER_MM
    high = foot_height(foot, layout)
    if high > room:
        lines = ceil((high - room) / layout["版记"]["行距"])
        longest = max(foot["条"], key=lambda entry: len(entry["文"]), default={"引": "责任编辑：", "文": ""})
        message = f"报尾比一面还高，约多{lines}行，最长的是“{longest['引']}”。"
        yield Fault(
            "foot-too-long", "error", edition.foot_at, message, "把单位并成组，用统称作“名称”，如 各县区委办公室。"
        )


def top_lines(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """份号, 密级, 紧急程度 and 标识 stand above the name; where they would touch it, it moves down (docs/layout.md)."""
    top, high = view.top_left(edition), edition.title.layout["报头"]["刊名上距"]
    if top["下移"]:
        yield Fault("top-lines", "warning", edition.issue.place(), _moved(edition), _room(high + top["下移"]))


def top_line_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """Each line at the top left is one line."""
    columns = edition.title.layout["正文"]["每行字数"]
    for text in (text for row in view.top_left(edition)["行"] for text in row.values() if width(text) > columns):
        message = f"左上角的“{text[:10]}…”有{len(text)}字，一行排不下。"
        yield Fault("top-line-long", "error", edition.issue.place(), message, f"缩短到{columns}字以内。")


def pre_printed_name(edition: Edition) -> Iterator[Fault]:
    """On paper that bears a part of the masthead, nothing moves: the lines above the name have to fit (套打)."""
    top, high = view.top_left(edition), edition.title.layout["报头"]["刊名上距"]
    printed = [part for part in edition.title.data.overprint.printed if part != "标识"]
    if top["下移"] and printed:
        message = f"{_moved(edition)}套打的纸上{'、'.join(printed)}已经印好，不能下移。"
        yield Fault("top-lines-printed", "error", edition.issue.place(), message, _room(high + top["下移"]))


def _moved(edition: Edition) -> str:
    top, high = view.top_left(edition), edition.title.layout["报头"]["刊名上距"]
    return f"左上角各项排成{len(top['行'])}行，刊名上面只有{high:g}毫米，刊名及以下要下移{top['下移']:g}毫米。"


def _room(high: float) -> str:
    return f"减少一项；或在刊物的“版式”里把“报头.刊名上距”加大到{high:g}。"


def picture_small(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A picture that prints so small that nobody can read it: of few pixels, or a strip reduced to fit."""
    parts: list[Piece | Annex] = [*edition.pieces, *edition.annexes]
    for part in parts:
        for block in part.blocks:
            if not isinstance(block, Picture):
                continue
            photo = part.origin.photos[block.path]
            size = view.picture_size(photo)
            if min(size) < _LEAST_PICTURE:
                message = (
                    f"图片有{photo.width}×{photo.height}像素，印出来宽{size[0]:g}毫米、高{size[1]:g}毫米，看不清。"
                )
                yield Fault("picture-small", "warning", block.place, message, "换一张大的；过长的裁成几张。")


def _notes(edition: Edition) -> Iterator[tuple[tuple[Block, ...], Place]]:
    """Every 编者按 and where it is written: the issue's, those of its 栏目 and of its entries."""
    yield edition.note, edition.issue.place("编者按")
    for part in edition.parts:
        yield part.note, part.note_at
