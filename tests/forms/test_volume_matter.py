"""年度合订本: what stands round the bound issues, from what was published to the pages that are bound."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from builder import pdfium
from builder.fonts import FontSet
from builder.forms import BoundEntry, BoundIssue, Volume
from builder.measure import pdf as pdf_reader
from builder.measure.pdf import as_read
from builder.measure.starts import starts
from builder.records import Act
from builder.render.child import Engines
from builder.render.entries import parts
from builder.words import visible
from builder.workflow.rendering import Rendered
from builder.workflow.volume_matter import (
    back_pdf,
    bound_issue,
    cover_colour,
    front_pdf,
    matter_differences,
    roster,
    void_issue,
)

ROOT = Path(__file__).resolve().parent.parent.parent
ROSTER = roster((ROOT / "content/office.yaml").read_bytes())
TITLES = ("河道清淤提前完工", "山区校车夜间停放问题亟待解决", "河道采砂集中整治", "城区夜市开业")
INDEXES = (("主题索引", 9), ("单位索引", 11))


def issue(n: int, titles: Sequence[str] = TITLES, **changes: Any) -> BoundIssue:
    units = ("市水利局", "市教育局", "青峪县", "市委组织部")
    entries = tuple(BoundEntry(title, (units[k % 4],), "", 1 + k) for k, title in enumerate(titles))
    day = date(2026, 1, 4) + timedelta(days=n)
    return replace(BoundIssue(f"第{n}期（总第{n + 332}期）", day, 4, entries), **changes)


def volume(*issues: BoundIssue, **changes: Any) -> Volume:
    return replace(Volume("工作信息", 2026, "中共临澜市委办公室", issues, "FF0000"), **changes)


def first_pages(bound: Volume) -> list[int]:
    found, page = [], 1
    for each in bound.issues:
        found.append(0 if each.void else page)
        page += each.pages
    return found


def front(bound: Volume, fontset: FontSet, engines: Engines) -> list[str]:
    pdf, _ = front_pdf(bound, first_pages(bound), INDEXES, fontset, engines)
    return [visible(page.whole) for page in pdfium.texts(pdf)[0]]


def index_rows(bound: Volume, name: str) -> dict[str, list[list[str]]]:
    """The rows of an index by letter."""
    view = bound.back(first_pages(bound), {})
    assert view is not None
    return {g["字"]: g["行"] for part in view.data["索引"] if part["名"] == name for g in part["组"]}


# ---------------------------------------------------------------- cover and contents


def test_the_cover_names_publication_year_numbers_office_and_the_month_of_the_last_issue(
    fontset: FontSet, engines: Engines
) -> None:
    cover = front(volume(issue(1), issue(2), issue(48)), fontset, engines)[0]
    assert cover == "工作信息2026年合订本第1期（总第333期）至第48期（总第380期）中共临澜市委办公室二〇二六年二月"


def test_a_volume_of_a_year_that_is_not_closed_says_up_to_when_it_goes(fontset: FontSet, engines: Engines) -> None:
    pages = front(volume(issue(1), issue(48), closed=False), fontset, engines)
    assert pages[0].endswith("中共临澜市委办公室截至二〇二六年二月")
    assert "2026年度还没有关闭，本册所收截至2026年2月21日。" in pages[1]
    assert "关闭" not in "".join(front(volume(issue(1)), fontset, engines))


def test_contents_say_which_issue_corrects_another(fontset: FontSet, engines: Engines) -> None:
    wrong = issue(1, corrected=("第5期（总第337期）", "2027年第1期（总第400期）"))
    contents = front(volume(wrong, issue(5)), fontset, engines)[2]
    told = "第1期（总第333期）2026年1月5日已由第5期（总第337期）、2027年第1期（总第400期）更正"
    assert contents.startswith(f"目录{told}1河道清淤")


def test_a_supplement_is_counted_beside_the_numbers_and_a_volume_of_supplements_alone_names_them() -> None:
    supplement = issue(2, series="增刊", number="增刊第1期")
    assert volume(issue(1), issue(3), supplement).range() == ("第1期（总第333期）至", "第3期（总第335期）", "附增刊1期")
    assert volume(supplement).range() == ("增刊1期",)
    assert volume(issue(1)).range() == ("第1期（总第333期）",)


def test_the_cover_leaves_out_what_stands_beside_the_numbers() -> None:
    first = issue(1, number="第1期（总第333期）（防汛专题）（更正重印）")
    last = issue(9, number="第9期（第二次更正重印）")
    assert volume(first, issue(2), last).range() == ("第1期（总第333期）至", "第9期")
    assert volume(replace(first, number="2026年第3号")).range() == ("2026年第3号",)


def test_contents_give_every_issue_and_every_title_its_page_in_the_volume(fontset: FontSet, engines: Engines) -> None:
    pages = front(volume(issue(1), issue(2)), fontset, engines)
    assert pages[2].startswith("目录第1期（总第333期）2026年1月5日1河道清淤提前完工（市水利局）1山区校车")
    assert "第2期（总第334期）2026年1月6日5河道清淤提前完工（市水利局）5" in pages[2]
    assert "城区夜市开业（市委组织部）8" in pages[2]
    assert pages[2].endswith("主题索引9单位索引11")


def test_a_void_issue_is_named_with_its_reason_and_neither_page_nor_entries(fontset: FontSet, engines: Engines) -> None:
    void = BoundIssue("第2期（总第334期）", date(2026, 1, 6), 0, void="数据有误")
    pages = front(volume(issue(1), void, issue(3)), fontset, engines)
    assert "第2期（总第334期）2026年1月6日已作废：数据有误第3期（总第335期）2026年1月7日5河道" in pages[2]
    assert "已作废的第2期（总第334期）不收" in pages[1]
    assert "付印的2期，共8面" in pages[1]


def test_a_year_of_which_everything_is_void_is_no_volume() -> None:
    bound = volume(BoundIssue("第1期", date(2026, 1, 6), 0, void="数据有误"))
    with pytest.raises(ValueError, match="without an issue"):
        bound.range()


def test_contents_take_as_many_pages_whatever_the_numbers_of_the_pages_are(fontset: FontSet, engines: Engines) -> None:
    bound = volume(*(issue(n) for n in range(1, 41)))
    counts = {
        len(pdfium.texts(front_pdf(bound, [first] * 40, INDEXES, fontset, engines)[0])[0]) for first in (1, 90, 5000)
    }
    assert len(counts) == 1


def test_titles_of_any_length_and_kind_are_set_and_the_page_stays_in_its_column(
    fontset: FontSet, engines: Engines
) -> None:
    odd = (
        "关于进一步做好全市水利工程建设管理和运行维护有关工作情况的通报" * 6,
        "“一网通办”《条例》（试行）【第一批】——以A、B两区为例",
        "PM2.5≤35μg/m³的天数比上年同期增加3%",
        "㐂庆丰收𠂇𠃌",
        "数e\u0301值ﬁ与ﬂ",
        "VeryLongLatinWordWithoutAnyPlaceToBreakAtAllWhichIsWiderThanTheLineOfTheContentsOfTheVolume",
        "",
    )
    bound = volume(issue(1, odd))
    pdf, _ = front_pdf(bound, [1], (), fontset, engines)
    text = visible("".join(page.whole for page in pdfium.texts(pdf)[0]))
    assert as_read(odd[0]) in text
    assert as_read(odd[1]) in text
    glyphs = [glyph for sheet in pdfium.sheets(pdf) for glyph in sheet.glyphs]
    assert max(glyph.right for glyph in glyphs) < 210 - 26 + 0.5


def test_a_character_that_no_face_has_is_a_mark_in_its_place_and_told(fontset: FontSet, engines: Engines) -> None:
    void = BoundIssue("第2期", date(2026, 1, 8), 0, void="重复\U0001f600了")
    pdf, (fault,) = front_pdf(volume(issue(1), void), [1, 0], (), fontset, engines)
    assert "已作废：重复〓了" in visible("".join(page.whole for page in pdfium.texts(pdf)[0]))
    assert (fault.code, fault.severity) == ("form-glyph", "warning")
    assert "“\U0001f600”（U+1F600）" in fault.message


def test_the_same_volume_gives_the_same_bytes(fontset: FontSet, engines: Engines) -> None:
    bound = volume(issue(1), issue(2))
    once, again = (front_pdf(bound, [1, 5], INDEXES, fontset, engines) for _ in range(2))
    assert once == again


def test_three_hundred_issues_have_their_contents_and_indexes_in_seconds(fontset: FontSet, engines: Engines) -> None:
    bound = volume(*(issue(n, mentions=(("市公安局", 2),)) for n in range(1, 301)))
    begun = time.perf_counter()
    back = back_pdf(bound, first_pages(bound), fontset, engines)
    pages = front(bound, fontset, engines)
    assert back is not None
    assert time.perf_counter() - begun < 20
    assert "第300期（总第632期）2026年10月31日1197" in "".join(pages)


# ---------------------------------------------------------------- indexes


def test_the_index_of_units_parts_who_supplied_from_who_is_mentioned() -> None:
    bound = volume(issue(1, TITLES[:1], mentions=(("市公安局", 2), ("市水利局", 1), ("市水利局", 3))), issue(2))
    rows = {unit: pages for group in index_rows(bound, "单位索引").values() for unit, pages in group}
    assert rows == {
        "市水利局": "1、5（3）", "市公安局": "（2）", "市教育局": "6", "青峪县": "7", "市委组织部": "8",
    }  # fmt: skip


def test_units_stand_under_their_own_names_not_all_under_the_citys() -> None:
    mentions = tuple((name, 1) for name in ("市水利局", "市委组织部", "市公安局", "青峪县", "市政府办", "县医院"))
    rows = index_rows(volume(issue(1, (), mentions=mentions)), "单位索引")
    assert {key: [name for name, _ in group] for key, group in rows.items()} == {
        "G": ["市公安局"], "Q": ["青峪县"], "S": ["市水利局"], "Y": ["县医院"], "Z": ["市政府办", "市委组织部"],
    }  # fmt: skip


def test_the_index_of_subjects_has_every_entry_and_the_columns() -> None:
    entries = tuple(BoundEntry(title, (), "问题建议" if n == 1 else "", 1 + n) for n, title in enumerate(TITLES))
    rows = {
        s: pages for group in index_rows(volume(issue(1, entries=entries)), "主题索引").values() for s, pages in group
    }
    assert rows["河道"] == "1、3"
    assert rows["问题建议"] == "2"
    assert {page for pages in rows.values() for page in pages.split("、")} == {"1", "2", "3", "4"}


def test_spellings_of_one_subject_are_one_line_under_that_of_most_entries() -> None:
    given = (("GDP",), ("gdp", "三农"), ("ｇｄｐ", "“三农”"), ("GDP",))
    entries = tuple(BoundEntry(f"题目之{n}", (), "", n, words) for n, words in enumerate(given, 1))
    rows = dict(row for group in index_rows(volume(issue(1, entries=entries)), "主题索引").values() for row in group)
    assert rows == {"GDP": "1、2、3、4", "三农": "2、3"}


def test_where_nothing_can_be_indexed_there_is_no_index(fontset: FontSet, engines: Engines) -> None:
    entry = BoundEntry("", (), "", 1)
    bound = volume(BoundIssue("第1期", date(2026, 1, 5), 1, (entry,)))
    assert back_pdf(bound, [1], fontset, engines) is None
    pages = [visible(page.whole) for page in pdfium.texts(front_pdf(bound, [1], (), fontset, engines)[0])[0]]
    assert "索引都用它" in pages[1]
    assert "册后附" not in pages[1]


def test_each_index_begins_on_a_right_hand_page_and_the_outline_names_it(fontset: FontSet, engines: Engines) -> None:
    back = back_pdf(volume(issue(1)), [1], fontset, engines)
    assert back is not None
    _, outline = pdfium.texts(back[0])
    assert outline == (("主题索引", 1), ("单位索引", 3))


def test_a_page_that_lacks_a_word_is_found_out(fontset: FontSet, engines: Engines) -> None:
    bound = volume(issue(1))
    pdf, _ = front_pdf(bound, [1], INDEXES, fontset, engines)
    families = fontset.families()
    assert matter_differences(bound.front([1], INDEXES, families), pdf) == []
    assert matter_differences(bound.front([2], INDEXES, families), pdf) != []


# ---------------------------------------------------------------- from what was published


def published(made: Rendered) -> tuple[Act, list[str]]:
    """What the register has of a sample issue, and the text of its pages."""
    view = made.view.data
    read = pdf_reader.read_back(made.files["pdf"], view)
    data = {"label": "".join(view["报头"]["期号行"]), "day": "2026-06-08", "starts": starts(view, read)}
    pages = [page.whole for page in pdfium.texts(made.files["pdf"])[0]]
    return cast(Act, SimpleNamespace(data=data)), pages


def test_every_title_and_every_unit_really_stands_on_the_page_that_is_given(
    sample_issues: Mapping[str, Rendered],
) -> None:
    titles = mentions = 0
    full = dict(ROSTER)
    for made in sample_issues.values():
        act, pages = published(made)
        bound = bound_issue(act, made.view.data, pages, ROSTER)
        read = [as_read(page) for page in pages]
        for entry in bound.entries:
            shown = as_read(entry.title.removesuffix("……"))
            assert shown[:8] in read[entry.page - 1]
            titles += 1
        for unit, page in bound.mentions:
            assert unit in read[page - 1] or full[unit] in read[page - 1]
            mentions += 1
    assert titles > 15
    assert mentions > 10


def test_every_unit_that_an_entry_names_is_found_and_those_in_credits_alone_are_not(
    sample_issues: Mapping[str, Rendered],
) -> None:
    for made in sample_issues.values():
        act, pages = published(made)
        bound = bound_issue(act, made.view.data, pages, (("乌有局", "临澜市乌有局"),))
        assert bound.mentions == ()
    view: dict[str, Any] = {
        "内容": [
            {"类": "标题", "行": ["河道清淤"], "书签": "t1"},
            _paragraph("临澜市水利局会同澜东区委办抓紧施工。", "（市教育局供稿）"),
        ],
        "附件": [],
    }
    pages = ["河道清淤\n临澜市水利局会同澜东区委", "办抓紧施工。（市教育局供稿）"]
    act = cast(Act, SimpleNamespace(data={"label": "第1期", "day": "2026-06-08", "starts": [1]}))
    names = (*ROSTER, ("施工", "施工"))
    bound = bound_issue(act, view, pages, names)
    assert bound.entries == (BoundEntry("河道清淤", ("市教育局",), "", 1),)
    assert bound.mentions == (("市水利局", 1), ("澜东区委办", 1), ("施工", 2))


def test_no_unit_that_a_text_names_is_overlooked(sample_issues: Mapping[str, Rendered]) -> None:
    alone = [pair for pair in ROSTER if not any(pair[0] in other for each in ROSTER for other in each if each != pair)]
    for made in sample_issues.values():
        act, pages = published(made)
        named = {unit for unit, _ in bound_issue(act, made.view.data, pages, ROSTER).mentions}
        for part in parts(made.view.data):
            text = "".join(line.removesuffix(part.credit) for line in part.lines)
            assert {short for short, full in alone if short in text or full in text} <= named


def test_an_entry_without_a_title_is_named_by_how_it_begins_and_stands_in_its_column(
    sample_issues: Mapping[str, Rendered],
) -> None:
    act, pages = published(sample_issues["gongzuo-xinxi-11"])
    bound = bound_issue(act, sample_issues["gongzuo-xinxi-11"].view.data, pages, ROSTER)
    short = [entry for entry in bound.entries if entry.column == "简讯"]
    assert short[0].title.startswith("澜东区5月28日启用社区矛盾调解中心")
    assert all(entry.title.endswith("……") and "【" not in entry.title for entry in short)
    assert bound.entries[0].column == "重点工作"
    assert len(short) == 4


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "市水利局开展年终检查，会同各县（区）抓紧抢修，全部通水，群众满意。",
            "市水利局开展年终检查，会同各县（区）抓紧抢修……",
        ),
        (
            "市水利局开展年终检查，并会同沿河两岸的各县（区）抓紧抢修，全部通水。",
            "市水利局开展年终检查，并会同沿河两岸的各县……",
        ),
        (
            "“一河一策、一库一案、一塘一档、一村一员、一户一卡”全部到位。",
            "“一河一策、一库一案、一塘一档、一村一员、一……",
        ),
    ],
)
def test_the_opening_that_names_an_entry_leaves_no_bracket_open(text: str, name: str) -> None:
    view: dict[str, Any] = {"内容": [_paragraph(text, "（市水利局供稿）")], "附件": []}
    act = cast(Act, SimpleNamespace(data={"label": "第1期", "day": "2026-06-08", "starts": [1]}))
    (entry,) = bound_issue(act, view, [text], ()).entries
    assert entry.title == name


def test_pages_follow_a_name_without_dots_where_there_is_no_room_for_a_row_of_them(
    fontset: FontSet, engines: Engines
) -> None:
    """A name that fills its column stands apart from its first page, and one with room has its pages at the edge."""
    long, short = "市城市管理综合行政执法局执法大队", "市水利局"
    entries = tuple(BoundEntry(f"题目{n}", (long,) if n < 6 else (short,), "", n) for n in range(1, 8))
    bound = volume(issue(1, entries=entries))
    back = back_pdf(bound, first_pages(bound), fontset, engines)
    assert back is not None
    glyphs = [glyph for sheet in pdfium.sheets(back[0]) for glyph in sheet.glyphs]
    text = "".join(glyph.text for glyph in glyphs)
    at = text.index(long + "1") + len(long)
    assert glyphs[at].left - glyphs[at - 1].right > 3
    at = text.index(short + "6") + len(short)
    assert glyphs[at].left - glyphs[at - 1].right > 30


def _paragraph(text: str, credit: str) -> dict[str, Any]:
    return {"类": "段", "前": "", "文字": [{"文": text, "体": ""}], "供稿": credit, "独": False, "缩进": 2}


def test_a_void_issue_keeps_number_and_reason() -> None:
    act = cast(Act, SimpleNamespace(data={"label": "第3期", "day": "2026-06-08"}))
    assert void_issue(act, "数据有误").void == "数据有误"
    assert void_issue(act, "").void == "未写理由"


def test_the_roster_of_the_archive_is_read_and_a_file_that_is_none_gives_no_units() -> None:
    assert ("市水利局", "临澜市水利局") in ROSTER
    assert roster(b"\xff\xfe\x00") == roster("- 甲".encode()) == roster(b"") == roster("单位: 甲".encode()) == ()


def test_the_cover_has_the_colour_of_the_publications_name(sample_issues: Mapping[str, Rendered]) -> None:
    assert {cover_colour(made.view.data) for made in sample_issues.values()} == {"FF0000"}
