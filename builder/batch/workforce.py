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

    @property
    def distant(self) -> bool:
        """Whether other machines render, which do not see the workspace."""
        return self._make_far is not None

    def near(self, calls: int) -> Crew:
        """The crew on this machine for so many calls; a larger one takes the place of one that was started for fewer."""
        wanted = min(self.jobs, calls)
        if calls > self._least and (self._slots is None or self._slots.size < wanted):
            from builder.batch.slots import Slots

            if self._slots is not None:
                self._slots.close()
            self._slots = Slots(wanted)
        return self._slots if self._slots is not None and calls > 1 else self._here

    def rendering(self, calls: int) -> Crew:
        """The crew that renders so many issues."""
        if self._make_far is None:
            return self.near(calls)
        if self._far is None:
            self._far = self._make_far()
        return self._far

    def close(self) -> None:
        """End all crews."""
        with ExitStack() as stack:
            for crew in (self._here, self._far, self._slots):
                if crew is not None:
                    stack.callback(crew.close)

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
