"""Batches started as a user starts them, in a new process, and what their processes took meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.generated import ROOT

_EVERY = 0.25  # s between two looks at the processes
_WORKER = "builder.batch.worker"
_EDGE = 0.1  # of the issues, at either end, that the steady rate leaves out: processes start, the last ones end


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory at ``at`` seconds, in MB: of the driver, and of the largest worker with its engines' process."""

    at: float
    driver: float
    worker: float


@dataclass(frozen=True, slots=True)
class Run:
    """A batch that was run: seconds by the clock from the start of its process to the end, its report, its memory."""

    seconds: float
    report: dict[str, Any] = field(repr=False)
    samples: tuple[Sample, ...] = field(repr=False)

    @property
    def ends(self) -> list[float]:
        """When each issue was done, in seconds from the start of rendering, in order."""
        return sorted(entry["at"] for entry in self.report["entries"] if entry["at"])

    @property
    def rate(self) -> float:
        """Issues a second, the start of all processes and the end included."""
        return len(self.ends) / self.seconds

    @property
    def steady(self) -> float:
        """Issues a second between the first and the last tenth."""
        ends = self.ends
        first, last = int(len(ends) * _EDGE), len(ends) - 1 - int(len(ends) * _EDGE)
        return (last - first) / (ends[last] - ends[first]) if last > first else self.rate


def build(place: Path, scratch: Path, *options: str) -> Run:
    """``jianbao build`` of a workspace with a report.

    Raises:
        AssertionError: an issue is neither built nor unchanged.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    report = scratch / "report.json"
    command = [*jianbao(place), "build", *options, "--report", str(report)]
    start = time.perf_counter()
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT) as process,
        _watched(process.pid) as samples,
    ):
        _, told = process.communicate()
    seconds = time.perf_counter() - start
    assert process.returncode == 0, told.decode(errors="replace")[-2000:]
    read = json.loads(report.read_text(encoding="utf-8"))
    good = read["counts"]["built"] + read["counts"]["unchanged"]
    assert good == read["issues"] > 0, read["counts"]
    return Run(seconds, read, tuple(samples))


def jianbao(place: Path) -> Sequence[str]:
    """The command line up to the command's name."""
    return [sys.executable, "-m", "builder", "-C", str(place)]


@contextmanager
def cluster(scratch: Path, workers: int) -> Iterator[str]:
    """A scheduler and so many worker processes on loopback; gives the address. All are ended."""
    scratch.mkdir(parents=True, exist_ok=True)
    file = scratch / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    host = ["--host", "127.0.0.1", "--scheduler-file", str(file)]
    commands = [
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)],
        [*dask, "worker", "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard", *host],
    ]
    processes = []
    try:
        for command in commands:
            processes.append(_quiet(command, scratch))
            _until(file.exists)
        yield json.loads(file.read_text(encoding="utf-8"))["address"]
    finally:
        for process in reversed(processes):
            _end(process)


def _quiet(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "dask.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)


def _until(there: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "the scheduler does not start"
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process with its children, and theirs."""
    with suppress(psutil.Error):
        top = psutil.Process(process.pid)
        all_of_them = [*top.children(recursive=True), top]
        for each in all_of_them:
            with suppress(psutil.Error):
                each.terminate()
        _, alive = psutil.wait_procs(all_of_them, timeout=10)
        for each in alive:
            with suppress(psutil.Error):
                each.kill()
    process.wait()


@contextmanager
def _watched(pid: int) -> Iterator[list[Sample]]:
    """Memory of a driver and its workers, looked at while this lasts."""
    samples: list[Sample] = []
    over = threading.Event()

    def look() -> None:
        start = time.perf_counter()
        while not over.wait(_EVERY):
            with suppress(psutil.Error):
                samples.append(_sample(psutil.Process(pid), time.perf_counter() - start))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield samples
    finally:
        over.set()
        watcher.join()


def _sample(driver: psutil.Process, at: float) -> Sample:
    workers = [0.0]
    for child in driver.children():
        with suppress(psutil.Error):
            if _WORKER in child.cmdline():
                workers.append(sum(map(_megabytes, (child, *child.children(recursive=True)))))
    return Sample(at, _megabytes(driver), max(workers))


def _megabytes(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(process.memory_info().rss) / (1 << 20)
    return 0.0
