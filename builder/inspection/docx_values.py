"""What a Word file holds, as frozen values: mm where it lies on the paper, pt where it belongs to text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from builder.inspection.docx_looks import Border, Properties

Where = Literal["正文", "表格", "文本框", "页脚"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text in one look. ``east`` and ``west`` are font names, "" where the file does not say; sizes and spacing in pt."""

    text: str
    east: str
    west: str
    size: float
    bold: bool
    color: str
    spacing: float
    scale: float
    snaps: bool
    marks: tuple[str, ...] = ()  # 倾斜, 下划线, 删除线, 底色


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: ``style`` is its style's name, ``number`` the automatic number's form, ``fields`` its instructions."""

    style: str
    stretches: tuple[Stretch, ...]
    properties: Properties
    where: Where
    section: int
    mark: Stretch  # the look of the paragraph mark, which empty paragraphs have
    number: str = ""
    fields: tuple[str, ...] = ()
    breaks: bool = False  # begins a new page, or holds a break of page or section
    draws: bool = False  # holds a picture or a drawing

    @property
    def text(self) -> str:
        """What is printed, without an automatic number."""
        return "".join(s.text for s in self.stretches)

    @property
    def size(self) -> float:
        """The size of most of its text in pt; of its mark where it has none."""
        weights: dict[float, int] = {}
        for stretch in self.stretches:
            weights[stretch.size] = weights.get(stretch.size, 0) + len(stretch.text.strip())
        return max(weights, key=weights.__getitem__) if any(weights.values()) else self.mark.size

    @property
    def align(self) -> str:
        """left, right, center or both."""
        return str(self.properties.get("jc", "left"))

    def indent(self, side: str) -> float:
        """``"first"``, ``"left"`` or ``"right"`` indent in characters of the paragraph's size."""
        if characters := self.properties.get(f"{side}Chars"):
            return float(characters)
        advance = self.size + min(0.0, self.stretches[0].spacing if self.stretches else 0.0)
        return float(self.properties.get(side, 0.0)) / advance if advance else 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its paragraphs, columns taken, and whether it continues one above it."""

    paragraphs: tuple[Paragraph, ...]
    span: int
    continued: bool
    holds: bool  # a picture, a table or a form
    borders: Mapping[str, Border | None]

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(p.text for p in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: marked as head, may be parted over two pages."""

    cells: tuple[Cell, ...]
    head: bool
    splits: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rules in pt by side (outer and inner), its width in mm (None when the file does not say)."""

    rows: tuple[Row, ...]
    borders: Mapping[str, Border | None]
    width: float | None
    section: int
    place: str  # "" in the text, else the vertical place of a floating one


@dataclass(frozen=True, slots=True)
class TextBox:
    """A text box: its paragraphs, where it hangs (``relative`` margin, ``place`` bottom …; ``side`` right, outside …), width in mm."""

    paragraphs: tuple[Paragraph, ...]
    relative: str
    place: str
    side: str
    width: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: size in mm, the section it is in."""

    width: float
    height: float
    section: int


@dataclass(frozen=True, slots=True)
class Footer:
    """A footer or header: the paragraphs in it and in its tables, and its text boxes."""

    paragraphs: tuple[Paragraph, ...]
    boxes: tuple[TextBox, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Page setup in mm; ``pitch`` and ``spacing`` of the grid in pt; headers and footers by kind (default, even, first).

    ``others`` are settings that official papers have none of (分栏, 页面边框 …) with what the section says.
    """

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    footer: float
    landscape: bool
    grid: str
    pitch: float | None
    spacing: float
    footers: Mapping[str, Footer]
    first_differs: bool
    headers: Mapping[str, Footer]
    others: Mapping[str, str]

    @property
    def area(self) -> tuple[float, float]:
        """Width and height of the type area."""
        return self.width - self.left - self.right, self.height - self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Settings:
    """Of the whole file."""

    even_and_odd: bool
    compression: str
    tracking: bool
    language: str
    body_size: float  # pt, of the default paragraph style: the grid counts its characters


@dataclass(frozen=True, slots=True)
class WordFile:
    """All that a file says; ``flow`` is the body in order, what stands in boxes apart."""

    flow: tuple[Paragraph | Table, ...]
    boxes: tuple[TextBox, ...]
    pictures: tuple[Picture, ...]
    sections: tuple[Section, ...]
    settings: Settings
    changes: int
    comments: int

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Those of the body outside tables."""
        return tuple(p for p in self.flow if isinstance(p, Paragraph))
