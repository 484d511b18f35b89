"""Which crew does what: few calls in this process, many in processes of their own, rendering on a cluster where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from typing import Any

from builder.batch.crew import Call, Crew, Done, Shared
from builder.batch.here import Here

FEW = 16  # calls: two new processes take as long to start as so many issues to render here


class Workforce:
    """Crews that begin when they are asked for. A context manager; at its end they end.

    ``jobs`` is the most that is done at once; ``asked`` says that somebody named that number, so that it is kept to also
    for few calls. ``far`` makes the crew of other machines.
    """

    def __init__(self, here: Here, jobs: int, asked: bool = False, far: Callable[[], Crew] | None = None) -> None:
        self.jobs = jobs
        self._here, self._least = here, 1 if asked and jobs > 1 else FEW
        self._make_far = far
        self._slots: Crew | None = None
        self._far: Crew | None = None
        self._stack = ExitStack()

    @property
    def distant(self) -> bool:
        """Whether other machines render, which do not see the workspace."""
        return self._make_far is not None

    def near(self, calls: int) -> Crew:
        """The crew on this machine for so many calls."""
        if self._slots is None and calls > self._least:
            from builder.batch.slots import Slots

            self._slots = Slots(min(self.jobs, calls))
            self._stack.callback(self._slots.close)
        return self._slots if self._slots is not None and calls > 1 else self._here

    def rendering(self, calls: int) -> Crew:
        """The crew that renders so many issues."""
        if self._make_far is None:
            return self.near(calls)
        if self._far is None:
            self._far = self._make_far()
            self._stack.callback(self._far.close)
        return self._far

    def close(self) -> None:
        """End all crews."""
        self._stack.close()
        self._here.close()

    def __enter__(self) -> Workforce:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Reading:
    """The crew that reads files: it looks how many calls there are before it decides who performs them."""

    def __init__(self, force: Workforce) -> None:
        self._force = force

    @property
    def size(self) -> int:
        """How many calls may be performed at once."""
        return self._force.jobs

    def share(self, value: Any) -> Shared:
        """As the crew that performs."""
        return self._force.near(FEW + 1).share(value)

    def run(self, calls: Iterable[Call]) -> Iterator[Done]:
        """As the crew that performs."""
        drawn = iter(calls)
        first = list(islice(drawn, FEW + 1))
        yield from self._force.near(len(first)).run(chain(first, drawn))

    def close(self) -> None:
        """Nothing: the workforce ends its crews itself."""
