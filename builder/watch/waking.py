"""Learning from the system that something may have changed: the only door to ``watchfiles``.

Events only say when to look; what changed, ``disk`` finds by looking. So an event that never comes (network folders,
too many watches) costs time, not correctness.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import watchfiles

_QUIET = 25  # ms without another event before a change is told: an editor's rename or rewrite is over by then
_MOST = 250  # ms that a change may wait for quiet: a storm of saves is taken in gulps
_PATIENCE = 20  # looks without an ear before another is tried
_TURN = 100  # ms after which a new ear says that it listens
# Linux watches each folder for itself; told to go deep, the library would follow links, out of the workspace too.
# Elsewhere the system watches whole trees, and a handle on each folder would keep it from being renamed (Windows).
_EACH = sys.platform.startswith("linux")


class Waker:
    """Wakes who waits when the system tells of a change in the folders followed. Use as a context manager."""

    def __init__(self) -> None:
        self.folders: Mapping[str, tuple[int, int]] = {}
        self._woken = threading.Event()
        self._named: set[str] = set()
        self._lock = threading.Lock()
        self._ears: list[_Ear] = []
        self._silent = 0  # looks without an ear

    def __enter__(self) -> Waker:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        for ear in self._ears:
            ear.join()

    @property
    def deaf(self) -> bool:
        """Whether the system does not tell: no such service, too many watches, a folder that is gone."""
        return not any(ear.hears and not ear.stopped.is_set() for ear in self._ears)

    def follow(self, folders: Mapping[str, tuple[int, int]], named: Collection[str]) -> None:
        """From now on listen to ``folders`` (path → device and number), where it does not already.

        A folder among the ``named``, of which something was told, may have been made anew under its old number. Where a
        new ear listens it wakes once: what happened before, the next look finds.
        """
        self._silent = self._silent + 1 if self.deaf else 0
        renamed = _EACH and any(path in self.folders for path in named)
        if folders == self.folders and not renamed and self._silent < _PATIENCE:
            return
        self._close()
        self.folders, self._silent = folders, 0
        if folders:
            ear = _Ear(list(folders if _EACH else _tops(folders)), self._tell)
            ear.start()
            self._ears.append(ear)

    def _close(self) -> None:
        for ear in self._ears:
            ear.stopped.set()
        self._ears = [ear for ear in self._ears if ear.is_alive()]

    def wait(self, seconds: float) -> bool:
        """Wait for a change, at most so long; whether there was one."""
        return self._woken.wait(seconds)

    def take(self) -> set[str]:
        """The paths told since the last call."""
        self._woken.clear()
        with self._lock:
            named, self._named = self._named, set()
        return named

    def _tell(self, paths: set[str]) -> None:
        with self._lock:
            self._named |= paths
        self._woken.set()


class _Ear(threading.Thread):
    """Listens to a fixed set of folders until it is stopped, or the system gives it up."""

    def __init__(self, folders: list[str], tell: Callable[[set[str]], None]) -> None:
        super().__init__(name="jianbao-watch", daemon=True)
        self.stopped = threading.Event()
        self.hears = True
        self._folders, self._tell = folders, tell

    def run(self) -> None:
        told = watchfiles.watch(
            *self._folders,
            watch_filter=None,
            debounce=_MOST,
            step=_QUIET,
            rust_timeout=_TURN,
            yield_on_timeout=True,
            stop_event=self.stopped,
            force_polling=False,  # where no events come, ``disk`` looks by itself
            recursive=not _EACH,
            ignore_permission_denied=True,
        )
        try:
            self._tell({path for _, path in next(told, ())})
            for changes in told:
                if changes:
                    self._tell({path for _, path in changes})
        except Exception:  # a folder that went, too many watches, no such service: whatever it is, looking goes on
            self.hears = False


def _tops(folders: Collection[str]) -> list[str]:
    """The folders that lie in none of the others."""
    return [path for path in folders if str(Path(path).parent) not in folders]
