"""A real Dask cluster on loopback: a scheduler and workers as processes, started and ended one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import psutil

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60.0
T = TypeVar("T")


class Cluster:
    """A context manager; at its end nothing of the cluster runs any more."""

    def __init__(self, folder: Path, scheme: str = "tcp", tls: Sequence[str] = ()) -> None:
        self.folder, self._tls = folder, [*tls]
        self._started: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        told = folder / f"scheduler-{time.monotonic_ns()}.json"
        where = ["--host", f"{scheme}://127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
        self.scheduler = self._start("distributed.cli.dask_scheduler", [*where, "--scheduler-file", str(told)])
        self.address = wait_for(lambda: _address(told))

    def worker(self, *options: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a worker, of one thread and without a nanny unless ``options`` say otherwise.

        It joins some time later.
        """
        usual = ["--no-dashboard", "--local-directory", str(self.folder)]
        chosen = options or ("--no-nanny", "--nthreads", "1")
        self.workers.append(self._start("distributed.cli.dask_worker", [self.address, *usual, *chosen], environment))
        return self.workers[-1]

    def _start(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{len(self._started)}-{module.rpartition('.')[2]}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments, *self._tls],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._started.append(process)
        return process

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._started):
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started; as sudden as a power cut."""
    members = []
    if process.poll() is None:
        members = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    process.wait()
    for member in members:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(members, timeout=10)


def wait_for(what: Callable[[], T], patience: float = _PATIENCE) -> T:
    """What ``what`` gives, as soon as that is something."""
    deadline = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def _address(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError):
        return ""
