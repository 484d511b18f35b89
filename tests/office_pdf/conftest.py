"""One LibreOffice, warm for the tests that only look at what it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.fonts import FontSet
from builder.soffice import Office
from builder.workflow import converting
from builder.workflow.converting import Converted
from builder.workflow.office_faces import faces

Convert = Callable[..., list[Converted]]


@pytest.fixture(scope="session")
def warm(uno: str, fontset: FontSet) -> Iterator[Office]:
    with Office(faces(fontset)) as office:
        yield office


@pytest.fixture
def convert(uno: str, fontset: FontSet, tmp_path: Path) -> Convert:
    """``convert({"a.docx": data}, …)``: files written into the test's folder and converted, without this machine's fonts."""

    def call(given: dict[str, bytes], out: Path | None = None, **options: object) -> list[Converted]:
        sources = [tmp_path / name for name in given]
        for source, data in zip(sources, given.values(), strict=True):
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_bytes(data)
        wanted = converting.targets(sources, out)
        return list(converting.convert(wanted, tmp_path, fontset, system=False, **options))  # type: ignore[arg-type]

    return call
