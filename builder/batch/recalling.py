"""Engines that recall what was set before: the same view, set again by the same templates, is the same file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from builder.render.child import Engines
from builder.settings import Limits

_MOST = 256 << 20  # bytes that are remembered; what comes after them is set again


class Recalling(Engines):
    """``Engines`` that tell what they made (``taken``), and are told what others made (``give``).

    Files are recalled by everything that they are made of but the templates: who gives them makes sure that those are still
    what they were. Each is recalled once.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._known: dict[bytes, bytes] = {}
        self._size = 0
        self._asked: dict[bytes, Future[bytes]] = {}

    def give(self, made: Mapping[bytes, bytes]) -> None:
        """Files to be recalled, by their keys, as ``taken`` told them."""
        for key, data in made.items():
            if key not in self._known and self._size + len(data) <= _MOST:
                self._known[key] = data
                self._size += len(data)

    def taken(self) -> dict[bytes, bytes]:
        """Every file made since this was asked last, by its key."""
        asked, self._asked = self._asked, {}
        return {key: each.result() for key, each in asked.items() if each.done() and each.exception() is None}

    def pdf(
        self, templates: Path, fonts: Sequence[Path], view: Mapping[str, Any], photos: Mapping[str, bytes]
    ) -> Future[bytes]:
        """See ``Engines``."""
        key = _key("pdf", [str(path) for path in fonts], view, photos)
        return self._recalled(key, lambda: super(Recalling, self).pdf(templates, fonts, view, photos))

    def docx(self, templates: Path, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> Future[bytes]:
        """See ``Engines``."""
        key = _key("docx", [], view, photos)
        return self._recalled(key, lambda: super(Recalling, self).docx(templates, view, photos))

    def _recalled(self, key: bytes, make: Callable[[], Future[bytes]]) -> Future[bytes]:
        if (data := self._known.pop(key, None)) is None:
            self._asked[key] = coming = make()
            return coming
        self._size -= len(data)
        recalled: Future[bytes] = Future()
        recalled.set_result(data)
        return recalled


def _key(kind: str, fonts: Sequence[str], view: Mapping[str, Any], photos: Mapping[str, bytes]) -> bytes:
    """What a file is made of, but its templates: equal keys, equal files."""
    told = json.dumps([kind, fonts, view, list(photos)], ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass"))
    for data in photos.values():
        digest.update(hashlib.sha256(data).digest())
    return digest.digest()
