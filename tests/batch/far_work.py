"""Work for a cluster's workers in tests: they find it by name."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path
from typing import Any

import psutil

from builder.batch.crew import Shared


def double(number: int) -> int:
    return 2 * number


def slowly(given: tuple[float, int]) -> int:
    seconds, number = given
    time.sleep(seconds)
    return number


def traced(given: tuple[str, float, int]) -> int:
    """Leave a trace in a folder that it was begun, and take a while."""
    folder, seconds, number = given
    (Path(folder) / f"{number}-{time.monotonic_ns()}").touch()
    time.sleep(seconds)
    return number


def mean(number: int) -> int:
    if number % 10 == 3:
        os._exit(7)
    if number % 10 == 5:
        raise ValueError("not that one")
    return number


def told(given: tuple[Shared, int]) -> tuple[Any, int]:
    shared, number = given
    return pickle.loads(Path(shared.path).read_bytes()), number


def named_slowly(given: tuple[Shared, float, int]) -> int:
    shared, seconds, number = given
    assert Path(shared.path).is_file()
    time.sleep(seconds)
    return number


def where(number: int) -> int:
    """The process that performs."""
    time.sleep(0.02)
    return os.getpid()


def regicide(number: int) -> int:
    """Take the Dask worker along: the parent of this process."""
    if number == 3:
        psutil.Process(os.getppid()).kill()
        time.sleep(10)
    return number
