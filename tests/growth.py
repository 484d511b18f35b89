"""How work grows with its input, measured so that neither a busy machine nor a slow one matters."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

TIMES = 8
LIMIT = 22  # linear is 8; with the logarithm of a sort and what caches do to large texts, under 20; the square is 64
_LEAST = 0.002  # s; below it a clock's steps would be compared
_ROUNDS = 5


def assert_linear(work: Callable[[int], object], small: int) -> None:
    """Fails where ``work`` on ``TIMES`` as much as ``small`` takes more than some twenty times as long, in every round.

    Processor time of this process, little and much in turn: work that grows with the square shows it in each round, a neighbour
    on the same core or a slower clock disturbs a round or two. ``work`` is to take as much input as the number that it is given
    says.
    """
    rounds = []
    for _ in range(_ROUNDS):
        little = max(min(_took(work, small) for _ in range(2)), _LEAST)
        much = _took(work, TIMES * small)
        rounds.append((little, much))
        if much < LIMIT * little:
            return
    raise AssertionError("; ".join(f"{little:.4f} s → {much:.4f} s" for little, much in rounds))


def _took(work: Callable[[int], object], size: int) -> float:
    # The collector's full runs cost more the more lives in the whole process: they say nothing about the work.
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        work(size)
        return time.process_time() - start
    finally:
        gc.enable()
