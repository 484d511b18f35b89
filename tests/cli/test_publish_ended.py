"""``publish --signed`` of many issues on a terminal, and ended by every signal in both passes: real processes, a real terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

from builder.batch.publishing import Numbered, Refused
from builder.cli.output import places
from builder.cli.progress import FEW
from builder.cli.publishing import Typed, _Told
from builder.errors import JianbaoError
from tests.cli.conftest import ROOT
from tests.cli.test_publish_signed import FLASH
from tests.office import SmallOffice

if sys.platform == "win32":
    pytest.skip("signals and terminals of POSIX", allow_module_level=True)

from tests.cli.terminals import Terminal

_COMMAND = [sys.executable, "-m", "builder", "publish", "--signed", *FLASH, "--jobs", "2"]
_WIDE = 100
_STOPPED = {signal.SIGTERM: 143, signal.SIGHUP: 129}  # Ctrl-C is typed below, and in test_publish_signed


def signed(office: SmallOffice, count: int) -> None:
    """Issues that wait for their numbers, two a day."""
    for n in range(count):
        day = f"2026-{6 + n // 56:02}-{1 + n // 2 % 28:02}"
        office.issue(f"2026/i{n:02}", day=day, text=f"第{n}处水毁工程修复，惠及群众1.2万人。")
        office.sign(f"2026/i{n:02}", day=day)


def environment() -> dict[str, str]:
    return {**os.environ, "JIANBAO_FONTS": str(ROOT / ".fonts"), "PYTHONPATH": str(ROOT)}


def numbers(office: SmallOffice) -> list[int]:
    return [act.data["number"] for act in office.acts() if act.kind == "publish"]


@contextmanager
def nothing_left(office: SmallOffice, pid: int) -> Iterator[None]:
    """All processes of a run end with it; no file is left half written, and no bag without its act."""
    family = psutil.Process(pid).children(recursive=True)
    assert family, "neither workers nor engines"
    yield
    end = time.monotonic() + 20
    while any(alive(member) for member in family):
        assert time.monotonic() < end, "workers outlive their run"
        time.sleep(0.05)
    assert not [*(office.root / "output").rglob("*.tmp")]
    given = numbers(office)
    assert given == list(range(1, len(given) + 1))
    bags = (bag.name for bag in (office.place.archive / "ducha-kuaixun/2026").glob("[0-9]*"))
    assert sorted(map(int, bags)) == given


def verified(office: SmallOffice) -> bool:
    """Whether the archive is sound and the register agrees with it."""
    command = [sys.executable, "-m", "builder", "archive", "verify"]
    return subprocess.run(command, cwd=office.root, env=environment(), capture_output=True, check=False).returncode == 0


def alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def signalled(office: SmallOffice, number: int, told: str) -> tuple[int, str]:
    """A run that gets a signal when such a line is told: its group, and of a shutdown all that it started, soon once more.

    Its exit code, and all that it printed.
    """
    with subprocess.Popen(
        _COMMAND, cwd=office.root, env=environment(), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if line.startswith(told):
                break
        with nothing_left(office, process.pid):
            for _ in range(2):
                with suppress(PermissionError, ProcessLookupError):  # it may have ended
                    os.killpg(process.pid, number)
                for member in psutil.Process(process.pid).children(recursive=True) if number == signal.SIGTERM else ():
                    with suppress(psutil.NoSuchProcess):
                        member.send_signal(number)
                time.sleep(0.02)
            seen += process.stdout
            process.wait(60)
    return process.returncode, "".join(seen)


def test_a_signal_in_either_pass_ends_with_its_code_and_the_same_command_goes_on(small_office: SmallOffice) -> None:
    count = 18
    signed(small_office, count)
    for number, code in _STOPPED.items():
        ended, told = signalled(small_office, number, "试排（3/")
        assert (ended, numbers(small_office)) == (code, []), told
        assert told.endswith("已中断：一期也没有付印。再运行同一条命令，从头办起。\n")
        assert "Traceback" not in told
    before = 0
    for number, code in _STOPPED.items():
        ended, told = signalled(small_office, number, "付印（2/")
        given = len(numbers(small_office)) - before
        before += given
        assert (ended, given >= 2, before < count) == (code, True, True), told
        assert told.count("已付印：") == given
        assert f"付印 {given} 期，没有付印 {count - before} 期。" in told
        assert "Traceback" not in told
    rest = subprocess.run(
        _COMMAND, cwd=small_office.root, env=environment(), capture_output=True, text=True, check=False
    )
    assert (rest.returncode, numbers(small_office)) == (0, list(range(1, count + 1))), rest.stderr
    assert verified(small_office)


def test_both_passes_have_a_bar_on_a_terminal_and_end_with_it(small_office: SmallOffice) -> None:
    count = FEW + 6
    signed(small_office, count)
    terminal = Terminal(_COMMAND, small_office.root, environment(), _WIDE)
    shown = terminal.until(rf"试排 \[#+-+\] \d+/{count}期  [0-9.]+期/秒  还需约\d+秒")
    assert "试排（" not in shown
    with nothing_left(small_office, terminal.process.pid):
        terminal.type(b"\x03")
        assert terminal.ended() == 130, terminal.drawn
    assert re.search("\r +\r已中断：一期也没有付印。再运行同一条命令，从头办起。\r\n$", terminal.drawn), terminal.drawn[
        -400:
    ]
    assert "Traceback" not in terminal.drawn
    assert numbers(small_office) == []
    terminal.close()

    terminal = Terminal(_COMMAND, small_office.root, environment(), _WIDE)
    terminal.until(rf"付印 \[#+-+\] \d+/{count}期")
    looks = [look for look in re.split("[\r\n]", terminal.drawn) if re.match(r"(试排|付印) \[", look)]
    assert f"{count}/{count}期" in [look for look in looks if look.startswith("试排")][-1]
    assert max(map(places, looks)) < _WIDE
    assert re.search("\r已付印：督查快讯第1期，共 1 面，印 76 份\r\n", terminal.drawn)
    with nothing_left(small_office, terminal.process.pid):
        terminal.close()
        assert terminal.process.wait(60) == 129
    assert 1 <= len(numbers(small_office)) < count
    assert verified(small_office)


def test_what_a_second_ctrl_c_leaves_is_told_with_the_count_of_what_was_published(small_office: SmallOffice) -> None:
    told = _Told(Typed(small_office.place, "信息科科长", (), (), None, None, True, {}))
    told.trying(2)
    assert "一期也没有付印" in told.ended()
    with told:
        told.numbering(2)
        told.numbered(Numbered("2026/a", "督查快讯", "第1期", None, False, ()))
        told.numbered(Refused("2026/b", JianbaoError("稿件变了。")))
    assert "付印了 1 期；" in told.ended()
