"""PDFs that others made: right ones pass, line ends are judged, and no PDF is so odd that measuring stops."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import typst
from docx.shared import Mm, Pt
from PIL import Image

from builder import fonts, pdfium
from builder.errors import JianbaoError
from builder.fonts.faces import OFFICIAL
from builder.inspection import pdf, profile
from builder.inspection.findings import Finding, Report
from builder.inspection.made import shown
from builder.soffice import FaceFile, Office, ProgramMissing
from tests.growth import TIMES, assert_linear
from tests.inspection import word_papers
from tests.inspection.foreign import Letter, pages, printed
from tests.inspection.test_pdf_right import wrong


def inspected(letter: Letter, fontset: fonts.FontSet) -> Report:
    return pdf.inspect(printed(letter, fontset), "函.pdf", profile.GB)


def found(report: Report, code: str) -> Finding:
    return next(f for f in report.findings if f.code == code)


def test_a_letter_set_by_hand_to_the_standard_passes(fontset: fonts.FontSet) -> None:
    report = inspected(Letter(), fontset)
    assert wrong(report) == set()
    assert (report.profile, report.pages) == ("GB/T 9704-2012", 2)
    assert found(report, "mark-top").verdict == "合格"
    assert found(report, "number-rule").verdict == "合格"
    assert found(report, "mark-to-number").verdict == "合格"
    assert found(report, "characters").value == "28 字"
    assert found(report, "foot-place").value == "重合"
    assert "本刊版式" not in {f.clause for f in report.findings if f.element in ("刊名", "红线", "发文字号")}


def _lines(**changed: str) -> Letter:
    """The letter with other characters at the beginning (``a3``) or end (``e3``) of lines."""
    letter = Letter()
    for place, text in changed.items():
        side, n = place[0], int(place[1:])
        old, indented = letter.body[n]
        count = sum(2 if ord(c) > 0x7F else 1 for c in text) // 2
        letter.body[n] = (text + old[count:] if side == "a" else old[: len(old) - count] + text, indented)
    return letter


@pytest.mark.parametrize(
    ("letter", "codes"),
    [
        (_lines(a2="，其"), {"line-start"}),
        (_lines(a5="”等"), {"line-start"}),
        (_lines(e1="其（"), {"line-end"}),
        (_lines(e0="共22", a1="60处"), {"number-split"}),
        (_lines(e0="占22", a1=".6处"), {"number-split"}),
        (_lines(e1="查—", a2="—查"), {"dash-split"}),
        (_lines(e1="查…", a2="…查"), {"line-start", "dash-split"}),
        (Letter(number="临水〔2026〕05号"), {"number-form"}),
        (Letter(number="临水[2026]5号"), {"number-form"}),
        (Letter(number="临水〔2026〕第5号"), {"number-form"}),
        (Letter(title=("临澜市水利局关于开展水利工", "程检查的通知")), {"title-split"}),
        (Letter(numbers=("— 1 —", "2")), {"page-number-form"}),
    ],
)
def test_what_is_wrong_in_a_letter_of_foreign_make_is_told_by_its_code(
    fontset: fonts.FontSet, letter: Letter, codes: set[str]
) -> None:
    assert wrong(inspected(letter, fontset)) == codes


@pytest.mark.parametrize(
    ("letter", "code"),
    [
        (_lines(e0="共22", a1="处工"), "number-unit"),
        (_lines(e0="共22", a1="亩地"), "number-unit"),
        (_lines(a1="(全市)"), "half-punctuation"),
    ],
)
def test_what_is_only_a_practice_is_a_remark(fontset: fonts.FontSet, letter: Letter, code: str) -> None:
    report = inspected(letter, fontset)
    assert found(report, code).verdict == "提醒"
    assert report.passed


@pytest.mark.parametrize(
    ("counts", "left", "codes"),
    [
        ((22, 22, 9), 3, set()),
        ((21, 21, 9), 2, set()),
        ((21, 21, 9), 3, {"lines", "area-height"}),
        ((21, 22, 9), 2, set()),
    ],
)
def test_a_line_that_word_took_over_to_the_next_page_does_not_count_as_missing(
    fontset: fonts.FontSet, counts: tuple[int, ...], left: int, codes: set[str]
) -> None:
    assert wrong(pdf.inspect(pages(counts, left, fontset), "x.pdf", profile.GB)) == codes


def test_a_number_before_a_word_that_is_no_unit_is_no_remark(fontset: fonts.FontSet) -> None:
    report = inspected(_lines(e0="共22", a1="处理"), fontset)
    assert "number-unit" not in {f.code for f in report.findings}


def test_one_paragraph_in_many_that_is_not_indented_is_a_remark_and_several_are_a_fault(fontset: fonts.FontSet) -> None:
    letter = Letter(body=[("市水利局逐处查看登记造册。", True)] * 15)
    for count, verdict in ((1, "提醒"), (4, "不合格")):
        letter.body[-count:] = [("市水利局逐处查看登记造册。", False)] * count
        finding = found(inspected(letter, fontset), "indent")
        assert (finding.verdict, len(finding.boxes), finding.value) == (verdict, count, f"{count} 段不是，如 0 字")


def test_a_single_character_on_the_last_line_is_a_remark_at_its_place(fontset: fonts.FontSet) -> None:
    letter = Letter()
    letter.body[2] = ("度。", False)
    finding = found(inspected(letter, fontset), "single-character")
    (box,) = finding.boxes
    assert (finding.verdict, box.page) == ("提醒", 1)
    assert box.left == pytest.approx(28, abs=1)


def test_a_line_that_leaves_the_type_area_and_one_that_leaves_the_paper_are_told(fontset: fonts.FontSet) -> None:
    letter = Letter()
    letter.body[5] = ("水" * 31, False)
    assert wrong(inspected(letter, fontset)) == {"outside-area"}
    letter.body[5] = ("水" * 36, False)
    assert "outside-paper" in wrong(inspected(letter, fontset))


# ---------------------------------------------------------------- odd PDFs


def _typst(source: str) -> bytes:
    made = typst.compile(source.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def _scan() -> bytes:
    page = Image.new("L", (827, 1169), 255)
    page.paste(0, (100, 100, 700, 1000))
    stream = io.BytesIO()
    page.save(stream, "PDF", resolution=100)
    return stream.getvalue()


def test_a_scan_is_told_to_have_no_text() -> None:
    report = pdf.inspect(_scan(), "扫描件.pdf", profile.GB)
    (finding,) = report.findings
    assert (finding.code, finding.verdict, report.passed) == ("no-text", "不合格", False)
    assert "扫描件" in finding.note
    assert finding.boxes


def by_hand(content: str, kind: str = "/Page") -> bytes:
    """A PDF of one page with this content, typed as such."""
    return (
        "%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
        "2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
        f"3 0 obj <</Type {kind} /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources <</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Times-Roman>>>>>>>> endobj\n"
        f"4 0 obj <</Length {len(content)}>> stream\n{content}\nendstream endobj\n"
        "trailer <</Root 1 0 R>>\n"
    ).encode()


def test_the_invisible_text_of_a_scan_is_no_text() -> None:
    seen = "BT /F 16 Tf {} Tr 100 700 Td (Text) Tj ET"
    assert [g.text for g in pdfium.sheets(by_hand(seen.format(0)))[0].glyphs] == list("Text")
    (finding,) = pdf.inspect(by_hand(seen.format(3)), "识别过的扫描件.pdf", profile.GB).findings
    assert finding.code == "no-text"


def test_a_damaged_page_is_an_expected_failure_with_what_to_do() -> None:
    with pytest.raises(JianbaoError, match="有的面已经损坏") as caught:
        pdf.read(by_hand("", "/Font"), "坏页.pdf")
    assert "重新导出" in caught.value.hint


ODD = {
    "empty page": "#set page(width: 210mm, height: 297mm)\n#[]",
    "one word": "A",
    "a drawing": "#for n in range(400) { place(top + left, dx: n * 1pt, line(angle: 90deg, length: n * 1pt)) }",
    "huge page": "#set page(width: 5000mm, height: 5000mm)\n#lorem(50)",
    "tiny page": "#set page(width: 5mm, height: 5mm, margin: 0mm)\nA",
    "turned text": "#rotate(90deg, reflow: true)[#lorem(80)]",
    "text upside down": "#rotate(180deg)[#lorem(80)]",
    "text askew": "#rotate(13deg)[#lorem(80)]",
    "only a number": '#set page(numbering: "1")\n#pagebreak()\n#pagebreak()',
    "huge letters": "#text(size: 300pt)[A]",
    "tiny letters": "#text(size: 0.5pt)[A b c]",
    "only a table": "#table(columns: 2, [], [], [], [])",
    "only rules": "#line(length: 100%)\n#line(length: 100%)",
    "one rule and a foot": "#v(1fr)\n#line(length: 100%)\n#text(size: 14pt)[Foot]",
    "grid of points": "#for n in range(90) { place(dx: n * 2pt, dy: n * 3pt, circle(radius: 1pt)) }",
}


@pytest.mark.parametrize("name", ODD)
def test_no_pdf_is_so_odd_that_measuring_stops(name: str) -> None:
    report = pdf.inspect(_typst(ODD[name]), f"{name}.pdf", profile.GB)
    assert report.findings
    assert all(f.verdict in ("合格", "提醒", "不合格") for f in report.findings)


def test_measuring_takes_time_in_proportion_to_the_pages() -> None:
    """Of glyphs, lines and pages; a table with many cells among them. Typst's own time is not measured."""
    made: dict[int, bytes] = {}
    for count in (8, 8 * TIMES):
        text = "#lorem(300)#pagebreak()\n" * count
        made[count] = _typst(f'#set page(numbering: "— 1 —")\n{text}#table(columns: 3, ..range(60).map(str))')
    assert_linear(lambda size: pdf.inspect(made[size], "x.pdf", profile.GB), 8)


# ---------------------------------------------------------------- Word files of others, as LibreOffice prints them


def _printed(document: bytes, fontset: fonts.FontSet) -> bytes:
    faces = [FaceFile(f.file, f.index, f.weight, OFFICIAL[role]) for role, f in fontset.faces.items()]
    with Office(faces) as office:
        try:
            return office.pdf(document, "手排.docx")
        except ProgramMissing:
            pytest.skip("uno is not installed")


def _text_alone(document: Any) -> None:
    """No masthead and no foot, but pages of text."""
    for paragraph in document.paragraphs[:3]:
        paragraph._p.getparent().remove(paragraph._p)
    document.tables[0]._tbl.getparent().remove(document.tables[0]._tbl)
    for paragraph in document.paragraphs[-2:]:
        paragraph._p.getparent().remove(paragraph._p)
    for _ in range(30):
        word_papers.line(document, word_papers.BODY * 2, indent=2)


def test_text_typed_to_the_standard_and_printed_by_libreoffice_passes(fontset: fonts.FontSet, soffice: str) -> None:
    report = pdf.inspect(_printed(word_papers.bulletin(_text_alone), fontset), "手排.pdf", profile.GB)
    assert wrong(report) == set()
    assert (report.pages or 0) >= 5
    assert found(report, "lines").value == "22 行"
    assert found(report, "characters").value == "28 字"
    assert found(report, "foot-missing").verdict == "提醒"


def _song(document: Any) -> None:
    _text_alone(document)
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if run.font.name == "仿宋_GB2312":
                word_papers.fonts(run, "宋体", 16)


def _pitch_of_30(document: Any) -> None:
    _text_alone(document)
    for paragraph in document.paragraphs[1:]:
        paragraph.paragraph_format.line_spacing = Pt(30)


def _margins_of_word(document: Any) -> None:
    _text_alone(document)
    section = document.sections[0]
    section.top_margin, section.left_margin, section.right_margin = Mm(25.4), Mm(31.8), Mm(31.8)


def _short(document: Any) -> None:
    """The foot, a table, stands right after the text on page 1, and reaches into the margin as tables of Word do."""
    for start in ("1．", "二、"):
        paragraph = word_papers.find(document, start)
        paragraph._p.getparent().remove(paragraph._p)


GRID = {"lines", "line-pitch", "area-height"}


@pytest.mark.parametrize(
    ("spoil", "codes", "more"),
    [
        (_short, {"foot-place", "foot-width"}, {"foot-indent", "foot-indent-right"}),
        (_song, {"font"}, set()),
        (_pitch_of_30, {"lines"}, GRID),
        (
            _margins_of_word,
            {"margin-top", "margin-left", "area-width", "characters"},
            GRID | {"page-number-distance", "outside-area"},
        ),
    ],
)
def test_faults_typed_in_another_program_are_found_on_its_pages(
    fontset: fonts.FontSet, soffice: str, spoil: Callable[[Any], None], codes: set[str], more: set[str]
) -> None:
    """``more`` are faults that may come with them: LibreOffice decides what a page holds."""
    report = pdf.inspect(_printed(word_papers.bulletin(spoil), fontset), "手排.pdf", profile.GB)
    assert codes <= wrong(report) <= codes | more


# ---------------------------------------------------------------- only what was measured is told


_LONG = "近年来我市坚持把防汛抗旱工作摆在突出位置压实各级责任完善预案体系加强物资储备确保人民群众生命财产安全。" * 9


def _set(fontset: fonts.FontSet, options: str, text: str = _LONG, paragraphs: int = 8, page: str = "") -> bytes:
    """A text set by Typst to the standard but for the options, on as many pages as it takes."""
    families = ", ".join(f'"{family}"' for family in fontset.families()["仿宋"])
    source = f"""#set page(width: 210mm, height: 297mm, margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm){page})
#set text(font: ({families}), size: 16pt, lang: "zh", region: "cn", cjk-latin-spacing: none, top-edge: 0.88em,
  bottom-edge: -0.12em)
#set par(leading: 12.95pt, spacing: 12.95pt, justify: true, first-line-indent: (amount: 32pt, all: true))
#set text({options})
""" + "\n\n".join([text] * paragraphs)
    made = typst.compile(
        source.encode(), format="pdf", font_paths=[str(p) for p in fontset.paths], ignore_system_fonts=True
    )
    assert isinstance(made, bytes)
    return made


def test_characters_set_wide_are_measured_and_not_taken_for_those_of_the_standard(fontset: fonts.FontSet) -> None:
    report = pdf.inspect(_set(fontset, "tracking: 5pt"), "疏.pdf", profile.GB)
    assert (found(report, "character-pitch").value, found(report, "character-pitch").verdict) == ("21.00 pt", "不合格")
    assert (found(report, "characters").value, found(report, "characters").verdict) == ("21 字", "不合格")
    assert "little-text" not in {f.code for f in report.findings}


@pytest.mark.parametrize("points", [9, 10.5, 12, 14, 18, 22])
def test_a_text_of_another_size_is_text_of_a_wrong_size_and_no_title(fontset: fonts.FontSet, points: float) -> None:
    report = pdf.inspect(_set(fontset, f"size: {points}pt"), "大小.pdf", profile.GB)
    size = found(report, "font-size")
    assert (size.element, size.value, size.verdict) == ("正文", f"{points:g} pt", "不合格")
    assert "标题" not in {f.element for f in report.findings}


def test_a_pitch_is_taken_from_no_line_that_is_spread_and_a_width_from_no_last_line(fontset: fonts.FontSet) -> None:
    spread = _LONG[:39] + "12.3"
    report = pdf.inspect(_set(fontset, "tracking: -0.21pt", spread * 12, 1), "拉开.pdf", profile.GB)
    assert found(report, "area-width").verdict == "合格"
    assert "character-pitch" not in wrong(report)
    words = pdf.inspect(
        _set(fontset, "", "a" * 58 + " " + "b" * 58 + " " + "c" * 38 + "请点击", 1), "长.pdf", profile.GB
    )
    assert "版心" in found(words, "little-text").value
    assert "area-width" not in {f.code for f in words.findings}


def test_what_a_text_does_not_show_is_named_with_the_reason_and_not_measured(fontset: fonts.FontSet) -> None:
    report = pdf.inspect(_set(fontset, "", "Water levels fell again. " * 60), "en.pdf", profile.GB)
    told = found(report, "little-text")
    assert "字距" in told.value
    assert "相连汉字" in told.note
    assert "太少" not in told.note
    codes = {f.code for f in report.findings}
    assert "character-pitch" not in codes
    assert found(report, "line-pitch").value == "28.95 pt"


def test_a_page_shown_lying_on_its_side_or_upside_down_is_a_fault(fontset: fonts.FontSet) -> None:
    for quarters in (1, 2, 3):
        with pypdfium2.PdfDocument(_set(fontset, "")) as document:
            for page in document:
                page.set_rotation(90 * quarters)
            stream = io.BytesIO()
            document.save(stream)
        finding = found(pdf.inspect(stream.getvalue(), "倒.pdf", profile.GB), "page-turned")
        assert finding.verdict == "不合格"


def test_a_text_on_pages_held_across_is_told_to_be_so_with_the_paper_as_it_is_seen(fontset: fonts.FontSet) -> None:
    report = pdf.inspect(_set(fontset, "", page=", flipped: true"), "横.pdf", profile.GB)
    assert found(report, "paper-across").verdict == "提醒"
    assert found(report, "paper").value == "297×210 mm"
    assert "横页" in found(report, "little-text").note


def test_nothing_is_printed_as_a_nought_with_a_sign() -> None:
    assert [shown(-0.04, "字"), shown(-0.001, "mm"), shown(-0.04, "行"), shown(-0.6, "字")] == [
        "0 字",
        "0.00 mm",
        "0 行",
        "-0.6 字",
    ]


def test_a_broken_pdf_is_not_told_to_have_a_password() -> None:
    with pytest.raises(JianbaoError) as caught:
        pdf.read(b"%PDF-1.7 cut", "断.pdf")
    assert "密码" not in f"{caught.value.message}{caught.value.hint}"
