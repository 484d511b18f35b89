"""LibreOffice's hand, warm for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.redline.hand import Hand


@pytest.fixture(scope="session")
def hand(uno: str) -> Iterator[Hand]:
    """A hand that edits Word files in LibreOffice."""
    with Hand(uno) as opened:
        yield opened
