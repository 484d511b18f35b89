"""Who listens to a PDF hears what stands in it, in order, and knows what is a heading, a table head, a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache

import pikepdf
import pytest

from builder.measure.pdf import as_read
from builder.render import expected
from tests.longterm.papers import Paper
from tests.longterm.structure import Element, Heard, heard

Papers = Mapping[str, Paper]
BLOCKS = {"P", "H1", "H2", "H3", "H4", "H5", "Table", "Div", "Figure"}


@cache
def listened(pdf: bytes) -> Heard:
    return heard(pdf)


@pytest.fixture
def issues(papers: Papers) -> dict[str, tuple[Paper, Heard]]:
    return {name: (paper, listened(paper.pdf)) for name, paper in papers.items() if paper.issue}


def test_the_tree_holds_all_text_of_an_issue_in_reading_order_and_nothing_else(
    issues: dict[str, tuple[Paper, Heard]],
) -> None:
    """From the lines above the masthead to the foot, annexes before the foot, a table row by row."""
    for name, (paper, read) in issues.items():
        assert as_read(read.document.text) == as_read("".join(expected.texts(paper.view))), name


def test_another_order_and_text_without_a_tag_are_seen(papers: Papers) -> None:
    paper = papers["各种成分"]
    with pikepdf.open(io.BytesIO(paper.pdf)) as document:
        top = document.Root.StructTreeRoot.K[0]
        top.K = pikepdf.Array([*list(top.K)[1:], top.K[0]])
        page = document.pages[0]
        content = page.Contents.read_bytes()
        page.Contents = document.make_stream(content.replace(b"/Artifact<<", b"/Span<<"))
        spoiled = io.BytesIO()
        document.save(spoiled)
    read = heard(spoiled.getvalue())
    assert as_read(read.document.text) != as_read("".join(expected.texts(paper.view)))
    assert [text.strip("— ") for text in read.untold] == ["1"]


def test_what_is_printed_beside_the_text_is_passed_over(papers: Papers) -> None:
    for name, paper in papers.items():
        read = listened(paper.pdf)
        assert read.untold == (), name
        told = [each for each in read.artefacts if each.text.strip()]
        assert told, name
        if not paper.issue:
            continue
        proof = paper.view["清样"]["文"] if paper.view["清样"] else ""
        heads = {"".join(c["文"] for c in cell["文字"]) for b in _tables(paper) for row in b["头"] for cell in row}
        assert sum(each.type == "Background" for each in told) == (len(paper.issue.read.pages) if proof else 0), name
        for each in told:
            if each.subtype == "Footer":
                assert each.type == "Pagination", name
                assert each.text.strip("— ").isdigit(), name
            elif each.type == "Background":
                assert each.text == proof, name
            else:  # the head of a table, on the pages after its first
                assert each.text in heads, name


def test_titles_and_annexes_are_headings_with_those_of_the_text_below_them_and_no_level_is_left_out(
    issues: dict[str, tuple[Paper, Heard]],
) -> None:
    for name, (paper, read) in issues.items():
        found = [(each.kind, each.text) for each in read.document.all("H1", "H2", "H3", "H4", "H5")]
        titles = ["".join(b["行"]) for b in paper.view["内容"] if b["类"] == "标题"]
        titles += ["".join(a["题行"]) for a in paper.view["附件"]]
        assert [text for kind, text in found if kind == "H1"] == titles, name
        alone = [b for part in _parts(paper) for b in part if b["类"] == "段" and b["独"]]
        below = [(kind, as_read(text)) for kind, text in found if kind != "H1"]
        assert [text for _, text in below] == [as_read(expected.runs(b["文字"])) for b in alone], name
        depths = [int(kind[1]) for kind, _ in found]
        assert all(b <= a + 1 for a, b in zip([0, *depths], depths, strict=False)), name
        assert all(each.title == "".join(each.text.split("\u2060")) for each in read.document.all("H1", "H2")), name


def test_a_second_level_without_a_first_is_of_the_second_depth(papers: Papers) -> None:
    found = [(e.kind, e.text) for e in listened(papers["各种成分"].pdf).document.all("H1", "H2", "H3", "H4")]
    assert [(kind, as_read(text)) for kind, text in found] == [
        ("H1", "全市防汛备汛工作取得阶段性进展"),
        ("H2", "一、主要做法"),
        ("H3", "（一）压实责任"),
        ("H4", "1.逐段落实"),
        ("H2", "二、存在问题"),
        ("H1", "澜东区完成全部堤防除险加固"),
        ("H2", "（一）只有第二层"),
        ("H1", "防汛值守要求"),
        ("H1", "事项表"),
    ]


def test_every_text_stands_in_a_paragraph_a_heading_or_a_cell_of_its_own(
    issues: dict[str, tuple[Paper, Heard]],
) -> None:
    """Name, number, office and day, title and unit of a table, every line of the foot: none runs into its neighbour."""
    for name, (paper, read) in issues.items():
        assert {each.kind for each in read.document.kids} <= BLOCKS, name
        view = paper.view
        own = [as_read(each.text) for each in read.document.all("P")]
        head = view["报头"]
        wanted = [row[side] for row in view["左上"]["行"] for side in ("左", "右")]
        wanted += [head["刊名"], head["编印单位"], head["日期"]]
        wanted += [text for b in _tables(paper) for text in (b["题"], b["单位"])]
        wanted += list(expected.foot(view["版记"]))
        for text in filter(None, wanted):
            assert as_read(text) in own, (name, text)


def test_head_cells_of_tables_are_heads_of_their_columns_and_every_cell_names_its_own(
    issues: dict[str, tuple[Paper, Heard]],
) -> None:
    for name, (paper, read) in issues.items():
        tables, blocks = read.document.all("Table"), _tables(paper)
        assert len(tables) == len(blocks), name
        for table, block in zip(tables, blocks, strict=True):
            head, body = table.kids
            assert (head.kind, body.kind) == ("THead", "TBody")
            assert [_cells(row) for row in head.kids] == [_wanted(row, "TH") for row in block["头"]], name
            assert [_cells(row) for row in body.kids] == [_wanted(row, "TD") for row in block["行"]], name
            known = {cell.own_id: cell for row in head.kids for cell in row.kids}
            assert None not in known
            assert all(cell.attributes["Scope"] == "Column" for cell in known.values())
            assert all(known.keys() >= set(cell.attributes["Headers"]) for row in body.kids for cell in row.kids)
            assert all(cell.attributes["Headers"] for row in body.kids for cell in row.kids)


def test_a_cell_below_two_rows_of_heads_names_both(papers: Papers) -> None:
    table = listened(papers["各种成分"].pdf).document.all("Table")[0]
    known = {cell.own_id: cell.text for cell in table.all("TH")}
    row = table.kids[1].kids[0]
    assert [[known[head] for head in cell.attributes["Headers"]] for cell in row.kids] == [
        ["县区"],
        ["能力", "新增"],
        ["能力", "合计"],
        ["位次"],
    ]


def test_pictures_are_figures_with_their_alternative_text(issues: dict[str, tuple[Paper, Heard]]) -> None:
    counted = 0
    for name, (paper, read) in issues.items():
        pictures = [b for part in _parts(paper) for b in part if b["类"] == "图"]
        figures = read.document.all("Figure")
        assert [each.alternative for each in figures] == [b["替"] for b in pictures], name
        counted += len(figures)
    assert counted >= 7


def test_entries_of_the_contents_are_links_that_say_where_they_lead(issues: dict[str, tuple[Paper, Heard]]) -> None:
    for name, (paper, read) in issues.items():
        entries = paper.view["要目"]["条目"] if paper.view["要目"] else []
        links = read.document.all("Link")
        assert [as_read(each.text) for each in links] == [as_read(e["文"] + e["页码"]) for e in entries], name
        assert len(read.links) >= len(entries), name
        assert all(read.links), name


def test_language_and_title_are_the_documents_own(papers: Papers) -> None:
    for name, paper in papers.items():
        read = listened(paper.pdf)
        assert read.language == "zh-CN", name
        assert read.shows_title, name


def test_a_copy_says_its_number_aloud_and_passes_over_the_line_above_its_pages(papers: Papers) -> None:
    read = listened(papers["一份"].pdf)
    assert [as_read(each.text) for each in read.document.all("P")[:2]] == ["000007", "内部资料注意保存"]
    lines = [each for each in read.artefacts if each.type == "Background" and "常委" in each.text]
    assert sorted(each.page for each in lines) == list(range(1, 11))
    assert "市委常委000007" not in as_read(read.document.text)


def test_forms_are_read_label_by_label_and_the_years_list_under_its_head(papers: Papers) -> None:
    sheet = [each.text for each in listened(papers["签批单"].pdf).document.all("P")]
    at = sheet.index("期　　号")
    assert sheet[at + 1] == "拟第14期（总第348期）"
    assert sheet[sheet.index("签发意见") + 1].startswith("签名：")
    [table] = listened(papers["年度期目"].pdf).document.all("Table")
    assert [cell.text for cell in table.all("TH")] == list(
        ["期号", "总期", "日期", "题名", "页数", "印数", "未收回", "状态", "备注"]
    )
    assert len(table.kids[1].kids) == 43


def _parts(paper: Paper) -> list[list[dict]]:  # type: ignore[type-arg]
    return [paper.view["内容"], *(annex["内容"] for annex in paper.view["附件"])]


def _tables(paper: Paper) -> list[dict]:  # type: ignore[type-arg]
    return [b for part in _parts(paper) for b in part if b["类"] == "表"]


def _cells(row: Element) -> list[tuple[str, str, int, int]]:
    return [
        (cell.kind, as_read(cell.text), cell.attributes.get("ColSpan", 1), cell.attributes.get("RowSpan", 1))
        for cell in row.kids
    ]


def _wanted(row: list[dict], kind: str) -> list[tuple[str, str, int, int]]:  # type: ignore[type-arg]
    return [(kind, as_read(expected.runs(cell["文字"])), cell["列"], cell["行"]) for cell in row]
