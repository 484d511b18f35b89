"""The warm process, the engines and a prepared office for the fault tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.fonts import FontSet
from tests.faults import tracing
from tests.faults.engines import Served
from tests.faults.offices import Bench
from tests.faults.zygote import Zygote


@pytest.fixture(scope="session")
def strace() -> None:
    """Tests that ask for it are skipped where strace may not be used."""
    if reason := tracing.impossible():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def served() -> Iterator[Path]:
    """The socket of engines that everybody may ask; a path of a socket is short."""
    folder = Path(tempfile.mkdtemp(prefix="jb-"))
    try:
        with Served(folder / "engines"):
            yield folder / "engines"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is one: every call is the same there, and a sync does not wait for a disk."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path_factory.mktemp("cases").resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="jb-", dir="/dev/shm"))
    try:
        yield folder.resolve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """The warm process whose children publish."""
    folder = tmp_path_factory.mktemp("zygote")
    with Zygote("tests.faults.warmed", folder, str(folder / "fonts")) as running:
        yield running


@pytest.fixture(scope="session")
def bench(zygote: Zygote, served: Path, fontset: FontSet, memory: Path) -> Bench:
    """A prepared office to publish one more issue in, as often as wanted."""
    return Bench(zygote, served, fontset, memory / "bench")
