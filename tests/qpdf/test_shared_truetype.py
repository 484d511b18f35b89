"""TrueType fonts of many PDFs made one: glyphs byte for byte, those made of others with them; what is not surely of one font stays."""

from __future__ import annotations

import io
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
import typst
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from pikepdf import Dictionary, Name

from builder import pdfium
from builder.fonts import FontSet
from builder.qpdf import truetype
from tests.longterm import judges
from tests.qpdf.test_shared_fonts import made, programs, refusals, volume

TEXTS = ("全市防汛工作情况，水库120座。", "抗旱保苗进展顺利，水利局投入860台机具。", "第三季度约稿题目安排")
ACCENTS = ("Rsumé", "e à ü é", "Plain words é")
FAMILY = "Jianbao Test Fang"
LIMITS = ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements")
COUNTED = ("maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints")


def truetype_of(file: Path, text: str, family: str) -> bytes:
    """A font of an OpenType/CFF file as one with TrueType outlines, with the characters of a text."""
    font, options = TTFont(file), subset.Options(layout_features=[], notdef_outline=True, name_IDs=[1, 2, 3, 4, 6])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    drawn, order = {}, font.getGlyphOrder()
    for name in order:
        pen = TTGlyphPen(None)
        font.getGlyphSet()[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        drawn[name] = pen.glyph()
    for name in ("CFF ", "VORG"):
        del font[name]
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    for name in order:
        drawn[name].recalcBounds(font["glyf"])
        font["hmtx"][name] = font["hmtx"][name][0], getattr(drawn[name], "xMin", 0)
    font["maxp"].tableVersion, font["post"].formatType = 0x00010000, 3.0
    for name in (*LIMITS, *COUNTED, "maxCompositeContours", "maxComponentDepth"):
        setattr(font["maxp"], name, 0)
    for record in font["name"].names:
        record.string = {1: family, 4: family, 6: family.replace(" ", "")}.get(record.nameID, record.string)
    font.sfntVersion = "\0\1\0\0"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@pytest.fixture(scope="session")
def folder(fontset: FontSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one Chinese TrueType font."""
    source = next(face.file for face in fontset.faces.values() if face.file.name == "FandolFang-Regular.otf")
    made = tmp_path_factory.mktemp("truetype")
    (made / "fang.ttf").write_bytes(truetype_of(source, "".join(TEXTS), FAMILY))
    return made


def page(text: str, family: str, folder: Path) -> bytes:
    """A page with a text in one font."""
    source = (
        '#set document(title: "t", date: datetime(year: 2026, month: 6, day: 8))\n'
        f'#set page(width: 210mm, height: 297mm)\n#set text(font: "{family}", fallback: false)\n{text}'
    )
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
    made = typst.Compiler(root="/", font_paths=fonts).compile(source.encode(), format="pdf", pdf_standards=["a-2b"])
    assert isinstance(made, bytes)
    return made


@pytest.fixture(scope="module")
def chinese(folder: Path) -> list[bytes]:
    """Three PDFs with the same font and other characters."""
    return [page(text, FAMILY, folder) for text in TEXTS]


@pytest.fixture(scope="module")
def accented(folder: Path) -> list[bytes]:
    """Three PDFs with a hinted font, whose é is made of an e and an accent, and which names its glyphs."""
    return [page(text, "DejaVu Sans Mono", folder) for text in ACCENTS]


@pytest.fixture(params=["chinese", "accented"])
def parts(request: pytest.FixtureRequest) -> list[bytes]:
    """Either."""
    found: list[bytes] = request.getfixturevalue(request.param)
    return found


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf, pikepdf.Object], None]) -> bytes:
    """The PDF with its one CID font otherwise."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        font = next(o for o in document.objects if isinstance(o, Dictionary) and "/CIDToGIDMap" in o)
        change(document, font)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def with_table(name: str, data: bytes) -> Callable[[pikepdf.Pdf, pikepdf.Object], None]:
    """What gives a font's program a table."""

    def change(_: pikepdf.Pdf, font: pikepdf.Object) -> None:
        tables = dict(truetype._tables(font.FontDescriptor.FontFile2.read_bytes()))
        font.FontDescriptor.FontFile2.write(truetype._file({**tables, name.encode(): data}))

    return change


def composed(program: bytes) -> Iterator[tuple[int, list[int]]]:
    """Glyphs of a program that are made of others, by fontTools."""
    font = TTFont(io.BytesIO(program))
    for name in font.getGlyphOrder():
        if (glyph := font["glyf"][name]).isComposite():
            yield font.getGlyphID(name), [font.getGlyphID(each.glyphName) for each in glyph.components]


def same_pages(whole: bytes, parts: list[bytes]) -> None:
    """Every page of the volume looks and reads as that of its part."""
    for n, pdf in enumerate(parts):
        assert pdfium.picture(whole, n, 100).tobytes() == pdfium.picture(pdf, 0, 100).tobytes()
    assert [page.whole for page in pdfium.texts(whole)[0]] == [pdfium.texts(pdf)[0][0].whole for pdf in parts]


# ---------------------------------------------------------------- made one


def test_the_fonts_of_all_parts_are_one_with_every_glyph_once(chinese: list[bytes]) -> None:
    ((name, program),) = programs(volume(*chinese))
    assert name.endswith("+JianbaoTestFang")
    assert len(truetype.part(program).outlines) == len(set("".join(TEXTS))) + 1


def test_every_glyph_is_there_byte_for_byte_and_fonttools_reads_the_program(chinese: list[bytes]) -> None:
    ((_, program),) = programs(volume(*chinese))
    read, own = TTFont(io.BytesIO(program), checkChecksums=2), set[bytes]()
    for pdf in chinese:
        ((_, each),) = programs(pdf)
        own |= set(truetype.part(each).outlines)
    assert {outline.ljust(len(outline) + -len(outline) % 4, b"\0") for outline in own} == {
        outline.ljust(len(outline) + -len(outline) % 4, b"\0") for outline in truetype.part(program).outlines
    }
    for name in read.getGlyphOrder():
        read["glyf"][name].expand(read["glyf"])
    assert read["hhea"].numberOfHMetrics == read["maxp"].numGlyphs == len(read.getGlyphOrder())


def test_a_glyph_made_of_others_finds_them_in_the_common_program_where_they_are_once(accented: list[bytes]) -> None:
    ((_, program),) = programs(volume(*accented))
    found, bare = dict(composed(program)), set("".join(ACCENTS))
    assert len(found) == len(bare & set("éàü"))
    assert len({below for parts in found.values() for below in parts}) == len("eau") + 3  # three letters, three accents
    ((_, first),) = programs(accented[0])
    assert list(composed(first)) != list(found.items())  # they had other numbers


def test_pages_look_and_read_as_before(parts: list[bytes]) -> None:
    same_pages(volume(*parts), parts)


def test_poppler_draws_the_same(parts: list[bytes], pdftoppm: str, tmp_path: Path) -> None:
    drawn = []
    for name, pdf in (("whole", volume(*parts)), *((f"part{n}", pdf) for n, pdf in enumerate(parts))):
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
        subprocess.run([pdftoppm, "-r", "90", "-gray", f"{name}.pdf", name], cwd=tmp_path, check=True, timeout=60)
        drawn.append([path.read_bytes() for path in sorted(tmp_path.glob(f"{name}-*.pgm"))])
    assert drawn[0] == [page for part in drawn[1:] for page in part]
    assert len(set(drawn[0])) == len(parts)


def test_the_volume_is_sound_and_pdf_a_2b(parts: list[bytes], fontset: FontSet, tmp_path: Path) -> None:
    whole = volume(*parts, made(TEXTS[0], fontset))
    assert len(list(programs(whole))) == 2  # that of the parts, and one of the other kind
    assert judges.conforms(whole, "2b") == []
    assert judges.qpdf(whole, tmp_path) == []
    assert judges.false_widths(whole) == []


def test_what_stands_on_a_page_is_not_touched(parts: list[bytes]) -> None:
    with pikepdf.open(io.BytesIO(volume(*parts))) as whole:
        for made, pdf in zip(whole.pages, parts, strict=True):
            with pikepdf.open(io.BytesIO(pdf)) as source:
                streams = [each.read_bytes() for each in made.Contents]
                assert source.pages[0].Contents.read_bytes() in streams


# ---------------------------------------------------------------- left as they are


def mapped(document: pikepdf.Pdf, font: pikepdf.Object) -> None:
    """Its CIDs are no numbers of glyphs any more, as far as anybody knows."""
    font.CIDToGIDMap = document.make_stream(b"".join(struct.pack(">H", n) for n in range(200)))


def of_its_own(_: pikepdf.Pdf, font: pikepdf.Object) -> None:
    """Its é is made of itself."""
    program = truetype.part(font.FontDescriptor.FontFile2.read_bytes())
    outlines = list(program.outlines)
    glyph = min(program.parts)
    outlines[glyph] = program.drawn(glyph, lambda _: glyph)
    font.FontDescriptor.FontFile2.write(truetype.whole(program, outlines))


@pytest.mark.parametrize("change", [mapped, of_its_own, with_table("vmtx", b"\0\0\0\0")])
def test_a_program_of_another_kind_is_left_as_it_is(
    accented: list[bytes], change: Callable[[pikepdf.Pdf, pikepdf.Object], None]
) -> None:
    other = changed(accented[0], change)
    ((_, program),) = programs(other)
    found = list(programs(volume(other, *accented[1:])))
    assert len(found) == 2
    assert program in [each for _, each in found]


@pytest.mark.parametrize("name", ["fpgm", "prep", "cvt "])
def test_programs_with_other_instructions_are_other_fonts(accented: list[bytes], name: str) -> None:
    ((_, program),) = programs(accented[0])
    data = dict(truetype._tables(program))[name.encode()]
    other = changed(accented[1], with_table(name, data[:-2] + bytes([data[-2] ^ 1, data[-1]])))
    assert len(list(programs(volume(accented[0], other)))) == 2


def test_a_font_of_the_same_name_and_size_but_other_outlines_keeps_them(
    chinese: list[bytes], folder: Path, fontset: FontSet, tmp_path: Path
) -> None:
    """The same glyph names other lines: both are in the program, and each page shows its own."""

    def swapped(_: pikepdf.Pdf, font: pikepdf.Object) -> None:
        program = truetype.part(font.FontDescriptor.FontFile2.read_bytes())
        first, *drawn = program.outlines
        font.FontDescriptor.FontFile2.write(truetype.whole(program, [first, *reversed(drawn)]))

    other = changed(chinese[0], swapped)
    whole = volume(chinese[0], other)
    same_pages(whole, [chinese[0], other])
    assert pdfium.picture(other, 0, 50).tobytes() != pdfium.picture(chinese[0], 0, 50).tobytes()


# ---------------------------------------------------------------- programs


def test_a_program_written_again_is_read_as_it_was_but_for_names_of_glyphs(parts: list[bytes]) -> None:
    for pdf in parts:
        ((_, program),) = programs(pdf)
        part = truetype.part(program)
        again = truetype.part(truetype.whole(part, part.outlines))
        assert (again.tables, again.common, again.parts) == (part.tables, part.common, part.parts)
        assert [each[: len(own)] for each, own in zip(again.outlines, part.outlines, strict=True)] == [*part.outlines]


def test_a_program_with_one_glyph_or_with_very_many_is_read_again(chinese: list[bytes]) -> None:
    ((_, program),) = programs(chinese[0])
    part = truetype.part(program)
    for count in (1, 300, 65535):
        assert len(truetype.part(truetype.whole(part, part.outlines[:1] * count)).outlines) == count
    for count in (0, 65536):
        with pytest.raises(ValueError, match=f"{count} glyphs"):
            truetype.whole(part, part.outlines[:1] * count)


def test_a_damaged_program_is_unusual_and_nothing_worse(accented: list[bytes]) -> None:
    ((_, program),) = programs(accented[0])
    assert refusals(truetype.part, program, 200) > 200


def test_the_tag_of_the_common_font_is_the_same_in_all_its_names(parts: list[bytes]) -> None:
    with pikepdf.open(io.BytesIO(volume(*parts))) as document:
        for made in document.pages:
            for font in made.Resources.Font.values():
                below = font.DescendantFonts[0]
                assert below.BaseFont == below.FontDescriptor.FontName
                assert (below.Subtype, below.CIDToGIDMap) == (Name.CIDFontType2, Name.Identity)
                assert str(font.BaseFont).startswith(str(below.BaseFont))
