"""A publish in which one system call after the other does not come back, or fails: the old state or the new one, nothing between."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from builder.errors import Exit
from tests.faults import tracing
from tests.faults.offices import Bench
from tests.faults.zygote import Ended


@pytest.fixture(scope="module")
def calls(bench: Bench) -> list[tracing.Call]:
    """Every call of a publish that changes something in the workspace."""
    folder = bench.copied()
    found, done = tracing.calls(bench.zygote, bench.folder / "calls.log", folder, "publish", **bench.job(folder))
    assert done.code == 0, done.told
    assert len(found) > 100
    assert {call.name for call in found} >= {"write", "pwrite64", "fsync", "fdatasync", "rename", "mkdir", "openat"}
    return found


def cases(bench: Bench, calls: Sequence[tracing.Call], fault: str) -> Iterator[tuple[tracing.Call, Ended, bool]]:
    """Every call with the fault: how the publish ended, and whether the issue is published."""

    def one(call: tracing.Call) -> tuple[tracing.Call, Ended, bool]:
        folder = bench.copied()
        log = folder.with_suffix(".log")
        ended = tracing.faulty(bench.zygote, log, call, fault, "publish", **bench.job(folder))
        try:
            published = bench.judge(folder)
        except Exception as error:
            raise AssertionError(f"{fault} at {call} in {folder}: {ended}") from error
        shutil.rmtree(folder)
        log.unlink()
        return call, ended, published

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(one, calls)


SHARES = 3  # of the calls, so that no test is a long one


@pytest.mark.long
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("share", range(SHARES))
def test_killed_at_any_call_an_issue_is_published_or_not(
    bench: Bench, calls: list[tracing.Call], share: int, tell: Callable[[str], None]
) -> None:
    count: Counter[bool] = Counter()
    mended = Counter(bench.mended)
    for call, ended, published in cases(bench, calls[share::SHARES], "signal=SIGKILL"):
        assert ended.code == -signal.SIGKILL, f"{call}: {ended}"
        count[published] += 1
    assert count.total() == len(calls[share::SHARES])
    assert min(count[True], count[False]) > 3
    tell(
        f"kill -9 at {count.total()} calls ({share + 1}/{SHARES} of {len(calls)}): {count[False]} not published, "
        f"{count[True]} published, none between; {(bench.mended - mended)[True]} mended by doctor first"
    )


@pytest.mark.long
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize(("fault", "told"), [("ENOSPC", "磁盘已满"), ("EIO", "磁盘读写出错")])
def test_a_disk_that_fails_at_any_call_is_named_where_nothing_was_published(
    bench: Bench, calls: list[tracing.Call], fault: str, told: str, share: int, tell: Callable[[str], None]
) -> None:
    count: Counter[bool] = Counter()
    exact = 0
    mended = Counter(bench.mended)
    for call, ended, published in cases(bench, calls[share::SHARES], f"error={fault}"):
        assert (ended.code == 0) == published, f"{call}: {ended}"
        if not published:
            assert ended.code == Exit.IO, f"{call}: {ended}"
            assert "磁盘" in ended.told, f"{call}: {ended}"
            exact += told in ended.told  # SQLite keeps the reason to itself where it cannot open a file
        count[published] += 1
    assert count.total() == len(calls[share::SHARES])
    assert exact > 0.8 * count[False]
    tell(
        f"{fault} at {count.total()} calls ({share + 1}/{SHARES} of {len(calls)}): {count[False]} not published, the disk named "
        f"({exact} with the very reason), {count[True]} published, exit 0; {(bench.mended - mended)[True]} mended by doctor first"
    )
