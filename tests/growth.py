"""How work grows with its input, measured so that neither a busy machine nor a slow one matters."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TIMES = 8
LIMIT = 22  # linear is 8; with the logarithm of a sort and what caches do to large texts, under 20; the square is 64
_LEAST = 0.002  # s; below it a clock's steps would be compared
_RUNS = 3


def assert_linear(work: Callable[[int], object], small: int) -> None:
    """Fails where ``work`` on ``TIMES`` as much as ``small`` takes more than some twenty times as long.

    Processor time of this process, the least of up to three runs: a busy machine does not disturb it. ``work`` is to take as
    much input as the number that it is given says.
    """
    little = max(min(_took(work, small) for _ in range(_RUNS)), _LEAST)
    much = []
    while not much or (min(much) >= LIMIT * little and len(much) < _RUNS):
        much.append(_took(work, TIMES * small))
    assert min(much) < LIMIT * little, f"{little:.4f} s → {min(much):.4f} s"


def _took(work: Callable[[int], object], size: int) -> float:
    gc.collect()
    start = time.process_time()
    work(size)
    return time.process_time() - start
