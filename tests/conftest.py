"""What all tests share: the fonts, the long tests, and tests that need programs of the system."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import fonts

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def fontset(tmp_path_factory: pytest.TempPathFactory) -> fonts.FontSet:
    """The faces that ``make test`` fetched, else those from PyPI; never what else this machine has installed.

    Tests do not download: without Fandol they run with the faces of last resort.
    """
    return fonts.find(ROOT, system=False, cache=tmp_path_factory.mktemp("fonts"))
