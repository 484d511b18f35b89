"""The Word files as assistive programs see them: title, language, headings, table heads, alternative text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import docx
import pytest

from builder.forms import HandingList, HandingRow
from builder.render import expected
from builder.words import visible
from tests.longterm.papers import Paper

Papers = Mapping[str, Paper]


@pytest.fixture
def issues(papers: Papers) -> dict[str, tuple[Paper, Any]]:
    return {
        name: (paper, docx.Document(io.BytesIO(paper.docx or b""))) for name, paper in papers.items() if paper.issue
    }


def test_title_and_language_are_the_issues_own(issues: dict[str, tuple[Paper, Any]]) -> None:
    for name, (paper, document) in issues.items():
        assert document.core_properties.title == paper.view["元数据"]["题名"], name
        assert document.core_properties.language == "zh-CN", name
        [language] = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
        assert language.get(docx.oxml.ns.qn("w:eastAsia")) == "zh-CN"


def test_headings_have_their_level_in_the_outline_and_nothing_else_has_one(
    issues: dict[str, tuple[Paper, Any]],
) -> None:
    """Titles and annexes on the first level; a heading of the text that stands alone one below for each of its levels."""
    for name, (paper, document) in issues.items():
        found = [(level, visible(p.text)) for p in document.paragraphs if (level := _level(p)) is not None and p.text]
        assert found == [(level, visible(text)) for level, text in _headings(paper.view)], name


def test_the_rows_of_a_tables_head_repeat_and_no_other_row_does(issues: dict[str, tuple[Paper, Any]]) -> None:
    for name, (paper, document) in issues.items():
        blocks = [b for b in _blocks(paper.view) if b["类"] == "表"]
        assert len(document.tables) == len(blocks), name
        for table, block in zip(document.tables, blocks, strict=True):
            heads = [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows]
            assert heads == [True] * len(block["头"]) + [False] * len(block["行"]), name


def test_every_picture_has_its_alternative_text(issues: dict[str, tuple[Paper, Any]]) -> None:
    counted = 0
    for name, (paper, document) in issues.items():
        wanted = [b["替"] for b in _blocks(paper.view) if b["类"] == "图"]
        assert [each.get("descr") for each in document.element.xpath("//wp:inline/wp:docPr")] == wanted, name
        counted += len(wanted)
    assert counted >= 7


def test_lists_have_title_language_and_a_head_that_repeats(papers: Papers) -> None:
    rows = tuple(HandingRow(f"第{n}街道办事处", "发", 1, n, n) for n in range(1, 60))
    handed = HandingList("中共临澜市委办公室", "工作信息", "第13期", date(2026, 7, 6), rows)
    lists = {"《工作信息》2026年度期目": papers["年度期目"].docx or b"", handed.title: handed.docx()}
    for title, data in lists.items():
        document = docx.Document(io.BytesIO(data))
        assert document.core_properties.title == title
        assert document.core_properties.language == "zh-CN"
        [table] = document.tables
        assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows][:3] == [True, False, False]


def test_no_word_file_names_a_person_or_a_program_version(papers: Papers) -> None:
    """The office is the author, the properties name this program alone, the dates are those of the issue."""
    for name, paper in papers.items():
        if paper.docx is None:
            continue
        with zipfile.ZipFile(io.BytesIO(paper.docx)) as package:
            core = package.read("docProps/core.xml").decode()
            assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}, name
        assert "lastModifiedBy" not in core, name
        day = paper.view["元数据"]["日期"] if paper.issue else "2027-01-06"
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}T[^<]*", core)) == {f"{day}T00:00:00Z"}, name


def _level(paragraph: Any) -> int | None:
    """The outline level of a paragraph's style or of those that it is based on, from 0."""
    style = paragraph.style
    while style is not None:
        if found := style.element.xpath("w:pPr/w:outlineLvl/@w:val"):
            return int(found[0])
        style = style.base_style
    return None


def _headings(view: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for part in (view["内容"], *(annex["内容"] for annex in view["附件"])):
        if part is not view["内容"]:
            yield 0, "".join(next(a for a in view["附件"] if a["内容"] is part)["题行"])
        for block in part:
            if block["类"] == "标题":
                yield 0, "".join(block["行"])
            elif block["类"] == "段" and block["独"]:
                yield block["级"], expected.runs(block["文字"])


def _blocks(view: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*view["内容"], *(b for annex in view["附件"] for b in annex["内容"])]
