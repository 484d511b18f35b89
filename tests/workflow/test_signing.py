"""送审, 审核, 签发, 退回, 非实质性改动, with a real register and archive."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import Image

from builder import pdfium
from builder.errors import Conflict, FileError, InvalidContent, UsageError
from builder.files import sha256
from builder.measure import docx, pdf
from builder.model import Act
from builder.signoff import standing
from builder.workflow import journal, scans, signing
from builder.workflow.cases import Case, Done
from tests.office import OFFICE as SMALL
from tests.office import ROOT, TEXT, SmallOffice

EDITOR, SECOND, CHIEF, DEPUTY, HEAD, SECRETARY = (
    "信息科编辑",
    "督查科编辑",
    "信息科科长",
    "办公室副主任",
    "办公室主任",
    "市委书记",
)
OFFICE = SMALL.replace("可办: [审核, 复核, 登记, 付印]", "可办: [编辑, 审核, 复核, 登记, 付印]").replace(
    "  - {职务: 信息科编辑, 可办: [编辑]}",
    "  - {职务: 信息科编辑, 可办: [编辑, 登记]}\n  - {职务: 督查科编辑, 可办: [编辑]}\n  - {职务: 办公室副主任, 可办: [审核, 复核]}",
)
NAME = "2026/one"
TODAY = date(2026, 6, 8)
EAST = timezone(timedelta(hours=8))


class Signing:
    """An office of a test, and what its people do to one issue."""

    def __init__(self, office: SmallOffice) -> None:
        self.office = office
        office.write("content/office.yaml", OFFICE)
        office.issue(NAME)

    def _do(
        self, act: Callable[..., Done], by: str, *more: object, version: int = 0, name: str = NAME, **named: object
    ) -> Done:
        with self.office.desk() as desk:
            return act(desk, Case(self.office.opened(), name, by, version), *more, **named)

    def submit(self, by: str = EDITOR, **named: object) -> Done:
        return self._do(signing.submit, by, self.office.fontset, self.office.engines, **named)

    def review(self, by: str = CHIEF, **named: object) -> Done:
        return self._do(signing.review, by, **named)

    def sign(self, by: str = SECRETARY, *more: object, **named: object) -> Done:
        return self._do(signing.sign, by, *more, **named)

    def give_back(self, by: str = HEAD, reason: str = "数据要核实", **named: object) -> Done:
        return self._do(signing.return_, by, reason, **named)

    def scan(self, data: tuple[str, bytes], by: str = EDITOR, **named: object) -> Done:
        return self._do(signing.add_scan, by, data, **named)

    def amend(self, by: str = DEPUTY, typed: str = EDITOR, reason: str = "改正错字", version: int = 0) -> Done:
        with self.office.desk() as desk:
            case = Case(self.office.opened(), NAME, by, version)
            return signing.amend(desk, case, reason, typed, signing.examine(desk, case, self.office.fontset))

    def write(self, text: str) -> None:
        self.office.issue(NAME, text=text)

    def signed(self) -> Act:
        self.submit()
        self.review()
        return self.sign().act

    def log(self) -> list[Act]:
        with self.office.desk() as desk, desk.register.reading() as now:
            return now.acts(issue=NAME)

    @property
    def state(self) -> str:
        return standing(self.log()).state

    def file(self, act: Act, name: str) -> bytes:
        with self.office.desk() as desk:
            return desk.store.read(act, name)


@pytest.fixture
def one(small_office: SmallOffice) -> Signing:
    return Signing(small_office)


def codes(error: pytest.ExceptionInfo[InvalidContent]) -> list[str]:
    return [fault.code for fault in error.value.faults if fault.severity == "error"]


# ---------------------------------------------------------------- 送审


def test_a_version_is_frozen_with_its_files_and_its_sheet(one: Signing) -> None:
    act = one.submit().act
    assert (act.kind, act.by, act.issue, act.year, act.publication) == ("submit", EDITOR, NAME, 2026, "ducha-kuaixun")
    assert act.data["version"] == 1
    assert act.data["title"] == "全市抢修水毁工程"
    assert set(act.files) == {
        *("issue.pdf", "issue.docx", "view.json", "signed.json", "sheet.pdf", "sources/content/office.yaml"),
        *("sources/content/issues/2026/one.yaml", "sources/templates/ducha-kuaixun/publication.yaml"),
    }
    assert sha256(one.file(act, "signed.json")) == act.data["signed"]
    assert one.file(act, "sources/content/office.yaml") == (one.office.root / "content/office.yaml").read_bytes()
    sheet = "".join(page.whole for page in pdfium.texts(one.file(act, "sheet.pdf"))[0])
    assert "送审稿一" in sheet
    assert "签发意见" in sheet
    assert "拟第1期" in sheet
    assert one.state == "送审"


def test_every_page_of_a_version_bears_its_name_and_what_is_signed_does_not(one: Signing) -> None:
    first = one.submit().act
    one.write(TEXT.replace("抓紧抢修", "全力抢修") * 8)
    second = one.submit().act
    for act, name in ((first, "送审稿一"), (second, "送审稿二")):
        view = json.loads(one.file(act, "view.json"))
        read = pdf.read_back(one.file(act, "issue.pdf"), view)
        assert view["清样"]["文"] == name
        assert all(page.marked for page in read.pages)
        assert not pdf.differences(view, read)
        assert not docx.differences(view, one.file(act, "issue.docx"))
        assert name not in one.file(act, "signed.json").decode()
    assert read.pages


def test_no_act_holds_body_text(one: Signing) -> None:
    one.signed()
    one.write(TEXT.replace("抓紧抢修", "抓紧抢休"))
    one.amend()
    assert len(one.log()) == 4
    for act in one.log():
        assert "抢修，" not in act.record.decode()
        assert "抢休" not in act.record.decode()


def test_unchanged_content_is_the_same_version(one: Signing) -> None:
    first = one.submit()
    again = one.submit()
    assert (first.again, again.again, again.act) == (False, True, first.act)
    one.office.issue(NAME, day="2026-06-09")  # the day is not signed
    assert one.submit().act == first.act
    assert len(one.log()) == 1


def test_changed_content_is_the_next_version(one: Signing) -> None:
    one.submit()
    one.write(TEXT.replace("1.2万", "1.3万"))
    assert one.submit(SECOND).act.data["version"] == 2
    assert [act.data["version"] for act in one.log()] == [1, 2]


def test_a_returned_version_can_be_submitted_as_it_is(one: Signing) -> None:
    one.submit()
    one.give_back()
    assert one.submit().act.data["version"] == 2
    assert one.state == "送审"


def test_errors_stop_a_submission(one: Signing) -> None:
    one.office.write(f"content/issues/{NAME}.yaml", "刊物: ducha-kuaixun\n日期: 2026-06-08\n条目: [{信息: 没有的}]\n")
    with pytest.raises(InvalidContent) as error:
        one.submit()
    assert "id-missing" in codes(error)
    assert one.log() == []


def test_what_is_still_to_be_filled_in_is_not_submitted(one: Signing) -> None:
    one.write("6月5日前通水××处。")
    with pytest.raises(InvalidContent, match="没有填") as error:
        one.submit()
    assert codes(error) == ["placeholder"]
    assert one.log() == []


def test_a_file_that_cannot_be_read_stops_every_act(one: Signing) -> None:
    one.submit()
    one.office.write(f"content/issues/{NAME}.yaml", "刊物: [\n")
    with pytest.raises(InvalidContent):
        one.submit()
    with pytest.raises(InvalidContent):
        one.review()
    assert len(one.log()) == 1


def test_pages_over_the_budget_stop_a_submission(one: Signing) -> None:
    one.office.issue(NAME, text=TEXT * 40, more="页数: 不超过1\n")
    with pytest.raises(InvalidContent) as error:
        one.submit()
    assert codes(error) == ["page-budget"]
    assert one.log() == []


def test_files_that_change_while_they_are_submitted_are_a_conflict(
    one: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = signing.approval_pdf

    def saved_meanwhile(*given: object) -> bytes:
        one.write(TEXT.replace("1.2万", "1.4万"))
        return real(*given)

    monkeypatch.setattr(signing, "approval_pdf", saved_meanwhile)
    with pytest.raises(Conflict, match=r"content/issues/2026/one\.yaml"):
        one.submit()
    assert one.log() == []


def test_the_editor_gets_the_files_for_printing(one: Signing) -> None:
    act = one.submit().act
    with one.office.desk() as desk:
        written, faults = signing.write_version(desk, one.office.place, act)
    assert faults == []
    assert written == [
        f"output/drafts/ducha-kuaixun/2026/one-送审稿一{end}" for end in (".pdf", ".docx", "-签批单.pdf")
    ]
    assert (one.office.root / written[2]).read_bytes() == one.file(act, "sheet.pdf")


# ---------------------------------------------------------------- 审核、签发、退回


def test_the_way_from_draft_to_signed(one: Signing) -> None:
    states = [one.state]
    for step in (one.submit, one.review, one.sign):
        step()
        states.append(one.state)
    assert states == ["草稿", "送审", "审核", "签发"]
    sign = one.log()[-1]
    assert dict(sign.data) == {
        "version": 1, "signed": one.log()[0].data["signed"], "day": "2026-06-08", "paper": False, "scan": "",
    }  # fmt: skip
    assert (sign.by, sign.typed, sign.files) == (SECRETARY, "", {})


def test_the_way_is_the_same_with_a_register_in_postgresql(
    one: Signing, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANBAO_REGISTER", postgres_url)
    one.signed()
    assert [act.kind for act in journal.journal(one.office.opened(), "one")[1]] == ["submit", "review", "sign"]
    one.write(TEXT.replace("1.2万", "1.3万"))
    one.submit(SECOND)
    with pytest.raises(Conflict, match="送审稿二"):
        one.review(version=1)
    assert one.state == "送审"


def test_what_was_signed_here_can_be_published(one: Signing) -> None:
    one.signed()
    act = one.office.publish(NAME).act
    assert act is not None
    assert act.data["number"] == 1
    assert one.state == "付印"
    assert "sheet.pdf" in act.files


def test_publishing_shows_what_was_changed_since_it_was_signed_and_since_it_was_printed(one: Signing) -> None:
    one.signed()
    one.write(TEXT.replace("1.2万人", "1.4万人"))
    with pytest.raises(InvalidContent) as refused:
        one.office.publish(NAME)
    assert codes(refused) == ["changed-after-sign"]
    assert "不同：第1段：原为“" in refused.value.faults[0].message
    one.write(TEXT)
    one.office.publish(NAME)
    one.write(TEXT.replace("1.2万人", "1.4万人"))
    with pytest.raises(Conflict, match=r"(?s)与付印的不同.*不同：第1段：原为“.*1.2万人.*改为“.*1.4万人"):
        one.office.publish(NAME)


def test_repeating_an_act_is_harmless(one: Signing) -> None:
    one.submit()
    assert one.review().act == one.review().act
    assert one.sign().act == one.sign().act
    assert one.sign().again
    assert one.give_back().act == one.give_back().act
    assert [act.kind for act in one.log()] == ["submit", "review", "sign", "return"]


def test_the_same_act_with_another_reason_is_a_conflict_that_shows_both(one: Signing) -> None:
    one.submit()
    one.give_back(reason="数据要核实")
    with pytest.raises(
        Conflict, match=r"(?s)早已退回.*登记的：办公室主任.*数据要核实.*这次的：办公室主任 单位名称要核实"
    ):
        one.give_back(reason="单位名称要核实")
    assert [act.data.get("reason") for act in one.log()] == [None, "数据要核实"]


def test_several_posts_may_review(one: Signing) -> None:
    one.submit()
    one.review(CHIEF)
    one.review(DEPUTY)
    assert [act.by for act in one.log()] == [EDITOR, CHIEF, DEPUTY]


@pytest.mark.parametrize(
    ("steps", "step", "by", "code"),
    [
        ("", "review", CHIEF, "not-submitted"),
        ("", "sign", SECRETARY, "not-submitted"),
        ("", "give_back", HEAD, "not-submitted"),
        ("submit", "sign", SECRETARY, "not-reviewed"),
        ("submit", "review", "副市长", "post-unknown"),
        ("submit", "review", SECRETARY, "post-duty"),
        ("submit review", "sign", CHIEF, "post-duty"),
        ("submit review sign", "sign", HEAD, "already-signed"),
        ("submit review sign", "review", DEPUTY, "already-signed"),
        ("submit give_back", "review", CHIEF, "already-returned"),
        ("submit review give_back", "sign", SECRETARY, "already-returned"),
        ("submit review", "amend", DEPUTY, "not-signed"),
    ],
)
def test_every_refusal_has_its_code_and_leaves_nothing(one: Signing, steps: str, step: str, by: str, code: str) -> None:
    for each in steps.split():
        getattr(one, each)()
    before = one.log()
    with pytest.raises(InvalidContent) as error:
        getattr(one, step)(by)
    assert codes(error) == [code]
    assert all(fault.hint and " 期 " not in fault.hint for fault in error.value.faults)  # commands ready to be copied
    assert one.log() == before


@pytest.mark.parametrize("step", ["review", "sign"])
def test_nobody_decides_on_what_he_submitted(one: Signing, step: str) -> None:
    one.submit(CHIEF)
    with pytest.raises(InvalidContent) as error:
        one.review(CHIEF)
    assert codes(error) == ["post-author"]
    one.review(DEPUTY)
    assert one.sign(HEAD).act.by == HEAD


def test_a_return_needs_a_reason(one: Signing) -> None:
    one.submit()
    with pytest.raises(UsageError, match="理由"):
        one.give_back(HEAD, "  ")
    assert one.give_back(HEAD, "表二与正文不符").act.data == {"version": 1, "reason": "表二与正文不符"}


def test_after_printing_nothing_is_returned_or_submitted(one: Signing) -> None:
    one.signed()
    one.office.publish(NAME)
    for step in (one.give_back, one.submit, one.amend):
        with pytest.raises(InvalidContent) as error:
            step()
        assert codes(error) == ["already-published"]
        assert "付印后只能更正、作废" in error.value.faults[0].hint


def test_a_new_version_after_signing_needs_a_new_sign_off(one: Signing) -> None:
    one.signed()
    one.write(TEXT.replace("1.2万", "1.3万"))
    one.submit()
    assert one.state == "送审"
    assert one.office.refused(NAME) == ["not-signed"]
    one.review()
    one.sign()
    assert one.office.publish(NAME).label


# ---------------------------------------------------------------- 纸签


def png() -> bytes:
    out = io.BytesIO()
    Image.new("L", (40, 60), 255).save(out, "PNG")
    return out.getvalue()


def paper(scan: tuple[str, bytes] | None = None, day: date = TODAY) -> signing.Paper:
    return signing.Paper(day, scan)


def test_a_paper_sign_off_says_who_decided_and_who_typed_and_holds_the_scan(one: Signing, tmp_path: Path) -> None:
    one.submit()
    one.review()
    (tmp_path / "签批单.PNG").write_bytes(png())
    done = one.sign(SECRETARY, paper(scans.read_scan(tmp_path / "签批单.PNG")), EDITOR)
    assert (done.act.by, done.act.typed) == (SECRETARY, EDITOR)
    assert done.act.data["paper"] is True
    assert done.act.data["scan"] == "scan/签发件.png"
    assert one.file(done.act, "scan/签发件.png") == png()
    assert done.faults == ()


def test_typing_a_paper_sign_off_again_with_another_day_or_scan_is_a_conflict_that_shows_both(one: Signing) -> None:
    one.submit()
    one.review()
    wrong = paper(("scan/签发件.png", png()), TODAY - timedelta(days=1))
    first = one.sign(SECRETARY, wrong, EDITOR)
    with pytest.raises(
        Conflict,
        match=r"(?s)登记的：市委书记.*纸上签发 2026-06-07.*信息科编辑登记.*这次的：市委书记 纸上签发 2026-06-08",
    ):
        one.sign(SECRETARY, paper(("scan/签发件.png", png())), EDITOR)
    with pytest.raises(Conflict, match="这次的：市委书记 纸上签发 2026-06-07"):
        one.sign(SECRETARY, paper(("scan/签发件.png", b"another"), TODAY - timedelta(days=1)), EDITOR)
    assert one.sign(SECRETARY, wrong, EDITOR).act == first.act
    assert len(one.log()) == 3


def test_a_sign_off_repeated_on_another_day_is_the_same(one: Signing) -> None:
    act = one.signed()
    one.office.now = lambda: datetime(2026, 6, 9, 9, 0, tzinfo=EAST)
    assert one.sign().act == act


def test_a_scan_may_come_later_even_after_printing(one: Signing) -> None:
    one.submit()
    one.review()
    done = one.sign(SECRETARY, paper(), EDITOR)
    assert [(f.code, f.severity) for f in done.faults] == [("scan-missing", "warning")]
    assert standing(one.log()).unscanned
    published = one.office.publish(NAME).act
    assert published is not None
    scan = one.scan(("scan/签发件.png", png())).act
    assert (scan.kind, scan.target) == ("scan", published.seq)
    assert not standing(one.log()).unscanned
    assert one.scan(("scan/签发件.png", png())).act == scan
    with pytest.raises(InvalidContent) as error:
        one.scan(("scan/签发件.png", png()), CHIEF)
    assert codes(error) == ["scan-unwanted"]


def test_no_scan_for_what_was_signed_here(one: Signing) -> None:
    one.signed()
    with pytest.raises(InvalidContent) as error:
        one.scan(("scan/签发件.png", png()))
    assert codes(error) == ["scan-unwanted"]


def test_who_types_in_must_be_one_who_may(one: Signing) -> None:
    one.submit()
    one.review()
    for typed, code in ((DEPUTY, "post-duty"), ("门卫", "post-unknown")):
        with pytest.raises(InvalidContent) as error:
            one.sign(SECRETARY, paper(), typed)
        assert codes(error) == [code]
    with pytest.raises(InvalidContent) as error:  # and the one who signed one who may sign
        one.sign(DEPUTY, paper(), EDITOR)
    assert codes(error) == ["post-duty"]


@pytest.mark.parametrize(
    ("day", "code", "severity"),
    [
        (date(2026, 6, 9), "sign-day", "error"),
        (date(2026, 6, 5), "sign-day-early", "warning"),
        (date(2026, 6, 5), "sign-day-differs", "warning"),
    ],
)
def test_the_day_on_paper_is_looked_at(one: Signing, day: date, code: str, severity: str) -> None:
    one.submit()
    one.review()
    if severity == "error":
        with pytest.raises(InvalidContent) as error:
            one.sign(SECRETARY, paper(day=day), EDITOR)
        assert codes(error) == [code]
    else:
        done = one.sign(SECRETARY, paper(day=day), EDITOR)
        assert (code, severity) in [(f.code, f.severity) for f in done.faults]
        assert done.act.data["day"] == day.isoformat()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.7\nbroken", "读不了"),
        ("a.pdf", b"PK\x03\x04", "压缩包或 Word 文件"),
        ("a.jpg", b"\xff\xd8\xff\xe0 cut off", "损坏"),
        ("a.png", b"not a picture", "不是图片"),
        ("a.png", b"", "不是图片"),
        ("a.tiff", b"II*\x00", "TIFF"),
    ],
)
def test_a_scan_is_judged_by_its_content(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InvalidContent) as error:
        scans.read_scan(tmp_path / name)
    assert codes(error) == ["scan-unusable"]
    assert words in error.value.faults[0].message


def test_a_scan_that_is_not_there_or_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileError):
        scans.read_scan(tmp_path / "none.pdf")
    monkeypatch.setattr(scans, "MAX_BYTES", 10)
    (tmp_path / "a.png").write_bytes(png())
    with pytest.raises(InvalidContent):
        scans.read_scan(tmp_path / "a.png")


def test_scans_of_every_kind_are_kept_byte_for_byte(tmp_path: Path, one: Signing) -> None:
    out, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6  # lying, as a telephone takes it
    Image.new("RGB", (40, 60), "white").save(out, "JPEG", exif=turned)
    pdf = one.file(one.submit().act, "issue.pdf")
    for data, name in ((out.getvalue(), "scan/签发件.jpg"), (pdf, "scan/签发件.pdf"), (png(), "scan/签发件.png")):
        (tmp_path / "scan.bin").write_bytes(data)  # the suffix says nothing
        assert scans.read_scan(tmp_path / "scan.bin") == (name, data)


# ---------------------------------------------------------------- 非实质性改动


def test_a_slip_is_put_right_and_the_sign_off_stays(one: Signing) -> None:
    one.write(TEXT.replace("抓紧", "抓井"))
    sign = one.signed()
    one.write(TEXT)
    assert one.office.refused(NAME) == ["changed-after-sign"]
    act = one.amend().act
    assert (act.kind, act.by, act.typed) == ("amend", DEPUTY, EDITOR)
    assert act.data["changes"] == ["第1段"]
    assert json.loads(one.file(act, "changes.json"))[0]["改"].startswith("市水利局会同各县（区）抓紧")
    now = standing(one.log())
    assert (now.state, now.sign, now.signed) == ("签发", sign, act.data["signed"])
    assert sha256(one.file(act, "signed.json")) == act.data["signed"]
    assert one.submit().again  # what is amended is what is signed
    assert one.office.publish(NAME).label


def test_amendments_follow_one_another(one: Signing) -> None:
    one.signed()
    one.write(TEXT.replace("抓紧抢修", "全力抢修"))
    one.amend()
    one.write(TEXT.replace("抓紧抢修", "奋力抢修"))
    second = one.amend().act
    assert [change["原"][11:13] for change in json.loads(one.file(second, "changes.json"))] == ["全力"]
    assert one.amend().act == second  # repeated
    assert [act.kind for act in one.log()] == ["submit", "review", "sign", "amend", "amend"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1.2万", "1.3万", "amend-number"),
        ("6月5日", "6月6日", "amend-number"),
        ("市水利局会同", "市水务局会同", "amend-unit"),
        ("全部通水", "未全部通水", "amend-negation"),
    ],
)
def test_a_change_of_substance_reopens_the_issue_by_submitting_only(
    one: Signing, old: str, new: str, code: str
) -> None:
    one.signed()
    one.write(TEXT.replace(old, new))
    with pytest.raises(InvalidContent) as error:
        one.amend()
    assert codes(error) == [code]
    assert "jianbao submit" in error.value.faults[0].hint
    assert one.state == "签发"
    one.submit()
    assert one.state == "送审"


def test_another_template_is_layout(one: Signing) -> None:
    one.signed()
    template = one.office.root / "templates/ducha-kuaixun/issue.typ"
    template.write_bytes(template.read_bytes() + b"\n")
    assert one.office.refused(NAME) == ["changed-after-sign"]
    assert one.amend().act.data["changes"] == ["版式（分页、层次、字体、模板等）"]
    assert one.office.publish(NAME).label


def test_an_amendment_needs_two_posts_and_a_reason_and_a_change(one: Signing) -> None:
    one.signed()
    with pytest.raises(InvalidContent) as error:
        one.amend()
    assert codes(error) == ["amend-nothing"]
    one.write(TEXT.replace("抓紧", "全力"))
    with pytest.raises(UsageError):
        one.amend(reason=" ")
    for checker, typed, code in (
        (CHIEF, CHIEF, "post-author"),
        (HEAD, EDITOR, "post-duty"),
        (DEPUTY, HEAD, "post-duty"),
        (EDITOR, SECOND, "post-duty"),
    ):
        with pytest.raises(InvalidContent) as error:
            one.amend(checker, typed)
        assert codes(error) == [code]
    assert len(one.log()) == 3


# ---------------------------------------------------------------- conflicts


def test_acting_on_a_version_that_has_a_later_one_shows_both(one: Signing) -> None:
    one.submit()
    one.write(TEXT.replace("1.2万", "1.3万"))
    one.office.now = lambda: datetime(2026, 6, 8, 10, 15, tzinfo=EAST)
    one.submit(SECOND)
    for step in (one.review, one.give_back):
        with pytest.raises(Conflict) as error:
            step(version=1)
        for words in (
            "送审稿一",
            "送审稿二",
            f"{EDITOR} 2026-06-08 09:30",
            f"{SECOND} 2026-06-08 10:15",
            "1.2万",
            "1.3万",
        ):
            assert words in error.value.message
        assert error.value.exit_code == 4
        assert "--版本 2" in error.value.hint
    assert one.review(version=2).act.data["version"] == 2


def test_a_version_that_does_not_exist_is_no_conflict(one: Signing) -> None:
    one.submit()
    with pytest.raises(InvalidContent, match="没有送审稿三"):
        one.review(version=3)


def test_signing_what_was_changed_since_it_was_submitted_is_a_conflict(one: Signing) -> None:
    one.submit()
    one.review()
    one.write(TEXT.replace("1.2万", "1.3万"))
    for more in ((), (paper(), EDITOR)):
        with pytest.raises(Conflict) as error:
            one.sign(SECRETARY, *more)
        assert "1.3万" in error.value.message
        assert EDITOR in error.value.message
    one.write(TEXT)
    assert one.sign().act.kind == "sign"


def test_a_damaged_bag_does_not_hide_a_conflict(one: Signing) -> None:
    act = one.submit().act
    one.review()
    file = one.office.place.archive / act.folder / "data/signed.json"
    file.chmod(0o644)
    file.write_bytes(b"{}")
    one.write(TEXT.replace("1.2万", "1.3万"))
    with pytest.raises(Conflict, match=EDITOR):
        one.sign()


_CHILD = """
import sys
from builder.cli.main import main
from builder.workflow import cases
real = cases.record
def told(desk, prepare):
    print("READ", flush=True)
    sys.stdin.readline()
    return real(desk, prepare)
cases.record = told
main(sys.argv[1:])
"""


def test_who_acts_on_what_another_process_has_changed_meanwhile_is_told_of_it(one: Signing) -> None:
    """A second process has read how far the issue is; before it acts, the version is given back here."""
    one.submit()
    command = [sys.executable, "-c", _CHILD, "-C", str(one.office.root), "review", NAME, "--as", CHIEF]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
    ) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "READ\n"
            one.give_back(HEAD, "补数据")
            _, errors = child.communicate("\n", timeout=60)
        finally:
            child.kill()
    assert child.returncode == 4, errors
    assert f"{HEAD} 2026-06-08 09:30 退回（送审稿一）" in errors
    assert [act.kind for act in one.log()] == ["submit", "return"]


def test_a_later_version_is_a_conflict_in_a_process_of_its_own(one: Signing) -> None:
    one.submit()
    one.write(TEXT.replace("1.2万", "1.3万"))
    one.submit(SECOND)
    command = [
        sys.executable,
        "-m",
        "builder",
        "-C",
        str(one.office.root),
        "review",
        NAME,
        "--as",
        CHIEF,
        "--版本",
        "1",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 4
    assert "送审稿二" in done.stderr


# ---------------------------------------------------------------- the log


def test_the_log_tells_who_did_what(one: Signing) -> None:
    one.submit()
    one.review()
    one.sign(SECRETARY, paper(), EDITOR)
    name, acts = journal.journal(one.office.opened(), "one")
    assert name == NAME
    rows = [journal.row(act) for act in acts]
    assert [row[2:5] for row in rows] == [
        ("送审", "送审稿一", EDITOR),
        ("审核", "送审稿一", CHIEF),
        ("签发", "送审稿一", SECRETARY),
    ]
    assert rows[2][5:] == (EDITOR, "纸上签发 2026-06-08，当时没有扫描件")


def test_the_log_of_a_draft_is_empty_and_makes_no_register(one: Signing) -> None:
    assert journal.journal(one.office.opened(), NAME) == (NAME, [])
    assert not one.office.place.register.exists()


def test_the_log_outlives_the_issues_file(one: Signing) -> None:
    one.submit()
    (one.office.root / f"content/issues/{NAME}.yaml").unlink()
    assert [act.kind for act in journal.journal(one.office.opened(), NAME)[1]] == ["submit"]
    with pytest.raises(InvalidContent):
        journal.journal(one.office.opened(), "2026/never")
