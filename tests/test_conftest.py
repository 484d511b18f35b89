"""The test suite's own switches work: a skip cannot hide behind a green run of the CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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
