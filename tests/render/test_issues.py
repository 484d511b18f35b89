"""The sample issues as they leave the system: pages, feet, fonts and page numbers of the PDFs; both formats seen by others.

LibreOffice and Poppler know nothing of this project: what they find in the files is what an office finds.
"""

from __future__ import annotations

import ctypes
import io
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image

from builder.fonts import FontSet
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.measure.differences import first_difference
from builder.render import docx, expected, typst
from builder.render.template.styles import FONTS
from builder.words import visible
from builder.workflow import rendering

ROOT = Path(__file__).resolve().parent.parent.parent
MM = 72 / 25.4
PAGES = {
    "gongzuo-xinxi-11": 4,
    "gongzuo-xinxi-12": 2,
    "gongzuo-xinxi-13": 10,
    "ducha-kuaixun-5": 1,
    "ducha-kuaixun-6": 2,
    "ducha-tongbao-7": 8,
    "ducha-tongbao-8": 4,
}
each_issue = pytest.mark.parametrize("name", PAGES)
Issues = Mapping[str, rendering.Rendered]


@pytest.fixture
def issues(sample_issues: Issues) -> Issues:
    return sample_issues


def pages_of(data: bytes) -> Iterator[pypdfium2.PdfPage]:
    with closing(pypdfium2.PdfDocument(data)) as document:
        yield from document


def test_the_sample_has_these_seven_issues_and_each_its_pages(issues: Issues) -> None:
    assert {name: made.room.pages for name, made in issues.items()} == PAGES


@each_issue
def test_titles_and_annexes_are_in_the_outline_in_order(issues: Issues, name: str) -> None:
    made = issues[name]
    read = pdf_reader.read(made.files["pdf"])
    blocks, annexes = made.view.data["内容"], made.view.data["附件"]
    titles = ["".join(b["行"]) for b in blocks if b["类"] == "标题"] + ["".join(a["题行"]) for a in annexes]
    assert [title for title, _ in read.outline] == titles
    for title, page in read.outline:
        assert visible(title) in read.pages[page - 1].text


def test_the_page_numbers_of_the_contents_are_the_outlines_in_both_formats(issues: Issues) -> None:
    made = issues["gongzuo-xinxi-13"]
    outline = dict(pdf_reader.read(made.files["pdf"]).outline)
    entries = made.view.data["要目"]["条目"]
    assert [(e["文"], e["页码"]) for e in entries] == [(e["文"], str(outline[e["文"]])) for e in entries]
    assert len({e["页码"] for e in entries}) > 2
    first = pdf_reader.read(made.files["pdf"]).pages[0].text
    word = visible(docx_reader.read(made.files["docx"]))
    listed = visible("".join(e["文"] + e["页码"] for e in entries))
    assert listed in word
    assert listed in first


def test_numbers_that_turn_entries_and_so_move_a_title_are_still_the_pages_of_the_titles(
    issues: Issues, fontset: FontSet
) -> None:
    view = issues["gongzuo-xinxi-13"].view
    engine = typst.Engine(ROOT / "templates", fontset.paths)
    entry = "推动重点工作任务落实见效促进全市经济社会高质量发展再上1"  # fills one line, without its page number

    def outline(lines: int, numbers_from: int) -> list[int]:
        layout = {**view.data["版式"], "要目": {**view.data["版式"]["要目"], "页码起": numbers_from}}
        contents = {**view.data["要目"], "条目": [{**e, "文": entry} for e in view.data["要目"]["条目"]]}
        body = [FILLER] * lines + view.data["内容"]
        read = pdf_reader.read(
            engine.render({**view.data, "版式": layout, "要目": contents, "内容": body}, view.photos)
        )
        pages = [page for _, page in read.outline][: len(contents["条目"])]
        printed = [str(page) if numbers_from < 99 else "" for page in pages]
        assert visible("本期要目" + "".join(entry + page for page in printed)) in read.pages[0].text
        return pages

    moved = [lines for lines in range(10) if outline(lines, 6) != outline(lines, 99)]
    assert moved


FILLER = {
    "类": "段",
    "级": 0,
    "独": False,
    "前": "",
    "文字": [{"文": "督查发现的问题已交办。", "体": "仿宋", "粗": False}],
    "供稿": "",
    "随": False,
}


def test_below_six_pages_the_contents_print_without_page_numbers(issues: Issues) -> None:
    made = issues["gongzuo-xinxi-11"]
    entries = made.view.data["要目"]["条目"]
    assert [e["页码"] for e in entries] == [""] * 3
    listed = visible("本期要目" + "".join(e["文"] for e in entries))
    assert listed in pdf_reader.read(made.files["pdf"]).pages[0].text


@each_issue
def test_the_foot_ends_on_the_type_areas_bottom_of_the_last_page_and_nowhere_else(issues: Issues, name: str) -> None:
    """GB/T 9704-2012, 7.4.1: rules of 0.35 mm first and last, as wide as the type area."""
    rules = [_rules(page) for page in pages_of(issues[name].files["pdf"])]
    bottoms = [[rule for rule in page if abs(rule[2] - 262) <= 0.2] for page in rules]
    assert [len(found) for found in bottoms] == [0] * (PAGES[name] - 1) + [1]
    left, top, bottom, right = bottoms[-1][0]
    assert bottom - top == pytest.approx(0.35, abs=0.02)
    assert (left, right) == pytest.approx((28, 184), abs=0.1)


def _rules(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, float]]:
    """(left, top, bottom, right) in mm from the sheet's upper left corner of every filled bar as wide as the type area."""
    height = page.get_height()
    found = []
    for shape in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = shape.get_bounds()
        if abs((right - left) / MM - 156) < 0.3 and (top - bottom) / MM < 1:
            found.append((left / MM, (height - top) / MM, (height - bottom) / MM, right / MM))
    return found


@each_issue
def test_every_page_has_its_number_odd_pages_right_even_pages_left(issues: Issues, name: str) -> None:
    """GB/T 9704-2012, 7.5. On a landscape sheet the number stands, turned, where a portrait sheet has it."""
    for number, page in enumerate(pages_of(issues[name].files["pdf"]), 1):
        drawn = _below_the_type_area(page)
        assert "".join(text for text, _ in drawn) == f"—{number}—"
        assert (min(across for _, across in drawn) > 105) == (number % 2 == 1)


def _below_the_type_area(page: pypdfium2.PdfPage) -> list[tuple[str, float]]:
    """Characters outside the type area's lower edge with mm from the sheet's left edge, the sheet held upright."""
    width, height = page.get_size()
    text = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    found = []
    for n in range(text.count_chars()):
        pdfium.FPDFText_GetCharOrigin(text, n, x, y)
        down, across = (height - y.value, x.value) if height > width else (width - x.value, height - y.value)
        character = chr(pdfium.FPDFText_GetUnicode(text, n))
        if down / MM > 263 and not character.isspace():
            found.append((character, across / MM))
    return found


def test_the_fonts_in_the_files_are_those_of_the_set_and_embedded(issues: Issues, fontset: FontSet) -> None:
    used: dict[str, bool] = {}
    for made in issues.values():
        for page in pages_of(made.files["pdf"]):
            used |= dict(_font(item) for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))
    assert all(used.values()), used
    known = {name for face in fontset for name in face.names}
    assert {name for name in used if name not in known} == set()
    assert all(known.intersection(used).intersection(face.names) for face in fontset.faces.values())


def _font(item: pypdfium2.PdfObject) -> tuple[str, bool]:
    """The font's PostScript name, without the mark of a subset and the encoding, and whether it is in the file."""
    font = pdfium.FPDFTextObj_GetFont(item)
    buffer = ctypes.create_string_buffer(200)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    return re.sub(r"^[A-Z]{6}\+|-Identity-H$", "", buffer.value.decode()), pdfium.FPDFFont_GetIsEmbedded(font) == 1


@each_issue
def test_every_pdf_says_that_it_is_archival(issues: Issues, name: str) -> None:
    data = issues[name].files["pdf"]
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in re.sub(rb">\s+<", b"><", data)
    assert issues[name].view.data["元数据"]["题名"].encode() in data


def test_new_engines_give_the_same_bytes(issues: Issues, fontset: FontSet) -> None:
    word, paper = docx.Engine(ROOT / "templates"), typst.Engine(ROOT / "templates", fontset.paths)
    for made in reversed(issues.values()):
        assert word.render(made.view.data, made.view.photos) == made.files["docx"]
        assert paper.render(made.view.data, made.view.photos) == made.files["pdf"]


# ---------------------------------------------------------------- LibreOffice


def test_libreoffice_prints_every_character_of_the_docx_on_as_many_pages(
    issues: Issues, fontset: FontSet, soffice: str, tmp_path: Path
) -> None:
    """One page more or less is let pass: LibreOffice sets autoSpaceDE and autoSpaceDN aside and spaces Latin letters."""
    for name, made in issues.items():
        (tmp_path / f"{name}.docx").write_bytes(_for_libreoffice(made.files["docx"]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    environment = {**os.environ, "HOME": str(tmp_path), "FONTCONFIG_FILE": str(_fontconfig(fontset, tmp_path))}
    files = [str(tmp_path / f"{name}.docx") for name in issues]
    subprocess.run([*command, *files], env=environment, check=True, capture_output=True, timeout=300)
    for name, made in issues.items():
        read = pdf_reader.read((tmp_path / f"{name}.pdf").read_bytes())
        wanted = visible("".join(expected.texts(made.view.data)))
        assert first_difference(wanted, _text_alone(read, made.view.data, wanted)) == [], name
        assert abs(len(read.pages) - PAGES[name]) <= 1, name


def _for_libreoffice(data: bytes) -> bytes:
    """The file with overflowPunct turned round, as LibreOffice 7 reads it the wrong way.

    As it stands LibreOffice hangs marks beyond the end of full lines, and leaves some of them out of its PDF.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            if part == "word/styles.xml":
                assert b'<w:overflowPunct w:val="0"/>' in content
                content = content.replace(b'<w:overflowPunct w:val="0"/>', b'<w:overflowPunct w:val="1"/>')
            target.writestr(part, content)
    return out.getvalue()


def _text_alone(read: pdf_reader.PdfText, view: Mapping[str, Any], wanted: str) -> str:
    """The text of LibreOffice's pages without what it adds: page numbers, dots of the contents, heads that repeat."""
    blocks = [b for group in (view, *view["附件"]) for b in group["内容"] if b["类"] == "表"]
    heads = [visible("".join(expected.runs(c["文字"]) for row in b["头"] for c in row)) for b in blocks]
    text = ""
    for number, page in enumerate(read.pages, 1):
        here = page.text if page.number else page.text.replace(f"—{number}—", "", 1)
        here = re.sub("·{5,}", "", here)
        repeated = next((h for h in heads if here.startswith(h) and not wanted.startswith(h, len(text))), "")
        text += here[len(repeated) :]
    return text


def _fontconfig(fontset: FontSet, folder: Path) -> Path:
    """A configuration in which the official names of the DOCX mean the faces that the PDFs have."""
    folders = sorted({str(face.file.parent) for face in fontset})
    families = {role: next(n for n in face.names if n.isascii()) for role, face in fontset.faces.items()}
    aliases = [
        f'<match target="pattern"><test name="family"><string>{official}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{families[role]}</string></edit></match>'
        for role, official in FONTS.items()
    ]
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><fontconfig>'
        + "".join(f"<dir>{f}</dir>" for f in folders)
        + f"<cachedir>{folder / 'cache'}</cachedir>"
        + "".join(aliases)
        + "</fontconfig>",
        encoding="utf-8",
    )
    return path


# ---------------------------------------------------------------- Poppler


@each_issue
def test_every_page_has_ink_and_none_of_it_lies_outside_the_type_area(
    issues: Issues, pdftoppm: str, tmp_path: Path, name: str
) -> None:
    """Only the page number stands outside, below; half a millimetre is let pass for round strokes."""
    source = tmp_path / "issue.pdf"
    source.write_bytes(issues[name].files["pdf"])
    command = [pdftoppm, "-gray", "-r", str(DPI), str(source), str(tmp_path / "page")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    sheets = sorted(tmp_path.glob("page-*.pgm"))
    assert len(sheets) == PAGES[name]
    for path in sheets:
        ink = _ink(path)
        assert ink is not None, path.name
        left, top, right, bottom = ink
        assert left > 28 - 0.5, path.name
        assert top > 37 - 0.5, path.name
        assert right < 184 + 0.5, path.name
        assert bottom < 262 + 0.5, path.name


DPI = 100


def _ink(path: Path) -> tuple[float, float, float, float] | None:
    """The box of the ink in mm on the sheet held upright, its page number left out; None for a blank sheet."""
    with Image.open(path) as image:
        upright = image.rotate(90, expand=True) if image.width > image.height else image
        above = upright.crop((0, 0, upright.width, round(266 / 25.4 * DPI)))
        box = above.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    return None if box is None else (box[0] / DPI * 25.4, box[1] / DPI * 25.4, box[2] / DPI * 25.4, box[3] / DPI * 25.4)
