"""文稿签批单: everything is on it, in its place, whatever the length of titles and lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from builder import pdfium
from builder.compose import compose
from builder.errors import RenderError
from builder.fonts import FontSet
from builder.forms import TEMPLATES, ApprovalSheet, approval_sheet
from builder.render import typst_source
from builder.render.child import Engines
from builder.settings import workspace
from builder.words import visible
from builder.workflow import opening
from builder.workflow.forms import approval_pdf, form_differences

ROOT = Path(__file__).resolve().parent.parent.parent
SIGNED = hashlib.sha256(b"signed").hexdigest()
TITLE = "市水利局提前完成全市水库除险加固年度任务并建立长效管护机制"
SHEET = ApprovalSheet(
    office="中共临澜市委办公室",
    publication="工作信息",
    number="拟第14期（总第348期）",
    version="送审稿一",
    day=date(2026, 6, 8),
    secrecy="内部资料　注意保存",
    urgency="加急",
    editor="信息科编辑",
    proofreader="",
    pages=4,
    copies=139,
    recipients=(("报：", "省委办公厅、市委常委。"), ("发：", "各县（区）委办公室，市直各单位。")),
    titles=(TITLE,),
    signed=SIGNED,
    colour="FF0000",
)


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with Engines() as engines:
        yield engines


def pages(pdf: bytes) -> list[str]:
    return [visible(page.whole) for page in pdfium.texts(pdf)[0]]


def test_a_sheet_carries_its_issue_its_version_and_rooms_to_sign_on_one_page(
    fontset: FontSet, engines: Engines
) -> None:
    (text,) = pages(approval_pdf(SHEET, fontset, engines))
    for part in (
        "中共临澜市委办公室文稿签批单",
        "《工作信息》",
        "拟第14期（总第348期）",
        "送审稿一",
        "2026年6月8日",
        TITLE,
    ):
        assert part in text
    for part in (
        "4面",
        "139份",
        "加急",
        "内部资料注意保存",
        "报：省委办公厅、市委常委。",
        "签发意见",
        "审核意见",
        "复核意见",
    ):
        assert part in text
    assert text.count("签名：年月日") == 3
    code = SIGNED[:16].upper()
    assert f"核验码{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}第1页共1页" in text


def test_twenty_long_titles_and_many_recipients_go_on_on_a_second_page_and_all_is_signed_on_the_first(
    fontset: FontSet, engines: Engines
) -> None:
    titles = tuple(f"{TITLE}（{n}）" for n in range(1, 21))
    lines = (("报：", "省委办公厅。"), ("发：", "、".join(f"第{n}街道办事处" for n in range(1, 41)) + "。"))
    first, second = pages(approval_pdf(replace(SHEET, titles=titles, recipients=lines), fontset, engines))
    assert first.count("签名：年月日") == 3
    assert second.count("签名") == 0
    assert f"20.{TITLE}（20）" in second
    assert "第40街道办事处。" in second
    foot = visible(f"《工作信息》拟第14期（总第348期）　送审稿一　核验码 {SHEET.code}")
    assert first.endswith(f"{foot}第1页共2页")
    assert second.endswith(f"{foot}第2页共2页")


def test_names_and_numbers_that_are_too_long_for_a_line_turn_and_lose_nothing(
    fontset: FontSet, engines: Engines
) -> None:
    long = replace(
        SHEET,
        office="中国共产党临澜市委员会办公室、临澜市人民政府办公室、政协临澜市委员会办公室联合编印组",
        publication="临澜市委市政府重点工作推进情况督查通报专刊",
        number="拟二〇二六年第一百二十四期（总第一千三百四十八期）",
        editor="市委办公室信息科、市政府办公室督查科联合编辑小组",
        titles=("字" * 400,),
    )
    assert "".join(pages(approval_pdf(long, fontset, engines))).count("字") == 400


def test_the_sheet_lies_within_the_margins_and_leaves_room_to_write_by_hand(fontset: FontSet, engines: Engines) -> None:
    (page,) = pdfium.sheets(approval_pdf(SHEET, fontset, engines))
    assert min(rule.left for rule in page.rules) == pytest.approx(28, abs=0.5)
    assert max(rule.right for rule in page.rules) == pytest.approx(210 - 26, abs=0.5)
    assert max(g.bottom for g in page.glyphs) < 297 - 15
    labels = [g for g in page.glyphs if g.text == "意" and g.color == "FF0000"]  # 签发意见, 审核意见, 复核意见
    lines = sorted({round(rule.top, 1) for rule in page.rules if rule.across})
    for label, high in zip(labels, (44, 36, 28), strict=True):
        above, below = max(y for y in lines if y < label.top), min(y for y in lines if y > label.bottom)
        assert below - above == pytest.approx(high, abs=0.5)


def test_the_same_sheet_gives_the_same_bytes_and_another_engine_too(fontset: FontSet, engines: Engines) -> None:
    first = approval_pdf(SHEET, fontset, engines)
    approval_pdf(replace(SHEET, version="送审稿二"), fontset, engines)
    with Engines() as others:
        assert approval_pdf(SHEET, fontset, engines) == first == approval_pdf(SHEET, fontset, others)


def test_a_black_publication_has_a_black_sheet(fontset: FontSet, engines: Engines) -> None:
    assert approval_pdf(replace(SHEET, colour="000000"), fontset, engines) != approval_pdf(SHEET, fontset, engines)


def test_a_file_that_says_something_else_is_seen(fontset: FontSet, engines: Engines) -> None:
    pdf = approval_pdf(SHEET, fontset, engines)
    assert not form_differences(SHEET.view(fontset.families()), pdf)
    other = replace(SHEET, copies=140).view(fontset.families())
    assert "40份" in form_differences(other, pdf)[0]
    assert form_differences(replace(SHEET, version="送审稿二").view(fontset.families()), pdf)


def test_a_character_that_no_face_has_is_an_error_that_names_the_sheet(fontset: FontSet, engines: Engines) -> None:
    with pytest.raises(RenderError, match="文稿签批单排不出来"):
        approval_pdf(replace(SHEET, titles=("甲\U00013000",)), fontset, engines)


def test_a_sheet_is_made_from_an_edition(fontset: FontSet, engines: Engines) -> None:
    opened = opening.open_workspace(workspace(ROOT))
    issue = next(i for i in opened.library.issues.values() if i.value.publication == "gongzuo-xinxi")
    edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
    assert edition is not None
    sheet = approval_sheet(edition, "送审稿二", date(2026, 6, 9), 4, SIGNED)
    assert sheet.copies == edition.copies
    assert len(sheet.titles) == sum(bool(piece.title) for piece in edition.pieces)
    assert sheet.recipients == edition.foot
    (text, *_) = pages(approval_pdf(sheet, fontset, engines))
    assert "送审稿二" in text
    assert visible(sheet.titles[0]) in text


def test_the_built_in_templates_load_nothing_but_one_another() -> None:
    assert len(list(typst_source.files(TEMPLATES))) >= 2
    assert not typst_source.faults(TEMPLATES)
