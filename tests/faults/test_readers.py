"""Readers that look all the time while issues are published never see a part of one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.fonts import FontSet
from tests.faults import judging, offices
from tests.faults.zygote import Zygote

READS = int(os.environ.get("JIANBAO_READS", "100_000"))
READERS, ISSUES, PARTS = 2, 60, 2


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_readers_never_see_a_part_of_an_issue(
    zygote: Zygote, served: Path, fontset: FontSet, memory: Path, part: int, tell: Callable[[str], None]
) -> None:
    issues = [f"2026/{n}" for n in range(1, ISSUES + 1)]
    office = offices.signed(
        memory / f"read-{part}", fontset, [(name, "ducha-kuaixun", "2026-06-08") for name in issues]
    )
    readers = [zygote.start("read", folder=str(office.root), times=READS // PARTS // READERS) for _ in range(READERS)]
    published = 0
    while not all(reader.end.done() for reader in readers) and published < ISSUES:
        batch = issues[published : published + 5]
        done = zygote.run("publish", folder=str(office.root), engines=str(served), issues=batch)
        assert done.code == 0, done
        published += len(batch)
    ends = [reader.end.result(900) for reader in readers]
    assert [end.code for end in ends] == [0] * READERS, ends
    seen = sum(int(end.told) for end in ends)
    assert len(judging.state(office.root).published) == published
    assert seen > READERS * published / 4, "the readers looked beside the publishing, not before or after it"
    tell(
        f"{READS // PARTS} reads ({part + 1}/{PARTS}) by {READERS} readers while {published} issues were published ({seen} states seen): "
        "never a part of one"
    )
