"""What all tests share: the fonts, the long tests, and tests that need programs of the system."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from builder import fonts
from builder.compose import compose
from builder.render.child import Engines
from builder.settings import workspace
from builder.soffice import office
from builder.workflow import opening, rendering
from tests import postgres
from tests.office import SmallOffice

ROOT = Path(__file__).resolve().parent.parent
_OURS = ("register.sqlite", "register.sqlite-wal", "archive", "archive/HEAD", "archive/.staging", "archive/.quarantine")

_COUNTS = "counts"

# Started in the background by a shell, this process ignores interrupts, and so would every program that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if (
    hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
):  # so does nohup with closed terminals
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


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


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep a line of counts, to be shown when all tests are done, by whichever process this test was run."""
    return lambda line: request.node.user_properties.append((_COUNTS, line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted, a line each."""
    told = [
        (report.nodeid, line, report.duration)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, line in report.user_properties
        if name == _COUNTS
    ]
    if told:
        terminalreporter.section("counts")
    for _, line, seconds in sorted(told):
        terminalreporter.write_line(f"{line} ({seconds:.0f} s)")


@pytest.fixture(scope="session")
def fontset(tmp_path_factory: pytest.TempPathFactory) -> fonts.FontSet:
    """The faces that ``make test`` fetched, else those from PyPI; never what else this machine has installed.

    Tests do not download: without Fandol they run with the faces of last resort.
    """
    return fonts.find(ROOT, system=False, cache=tmp_path_factory.mktemp("fonts"))


@pytest.fixture(scope="session")
def sample_issues(fontset: fonts.FontSet) -> Mapping[str, rendering.Rendered]:
    """Every issue of the sample workspace by its bare name, rendered as ``jianbao build`` does."""
    opened = opening.open_workspace(workspace(ROOT))
    made = {}
    with rendering.Renderer(ROOT / "templates", fontset) as renderer:
        for id_, issue in opened.library.issues.items():
            edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
            assert edition is not None, id_
            made[id_.rpartition("/")[2]] = renderer.render(edition)
    return made


@pytest.fixture(scope="session")
def engines() -> Iterator[Engines]:
    """The engines' process, warm for all tests of a run."""
    with Engines() as opened:
        yield opened


@pytest.fixture
def small_office(tmp_path: Path, fontset: fonts.FontSet, engines: Engines) -> SmallOffice:
    """An office with three publications, posts and recipients, and nothing published yet."""
    return SmallOffice(tmp_path / "office", fontset, engines)


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A PostgreSQL server for this process's tests; they are skipped where it cannot run."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(postgres.server())
        except postgres.NoPostgres as error:
            pytest.skip(f"PostgreSQL does not run here: {error}")
        yield running


@pytest.fixture
def postgres_url(postgres_server: postgres.Postgres) -> str:
    """The address of a new, empty PostgreSQL database for this test alone."""
    return postgres_server.url(postgres_server.database())


@pytest.fixture(autouse=True)
def _real_register_untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails a test after which this repository's own register or archive is another one; a test never acts as who runs it."""
    for name in [n for n in os.environ if n in ("JIANBAO_REGISTER", "JIANBAO_AS", "JIANBAO_FAILPOINT")]:
        monkeypatch.delenv(name)
    before = _stamps(ROOT / "output")
    yield
    assert _stamps(ROOT / "output") == before, (
        "a test (this one, or one beside it) wrote to output/archive or the register"
    )


def _stamps(folder: Path) -> list[tuple[int, int, int] | None]:
    """What changes when anything is recorded below ``folder``: every act is staged, and writes the register and ``HEAD``."""
    found: list[tuple[int, int, int] | None] = []
    for name in _OURS:
        try:
            seen = (folder / name).stat()
            found.append((seen.st_ino, seen.st_size, seen.st_mtime_ns))
        except OSError:
            found.append(None)
    return found


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
