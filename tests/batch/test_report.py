"""The report of a batch: every issue with its reason, sums that add up, and a page that shows them."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from builder.batch import page
from builder.batch.report import STATES, Entry, Ledger, Report, lasting
from builder.errors import Fault, FileError, Place, UsageError

BUDGET = Fault("page-budget", "error", Place("content/issues/2026/第2期.yaml", 3, 5), "超出3行。", "须删3行。")
LONG = Fault("contents-long", "warning", Place("content/issues/2026/第1期.yaml"), "要目过长。", "缩短标题。")

UNSURE = Fault("selection-unsure", "error", Place("content/issues/坏.yaml", 2, 1), "看不出是不是所选的。", "改好。")


def told(n: int, pages: int = 4) -> dict[str, object]:
    return {
        "name": "工作信息",
        "number": f"第{n}期",
        "proposed": n > 2,
        "pages": pages,
        "room": f"{pages}面，末面余7行",
    }


def filled() -> Ledger:
    """A batch that met everything that can happen to an issue."""
    ledger = Ledger()
    ledger.expect("甲", [f"2026/第{n}期" for n in range(1, 8)])
    files = {"output/drafts/gongzuo-xinxi/2026/第1期.pdf": "ab" * 32}
    ledger.enter(Entry("甲", "2026/第1期", "built", faults=(LONG,), seconds=0.05, at=0.1, files=files, told=told(1)))
    ledger.enter(Entry("甲", "2026/第2期", "built", faults=(BUDGET,), seconds=0.06, at=0.2, files=files, told=told(2)))
    ledger.enter(Entry("甲", "2026/第3期", "unchanged", files=files, told=told(3)))
    broken = Fault("text-control", "error", Place("content/items/<抗旱>.md", 4, 2), "有控制字符。", "删去。")
    ledger.enter(Entry("甲", "2026/第4期", "left_out", "content", "有控制字符。", "删去。", (broken,)))
    ledger.enter(
        Entry("甲", "2026/第5期", "failed", "died", "排这一期的进程意外结束（信号 11）。", "报告。", (), 1, 1.2, 2)
    )
    ledger.enter(
        Entry("甲", "2026/第6期", "unwritten", "file", "《第6期》.pdf 正被打开", "关闭。", (), 0.05, 1.3, told=told(6))
    )
    ledger.tell("甲", [LONG, BUDGET, broken, UNSURE, LONG])
    ledger.stopped = FileError("磁盘已满，余下的期没有做。", "清理磁盘后再运行一次。")
    ledger.rendering, ledger.jobs = 1.4, 2
    return ledger


class Texts(HTMLParser):
    """The texts of a page outside charts and styles, and what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._skipped = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in ("svg", "style")
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("svg", "style")

    def handle_data(self, data: str) -> None:
        if not self._skipped and data.strip():
            self.texts.append(data.strip())


def test_every_issue_is_counted_once_in_one_of_the_states():
    report = filled().report(2.5).as_dict()
    assert report["counts"] == {"built": 2, "unchanged": 1, "left_out": 1, "failed": 1, "unwritten": 1, "pending": 1}
    assert sum(report["counts"].values()) == report["issues"] == len(report["entries"]) == 7
    assert report["pages"] == 8
    assert report["rate"] == pytest.approx(4 / 1.4, abs=0.01)
    assert [entry["state"] for entry in report["entries"]] == [
        "built", "built", "unchanged", "left_out", "failed", "unwritten", "pending",
    ]  # fmt: skip
    assert len(report["faults"]) == 4


def test_the_report_is_written_as_json_and_as_a_page_beside_it(tmp_path):
    report = filled().report(2.5)
    for name in ("报告.json", "报告.html"):
        data, shown = page.write(tmp_path / name, report)
        assert (data.name, shown.name) == ("报告.json", "报告.html")
        assert json.loads(data.read_bytes()) == json.loads(json.dumps(report.as_dict()))
    with pytest.raises(UsageError, match="后缀"):
        page.both(tmp_path / "报告.xlsx")
    (tmp_path / "file").touch()
    with pytest.raises(FileError):
        page.write(tmp_path / "file/报告.json", report)


def test_the_page_names_failures_first_each_with_its_reason_and_what_to_do():
    texts = Texts(page.html(filled().report(2.5))).texts
    at = {text: n for n, text in reversed(list(enumerate(texts)))}
    assert (
        at["磁盘已满，余下的期没有做。"]
        < at["出错的期（4）"]
        < at["排这一期的进程意外结束（信号 11）。"]
        < at["有控制字符。"]
    )
    assert at["有控制字符。"] < at["超出3行。"] < at["其他错误（1）"] < at["看不出是不是所选的。"]
    assert at["看不出是不是所选的。"] < at["用时"] < at["警告和提示（1）"] < at["要目过长。"] < at["各期（7）"]
    assert "content/items/<抗旱>.md:4:2" in texts
    assert "试过2次" in texts
    assert texts.index("《工作信息》第3期（拟）") > at["各期（7）"]
    assert texts.count("有控制字符。") == texts.count("看不出是不是所选的。") == 1
    assert "没有出错的期" not in texts


def test_the_page_stands_alone_and_runs_nothing():
    text = page.html(filled().report(2.5))
    assert Texts(text).links == []
    assert "<script" not in text
    assert "url(" not in text
    assert text.count("<svg") == 3
    assert not re.search(r"\b(nan|inf)\b", text)


def test_a_page_of_ten_thousand_issues_stays_small_and_says_what_it_leaves_out():
    ledger = Ledger()
    for n in range(10_000):
        ledger.enter(Entry("甲", f"{n:05}", "built", seconds=0.02 + n % 7 / 1000, at=n / 40 + 0.1, told=told(n)))
    ledger.rendering = 250
    text = page.html(ledger.report(251))
    assert "只列前2000行" in text
    assert len(text) < 1_500_000


def test_notes_and_good_issues_are_folded_where_they_are_many_and_what_failed_never_is():
    ledger = Ledger()
    for n in range(300):
        bad = n < 100
        fault = Fault("text-control", "error" if bad else "warning", Place(f"content/items/{n}.md"), f"毛病{n}。", "")
        ledger.enter(
            Entry("甲", f"{n:03}", "left_out" if bad else "built", faults=(fault,), told={} if bad else told(n))
        )
        ledger.tell("甲", [fault])
    text = page.html(ledger.report(0))
    shown, *folded = text.split("<details><summary>")
    assert shown.count("毛病") == 100
    assert [part.partition("</h2>")[0] for part in folded] == ["<h2>警告和提示（200）", "<h2>各期（300）"]
    assert [part.count("毛病") for part in folded] == [200, 0]
    assert text.count("</details>") == 2
    assert "<details" not in page.html(filled().report(2.5))


@pytest.mark.parametrize("ledger", [Ledger(), filled()])
def test_a_report_of_nothing_or_of_everything_is_a_whole_page(ledger):
    text = page.html(ledger.report(0))
    assert text.startswith("<!DOCTYPE html>")
    assert text.endswith("</html>\n")
    assert all(STATES[state] in text for state in ("built", "unchanged"))


def test_times_are_said_as_people_say_them():
    assert [lasting(s) for s in (0, 1.4, 59.6, 200, 7300)] == ["1秒", "1秒", "1分0秒", "3分20秒", "2小时1分"]


def test_two_workspaces_with_the_same_issues_are_kept_apart(tmp_path: Path):
    ledger = Ledger()
    for place in ("甲", "乙"):
        ledger.expect(place, ["第1期"])
        ledger.tell(place, [LONG])
    report: Report = ledger.report(0)
    assert [(entry.workspace, entry.issue) for entry in report.entries] == [("乙", "第1期"), ("甲", "第1期")]
    assert [place for place, _ in report.faults] == ["甲", "乙"]
