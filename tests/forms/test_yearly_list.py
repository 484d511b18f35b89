"""年度期目: one list as PDF, DOCX and CSV, of whatever length."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import docx
import pytest
from openxml_audit import OpenXmlValidator

from builder import pdfium
from builder.fonts import FontSet
from builder.forms import VOID, YearlyList, YearlyRow, yearly_docx
from builder.forms.yearly import HEAD
from builder.measure import docx as docx_reader
from builder.render.child import Engines
from builder.soffice.office import Office
from builder.words import visible
from builder.workflow.forms import form_differences, yearly_files
from builder.workflow.office_faces import faces

TITLE = "市水利局提前完成全市水库除险加固年度任务并建立长效管护机制"
REASON = "第二条所引数据与统计部门核定数不一致，经请示签发人同意，本期全部收回销毁，另编第八期重新印发，并在第九期刊登更正启事"


def row(number: int, **changes: object) -> YearlyRow:
    titles = tuple(f"{TITLE}之{n}" for n in range(1, 1 + number % 4))
    day = date(2026, 1, 4) + timedelta(days=number // 2)
    base = YearlyRow(f"第{number}期", 300 + number, day, titles, 4, 139, 0, "付印")
    return replace(base, **changes)  # type: ignore[arg-type]


def listed(count: int) -> YearlyList:
    rows = [row(n) for n in range(1, count + 1)]
    rows[2] = row(3, scan=False)
    rows[4] = row(5, state="更正重印", note="印次2，补印12份")
    rows[6] = row(7, state=VOID, reason=REASON, out=3)
    rows[8] = row(9, titles=tuple(f"{TITLE}之{n}" for n in range(1, 21)))
    return YearlyList("中共临澜市委办公室", "工作信息", 2026, date(2027, 1, 6), tuple(rows))


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with Engines() as engines:
        yield engines


@pytest.fixture(scope="module")
def sixty(fontset: FontSet, engines: Engines) -> dict[str, bytes]:
    return yearly_files(listed(60), fontset, engines)[0]


def test_the_pdf_lists_every_number_under_a_head_that_repeats_and_numbers_its_pages(sixty: dict[str, bytes]) -> None:
    pages = [visible(page.whole) for page in pdfium.texts(sixty["pdf"])[0]]
    assert len(pages) > 3
    assert all("".join(HEAD) in page for page in pages)
    assert all(page.endswith(f"第{n}页共{len(pages)}页") for n, page in enumerate(pages, 1))
    text = "".join(pages)
    assert all(f"第{n}期{300 + n}2026年" in text for n in range(1, 61))
    assert f"20.{TITLE}之20" in text


def test_below_the_table_stand_voided_numbers_with_reasons_missing_scans_and_copies_out(
    sixty: dict[str, bytes],
) -> None:
    text = "".join(visible(page.whole) for page in pdfium.texts(sixty["pdf"])[0])
    assert "全年编号60期，其中作废1期；共240面，印8340份。" in text
    assert f"作废：第7期，{REASON}。" in text
    assert "缺签批单扫描件：第3期。" in text
    assert "未收回：第7期3份，共3份。" in text
    year = replace(listed(60), rows=(row(1), row(2)))
    assert year.summary() == ("全年编号2期，没有作废；共8面，印278份。", "签批单扫描件齐全。", "没有需要收回的期。")


def test_pages_are_landscape_a4_with_all_text_and_rules_inside_the_margins(sixty: dict[str, bytes]) -> None:
    for page in pdfium.sheets(sixty["pdf"]):
        assert (page.width, page.height) == (pytest.approx(297, abs=0.1), pytest.approx(210, abs=0.1))
        assert min(g.left for g in page.glyphs) > 19.9
        assert max(g.right for g in page.glyphs) < 277.1
        body = [g for g in page.glyphs if g.size > 9.5]
        assert max(g.bottom for g in body) < 190
        assert max(rule.right for rule in page.rules) == pytest.approx(277, abs=0.3)


def test_the_docx_is_valid_carries_the_same_text_and_repeats_its_head(sixty: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "list.docx"
    path.write_bytes(sixty["docx"])
    assert [str(e) for e in OpenXmlValidator().validate(path).errors] == []
    (table,) = docx.Document(str(path)).tables
    assert table.rows[0]._tr.trPr.xpath("./w:tblHeader")
    assert not table.rows[1]._tr.trPr.xpath("./w:tblHeader")
    assert [cell.text for cell in table.rows[0].cells] == list(HEAD)
    assert table.rows[7].cells[7].text == VOID
    footer = docx.Document(str(path)).sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer


def test_libreoffice_sets_the_docx_with_the_head_on_every_page(
    sixty: dict[str, bytes], fontset: FontSet, uno: str
) -> None:
    with Office(faces(fontset)) as office:
        pdf = office.pdf(sixty["docx"], "年度期目")
    pages = [visible(page.whole) for page in pdfium.texts(pdf)[0]]
    assert len(pages) > 3
    assert all("".join(HEAD) in page for page in pages)
    assert f"第{len(pages)}页共{len(pages)}页" in pages[-1]


def test_the_csv_opens_in_a_spreadsheet_with_one_row_a_number(sixty: dict[str, bytes]) -> None:
    assert sixty["csv"].startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(sixty["csv"].decode("utf-8-sig"), newline="")))
    assert rows[0] == list(HEAD)
    assert len(rows) == 61
    assert rows[7] == [
        "第7期",
        "307",
        "2026-01-07",
        "；".join(f"{TITLE}之{n}" for n in (1, 2, 3)),
        "4",
        "139",
        "3",
        VOID,
        REASON,
    ]
    assert rows[3][-1] == "缺签批单扫描件"
    assert all(line.endswith(b"\r") for line in sixty["csv"].split(b"\n")[:-1])


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@a", "＝1+1", "＠a"])
def test_no_title_becomes_a_formula_in_the_csv(title: str) -> None:
    made = replace(listed(9), rows=(row(1, titles=(title,)),)).csv().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(made)))[1][3] == f"'{title}"


def test_six_hundred_numbers_are_listed_and_a_year_without_one_too(fontset: FontSet, engines: Engines) -> None:
    assert len(pdfium.texts(yearly_files(listed(600), fontset, engines)[0]["pdf"])[0]) > 60
    none = replace(listed(9), rows=())
    text = visible(pdfium.texts(yearly_files(none, fontset, engines)[0]["pdf"])[0][0].whole)
    assert "全年编号0期，没有作废；共0面，印0份。" in text


def test_the_same_list_gives_the_same_bytes_in_every_format(
    sixty: dict[str, bytes], fontset: FontSet, engines: Engines
) -> None:
    assert yearly_files(listed(60), fontset, engines) == (sixty, ())


def test_a_file_of_another_list_is_told_apart(fontset: FontSet, sixty: dict[str, bytes]) -> None:
    other = listed(60)
    other = replace(other, rows=(row(1, copies=140), *other.rows[1:])).view(fontset.families())
    assert form_differences(other, sixty["pdf"])
    assert visible("".join(other.texts)) != visible(docx_reader.read(sixty["docx"]))
    assert visible("".join(other.texts)) == visible(docx_reader.read(yearly_docx(other.data)))
