"""Many issues published at once: which, in which order, and what one that cannot be published does to the others."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from builder.archive.store import ArchiveDamaged
from builder.batch import awaiting, publishing
from builder.batch.awaiting import Selection
from builder.batch.here import Here
from builder.batch.publishing import Asked, Numbered, Refused, Report, Watcher, publish_all
from builder.batch.recalling import Recalling
from builder.errors import FileError, InvalidContent, UsageError
from builder.measure import pdf as pdf_reader
from builder.render.child import Engines
from builder.settings import Limits
from builder.workflow import publishing as single
from builder.workflow.recording import Draft, record
from tests.office import CHIEF, EDITOR, SmallOffice

FLASH, WORK = "ducha-kuaixun", "gongzuo-xinxi"


class Desk(Watcher):
    """Publishes in a small office, and keeps what was told on the way."""

    def __init__(self, office: SmallOffice, engines: Recalling) -> None:
        self.office, self.engines = office, engines
        self.due = self.sound = 0
        self.trials: list[tuple[str, bool]] = []
        self.told: list[Numbered | Refused] = []
        self.after_trial: Callable[[], object] = lambda: None

    def trying(self, count: int) -> None:
        self.due, self.trials = count, []

    def tried(self, issue: str, good: bool) -> None:
        self.trials.append((issue, good))
        if len(self.trials) == self.due:
            self.after_trial()

    def numbering(self, count: int) -> None:
        self.sound = count

    def numbered(self, each: Numbered | Refused) -> None:
        self.told.append(each)

    def signed(self, *names: str, **how: Any) -> None:
        """Issues written and signed."""
        for name in names:
            self.office.issue(name, **how)
            self.office.sign(name, how.get("day", "2026-06-08"))

    def publish(
        self, names: Sequence[str] = (), publications: Sequence[str] = (FLASH,), year: int | None = None, **how: Any
    ) -> Report:
        office = self.office
        opened = how.pop("opened", None) or office.opened()
        asked = Asked(opened, how.pop("by", CHIEF), office.fontset, **how)
        with office.desk() as desk:
            chosen = Selection(tuple(names), () if names else tuple(publications), year)
            return publish_all(desk, asked, chosen, lambda _: Here(), self.engines, self, Limits(60, 4096))

    def numbers(self, publication: str = FLASH) -> list[tuple[str, int]]:
        """The issues published and their numbers, in the order of publishing."""
        acts = [act for act in self.office.acts() if act.kind == "publish" and act.publication == publication]
        return [(act.issue, act.data["number"]) for act in acts]


@pytest.fixture(scope="module")
def recalling() -> Iterator[Recalling]:
    with Recalling() as opened:
        yield opened


@pytest.fixture
def desk(small_office: SmallOffice, recalling: Recalling) -> Desk:
    return Desk(small_office, recalling)


def codes(report: Report) -> dict[str, list[str]]:
    return {each.issue: [f.code for f in each.error.faults if f.severity == "error"] for each in report.refused}


def test_all_signed_issues_of_a_publication_are_numbered_by_date_then_as_their_drafts_are(desk: Desk) -> None:
    desk.signed("2026/c", "2026/b", day="2026-06-08")
    desk.signed("2026/z", day="2026-06-05")
    desk.signed("2026/other", publication=WORK)
    report = desk.publish()
    assert desk.numbers() == [("2026/z", 1), ("2026/b", 2), ("2026/c", 3)]
    assert desk.numbers(WORK) == []
    assert [(each.issue, each.label, each.again) for each in report.done] == [
        ("2026/z", "第1期", False),
        ("2026/b", "第2期", False),
        ("2026/c", "第3期", False),
    ]
    assert (report.refused, report.held, report.waiting, report.stopped) == ((), (), (), None)
    assert (desk.due, desk.trials) == (3, [("2026/z", True), ("2026/b", True), ("2026/c", True)])
    assert (desk.sound, tuple(desk.told)) == (3, report.done)


def test_the_second_run_publishes_only_what_came_since(desk: Desk) -> None:
    desk.signed("2026/a", "2026/b")
    desk.publish()
    desk.signed("2026/c")
    assert [each.issue for each in desk.publish().done] == ["2026/c"]
    assert desk.publish().done == ()
    assert desk.numbers() == [("2026/a", 1), ("2026/b", 2), ("2026/c", 3)]


def test_several_publications_go_on_each_in_its_own_numbers(desk: Desk) -> None:
    for n in (1, 2):
        desk.signed(f"2026/f{n}", day=f"2026-06-0{n}")
        desk.signed(f"2026/w{n}", day=f"2026-06-0{n}", publication=WORK)
    report = desk.publish(publications=(FLASH, WORK))
    assert [each.issue for each in report.done] == ["2026/f1", "2026/w1", "2026/f2", "2026/w2"]
    assert desk.numbers() == [("2026/f1", 1), ("2026/f2", 2)]
    assert desk.numbers(WORK) == [("2026/w1", 1), ("2026/w2", 2)]


def test_what_is_not_signed_waits_and_is_told_with_what_its_date_will_cost(desk: Desk) -> None:
    desk.signed("2026/b", day="2026-06-08")
    desk.office.issue("2026/a", day="2026-06-05")
    desk.office.issue("2026/c", day="2026-06-09")
    report = desk.publish()
    assert [(w.issue, w.state, w.overtaken) for w in report.waiting] == [
        ("2026/a", "草稿", True),
        ("2026/c", "草稿", False),
    ]
    assert desk.numbers() == [("2026/b", 1)]


def test_only_issues_dated_in_the_year_are_chosen(desk: Desk) -> None:
    desk.signed("2025/a", day="2025-12-30")
    desk.signed("2026/a")
    assert [each.issue for each in desk.publish(year=2025).done] == ["2025/a"]
    assert [each.issue for each in desk.publish(year=2026).done] == ["2026/a"]


def poisoned(desk: Desk) -> None:
    """Four signed issues, the second of which cannot be printed any more."""
    for n in (1, 2, 3, 4):
        desk.signed(f"2026/i{n}", day=f"2026-06-0{n}")
    desk.office.issue("2026/i2", day="2026-06-02", text="签发以后改了。")


def test_nothing_is_numbered_before_all_are_sound(desk: Desk) -> None:
    poisoned(desk)
    report = desk.publish()
    assert codes(report) == {"2026/i2": ["changed-after-sign"]}
    assert report.held == ("2026/i1", "2026/i3", "2026/i4")
    assert (report.done, desk.numbers()) == ((), [])
    desk.office.sign("2026/i2", "2026-06-02")
    assert len(desk.publish().done) == 4
    assert desk.numbers() == [(f"2026/i{n}", n) for n in (1, 2, 3, 4)]


def test_with_keep_going_the_bad_one_is_left_out_without_a_gap(desk: Desk) -> None:
    poisoned(desk)
    report = desk.publish(keep_going=True)
    assert codes(report) == {"2026/i2": ["changed-after-sign"]}
    assert desk.numbers() == [("2026/i1", 1), ("2026/i3", 2), ("2026/i4", 3)]
    desk.office.sign("2026/i2", "2026-06-02")
    assert codes(desk.publish()) == {"2026/i2": ["earlier-day"]}
    late = desk.publish(earlier=True)
    assert [f.code for f in late.done[0].faults if f.severity == "warning"] == ["earlier-day"]
    assert desk.numbers()[-1] == ("2026/i2", 4)


def test_every_fault_of_every_issue_is_told_at_once(desk: Desk) -> None:
    poisoned(desk)
    desk.office.issue("2026/i3", day="2026-06-03", text="6月5日前通水××处。")
    desk.office.write("content/issues/2026/i4.yaml", "刊物: [\n")
    found = codes(desk.publish())
    assert found.keys() == {"2026/i2", "2026/i3", "2026/i4"}
    assert "placeholder" in found["2026/i3"]
    assert all(found.values())


def test_a_signed_issue_whose_file_is_gone_is_told(desk: Desk) -> None:
    desk.signed("2026/a", "2026/b")
    (desk.office.root / "content/issues/2026/a.yaml").unlink()
    report = desk.publish()
    assert [(each.issue, "不在了" in each.error.message) for each in report.refused] == [("2026/a", True)]
    assert desk.numbers() == []


def test_a_rehearsal_tells_all_numbers_and_takes_none(desk: Desk) -> None:
    desk.office.published("2026/first", day="2026-06-01")
    desk.signed("2026/b", "2026/c")
    before = desk.office.acts()
    report = desk.publish(dry_run=True)
    assert [(each.issue, each.label, each.act) for each in report.done] == [
        ("2026/b", "第2期", None),
        ("2026/c", "第3期", None),
    ]
    assert desk.office.acts() == before
    assert [each.label for each in desk.publish().done] == ["第2期", "第3期"]


def test_a_rehearsal_tells_what_the_same_command_would_do_where_an_issue_cannot_be_published(desk: Desk) -> None:
    desk.signed("2026/a", "2026/b", "2026/c")
    desk.office.issue("2026/a", day="2026-06-01", text="签发以后改了。")
    strict = desk.publish(dry_run=True)
    assert (strict.done, strict.held) == ((), ("2026/b", "2026/c"))
    told = [(each.issue, each.label) for each in desk.publish(dry_run=True, keep_going=True).done]
    assert told == [("2026/b", "第1期"), ("2026/c", "第2期")]
    assert desk.publish().held == strict.held
    assert [(each.issue, each.label) for each in desk.publish(keep_going=True).done] == told


def test_running_totals_and_supplements_are_foretold_as_they_are_given(desk: Desk) -> None:
    with desk.office.desk() as opened:
        data = {"series": "正刊", "sequence": "2026/正刊", "number": 47, "total": 812}
        record(opened, lambda _: Draft("start", WORK, 2026, f"start:{WORK}", CHIEF, data=data))
    desk.signed("2026/a", day="2026-06-01", publication=WORK)
    desk.signed("2026/e", day="2026-06-02", publication=WORK, more="系列: 增刊\n")
    desk.signed("2026/z", day="2026-06-03", publication=WORK)
    told = [each.label for each in desk.publish(publications=(WORK,), dry_run=True).done]
    assert told == [each.label for each in desk.publish(publications=(WORK,)).done]
    assert told[0] == "第47期（总第812期）"
    assert told[2] == "第48期（总第813期）"


def test_a_number_written_in_a_file_must_be_the_one_that_it_takes(desk: Desk) -> None:
    desk.signed("2026/a", day="2026-06-01", more="期号: 1\n")
    desk.signed("2026/b", day="2026-06-02", more="期号: 3\n")
    desk.signed("2026/c", day="2026-06-03")
    assert codes(desk.publish()) == {"2026/b": ["number-order"]}
    assert desk.numbers() == []
    desk.office.issue("2026/b", day="2026-06-02", more="期号: 2\n")
    desk.publish()
    assert desk.numbers() == [("2026/a", 1), ("2026/b", 2), ("2026/c", 3)]


def test_a_number_written_in_a_file_stands_for_the_order_of_one_day(desk: Desk) -> None:
    desk.signed("2026/b", more="期号: 1\n")
    desk.signed("2026/a", more="期号: 2\n")
    desk.publish()
    assert desk.numbers() == [("2026/b", 1), ("2026/a", 2)]


def test_an_issue_that_is_left_out_makes_the_written_number_behind_it_wrong_and_only_then(desk: Desk) -> None:
    desk.signed("2026/a", day="2026-06-01")
    desk.signed("2026/b", day="2026-06-02", more="期号: 2\n")
    desk.office.issue("2026/a", day="2026-06-01", text="签发以后改了。")
    assert codes(desk.publish()) == {"2026/a": ["changed-after-sign"]}
    assert codes(desk.publish(keep_going=True)) == {"2026/a": ["changed-after-sign"], "2026/b": ["number-order"]}
    assert desk.numbers() == []


def test_named_issues_are_published_together_and_one_that_is_published_stays_what_it_is(desk: Desk) -> None:
    act = desk.office.published("2026/a", day="2026-06-01")
    desk.signed("2026/b", "2026/c", day="2026-06-02")
    report = desk.publish(["c", "a", "2026/b"])
    assert [(each.issue, each.again) for each in report.done] == [
        ("2026/a", True),
        ("2026/b", False),
        ("2026/c", False),
    ]
    assert report.done[0].act == act
    desk.office.issue("2026/d", day="2026-06-03")
    assert codes(desk.publish(["b", "d"])) == {"2026/d": ["not-signed"]}


def test_an_issue_that_was_published_otherwise_is_told_before_the_first_number(desk: Desk) -> None:
    desk.office.published("2026/a", day="2026-06-01")
    desk.office.published("2026/same", day="2026-06-01")
    desk.office.issue("2026/a", day="2026-06-01", text="付印以后改了。")
    desk.signed("2026/b", day="2026-06-02", publication=WORK)
    report = desk.publish(["a", "b", "same"])
    assert [each.issue for each in report.refused] == ["2026/a"]
    assert "付印后不能再改" in report.refused[0].error.hint
    assert (report.held, desk.numbers(WORK)) == (("2026/b",), [])
    done = desk.publish(["a", "b", "same"], keep_going=True).done
    assert [(each.issue, each.again) for each in done] == [("2026/same", True), ("2026/b", False)]


def test_numbers_given_by_somebody_else_meanwhile_make_none_wrong(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in (1, 2, 3):
        desk.signed(f"2026/i{n}", day=f"2026-06-0{n}", more=f"期号: {n}\n")
    real = publishing.candidate

    def beaten(*arguments: Any, **how: Any) -> Any:
        if arguments[2] == "2026/i1":
            desk.office.publish("2026/i1")
        found = real(*arguments, **how)
        if arguments[2] == "2026/i2":
            desk.office.publish("2026/i2")
        return found

    monkeypatch.setattr(publishing, "candidate", beaten)
    report = desk.publish()
    assert codes(report) == {}
    assert [(each.issue, each.again) for each in report.done] == [
        ("2026/i1", True),
        ("2026/i2", True),
        ("2026/i3", False),
    ]
    assert desk.numbers() == [("2026/i1", 1), ("2026/i2", 2), ("2026/i3", 3)]


def test_an_issue_that_somebody_else_publishes_while_this_waits_for_the_lock_was_published_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.signed("2026/a", "2026/b")
    real, begun = single.record, []

    def waiting(opened: Any, prepare: Any) -> Any:
        if not begun:
            begun.append(True)
            desk.office.publish("2026/a")
        return real(opened, prepare)

    monkeypatch.setattr(single, "record", waiting)
    report = desk.publish()
    assert [(each.issue, each.again) for each in report.done] == [("2026/a", True), ("2026/b", False)]


def test_a_damaged_bag_of_one_issue_keeps_the_others_from_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.signed("2026/a", "2026/b", "2026/c")
    real = publishing.publish

    def damaged(*arguments: Any, **how: Any) -> Any:
        if arguments[2] == "2026/b":
            raise ArchiveDamaged("归档文件 sheet.pdf 与办理时不一致，已损坏。", "从备份恢复。")
        return real(*arguments, **how)

    monkeypatch.setattr(publishing, "publish", damaged)
    report = desk.publish(keep_going=True)
    assert [each.issue for each in report.refused] == ["2026/b"]
    assert desk.numbers() == [("2026/a", 1), ("2026/c", 2)]


def test_the_post_must_have_the_duty_and_names_must_stand_for_something(desk: Desk) -> None:
    desk.signed("2026/a")
    with pytest.raises(InvalidContent) as refused:
        desk.publish(by=EDITOR)
    assert [fault.code for fault in refused.value.faults] == ["post-duty"]
    opened = desk.office.opened()
    assert awaiting.publications(opened, ["督查快讯", "gongzuo-*"]) == (FLASH, WORK)
    assert set(awaiting.publications(opened, ["*"])) == set(opened.titles)
    with pytest.raises(UsageError, match="没有刊物“快讯”"):
        awaiting.publications(opened, ["快讯"])


def test_files_changed_after_the_trial_stop_that_issue_and_what_is_dated_after_it(desk: Desk) -> None:
    for n, day in ((1, "2026-06-01"), (2, "2026-06-02"), (3, "2026-06-02"), (4, "2026-06-03")):
        desk.signed(f"2026/i{n}", day=day)
    desk.signed("2026/other", day="2026-06-04", publication=WORK)
    opened = desk.office.opened()
    with changed_behind(desk, "2026/i2"):
        report = desk.publish(publications=(FLASH, WORK), opened=opened)
    assert [each.issue for each in report.refused] == ["2026/i2"]
    assert report.held == ("2026/i4",)
    assert [each.issue for each in desk.told] == ["2026/i1", "2026/i2", "2026/i3", "2026/other"]
    assert desk.told[1] == report.refused[0]
    assert desk.numbers() == [("2026/i1", 1), ("2026/i3", 2)]
    assert desk.numbers(WORK) == [("2026/other", 1)]
    assert len(desk.publish().done) == 2
    assert desk.numbers() == [("2026/i1", 1), ("2026/i3", 2), ("2026/i2", 3), ("2026/i4", 4)]


def test_with_keep_going_nothing_is_held_back(desk: Desk) -> None:
    for n in (1, 2, 3):
        desk.signed(f"2026/i{n}", day=f"2026-06-0{n}")
    with changed_behind(desk, "2026/i2"):
        report = desk.publish(keep_going=True)
    assert ([each.issue for each in report.refused], report.held) == (["2026/i2"], ())
    assert desk.numbers() == [("2026/i1", 1), ("2026/i3", 2)]


def test_the_office_file_changed_after_the_trial_is_noticed_and_a_deleted_issue_stops_no_other(desk: Desk) -> None:
    for n in (1, 2, 3):
        desk.signed(f"2026/i{n}", day=f"2026-06-0{n}")
    office = desk.office.root / "content/office.yaml"
    before = office.read_text("utf-8")
    with behind_the_trial(desk, lambda: office.write_text(before.replace("市直各单位", "市直各部门"), "utf-8")):
        report = desk.publish(keep_going=True)
    assert "content/office.yaml" in report.refused[0].error.message
    assert (len(report.refused), desk.numbers()) == (3, [])
    office.write_text(before, "utf-8")
    gone = desk.office.root / "content/issues/2026/i2.yaml"
    with behind_the_trial(desk, gone.unlink):
        report = desk.publish(keep_going=True)
    assert ([each.issue for each in report.refused], report.stopped) == (["2026/i2"], None)
    assert desk.numbers() == [("2026/i1", 1), ("2026/i3", 2)]


@contextmanager
def changed_behind(desk: Desk, name: str) -> Iterator[None]:
    """Somebody saves an issue's file when the last trial is over."""
    path = desk.office.root / f"content/issues/{name}.yaml"
    with behind_the_trial(desk, lambda: path.write_text(path.read_text("utf-8") + "# 又存了一次\n", "utf-8")):
        yield


@contextmanager
def behind_the_trial(desk: Desk, change: Callable[[], object]) -> Iterator[None]:
    """Something happens when the last trial is over."""

    desk.after_trial = change
    yield
    desk.after_trial = lambda: None


def test_a_disk_that_fails_ends_the_run_and_the_next_one_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.signed("2026/a", "2026/b", "2026/c")
    real, count = publishing.publish, 0

    def failing(*arguments: Any, **how: Any) -> Any:
        nonlocal count
        count += 1
        if count == 2:
            raise FileError("磁盘已满。", "清理磁盘。")
        return real(*arguments, **how)

    monkeypatch.setattr(publishing, "publish", failing)
    report = desk.publish(keep_going=True)
    assert ([each.issue for each in report.done], report.held) == (["2026/a"], ("2026/b", "2026/c"))
    assert report.stopped is not None
    monkeypatch.undo()
    assert [each.label for each in desk.publish().done] == ["第2期", "第3期"]


def test_too_many_pages_are_seen_before_the_first_number(desk: Desk) -> None:
    desk.signed("2026/a")
    desk.signed("2026/b", text="改过的正文。" * 400, more="页数: 不超过1\n")
    report = desk.publish()
    assert codes(report) == {"2026/b": ["page-budget"]}
    assert desk.numbers() == []


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What engines are asked to make from here on, in the order of asking."""
    made: list[str] = []
    for name in ("pdf", "docx"):
        real = getattr(Engines, name)

        def asked(self: Engines, *given: Any, _name: str = name, _real: Any = real) -> Any:
            made.append(_name)
            return _real(self, *given)

        monkeypatch.setattr(Engines, name, asked)
    return made


def test_what_was_set_on_trial_is_not_set_again_and_is_what_publishing_alone_would_print(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk.signed("2026/a", "2026/b", day="2026-06-08")
    alone = tmp_path / "alone"
    shutil.copytree(desk.office.root, alone)
    made = counted(monkeypatch)
    desk.publish()
    assert Counter(made) == {"pdf": 2, "docx": 2}
    here, archive = desk.office.place.archive, alone / "output/archive"
    desk.office.root = alone
    for name, number in (("2026/a", 1), ("2026/b", 2)):
        desk.office.publish(name)
        for file in ("issue.pdf", "issue.docx", "view.json"):
            bag = f"ducha-kuaixun/2026/{number}/data/{file}"
            assert (here / bag).read_bytes() == (archive / bag).read_bytes(), bag


def test_an_issue_that_takes_another_number_than_on_trial_is_set_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.signed("2026/a", day="2026-06-01")
    desk.signed("2026/b", day="2026-06-02")
    made = counted(monkeypatch)
    with changed_behind(desk, "2026/a"):
        report = desk.publish(keep_going=True)
    assert [each.label for each in report.done] == ["第1期"]
    assert Counter(made)["pdf"] == 3
    act = desk.office.acts()[-1]
    with desk.office.desk() as opened:
        text = "".join(page.text for page in pdf_reader.read(opened.store.read(act, "issue.pdf")).pages)
    assert "第1期" in text
    assert "第2期" not in text


def test_templates_changed_for_the_trial_alone_are_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.signed("2026/a")
    template = desk.office.root / "templates/ducha-kuaixun/issue.typ"
    before = template.read_text("utf-8")
    real = publishing.rehearse

    def another(*given: Any) -> Any:
        template.write_text(before + "\n// 试一试\n", "utf-8")
        yield from real(*given)
        template.write_text(before, "utf-8")

    monkeypatch.setattr(publishing, "rehearse", another)
    report = desk.publish()
    assert [each.issue for each in report.refused] == ["2026/a"]
    assert "templates/ducha-kuaixun" in report.refused[0].error.message
    assert desk.numbers() == []
    monkeypatch.undo()
    assert [each.label for each in desk.publish().done] == ["第1期"]


def test_engines_that_recall_keep_nothing_of_what_they_make_themselves(desk: Desk) -> None:
    desk.signed("2026/a")
    kept = []
    real = Engines.docx

    def seen(*given: Any) -> Any:
        coming = real(*given)
        kept.append(weakref.ref(coming))
        return coming

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engines, "docx", seen)
        with desk.office.desk() as opened:
            publishing.publish(opened, desk.office.opened(), "2026/a", CHIEF, desk.office.fontset, desk.engines)
    gc.collect()
    assert [each() for each in kept] == [None]


def test_templates_changed_after_the_trial_are_noticed(desk: Desk) -> None:
    desk.signed("2026/a")
    template = desk.office.root / "templates/ducha-kuaixun/issue.typ"
    with behind_the_trial(desk, lambda: template.write_text(template.read_text("utf-8") + "\n", "utf-8")):
        report = desk.publish()
    assert codes(report) == {"2026/a": ["changed-after-sign"]}
    assert desk.numbers() == []
