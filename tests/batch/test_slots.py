"""Calls that go wrong in every way, in real processes: each is told for itself, all others give what they give."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from builder.batch import process, slots
from builder.batch.crew import Call, Done, Failure
from builder.batch.here import Here
from builder.batch.slots import Slots
from builder.errors import JianbaoError
from builder.settings import Limits
from tests.batch import deeds

ROOT = Path(__file__).resolve().parents[2]
ENOUGH = Limits(60.0, 2000)
posix = pytest.mark.skipif(os.name == "nt", reason="signals")


@pytest.fixture(scope="module")
def two() -> Iterator[Slots]:
    """Two workers, for tests that leave them usable: that they can is part of what is tested."""
    with Slots(2) as crew:
        yield crew


def call(work: Callable[[Any], Any], given: Any = None, key: str = "", limits: Limits = ENOUGH) -> Call:
    return Call(key or work.__name__, work, given, limits)


def doubles(count: int) -> Iterator[Call]:
    return (call(deeds.double, n, f"double-{n}") for n in range(count))


def by_key(done: Iterator[Done]) -> dict[str, Done]:
    """What came out, each key once."""
    made = list(done)
    assert len({each.key for each in made}) == len(made)
    return {each.key: each for each in made}


def told(done: Done) -> Failure:
    assert done.failure is not None, done
    assert done.value is None
    return done.failure


def test_all_calls_come_out_once_with_their_values(two: Slots) -> None:
    done = by_key(two.run(doubles(500)))
    assert {key: each.value for key, each in done.items()} == {f"double-{n}": 2 * n for n in range(500)}
    assert {each.tries for each in done.values()} == {1}
    assert all(each.failure is None for each in done.values())


def test_a_run_without_calls_ends_and_another_follows_in_the_same_processes(two: Slots) -> None:
    assert not list(two.run([]))
    first = {each.value for each in two.run(call(deeds.pid, None, str(n)) for n in range(50))}
    second = {each.value for each in two.run(call(deeds.pid, None, str(n)) for n in range(50))}
    assert len(first | second) <= two.size == 2
    assert os.getpid() not in first


BAD: list[tuple[Call, str, int, str]] = [
    (call(deeds.fail, "so ein\nPech"), "exception", 1, "ValueError: so ein Pech（deeds.py:"),
    (call(deeds.quit_politely, 3), "exception", 1, "SystemExit: 3"),
    (call(deeds.unsendable), "exception", 1, "pickle"),
    (call(deeds.unreadable), "exception", 1, "ValueError: unreadable"),
    (call(deeds.leave, 7), "died", 2, "退出码 7"),
    (call(deeds.hoard, None, "", Limits(60.0, 400)), "memory", 1, "400 MB"),
    (call(deeds.hang, None, "", Limits(1.5, 2000)), "time", 1, "1.5 秒"),
    (call(deeds.bulk, 257 << 20), "oversized", 1, "256 MB"),
]
if os.name != "nt":
    BAD += [
        (call(deeds.crash), "died", 2, "SIGSEGV"),
        (call(deeds.be_killed, signal.SIGKILL), "died", 5, "SIGKILL"),
    ]


def test_of_calls_that_go_wrong_in_every_way_each_is_told_and_the_others_are_performed(two: Slots) -> None:
    mixed = [*doubles(60), *(bad for bad, _, _, _ in BAD)]
    random.Random(7).shuffle(mixed)
    done = by_key(two.run(mixed))
    assert len(done) == len(mixed)
    for bad, reason, tries, words in BAD:
        failure = told(done[bad.key])
        assert (failure.reason, done[bad.key].tries) == (reason, tries), failure
        assert words in failure.message + failure.hint
        assert failure.message.endswith("。")
    assert sorted(each.value for key, each in done.items() if key.startswith("double-")) == [2 * n for n in range(60)]


def test_what_cannot_be_sent_is_a_failure_of_its_call_alone(two: Slots) -> None:
    done = by_key(two.run([call(deeds.double, lambda: 1, "bad"), call(deeds.double, 4, "good")]))
    assert told(done["bad"]).reason == "exception"
    assert done["good"].value == 8


@posix
def test_a_call_whose_worker_was_killed_once_from_outside_is_performed_again(two: Slots, tmp_path: Path) -> None:
    (done,) = two.run([call(deeds.die_once, str(tmp_path))])
    assert (done.value, done.failure, done.tries) == ("second", None, 2)


def test_while_a_worker_starts_anew_the_calls_that_wait_go_on_in_the_other(two: Slots) -> None:
    list(two.run(call(deeds.sleep, 0.5, str(n)) for n in range(3)))  # both are there
    others = [call(deeds.sleep, 0.02, str(n)) for n in range(60)]
    order = [done.key for done in two.run([call(deeds.leave, 1), *others])]
    assert len(order) == 61
    assert order.index("leave") > 10


def test_no_more_calls_are_drawn_than_are_soon_needed(two: Slots) -> None:
    drawn = 0

    def endless() -> Iterator[Call]:
        nonlocal drawn
        while True:
            drawn += 1
            yield call(deeds.double, drawn, str(drawn))

    run = two.run(endless())
    for taken in range(1, 100):
        next(run)
        assert drawn <= taken + 2 * two.size
    run.close()


def test_closing_a_run_ends_what_has_begun_and_nothing_of_it_comes_out_later(two: Slots) -> None:
    run = two.run([call(deeds.double, 1), call(deeds.hang, None, "h1"), call(deeds.hang, None, "h2"), *doubles(9)])
    assert next(run).value == 2
    began = time.monotonic()
    run.close()
    assert time.monotonic() - began < 10
    assert by_key(two.run(doubles(20))).keys() == {f"double-{n}" for n in range(20)}


def test_an_error_of_the_source_of_calls_comes_through_and_the_workers_are_free_again(two: Slots) -> None:
    def source() -> Iterator[Call]:
        yield call(deeds.double, 1)
        yield call(deeds.hang)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(two.run(source()))
    assert len(list(two.run(doubles(5)))) == 5


def test_a_value_that_is_shared_reaches_all_workers_and_is_written_once(two: Slots) -> None:
    shared = two.share({"刊": "简报"})
    assert two.share({"刊": "简报"}) == shared
    assert two.share({"刊": "快报"}) != shared
    done = by_key(two.run(call(deeds.shared_value, shared, str(n)) for n in range(40)))
    assert {str(each.value) for each in done.values()} == {"{'刊': '简报'}"}


def gone(pids: list[int], seconds: float) -> bool:
    """Whether all these processes are no more within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@posix
def test_at_the_end_no_process_of_a_worker_is_left_and_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Slots(2) as crew:
        run = crew.run([call(deeds.with_child, str(tmp_path)), *doubles(4)])
        for _ in range(4):
            next(run)
        pids = started(tmp_path)
        assert all(alive(pid) for pid in pids)
    assert gone(pids, 2)
    assert not list(tmp_path.glob("jianbao-*"))


@posix
def test_what_a_call_started_ends_with_it_where_it_passes_its_limits(two: Slots, tmp_path: Path) -> None:
    (done,) = two.run([call(deeds.with_child, str(tmp_path), "", Limits(2.0, 2000))])
    assert told(done).reason == "time"
    assert gone(started(tmp_path), 2)


def started(folder: Path) -> list[int]:
    end = time.monotonic() + 30
    while not (folder / "children").exists() and time.monotonic() < end:
        time.sleep(0.02)
    return [int(pid) for pid in (folder / "children").read_text().split()]


DRIVER = """
import sys
from builder.batch.crew import Call
from builder.batch.slots import Slots
from builder.settings import Limits
from tests.batch import deeds
if __name__ == "__main__":
    with Slots(2) as crew:
        first = Call("a", getattr(deeds, sys.argv[2]), sys.argv[1], Limits(float(sys.argv[3]), 4000))
        calls = [first, Call("b", deeds.hang, None, Limits(600.0, 4000))]
        for done in crew.run(calls):
            print(done)
"""


def driver(folder: Path, deed: str, seconds: float = 600.0) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    command = [sys.executable, "-c", DRIVER, str(folder), deed, str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_a_driver_that_is_killed_or_interrupted_leaves_no_process_and_no_folder(tmp_path: Path, number: int) -> None:
    process = driver(tmp_path, "with_engines")
    pids = started(tmp_path)
    family = [p.pid for p in psutil.Process(process.pid).children(recursive=True)]
    assert set(pids) <= set(family)
    assert len(family) >= 3  # two workers, the engines of one
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert gone(family, 2), [psutil.Process(p).cmdline() for p in family if alive(p)]
    assert process.returncode != 0
    assert not output
    assert (b"KeyboardInterrupt" in errors) == (number == signal.SIGINT)
    end = time.monotonic() + 2
    while (left := list(tmp_path.glob("jianbao-*"))) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left


@posix
def test_a_worker_that_cannot_notice_its_driver_s_death_ends_when_its_time_is_over(tmp_path: Path) -> None:
    process = driver(tmp_path, "stuck", 4.0)
    pids = started(tmp_path)
    process.kill()
    process.communicate(timeout=30)
    assert gone(pids, 20)


def test_a_slot_that_fails_itself_ends_the_run_instead_of_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such thing was foreseen")

    with Slots(2) as crew:
        monkeypatch.setattr(slots._Slot, "_rest", broken)
        with pytest.raises(RuntimeError, match="foreseen"):
            list(crew.run(doubles(6)))


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda n: n.name)
def test_a_driver_that_is_killed_or_interrupted_leaves_no_libreoffice_and_nothing_of_it(
    tmp_path: Path, number: int, uno: str
) -> None:
    shutil.copy(ROOT / "templates/gongzuo-xinxi/issue.docx", tmp_path / "page.docx")
    process = driver(tmp_path, "with_office")
    pids = started(tmp_path)
    assert any("soffice" in psutil.Process(pid).name() for pid in pids), uno
    process.send_signal(number)
    process.communicate(timeout=30)
    assert gone(pids, 4), [psutil.Process(p).cmdline() for p in pids if alive(p)]
    end = time.monotonic() + 2
    while (left := list(tmp_path.glob("jianbao-*"))) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left


def test_where_no_worker_starts_the_run_ends_with_the_last_words_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('没有空间了')"]
    monkeypatch.setattr(process.programs, "python", lambda *_: (command, {"PYTHONUTF8": "1"}))
    with Slots(2) as crew, pytest.raises(JianbaoError, match="一个也起不来") as error:
        list(crew.run(doubles(3)))
    assert "没有空间了" in error.value.hint


def test_a_worker_that_has_grown_by_honest_work_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "_EACH", 4)
    monkeypatch.setattr(slots, "_GROWN", 200)
    with Slots(1) as crew:
        small = {done.value for done in crew.run(call(deeds.pid, None, str(n)) for n in range(12))}
        grown = [done.value for done in crew.run(call(deeds.grow, 220 << 20, str(n)) for n in range(8))]
    assert len(small) == 1
    assert len(set(grown)) >= 2


def test_calls_performed_in_this_process_are_told_alike() -> None:
    with Here() as crew:
        assert crew.size == 1
        shared = crew.share([1, 2])
        calls = [call(deeds.double, 3), call(deeds.fail, "x"), call(deeds.shared_value, shared)]
        done = by_key(crew.run(calls))
        assert done["double"].value == 6
        assert told(done["fail"]).reason == "exception"
        assert done["shared_value"].value == [1, 2]
        with pytest.raises(KeyboardInterrupt):
            list(crew.run([call(deeds.interrupt)]))


def is_worker(process: psutil.Process) -> bool:
    try:
        return "builder.batch.worker" in process.cmdline()
    except psutil.Error:  # it is gone, or nobody has asked for its end yet
        return False


@posix
@pytest.mark.long
def test_with_a_worker_killed_every_second_for_a_minute_nothing_is_missing_and_nothing_comes_twice(
    tell: Callable[[str], None],
) -> None:
    came: Counter[str] = Counter()
    killed = 0
    others = {p.pid for p in psutil.Process().children()}
    stop = threading.Event()

    def killer() -> None:
        nonlocal killed
        random_ = random.Random(3)
        while not stop.wait(1.0):
            if workers := [p for p in psutil.Process().children() if p.pid not in others and is_worker(p)]:
                random_.choice(workers).kill()
                killed += 1

    def source() -> Iterator[Call]:
        end, n = time.monotonic() + 60, 0
        while time.monotonic() < end:
            yield call(deeds.work_for, (0.02, n), str(n))
            n += 1

    tries: Counter[int] = Counter()
    thread = threading.Thread(target=killer)
    with Slots(2) as crew:
        thread.start()
        for done in crew.run(source()):
            assert done.failure is None, done
            assert done.value == int(done.key)
            came[done.key] += 1
            tries[done.tries] += 1
        stop.set()
        thread.join()
    assert set(came.values()) == {1}
    assert came.keys() == {str(n) for n in range(len(came))}
    assert killed >= 50
    again = sum(count for n, count in tries.items() if n > 1)
    tell(f"{killed} workers killed in 60 s: {len(came)} calls, none missing, none twice, {again} performed again")
