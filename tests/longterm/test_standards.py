"""Every PDF is what it says of itself, by programs that know nothing of this project; and these programs can say no."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pikepdf
import pytest

from builder import pdfium
from builder.fonts import FontSet
from builder.measure.pdf import as_read
from builder.workflow.rendering import Rendered
from tests.longterm import judges
from tests.longterm.papers import ROOT, Paper
from tests.longterm.variant import a1b

Papers = Mapping[str, Paper]
FOUR_COLOURS = "四色"


def spoiled(pdf: bytes, spoil: str) -> bytes:
    """A sound file with one fault in it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/DescendantFonts" in o]
        if spoil == "width":
            fonts[0].DescendantFonts[0].W = pikepdf.Array([0, pikepdf.Array([250] * 5)])
        elif spoil == "font":
            del fonts[0].DescendantFonts[0].FontDescriptor.FontFile3
        elif spoil == "language":
            del document.Root.Lang
        elif spoil == "alternative":
            for each in document.objects:
                if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure":
                    del each.Alt
        elif spoil == "structure":
            del document.Root.StructTreeRoot
        stream = io.BytesIO()
        document.save(stream)
    return stream.getvalue()


# ---------------------------------------------------------------- PDF/A-2a and PDF/UA-1


def test_every_paper_is_pdf_a_2a_and_pdf_ua_1(papers: Papers) -> None:
    assert len(papers) == 16
    found = {
        (name, profile): told
        for name, paper in papers.items()
        for profile in ("2a", "ua1")
        if (told := judges.conforms(paper.pdf, profile)) and (name, profile) != (FOUR_COLOURS, "2a")
    }
    assert found == {}


def test_a_file_in_four_colours_is_accessible_and_does_not_claim_to_be_pdf_a(papers: Papers) -> None:
    told = judges.conforms(papers[FOUR_COLOURS].pdf, "2a")
    assert any("DEVICE-CMYK" in each for each in told)
    with pikepdf.open(io.BytesIO(papers[FOUR_COLOURS].pdf)) as document:
        claims = document.open_metadata()
        assert claims.pdfa_status == ""
        assert claims["pdfuaid:part"] == "1"


def test_every_other_file_claims_what_it_is(papers: Papers) -> None:
    for name, paper in papers.items():
        with pikepdf.open(io.BytesIO(paper.pdf)) as document:
            claims = document.open_metadata()
            assert claims["pdfuaid:part"] == "1", name
            assert claims.pdfa_status == ("" if name == FOUR_COLOURS else "2A"), name


@pytest.mark.parametrize(
    ("spoil", "profile", "rule"),
    [
        ("font", "2a", "FONT"),
        ("width", "2a", "GLYPH-WIDTH"),
        ("structure", "2a", "STRUCT"),
        ("language", "ua1", "LANG"),
        ("alternative", "ua1", "FIGURE"),
        ("structure", "ua1", "STRUCT"),
    ],
)
def test_the_validator_sees_a_file_that_is_spoiled(papers: Papers, spoil: str, profile: str, rule: str) -> None:
    told = judges.conforms(spoiled(papers["各种成分"].pdf, spoil), profile)
    assert any(rule in each for each in told), told


# ---------------------------------------------------------------- reports of the validator that are false


def test_embedded_fonts_and_width_arrays_agree_glyph_by_glyph(papers: Papers) -> None:
    """What ``page`` denies of every file: each glyph of each embedded CFF font is as wide as /W says."""
    assert {name: told for name, paper in papers.items() if (told := judges.false_widths(paper.pdf))} == {}
    assert judges.false_widths(spoiled(papers["各种成分"].pdf, "width"))


def test_streams_are_as_long_as_they_say(papers: Papers) -> None:
    assert {name: told for name, paper in papers.items() if (told := judges.false_lengths(paper.pdf))} == {}
    pdf = papers["各种成分"].pdf
    spoil = max(re.finditer(rb"/Length (\d+)", pdf), key=lambda m: int(m[1]))
    shorter = pdf[: spoil.start(1)] + b"%0*d" % (len(spoil[1]), int(spoil[1]) - 1) + pdf[spoil.end(1) :]
    assert len(judges.false_lengths(shorter)) == 1
    assert any("STREAM-LENGTH" in each for each in judges.conforms(shorter, "2a"))


# ---------------------------------------------------------------- PDF/A-1b, by another validator


def test_every_sample_issue_as_pdf_a_1b_passes_preflight_and_a_spoiled_one_does_not(
    papers: Papers, sample_issues: Mapping[str, Rendered], fontset: FontSet, tmp_path: Path
) -> None:
    """Preflight of PDFBox knows PDF/A-1b alone: fonts, colours, metadata, widths, lengths, no transparency."""
    views = {name: one.view for name, one in sample_issues.items()}
    views["各种成分"] = papers["各种成分"].issue.view  # type: ignore[union-attr]
    files = a1b(views, ROOT / "templates", fontset, tmp_path)
    bad = {spoil: spoiled(files["各种成分"], spoil) for spoil in ("font", "width")}
    told = judges.preflight({**files, **bad, "2a": papers["ducha-kuaixun-5"].pdf}, tmp_path)
    assert {name: told[name] for name in files} == {name: [] for name in files}
    assert any("FontFile" in each for each in told["font"])
    assert any(each.startswith("3.1.6") for each in told["width"])
    assert told["2a"]


# ---------------------------------------------------------------- syntax, and readers beside each other


def test_qpdf_finds_no_fault_in_any_paper_and_one_in_a_torn_file(papers: Papers, tmp_path: Path) -> None:
    assert {name: told for name, paper in papers.items() if (told := judges.qpdf(paper.pdf, tmp_path))} == {}
    pdf = papers["各种成分"].pdf
    assert judges.qpdf(pdf[: len(pdf) // 2], tmp_path)


def test_poppler_names_the_standards_the_title_and_the_pages(papers: Papers, tmp_path: Path, pdftoppm: str) -> None:
    for name, paper in papers.items():
        (tmp_path / "one.pdf").write_bytes(paper.pdf)
        run = subprocess.run(
            [str(Path(pdftoppm).with_name("pdfinfo")), "one.pdf"], cwd=tmp_path, capture_output=True, check=True
        )
        # Poppler 22 expects Suspects, where it stands at all, to be true (PDF 1.7, table 321: false is its default).
        assert set(run.stderr.splitlines()) <= {b"Syntax Error: Suspects object is wrong type (boolean)"}, name
        told = dict(line.split(":", 1) for line in run.stdout.decode().splitlines() if ":" in line)
        told = {key: value.strip() for key, value in told.items()}
        assert told["Tagged"] == "yes"
        assert told["Suspects"] == "no"
        assert told["Encrypted"] == "no"
        assert told["JavaScript"] == "no"
        assert int(told["Pages"]) == len(pdfium.sheets(paper.pdf))
        if paper.issue:
            assert told["Title"] == paper.view["元数据"]["题名"]
        else:
            assert "工作信息" in told["Title"]


def test_poppler_and_pdfium_read_the_same_text_on_every_page(papers: Papers, tmp_path: Path, pdftoppm: str) -> None:
    for name, paper in papers.items():
        (tmp_path / "one.pdf").write_bytes(paper.pdf)
        command = [str(Path(pdftoppm).with_name("pdftotext")), "-raw", "-enc", "UTF-8", "one.pdf", "-"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
        seen = [as_read(page) for page in run.stdout.decode().split("\f")[:-1]]
        assert seen == [as_read(page.whole) for page in pdfium.texts(paper.pdf)[0]], name
