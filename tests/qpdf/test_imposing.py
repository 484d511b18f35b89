"""册页: where each page comes to lie on the sheets, measured; each sheet is folded in thought and read through."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
import pytest
import typst

from builder import pdfium
from builder.pdfium import Sheet
from builder.qpdf.imposing import NotImposable, imposed, order

A4 = (210.0, 297.0)


def made(pages: int, across: Sequence[int] = (), wide: float = 210) -> bytes:
    """Pages that bear their number 30 mm from the left and 40 mm from the top of the sheet held upright.

    Those of ``across`` are landscape, as an annex is: turned back, what is at their top lies at the left, and their number is
    turned so that it is upright then.
    """
    body = []
    for n in range(1, pages + 1):
        number = f'text(size: 20pt, top-edge: "bounds", bottom-edge: "bounds", "{n:02}")'
        if n in across:
            place = f"place(top + right, dx: -40mm, dy: 30mm, rotate(90deg, reflow: true, {number}))"
            body.append(f"#page(width: 297mm, height: {wide}mm, margin: 0mm, {place})")
        else:
            place = f"place(top + left, dx: 30mm, dy: 40mm, {number})"
            body.append(f"#page(width: {wide}mm, height: 297mm, margin: 0mm, {place})")
    return typst.compile("\n".join(body).encode(), format="pdf")


def halves(sheet: Sheet) -> tuple[int, int]:
    """The numbers of the pages on the left and the right half, each found where an upright page of real size has it; 0: blank."""
    found = [0, 0]
    for side in (0, 1):
        glyphs = [g for g in sheet.glyphs if side * 210 <= g.left < (side + 1) * 210]
        if glyphs:
            text = "".join(g.text for g in sorted(glyphs, key=lambda g: g.left))
            assert min(g.x for g in glyphs) == pytest.approx(side * 210 + 30, abs=0.05)
            assert min(g.top for g in glyphs) == pytest.approx(40, abs=0.6)
            assert {round(g.size) for g in glyphs} == {20}
            found[side] = int(text)
    return found[0], found[1]


def folded(sides: Sequence[tuple[int, int]]) -> list[int]:
    """The pages in the order in which a reader of the folded sheets meets them.

    A sheet is printed front and back and turned about its short edge, so behind the left half of its front is the right
    half of its back. Sheets are laid in each other, the first outside, and folded: all fronts' right halves are turned
    before any of the left.
    """
    before, after = [], []
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        before += [front[1], back[0]]
        after = [back[1], front[0], *after]
    return before + after


@pytest.mark.parametrize("pages", [1, 2, 3, 4, 5, 8, 12, 16])
def test_every_page_lies_upright_and_in_its_own_size_on_the_half_where_folding_puts_it_in_order(pages: int) -> None:
    booklet = imposed(made(pages))
    sheets = pdfium.sheets(booklet.pdf)
    assert {(round(s.width, 1), round(s.height, 1)) for s in sheets} == {(420.0, 297.0)}
    sides = [halves(sheet) for sheet in sheets]
    assert sides == order(pages)
    blank = -pages % 4
    assert folded(sides) == [*range(1, pages + 1), *([0] * blank)]
    assert (booklet.pages, booklet.blank, booklet.sheets) == (pages, blank, -(-pages // 4))


def test_four_pages_are_one_sheet_and_eight_two() -> None:
    assert order(4) == [(4, 1), (2, 3)]
    assert order(8) == [(8, 1), (2, 7), (6, 3), (4, 5)]
    assert order(12)[:2] == [(12, 1), (2, 11)]
    assert order(16)[-1] == (8, 9)


def test_a_landscape_page_is_turned_into_its_half_with_its_page_number_where_the_others_have_it() -> None:
    sides = [halves(sheet) for sheet in pdfium.sheets(imposed(made(8, across=(3, 6, 7))).pdf)]
    assert sides == order(8)


def test_the_same_pages_give_the_same_bytes_without_a_trace_of_the_machine_and_the_text_can_be_read_out() -> None:
    pdf = made(6, across=(5,))
    booklet = imposed(pdf).pdf
    assert booklet == imposed(pdf).pdf
    with pikepdf.open(io.BytesIO(booklet)) as opened:
        assert set(opened.docinfo.keys()) <= {"/Title"}
        assert "/Metadata" not in opened.Root
        assert opened.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
        assert opened.Root.ViewerPreferences.PrintScaling == "/None"
        assert opened.check_pdf_syntax() == []
    text = [page.whole for page in pdfium.texts(booklet)[0]]
    assert [sorted(line.split()) for line in text] == [["01"], ["02"], ["03", "06"], ["04", "05"]]


def test_pages_of_different_sizes_are_refused_by_the_first_that_differs() -> None:
    with (
        pikepdf.open(io.BytesIO(made(3))) as first,
        pikepdf.open(io.BytesIO(made(1, wide=200))) as other,
    ):
        first.pages.append(other.pages[0])
        out = io.BytesIO()
        first.save(out)
    with pytest.raises(NotImposable) as refused:
        imposed(out.getvalue())
    assert refused.value.page == 4
