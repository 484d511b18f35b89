"""``jianbao build`` as a batch: what is done again and what is not, what one issue can do to the others, and how runs end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from builder.batch import driving, opening
from builder.batch.here import Here
from builder.batch.report import Entry, Ledger
from builder.batch.workforce import Workforce
from builder.errors import FileError
from builder.measure import docx
from builder.settings import Limits, workspace
from tests.batch.batches import DRAFTS, build, drafts, make, started, whole, write_item
from tests.batch.deeds import fail

_THREE = ["2026/第1期", "2026/第2期", "2026/第3期"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three small issues, never built."""
    return make(tmp_path_factory.mktemp("made") / "ws", 3)


@pytest.fixture
def three(made: Path, tmp_path: Path) -> Path:
    """A copy of three small issues."""
    return shutil.copytree(made, tmp_path / "ws")


def broken(root: Path) -> None:
    write_item(root, 2, "好\x00坏")


# ---------------------------------------------------------------- what is done again


def test_only_what_changed_is_rendered_again_and_the_rest_is_told_as_before(three):
    first = build(three)
    assert (first.code, first.ids("built"), first.told["unchanged"]) == (0, _THREE, [])
    before = drafts(three)
    again = build(three)
    assert (again.code, again.told["built"], again.ids("unchanged")) == (0, [], _THREE)
    assert again.told["unchanged"] == first.told["built"]
    assert drafts(three) == before
    write_item(three, 2, "投入机具又增加了两台。")
    third = build(three)
    assert (third.ids("built"), third.ids("unchanged")) == (["2026/第2期"], ["2026/第1期", "2026/第3期"])
    changed = {name for name, seen in drafts(three).items() if seen != before[name]}
    assert changed == {"gongzuo-xinxi/2026/第2期.docx", "gongzuo-xinxi/2026/第2期.pdf"}
    assert build(three, "--force").ids("built") == _THREE
    (three / DRAFTS / "第3期.pdf").unlink()
    assert build(three, "--hash").ids("built") == ["2026/第3期"]


def test_workers_make_the_same_files_as_this_process(three, tmp_path):
    other = shutil.copytree(three, tmp_path / "other")
    assert build(three).code == 0
    assert build(other, "--jobs", "2").code == 0
    assert {name: sha for name, (_, _, sha) in drafts(three).items()} == {
        name: sha for name, (_, _, sha) in drafts(other).items()
    }
    assert (three / "output/drafts/用稿.json").read_bytes() == (other / "output/drafts/用稿.json").read_bytes()


# ---------------------------------------------------------------- one issue and the others


@pytest.mark.parametrize(("kind", "jobs", "reason"), [("raise", "1", "exception"), ("segv", "2", "died")])
def test_an_issue_that_cannot_be_rendered_keeps_no_other_and_is_told_with_its_reason(three, kind, jobs, reason):
    run = build(three, "--jobs", jobs, "--report", "报告.html", failpoint=f"batch-render:2026/第2期={kind}")
    assert run.code == 2, run.err
    assert run.ids("built") == ["2026/第1期", "2026/第3期"]
    [failed] = run.told["failed"]
    assert (failed["id"], failed["reason"]) == ("2026/第2期", reason)
    assert failed["message"] in run.err
    report = json.loads((three / "报告.json").read_bytes())
    assert report["counts"] == {"built": 2, "unchanged": 0, "left_out": 0, "failed": 1, "unwritten": 0, "pending": 0}
    page = (three / "报告.html").read_text(encoding="utf-8")
    assert page.index("出错的期（1）") < page.index("2026/第2期") < page.index("各期（3）</h2>")
    after = build(three)
    assert (after.code, after.ids("built")) == (0, ["2026/第2期"])


def test_content_faults_refuse_all_or_are_left_out_with_keep_going(three):
    broken(three)
    run = build(three, "--report", "报告.json")
    assert (run.code, run.told["built"], run.ids("left_out")) == (1, [], ["2026/第2期"])
    assert drafts(three) == {}
    report = json.loads((three / "报告.json").read_bytes())
    assert report["counts"]["pending"] == 2
    assert "没有生成任何文件" in report["stopped"]["message"]
    run = build(three, "--keep-going", "--report", "报告.json")
    assert (run.code, run.ids("built"), run.ids("left_out")) == (2, ["2026/第1期", "2026/第3期"], ["2026/第2期"])
    [entry] = [e for e in json.loads((three / "报告.json").read_bytes())["entries"] if e["state"] == "left_out"]
    assert {"text-control", "broken-entry"} & {fault["code"] for fault in entry["faults"]}
    run = build(three, "--keep-going", "2026/第2期")
    assert (run.code, run.ids("left_out")) == (1, ["2026/第2期"])
    assert "各期都有错误" in run.err
    assert "--keep-going" not in run.err  # what was done already is no advice


def test_several_workspaces_are_one_batch_and_refused_or_built_as_one(three, tmp_path):
    other = shutil.copytree(three, tmp_path / "乙")
    broken(other)
    run = build(three, "ws", "乙", cwd=tmp_path)
    assert run.code == 1
    assert drafts(three) == drafts(other) == {}
    run = build(three, "ws", "乙", "ws/", "--keep-going", "--report", "报告.json", cwd=tmp_path)
    assert run.code == 2
    assert sorted((each["workspace"], each["id"]) for each in run.told["built"]) == [
        *(("ws", name) for name in _THREE), ("乙", "2026/第1期"), ("乙", "2026/第3期"),
    ]  # fmt: skip
    [left_out] = run.told["left_out"]
    assert (left_out["workspace"], left_out["id"], left_out["reason"]) == ("乙", "2026/第2期", "content")
    report = json.loads((tmp_path / "报告.json").read_bytes())
    [entry] = [each for each in report["entries"] if each["state"] == "left_out"]
    assert left_out.items() <= entry.items()
    assert run.told["faults"] == report["faults"]
    assert {fault["workspace"] for fault in report["faults"] if fault["severity"] == "error"} == {"乙"}
    assert "工作区 乙：" in run.err
    run = build(three, "ws", "丁", cwd=tmp_path)
    assert (run.code, "“丁”不是工作区（没有这个文件夹）" in run.err + run.out) == (64, True)
    (other / "content/office.yaml").unlink()
    assert build(three, "ws", "乙", cwd=tmp_path).code == 1
    run = build(three, "ws", "乙", "--keep-going", cwd=tmp_path)
    assert "workspace-unusable" in {fault["code"] for fault in run.told["faults"]}
    assert len(run.told["unchanged"]) == 3
    assert run.code == 2


def test_an_issue_of_which_nobody_can_tell_whether_it_is_meant_is_told_and_keeps_no_other(three):
    (three / "content/issues/2026/第2期.yaml").write_text("刊物: [", encoding="utf-8")
    run = build(three, "--publication", "工作信息", "--since", "2026-01-01")
    assert (run.code, run.ids("built")) == (2, ["2026/第1期", "2026/第3期"])
    [told] = [fault for fault in run.told["faults"] if fault["code"] == "selection-unsure"]
    assert told["file"] == "content/issues/2026/第2期.yaml"
    assert build(three, "第1期").code == 0


def test_selections_choose_and_nothing_due_is_success(three):
    run = build(three, "--year", "2025")
    assert run.code == 0
    assert [
        (fault["code"], "2026" in fault["hint"]) for fault in run.told["faults"] if fault["severity"] != "note"
    ] == [("nothing-chosen", True)]
    assert build(three, "--publication", "工作信息", "--since", "2026-01-03").ids("built") == _THREE[1:]
    assert build(three, "--changed").ids("built") == _THREE[:1]
    assert build(three, "--changed").told["built"] == []
    office = three / "content/office.yaml"
    office.write_text(re.sub(r"份数: (\d)", r"份数: 1\1", office.read_text(encoding="utf-8")), encoding="utf-8")
    run = build(three, "--changed")
    assert run.told["built"] == []
    assert "另有3期稿件没有改" in run.err
    assert build(three, "--publication", "无此刊").code == 64
    assert build(three, "--since", "六月").code == 64
    assert build(three, "--report", "报告.xlsx").code == 64


# ---------------------------------------------------------------- how runs end


@posix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_leaves_whole_files_and_no_process_and_the_next_run_goes_on(three, jobs):
    with started(three, "--jobs", jobs, "--report", "报告.json", failpoint="batch-render:2026/第2期=hang") as process:
        _until(lambda: (three / DRAFTS / "第1期.pdf").exists())
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "已中断" in err
    _until(lambda: not any(_lives(member) for member in family))
    assert not [path for path in three.rglob("*.tmp")]
    report = json.loads((three / "报告.json").read_bytes())
    assert report["stopped"]["message"] == "已中断。"
    assert "pending" in {entry["state"] for entry in report["entries"]}
    after = build(three)
    assert after.code == 0
    assert "2026/第1期" in after.ids("unchanged")
    assert whole(three, 3)


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_shutdown_or_a_closed_terminal_ends_a_batch_with_its_report_as_ctrl_c_does(three, number, code):
    with started(three, "--jobs", "2", "--report", "报告.json", failpoint="batch-render:2026/第2期=hang") as process:
        _until(lambda: (three / DRAFTS / "第1期.pdf").exists())
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == code, err
    assert "已中断" in err
    _until(lambda: not any(_lives(member) for member in family))
    assert json.loads((three / "报告.json").read_bytes())["stopped"]["message"] == "已中断。"
    assert build(three).code == 0


@posix
def test_a_run_that_is_killed_leaves_no_process_and_the_next_renders_only_what_is_missing(three):
    for point in ("batch-recorded:2026/第1期", "batch-written:2026/第2期"):
        before = drafts(three)
        assert build(three, "--jobs", "1", failpoint=point).code == -signal.SIGKILL
        assert all(drafts(three)[name] == seen for name, seen in before.items())
    after = build(three)
    assert (after.code, after.ids("built")) == (0, ["2026/第3期"])
    assert whole(three, 3)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_stops_the_run_with_whole_files_and_the_next_goes_on_where_there_is_room(
    small_disk, tmp_path, jobs
):
    root = make(small_disk / "ws", 12)
    build(root, "第1期")
    size = sum((root / DRAFTS / f"第1期.{kind}").stat().st_size for kind in ("pdf", "docx"))
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 4 * size - 200_000))
    run = build(root, "--jobs", jobs, "--report", str(tmp_path / "报告.json"))
    assert run.code == 74, run.err
    assert "磁盘已满" in run.err
    assert "Traceback" not in run.err
    counts = json.loads((tmp_path / "报告.json").read_bytes())["counts"]
    assert counts["pending"] > 0
    assert counts["built"] > 0
    assert not list(root.rglob("*.tmp"))
    filler.unlink()
    after = build(root)
    assert after.code == 0, after.err
    assert set(run.ids("built")) - {entry["id"] for entry in _unwritten(tmp_path)} <= set(after.ids("unchanged"))
    assert whole(root, 12)


def _unwritten(folder: Path) -> list[dict[str, str]]:
    entries = json.loads((folder / "报告.json").read_bytes())["entries"]
    return [{"id": entry["id"]} for entry in entries if entry["state"] == "unwritten"]


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.02)


def _lives(member: psutil.Process) -> bool:
    try:
        return bool(member.is_running() and member.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


# ---------------------------------------------------------------- what moves meanwhile


class _Meddling:
    """Changes a file when the first issue is done."""

    def __init__(self, path: Path) -> None:
        self.path, self.planned_issues = path, 0

    def planned(self, due: int, unchanged: int) -> None:
        self.planned_issues = due

    def finished(self, entry: Entry) -> None:
        if entry.issue == "2026/第1期" and entry.at:
            text = self.path.read_text(encoding="utf-8")
            self.path.write_text(text.replace("机具", "农机") + "\n", encoding="utf-8")


class _Silent:
    def planned(self, due: int, unchanged: int) -> None:
        """Nothing."""

    def finished(self, entry: Entry) -> None:
        """Nothing."""


def test_an_office_file_that_changes_while_it_is_looked_at_makes_all_due_next_time(three, monkeypatch):
    file = three / "content/office.yaml"
    load = opening.content.load_office_source

    def meddled(root: Path) -> object:
        found = load(root)
        file.write_bytes(file.read_bytes() + b"\n")
        return found

    asked = driving.Asked({".": workspace(three)}, ("pdf",), Limits())
    with Workforce(Here(), 1) as force, monkeypatch.context() as patch:
        patch.setattr(opening.content, "load_office_source", meddled)
        driving.run(asked, force, _Silent(), Ledger())
    again = Ledger()
    with Workforce(Here(), 1) as force:
        driving.run(asked, force, _Silent(), again)
    assert [entry.issue for entry in again.of("built")] == _THREE


def test_what_was_known_of_an_issue_is_told_where_asking_the_register_anew_fails(three, monkeypatch):
    item = three / "content/items/稿1.md"
    issue = three / "content/issues/2026/第2期.yaml"
    issue.write_text(issue.read_text("utf-8").replace("稿2", item.stem), encoding="utf-8")  # a warning: used twice
    asked = driving.Asked({".": workspace(three)}, ("pdf",), Limits())
    first, again = Ledger(), Ledger()
    with Workforce(Here(), 1) as force:
        driving.run(asked, force, _Silent(), first)
    (three / "output/archive").mkdir(parents=True)
    (three / "output/archive/HEAD").write_text("another act\n")
    monkeypatch.setattr(driving.performing, "check", fail)
    with Workforce(Here(), 1) as force:
        driving.run(asked, force, _Silent(), again)
    told = {fault.code for _, fault in first.faults}
    assert "item-in-two" in told
    assert told <= {fault.code for _, fault in again.faults}


def test_an_issue_may_take_longer_and_more_memory_for_larger_files_of_its_own(three, monkeypatch):
    seen = {}

    class Watched(Here):
        def run(self, calls):
            for call in calls:
                seen[call.key.partition(":")[2]] = call.limits
                yield from super().run([call])

    write_item(three, 2, "全市抗旱保苗。" + "\n\n<!-- " + "x" * 600_000 + " -->")
    asked = driving.Asked({".": workspace(three)}, ("pdf",), Limits(), keep_going=True)
    with Workforce(Watched(), 1) as force:
        driving.run(asked, force, _Silent(), Ledger())
    assert seen["2026/第2期"].seconds > seen["2026/第1期"].seconds
    assert seen["2026/第2期"].megabytes > seen["2026/第1期"].megabytes


@pytest.mark.parametrize("name", ["templates/gongzuo-xinxi/issue.typ", "content/items/稿3.md", "content/items/稿1.md"])
def test_what_changes_while_issues_are_rendered_is_told_once_and_rendered_again_next_time(three, name):
    ledger, heard = Ledger(), _Meddling(three / name)
    asked = driving.Asked({".": workspace(three)}, ("pdf",), Limits())
    with Workforce(Here(), 1) as force:
        driving.run(asked, force, heard, ledger)
    assert heard.planned_issues == 3
    (told,) = (fault for _, fault in ledger.faults if fault.code == "changed-meanwhile")
    assert name in told.message
    late = {e.issue: e.faults[-1].place.file for e in ledger.of("built") if "changed-meanwhile" in codes(e.faults)}
    number = name[-4]
    assert late == ({f"2026/第{number}期": name} if number.isdigit() else {})
    again = Ledger()
    with Workforce(Here(), 1) as force:
        driving.run(asked, force, _Silent(), again)
    assert {*(late or _THREE)} == {entry.issue for entry in again.of("built")}
    assert "changed-meanwhile" not in codes(fault for _, fault in again.faults)


def test_what_changed_before_it_was_read_is_printed_and_only_a_number_that_may_be_old_is_told(three):
    item, issue = three / "content/items/稿3.md", three / "content/issues/2026/第2期.yaml"

    class Meddled(Here):
        def run(self, calls):
            for path in (item, issue):
                path.write_text(path.read_text("utf-8").replace("机具", "农机") + "\n", "utf-8")
            yield from super().run(calls)

    ledger = Ledger()
    asked = driving.Asked({".": workspace(three)}, ("docx",), Limits(), keep_going=True)
    with Workforce(Meddled(), 1) as force:
        driving.run(asked, force, _Silent(), ledger)
    assert "农机" in docx.read((three / DRAFTS / "第3期.docx").read_bytes())
    assert [e.issue for e in ledger.of("built") if "changed-meanwhile" in codes(e.faults)] == ["2026/第2期"]


@posix
def test_a_terminal_that_is_closed_after_ctrl_c_does_not_change_how_the_run_ends(tmp_path):
    with started(make(tmp_path / "ws", 20), "--format", "docx", "--jobs", "2") as process:
        for awaited, number in (("（1/20）", signal.SIGINT), ("已中断", signal.SIGHUP)):
            while awaited not in process.stderr.readline():
                """It is not so far."""
            process.send_signal(number)
        assert process.wait(60) == 130


@posix
def test_a_read_only_disk_is_told_before_anything_is_rendered(three, monkeypatch):
    class Mounted:
        f_flag = os.ST_RDONLY

    asked = driving.Asked({".": workspace(three)}, ("docx",), Limits())
    with Workforce(Here(), 1) as force:
        driving.run(asked, force, _Silent(), Ledger())
        monkeypatch.setattr(os, "statvfs", lambda path: Mounted())
        driving.run(asked, force, _Silent(), Ledger())  # there is nothing to write
        with pytest.raises(FileError, match="磁盘是只读的"):
            driving.run(replace(asked, force=True), force, _Silent(), Ledger())


def codes(faults):
    return [fault.code for fault in faults]


def test_an_editor_who_corrects_items_while_they_are_rendered_is_told_which_issues_print_the_old_text(tmp_path):
    root = make(tmp_path / "ws", 20)
    with started(root, "--format", "docx", "--jobs", "2", "--report", str(tmp_path / "r.json")) as process:
        while "（1/20）" not in process.stderr.readline():
            """Issues are still checked."""
        for n in (1, 20):
            write_item(root, n, "全市抗旱保苗进展顺利，改正过的。")
        process.communicate(timeout=120)
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    (told,) = (fault for fault in report["faults"] if fault["code"] == "changed-meanwhile")
    assert "2个稿件文件" in told["message"]
    late = [e["id"] for e in report["entries"] if "changed-meanwhile" in [fault["code"] for fault in e["faults"]]]
    assert late == ["2026/第1期", "2026/第20期"]
    assert build(root, "--format", "docx").ids("built") == late
