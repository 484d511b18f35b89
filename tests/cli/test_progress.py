"""Progress on a terminal and elsewhere, with a clock of its own."""

from __future__ import annotations

import re

import pytest

from builder.cli import progress
from builder.cli.output import places
from builder.cli.progress import Progress


class Clock:
    """Moves on by a second whenever it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_few_issues_are_told_one_by_one(capsys, clock):
    for terminal in (True, False):
        shown = Progress("试排", terminal, clock)
        shown.begin(2, 2)
        shown.step("《工作信息》第1期")
        shown.step("《工作信息》第2期")
        assert capsys.readouterr().err == "试排（1/2）《工作信息》第1期\n试排（2/2）《工作信息》第2期\n"


def test_many_issues_take_a_line_every_two_seconds_where_lines_cannot_be_written_over(capsys, clock):
    shown = Progress("生成", False, clock)
    shown.begin(10_000, 10_000)
    for n in range(10_000):
        clock.now += 1 / 64
        shown.step(f"第{n}期", failed=n % 1000 == 0)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10_000 // 128
    assert lines[0] == "生成 128/10000期  64.0期/秒  还需约2分34秒  未成1期"
    assert "未成10期" in lines[-1]


def test_many_issues_are_one_line_on_a_terminal_that_is_never_wider_than_it(capsys, clock, monkeypatch):
    for wide in (30, 80, 200):
        monkeypatch.setenv("COLUMNS", str(wide))
        shown = Progress("生成", True, clock)
        shown.begin(600, 600)
        for n in range(600):
            clock.now += 1 / 16
            shown.step(f"第{n}期")
        drawn = capsys.readouterr().err
        assert "\n" not in drawn
        looks = [look for look in drawn.split("\r") if look.strip()]
        assert len(looks) == 300
        assert all(places(look) < wide for look in looks)
        assert wide == 30 or "600/600期  16.0期/秒" in looks[-1]
        shown.clear()
        shown.clear()
        assert capsys.readouterr().err == f"\r{' ' * places(looks[-1])}\r"


def test_a_narrow_terminal_shows_the_figures_rather_than_the_bar(capsys, clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    shown = Progress("生成", True, clock)
    shown.begin(91, 91)
    for n in range(26):
        clock.now += 1 / 8
        shown.step(f"第{n}期", failed=n == 3)
    assert "生成 26/91期  8.0期/秒  还需约8秒  未成1期" in capsys.readouterr().err
    monkeypatch.setenv("COLUMNS", "40")
    for n in range(26, 89):
        clock.now += 1 / 8
        shown.step(f"第{n}期")
    last = capsys.readouterr().err.split("\r")[-1]
    assert last == "生成 89/91期  还需约1秒  未成1期"


def test_what_is_told_meanwhile_stands_on_a_line_of_its_own_above_the_progress(capsys, clock):
    shown = Progress("生成", True, clock)
    shown.begin(100, 100)
    clock.now += 1
    shown.step("第1期")
    shown.above(lambda: progress.say("第1期 没有生成", err=True))
    drawn = capsys.readouterr().err
    assert re.fullmatch(r"(生成 \[.*秒)\r +\r第1期 没有生成\n\1", drawn), repr(drawn)


def test_a_terminal_that_can_do_nothing_gets_plain_lines(monkeypatch, capsys, clock):
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    shown = Progress("付印", clock=clock)
    shown.begin(100, 100)
    clock.now += 3
    shown.step("第1期")
    assert capsys.readouterr().err.startswith("付印 1/100期")
