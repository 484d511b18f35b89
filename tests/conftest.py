"""What all tests share: the fonts, the long tests, and tests that need programs of the system."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from builder import fonts, workflow
from builder.compose import compose
from builder.settings import workspace
from builder.soffice import office

ROOT = Path(__file__).resolve().parent.parent

# Started in the background by a shell, this process ignores interrupts, and so would every program that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked long, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long tests unless they are asked for, by ``--long`` or by ``-m``."""
    if config.getoption("--long") or config.getoption("-m"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where ``JIANBAO_REQUIRE`` names a program, a test that was skipped for want of it has failed."""
    report = yield
    required = [name for name in os.environ.get("JIANBAO_REQUIRE", "").split(",") if name]
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr)
        lacking = [name for name in required if name in reason]
        if lacking:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped, but JIANBAO_REQUIRE asks for {', '.join(lacking)}: {reason}"
    return report


@pytest.fixture(scope="session")
def fontset(tmp_path_factory: pytest.TempPathFactory) -> fonts.FontSet:
    """The faces that ``make test`` fetched, else those from PyPI; never what else this machine has installed.

    Tests do not download: without Fandol they run with the faces of last resort.
    """
    return fonts.find(ROOT, system=False, cache=tmp_path_factory.mktemp("fonts"))


@pytest.fixture(scope="session")
def sample_issues(fontset: fonts.FontSet) -> Mapping[str, workflow.Rendered]:
    """Every issue of the sample workspace by its bare name, rendered as ``jianbao build`` does."""
    opened = workflow.open_workspace(workspace(ROOT))
    made = {}
    with workflow.Renderer(ROOT / "templates", fontset) as renderer:
        for id_, issue in opened.library.issues.items():
            edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
            assert edition is not None, id_
            made[id_.rpartition("/")[2]] = renderer.render(edition)
    return made


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice's program; tests that ask for it are skipped where it is not installed."""
    return _program("soffice")


@pytest.fixture(scope="session")
def uno(soffice: str) -> str:
    """LibreOffice's program where a Python can reach it; tests that ask for it are skipped elsewhere."""
    found = [
        python for python in office.pythons(soffice) if not subprocess.run([python, "-c", "import uno"]).returncode
    ]
    if not found:
        pytest.skip("uno is not installed")
    return soffice


@pytest.fixture(scope="session")
def pdftoppm() -> str:
    """The path of Poppler's ``pdftoppm``; tests that ask for it are skipped where it is not installed."""
    return _program("pdftoppm")


@pytest.fixture
def started() -> Callable[[], list[psutil.Process]]:
    """Asks for the processes that this test has started and that still live; those of wider fixtures are not among them."""

    def living() -> set[psutil.Process]:
        family = psutil.Process().children(recursive=True)
        return {p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE}

    before = living()
    return lambda: list(living() - before)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path
