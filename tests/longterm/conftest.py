"""All papers once for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from builder.fonts import FontSet
from builder.render.child import Engines
from builder.workflow import rendering
from tests.longterm.papers import Paper
from tests.longterm.papers import papers as made


@pytest.fixture(scope="session")
def papers(
    sample_issues: Mapping[str, rendering.Rendered],
    fontset: FontSet,
    engines: Engines,
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Paper]:
    return made(sample_issues, tmp_path_factory.mktemp("papers"), fontset, engines)
