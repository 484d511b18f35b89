"""Text blocks, made by ``markup``, and checked pictures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Literal

from builder.errors import Place

LEVEL_FONTS: tuple[Literal["仿宋", "黑体", "楷体"], ...] = ("仿宋", "黑体", "楷体", "仿宋", "仿宋")
"""The font of each heading level, body text first (GB/T 9704-2012, 7.3.3)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters; ``place`` is that of the first.

    ``typed``: they stand side by side on one source line as they print. Else the text was made of values, and ``place``
    is that of the value.
    """

    text: str
    bold: bool
    place: Place
    typed: bool = True

    def place_of(self, index: int) -> Place:
        """The place of a character, as near as it is known."""
        return replace(self.place, column=self.place.column + index) if self.typed and self.place.line else self.place

    def part(self, start: int, stop: int | None = None) -> Span:
        """The characters from ``start`` to ``stop``."""
        return replace(self, text=self.text[start:stop], place=self.place_of(start))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``level`` 0 body, 1–4 heading levels 一、（一）1.（1）(GB/T 9704-2012, 7.3.3).

    ``head`` counts the characters, from the start, in the level's font: all of them for a heading that stands alone,
    up to and with the first 。 for a run-in heading, 0 for body text. ``kind`` "列表项" is an item of an unordered
    list (prints with a leading ——), "表注" a note under a table. ``audience`` are the foot groups (报, 送, 发) that may
    see it; empty means all.
    """

    spans: tuple[Span, ...]
    level: int = 0
    head: int = 0
    kind: Literal["段", "列表项", "表注"] = "段"
    audience: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The paragraph's characters as they print (without the —— of a list item)."""
        return "".join(s.text for s in self.spans)

    @property
    def parts(self) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """The spans in the level's font, and the rest in 仿宋."""
        if not self.head:
            return (), tuple(s for s in self.spans if s.text)
        head: list[Span] = []
        rest: list[Span] = []
        left = self.head
        for span in self.spans:
            head.append(span.part(0, left))
            rest.append(span.part(left))
            left = max(0, left - len(span.text))
        return tuple(s for s in head if s.text), tuple(s for s in rest if s.text)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``columns`` × ``rows`` is its span."""

    spans: tuple[Span, ...]
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """The cell's characters as they print."""
        return "".join(s.text for s in self.spans)


Align = Literal["", "左", "中", "右"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``head`` has one or two rows (spanned cells are left out of later rows), ``rows`` are full rows.

    ``widths`` are relative column widths, empty where the text decides. ``aligns`` is what the delimiter row says for
    each column ("" nothing); empty where a table was not typed.
    """

    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    unit: str = ""
    place: Place = Place("")  # noqa: RUF009 (frozen)
    aligns: tuple[Align, ...] = ()
    widths: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return sum(c.columns for c in self.head[0])


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; ``path`` as typed, relative to the entry's file. ``alt`` is required."""

    path: str
    alt: str
    caption: str
    place: Place


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A line ``[分页]``."""

    place: Place


Block = Paragraph | Table | Picture | PageBreak


@dataclass(frozen=True, slots=True)
class Photo:
    """A checked picture: PNG or JPEG bytes with EXIF orientation applied and metadata removed; size in pixels.

    ``digest`` is the SHA-256 of the file that was read.
    """

    data: bytes
    format: Literal["png", "jpeg"]
    width: int
    height: int
    digest: str

    @property
    def name(self) -> str:
        """Content-derived file name, e.g. ``"3f2a….png"`` (the same picture has the same name)."""
        return f"{hashlib.sha256(self.data).hexdigest()[:16]}.{self.format}"
