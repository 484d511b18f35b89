"""Pages with what was measured drawn over them, as PNG: the door to Pillow's drawing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

from builder import pdfium
from builder.errors import JianbaoError
from builder.inspection.findings import Finding, Report
from builder.inspection.pdf_pages import Page
from builder.inspection.pdf_roles import Document
from builder.inspection.picture_marks import Frame, Ink, Mark, Measure, Stroke, marks, numbered
from builder.inspection.profile import Profile

PPI = 150
_SCALE = PPI / 25.4  # pixels a mm
_LEGEND = 88.0  # mm
_LARGEST = 1200.0  # mm: A0, and what the memory of any machine holds
_COLOURS: dict[Ink, tuple[int, int, int]] = {
    "版心": (0, 90, 200),
    "网格": (176, 208, 255),
    "要素": (0, 140, 70),
    "距离": (130, 0, 160),
    "不合格": (215, 0, 0),
    "提醒": (215, 120, 0),
}
_KEYS: tuple[tuple[Ink, str], ...] = (
    ("版心", "量得的版心各边和行号"),
    ("网格", "每行的位置；没有量到的边，按规定画"),
    ("要素", "认出的各个要素"),
    ("距离", "量得的距离"),
    ("不合格", "不合格"),
    ("提醒", "提醒：请看一眼"),
)
_SMALL, _TEXT, _HEAD = 2.6, 3.1, 4.2  # mm, heights of letters
Font = ImageFont.FreeTypeFont


def pictures(
    pdf: bytes, document: Document, report: Report, profile: Profile, face: tuple[Path, int]
) -> Iterator[tuple[int, bytes]]:
    """Every page, from 1, as the bytes of a PNG.

    Args:
        pdf: the file.
        document: as it was understood.
        report: what was found on it.
        profile: what it was held against.
        face: a font file with Chinese characters, and the face in it.

    Raises:
        JianbaoError: a page is too large to draw.
    """
    for page in document.pages:
        if max(page.width, page.height) > _LARGEST:
            raise JianbaoError(
                f"第 {page.number} 面是 {page.width:.0f}×{page.height:.0f} mm，太大，没有画图。",
                "在页面设置中选 A4 后重新导出。",
            )
    for page in document.pages:
        image = pdfium.picture(pdf, page.number - 1, PPI).convert("RGB")
        made = _Drawing(image, face)
        made.draw(list(marks(document, report, profile, page)), page)
        sheet = made.with_legend(report, page.number, len(document.pages))
        stream = io.BytesIO()
        sheet.save(stream, "PNG", optimize=False)
        yield page.number, stream.getvalue()


def _px(mm: float) -> int:
    return round(mm * _SCALE)


class _Drawing:
    """A page's picture and the marks over it."""

    def __init__(self, image: Image.Image, face: tuple[Path, int]) -> None:
        self.image = image
        file, index = face
        self.small, self.text, self.head = (
            ImageFont.truetype(str(file), _px(size), index=index) for size in (_SMALL, _TEXT, _HEAD)
        )

    def draw(self, found: Sequence[Mark], page: Page) -> None:
        """Lines are multiplied with the page, so that its text stays legible; figures and numbers lie on top."""
        under = Image.new("RGB", self.image.size, "white")
        pen = ImageDraw.Draw(under)
        for mark in found:
            _line(pen, mark)
        self.image = ImageChops.multiply(self.image, under)
        top = ImageDraw.Draw(self.image)
        self._names(top, [m for m in found if isinstance(m, Frame) and m.name], page)
        for mark in found:
            if isinstance(mark, Stroke) and mark.text:
                self._beside(top, mark)
            elif isinstance(mark, Measure):
                self._figure(top, mark)
        self._flags(top, [m for m in found if isinstance(m, Frame) and m.number])

    def _names(self, pen: ImageDraw.ImageDraw, frames: Sequence[Frame], page: Page) -> None:
        """The names of roles, one below another in the right margin."""
        free = -1000.0
        for frame in sorted(frames, key=lambda f: f.box.top):
            top = max(frame.box.top, free)
            left = min(frame.box.right + 1, page.width - 13)
            left = max(left, page.width - 25) if frame.box.right < page.width - 26 else left
            _label(pen, left, top, frame.name, self.small, "要素")
            free = top + _SMALL + 0.5

    def _beside(self, pen: ImageDraw.ImageDraw, mark: Stroke) -> None:
        wide = pen.textlength(mark.text, font=self.small) / _SCALE
        left, top = mark.left - wide - 0.4, mark.top - _SMALL / 2
        if mark.at != "left":
            left = mark.left - (0 if len(mark.text) > 3 else wide / 2)
            top = mark.bottom if mark.at == "below" else mark.top - _SMALL - 0.4
        pen.text((_px(left), _px(top)), mark.text, font=self.small, fill=_COLOURS[mark.ink])

    def _figure(self, pen: ImageDraw.ImageDraw, mark: Measure) -> None:
        """The figure of a length in the middle of it, on white."""
        box = pen.textbbox((0, 0), mark.text, font=self.small)
        wide, high = box[2] / _SCALE, box[3] / _SCALE
        x, y = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
        if mark.left == mark.right:
            room = self.image.width / _SCALE - wide - 1
            small = mark.bottom - mark.top < _SMALL
            _label(pen, min(x + 1.2, room), mark.bottom + 1 if small else y - high / 2, mark.text, self.small, "距离")
        else:
            _label(pen, x - wide / 2, y - _SMALL - 0.6, mark.text, self.small, "距离")

    def _flags(self, pen: ImageDraw.ImageDraw, frames: Sequence[Frame]) -> None:
        """The numbers of faults, left of their boxes, not over one another."""
        taken: set[tuple[int, int]] = set()
        for frame in frames:
            text = str(frame.number)
            wide = pen.textlength(text, font=self.text) / _SCALE + 1.4
            left, top = max(frame.box.left - wide - 0.4, 0.5), frame.box.top
            while (cell := (round(left / 3), round(top / 3))) in taken:
                top += 3
            taken.add(cell)
            box = (_px(left), _px(top), _px(left + wide), _px(top + _TEXT + 1))
            pen.rounded_rectangle(box, 4, fill=_COLOURS[frame.ink])
            pen.text((_px(left + 0.7), _px(top + 0.2)), text, font=self.text, fill="white")

    def with_legend(self, report: Report, page: int, pages: int) -> Image.Image:
        """The page with a column at its right that says what is drawn."""
        wide, high = self.image.size
        sheet = Image.new("RGB", (wide + _px(_LEGEND), high), (246, 246, 246))
        sheet.paste(self.image, (0, 0))
        column = _Column(ImageDraw.Draw(sheet), wide / _SCALE + 4, _LEGEND - 8, high / _SCALE - 8)
        column.write(report.file, self.head)
        column.write(f"第 {page} 面，共 {pages} 面", self.text)
        column.write(f"对照 {report.profile}", self.text)
        column.skip(2)
        for ink, text in _KEYS:
            column.key(ink, text, self.text)
        column.skip(3)
        _tell(column, [(n, f) for n, f in numbered(report) if _told_on(f, page)], self.text, self.small)
        return sheet


def _told_on(finding: Finding, page: int) -> bool:
    """On the pages where it stands; on the first where it has no place."""
    return any(box.page == page for box in finding.boxes) if finding.boxes else page == 1


class _Column:
    """Text set line by line into a narrow column."""

    def __init__(self, pen: ImageDraw.ImageDraw, left: float, wide: float, bottom: float) -> None:
        self.pen, self.left, self.wide, self.bottom, self.top = pen, left, wide, bottom, 6.0

    def skip(self, mm: float) -> None:
        self.top += mm

    def key(self, ink: Ink, text: str, font: Font) -> None:
        """One colour and its meaning."""
        box = (_px(self.left), _px(self.top + 0.4), _px(self.left + 5), _px(self.top + 3))
        self.pen.rectangle(box, fill=_COLOURS[ink])
        self.pen.text((_px(self.left + 7), _px(self.top)), text, font=font, fill="black")
        self.top += 5

    def write(self, text: str, font: Font, ink: Ink | None = None) -> None:
        """A paragraph, broken where a line is full."""
        fill = _COLOURS[ink] if ink else (30, 30, 30)
        for line in _broken(text, font, self.wide * _SCALE):
            self.pen.text((_px(self.left), _px(self.top)), line, font=font, fill=fill)
            self.top += font.size / _SCALE + 1.3
        self.top += 0.8

    def full(self, room: float) -> bool:
        """True where less than ``room`` mm are left."""
        return self.top + room > self.bottom


def _tell(column: _Column, found: Sequence[tuple[int, Finding]], font: Font, small: Font) -> None:
    if not found:
        column.write("这一面没有不合格，也没有提醒。", font)
    for n, (number, finding) in enumerate(found):
        if column.full(24):
            column.write(f"还有 {len(found) - n} 项，见命令的输出。", font)
            return
        ink: Ink = "不合格" if finding.verdict == "不合格" else "提醒"
        value = finding.value or "没有"
        column.write(f"{number}. {finding.element}  {finding.aspect}：{value}", font, ink)
        column.write(f"应为 {finding.rule}（{finding.clause}）", small)
        if finding.note:
            column.write(finding.note, small)
        column.skip(1.2)


def _broken(text: str, font: Font, wide: float) -> Iterator[str]:
    line = ""
    for character in text:
        if line and font.getlength(line + character) > wide:
            yield line
            line = ""
        line += character
    yield line


def _line(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    """The lines of a mark."""
    if isinstance(mark, Frame):
        around = 0.5 if mark.number else 0.0
        box = (
            _px(mark.box.left - around),
            _px(mark.box.top - around),
            _px(mark.box.right + around),
            _px(mark.box.bottom + around),
        )
        pen.rectangle(box, outline=_COLOURS[mark.ink], width=4 if mark.number else 3 if mark.ink == "版心" else 1)
    elif isinstance(mark, Stroke):
        ends = (_px(mark.left), _px(mark.top), _px(mark.right), _px(mark.bottom))
        pen.line(ends, fill=_COLOURS[mark.ink], width=1 if mark.ink == "网格" else 2)
    else:
        _arrows(pen, mark)


def _arrows(pen: ImageDraw.ImageDraw, mark: Measure) -> None:
    color = _COLOURS["距离"]
    pen.line((_px(mark.left), _px(mark.top), _px(mark.right), _px(mark.bottom)), fill=color, width=2)
    upright = mark.left == mark.right
    head = min(1.4, (mark.bottom - mark.top if upright else mark.right - mark.left) / 2)
    for x, y, way in ((mark.left, mark.top, 1), (mark.right, mark.bottom, -1)):
        tips = ((-0.6, way * head), (0.6, way * head)) if upright else ((way * head, -0.6), (way * head, 0.6))
        for across, down in tips:
            pen.line((_px(x), _px(y), _px(x + across), _px(y + down)), fill=color, width=2)


def _label(pen: ImageDraw.ImageDraw, left: float, top: float, text: str, font: Font, ink: Ink) -> None:
    """Text on white."""
    box = pen.textbbox((_px(left), _px(top)), text, font=font)
    pen.rectangle((box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 1), fill="white")
    pen.text((_px(left), _px(top)), text, font=font, fill=_COLOURS[ink])
