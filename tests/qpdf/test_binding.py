"""PDFs bound as one: what stands on a page is not touched, what is equal is there once, and every way within a part leads where it led."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
import typst
from pikepdf import Array, Dictionary, Name

from builder import pdfium
from builder.qpdf.binding import Bound, Labels, NotBindable, Part, Told, bound

TOLD = Told("《甲》2026年合订本", "某办公室", 2026)
STANDARD = ["a-2b"]


def made(pages: int, text: str = "Issue", standards: list[str] | None = None) -> bytes:
    """Pages that bear a heading each; the first has a link to the last."""
    body = [
        '#set document(title: "t", date: datetime(year: 2026, month: 6, day: 8))\n#set page(width: 210mm, height: 297mm)',
        "#link(<last>)[last]" if pages > 1 else "",
        "#pagebreak()".join(f"= {text}{n}\nBody{n}" for n in range(1, pages)),
        "#pagebreak()" if pages > 1 else "",
        f"= {text}{pages} <last>\nBody{pages}",
    ]
    source = "\n".join(body).encode()
    return typst.compile(source, format="pdf", pdf_standards=STANDARD if standards is None else standards)


def marks(count: int, sizes: dict[int, tuple[float, float]] | None = None) -> bytes:
    """A page with ``M1``, ``M2`` … 10 mm from the left and the lower edge for each page; sizes in mm."""
    found = [(sizes or {}).get(n, (210, 297)) for n in range(count)]
    body = ['#set document(title: "m", date: datetime(year: 2026, month: 6, day: 8))'] + [
        f'#page(width: {wide}mm, height: {high}mm, margin: 10mm, place(bottom, text(size: 8pt, "M{n}")))'
        for n, (wide, high) in enumerate(found, 1)
    ]
    return typst.compile("\n".join(body).encode(), format="pdf", pdf_standards=STANDARD)


def volume(*parts: bytes | None, titles: tuple[str, ...] = (), labels: tuple[Labels, ...] = (Labels(0, "D"),)) -> Bound:
    """The parts bound; ``titles`` for the first of them."""
    named = [*titles, *([""] * len(parts))]
    pages = sum(1 if part is None else len(pdfium.texts(part)[0]) for part in parts)
    given = (Part(part, title) for part, title in zip(parts, named, strict=False))
    return bound(given, marks(pages), labels, TOLD)


def changed(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """A PDF with something else in it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        change(document)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def own(document: pikepdf.Pdf, page: int) -> bytes:
    """What stands on a page (from 0) without what was put before and behind it."""
    contents = document.pages[page].Contents
    streams = list(contents) if isinstance(contents, Array) else [contents]
    return b"".join(each.read_bytes() for each in streams[1:-1])


# ---------------------------------------------------------------- pages


def test_every_page_keeps_its_content_stream_byte_for_byte_and_its_text_before_the_mark() -> None:
    parts = [made(3), made(1, "Other"), made(2, "Again")]
    whole = volume(*parts)
    texts, _ = pdfium.texts(whole.pdf)
    wanted = [page.whole for part in parts for page in pdfium.texts(part)[0]]
    assert [page.whole.split("M")[0].strip() for page in texts] == [text.strip() for text in wanted]
    assert [page.whole.split("M")[1] for page in texts] == ["1", "2", "3", "4", "5", "6"]
    with pikepdf.open(io.BytesIO(whole.pdf)) as document:
        contents = [own(document, n) for n in range(6)]
    for part in parts:
        with pikepdf.open(io.BytesIO(part)) as source:
            for page in source.pages:
                assert page.Contents.read_bytes() == contents.pop(0)


def test_a_page_looks_the_same_but_for_its_mark() -> None:
    part = made(2)
    whole = volume(part)
    for n in range(2):
        before, after = (pdfium.picture(pdf, n, 50).convert("L") for pdf in (part, whole.pdf))
        assert before.size == after.size
        wide, high = before.size
        above = (0, 0, wide, high * 92 // 100)  # the mark stands in the lowest 17 mm
        assert before.crop(above).tobytes() == after.crop(above).tobytes()
        assert before.tobytes() != after.tobytes()


def test_a_blank_page_has_the_size_of_its_mark_and_nothing_else() -> None:
    whole = bound([Part(made(1)), Part(None)], marks(2, {1: (148, 210)}), [Labels(0, "D")], TOLD)
    texts, _ = pdfium.texts(whole.pdf)
    assert (round(texts[1].width), round(texts[1].height), texts[1].whole.strip()) == (148, 210, "M2")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_mark_stands_upright_at_the_same_place_however_the_page_is_turned(turn: int) -> None:
    part = changed(made(1), lambda document: document.pages[0].obj.update({"/Rotate": turn}))
    size = (297, 210) if turn % 180 else (210, 297)
    whole = bound([Part(part)], marks(1, {0: size}), [Labels(0, "D")], TOLD)
    glyphs = [glyph for glyph in pdfium.sheets(whole.pdf)[0].glyphs if glyph.text in "M1"][-2:]
    assert [glyph.text for glyph in glyphs] == ["M", "1"]
    assert glyphs[0].x == pytest.approx(10, abs=0.1)
    assert glyphs[0].bottom == pytest.approx(size[1] - 10, abs=0.1)


def test_a_page_that_does_not_begin_at_nought_has_its_mark_at_its_own_corner() -> None:
    def moved(document: pikepdf.Pdf) -> None:
        document.pages[0].MediaBox = Array([-50, -70, 545.276, 771.89])

    whole = volume(changed(made(1), moved))
    glyph = next(glyph for glyph in pdfium.sheets(whole.pdf)[0].glyphs if glyph.text == "M")
    assert glyph.x == pytest.approx(10, abs=0.1)


def test_what_pages_inherit_from_the_tree_is_theirs_in_the_volume() -> None:
    def inherited(document: pikepdf.Pdf) -> None:
        tree = document.Root.Pages
        for page in document.pages:
            tree.MediaBox, tree.Resources = page.obj.MediaBox, page.obj.Resources
            del page.obj["/MediaBox"], page.obj["/Resources"]

    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(made(1))) as document:
        inherited(document)
        document.save(plain)
    texts, _ = pdfium.texts(volume(plain.getvalue()).pdf)
    assert "Body1" in texts[0].whole
    assert round(texts[0].width) == 210


def test_as_many_marks_as_pages_are_wanted() -> None:
    for count in (1, 3):
        with pytest.raises(NotBindable, match=f"{count} marks for 2 pages"):
            bound([Part(made(2))], marks(count), [Labels(0, "D")], TOLD)


# ---------------------------------------------------------------- one file


def test_the_same_parts_give_the_same_bytes() -> None:
    parts = (made(3), None, made(2, "Again"))
    assert volume(*parts).pdf == volume(*parts).pdf


def test_a_part_that_is_there_many_times_takes_its_fonts_and_pictures_once() -> None:
    part = made(2)
    with pikepdf.open(io.BytesIO(volume(*[part] * 10).pdf)) as document:
        fonts = {d.FontFile3.objgen for d in document.objects if isinstance(d, Dictionary) and "/FontFile3" in d}
        profiles = [d for d in document.objects if isinstance(d, Dictionary) and d.get("/S") == Name.GTS_PDFA1]
        contents = {own.objgen for page in document.pages for own in list(page.Contents)[1:-1]}
    with pikepdf.open(io.BytesIO(part)) as source:
        single = {d.FontFile3.objgen for d in source.objects if isinstance(d, Dictionary) and "/FontFile3" in d}
    assert len(fonts) <= len(single) + 1  # and that of the marks
    assert len(profiles) == 1
    assert len(contents) == 2


def test_it_says_its_title_author_and_language_in_both_places_and_no_day() -> None:
    with pikepdf.open(io.BytesIO(volume(made(1)).pdf)) as document:
        told = document.open_metadata()
        assert (told["dc:title"], told["dc:creator"], told.pdfa_status) == (TOLD.title, [TOLD.author], "2B")
        assert (str(document.docinfo.Title), str(document.docinfo.Author)) == (TOLD.title, TOLD.author)
        assert set(document.docinfo.keys()) == {"/Title", "/Author", "/Producer"}
        assert str(document.Root.Lang) == "zh-CN"
        assert document.Root.PageLayout == Name.TwoPageRight
        assert "/StructTreeRoot" not in document.Root
        assert not any("/StructParents" in page.obj for page in document.pages)


def test_a_title_with_signs_of_xml_is_told_as_it_is() -> None:
    whole = bound([Part(made(1))], marks(1), [Labels(0, "D")], Told("甲<乙>&丙", "丁&戊", 2026))
    with pikepdf.open(io.BytesIO(whole.pdf)) as document:
        assert document.open_metadata()["dc:title"] == "甲<乙>&丙"


def test_a_volume_with_a_part_that_is_no_pdf_a_claims_nothing() -> None:
    assert volume(made(1), made(1, "Again")).claims
    whole = volume(made(1), made(1, "Again", standards=["1.7"]))
    assert not whole.claims
    with pikepdf.open(io.BytesIO(whole.pdf)) as document:
        assert document.open_metadata().pdfa_status == ""
        assert "/OutputIntents" not in document.Root


def test_parts_that_mean_other_colours_are_no_pdf_a_together() -> None:
    def grey(document: pikepdf.Pdf) -> None:
        stream = document.Root.OutputIntents[0].DestOutputProfile
        profile = bytearray(stream.read_bytes())
        profile[16:20] = b"GRAY"
        stream.write(bytes(profile))

    assert not volume(made(1), changed(made(1, "Again"), grey)).claims


# ---------------------------------------------------------------- ways


def test_links_lead_to_the_same_page_of_their_own_part() -> None:
    with pikepdf.open(io.BytesIO(volume(made(3), made(2, "Again")).pdf)) as document:
        numbers = {page.obj.objgen: n for n, page in enumerate(document.pages)}
        links = [(n, note) for n, page in enumerate(document.pages) for note in page.obj.get("/Annots", ())]
        assert [(n, numbers[note.Dest[0].objgen], int(note.F)) for n, note in links] == [(0, 2, 4), (3, 4, 4)]


def test_links_into_the_web_stay_and_notes_and_links_that_lead_nowhere_go() -> None:
    def noted(document: pikepdf.Pdf) -> None:
        def note(**values: Any) -> pikepdf.Object:
            return document.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **values))

        web = Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org/a"))
        document.pages[0].obj.Annots = Array(
            [
                note(Subtype=Name.Link, A=web),
                note(Subtype=Name.Text, Contents=pikepdf.String("注")),
                note(Subtype=Name.Link, Dest=pikepdf.String("没有")),
                note(Subtype=Name.Link, A=Dictionary(S=Name.JavaScript, JS=pikepdf.String("1"))),
            ]
        )

    with pikepdf.open(io.BytesIO(volume(changed(made(1), noted)).pdf)) as document:
        assert [str(note.A.URI) for note in document.pages[0].obj.Annots] == ["https://example.org/a"]


def test_the_outline_goes_from_the_volume_to_its_parts_to_their_own_lines() -> None:
    whole = volume(made(1, "Contents"), made(2), None, made(1, "Again"), titles=("", "第1期", "", "第2期"))
    with pikepdf.open(io.BytesIO(whole.pdf)) as document, document.open_outline() as outline:
        (root,) = outline.root
        assert root.title == TOLD.title
        assert [line.title for line in root.children] == ["Contents1", "第1期", "第2期"]
        assert [line.title for line in root.children[1].children] == ["Issue1", "Issue2"]
    assert pdfium.texts(whole.pdf)[1] == (
        *((TOLD.title, 1), ("Contents1", 1), ("第1期", 2), ("Issue1", 2), ("Issue2", 3)),
        *(("第2期", 5), ("Again1", 5)),
    )


def test_an_outline_that_runs_in_a_ring_ends() -> None:
    def ring(document: pikepdf.Pdf) -> None:
        first = document.Root.Outlines.First
        first.Next = first

    lines = pdfium.texts(volume(changed(made(1), ring), titles=("第1期",)).pdf)[1]
    assert 2 < len(lines) < 1000


def test_pages_are_called_by_their_labels() -> None:
    labels = (Labels(0, "", "封面"), Labels(1, "R"), Labels(3, "D"))
    with pikepdf.open(io.BytesIO(volume(made(3), made(2), labels=labels).pdf)) as document:
        assert [page.label for page in document.pages] == ["封面", "I", "II", "1", "2"]


def test_contents_lead_to_the_pages_of_the_volume_by_their_numbers_and_other_parts_cannot() -> None:
    body = (
        '#set document(title: "c", date: datetime(year: 2026, month: 6, day: 8))\n#link("page:3")[c] #link("page:1")[b]'
    )
    contents = typst.compile(body.encode(), format="pdf", pdf_standards=STANDARD)
    parts = [Part(contents, leads=True), Part(made(2), "一"), Part(contents, "二")]
    whole = bound(parts, marks(4), [Labels(0, "R"), Labels(1, "D")], TOLD)
    with pikepdf.open(io.BytesIO(whole.pdf)) as document:
        numbers = {page.obj.objgen: n for n, page in enumerate(document.pages)}
        ours, theirs = (list(document.pages[n].obj.Annots) for n in (0, 3))
        assert [numbers[note.Dest[0].objgen] for note in ours] == [3, 1]
        assert all("/A" not in note and int(note.F) == 4 for note in ours)
        assert [str(note.A.URI) for note in theirs] == ["page:3", "page:1"]
