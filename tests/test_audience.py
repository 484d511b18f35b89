"""可见范围: what each part of the list reads of an issue, and what leaving out does to headings, numbers, entries, annexes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builder.compose import Edition, Piece, Reading, limited, readings
from builder.fonts import FontSet
from builder.model import Paragraph
from builder.render import expected, view
from builder.render.child import Engines
from builder.workflow.planning import compose_issue
from tests.office import SmallOffice

PARTS = ("报", "送", "发", "增发", "存档", "备用")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fontset: FontSet) -> Iterator[SmallOffice]:
    with Engines() as engines:
        yield SmallOffice(tmp_path_factory.mktemp("audience") / "office", fontset, engines)


def edition(office: SmallOffice, lines: str) -> Edition:
    office.write("content/issues/one.yaml", f"刊物: gongzuo-xinxi\n日期: 2026-06-08\n{lines}")
    composition = compose_issue(office.opened(), "one", office.fontset)
    assert composition.edition is not None, composition.faults
    return composition.edition


def entry(*paragraphs: str, title: str = "关于防汛的情况") -> str:
    return f"  - 标题: {title}\n    正文: |\n" + "".join(f"      {text}\n" for text in paragraphs)


def read(edition: Edition) -> dict[str, Reading]:
    """Part → what it reads."""
    return {part: reading for reading in readings(edition, PARTS) for part in reading.parts}


def text(reading: Reading) -> str:
    return "".join(expected.texts(view.build(reading.edition, {}).data))


def codes(reading: Reading) -> list[str]:
    return [fault.code for fault in reading.faults]


def test_each_part_reads_what_it_may_and_the_office_keeps_all(office: SmallOffice) -> None:
    one = edition(
        office,
        "条目:\n"
        + entry("甲段人人看。", "｛可见范围：报｝乙段。", "｛可见范围：报、送｝丙段。", "- ｛可见范围：发｝丁段。"),
    )
    seen = {part: "".join(c for c in "甲乙丙丁" if f"{c}段" in text(reading)) for part, reading in read(one).items()}
    assert seen == {"报": "甲乙丙", "送": "甲丙", "发": "甲丁", "增发": "甲", "存档": "甲乙丙丁", "备用": "甲乙丙丁"}
    assert [reading.parts for reading in readings(one, PARTS)] == [
        ("报",), ("送",), ("发",), ("增发",), ("存档", "备用")
    ]  # fmt: skip
    assert all(not reading.faults for reading in read(one).values())


def test_an_issue_without_limits_is_one_reading_for_all_and_the_very_edition(office: SmallOffice) -> None:
    one = edition(office, "条目:\n" + entry("甲段。"))
    [reading] = readings(one, PARTS)
    assert reading.parts == PARTS
    assert text(reading) == "".join(expected.texts(view.build(one, {}).data))


def test_notes_sections_and_annexes_are_limited_too(office: SmallOffice) -> None:
    one = edition(
        office,
        "编者按: ｛可见范围：报｝按甲。\n栏目:\n  - 名称: 专栏\n    编者按: ｛可见范围：报｝按乙。\n    条目:\n"
        "      - {标题: 题一, 正文: 文一。, 编者按: ｛可见范围：报｝按丙。}\n"
        "附件:\n  - 标题: 附一\n    正文: |\n      附文。\n      ｛可见范围：报｝附密。\n",
    )
    assert len(limited(one)) == 4
    reads = read(one)
    for secret in ("按甲", "按乙", "按丙", "附密"):
        assert (secret in text(reads["报"]), secret in text(reads["发"])) == (True, False)
    assert "编者按" not in text(reads["发"])


def test_an_entry_of_which_nothing_is_left_goes_with_its_title_and_its_section(office: SmallOffice) -> None:
    lines = (
        "要目: 是\n栏目:\n  - 名称: 内情\n    条目:\n"
        "      - {标题: 密题, 正文: ｛可见范围：报｝密文。, 供稿: 市水利局}\n"
        "  - 名称: 要情\n    条目:\n      - {标题: 明题, 正文: 明文。}\n"
    )
    reads = read(edition(office, lines))
    assert codes(reads["报"]) == []
    assert codes(reads["发"]) == ["audience-entry"]
    assert "“送、发、增发”都看不到" in read(edition(office, lines))["增发"].faults[0].message
    for gone in ("密题", "密文", "内情", "市水利局"):
        assert gone not in text(reads["发"])
    assert text(reads["发"]).count("明题") == 2  # 要目 and title
    assert text(reads["报"]).count("密题") == 2


def test_an_annex_of_which_nothing_is_left_goes_and_the_later_ones_move_up(office: SmallOffice) -> None:
    one = edition(
        office,
        "条目:\n"
        + entry("文。")
        + "附件:\n  - {标题: 密附, 正文: ｛可见范围：报｝密。}\n  - {标题: 明附, 正文: 明。}\n",
    )
    reads = read(one)
    assert codes(reads["发"]) == ["audience-annex"]
    assert "序号随着提前" in reads["发"].faults[0].message
    assert "附件：明附" in text(reads["发"])
    assert "附件：1.密附2.明附" in text(reads["报"])


def test_a_heading_left_alone_is_told_at_its_line_and_one_that_goes_along_is_not(office: SmallOffice) -> None:
    body = ("一、总体情况", "甲。", "二、领导批示", "｛可见范围：报｝批示原文。")
    reads = read(edition(office, "条目:\n" + entry(*body)))
    [fault] = reads["发"].faults
    assert (fault.code, fault.severity, fault.place.line) == ("audience-heading", "warning", 8)
    assert codes(reads["报"]) == []
    along = ("一、总体情况", "甲。", "｛可见范围：报｝二、领导批示", "｛可见范围：报｝批示原文。")
    assert codes(read(edition(office, "条目:\n" + entry(*along)))["发"]) == []


def test_a_heading_over_headings_alone_is_told_with_them(office: SmallOffice) -> None:
    body = ("一、情况", "（一）甲", "｛可见范围：报｝子。", "（二）乙", "｛可见范围：报｝丑。", "二、要求", "寅。")
    reads = read(edition(office, "条目:\n" + entry(*body)))
    assert [fault.place.line for fault in reads["发"].faults] == [6, 7, 9]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (("1.甲。子。", "｛可见范围：报｝2.乙。丑。", "3.丙。寅。"), ["audience-number"]),
        (("1.甲。子。", "2.乙。丑。", "｛可见范围：报｝3.丙。寅。"), []),
        (("1.甲。子。", "｛可见范围：报｝2.乙。丑。", "｛可见范围：报｝3.丙。寅。", "4.丁。卯。"), ["audience-number"]),
        (("一、甲", "｛可见范围：报｝1.子。文。", "二、乙", "1.丑。文。"), ["audience-heading"]),
        (("｛可见范围：报｝一、甲", "｛可见范围：报｝文。", "二、乙", "文。"), ["audience-number"]),
        (("甲。", "｛可见范围：报｝乙。", "丙。"), []),
    ],
)
def test_numbers_that_would_skip_are_told(office: SmallOffice, body: tuple[str, ...], told: list[str]) -> None:
    assert codes(read(edition(office, "条目:\n" + entry(*body)))["发"]) == told


def test_copies_without_any_text_are_an_error(office: SmallOffice) -> None:
    reads = read(edition(office, "条目:\n" + entry("｛可见范围：报｝密。")))
    assert codes(reads["发"]) == ["audience-entry", "audience-nothing"]
    assert reads["发"].faults[-1].severity == "error"
    assert not any(isinstance(part, Piece) for part in reads["发"].edition.parts)


def test_nothing_but_limited_paragraphs_is_left_out(office: SmallOffice) -> None:
    one = edition(office, "条目:\n" + entry("甲。", "｛可见范围：送｝乙。", "|表|数|", "|-|-|", "|子|1|", "", "丙。"))
    whole, short = (reading.edition.pieces[0].blocks for reading in (read(one)["存档"], read(one)["发"]))
    gone = [block for block in whole if block not in short]
    assert [block.text for block in gone if isinstance(block, Paragraph)] == ["乙。"]
    assert len(whole) - len(short) == 1


def test_a_table_or_picture_below_a_paragraph_that_is_left_out_is_told(office: SmallOffice) -> None:
    one = edition(
        office, "条目:\n" + entry("甲段。", "｛可见范围：报｝乙段。", "| 名称 | 数 |", "|---|---|", "| 丙 | 1 |")
    )
    told = {part: codes(reading) for part, reading in read(one).items()}
    assert [part for part in PARTS if told[part] == ["audience-beside"]] == ["送", "发", "增发"]
    assert [part for part in PARTS if told[part] == []] == ["报", "存档", "备用"]
