"""Who does the work of a batch: calls go in, what came of each comes out, and no call can sink the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from builder.settings import Limits

Reason = Literal["exception", "died", "time", "memory", "oversized", "lost"]


@dataclass(frozen=True, slots=True)
class Shared:
    """What many calls need, told once to each worker: the workers keep the last few by ``digest`` (``shared.value``)."""

    digest: str
    path: str
    """File of its pickle on the machine that performs; "" where the worker has it by other means."""


@dataclass(frozen=True, slots=True)
class Call:
    """One piece of work: ``work(given)``, in a process that may die of it.

    ``work`` is a function of a module (it travels by name) and pure: engines run it again where a worker was lost.
    ``key`` names it in what comes back, once in a run. ``limits`` are seconds by the clock and megabytes that the
    worker may take with its children.
    """

    key: str
    work: Callable[[Any], Any]
    given: Any
    limits: Limits


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call gave nothing: the kind, and in Chinese what an editor reads and does."""

    reason: Reason
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a call: its value, or the failure. ``seconds`` by the clock of the worker; ``tries`` from 1."""

    key: str
    value: Any
    failure: Failure | None
    seconds: float
    tries: int = 1


class Crew(Protocol):
    """Workers. A context manager: at its end, however that comes, no process of it is left."""

    @property
    def size(self) -> int:
        """How many calls are performed at once."""

    def share(self, value: Any) -> Shared:
        """Give a value to all workers; it can be pickled."""

    def run(self, calls: Iterable[Call]) -> Iterator[Done]:
        """Perform all; each call comes out once, in the order of their ends.

        Calls are drawn as workers come free (twice ``size`` wait at most): what is drawn from an endless source stays
        small. Closing the iterator drops what has not begun and ends what has.

        Raises:
            JianbaoError: the workers as a whole are lost (a scheduler that died); what came out before stands.
        """

    def close(self) -> None:
        """End the workers and everything that they started."""
