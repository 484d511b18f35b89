"""The crew for a few calls: this process performs them, one after the other, and no worker has to be started."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterable, Iterator
from typing import Any

from builder.batch import kept, performing
from builder.batch.crew import Call, Done, Failure, Shared
from builder.batch.worker import refusal
from builder.files import sha256
from builder.render.child import Engines


class Here:
    """``crew.Crew`` in this process. Engines have limits as ever; those of whole calls are not watched."""

    def __init__(self, engines: Engines | None = None) -> None:
        """``engines`` started early, to be used where issues are rendered with their limits; they are closed with this."""
        self._engines = engines
        performing.lend(engines)

    @property
    def size(self) -> int:
        """See ``Crew``."""
        return 1

    def share(self, value: Any) -> Shared:
        """See ``Crew``."""
        digest = sha256(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))
        kept.put(digest, value)
        return Shared(digest, "")

    def run(self, calls: Iterable[Call]) -> Iterator[Done]:
        """See ``Crew``. What is raised that is no ``Exception`` (Ctrl-C) goes through."""
        for call in calls:
            began, value, failure = time.perf_counter(), None, None
            try:
                value = call.work(call.given)
            except Exception as error:
                failure = Failure(*refusal(error))
            yield Done(call.key, value, failure, time.perf_counter() - began)

    def close(self) -> None:
        """See ``Crew``."""
        kept.forget()
        performing.lend(None)
        if self._engines is not None:
            self._engines.close()

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
