"""Checks of the titles of entries and annexes (docs/layout.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from builder.compose import Edition
from builder.errors import Fault, Place
from builder.fonts import FontSet
from builder.words import TITLE_LINES, plain_title, title_rows

_STOPS = "。．.，,；;：:、"
_LONGEST = 200  # characters; more is a paragraph in the wrong field


@dataclass(frozen=True, slots=True)
class _Title:
    """A title as typed, where, and the size (pt) and width (mm) that it is set in."""

    text: str
    place: Place
    size: float
    total: float


def title_end(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A title has no stop at its end."""
    for title in _titles(edition):
        text = plain_title(title.text)
        if text.endswith(tuple(_STOPS)):
            message = f"标题末尾不用标点“{text[-1]}”。"
            yield Fault("title-end", "warning", title.place, message, "删去标题末尾的标点。")


def title_too_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """What is longer than any title is refused."""
    for title in _titles(edition):
        count = len(plain_title(title.text))
        if count > _LONGEST:
            message = f"标题有{count}字，超过{_LONGEST}字。"
            yield Fault("title-too-long", "error", title.place, message, "标题只写题名，其余文字移到正文。")


def title_long(edition: Edition, fontset: FontSet) -> Iterator[Fault]:
    """A title takes at most three lines."""
    for title in _titles(edition):
        if len(plain_title(title.text)) > _LONGEST:
            continue
        count = len(title_rows(title.text, title.size, title.total, edition.vocabulary))
        if count > TITLE_LINES:
            message = f"标题排成{count}行，超过{TITLE_LINES}行。"
            yield Fault("title-long", "warning", title.place, message, "压缩标题文字。")


def _titles(edition: Edition) -> Iterator[_Title]:
    sizes, area = edition.title.layout["标题"], edition.title.layout["版心"]
    titled = [p for p in edition.pieces if p.title]
    size = sizes["单题字号" if len(titled) == 1 else "多题字号"]
    for piece in titled:
        yield _Title(piece.title, piece.title_at, size, area["宽"])
    for n, annex in enumerate(edition.annexes):
        total = area["高"] if annex.orientation == "横" else area["宽"]
        yield _Title(annex.title, edition.issue.place("附件", n, "标题"), sizes["单题字号"], total)
