"""How many workers a batch has at each of its steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builder.batch import slots
from builder.batch.here import Here
from builder.batch.workforce import FEW, Workforce


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many workers each crew was started with; none are."""
    found: list[int] = []

    class Counted:
        def __init__(self, jobs: int) -> None:
            self.size = jobs
            found.append(jobs)

        def close(self) -> None:
            found.append(-self.size)

    monkeypatch.setattr(slots, "Slots", Counted)
    return found


def test_a_step_of_few_calls_does_not_leave_later_ones_with_few_workers(started: list[int]) -> None:
    with Workforce(Here(), 8, asked=True) as force:
        assert force.near(1).size == 1
        assert force.near(2).size == 2
        assert force.near(1000).size == 8
        assert force.near(3).size == 8
    assert started == [2, -2, 8, -8]


def test_a_machine_of_many_cores_renders_with_all_of_them_after_reading(started: list[int]) -> None:
    with Workforce(Here(), 64) as force:
        assert force.near(FEW).size == 1
        force.near(FEW + 1)
        assert force.near(10_000).size == 64
    assert sum(started) == 0
