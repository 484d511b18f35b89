"""Engines that recall what others set before: the same view, set again by the same templates, is the same file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from builder.render.child import Engines
from builder.settings import Limits

_MOST = 256 << 20  # bytes that are remembered; what comes after them is set again


class Noting(Engines):
    """``Engines`` that keep what they made until they are asked for it."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._asked: dict[bytes, Future[bytes]] = {}

    def taken(self) -> dict[bytes, bytes]:
        """Every file made since this was asked last, by its key."""
        asked, self._asked = self._asked, {}
        return {key: each.result() for key, each in asked.items() if each.done() and each.exception() is None}

    def pdf(
        self, templates: Path, fonts: Sequence[Path], view: Mapping[str, Any], photos: Mapping[str, bytes]
    ) -> Future[bytes]:
        """See ``Engines``."""
        self._asked[_pdf_key(fonts, view, photos)] = coming = super().pdf(templates, fonts, view, photos)
        return coming

    def docx(self, templates: Path, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> Future[bytes]:
        """See ``Engines``."""
        self._asked[_docx_key(view, photos)] = coming = super().docx(templates, view, photos)
        return coming


class Recalling(Engines):
    """``Engines`` that are given what ``Noting`` ones made, and make only what they were not given.

    Files are recalled by everything that they are made of but the templates: who gives them makes sure that those are still
    what they were. Each is recalled once.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self._known: dict[bytes, bytes] = {}
        self._size = 0

    def give(self, made: Mapping[bytes, bytes]) -> None:
        """Files to be recalled, by their keys, as ``Noting.taken`` told them."""
        for key, data in made.items():
            if key not in self._known and self._size + len(data) <= _MOST:
                self._known[key] = data
                self._size += len(data)

    def pdf(
        self, templates: Path, fonts: Sequence[Path], view: Mapping[str, Any], photos: Mapping[str, bytes]
    ) -> Future[bytes]:
        """See ``Engines``."""
        return self._recalled(_pdf_key(fonts, view, photos)) or super().pdf(templates, fonts, view, photos)

    def docx(self, templates: Path, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> Future[bytes]:
        """See ``Engines``."""
        return self._recalled(_docx_key(view, photos)) or super().docx(templates, view, photos)

    def _recalled(self, key: bytes) -> Future[bytes] | None:
        if (data := self._known.pop(key, None)) is None:
            return None
        self._size -= len(data)
        recalled: Future[bytes] = Future()
        recalled.set_result(data)
        return recalled


def _pdf_key(fonts: Sequence[Path], view: Mapping[str, Any], photos: Mapping[str, bytes]) -> bytes:
    return _key("pdf", [str(path) for path in fonts], view, photos)


def _docx_key(view: Mapping[str, Any], photos: Mapping[str, bytes]) -> bytes:
    return _key("docx", [], view, photos)


def _key(kind: str, fonts: Sequence[str], view: Mapping[str, Any], photos: Mapping[str, bytes]) -> bytes:
    """What a file is made of, but its templates: equal keys, equal files."""
    told = json.dumps([kind, fonts, view, list(photos)], ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(told.encode("utf-8", "surrogatepass"))
    for data in photos.values():
        digest.update(hashlib.sha256(data).digest())
    return digest.digest()
