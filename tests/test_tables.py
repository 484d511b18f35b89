"""Tables that are not typed with bars: pasted from a spreadsheet, kept in a CSV file, set out in YAML."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import markup
from builder.content import load
from builder.errors import Fault, Place
from builder.model import Block, Library, Paragraph, Table
from tests.growth import assert_linear

ISSUE = "刊物: gongzuo-xinxi\n日期: 2026-6-8\n"


def read(body: str) -> tuple[tuple[Block, ...], list[Fault]]:
    return markup.parse(body, "x.md", 1)


def cells(table: Block) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell.text for cell in row] for row in (*table.head, *table.rows)]


def brief(faults: list[Fault]) -> list[tuple[str, str, int, int]]:
    return [(f.code, f.severity, f.place.line, f.place.column) for f in faults]


# ---------------------------------------------------------------- pasted


def test_lines_with_tabs_are_a_table_whose_first_line_is_the_head() -> None:
    body = "前\n表题：办理情况\n单位：件\n类别\t件 数\n议案\t5\n 建议 \t224\n注：截至5月底。\n后"
    (before, table, note, after), faults = read(body)
    assert isinstance(table, Table)
    assert (table.title, table.unit, len(table.head), table.place) == ("办理情况", "件", 1, Place("x.md", 4, 1))
    assert cells(table) == [["类别", "件 数"], ["议案", "5"], ["建议", "224"]]
    assert [(b.kind, b.text) for b in (before, note, after) if isinstance(b, Paragraph)] == [
        ("段", "前"), ("表注", "注：截至5月底。"), ("段", "后"),
    ]  # fmt: skip
    assert brief(faults) == [("table-tabs", "note", 4, 1)]
    assert "3 行" in faults[0].message


@pytest.mark.parametrize(
    "body",
    ["甲\t乙", "甲\t乙\n\n丙\t丁", "甲\t乙\n丙", "\t甲\n\t乙\n\t丙", "甲\t\n乙\t", "甲\t乙\n注：\t丙", "\t\t\n甲\t乙"],
)
def test_a_lone_line_with_tabs_and_indentation_are_text(body: str) -> None:
    found, faults = read(body)
    assert all(isinstance(block, Paragraph) for block in found)
    assert faults == []


def test_tabs_that_indent_all_rows_or_end_them_are_no_column() -> None:
    assert cells(read("\t甲\t乙\t\n\t1\t2\t")[0][0]) == [["甲", "乙"], ["1", "2"]]


def test_quoted_cells_with_line_ends_and_quotation_marks_are_read_as_a_spreadsheet_writes_them() -> None:
    body = '单位\t"说明\n（简要）"\n水利局\t"称""好""的\n5 件"\n"use\nit"\t"甲\t乙"\n后'
    (table, after), faults = read(body)
    assert cells(table) == [["单位", "说明（简要）"], ["水利局", '称"好"的5件'], ["use it", "甲 乙"]]
    assert isinstance(table, Table)
    assert [(s.text, s.place.line, s.place.column) for s in table.rows[0][1].spans] == [
        ("称", 3, 6), ('"好', 3, 8), ('"的', 3, 11), ("5", 4, 1), ("件", 4, 3),
    ]  # fmt: skip
    assert isinstance(after, Paragraph)
    assert brief(faults) == [
        ("table-tabs", "note", 1, 1),
        ("table-cell-break", "warning", 1, 5),
        ("table-cell-break", "warning", 3, 6),
        ("table-cell-break", "warning", 5, 2),
        ("text-space", "note", 4, 2),
    ]
    assert "格里有换行，已连成一行：use⏎it" in [f.message for f in faults]


def test_a_line_end_in_a_cell_of_a_file_is_told_with_its_place(root: Path) -> None:
    put(root, "items/a/附表.csv", '单位,"答复"\n水利局,"已全部\n答复"\n"甲\n","乙"\n')
    item(root, "表: 附表.csv")
    assert told(root) == [("table-cell-break", "附表.csv", 2, 6)]


@pytest.mark.parametrize("body", ['甲\t"乙\n丙\t丁', '"甲"乙\t丙\n丁\t戊', '甲\t5"\n乙\t6"'])
def test_quotation_marks_that_do_not_pair_are_text_of_the_cell(body: str) -> None:
    assert cells(read(body)[0][0]) == [line.split("\t") for line in body.split("\n")]


@pytest.mark.parametrize(
    ("body", "code", "line", "column"),
    [
        ("甲\t乙\n1\t", "table-empty-cell", 2, 3),
        ("甲\t乙\n\t2\n3\t4", "table-empty-cell", 2, 1),
        ("甲\t乙\n1\t2\n3\t4\t5", "table-width", 3, 1),
        ("甲\t乙\n<\t1\n2\t3", "table-merge", 2, 1),
        ("甲\t乙\n1\t2\n3\t<", "table-body-merge", 3, 3),
    ],
)
def test_faults_of_a_pasted_table_are_those_of_a_typed_one(body: str, code: str, line: int, column: int) -> None:
    assert (code, "error", line, column) in brief(read(body)[1])


def test_two_head_rows_where_one_of_them_merges() -> None:
    table = read("类别\t办理\t<\n^\t交办\t办结\n议案\t5\t4")[0][0]
    assert isinstance(table, Table)
    assert [[(c.text, c.columns, c.rows) for c in row] for row in table.head] == [
        [("类别", 1, 2), ("办理", 2, 1)], [("交办", 1, 1), ("办结", 1, 1)],
    ]  # fmt: skip


def test_rows_of_different_numbers_of_cells_are_text_with_a_warning() -> None:
    found, faults = read("甲\t乙\t丙\n1\t2\t3\t4\n后")
    assert len(found) == 3
    assert brief(faults) == [("table-ragged", "warning", 1, 1)]


TSV = st.lists(st.sampled_from(["\t", "\n", '"', '""', "甲", "a", " ", "5", "<", "^", "　", "－"]), max_size=60).map(
    "".join
)


@given(TSV)
def test_no_character_of_pasted_rows_is_lost(body: str) -> None:
    assert "markup-lost" not in [fault.code for fault in read(body)[1]]


@pytest.mark.parametrize(
    "unit", ["\t甲\n", '甲\t"乙\n', 'x"\t"x\n', '"\t"x\n', "甲\t乙\n", "甲\t乙\n丙\n", '"\n', '"甲\n', "\t\n"]
)
def test_time_grows_with_the_length_of_pasted_rows(unit: str) -> None:
    assert_linear(lambda n: read(unit * n), 500)


# ---------------------------------------------------------------- files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "office.yaml", "名称: 临澜市委办公室\n")
    return tmp_path


def put(root: Path, name: str, text: str | bytes) -> None:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def item(root: Path, body: str) -> None:
    put(root, "items/a/b.md", f"---\n标题: 甲\n---\n{body}\n")


def told(root: Path) -> list[tuple[str, str, int, int]]:
    return [(f.code, f.place.file.rpartition("/")[2], f.place.line, f.place.column) for f in load(root)[1]]


def library(root: Path) -> Library:
    found, faults = load(root)
    assert [str(f) for f in faults if f.severity != "note" and f.code != "table-cell-break"] == []
    assert found is not None
    return found


CSV = '单位,"件数\n（上半年）",说明\r\n水利局,5,"称""好"", 的"\r\n合计,229,—\r\n,,\r\n'


@pytest.mark.parametrize(
    "data",
    [
        CSV.encode(), CSV.encode("utf-8-sig"), CSV.encode("gb18030"), CSV.encode("utf-16"),
        b"\xfe\xff" + CSV.encode("utf-16-be"), CSV.replace(",", "\t").encode("utf-16"),
    ],
    ids=["utf-8", "bom", "gbk", "utf-16", "utf-16-be", "tabs"],
)  # fmt: skip
def test_a_file_of_a_spreadsheet_is_the_table(root: Path, data: bytes, request: pytest.FixtureRequest) -> None:
    put(root, "items/a/附表 1－1.csv", data)
    item(root, "表题：情况\n单位：件\n表：附表 1－1.csv\n注：截至5月底。\n后")
    found = library(root)
    table, note, after = found.items["a/b"].blocks
    quoted = '称"好" 的' if request.node.callspec.id == "tabs" else '称"好", 的'
    assert cells(table) == [["单位", "件数（上半年）", "说明"], ["水利局", "5", quoted], ["合计", "229", "—"]]
    assert isinstance(table, Table)
    assert (table.title, table.unit, table.place.line) == ("情况", "件", 6)
    assert [b.kind for b in (note, after) if isinstance(b, Paragraph)] == ["表注", "段"]
    assert table.rows[1][0].spans[0].place == Place("content/items/a/附表 1－1.csv", 4, 1)
    assert found.items["a/b"].tables == ("content/items/a/附表 1－1.csv",)
    assert found.beside == {"content/items/a/b.md": frozenset({"content/items/a/附表 1－1.csv"})}


@pytest.mark.parametrize("line", ["表: 附表.csv", "表：附表.csv", "　表 ： 附表.csv ", "表: ../a/附表.CSV"])
def test_the_line_that_names_a_file_is_typed_in_several_ways(root: Path, line: str) -> None:
    for name in ("附表.csv", "附表.CSV"):
        put(root, f"items/a/{name}", "甲,<\n乙,丙\n1,2\n")
    item(root, line)
    (table,) = library(root).items["a/b"].blocks
    assert cells(table) == [["甲"], ["乙", "丙"], ["1", "2"]]


@pytest.mark.parametrize("line", ["表：见附表", "表1：附表.csv", "见表：附表.csv", "附表.csv"])
def test_other_lines_are_text(root: Path, line: str) -> None:
    item(root, line)
    (paragraph,) = library(root).items["a/b"].blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == line


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("甲,乙\n1,\n", [("table-empty-cell", 2, 3)]),
        ("甲,乙\n1,2\n3\n", [("table-width", 3, 1)]),
        ('甲,乙\n"1\n2",\n', [("table-cell-break", 2, 2), ("table-empty-cell", 3, 4)]),
        ("甲,乙\n1,^\n2,<\n", [("table-body-merge", 3, 3)]),
        ("甲,乙\n", [("table-empty", 1, 1)]),
        ("\n\n", [("table-empty", 1, 1)]),
        ('甲,乙\n"1"2,3\n', [("table-file", 2, 1)]),
        ('甲,乙\n1,"2\n', [("table-file", 2, 1)]),
        ("甲,乙\n1,\ue000\n", [("text-private", 2, 3)]),
        ("甲,乙\n1,a\u200bb\ufffc\n", [("text-invisible", 2, 4), ("text-object", 2, 6)]),
        (b"\xff\xff,\x81", [("text-encoding", 0, 0)]),
    ],
)
def test_faults_in_a_file_name_the_file_with_line_and_column(
    root: Path, data: str | bytes, expected: list[tuple[str, int, int]]
) -> None:
    put(root, "items/a/表.csv", data)
    item(root, "表: 表.csv")
    faults = told(root)
    assert [(code, line, column) for code, file, line, column in faults if file == "表.csv"] == expected
    if data != b"\xff\xff,\x81":
        assert ("table-file", "b.md", 4, 1) in faults
    found = load(root)[0]
    assert found is not None
    assert found.items == {}
    assert found.beside == {"content/items/a/b.md": frozenset({"content/items/a/表.csv"})}


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("表: 附表1.csv", "table-missing", "是否指 附表.csv？"),
        ("表: ../../../../外.csv", "table-outside", "写相对路径"),
        ("表: /etc/外.csv", "table-outside", "写相对路径"),
        ("表: http://a.example/b.csv", "table-outside", "写文件名"),
        ("表: 附表.xlsx", "table-file", "另存为 CSV"),
        ("表: 长.csv", "table-too-large", "分成几个表"),
        ("表: 宽.csv", "table-too-large", "分成几个表"),
        ("表: 大.csv", "table-too-large", "分成几个表"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_fault_of_the_line(root: Path, line: str, code: str, words: str) -> None:
    put(root, "items/a/附表.csv", "甲\n1\n")
    put(root, "items/a/附表.xlsx", b"PK")
    put(root, "items/a/长.csv", "甲\n" * 2001)
    put(root, "items/a/宽.csv", ",".join("甲" * 31) + "\n")
    put(root, "items/a/大.csv", b"a" * (1 << 20) + b"b")
    (root.parent / "外.csv").write_text("甲\n1\n", encoding="utf-8")
    item(root, line)
    (fault,) = load(root)[1]
    assert (fault.code, fault.place, words in fault.hint) == (code, Place("content/items/a/b.md", 4, 1), True)


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need a privilege there")
def test_a_link_that_leads_out_of_the_workspace_is_refused(root: Path) -> None:
    (root.parent / "外.csv").write_text("甲\n1\n", encoding="utf-8")
    item(root, "表: 表.csv")
    (root / "content/items/a/表.csv").symlink_to(root.parent / "外.csv")
    assert told(root) == [("table-outside", "b.md", 4, 1)]


def test_spaces_dropped_from_a_file_are_counted_with_those_of_the_entry(root: Path) -> None:
    put(root, "items/a/表.csv", "甲 1,乙\n－,2 丙\n")
    item(root, "共 5 个\n表: 表.csv")
    faults = load(root)[1]
    assert [(f.code, f.severity, f.place.file[-5:]) for f in faults] == [
        ("text-space", "note", "/b.md"), ("text-mark", "warning", "表.csv"),
    ]  # fmt: skip
    assert "4 处" in faults[0].message


def test_a_preface_names_no_file(root: Path) -> None:
    put(root, "issues/a.yaml", ISSUE + "编者按: |\n  表: 表.csv\n")
    assert told(root) == [("table-file", "a.yaml", 4, 3)]


# ---------------------------------------------------------------- YAML


def set_out(root: Path, text: str) -> tuple[Block, ...]:
    put(root, "issues/a.yaml", ISSUE + "条目:\n  - 表格:\n" + text)
    return library(root).issues["a"].texts["条目", 0, "表格"]


def test_a_table_in_yaml_has_title_unit_head_rows_and_notes(root: Path) -> None:
    table, first, second = set_out(
        root,
        "      表题: 2026 年情况\n      单位: 件\n      表头: [类别, 件数]\n      行:\n        - [议案 1, '00012']\n"
        "        - [建议, —]\n      注: [截至5月底。, 注：下同。]\n",
    )
    assert isinstance(table, Table)
    assert (table.title, table.unit, table.width) == ("2026年情况", "件", 2)
    assert cells(table) == [["类别", "件数"], ["议案1", "00012"], ["建议", "—"]]
    assert table.rows[0][0].spans[0].place == Place("content/issues/a.yaml", 9, 12)
    assert [(b.kind, b.text) for b in (first, second) if isinstance(b, Paragraph)] == [
        ("表注", "注：截至5月底。"), ("表注", "注：下同。"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        "\n        - [类别, 办理, <, 备注]\n        - [^, 交办, 办结, ^]\n",
        "\n        - [{文: 类别, 行: 2}, {文: 办理, 列: 2}, {文: 备注, 行: 2}]\n        - [交办, 办结]\n",
        "\n        - [{文: 类别, 行: 2}, 办理, <, 备注]\n        - [交办, 办结, ^]\n",
    ],
)
def test_head_rows_merge_by_signs_or_by_numbers(root: Path, head: str) -> None:
    (table,) = set_out(root, f"      表头:{head}      行: [[议案, 5, 4, —]]\n")
    assert isinstance(table, Table)
    assert [[(c.text, c.columns, c.rows) for c in row] for row in table.head] == [
        [("类别", 1, 2), ("办理", 2, 1), ("备注", 1, 2)], [("交办", 1, 1), ("办结", 1, 1)],
    ]  # fmt: skip


def test_a_head_cell_of_two_columns_and_two_rows(root: Path) -> None:
    (table,) = set_out(root, "      表头: [[{文: 甲, 列: 2, 行: 2}, 乙], [丙]]\n      行: [[1, 2, 3]]\n")
    assert isinstance(table, Table)
    assert [[(c.text, c.columns, c.rows) for c in row] for row in table.head] == [
        [("甲", 2, 2), ("乙", 1, 1)],
        [("丙", 1, 1)],
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("表头: [甲, 乙]\n      行: [[1, '']]", [("table-empty-cell", 6, 15)]),
        ("表头: [甲, 乙]\n      行: [[1]]", [("table-width", 6, 12)]),
        ("表头: [甲, 乙]\n      行: [[1, <]]", [("table-body-merge", 6, 15)]),
        ("表头: [<, 乙]\n      行: [[1, 2]]", [("table-merge", 5, 12)]),
        ("表头: [[甲], [乙], [丙]]\n      行: [[1]]", [("table-head", 5, 22)]),
        ("表头: [{文: 甲, 行: 2}]\n      行: [[1]]", [("table-merge", 5, 16)]),
        ("表头: [{文: 甲, 列: 999999999}]\n      行: [[1]]", [("table-too-large", 5, 7)]),
        ("表头: [甲]\n      行: [[1]]\n      颜色: 红", [("key-unknown", 7, 7)]),
        ("表头: [甲]", [("key-missing", 5, 7)]),
        ("表头: []\n      行: [[1]]", [("table-empty", 5, 11)]),
        ("表头: [甲]\n      行: []", [("table-empty", 6, 10)]),
        ("表头: [甲]\n      行: [[1], []]", [("table-empty", 6, 16)]),
        ('表头: [甲, 乙]\n      行: [[1, "2\\n3"]]', [("value-one-line", 6, 15)]),
        ("表头: [甲]\n      行: [[[1]]]", [("value-text", 6, 12)]),
    ],
)
def test_faults_of_a_table_in_yaml(root: Path, text: str, expected: list[tuple[str, int, int]]) -> None:
    put(root, "issues/a.yaml", ISSUE + f"条目:\n  - 表格:\n      {text}\n")
    assert [(code, line, column) for code, _, line, column in told(root)] == expected


def test_an_entry_holds_a_table_or_something_else(root: Path) -> None:
    put(root, "issues/a.yaml", ISSUE + "条目:\n  - 正文: 甲\n    表格: {表头: [甲], 行: [[1]]}\n")
    assert [code for code, *_ in told(root)] == ["entry-choice"]


@pytest.mark.parametrize(("line", "told"), [
    ("表: 附表1", True), ("表 附表2.csv", True), ("表附表2.CSV", True),
    ("表: 附表1.csv 如下", False), ("表彰先进", False), ("表：一览", False),
])  # fmt: skip
def test_a_line_that_nearly_names_a_table_is_a_warning(line: str, told: bool) -> None:
    _, faults = markup.parse(f"甲\n{line}\n乙", "x.md", 1)
    assert [(f.place.line, f.severity) for f in faults if f.code == "table-like"] == ([(2, "warning")] if told else [])
