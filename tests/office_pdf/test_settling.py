"""A PDF that LibreOffice made, settled: nothing of the machine, its clock or the run is left, and the pages are the same."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import page
import pikepdf
import pytest

from builder import pdfium
from builder.errors import JianbaoError
from builder.qpdf import typeone
from builder.qpdf.settling import settled
from builder.qpdf.typeone import TypeOne
from builder.soffice import Office
from tests.office_pdf.papers import TEXT, pages, word

_FONT = (
    b"%!FontType1-1.0: Any\n/UniqueID 4100060 def\n/Encoding 256 array\ndup 1 /cid9 put\ndup 2 /A put\nreadonly def\n",
    b"HDU dup\n/Private 9 dict dup begin\n/UniqueID 4100060 def\n" + bytes(range(256)) * 40,
    b"0" * 32,
)


@pytest.fixture(scope="module")
def raw(warm: Office) -> bytes:
    return warm.pdf(pages(2), "甲")


@pytest.fixture(scope="module")
def plain(raw: bytes) -> bytes:
    return settled(raw, "备用题名")


def test_the_same_document_gives_the_same_bytes_whatever_was_set_before(warm: Office, plain: bytes) -> None:
    warm.pdf(word("另一个文件"), "乙")
    again = warm.pdf(pages(2), "甲")
    assert settled(again, "备用题名") == plain
    assert again != plain


def test_settled_twice_is_settled_once(plain: bytes) -> None:
    assert settled(plain, "备用题名") == plain


def test_the_pages_are_the_same(raw: bytes, plain: bytes) -> None:
    assert pdfium.sheets(plain) == pdfium.sheets(raw)


def test_nothing_is_told_of_the_machine_or_the_author(plain: bytes) -> None:
    with pikepdf.open(io.BytesIO(plain)) as document:
        told = dict(document.docinfo.items())
        xmp = document.Root.Metadata.read_bytes().decode()
        assert told == {"/Title": "备用题名", "/Producer": "jianbao"}
        assert document.Root.Lang == "zh-CN"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
    assert "某某" not in xmp
    assert not re.search(r"20\d\d-|/tmp|LibreOffice|Writer", xmp)


def test_the_title_of_the_document_comes_before_the_name_of_its_file(warm: Office) -> None:
    made = settled(warm.pdf(word(title="抗旱保苗<快报>"), "甲"), "甲")
    with pikepdf.open(io.BytesIO(made)) as document:
        assert document.docinfo.Title == "抗旱保苗<快报>"
        assert "抗旱保苗&lt;快报&gt;" in document.Root.Metadata.read_bytes().decode()


@pytest.mark.parametrize("name", ["甲\udcff\udcfe", "甲\x01\x1b", "甲\ufffe"])
def test_a_title_that_xml_cannot_hold_is_written_as_far_as_it_can_be(raw: bytes, name: str) -> None:
    with pikepdf.open(io.BytesIO(settled(raw, name))) as document:
        title = str(document.docinfo.Title)
        xmp = ElementTree.fromstring(document.Root.Metadata.read_bytes().decode())
        told = [node.text for node in xmp.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")]
    assert title == "甲" + "\ufffd" * (len(name) - 1)
    assert title in told


def test_a_link_to_a_file_leads_nowhere_and_one_to_the_web_stays(raw: bytes) -> None:
    with pikepdf.open(io.BytesIO(raw)) as document:
        document.pages[0].Annots = pikepdf.Array()
        for n, target in enumerate(("file:///tmp/jianbao-x/1.docx", "https://example.org/")):
            action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=target)
            note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, n, 9, 9], A=action)
            document.pages[0].Annots.append(document.make_indirect(note))
        linked = io.BytesIO()
        document.save(linked)
    with pikepdf.open(io.BytesIO(settled(linked.getvalue(), "甲"))) as made:
        assert [str(note.A.URI) for note in made.pages[0].Annots if "/A" in note] == ["https://example.org/"]


def test_a_validator_finds_pdf_a_2b_but_for_fonts_that_are_there(plain: bytes) -> None:
    report = page.validate_pdf_bytes(plain, profile="2b")
    # It takes no Type 1 program for an embedded one; every font has its program here.
    assert {f.rule_id for f in report.failures} <= {"PDFA2B-FONT-EMBEDDING-001"}
    with pikepdf.open(io.BytesIO(plain)) as document:
        fonts = [each for each in document.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
        assert fonts
        for font in fonts:
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys())
        assert b"<pdfaid:part>2<" in document.Root.Metadata.read_bytes()


def test_the_text_can_be_read_back(plain: bytes) -> None:
    assert "".join(sheet.whole for sheet in pdfium.texts(plain)[0]).count(TEXT[:4]) > 8


def test_a_font_loses_its_number_and_nothing_else() -> None:
    clear, secret, end = _FONT
    hidden, _ = typeone._enciphered(secret)
    program = TypeOne(clear + hidden + end, len(clear), len(hidden))
    made = typeone.numberless(program)
    plain, state = b"", 55665
    for byte in made[len(clear) : len(clear) + len(hidden)]:
        plain += bytes([byte ^ (state >> 8)])
        state = (state + byte) * 52845 + 22719 & 0xFFFF
    gap = b" " * len(b"/UniqueID 4100060 def")
    assert plain == secret.replace(b"/UniqueID 4100060 def", gap)
    assert made[: len(clear)] == clear.replace(b"/UniqueID 4100060 def", gap)
    assert made.endswith(end)
    assert program.characters() == ["cid9", "A"]


def test_a_damaged_pdf_is_told() -> None:
    with pytest.raises(JianbaoError, match="读不了"):
        settled(b"%PDF-1.6 and no more", "甲")
