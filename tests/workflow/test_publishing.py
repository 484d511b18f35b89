"""付印: the number, what stops it, and what may follow. Every refusal leaves the number free."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import pytest

from builder.compose import Edition
from builder.errors import Conflict, InvalidContent
from builder.measure import pdf as pdf_reader
from builder.model import Act
from builder.workflow import afterwards, finding, planning, publishing, reprinting
from builder.workflow.afterwards import Further
from builder.workflow.cases import Done
from builder.workflow.recording import Desk, Draft, RegisterBehind, record
from builder.workflow.rendering import Rendered
from tests.office import CHIEF, EDITOR, SIGNER, TEXT, SmallOffice


def start(office: SmallOffice, number: int, total: int | None, publication: str = "ducha-kuaixun") -> None:
    data = {"series": "正刊", "sequence": "2026/正刊", "number": number, "total": total}
    with office.desk() as desk:
        record(desk, lambda _: Draft("start", publication, 2026, f"start:{publication}", CHIEF, data=data))


def numbers(office: SmallOffice) -> list[int]:
    return [act.data["number"] for act in office.acts() if act.kind == "publish"]


def test_numbers_go_on_from_the_first_and_stand_on_the_page_and_in_the_archive(small_office: SmallOffice) -> None:
    acts = [small_office.published(f"2026/i{n}") for n in (1, 2, 3)]
    assert [(act.data["number"], act.folder) for act in acts] == [
        (n, f"ducha-kuaixun/2026/{n}") for n in (1, 2, 3)
    ]  # fmt: skip
    with small_office.desk() as desk:
        pdf = desk.store.read(acts[2], "issue.pdf")
        assert acts[2].data["label"] in "".join(page.text for page in pdf_reader.read(pdf).pages)
        view = json.loads(desk.store.read(acts[2], "view.json"))
        assert view["报头"]["期号行"] == [acts[2].data["label"]]
        assert set(acts[2].files) >= {"issue.docx", "issue.pdf", "view.json", "signed.json", "signoff.json"}
        assert [act["kind"] for act in json.loads(desk.store.read(acts[2], "signoff.json"))] == ["submit", "sign"]
        assert (
            desk.store.read(acts[2], "sources/content/issues/2026/i3.yaml").decode().startswith("刊物: ducha-kuaixun")
        )


def test_an_office_can_start_in_mid_year(small_office: SmallOffice) -> None:
    start(small_office, 47, 812, "gongzuo-xinxi")
    act = small_office.published("2026/i1", publication="gongzuo-xinxi")
    assert (act.data["number"], act.data["total"]) == (47, 812)
    assert act.data["label"] == "第47期（总第812期）"


def test_the_year_is_that_of_the_date_and_each_year_begins_anew(small_office: SmallOffice) -> None:
    first = small_office.published("2026/last", day="2026-12-31", publication="gongzuo-xinxi")
    second = small_office.published("2027/first", day="2027-01-04", publication="gongzuo-xinxi")
    assert [(a.year, a.data["number"], a.data["total"]) for a in (first, second)] == [(2026, 1, 1), (2027, 1, 2)]


def test_supplements_take_their_own_numbers_and_no_total(small_office: SmallOffice) -> None:
    main = small_office.published("2026/i1", publication="gongzuo-xinxi")
    extra = small_office.published("2026/e1", publication="gongzuo-xinxi", more="系列: 增刊\n")
    assert (main.data["number"], extra.data["number"], extra.data["total"]) == (1, 1, None)
    assert extra.folder == "gongzuo-xinxi/2026/增刊1"
    assert small_office.published("2026/i2", publication="gongzuo-xinxi").data["total"] == 2


def test_a_published_issue_is_found_by_its_file_its_number_and_its_bag_and_never_by_a_guess(
    small_office: SmallOffice,
) -> None:
    start(small_office, 47, 812, "gongzuo-xinxi")
    acts = {
        name: small_office.published(f"2026/{name}", publication="gongzuo-xinxi", more=more)
        for name, more in (("第48期", ""), ("专题", ""), ("增", "系列: 增刊\n"))
    }
    other = small_office.published("2026/快讯", publication="ducha-kuaixun")

    def found(typed: str) -> Act:
        with small_office.desk() as desk, desk.register.reading() as reading:
            return finding.published(reading, small_office.place, typed)

    for typed in ("专题", "工作信息第48期", "《工作信息》2026年第48期", "总第８１３期", "gongzuo-xinxi/2026/48", "48"):
        assert found(typed) == acts["专题"], typed
    assert found("第47期") == found("2026/第48期") == acts["第48期"]
    assert found("工作信息增刊第1期") == acts["增"]
    assert found("督查快讯第1期") == other
    for typed in ("第48期", "第1期"):  # the file of one is named after the number of another; two publications
        with pytest.raises(InvalidContent, match="不止一期"):
            found(typed)
    with pytest.raises(InvalidContent, match="没有已付印的"):
        found("第46期")


def test_publishing_again_gives_the_same_issue(small_office: SmallOffice) -> None:
    act = small_office.published("2026/i1")
    again = small_office.publish("2026/i1")
    assert again.again
    assert again.act == act
    assert numbers(small_office) == [1]


def test_a_rehearsal_tells_the_number_and_takes_none(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    small_office.issue("2026/i2")
    small_office.sign("2026/i2")
    before = small_office.acts()
    done = small_office.publish("2026/i2", dry_run=True)
    assert (done.act, done.label) == (None, "第2期")
    assert small_office.acts() == before
    assert not (small_office.place.archive / "ducha-kuaixun/2026/2").exists()
    assert small_office.publish("2026/i2").label == "第2期"


def test_an_issue_changed_since_it_was_published_is_a_conflict(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    small_office.issue("2026/i1", text="改过的正文。")
    with pytest.raises(Conflict, match="现在的稿件与付印的不同"):
        small_office.publish("2026/i1")
    assert numbers(small_office) == [1]


@pytest.mark.parametrize(
    ("before", "after"), [({}, {"day": "2026-06-09"}), ({"more": '份号: "000001"\n'}, {"more": '份号: "000002"\n'})]
)
def test_another_date_or_copy_number_is_another_content_once_it_is_published(
    small_office: SmallOffice, before: dict[str, Any], after: dict[str, Any]
) -> None:
    small_office.published("2026/i1", **before)
    small_office.issue("2026/i1", **after)
    with pytest.raises(Conflict, match="现在的稿件与付印的不同"):
        small_office.publish("2026/i1")


def test_files_changed_between_reading_and_publishing_are_a_conflict_and_take_no_number(
    small_office: SmallOffice,
) -> None:
    small_office.issue("2026/i1")
    small_office.sign("2026/i1")
    opened = small_office.opened()
    path = small_office.root / "content/issues/2026/i1.yaml"
    path.write_text(path.read_text("utf-8") + "# 又存了一次\n", "utf-8")
    with small_office.desk() as desk, pytest.raises(Conflict, match=r"content/issues/2026/i1\.yaml"):
        publishing.publish(desk, opened, "2026/i1", CHIEF, small_office.fontset, small_office.engines)
    assert numbers(small_office) == []
    assert small_office.publish("2026/i1").label == "第1期"


def test_templates_changed_while_an_issue_is_rendered_are_a_conflict_and_take_no_number(
    small_office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_office.issue("2026/i1")
    small_office.sign("2026/i1")
    render = publishing.Renderer.render

    def rendered(self: publishing.Renderer, edition: Edition) -> Rendered:
        made = render(self, edition)
        small_office.write("templates/ducha-kuaixun/note.txt", "改版式")
        return made

    monkeypatch.setattr(publishing.Renderer, "render", rendered)
    with pytest.raises(Conflict, match="templates/ducha-kuaixun"):
        small_office.publish("2026/i1")
    assert numbers(small_office) == []


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an error open": ({"more": "印数: 3\n"}, "copies-differ"),
    "a placeholder left": ({"text": "6月5日前通水××处。"}, "placeholder"),
    "a number out of order": ({"more": "期号: 9\n"}, "number-order"),
    "the number 0": ({"more": "期号: 0\n"}, "value-number"),
    "a year that differs": ({"day": "2027-06-08"}, "year-differs"),
    "a secret paper on an ordinary machine": ({"more": "密级: 机密\n"}, "classified"),
}


@pytest.mark.parametrize(("changes", "code"), REFUSED.values(), ids=REFUSED)
def test_each_fault_has_its_own_answer_and_takes_no_number(
    small_office: SmallOffice, changes: dict[str, Any], code: str
) -> None:
    small_office.issue("2026/i1", **changes)
    with suppress(AssertionError):  # not even composed
        small_office.sign("2026/i1")
    assert code in small_office.refused("2026/i1")
    assert numbers(small_office) == []
    small_office.published("2026/i2")
    assert numbers(small_office) == [1]


def test_what_was_not_signed_or_changed_since_is_not_published(small_office: SmallOffice) -> None:
    small_office.issue("2026/i1")
    assert small_office.refused("2026/i1") != []
    small_office.sign("2026/i1")
    small_office.issue("2026/i1", text="改过的正文。")
    assert small_office.refused("2026/i1") == ["changed-after-sign"]
    small_office.sign("2026/i1")
    assert small_office.publish("2026/i1").label == "第1期"


def test_the_date_of_sign_off_and_what_does_not_print_may_change_after_it(small_office: SmallOffice) -> None:
    small_office.issue("2026/i1")
    small_office.sign("2026/i1")
    small_office.issue("2026/i1", day="2026-06-09")
    done = small_office.publish("2026/i1")
    assert done.act is not None
    assert done.act.data["day"] == "2026-06-09"
    assert [fault.code for fault in done.faults if "日期" in fault.message] == ["sign-day-differs"]


def test_substitute_fonts_are_refused_unless_the_office_allows_them(small_office: SmallOffice) -> None:
    office = small_office.place.content / "office.yaml"
    office.write_text(office.read_text("utf-8").replace("代用字体付印: 允许\n", ""), "utf-8")
    small_office.issue("2026/i1")
    assert small_office.refused("2026/i1") == ["not-signed", "substitute-publish"]  # all at once
    small_office.sign("2026/i1")
    assert small_office.refused("2026/i1") == ["substitute-publish"]


def test_an_earlier_date_must_be_confirmed(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", day="2026-06-08")
    small_office.issue("2026/i2", day="2026-06-05")
    small_office.sign("2026/i2", day="2026-06-05")
    assert small_office.refused("2026/i2") == ["earlier-day"]
    done = small_office.publish("2026/i2", earlier=True)
    assert [fault.code for fault in done.faults if fault.severity == "warning"] == ["earlier-day"]


def test_a_post_without_the_duty_does_not_publish(small_office: SmallOffice) -> None:
    small_office.issue("2026/i1")
    small_office.sign("2026/i1")
    assert small_office.refused("2026/i1", by=EDITOR) == ["post-duty"]
    assert small_office.refused("2026/i1", by="门卫") == ["post-unknown"]


def test_a_void_number_stays_taken(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    act = void(small_office, "2026/i1", "数字有误")
    assert (act.target, act.data["reason"]) == (small_office.acts()[2].seq, "数字有误")
    assert void(small_office, "i1", "再说一遍") == act
    with pytest.raises(Conflict, match="已经作废"):
        small_office.publish("2026/i1")
    assert small_office.published("2026/i2").data["number"] == 2


def test_a_correction_and_what_it_corrects_know_each_other(small_office: SmallOffice) -> None:
    wrong = small_office.published("2026/i1")
    small_office.issue("2026/i2", title="更正启事", text="本刊第1期有误，特此更正。")
    small_office.sign("2026/i2")
    notice = small_office.publish("2026/i2", corrects="2026/i1").act
    assert notice is not None
    assert notice.data["corrects"] == notice.target == wrong.seq
    with small_office.desk() as desk, desk.register.reading() as reading:
        assert reading.acts(target=wrong.seq) == [notice]


def test_copies_printed_later_go_on_in_number(small_office: SmallOffice) -> None:
    act = small_office.published("2026/i1", more='份号: "000001"\n')
    assert act.data["recipients"][-1] == ["备用", 3, 74, 76]
    first = more(small_office, "2026/i1", Further("市水利局", 2))
    assert first.data["recipients"] == [["市水利局", 2, 77, 78]]
    assert more(small_office, "2026/i1", Further("市水利局", 2)) == first
    again = more(small_office, "2026/i1", Further("市水利局", 2), twice=True)
    assert again.data["recipients"] == [["市水利局", 2, 79, 80]]


def test_only_a_valid_issue_of_the_same_publication_is_corrected_and_a_notice_corrects_one(
    small_office: SmallOffice,
) -> None:
    for n in (1, 2):
        small_office.published(f"2026/i{n}")
    small_office.published("2026/other", publication="gongzuo-xinxi")
    small_office.issue("2026/notice", title="更正启事")
    small_office.sign("2026/notice")
    void(small_office, "2026/i1", "数字有误")
    assert small_office.refused("2026/notice", corrects="2026/i1") == ["correct-void"]
    assert small_office.refused("2026/notice", corrects="2026/other") == ["correct-other"]
    with pytest.raises(InvalidContent, match="没有已付印的"):
        small_office.publish("2026/notice", corrects="2026/unknown")
    assert small_office.publish("2026/notice", corrects="2026/i2").label == "第3期"
    assert small_office.publish("2026/notice", corrects="2026/i2").again
    for name, wrong, told in (
        ("2026/notice", "2026/notice", "是第2期的更正启事"),
        ("2026/i2", "2026/notice", "不是更正启事"),
    ):
        with pytest.raises(Conflict, match=told):
            small_office.publish(name, corrects=wrong)


def test_copies_printed_after_a_corrected_printing_go_on_after_its_last(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more='份号: "000001"\n')
    small_office.issue("2026/i1", text="市水利局抓紧抢修，惠及群众1.3万人。", more='份号: "000001"\n')
    again = reprint(small_office, "2026/i1", "受益人数有误")
    assert again.data["recipients"][-1] == ["备用", 3, 150, 152]
    assert more(small_office, "2026/i1", Further("市水利局", 2)).data["recipients"] == [["市水利局", 2, 153, 154]]


@pytest.mark.parametrize("first", ["999925", "999990"])
def test_copy_numbers_have_no_seventh_digit(small_office: SmallOffice, first: str) -> None:
    small_office.issue("2026/i1", more=f'份号: "{first}"\n')
    small_office.sign("2026/i1")
    assert small_office.refused("2026/i1") == ["copy-number"]
    small_office.issue("2026/i1", more='份号: "999924"\n')
    small_office.publish("2026/i1")
    with pytest.raises(InvalidContent, match="份号会超过 999999"):
        more(small_office, "2026/i1", Further("市水利局", 1))
    small_office.issue("2026/i1", text="改过的正文。", more='份号: "999924"\n')
    with pytest.raises(InvalidContent) as raised:
        reprint(small_office, "2026/i1", "有误")
    assert [fault.code for fault in raised.value.faults] == ["copy-number"]


def test_a_correction_may_be_corrected(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    for n, wrong in ((2, "2026/i1"), (3, "2026/i2")):
        small_office.issue(f"2026/i{n}", title="更正启事", text=f"第{n - 1}期有误。")
        small_office.sign(f"2026/i{n}")
        small_office.publish(f"2026/i{n}", corrects=wrong)
    first, notice, again = (act for act in small_office.acts() if act.kind == "publish")
    assert (notice.data["corrects"], again.data["corrects"]) == (first.seq, notice.seq)


def test_supplements_among_the_main_numbers_take_the_next_of_them_and_count_in_the_total(
    small_office: SmallOffice,
) -> None:
    configured(small_office, "gongzuo-xinxi", "增刊", "混排")
    small_office.published("2026/i1", publication="gongzuo-xinxi")
    extra = small_office.published("2026/e1", publication="gongzuo-xinxi", more="系列: 增刊\n")
    last = small_office.published("2026/i2", publication="gongzuo-xinxi")
    assert (extra.data["number"], extra.data["total"], extra.folder) == (2, 2, "gongzuo-xinxi/2026/2")
    assert (last.data["number"], last.data["total"]) == (3, 3)


def test_a_publication_that_never_restarts_goes_on_over_the_years(small_office: SmallOffice) -> None:
    configured(small_office, "gongzuo-xinxi", "序列", "连续")
    small_office.published("2026/i1", day="2026-12-31", publication="gongzuo-xinxi")
    second = small_office.published("2027/i1", day="2027-01-04", publication="gongzuo-xinxi")
    assert (second.data["number"], second.data["total"], second.folder) == (2, 2, "gongzuo-xinxi/2027/2")


def configured(office: SmallOffice, publication: str, key: str, value: str) -> None:
    path = office.root / f"templates/{publication}/publication.yaml"
    text, changed = re.subn(rf"^(\s*){key}: .*$", rf"\g<1>{key}: {value}", path.read_text("utf-8"), flags=re.MULTILINE)
    assert changed == 1
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("reason", ["", "  "])
def test_voiding_wants_a_reason_a_post_and_something_published(small_office: SmallOffice, reason: str) -> None:
    small_office.published("2026/i1")
    with pytest.raises(InvalidContent) as raised:
        void(small_office, "2026/i1", reason)
    assert [fault.code for fault in raised.value.faults] == ["reason-missing"]
    with pytest.raises(InvalidContent) as raised:
        void(small_office, "2026/i1", "数字有误", CHIEF)
    assert [fault.code for fault in raised.value.faults] == ["post-duty"]
    with pytest.raises(InvalidContent, match="没有已付印的"):
        void(small_office, "2026/i9", "数字有误")


def test_a_corrected_printing_keeps_the_number_says_so_and_calls_the_first_one_back(small_office: SmallOffice) -> None:
    first = small_office.published("2026/i1", more='份号: "000001"\n')
    small_office.issue("2026/i1", text="市水利局会同各县（区）抓紧抢修，惠及群众1.3万人。", more='份号: "000001"\n')
    act = reprint(small_office, "2026/i1", "受益人数有误")
    assert (act.kind, act.target, act.data["number"], act.data["printing"]) == ("reprint", first.seq, 1, 2)
    assert (act.data["recalls"], act.data["label"]) == ([1], "第1期（更正重印）")
    assert act.data["recipients"][0] == ["常委", 11, 77, 87]
    with small_office.desk() as desk:
        text = "".join(page.text for page in pdf_reader.read(desk.store.read(act, "issue.pdf")).pages)
        assert "更正重印" in text
        assert "1.3万人" in text
        assert "1.2万人" in "".join(p.text for p in pdf_reader.read(desk.store.read(first, "issue.pdf")).pages)
    assert reprint(small_office, "2026/i1", "受益人数有误") == act
    assert small_office.published("2026/i2").data["number"] == 2


def test_a_rehearsed_corrected_printing_tells_what_it_would_be_and_records_nothing(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    small_office.issue("2026/i1", text="改过的正文。")

    def done(dry_run: bool) -> reprinting.Reprinted:
        with small_office.desk() as desk:
            return reprinting.reprint(
                desk, small_office.opened(), "2026/i1", SIGNER, "有误", small_office.fontset, small_office.engines,
                dry_run=dry_run,
            )  # fmt: skip

    before = sorted(small_office.place.archive.rglob("*"))
    rehearsed = done(True)
    assert (rehearsed.act, rehearsed.again) == (None, False)
    assert [act.kind for act in small_office.acts()] == ["submit", "sign", "publish"]
    assert sorted(small_office.place.archive.rglob("*")) == before
    real = done(False)
    assert (dict(real.data), real.again) == (dict(rehearsed.data), False)
    assert done(True).again, "it was printed again already"


def test_a_void_issue_is_not_printed_again(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    small_office.issue("2026/i1", text="改过的正文。")
    reprint(small_office, "2026/i1", "有误")
    void(small_office, "2026/i1", "整期不发")
    for text in ("改过的正文。", "又改过的正文。"):
        small_office.issue("2026/i1", text=text)
        with pytest.raises(InvalidContent) as raised:
            reprint(small_office, "2026/i1", "有误")
        assert [fault.code for fault in raised.value.faults] == ["already-void"]
    with pytest.raises(InvalidContent) as raised:
        more(small_office, "2026/i1", Further("市水利局", 1))
    assert [fault.code for fault in raised.value.faults] == ["already-void"]


def test_a_corrected_printing_may_go_back_to_what_was_printed_first(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    for n, text in ((2, "改错了的正文。"), (3, TEXT)):
        small_office.issue("2026/i1", text=text)
        assert reprint(small_office, "2026/i1", "有误").data["printing"] == n


def test_who_prints_again_what_another_has_printed_again_meanwhile_is_told_of_it(
    small_office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_office.published("2026/i1")
    small_office.issue("2026/i1", text="甲改过的正文。")
    recorded, opened = reprinting.recorded, small_office.opened()

    def slow(desk: Desk, prepare: Any) -> Done:
        monkeypatch.undo()
        small_office.issue("2026/i1", text="乙改过的正文。")
        reprint(small_office, "2026/i1", "乙看出的错")
        return recorded(desk, prepare)

    monkeypatch.setattr(reprinting, "recorded", slow)
    with small_office.desk() as desk, pytest.raises(Conflict, match=r"第 2 次印刷.：乙看出的错"):
        reprinting.reprint(desk, opened, "2026/i1", SIGNER, "甲看出的错", small_office.fontset, small_office.engines)
    assert sum(act.kind == "reprint" for act in small_office.acts()) == 1


def test_a_corrected_printing_keeps_to_the_pages_that_are_allowed(small_office: SmallOffice) -> None:
    small_office.published("2026/i1", more="页数: 不超过1\n")
    small_office.issue("2026/i1", text="改过的正文。" * 400, more="页数: 不超过1\n")
    with pytest.raises(InvalidContent, match="页数不合要求") as raised:
        reprint(small_office, "2026/i1", "有误")
    assert [fault.code for fault in raised.value.faults] == ["page-budget"]


def test_a_corrected_printing_wants_a_change_a_reason_and_the_same_date(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    for changes, reason, code in (
        ({}, "有误", "reprint-same"),
        ({"text": "改。", "day": "2026-06-09"}, "有误", "reprint-date"),
        ({"text": "改。"}, "", "reason-missing"),
    ):
        small_office.issue("2026/i1", **changes)
        with pytest.raises(InvalidContent) as raised:
            reprint(small_office, "2026/i1", reason)
        assert code in [fault.code for fault in raised.value.faults]
    assert [act.kind for act in small_office.acts()] == ["submit", "sign", "publish"]


def reprint(office: SmallOffice, name: str, reason: str) -> Act:
    with office.desk() as desk:
        return reprinting.reprint(desk, office.opened(), name, SIGNER, reason, office.fontset, office.engines).act


def void(office: SmallOffice, name: str, reason: str, by: str = SIGNER) -> Act:
    with office.desk() as desk:
        return afterwards.void(desk, office.place, office.opened().library.office.value, name, by, reason).act


def more(office: SmallOffice, name: str, *wanted: Further, twice: bool = False) -> Act:
    with office.desk() as desk:
        office_data = office.opened().library.office.value
        return afterwards.more(desk, office.place, office_data, name, SIGNER, wanted, "不够分发", twice).act


def test_drafts_follow_the_register_and_a_register_that_cannot_be_read_is_told(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    small_office.issue("2026/i2")
    opened = small_office.opened()
    assert [(opened.numbers[n].number, opened.numbers[n].proposed) for n in ("2026/i1", "2026/i2")] == [
        (1, False),
        (2, True),
    ]
    small_office.place.register.write_bytes(b"no database" * 1000)
    assert [f.code for f in small_office.opened().faults] == ["register-unread"]


def test_a_draft_of_a_published_issue_that_was_changed_says_so(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    plan = planning.plan(small_office.opened(), ["2026/i1"])
    assert "published-differs" not in [fault.code for fault in plan.faults]
    small_office.issue("2026/i1", text="改过的正文。")
    [told] = [f for f in planning.plan(small_office.opened(), ["2026/i1"]).faults if f.code == "published-differs"]
    assert "第1期" in told.message
    assert "output/archive/ducha-kuaixun/2026/1/data/issue.pdf" in told.hint


def test_a_register_that_is_gone_is_not_begun_anew(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    for file in small_office.place.register.parent.glob("register.sqlite*"):
        file.unlink()
    for options in ({}, {"create": False}, {"create": False, "read_only": True}):
        with pytest.raises(RegisterBehind, match="不见了") as raised, small_office.desk(**options):
            pass
        assert "archive restore" in raised.value.hint
    assert not small_office.place.register.exists()
    assert [f.code for f in small_office.opened().faults] == ["register-unread"]
