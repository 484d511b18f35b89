"""Spreadsheet files: every format that offices use, its traps, and what is refused."""

from __future__ import annotations

import io
import os
import random
import subprocess
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from builder import programs
from builder.errors import InvalidContent
from builder.intake import ledger_table, sheet_reader, sheets
from builder.intake.sheet_marks import Area
from tests.intake import ledger_books as books

OLD = Path(__file__).parent / "data" / "台账.xls"  # made with xlwt; what it holds, the test says
ROWS = [["编号", "任务", "承办单位"], ["00012", "新建“一把手”路，3公里", "市工信局;市水利局"], ["1.10", "甲\n乙", "—"]]


def codes(caught: pytest.ExceptionInfo[InvalidContent]) -> list[str]:
    return [fault.code for fault in caught.value.faults]


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_coding_and_with_every_delimiter(coding: str, delimiter: str) -> None:
    book = sheets.read(books.text(ROWS, delimiter).encode(coding), "台账.csv")
    assert book.kind == "csv"
    assert [list(row) for row in book.sheets[0].rows] == ROWS
    assert str(book.place(book.sheets[0], 1, 2)) == "台账.csv!C2"


def test_bytes_in_no_coding_and_bytes_that_are_no_text_are_refused() -> None:
    for data in (b"\xff\xff\xff", "编号,任务\n".encode("utf-16-le")[:-1], b"a,b\0c\n"):
        with pytest.raises(InvalidContent) as caught:
            sheets.read(data, "台账.csv")
        assert codes(caught) == ["ledger-encoding"]


def test_a_csv_row_that_cannot_be_read_is_told_with_its_number() -> None:
    with pytest.raises(InvalidContent) as caught:
        sheets.read('编号,任务\n1,"甲"乙\n'.encode(), "台账.csv")
    assert codes(caught) == ["ledger-csv"]
    assert str(caught.value.faults[0].place) == "台账.csv!第2行"


# ---------------------------------------------------------------- xlsx


def test_what_calamine_leaves_out_is_read_beside_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    books.fill(sheet, [["编号", "任务", "数"], [12, "甲", 1.1], [13, "=A2", 0.125]], ["A4:A6"], "台账")
    sheet["A2"].number_format, sheet["C2"].number_format, sheet["C3"].number_format = "00000", "0.00", "0.0%"
    sheet["A3"].number_format = '"〔2026〕"0"号"'
    sheet["B4"].value, sheet["C4"].value = "#DIV/0!", date(2026, 6, 8)
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "a.xlsx")
    read = sheets.read((tmp_path / "a.xlsx").read_bytes(), "a.xlsx").sheets[0]
    formats = {(1, 0): "00000", (1, 2): "0.00", (2, 0): '"〔2026〕"0"号"', (2, 2): "0.0%", (3, 2): "yyyy-mm-dd"}
    assert read.marks.formats == formats
    assert read.marks.errors == {(2, 1): "", (3, 1): "#DIV/0!"}
    assert (read.marks.rows, read.marks.columns, read.marks.hidden) == (4, 3, 1)
    assert read.merges == (Area(3, 0, 5, 0),)
    assert read.value(3, 2) == date(2026, 6, 8)
    assert read.value(99, 99) == ""


def test_a_cell_in_a_far_corner_is_refused_before_the_sheet_is_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("builder.intake.sheet_reader.read")  # what would lay it out
    book = openpyxl.Workbook()
    books.fill(book.active, [books.HEADS, books.ROW], [], "台账")
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InvalidContent) as caught:
        sheets.read((tmp_path / "a.xlsx").read_bytes(), "a.xlsx")
    assert codes(caught) == ["ledger-size"]
    assert "a.xlsx!台账：错误：表有 1048576 行、16384 列" in str(caught.value.faults[0])


def test_cells_that_only_have_a_style_do_not_count(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    books.fill(book.active, [books.HEADS, books.ROW], [], "台账")
    book.active["A300000"].number_format = "0.00"
    book.save(tmp_path / "a.xlsx")
    assert len(sheets.read((tmp_path / "a.xlsx").read_bytes(), "a.xlsx").sheets[0].rows) == 2


@pytest.mark.parametrize(("rows", "columns"), [(sheets.MAX_ROWS + 1, 1), (1, sheets.MAX_COLUMNS + 1)])
def test_tables_beyond_the_limits_are_refused(rows: int, columns: int) -> None:
    data = ("x," * (columns - 1) + "x\n") * rows
    with pytest.raises(InvalidContent) as caught:
        sheets.read(data.encode(), "a.csv")
    assert codes(caught) == ["ledger-size"]


def test_a_file_of_more_than_20_mb_is_refused() -> None:
    with pytest.raises(InvalidContent) as caught:
        sheets.read(b"x" * (sheets.MAX_BYTES + 1), "a.csv")
    assert codes(caught) == ["ledger-size"]


def test_the_content_decides_and_a_wrong_suffix_is_said(tmp_path: Path) -> None:
    data = books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW]).read_bytes()
    book = sheets.read(data, "a.xls")
    assert book.kind == "xlsx"
    assert [str(f) for f in book.faults] == ["a.xls：提示：后缀是 .xls，内容其实是 .xlsx，已按内容读取 [ledger-suffix]"]


@pytest.mark.parametrize(
    "data",
    [
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"\xef\xbb\xbf <?xml version='1.0'?><Workbook/>",
        b"%PDF-1.7\n",
    ],
)
def test_pages_and_papers_with_the_suffix_of_a_table_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidContent) as caught:
        sheets.read(data, "台账.xls")
    assert codes(caught) == ["ledger-damaged"]


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    data = books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW]).read_bytes()
    for broken in (data[:2000], OLD.read_bytes()[:700], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000):
        with pytest.raises(InvalidContent) as caught:
            sheets.read(broken, "a.xlsx")
        assert codes(caught)[0] in ("ledger-damaged", "guard-damaged")


def test_a_hostile_workbook_is_refused_by_the_guard(tmp_path: Path) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW])
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                declared = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
                data = data.replace(b"<worksheet", declared + b"<worksheet", 1)
            new.writestr(name, data)
        new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    with pytest.raises(InvalidContent) as caught:
        sheets.read(out.getvalue(), "a.xlsx")
    assert {"guard-doctype", "guard-macro"} <= set(codes(caught))
    assert "a.xlsx!xl/worksheets/sheet1.xml" in {str(fault.place) for fault in caught.value.faults}


# ---------------------------------------------------------------- xls, ods


def test_an_old_workbook_is_read_with_a_warning_of_what_it_hides() -> None:
    book = sheets.read(OLD.read_bytes(), "台账.xls")
    assert [fault.code for fault in book.faults] == ["ledger-old-format"]
    sheet = book.sheets[0]
    assert sheet.rows[2] == (
        "00012",
        "民生事业",
        "城区公厕夜间开放",
        "市住建局",
        date(2026, 6, 8),
        "排出清单\n正在整改",
    )
    table = ledger_table.find(sheet)
    assert table is not None
    assert (table.head, table.rows, table.filled) == (range(1, 2), (2, 3), {(3, 1): (2, 1)})


def test_an_open_document_is_read_with_its_merges_errors_and_displayed_numbers(tmp_path: Path) -> None:
    number = '<table:table-cell office:value-type="float" office:value="12"><text:p>00012</text:p></table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="2026-06-08"><text:p>6月8日</text:p></table:table-cell>'
    wrong = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
    )
    note = "<office:annotation><text:p>批注</text:p></office:annotation>"
    noted = (
        f'<table:table-cell office:value-type="float" office:value="7">{note}<text:p>7.0</text:p></table:table-cell>'
    )
    rows = [
        books.ods_row(*(books.ods_text(head) for head in ("编号", "方面", "任务", "完成时限", "备注"))),
        books.ods_row(
            number, books.ods_text("民生", 'table:number-rows-spanned="2"'), books.ods_text("甲\n乙"), day, wrong
        ),
        books.ods_row(noted, "<table:covered-table-cell/>", books.ods_text("丙")),
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>'
        "</table:table-row>",
    ]
    book = sheets.read(books.ods(tmp_path / "a.ods", "".join(rows)).read_bytes(), "a.ods")
    sheet = book.sheets[0]
    assert (book.kind, book.faults) == ("ods", ())
    assert sheet.marks.shown == {(1, 0): "00012", (2, 0): "7.0"}
    assert sheet.marks.errors == {(1, 4): "#DIV/0!"}
    assert sheet.merges == (Area(1, 1, 2, 1),)
    assert (sheet.value(1, 2), sheet.value(1, 3)) == ("甲\n乙", date(2026, 6, 8))


def test_an_open_document_that_repeats_a_cell_without_end_is_refused_unread(tmp_path: Path) -> None:
    cell = books.ods_text("x", 'table:number-columns-repeated="16384"')
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    with pytest.raises(InvalidContent) as caught:
        sheets.read(books.ods(tmp_path / "a.ods", rows).read_bytes(), "a.ods")
    assert codes(caught) == ["ledger-size"]


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_what_libreoffice_makes_of_a_workbook_reads_the_same(tmp_path: Path, soffice: str, kind: str) -> None:
    source = books.office(tmp_path / "台账.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=False, capture_output=True, env={**os.environ, "HOME": str(tmp_path)}, timeout=120)
    made = tmp_path / f"台账.{kind}"
    if not made.exists():
        pytest.skip("LibreOffice has no Calc here")
    ours, theirs = (sheets.read(path.read_bytes(), path.name).sheets[0] for path in (source, made))
    assert theirs.rows == ours.rows
    assert theirs.merges == ours.merges
    table = ledger_table.find(theirs)
    assert table is not None
    assert (list(table.head), len(table.rows)) == ([2, 3], 3)


# ---------------------------------------------------------------- where the table is


def table_of(rows: list[list[str]]) -> ledger_table.Table:
    found = ledger_table.find(sheets.read(books.text(rows).encode(), "a.csv").sheets[0])
    assert found is not None
    return found


def test_a_head_of_two_rows_is_found_without_any_merged_cells() -> None:
    table = table_of(
        [
            ["督查台账", "", "", "", ""],
            ["编号", "任务", "责任分工", "", "完成时限"],
            ["", "", "牵头单位", "配合单位", ""],
            ["1", "甲", "市水利局", "市住建局", "2026-6-8"],
        ]
    )
    assert list(table.head) == [1, 2]
    assert [c.head for c in table.columns] == ["编号", "任务", "责任分工/牵头单位", "责任分工/配合单位", "完成时限"]
    assert table.rows == (3,)


def test_a_first_entry_with_empty_cells_is_no_second_head() -> None:
    table = table_of([["编号", "任务", "备注"], ["1", "甲", ""], ["2", "乙", "状态"]])
    assert (list(table.head), table.rows) == ([0], (1, 2))


def test_groups_totals_and_signatures_are_no_entries_but_short_entries_are() -> None:
    table = table_of(
        [
            ["编号", "任务", "责任单位"],
            ["1", "合计检查企业30家", "市应急局"],
            ["合 计：", "", "3"],
            ["2", "", ""],
            ["填表人：甲", "审核：乙", ""],
            ["以上事项按月报送进展情况", "", ""],
        ]
    )
    assert table.rows == (1, 3)
    assert [(s.row, s.why) for s in table.skipped] == [(2, "合计"), (4, "表下说明"), (5, "表下说明")]


def test_a_wide_merged_row_between_entries_is_a_group(tmp_path: Path) -> None:
    rows = [["编号", "任务", "责任单位"], ["一、产业发展"], ["1", "甲", "市水利局"]]
    sheet = sheets.read(books.xlsx(tmp_path / "a.xlsx", rows, ["A2:C2"]).read_bytes(), "a.xlsx").sheets[0]
    table = ledger_table.find(sheet)
    assert table is not None
    assert [(s.row, s.why, s.text) for s in table.skipped] == [(1, "分组行", "一、产业发展")]


def test_a_sheet_without_known_heads_has_no_table() -> None:
    assert ledger_table.find(sheets.read("甲,乙,丙\n1,2,3\n".encode(), "a.csv").sheets[0]) is None


def _repeated(rows: int, columns: int, count: int = 1) -> bytes:
    """A sheet of ODS that repeats one cell, which shows 1 as 001."""
    cell = (
        f'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{columns}">'
        "<text:p>001</text:p></table:table-cell>"
    )
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = f'<table:table-row table:number-rows-repeated="{rows}">{cell * count}</table:table-row>'
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="表">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zip_of({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": b"<m/>"})


def zip_of(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return made.getvalue()


def test_every_repetition_of_a_cell_is_taken_as_displayed() -> None:
    (sheet,) = sheets.read(_repeated(150, 3), "a.ods").sheets
    assert {sheet.marks.shown[row, column] for row in range(150) for column in range(3)} == {"001"}


@pytest.mark.parametrize(("rows", "columns", "count"), [(20_000, 200, 1), (1 << 20, 1 << 14, 50), (100, 100, 20_000)])
def test_a_small_file_that_repeats_a_cell_without_end_is_refused_for_its_size(
    rows: int, columns: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("builder.intake.sheet_reader.read")
    with pytest.raises(InvalidContent) as caught:
        sheets.read(_repeated(rows, columns, count), "a.ods")
    assert codes(caught) == ["ledger-size"]


def test_merged_ranges_that_overlap_without_end_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    books.fill(book.active, [books.HEADS, books.ROW], [], "台账")
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    merges = b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 100_000 + b"</mergeCells>"
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", b"</sheetData>" + merges)
    (tmp_path / "b.xlsx").write_bytes(zip_of({**parts, "xl/worksheets/sheet1.xml": sheet}))
    with pytest.raises(InvalidContent) as caught:
        sheets.read((tmp_path / "b.xlsx").read_bytes(), "b.xlsx")
    assert codes(caught) == ["ledger-damaged"]
    assert "互相重叠" in str(caught.value.faults[0])


@pytest.mark.parametrize("seed", range(6))
def test_an_old_workbook_with_wrong_bytes_is_read_or_refused_and_ends_nobody(seed: int) -> None:
    draw = random.Random(seed)
    data = bytearray(OLD.read_bytes())
    for _ in range(draw.choice((1, 5, 20))):
        at = draw.randrange(8, len(data) - 4)
        data[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0"))
    with suppress(InvalidContent):
        sheets.read(bytes(data[: draw.choice((len(data), len(data) - 700))]), "台账.xls")


def test_an_old_workbook_that_makes_its_reader_fall_over_is_refused() -> None:
    data = OLD.read_bytes()
    with pytest.raises(InvalidContent) as caught:
        sheets.read(data[: len(data) // 2 + 43], "台账.xls")
    assert codes(caught) == ["ledger-damaged"]


@pytest.mark.parametrize(("limit", "words"), [({"seconds": 0.0}, "超过 0 秒"), ({"memory": 1 << 20}, "1 MB 以上")])
def test_reading_a_workbook_has_a_deadline_and_a_memory_limit(
    limit: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "_PAUSE", 0.001)  # looked at before it can be done
    with pytest.raises(sheet_reader.Unreadable, match=words):
        sheet_reader.read(OLD.read_bytes(), **limit)
