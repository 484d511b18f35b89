"""Reading a PDF back: text by page, outline, room on the last page.

White space does not survive typesetting, so texts are compared without it (``measure.differences``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder import pdfium
from builder.measure.differences import first_difference
from builder.measure.rows import with_whole_rows
from builder.render import expected
from builder.words import visible

Data = Mapping[str, Any]

_GLANCE = 10  # characters by which the first paragraph is known
_BLOCK_GAP = 6.0  # pt below tables and pictures (layout/official.typ, layout/table.typ)
# What pdfium puts for a hyphen at the end of a line, and the ligatures that it takes apart.
_READ_AS = {"\ufffe": "-", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}
_READ_OTHERWISE = re.compile(f"[{''.join(_READ_AS)}]")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its visible text in reading order without the page number, the number as printed, size in mm.

    ``outside`` is true when text is printed beyond the paper's edge. Of the first and the last page only, unless ``read`` is asked
    for all or none: ``baselines`` are those of the characters of ``text``, in its order, and ``drawn`` the lower edges of
    pictures and rules; pt from the bottom. ``marked``: the line of a 清样, which is no part of ``text``, stands above it.
    """

    text: str
    number: str
    width: float
    height: float
    outside: bool = False
    baselines: tuple[float, ...] = ()
    drawn: tuple[float, ...] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says: its pages, and its outline as (title, 1-based page)."""

    pages: tuple[Page, ...]
    outline: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """Pages, ``blank`` ones among them, and full body lines free between the text and the foot of the last page."""

    pages: int
    lines_left: int
    blank: int = 0


# ---------------------------------------------------------------- reading


def read_back(pdf: bytes, view: Data, lines: pdfium.Lines = "ends") -> PdfText:
    """``read`` of a PDF made from this view."""
    return read(pdf, lines, view["页码"], visible(view["清样"]["文"]) if view.get("清样") else "")


def read(pdf: bytes, lines: pdfium.Lines = "ends", number: Data | None = None, mark: str = "") -> PdfText:
    """Text, page numbers and outline of a PDF; of the pages that ``lines`` tells the places of the lines, too (they take time).

    ``number`` is the view's 页码, whose form the page numbers have; None stands for the standard's. ``mark`` is the visible text
    that begins every page of a 清样.
    """
    texts, outline = pdfium.texts(pdf, lines)
    pages: list[Page] = []
    for n, text in enumerate(texts, 1):
        bare = bool(pages) and not pages[-1].text and not pages[-1].number  # after a blank page none is printed
        pages.append(_page(text, "" if bare else page_number(n, number), mark))
    return PdfText(tuple(pages), outline)


def page_number(page: int, form: Data | None) -> str:
    """The page number as it is read; "" where the page bears none."""
    if form is None:
        return f"—{page}—"
    return "" if page == 1 and not form["首面"] else visible(f"{form['前']}{page}{form['后']}")


def _page(read: pdfium.Text, number: str, mark: str) -> Page:
    text = visible(read.whole)
    printed, numbered = len(text), bool(number) and text.endswith(number)
    text = text[: -len(number)] if numbered else text
    begin = len(mark) if mark and text.startswith(mark) else 0
    return Page(
        text=text[begin:],
        number=number if numbered else "",
        width=read.width,
        height=read.height,
        outside=len(visible(read.on_paper)) < printed,
        baselines=read.baselines[begin : len(text)],
        drawn=read.drawn,
        marked=begin > 0,
    )


# ---------------------------------------------------------------- room


def room(pdf: PdfText, view: Data) -> Room:
    """Pages and free lines of an issue's PDF: body lines that could follow the text without a further page.

    Where the foot stands on a page of its own by rule (报尾.位置), blank pages before it are free, too.
    """
    lines = int(last_space(pdf, view).free / view["版式"]["正文"]["行距"] + 0.02)
    blank, _ = foot_page(pdf, view)
    return Room(len(pdf.pages), max(0, lines) + blank * int(view["版式"]["正文"]["每面行数"]), blank)


def foot_page(pdf: PdfText, view: Data) -> tuple[int, bool]:
    """(blank pages before the foot's page, whether the foot's page holds nothing else); (0, False) where there is no foot."""
    foot = visible("".join(expected.foot(view["版记"])))
    last = pdf.pages[-1]
    if not foot or last.text != foot or len(pdf.pages) == 1:
        return 0, False
    top = _foot_top(last.baselines[0], view["版式"])
    blank = 0
    for page in reversed(pdf.pages[:-1]):
        if page.text or page.number:
            break
        blank += 1
    return blank, blank > 0 or all(y <= top for y in last.drawn)


def last_space(pdf: PdfText, view: Data) -> Space:
    """The space below the body of the last page.

    The foot stands last in the text of the last page, half a line below the body (layout/foot.typ).
    """
    last = pdf.pages[-1]
    foot = visible("".join(expected.foot(view["版记"])))
    start = len(last.text) - len(foot) if last.text.endswith(foot) else len(last.text)
    return below(last, start, view["版式"])


@dataclass(frozen=True, slots=True)
class Space:
    """Of a page, in pt: the type area's height, what is free below the body, what the foot takes with its half line."""

    high: float
    free: float
    foot: float


def below(page: Page, start: int, layout: Data) -> Space:
    """The space below the body of a page, portrait or landscape; the foot's text begins at ``start`` of its text."""
    area, body = layout["版心"], layout["正文"]
    across = page.width > page.height
    above_area, high = (area["订口"], area["宽"]) if across else (area["天头"], area["高"])
    top = (page.height - above_area) * pdfium.POINTS_PER_MM
    under = 0.12 * body["字号"] + (body["行距"] - body["字号"]) / 2  # a baseline's distance from its line's end
    bottom = ceiling = foot_top = top - high * pdfium.POINTS_PER_MM
    if start < len(page.baselines):
        foot_top = _foot_top(page.baselines[start], layout)
        ceiling = foot_top + body["行距"] / 2
    above = (y - _BLOCK_GAP for y in page.drawn if y > foot_top)
    lowest = min([top, *(y - under for y in page.baselines[:start]), *above])
    return Space(top - bottom, lowest - ceiling, ceiling - bottom)


def remarks(pdf: PdfText, view: Data) -> list[str]:
    """What an editor would see at a glance: page 1 without body text (7.3), a foot alone on the last page."""
    told = []
    texts = [visible(expected.runs(b["文字"])) for b in view["内容"] if b["类"] == "段" and not b["独"]]
    if texts and texts[0][:_GLANCE] not in pdf.pages[0].text:
        told.append("首面没有正文，请压缩要目或编者按")
    blank, alone = foot_page(pdf, view)
    if alone and not turned(view) and (len(pdf.pages) - 1 - blank) % view["版记"]["位置"] == 0:
        told.append("报尾独占末面，删去几行可并入上一面")
    return told


def turned(view: Data) -> bool:
    """Whether the last annex is landscape: the foot then stands on a portrait page of its own after it."""
    return bool(view["附件"]) and view["附件"][-1]["方向"] == "横"


def _foot_top(baseline: float, layout: Data) -> float:
    """The upper edge of the foot's first rule, from the baseline of its first line; pt."""
    foot = layout["版记"]
    line = 0.88 * foot["字号"] + (foot["行距"] - foot["字号"]) / 2
    return float(baseline + line + foot["首末线"] * pdfium.POINTS_PER_MM)


# ---------------------------------------------------------------- comparison


def differences(view: Data, pdf: PdfText) -> list[str]:
    """Where the PDF's text departs from the view's; empty when equal.

    Two things are the same text drawn otherwise: a table head that repeats at the top of a page, and a row that is
    split over pages, which stands cell by cell on each of them. Text beyond the paper's edge is a difference, too.
    """
    wanted = wanted_text(view)
    heads = repeated_heads(view, pdf, wanted)
    pages = [as_read(page.text)[repeated:] for page, repeated in zip(pdf.pages, heads, strict=True)]
    text = "".join(pages)
    outside = [f"第{n}面有文字印到了纸外" for n, page in enumerate(pdf.pages, 1) if page.outside]
    if view.get("清样"):
        outside += [f"第{n}面没有“{view['清样']['文']}”字样" for n, page in enumerate(pdf.pages, 1) if not page.marked]
    if wanted == text:
        return outside
    whole = with_whole_rows(wanted, pages, _rows(view))
    if whole and whole[0] == whole[1]:  # split rows alone, as nearly always: what follows looks at every character
        return outside
    told = departure(wanted, text)
    return (departure(*whole) if told and whole else told) + outside


def wanted_text(view: Data) -> str:
    """The view's text as pdfium gives it, in the order in which Typst draws it."""
    return as_read("".join(expected.texts(as_drawn(view))))


def repeated_heads(view: Data, pdf: PdfText, wanted: str) -> list[int]:
    """How many characters of each page (``as_read``) are a table's head that repeats at its top."""
    heads = sorted({as_read(head) for head in _heads(view)} - {""}, key=len, reverse=True)
    counts, at = [], 0
    for page in pdf.pages:
        here = as_read(page.text)
        repeated = next((h for h in heads if here.startswith(h) and not wanted.startswith(h, at)), "")
        counts.append(len(repeated))
        at += len(here) - len(repeated)
    return counts


def departure(wanted: str, text: str) -> list[str]:
    """Where a text that was read departs from the wanted one, both ``as_read``; empty where only what pdfium misreads differs."""
    return first_difference(*_letters_then_marks(_legible(wanted, text), text))


def _rows(view: Data) -> Iterator[list[str]]:
    """The cells of every table row below the head."""
    for blocks in (view["内容"], *(annex["内容"] for annex in view["附件"])):
        for block in blocks:
            if block["类"] == "表":
                yield from ([as_read(expected.runs(cell["文字"])) for cell in row] for row in block["行"])


def as_read(text: str) -> str:
    """The characters of a text as pdfium gives them, white space left out."""
    return _READ_OTHERWISE.sub(lambda found: _READ_AS[found[0]], visible(text))


def _legible(wanted: str, text: str) -> str:
    """The expected text without what pdfium cannot read: rare characters that share their glyph with another one.

    Such a character (beyond U+FFFF) stands in the file as a replacement text that pdfium skips. It is on paper: Typst
    refuses characters that no font has, and other characters are compared one by one.
    """
    if not any(c > "\uffff" for c in wanted):
        return wanted
    kept: list[str] = []
    for c in wanted:
        at = len(kept)
        if c <= "\uffff" or text[at : at + 1] == c:
            kept.append(c)
    return "".join(kept)


def _letters_then_marks(wanted: str, text: str) -> Iterator[str]:
    """Both texts with their combining marks moved to the end: pdfium may give a mark before or after its letter."""
    for each in (wanted, text):
        marks = sorted(c for c in each if unicodedata.category(c)[0] == "M")
        yield "".join(c for c in each if unicodedata.category(c)[0] != "M") + "".join(marks) if marks else each


def as_drawn(view: Data) -> Data:
    """The view with the cells of table heads in the order in which Typst draws them."""
    annexes = [{**annex, "内容": _drawn_blocks(annex["内容"])} for annex in view["附件"]]
    return {**view, "内容": _drawn_blocks(view["内容"]), "附件": annexes}


def _drawn_blocks(blocks: Sequence[Data]) -> list[Data]:
    return [{**b, "头": drawn_head(b)} if b["类"] == "表" else b for b in blocks]


def drawn_head(table: Data) -> list[list[Data]]:
    """Cells that span rows come after the others of the row that they begin in."""
    return [sorted(row, key=lambda cell: int(cell["行"])) for row in table["头"]]


def _heads(view: Data) -> Iterable[str]:
    """The text of every table head, as drawn."""
    for blocks in (view["内容"], *(annex["内容"] for annex in view["附件"])):
        for block in blocks:
            if block["类"] == "表":
                yield "".join(expected.runs(cell["文字"]) for row in drawn_head(block) for cell in row)
