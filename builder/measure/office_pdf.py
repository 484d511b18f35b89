"""A PDF that LibreOffice made of an issue's DOCX, read as one that Typst made: what stands elsewhere in it is put in its place.

LibreOffice draws a page's number before a foot that stands in a box, and the line of a 清样 last; it fills the lines of
要目 with dots that are text, draws the cells of table heads row by row, and makes a bookmark of every heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from builder.measure.pdf import Data, Page, PdfText, drawn_head, page_number
from builder.render import expected
from builder.render.view import bookmarks
from builder.words import visible

_DOTS = "[·.…]+"


def laid(read: PdfText, view: Data) -> PdfText:
    """The PDF as read, with its text in the order of the view, and only the bookmarks of titles and annexes."""
    heads = [pair for pair in _heads(view) if pair[0] != pair[1]]
    pages = [_headed(_undotted(page, view), heads) for page in read.pages]
    mark = visible(view["清样"]["文"]) if view.get("清样") else ""
    pages = [_numbered(_marked(page, mark), page_number(n, view["页码"])) for n, page in enumerate(pages, 1)]
    if foot := visible("".join(expected.foot(view["版记"]))):
        pages[-1] = _footed(pages[-1], page_number(len(pages), view["页码"]), foot)
    return PdfText(tuple(pages), tuple(_titles(read.outline, view)))


def _marked(page: Page, mark: str) -> Page:
    """The page without the line of a 清样, which LibreOffice draws last."""
    if not mark or not page.text.endswith(mark):
        return page
    return replace(_without(page, len(page.text) - len(mark), len(mark)), marked=True)


def _numbered(page: Page, number: str) -> Page:
    """The page without its number, where the line of a 清样 stood behind it."""
    if page.number or not number or not page.text.endswith(number):
        return page
    return replace(_without(page, len(page.text) - len(number), len(number)), number=number)


def _footed(page: Page, number: str, foot: str) -> Page:
    """The page with its number after its foot, not before it; on a page that holds only the foot, its rules count for nothing."""
    if number and page.text.endswith(number + foot):
        page = replace(_without(page, len(page.text) - len(number + foot), len(number)), number=number)
    return replace(page, drawn=()) if page.text == foot else page


def _undotted(page: Page, view: Data) -> Page:
    """The page without the dots between the entries of 要目 and their pages."""
    for entry in view["要目"]["条目"] if view["要目"] else ():
        last = visible(entry["文"])[-12:]
        if found := re.search(f"{re.escape(last)}({_DOTS})(?=[0-9])", page.text):
            page = _without(page, found.start(1), len(found[1]))
    return page


def _heads(view: Data) -> Iterator[tuple[str, str]]:
    """Every table head as LibreOffice draws it, row by row, and as Typst does."""
    for blocks in (view["内容"], *(annex["内容"] for annex in view["附件"])):
        for block in blocks:
            if block["类"] == "表":
                yield _cells(block["头"]), _cells(drawn_head(block))


def _cells(rows: Sequence[Sequence[Data]]) -> str:
    return visible("".join(expected.runs(cell["文字"]) for row in rows for cell in row))


def _headed(page: Page, heads: Sequence[tuple[str, str]]) -> Page:
    """The page with the cells of table heads in the order in which Typst draws them."""
    text = page.text
    for natural, drawn in heads:
        text = text.replace(natural, drawn)
    return replace(page, text=text)


def _without(page: Page, at: int, count: int) -> Page:
    """The page without some characters and their lines."""
    lines = page.baselines
    return replace(page, text=page.text[:at] + page.text[at + count :], baselines=(*lines[:at], *lines[at + count :]))


def _titles(outline: Sequence[tuple[str, int]], view: Data) -> Iterator[tuple[str, int]]:
    """The bookmarks of titles and annexes, in order; other headings are passed over."""
    marks = iter(outline)
    for _, title in bookmarks(view):
        yield from ((name, page) for name, page in _until(marks, visible(title)))


def _until(marks: Iterator[tuple[str, int]], title: str) -> Iterator[tuple[str, int]]:
    for name, page in marks:
        if visible(name) == title:
            yield name, page
            return
