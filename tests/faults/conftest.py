"""The warm process, the engines and a prepared office for the fault tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
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
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """The warm process whose children publish."""
    folder = tmp_path_factory.mktemp("zygote")
    with Zygote("tests.faults.warmed", folder, str(folder / "fonts")) as running:
        yield running


@pytest.fixture(scope="session")
def bench(zygote: Zygote, served: Path, fontset: FontSet, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A prepared office to publish one more issue in, as often as wanted."""
    return Bench(zygote, served, fontset, tmp_path_factory.mktemp("bench").resolve())


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line of counts, whatever becomes of the test."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n    {line}", end="", flush=True)  # noqa: T201  the counts are what the test is for
            if path := os.environ.get("JIANBAO_COUNTS"):
                with Path(path).open("a", encoding="utf-8") as file:
                    file.write(line + "\n")

    return say
