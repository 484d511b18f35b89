"""起号, 年度期目, and a year that is closed."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from builder import pdfium
from builder.errors import InvalidContent, UsageError
from builder.forms import VOID
from builder.words import visible
from builder.workflow import afterwards, closing, distributing, reprinting, signing, starting
from builder.workflow.afterwards import Further
from builder.workflow.cases import Case
from builder.workflow.closing import Closed
from builder.workflow.distributing import Move
from tests.office import CHIEF, EDITOR, SIGNER, SmallOffice

NAME = "gongzuo-xinxi"


def close(office: SmallOffice, year: int = 2026, by: str = CHIEF, dry_run: bool = False) -> list[Closed]:
    with office.desk() as desk:
        return closing.close(desk, office.opened(), year, by, office.fontset, office.engines, dry_run, early=True)[0]


def start(office: SmallOffice, number: int, total: int | None, year: int = 2026, series: str = "正刊") -> None:
    with office.desk() as desk:
        starting.start(desk, office.opened(), NAME, CHIEF, number, total, year, series)


def year_of(office: SmallOffice) -> None:
    """Three issues: one ordinary with further copies, one void after it was sent, a supplement."""
    for n in (1, 2):
        office.published(f"2026/i{n}", publication=NAME, title=f"第{n}条信息标题")
    office.published("2026/e1", publication=NAME, more="系列: 增刊\n")
    person = office.opened().library.office.value
    with office.desk() as desk:
        afterwards.more(desk, office.place, person, "2026/i1", SIGNER, [Further("市水利局", 4)], "急用")
        for what, copies in (("发出", 60), ("收回", 57)):
            distributing.move(desk, office.place, person, "2026/i2", CHIEF, Move(what, "部门", copies=copies))
        afterwards.void(desk, office.place, person, "2026/i2", SIGNER, "数据有误")


def test_the_list_of_a_year_has_every_number_with_what_became_of_it(small_office: SmallOffice) -> None:
    year_of(small_office)
    (done,) = close(small_office)
    rows = {row.number: row for row in done.listed.rows}
    assert list(rows) == ["第1期", "第2期", "增刊第1期"]
    assert rows["第1期"].copies == 76 + 4
    assert rows["第1期"].note == "加印4份"
    assert rows["第1期"].titles == ("第1条信息标题",)
    void = rows["第2期"]
    assert (void.state, void.reason, void.out) == (VOID, "数据有误", 3)
    assert rows["增刊第1期"].total == 0
    assert "未收回：第2期3份，共3份。" in done.listed.summary()


def test_the_act_keeps_the_list_in_three_formats_and_closing_again_gives_the_same(small_office: SmallOffice) -> None:
    year_of(small_office)
    (first,) = close(small_office)
    assert first.act is not None
    assert (first.act.kind, first.act.year, set(first.act.files)) == (
        "close",
        2026,
        {"list.pdf", "list.docx", "list.csv"},
    )
    assert "工作信息》2026年度期目" in visible(pdfium.texts(first.files["pdf"])[0][0].whole)
    table = list(csv.reader(io.StringIO(first.files["csv"].decode("utf-8-sig"), newline="")))
    assert [row[7] for row in table[1:]] == ["付印", VOID, "付印"]
    (again,) = close(small_office)
    assert (again.act, again.files) == (first.act, first.files)
    assert sum(act.kind == "close" for act in small_office.acts()) == 1


def test_nothing_is_printed_in_a_closed_year_and_the_next_one_goes_on(small_office: SmallOffice) -> None:
    year_of(small_office)
    close(small_office)
    small_office.issue("2026/late", day="2026-12-31", publication=NAME)
    small_office.sign("2026/late")
    assert small_office.refused("2026/late") == ["year-closed"]
    small_office.issue("2026/later", publication=NAME)
    case = Case(small_office.opened(), "2026/later", EDITOR)
    with small_office.desk() as desk, pytest.raises(InvalidContent) as refused:  # nobody shall sign for nothing
        signing.submit(desk, case, small_office.fontset, small_office.engines)
    assert [fault.code for fault in refused.value.faults] == ["year-closed"]
    act = small_office.published("2027/i1", day="2027-01-04", publication=NAME)
    assert (act.data["number"], act.data["total"]) == (1, 3)


def test_an_issue_in_sign_off_keeps_the_year_open_and_a_draft_is_told(small_office: SmallOffice) -> None:
    year_of(small_office)
    small_office.issue("2026/late", day="2026-12-31", publication=NAME)
    small_office.issue("2026/draft", day="2026-12-30", publication=NAME)
    small_office.issue("2027/draft", day="2027-01-05", publication=NAME)
    small_office.sign("2026/late")
    with pytest.raises(InvalidContent) as refused:
        close(small_office)
    told = {f.place.file: (f.code, f.severity) for f in refused.value.faults}
    assert told == {
        "content/issues/2026/late.yaml": ("year-open", "error"),
        "content/issues/2026/draft.yaml": ("year-draft", "warning"),
    }
    assert not [act for act in small_office.acts() if act.kind == "close"]
    small_office.publish("2026/late")
    (done,) = close(small_office)
    assert len(done.listed.rows) == 4


def test_an_issue_in_sign_off_keeps_the_year_open_though_its_file_has_errors(small_office: SmallOffice) -> None:
    year_of(small_office)
    for name in ("2026/broken", "2026/gone"):
        small_office.issue(name, day="2026-12-30", publication=NAME)
        small_office.sign(name)
    (small_office.root / "content/issues/2026/gone.yaml").unlink()
    small_office.write("content/issues/2026/broken.yaml", "刊物: [\n")
    with pytest.raises(InvalidContent) as refused:
        close(small_office)
    assert [(f.place.file, f.code, f.severity) for f in refused.value.faults] == [
        ("content/issues/2026/broken.yaml", "year-open", "error"),
        ("content/issues/2026/gone.yaml", "year-draft", "warning"),
    ]


def test_a_year_that_is_not_over_is_closed_only_when_that_is_confirmed(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", publication=NAME)
    for early, dry_run, severity in ((False, False, "error"), (False, True, "warning")):
        with small_office.desk() as desk:
            asked = (desk, small_office.opened(), 2026, CHIEF, small_office.fontset, small_office.engines)
            try:
                faults = closing.close(*asked, dry_run, early)[1]
            except InvalidContent as error:
                faults = error.faults
        assert [(f.code, f.severity) for f in faults] == [("year-running", severity)]
    assert not [act for act in small_office.acts() if act.kind == "close"]
    (done,) = close(small_office)
    with small_office.desk() as desk:  # closed already: nothing is asked
        again = closing.close(desk, small_office.opened(), 2026, CHIEF, small_office.fontset, small_office.engines)
    assert again[0][0].act == done.act


def test_a_rehearsal_of_closing_records_nothing(small_office: SmallOffice) -> None:
    year_of(small_office)
    before = small_office.acts()
    (done,) = close(small_office, dry_run=True)
    assert (done.act, done.files) == (None, {})
    assert done.listed.summary()[0].startswith("全年编号3期，其中作废1期")
    assert small_office.acts() == before


def test_closing_is_refused_without_the_duty_and_for_a_year_without_issues(small_office: SmallOffice) -> None:
    year_of(small_office)
    with pytest.raises(InvalidContent) as refused:
        close(small_office, by=EDITOR)
    assert [f.code for f in refused.value.faults] == ["post-duty"]
    with pytest.raises(InvalidContent, match="2025 年没有付印过"):
        close(small_office, 2025)


def test_a_paper_sign_off_without_its_scan_is_listed(small_office: SmallOffice) -> None:
    from builder.workflow.recording import Draft, record

    small_office.issue("2026/i1", publication=NAME)
    sign = small_office.sign("2026/i1")
    paper = {**sign.data, "paper": True, "scan": ""}
    with small_office.desk() as desk:
        record(desk, lambda _: Draft("sign", NAME, 2026, "paper", SIGNER, "2026/i1", data=paper))
    small_office.publish("2026/i1")
    (done,) = close(small_office)
    assert "缺签批单扫描件：第1期。" in done.listed.summary()


# ---------------------------------------------------------------- 起号


def test_a_publication_goes_on_with_the_numbers_recorded_at_the_start(small_office: SmallOffice) -> None:
    start(small_office, 47, 812)
    start(small_office, 47, 812)  # the same again is nothing new
    assert len(small_office.acts()) == 1
    act = small_office.published("2026/i1", publication=NAME)
    assert (act.data["number"], act.data["total"]) == (47, 812)
    start(small_office, 3, None, series="增刊")
    assert small_office.published("2026/e1", publication=NAME, more="系列: 增刊\n").data["number"] == 3


def test_a_start_that_would_change_numbers_given_is_refused(small_office: SmallOffice) -> None:
    start(small_office, 47, 812)
    small_office.published("2026/i1", publication=NAME)
    with pytest.raises(InvalidContent, match="已经开始编号，最后一号是 47"):
        start(small_office, 48, 813)
    for total in (600, 814):
        with pytest.raises(InvalidContent, match="总期号已到 812，不能从"):
            start(small_office, 5, total, year=2027)
    start(small_office, 5, 813, year=2027)


def test_a_start_typed_wrong_is_put_right_before_the_first_issue(small_office: SmallOffice) -> None:
    start(small_office, 74, 912)
    start(small_office, 47, 812)
    start(small_office, 47, 812)
    assert len(small_office.acts()) == 2
    act = small_office.published("2026/i1", publication=NAME)
    assert (act.data["number"], act.data["total"]) == (47, 812)


@pytest.mark.parametrize(("total", "series"), [(None, "正刊"), (5, "增刊"), (5, "号外")])
def test_a_start_without_its_total_or_with_one_too_many_is_a_usage_error(
    small_office: SmallOffice, total: int | None, series: str
) -> None:
    with pytest.raises(UsageError):
        start(small_office, 5, total, series=series)


def test_annexes_are_no_titles_of_the_list(small_office: SmallOffice) -> None:
    annex = "附件:\n  - {标题: 情况表, 正文: 附件只有一行。}\n"
    small_office.published("2026/i1", publication=NAME, title="一条信息", more=annex)
    (done,) = close(small_office)
    assert done.listed.rows[0].titles == ("一条信息",)


def test_the_day_of_a_list_is_that_of_closing(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", publication=NAME)
    (done,) = close(small_office)
    assert done.listed.day == date(2026, 6, 8)


def test_a_corrected_printing_and_a_correction_stand_in_the_remarks(small_office: SmallOffice) -> None:
    """Of the first printing 60 copies went out and 58 came back; those of the second stay out."""
    small_office.published("2026/i1", publication=NAME)
    with small_office.desk() as desk:
        opened = small_office.opened()
        person = opened.library.office.value
        distributing.move(desk, opened.workspace, person, "2026/i1", CHIEF, Move("发出", "部门"))
        small_office.issue("2026/i1", publication=NAME, title="全市抢修水毁工程进展")
        reprinting.reprint(
            desk, small_office.opened(), "2026/i1", SIGNER, "标题有误", small_office.fontset, small_office.engines
        )
        for what, copies in (("收回", 58), ("发出", 50)):
            distributing.move(desk, opened.workspace, person, "2026/i1", CHIEF, Move(what, "部门", copies=copies))
    small_office.issue("2026/i2", publication=NAME, title="更正启事")
    small_office.sign("2026/i2")
    small_office.publish("2026/i2", corrects="2026/i1")
    (done,) = close(small_office)
    first, second = done.listed.rows
    assert (first.number, first.state, first.titles) == ("第1期", "更正重印", ("全市抢修水毁工程进展",))
    assert (first.copies, first.out) == (2 * 76, 2)
    assert first.note == "印次2：标题有误；已由第2期（总第2期）更正"
    assert second.note == "更正第1期（总第1期）"


def test_a_reason_with_a_character_that_no_font_has_keeps_no_year_open(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", publication=NAME)
    small_office.published("2026/i2", publication=NAME)
    with small_office.desk() as desk:
        person = small_office.opened().library.office.value
        afterwards.void(desk, small_office.place, person, "2026/i2", SIGNER, " 误发\U0001f600\n第二行\t尾 ")
        (done,), faults = closing.close(
            desk, small_office.opened(), 2026, CHIEF, small_office.fontset, small_office.engines, early=True
        )
    assert [fault.code for fault in faults] == ["form-glyph"]
    assert "误发〓第二行尾" in visible(pdfium.texts(done.files["pdf"])[0][0].whole)
    assert "误发\U0001f600 第二行 尾" in done.files["csv"].decode("utf-8-sig")


@pytest.mark.parametrize("reason", ["a\udcffb", "响铃\x07", "\u0085\x00"])
def test_a_reason_that_is_no_text_is_refused(small_office: SmallOffice, reason: str) -> None:
    act = small_office.published("2026/i1", publication=NAME)
    person = small_office.opened().library.office.value
    with small_office.desk() as desk, pytest.raises(InvalidContent) as refused:
        afterwards.void(desk, small_office.place, person, "2026/i1", SIGNER, reason)
    assert [fault.code for fault in refused.value.faults] == ["reason-text"]
    assert small_office.acts()[-1] == act
