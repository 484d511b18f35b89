"""The power goes while an issue is published: whatever of the unsynced writes the disk holds, nothing that was told is lost."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults import powerloss, tracing
from tests.faults.offices import Bench

pytestmark = pytest.mark.usefixtures("strace")


@pytest.fixture(scope="module")
def log(bench: Bench) -> powerloss.WriteLog:
    """All that a publish wrote, in its order."""
    folder = bench.copied()
    with tracing.traced(
        bench.zygote, bench.folder / "power.log", tracing.TRACE, "publish", **bench.job(folder)
    ) as child:
        pass
    assert child.end.result(60).code == 0
    made = powerloss.WriteLog(folder / "output", bench.base / "output")
    made.follow(tracing.lines(bench.folder / "power.log"))
    return made


def _output(folder: Path) -> dict[str, bytes]:
    """All files but SQLite's index of its log, which it writes in memory and makes anew after a crash."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def test_the_log_replayed_whole_gives_what_the_publish_left(log: powerloss.WriteLog, tmp_path: Path) -> None:
    powerloss.replay(log, len(log.steps), 1, tmp_path / "output")
    assert _output(tmp_path / "output") == _output(log.root)


def test_the_model_drops_what_was_not_synced_and_only_that() -> None:
    root, file = powerloss.Node(), powerloss.Node(b"")
    log = powerloss.WriteLog.__new__(powerloss.WriteLog)
    log.start = root
    log.steps = [
        powerloss.Name(file, None, (root, "a")),
        powerloss.Write(file, 0, b"x" * 1500),
        powerloss.Sync(file),
        powerloss.Write(file, 600, b"y" * 600),
        powerloss.Sync(root),
        powerloss.Name(file, (root, "a"), (root, "b")),
    ]
    assert [_held(log, done) for done in (3, 5)] == [{}, {"a": b"x" * 1500}], (
        "a synced file needs a name, a name no data"
    )
    held = {tuple(_held(log, 6, seed)) for seed in range(40)}
    assert held == {("a",), ("b",)}, "the rename is there or not, never both names"
    torn = {data for seed in range(40) for data in _held(log, 6, seed).values()}
    assert {b"x" * 1500, b"x" * 600 + b"y" * 600 + b"x" * 300} < torn, "and torn ones"


def _held(log: powerloss.WriteLog, done: int, seed: int = 0) -> dict[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        powerloss.replay(log, done, seed, Path(folder) / "disk")
        return _output(Path(folder) / "disk")


STATES, PARTS = 500, 3  # parts, so that no test is a long one


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_what_was_told_as_published_is_there_whatever_the_disk_lost(
    bench: Bench, log: powerloss.WriteLog, part: int, tell: Callable[[str], None]
) -> None:
    told = next(n for n, s in enumerate(log.steps) if isinstance(s, powerloss.Said) and s.text.startswith("published"))
    mended = Counter(bench.mended)

    def one(state: tuple[int, int]) -> tuple[bool, bool]:
        done, seed = state
        folder = bench.folder / f"powerless-{done}-{seed}"
        shutil.copytree(bench.base, folder, symlinks=True, ignore=shutil.ignore_patterns("output"))
        powerloss.replay(log, done, seed, folder / "output")
        try:
            published = bench.judge(folder)
            assert published or done <= told, "it was told, and it is lost"
        except Exception as error:
            raise AssertionError(
                f"power lost after step {done} of {len(log.steps)}, seed {seed}; see {folder}"
            ) from error
        shutil.rmtree(folder)
        return done > told, published

    states = powerloss.states(log, STATES)[part::PARTS]
    with ThreadPoolExecutor(2) as pool:
        count = Counter(pool.map(one, states))
    assert count.total() == len(states) >= STATES // PARTS
    assert count[False, False] > 30
    assert count[True, True] > 0
    tell(
        f"power lost in {count.total()} states ({part + 1}/{PARTS} of {STATES}): {count[False, False]} old, {count[False, True]} new "
        f"before it was told, {count[True, True]} after it, none lost, none between; "
        f"{(bench.mended - mended)[True]} mended by doctor first"
    )
