"""Fonts of many PDFs made one: each glyph byte for byte as it was, each page as before, and what is not of the plain kind left alone."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
import typst
from fontTools.cffLib import CFFFontSet
from pikepdf import Array, Dictionary, Name

from builder import pdfium
from builder.fonts import FontSet
from builder.qpdf import cff
from builder.qpdf.binding import Labels, Part, Told, bound
from tests.longterm import judges

TEXTS = ("全市防汛工作情况，水库120座。", "抗旱保苗进展顺利，水利局投入860台机具。", "第三季度约稿题目安排")
TOLD = Told("合订", "某办公室", 2026)


def made(text: str, fontset: FontSet, family: str = "FandolFang R") -> bytes:
    """A page with a text in one font."""
    source = (
        '#set document(title: "t", date: datetime(year: 2026, month: 6, day: 8))\n'
        f'#set page(width: 210mm, height: 297mm)\n#set text(font: "{family}", fallback: false)\n{text}'
    )
    fonts = typst.Fonts(
        include_system_fonts=family != "FandolFang R",
        include_embedded_fonts=True,
        font_paths=[str(path) for path in fontset.paths],
    )
    made = typst.Compiler(root="/", font_paths=fonts).compile(source.encode(), format="pdf", pdf_standards=["a-2b"])
    assert isinstance(made, bytes)
    return made


def volume(*parts: bytes) -> bytes:
    blank = '#set document(title: "m", date: datetime(year: 2026, month: 6, day: 8))\n#set page(width: 210mm, height: 297mm)\n'
    marks = typst.compile(
        (blank + "#pagebreak()".join(" " for _ in parts)).encode(), format="pdf", pdf_standards=["a-2b"]
    )
    return bound([Part(each) for each in parts], marks, [Labels(0, "D")], TOLD).pdf


def programs(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and program of every font that a PDF has."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in document.objects:
            if isinstance(each, Dictionary) and each.get("/Type") == Name.FontDescriptor:
                for key in ("/FontFile3", "/FontFile2"):
                    if key in each:
                        yield str(each.FontName), each[key].read_bytes()


@pytest.fixture(scope="module")
def parts(fontset: FontSet) -> list[bytes]:
    """Three PDFs with the same font and other characters."""
    return [made(text, fontset) for text in TEXTS]


def test_the_fonts_of_all_parts_are_one_with_every_glyph_once(parts: list[bytes]) -> None:
    ((name, program),) = programs(volume(*parts))
    assert "+FandolFang" in name
    assert len(cff.part(program).outlines) == len(set("".join(TEXTS))) + 1


def test_every_outline_is_there_byte_for_byte_and_fonttools_reads_the_program(parts: list[bytes]) -> None:
    ((_, program),) = programs(volume(*parts))
    read = CFFFontSet()
    read.decompile(io.BytesIO(program), None)
    outlines = {read[0].CharStrings[name].bytecode for name in read[0].charset}
    for pdf in parts:
        ((_, own),) = programs(pdf)
        assert set(cff.part(own).outlines) <= outlines
    assert read[0].charset == [".notdef", *(f"cid{n:05}" for n in range(1, len(read[0].charset)))]


def test_pages_look_and_read_as_before(parts: list[bytes]) -> None:
    whole = volume(*parts)
    for n, pdf in enumerate(parts):
        assert pdfium.picture(whole, n, 100).tobytes() == pdfium.picture(pdf, 0, 100).tobytes()
    assert [page.whole for page in pdfium.texts(whole)[0]] == [pdfium.texts(pdf)[0][0].whole for pdf in parts]


def test_widths_and_sets_of_glyphs_are_those_of_the_program(parts: list[bytes], tmp_path: Path) -> None:
    whole = volume(*parts)
    assert judges.false_widths(whole) == []
    assert judges.conforms(whole, "2b") == []
    assert judges.qpdf(whole, tmp_path) == []


def test_a_glyph_that_is_wider_in_one_part_is_another_glyph(parts: list[bytes]) -> None:
    with pikepdf.open(io.BytesIO(parts[0])) as document:
        below = next(o for o in document.objects if isinstance(o, Dictionary) and "/W" in o)
        widths = dict(judges.widths(below))
        below.W = Array([part for cid in sorted(widths) for part in (cid, cid, 700 if cid == 1 else int(widths[cid]))])
        out = io.BytesIO()
        document.save(out)
    ((_, one),), ((_, two),) = programs(volume(parts[0])), programs(volume(parts[0], out.getvalue()))
    assert len(cff.part(two).outlines) == len(cff.part(one).outlines) + 1


def test_a_font_that_is_described_otherwise_is_another_font_whatever_else_is_equal(parts: list[bytes]) -> None:
    with pikepdf.open(io.BytesIO(parts[0])) as document:
        told = next(o for o in document.objects if isinstance(o, Dictionary) and o.get("/Type") == Name.FontDescriptor)
        told.StemV = int(told.StemV) + 7
        program = cff.part(told.FontFile3.read_bytes())
        assert program.cids == tuple(range(len(program.outlines)))
        drawn = program.outlines
        told.FontFile3.write(cff.whole(program, [drawn[0], drawn[2], drawn[1], *drawn[3:]]))
        told.FontFile3.Subtype = Name.CIDFontType0C
        out = io.BytesIO()
        document.save(out)
    other = out.getvalue()
    whole = volume(parts[0], other)
    assert len(list(programs(whole))) == 2
    assert pdfium.picture(other, 0, 100).tobytes() != pdfium.picture(parts[0], 0, 100).tobytes()
    assert pdfium.picture(whole, 1, 100).tobytes() == pdfium.picture(other, 0, 100).tobytes()


def test_fonts_of_another_kind_are_left_as_they_are_but_for_the_tags_of_their_names(
    fontset: FontSet, parts: list[bytes]
) -> None:
    other = not_numbered(made("Plain words", fontset, "DejaVu Sans Mono"))
    ((name, program),) = programs(other)
    whole = volume(other, other, parts[0])
    found = {name.partition("+")[2]: program for name, program in programs(whole)}
    assert found.keys() == {"DejaVuSansMono", "FandolFang-Regular"}
    assert found[name.partition("+")[2]] == program
    assert "Plain words" in pdfium.texts(whole)[0][0].whole


def test_parts_of_a_font_that_are_not_made_one_have_names_of_their_own(fontset: FontSet, tmp_path: Path) -> None:
    parts = [
        tagged_alike(not_numbered(made(text, fontset, "DejaVu Sans Mono")))
        for text in ("Plain words", "Other texts", "Plain words")
    ]
    whole = volume(*parts)
    found = list(programs(whole))
    assert len(found) == 2
    assert len(dict(found)) == 2
    assert all(re.fullmatch("/[A-Z]{6}\\+DejaVuSansMono", name) for name in dict(found))
    with pikepdf.open(io.BytesIO(whole)) as document:
        for page in document.pages:
            for font in page.Resources.Font.values():
                below = font.DescendantFonts[0]
                assert font.BaseFont == below.BaseFont == below.FontDescriptor.FontName
    for n, pdf in enumerate(parts):
        assert pdfium.picture(whole, n, 100).tobytes() == pdfium.picture(pdf, 0, 100).tobytes()
    assert judges.conforms(whole, "2b") == []
    assert judges.qpdf(whole, tmp_path) == []


def not_numbered(pdf: bytes) -> bytes:
    """A PDF whose font is not of the plain kind: its characters lead to glyphs by a table."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in document.objects:
            if isinstance(each, Dictionary) and "/CIDToGIDMap" in each:
                each.CIDToGIDMap = document.make_stream(b"".join(n.to_bytes(2, "big") for n in range(100)))
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def tagged_alike(pdf: bytes) -> bytes:
    """A PDF whose fonts are named as LibreOffice names the parts of a font: the first is AAAAAA in every file."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in document.objects:
            for key in ("/BaseFont", "/FontName"):
                if isinstance(each, Dictionary) and key in each:
                    each[key] = Name("/AAAAAA+" + str(each[key]).partition("+")[2])
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


# ---------------------------------------------------------------- programs


def test_a_program_written_again_is_read_as_it_was(parts: list[bytes]) -> None:
    for pdf in parts:
        ((_, program),) = programs(pdf)
        part = cff.part(program)
        again = cff.part(cff.whole(part, part.outlines))
        assert (again.outlines, again.common) == (part.outlines, part.common)
        assert again.cids == tuple(range(len(part.outlines)))


def test_a_program_with_one_glyph_or_with_very_many_is_read_again(parts: list[bytes]) -> None:
    ((_, program),) = programs(parts[0])
    part = cff.part(program)
    for count in (1, 2, 256, 65535):
        outlines = [part.outlines[n % len(part.outlines)] for n in range(count)]
        assert cff.part(cff.whole(part, outlines)).outlines == tuple(outlines)
    for count in (0, 65536):
        with pytest.raises(ValueError, match=f"{count} glyphs"):
            cff.whole(part, part.outlines[:1] * count)


def refusals(read: Callable[[bytes], object], program: bytes, reach: int) -> int:
    """How many of 400 damaged copies of a font program are refused: some are cut short, some changed in their first ``reach`` bytes."""
    chance, refused = random.Random(7), 0
    for n in range(400):
        spoiled = bytearray(program[: len(program) if n % 2 else chance.randrange(len(program))])
        for _ in range(n % 2 * 3):
            spoiled[chance.randrange(min(reach, len(spoiled)))] = chance.randrange(256)
        try:
            read(bytes(spoiled))
        except cff.Unusual:
            refused += 1
    return refused


def test_a_damaged_program_is_unusual_and_nothing_worse(parts: list[bytes]) -> None:
    ((_, program),) = programs(parts[0])
    assert refusals(cff.part, program, 600) > 200
