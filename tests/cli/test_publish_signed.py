"""``jianbao publish`` of many issues on the command line: what is printed, as JSON, exit codes, what cannot be asked for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.cli.conftest import ROOT
from tests.office import CHIEF, SmallOffice

Run = Callable[..., subprocess.CompletedProcess[str]]
FLASH = ("--publication", "ducha-kuaixun", "--as", CHIEF)


@pytest.fixture
def run(small_office: SmallOffice) -> Run:
    """``run("publish", …)`` in a second process, in the small office."""

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        fonts = {"JIANBAO_FONTS": str(ROOT / ".fonts"), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        command = [sys.executable, "-m", "builder", *arguments]
        return subprocess.run(
            command, cwd=small_office.root, env={**os.environ, **fonts}, capture_output=True, text=True, check=False
        )

    return call


def signed(office: SmallOffice, count: int) -> None:
    """Issues of the first days of June."""
    for n in range(1, count + 1):
        office.issue(f"2026/i{n}", day=f"2026-06-{n:02}", text=f"第{n}处水毁工程修复，惠及群众1.2万人。")
        office.sign(f"2026/i{n}", day=f"2026-06-{n:02}")


def test_a_rehearsal_then_all_signed_issues_then_nothing_more(run: Run, small_office: SmallOffice) -> None:
    signed(small_office, 3)
    small_office.issue("2026/draft", day="2026-06-02")
    done = run("publish", "--signed", *FLASH, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "演练：2026/i1 会付印为督查快讯第1期",
        "演练：2026/i2 会付印为督查快讯第2期",
        "演练：2026/i3 会付印为督查快讯第3期",
        "演练：会付印 3 期，没有签发 1 期，没有登记。",
    ]
    assert "还不能付印：2026/draft，草稿；日期早于这次付印的，签发后付印要加 --日期靠前" in done.stderr
    assert "试排（3/3）" in done.stderr

    done = run("publish", "--signed", *FLASH)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "已付印：督查快讯第1期，共 1 面，印 76 份",
        "  output/archive/ducha-kuaixun/2026/1",
        "已付印：督查快讯第2期，共 1 面，印 76 份",
        "  output/archive/ducha-kuaixun/2026/2",
        "已付印：督查快讯第3期，共 1 面，印 76 份",
        "  output/archive/ducha-kuaixun/2026/3",
        "付印 3 期，没有签发 1 期。",
    ]
    again = run("publish", "--signed", "--publication", "督查快讯", "--year", "2026", "--as", CHIEF, "--json")
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert (told["published"], told["refused"], told["held"], told["stopped"]) == ([], [], [], None)
    assert told["waiting"] == [{"issue": "2026/draft", "state": "草稿", "overtaken": False}]
    assert run("archive", "verify").returncode == 0


def test_one_that_cannot_be_published_stops_all_or_is_left_out(run: Run, small_office: SmallOffice) -> None:
    signed(small_office, 3)
    small_office.issue("2026/i2", day="2026-06-02", text="签发以后改了。")
    done = run("publish", "--signed", *FLASH)
    assert done.returncode == 1
    assert "没有付印：2026/i2" in done.stderr
    assert "[changed-after-sign]" in done.stderr
    assert "有的期不能付印，这几期没有办：2026/i1、2026/i3" in done.stderr
    assert done.stdout == "没有付印 3 期。\n"
    assert [act.kind for act in small_office.acts()].count("publish") == 0

    done = run("publish", "--signed", *FLASH, "--keep-going", "--json")
    assert done.returncode == 2, done.stderr
    told = json.loads(done.stdout)
    assert [(each["issue"], each["act"]["data"]["number"]) for each in told["published"]] == [
        ("2026/i1", 1),
        ("2026/i3", 2),
    ]
    assert [(each["issue"], each["faults"][0]["code"]) for each in told["refused"]] == [
        ("2026/i2", "changed-after-sign")
    ]
    small_office.sign("2026/i2", day="2026-06-02")
    assert run("publish", "i2", "--as", CHIEF).returncode == 1
    assert run("publish", "--signed", *FLASH, "--日期靠前").returncode == 0
    assert small_office.acts()[-1].data["number"] == 3


def test_named_issues_go_by_their_dates_whatever_the_order_of_their_names(run: Run, small_office: SmallOffice) -> None:
    signed(small_office, 3)
    done = run("publish", "i3", "i1", "--as", CHIEF)
    assert done.returncode == 0, done.stderr
    acts = [act for act in small_office.acts() if act.kind == "publish"]
    assert [(act.issue, act.data["number"]) for act in acts] == [("2026/i1", 1), ("2026/i3", 2)]


def test_many_are_set_on_trial_by_several_processes(run: Run, small_office: SmallOffice) -> None:
    signed(small_office, 9)
    done = run("publish", "--signed", *FLASH, "--jobs", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "付印 9 期。"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "没有写明付印哪一期"),
        (("--signed",), "没有写明付印哪种刊物"),
        (("i1", "--signed"), "又写了 --signed"),
        (("i1", "--publication", "ducha-kuaixun"), "只与 --signed 同用"),
        (("i1", "i2", "--year", "2026"), "只与 --signed 同用"),
        (("--signed", "--publication", "没有的"), "没有刊物“没有的”"),
    ],
)
def test_what_is_not_clear_is_refused(run: Run, words: tuple[str, ...], told: str) -> None:
    done = run("publish", *words, "--as", CHIEF)
    assert done.returncode == 64
    assert told in done.stderr


def test_an_interrupt_between_two_numbers_says_as_json_what_has_one(run: Run, small_office: SmallOffice) -> None:
    signed(small_office, 12)
    command = [sys.executable, "-m", "builder", "publish", "--signed", *FLASH, "--jobs", "2", "--json"]
    fonts = {"JIANBAO_FONTS": str(ROOT / ".fonts"), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=small_office.root, env={**os.environ, **fonts}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        archive = small_office.place.archive / "ducha-kuaixun/2026"
        while not (archive / "2").exists():
            assert process.poll() is None
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    done = [act.issue for act in small_office.acts() if act.kind == "publish"]
    assert 1 <= len(done) < 12, (process.returncode, out, err)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert f"付印 {len(done)} 期，没有付印 {12 - len(done)} 期" in err
    told = json.loads(out)
    assert [each["issue"] for each in told["published"]] == done
    assert (len(told["held"]), told["stopped"]["error"]) == (12 - len(done), "已中断：正在付印的一期已办完。")
