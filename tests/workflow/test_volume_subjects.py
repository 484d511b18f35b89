"""主题词: words that editors give go with the issue into the archive, and from there into the 主题索引; none is printed or signed."""

from __future__ import annotations

import json

import pytest

from builder import pdfium
from builder.fonts import FontSet
from builder.records import Act
from builder.render.child import Engines
from builder.words import visible
from builder.workflow import opening, planning
from builder.workflow.volumes import volume
from tests.office import SmallOffice

PUBLICATION = "gongzuo-xinxi"
ITEM = "---\n标题: 河道清淤提前完工\n供稿单位: 市水利局\n主题词: [水系连通, 防汛]\n---\n市水利局清淤12公里。\n"
FINDING = "种类: 事项\n编号: 1\n事项: 修复水毁堤防\n主题词: {}\n"
FIRST = """\
刊物: gongzuo-xinxi
日期: 2026-06-08
条目:
  - {信息: 清淤}
  - {标题: 全市防汛准备就绪, 正文: 物资全部到位。, 供稿: 市水利局}
  - {标题: 秋粮收购平稳有序, 正文: 收购12万吨。, 主题词: [粮食安全], 供稿: 市水利局}
  - {标题: 督办事项进展, 督查: {范围: 分工/*, 形式: 文}, 供稿: 市水利局}
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fontset: FontSet, engines: Engines) -> SmallOffice:
    """One issue with words given in an item, in findings and in the issue, and one without any."""
    made = SmallOffice(tmp_path_factory.mktemp("subjects") / "office", fontset, engines)
    made.write("content/items/清淤.md", ITEM)
    made.write("content/findings/分工/1.yaml", FINDING.format("[堤防, 防汛]"))
    made.write("content/findings/分工/2.yaml", FINDING.format("堤防").replace("编号: 1", "编号: 2"))
    made.write("content/issues/2026/a.yaml", FIRST)
    return made


@pytest.fixture(scope="module")
def act(office: SmallOffice) -> Act:
    """The issue published, after a word was mended when it had been signed."""
    office.sign("2026/a")
    office.write("content/items/清淤.md", ITEM.replace("水系连通", "河湖治理"))
    return office.publish("2026/a").act


def index(office: SmallOffice) -> dict[str, str]:
    """Pages by subject, as the 主题索引 prints them."""
    with office.desk(read_only=True) as desk:
        made = volume(desk, PUBLICATION, 2026, office.fontset, office.engines)
    texts, outline = pdfium.texts(made.pdf)
    begins = {title: page for title, page in outline if title.endswith("索引")}
    lines = texts[begins["主题索引"] - 1].whole.splitlines()
    rows = [visible(line) for line in lines]
    return {row.rstrip("0123456789、"): row for row in rows}


def test_an_entry_stands_under_the_words_that_it_was_given_and_a_title_with_one_of_them_beside_it(
    office: SmallOffice, act: Act
) -> None:
    found = index(office)
    assert {"河湖治理", "防汛", "粮食安全", "堤防"} <= found.keys()
    cleared, ready, grain, dykes = act.data["starts"]
    assert found["防汛"] == "防汛" + "、".join(str(page) for page in sorted({cleared, ready, dykes}))
    assert found["粮食安全"] == f"粮食安全{grain}"
    assert not any("清淤" in name or "秋粮" in name for name in found)


def test_the_words_are_in_the_archived_view_and_neither_printed_nor_signed(office: SmallOffice, act: Act) -> None:
    folder = office.place.archive / act.folder / "data"
    view = json.loads((folder / "view.json").read_text(encoding="utf-8"))
    given = [block["主题词"] for block in view["内容"] if "主题词" in block]
    assert given == [["河湖治理", "防汛"], ["粮食安全"], ["堤防", "防汛"]]
    assert "河湖治理" not in "".join(page.whole for page in pdfium.texts((folder / "issue.pdf").read_bytes())[0])
    assert "主题词" not in (folder / "signed.json").read_text(encoding="utf-8")


def test_the_note_tells_of_given_words_only_where_there_are_some(office: SmallOffice, act: Act) -> None:
    assert any("编者标了主题词的" in row for row in index(office).values())


def test_an_issue_without_given_words_has_the_view_that_it_always_had(small_office: SmallOffice) -> None:
    name = small_office.issue("2026/a", publication=PUBLICATION)
    edition = planning.compose_issue(small_office.opened(), name, small_office.fontset).edition
    assert edition is not None
    act = small_office.published(name, publication=PUBLICATION)
    view = (small_office.place.archive / act.folder / "data" / "view.json").read_text(encoding="utf-8")
    assert "主题词" not in view
    assert not any("编者" in row for row in index(small_office).values())


def test_a_word_that_no_font_has_is_refused_before_it_is_printed(small_office: SmallOffice) -> None:
    text = "条目:\n  - {标题: 题目, 正文: 文字。, 主题词: [防汛\U0001f600]}\n"
    small_office.write("content/issues/2026/a.yaml", f"刊物: {PUBLICATION}\n日期: 2026-06-08\n{text}")
    planned = planning.compose_issue(small_office.opened(), "2026/a", small_office.fontset)
    assert ("no-glyph", 4) in {(fault.code, fault.place.line) for fault in planned.faults}


@pytest.mark.parametrize(
    ("written", "code", "told"),
    [
        ("防汛、水库", "value-form", "“防汛、水库”不是一个词"),
        ("防汛 水库", "value-form", "不是一个词"),
        ("[——]", "value-form", "“——”不是一个词"),
        ('["**防汛**"]', "value-form", "“**防汛**”不是一个词"),
        ('["[防汛]"]', "value-form", "“[防汛]”不是一个词"),
        ("无", "value-form", "“无”不是一个词"),
        ("[GDP, ｇｄｐ]", "value-form", "“ｇｄｐ”写了两次"),
        (f"[{', '.join(f'词{n}' for n in range(11))}]", "value-form", "写了11个"),
        ("[防汛, 水库, 防汛]", "value-form", "“防汛”写了两次"),
        (f"[{'堤' * 16}]", "value-form", "太长"),
        ('[防汛, ""]', "value-empty-item", "空的一条"),
        ("{词: 防汛}", "value-list", "应写成列表"),
        ("[[防汛]]", "value-text", "应是一段文字"),
    ],
)
def test_what_is_no_word_is_told_at_its_place(small_office: SmallOffice, written: str, code: str, told: str) -> None:
    small_office.write("content/findings/1.yaml", FINDING.format(written))
    small_office.issue("2026/a", publication=PUBLICATION)
    found = [fault for fault in opening.open_workspace(small_office.place).faults if fault.code == code]
    assert len(found) == 1
    assert told in found[0].message
    assert found[0].place.line == 4
