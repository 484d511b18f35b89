"""What a worker keeps from one call to the next: the last values that were given to all (``Crew.share``), by their digest.

What a call makes for a later one is laid beside the value: in its file's folder, where all workers of a crew see it, else in
the memory of this process, which then performs all calls itself.
"""

from __future__ import annotations

import pickle
import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from builder.batch.crew import Shared
from builder.files import sha256

_MOST = 2  # values at a time: calls of two workspaces may alternate where one ends and the next begins
# Bytes that a process lays in files, some 10,000 issues without pictures; what comes after is made again.
_ROOM = 64 << 20


class Closing(Protocol):
    """What is made of a value and has something to end."""

    def close(self) -> None:
        """End it; called once, when the value is kept no longer."""


T = TypeVar("T", bound=Closing)
_values: OrderedDict[str, Any] = OrderedDict()
_made: dict[tuple[str, Callable[[Any], Any]], Closing] = {}
_laid: dict[tuple[str, str], Any] = {}
_filed = 0  # bytes laid in files by this process


def put(digest: str, value: Any) -> None:
    """Keep a value that came to this worker by other means than a file."""
    _values[digest] = value
    _values.move_to_end(digest)
    while len(_values) > _MOST:
        _drop(next(iter(_values)))


def value(shared: Shared) -> Any:
    """The value, read from its file where it is not kept.

    Raises:
        OSError: the file cannot be read.
        KeyError: it has no file, and is not kept (any longer).
    """
    if shared.digest not in _values:
        if not shared.path:
            raise KeyError(shared.digest)
        put(shared.digest, pickle.loads(Path(shared.path).read_bytes()))
    _values.move_to_end(shared.digest)
    return _values[shared.digest]


def made(shared: Shared, make: Callable[[Any], T]) -> T:
    """What ``make`` makes of the value, once for as long as that is kept. Raises as ``value`` does."""
    own = value(shared)
    if (shared.digest, make) not in _made:
        _made[shared.digest, make] = make(own)
    return cast(T, _made[shared.digest, make])


def lay(shared: Shared, name: str, made: Any) -> None:
    """Keep something for one later call, whichever worker of the crew performs that. Where there is no room for it it is not kept."""
    global _filed
    if not shared.path:
        _laid[shared.digest, name] = made
        return
    data = zlib.compress(pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL), 1)
    if _filed + len(data) > _ROOM:
        return
    path = _beside(shared, name)
    try:
        path.write_bytes(data)
        _filed += len(data)
    except OSError:  # the disk is full: what was written of it would take room from what is more needed
        path.unlink(missing_ok=True)


def take(shared: Shared, name: str) -> Any:
    """What was laid by this name, once; None where nothing was, or it is not whole."""
    if not shared.path:
        return _laid.pop((shared.digest, name), None)
    path = _beside(shared, name)
    with suppress(OSError, zlib.error):
        data = path.read_bytes()
        path.unlink()
        return pickle.loads(zlib.decompress(data))
    return None


def _beside(shared: Shared, name: str) -> Path:
    return Path(shared.path).with_name(f"{sha256((shared.digest + name).encode())[:32]}.laid")


def forget() -> None:
    """Drop and end everything."""
    for digest in list(_values):
        _drop(digest)


def _drop(digest: str) -> None:
    del _values[digest]
    for key in [key for key in _made if key[0] == digest]:
        with suppress(OSError):
            _made.pop(key).close()
    for name in [name for name in _laid if name[0] == digest]:
        del _laid[name]
