"""The entries of an issue and the pages on which they begin, from its view and its PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from builder.measure import pdf as pdf_reader
from builder.measure.starts import starts
from builder.records import IndexEntry
from builder.render import expected
from builder.render.entries import index_entries, parts
from builder.workflow.rendering import Rendered

Block = dict[str, Any]


def paragraph(text: str, credit: str = "", lead: str = "") -> Block:
    return {"类": "段", "前": lead, "文字": [{"文": text}], "供稿": credit}


def title(text: str, mark: str) -> Block:
    return {"类": "标题", "行": [text[:4], text[4:]], "书签": mark}


def note(text: str) -> Block:
    return {"类": "编者按", "段": [[{"文": "编者按："}, {"文": text}], [{"文": "第二段。"}]]}


def section(name: str) -> Block:
    return {"类": "栏目", "文": f"【{name}】"}


def indexed(data: Mapping[str, Any], seen: Mapping[str, Any]) -> list[IndexEntry]:
    return index_entries("gongzuo-xinxi", 2026, "2026/13", data, seen)


def view(*blocks: Block, annexes: tuple[Block, ...] = ()) -> Mapping[str, Any]:
    return {"内容": list(blocks), "附件": list(annexes)}


def test_a_head_and_a_note_go_to_the_title_that_they_lead_to() -> None:
    found = parts(
        view(
            note("本期按语。"),
            section("重点工作"),
            note("栏目按语。"),
            title("全市供水安全", "t1"),
            paragraph("正文一。", "（市水利局供稿）"),
            note("本条按语。"),
            title("全市用电平稳", "t2"),
            paragraph("正文二。"),
            section("简讯"),
            title("公路通车典礼", "t3"),
            paragraph("正文三。"),
        )
    )
    assert [(part.title, part.mark) for part in found] == [
        ("全市供水安全", "t1"),
        ("全市用电平稳", "t2"),
        ("公路通车典礼", "t3"),
    ]
    assert found[0].lines == [
        *("编者按：本期按语。", "第二段。", "【重点工作】", "编者按：栏目按语。", "第二段。"),
        "正文一。（市水利局供稿）",
    ]
    assert found[1].lines == ["编者按：本条按语。", "第二段。", "正文二。"]
    assert found[2].lines == ["【简讯】", "正文三。"]


def test_short_items_without_titles_stand_by_themselves() -> None:
    found = parts(
        view(
            section("简讯"),
            paragraph("一条。", "（市人社局供稿）"),
            {"类": "分页"},
            paragraph("又一条。"),
            {"类": "供稿", "文": "（市水利局、市应急局供稿）"},
            paragraph("再一条。", "（本刊综合）"),
            {"类": "附件说明", "行": [{"引": "附件：", "序": "", "名": "一览表"}]},
            {"类": "署名", "机关": "市委办公室", "日期": "2026年6月8日"},
        )
    )
    assert [part.units for part in found] == [("市人社局",), ("市水利局", "市应急局"), ("本刊综合",)]
    assert found[2].lines == ["再一条。（本刊综合）", "附件：一览表", "市委办公室", "2026年6月8日"]


def test_annexes_are_entries_and_a_table_gives_a_line_for_each_cell() -> None:
    cells = [[{"文字": [{"文": "单位"}]}, {"文字": [{"文": "件数"}]}]]
    table = {"类": "表", "题": "表题", "单位": "", "头": cells, "行": cells, "注": [[{"文": "注：略。"}]]}
    annex = {"标": "附件", "题行": ["进展", "情况表"], "书签": "f1", "内容": [table]}
    found = parts(view(title("通报办理情况", "t1"), paragraph("正文。", lead="——"), annexes=(annex,)))
    assert [(part.title, part.lines) for part in found] == [
        ("通报办理情况", ["——正文。"]),
        ("进展情况表", ["表题", "单位", "件数", "单位", "件数", "注：略。"]),
    ]


def test_the_record_of_the_act_and_the_view_give_the_entries() -> None:
    data = {"name": "工作信息", "label": "第13期（总第345期）", "day": "2026-06-08", "genre": "信息", "starts": [3]}
    [entry] = indexed(data, view(title("全市供水安全", "t1"), paragraph("正文。")))
    assert (entry.publication, entry.name, entry.year, entry.day) == ("gongzuo-xinxi", "工作信息", 2026, "2026-06-08")
    assert (entry.kind, entry.number, entry.issue) == ("信息", "第13期（总第345期）", "2026/13")
    assert (entry.no, entry.title, entry.page, entry.text) == (1, "全市供水安全", 3, "正文。")
    assert entry.label == "《工作信息》第13期（总第345期）"


def test_pages_that_are_not_those_of_this_issue_are_an_error() -> None:
    data = {"name": "工作信息", "label": "第13期", "day": "2026-06-08", "genre": "信息", "starts": [1, 2]}
    with pytest.raises(ValueError, match="zip"):
        indexed(data, view(title("全市供水安全", "t1"), paragraph("正文。")))


def test_every_printed_character_of_the_text_is_in_one_entry(sample_issues: Mapping[str, Rendered]) -> None:
    for rendered in sample_issues.values():
        stored = json.loads(json.dumps(rendered.view.data))
        printed = [*expected.blocks(stored["内容"])]
        for annex in stored["附件"]:
            printed += [*annex["题行"], *expected.blocks(annex["内容"])]
        kept = "".join(part.title + "".join(part.lines) for part in parts(stored))
        assert sorted(kept) == sorted("".join(printed))


def test_entries_begin_on_the_pages_on_which_they_are_printed(sample_issues: Mapping[str, Rendered]) -> None:
    pages = {}
    for name, rendered in sample_issues.items():
        read = pdf_reader.read(rendered.files["pdf"], number=rendered.view.data["页码"])
        pages[name] = starts(rendered.view.data, read)
        for part, page in zip(parts(rendered.view.data), pages[name], strict=True):
            opening = part.title or "".join(part.lines)[:6]
            assert opening in read.pages[page - 1].text
    assert pages["gongzuo-xinxi-11"] == [1, 2, 3, 4, 4, 4, 4]  # four short items without titles at the end
    assert pages["ducha-tongbao-7"] == [1, 5]  # an annex
