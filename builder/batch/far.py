"""What a worker on another machine does with a parcel of calls: are we alike, have I the fonts, then one slot performs.

A call that dies, hangs or eats memory does so in a process of its own (``slots.Slots``); the worker that received the
parcel outlives it. Nothing here knows how parcels travel.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from builder.batch import alike, far_fonts
from builder.batch.crew import Call, Shared
from builder.batch.jobs import Scene
from builder.batch.slots import Slots

_IDLE = 300.0  # s after which slots without work end: their driver may have died without a word


@dataclass(frozen=True, slots=True)
class Packed:
    """A value that is shared, ready to travel: its pickle, and for a scene the font files and the LibreOffice that it prints with."""

    data: bytes
    fonts: tuple[far_fonts.FontFile, ...] = ()
    soffice: str = ""

    @property
    def wanted(self) -> frozenset[object]:
        """What a worker must have for it."""
        return frozenset((*self.fonts, self.soffice)) - {""}


@dataclass(frozen=True, slots=True)
class Parcel:
    """Calls for one worker (``packed``), and what it must be and have to perform them.

    ``run`` is the driver's, who may leave before the end. ``needs`` are the digests of the shared values that the calls
    name, ``shared`` those among them that the worker may not have yet.
    """

    run: str
    traits: Mapping[str, str]
    needs: frozenset[str]
    shared: Mapping[str, Packed]
    calls: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a parcel: ``Done`` values, pickled; or why this worker may not perform it; or what it must be sent first."""

    done: bytes = b""
    differs: tuple[str, ...] = ()
    lacking: frozenset[str] = frozenset()


class _Packer(pickle.Pickler):
    """Pickles calls; a shared value is named by its digest, because each machine keeps it elsewhere."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.needs: set[str] = set()

    def persistent_id(self, obj: Any) -> str | None:
        if isinstance(obj, Shared):
            self.needs.add(obj.digest)
            return obj.digest
        return None


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: Mapping[str, Shared]) -> None:
        super().__init__(file)
        self._known = known

    def persistent_load(self, pid: Any) -> Shared:
        return self._known[pid]


def packed(call: Call) -> tuple[bytes, frozenset[str]]:
    """A call ready to travel, and the digests of the shared values that it names."""
    file = io.BytesIO()
    packer = _Packer(file)
    packer.dump(call)
    return file.getvalue(), frozenset(packer.needs)


def pack(value: Any) -> Packed:
    """A value to be shared, ready to travel."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return Packed(data, far_fonts.wanted(value.fontset), value.soffice) if isinstance(value, Scene) else Packed(data)


def perform(parcel: bytes) -> bytes:
    """Perform a pickled ``Parcel``; gives a pickled ``Answer``. On the worker, in one of its threads."""
    return pickle.dumps(_answer(pickle.loads(parcel)), pickle.HIGHEST_PROTOCOL)


def dismiss(run: str) -> None:
    """End the slots of this worker that have no work, or work for this run: its driver has left."""
    _DESK.clear(run)


def _answer(parcel: Parcel) -> Answer:
    if differs := alike.differences(parcel.traits, alike.traits()):
        return Answer(differs=differs)
    for digest, shared in parcel.shared.items():
        if differs := _DESK.keep(digest, shared):
            return Answer(differs=differs)
    if lacking := parcel.needs - _DESK.known.keys():
        return Answer(lacking=frozenset(lacking))
    if not parcel.calls:
        return Answer()
    calls = [_Unpacker(io.BytesIO(data), _DESK.known).load() for data in parcel.calls]
    with _DESK.slot(parcel.run) as slot:
        return Answer(done=pickle.dumps(list(slot.run(calls)), pickle.HIGHEST_PROTOCOL))


@dataclass(slots=True)
class _Desk:
    """What this process keeps between parcels: shared values on disk, and slots that wait for work."""

    known: dict[str, Shared] = field(default_factory=dict)
    _idle: list[Slots] = field(default_factory=list)
    _busy: list[tuple[str, Slots]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _clock: threading.Timer | None = None

    def keep(self, digest: str, shared: Packed) -> tuple[str, ...]:
        """Keep a shared value as this machine needs it; gives what is lacking or different, in Chinese."""
        if digest in self.known:
            return ()
        have, lacking = far_fonts.found(shared.fonts)
        if shared.soffice:
            lacking += alike.differences({"LibreOffice": shared.soffice}, alike.soffice())
        if lacking:
            return lacking
        with self._lock:
            if digest not in self.known:
                self.known[digest] = _written(digest, shared.data, have)
        return ()

    @contextmanager
    def slot(self, run: str) -> Iterator[Slots]:
        """A slot for one parcel of a run: one that waits, else a new one. After a failure of its own it is not used again."""
        with self._lock:
            mine = (run, self._idle.pop() if self._idle else Slots(1))
            self._busy.append(mine)
        sound = False
        try:
            yield mine[1]
            sound = True
        finally:
            with self._lock:
                sound = sound and mine in self._busy  # else it was ended meanwhile
                self._busy = [each for each in self._busy if each is not mine]
                if sound:
                    self._idle.append(mine[1])
                    self._wind()
            if not sound:
                mine[1].close()

    def clear(self, run: str = "") -> None:
        """End the slots that wait, and those that work for ``run``."""
        with self._lock:
            ending = [*self._idle, *(slot for owner, slot in self._busy if owner == run)]
            self._idle.clear()
            self._busy = [each for each in self._busy if each[0] != run]
        for slot in ending:
            slot.close()

    def _wind(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._clock = threading.Timer(_IDLE, self.clear)
        self._clock.daemon = True
        self._clock.start()


_DESK = _Desk()


def _written(digest: str, data: bytes, have: Mapping[str, Path]) -> Shared:
    """The pickle of a shared value on this machine, a scene with the font files of this machine."""
    folder = _scratch()
    value = pickle.loads(data)
    if isinstance(value, Scene):
        name = f"fonts-{digest[:20]}"
        data = pickle.dumps(replace(value, fontset=far_fonts.moved(value.fontset, have, folder / name)))
    file = folder / f"{digest}.pickle"
    file.write_bytes(data)
    return Shared(digest, str(file))


@cache
def _scratch() -> Path:
    """A private folder of this process, gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="jianbao-far-"))
    own = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == own else None)
    return folder
