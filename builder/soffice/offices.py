"""Several LibreOffices, so that threads may ask for pages at the same time; one that ends is started again."""

from __future__ import annotations

import queue
from collections.abc import Sequence

from builder.programs import processors
from builder.soffice.faces import FaceFile
from builder.soffice.office import MEMORY, SECONDS, Office, Stopped

MOST = 8  # more of them would share the same disk and memory


class Offices:
    """So many LibreOffices (as many as the machine has cores where it is not told), started when they are first needed.

    A context manager. Any thread may ask; each document is set by one that is free, the one that was last used first.
    """

    def __init__(
        self, faces: Sequence[FaceFile], count: int | None = None, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        """``seconds`` and ``memory`` (bytes) as for each ``Office``."""
        self.count = min(MOST, count or processors())
        self._all = [Office(faces, seconds, memory) for _ in range(self.count)]
        self._free: queue.LifoQueue[Office] = queue.LifoQueue()
        for office in self._all:
            self._free.put(office)
        self._given_up = False

    def pdf(self, document: bytes, name: str) -> bytes:
        """A DOCX as PDF; where LibreOffice ended on it or passed a limit, it is started again and tries once more.

        Raises:
            ProgramMissing, Stopped, JianbaoError, FileError: see ``Office.pdf``.
        """
        office = self._free.get()
        try:
            try:
                return office.pdf(document, name)
            except Stopped:
                if self._given_up:
                    raise
                return office.pdf(document, name)
        finally:
            self._free.put(office)

    def give_up(self) -> None:
        """End all of them, also those that are at work: their documents are ``Stopped``. Those who asked then close them."""
        self._given_up = True
        for office in self._all:
            office.give_up()

    def close(self) -> None:
        """End all of them; no thread may still be asking."""
        for office in self._all:
            office.close()

    def __enter__(self) -> Offices:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
