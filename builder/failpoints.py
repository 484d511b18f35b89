"""Named places at which a test stops this program dead, or lets it misbehave, to see what that leaves.

In use nothing is set and each place costs one look into an empty dict. ``JIANBAO_FAILPOINT`` names the place, e.g.
``archive-renamed`` (docs/archive.md lists them in the order of writing), or several, divided by spaces, each with what is
to happen there: ``batch-render:快报/012=hang``.
"""

from __future__ import annotations

import os
import signal
import time

_WANTED = dict(
    (name, kind or "kill")
    for name, _, kind in (each.partition("=") for each in os.environ.get("JIANBAO_FAILPOINT", "").split())
)
_HOARD = 64 << 20  # bytes at a time


class Injected(Exception):
    """Raised at a place that a test named with ``raise``: never expected."""


def failpoint(name: str) -> None:
    """Do here what the environment asks for; without a kind, end this process: no cleaning up, no exit handlers."""
    if kind := _WANTED.get(name):
        _DEEDS[kind]()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def _crash() -> None:
    import ctypes  # no program needs it for this

    ctypes.string_at(0)


def _raise() -> None:
    raise Injected("失败点")


def _hang() -> None:
    while True:
        time.sleep(1)


def _hoard() -> None:
    """Take memory until somebody stops it, and no faster than a watcher sees."""
    hoard = []
    while True:
        hoard.append(os.urandom(1 << 20) * (_HOARD >> 20))
        time.sleep(0.02)


_DEEDS = {"kill": _kill, "exit": lambda: os._exit(7), "segv": _crash, "raise": _raise, "hang": _hang, "memory": _hoard}
