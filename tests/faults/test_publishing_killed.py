"""``publish --signed`` killed in its middle, and run by several at once: every issue once, by date, no number missing or twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from builder.fonts import FontSet
from tests.faults import judging, offices
from tests.faults.test_races import moved
from tests.faults.zygote import Ended, Zygote

PUBLICATIONS = ("ducha-kuaixun", "gongzuo-xinxi")
DAYS = 6
PLACES = (
    "archive-synced",
    "archive-ready",
    "archive-renamed",
    "archive-placed",
    "register-inserted",
    "register-committed",
    "witness-written",
)


class Campaign:
    """An office in which each of two publications has a signed issue a day; published in copies."""

    def __init__(self, zygote: Zygote, engines: Path, fontset: FontSet, folder: Path) -> None:
        self.zygote, self.engines, self.folder = zygote, engines, folder
        # Names run against the dates: only the dates say which comes first.
        self.issues = {
            (p, f"2026-06-{d:02}"): f"2026/{p[:2]}-{30 - d}" for p in PUBLICATIONS for d in range(1, DAYS + 1)
        }
        base = [(name, publication, day) for (publication, day), name in self.issues.items()]
        self.base = offices.signed(folder / "base", fontset, base).root

    def copied(self, name: str) -> Path:
        return Path(shutil.copytree(self.base, self.folder / name, symlinks=True))

    def job(self, folder: Path, register: str, **more: object) -> dict[str, object]:
        return {
            "folder": str(folder),
            "engines": str(self.engines),
            "publications": PUBLICATIONS,
            "database": register,
            **more,
        }

    def run(self, folder: Path, register: str = "", **more: object) -> Ended:
        return self.zygote.run("publish_all", **self.job(folder, register, **more))

    def judged(self, folder: Path, register: str) -> None:
        """All issues are published, each publication's in the order of their dates, and all holds."""
        found = judging.state(folder, register).published
        for publication in PUBLICATIONS:
            numbers = {act.data["day"]: act.data["number"] for act in found if act.publication == publication}
            assert numbers == {f"2026-06-{n:02}": n for n in range(1, DAYS + 1)}
        assert len(found) == len(self.issues)


@pytest.fixture(scope="module")
def campaign(zygote: Zygote, served: Path, fontset: FontSet, memory: Path) -> Campaign:
    return Campaign(zygote, served, fontset, memory / "campaign")


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def database(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Puts the register of a copied office into such a database; its address."""
    if request.param == "SQLite":
        return lambda folder: ""
    server = request.getfixturevalue("postgres_server")
    return lambda folder: moved(folder, server)


def told(ended: Ended) -> list[str]:
    """Hashes of the acts that a run said are published."""
    return [line.split()[-1] for line in ended.told.splitlines() if line.startswith("published")]


def test_killed_anywhere_in_the_middle_the_next_run_goes_on(
    campaign: Campaign, database: Callable[[Path], str], tell: Callable[[str], None], request: pytest.FixtureRequest
) -> None:
    kept = 0
    for n, place in enumerate(PLACES):
        folder = campaign.copied(f"{request.node.callspec.id}-{place}")
        register = database(folder)
        first = campaign.run(folder, register, failpoint=place, at=n + 1)
        assert first.code == -signal.SIGKILL, first.told
        half = judging.state(folder, register).published
        committed = place in ("register-committed", "witness-written")
        assert len(half) == n + 1 + committed
        assert {act.hash for act in half} >= set(told(first))
        kept += len(half)
        if n % 2:
            judging.doctored(folder, register)
        second = campaign.run(folder, register)
        assert second.code == 0, second.told
        campaign.judged(folder, register)
        assert {act.hash for act in half} < {act.hash for act in judging.state(folder, register).published}
        judging.doctored(folder, register)
        shutil.rmtree(folder)
    tell(
        f"publish --signed killed at {len(PLACES)} places, {kept} issues published before: all {len(campaign.issues)} each time"
    )


def test_killed_while_issues_are_set_on_trial_nothing_is_numbered(campaign: Campaign) -> None:
    folder = campaign.copied("trial")
    before = judging.state(folder)
    child = campaign.zygote.start("publish_all", **campaign.job(folder, ""))
    os.kill(child.pid, signal.SIGKILL)
    assert child.end.result(60).code == -signal.SIGKILL
    assert judging.state(folder) == before
    assert campaign.run(folder).code == 0
    campaign.judged(folder, "")


@pytest.mark.parametrize("strokes", [0, 6], ids=["undisturbed", "killed"])
def test_several_at_once_publish_each_issue_once_and_by_date(
    campaign: Campaign,
    database: Callable[[Path], str],
    strokes: int,
    tell: Callable[[str], None],
    request: pytest.FixtureRequest,
) -> None:
    folder, dice = campaign.copied(f"race-{request.node.callspec.id}"), random.Random(7)
    register = database(folder)
    said: set[str] = set()
    running = [campaign.zygote.start("publish_all", **campaign.job(folder, register)) for _ in range(3)]
    for _ in range(strokes):
        time.sleep(dice.random() * 0.4)
        victim = dice.randrange(3)
        with suppress(ProcessLookupError):
            os.kill(running[victim].pid, signal.SIGKILL)
        said |= set(told(running[victim].end.result(300)))
        running[victim] = campaign.zygote.start("publish_all", **campaign.job(folder, register))
    ended = [child.end.result(300) for child in running]
    assert [each.code for each in ended] == [0, 0, 0], [each.told for each in ended]
    said |= {told_hash for each in ended for told_hash in told(each)}
    campaign.judged(folder, register)
    hashes = {act.hash for act in judging.state(folder, register).published}
    assert said <= hashes
    assert strokes or said == hashes
    judging.doctored(folder, register)
    shutil.rmtree(folder)
    tell(f"3 runs of publish --signed at once, {strokes} killed: {len(hashes)} issues, each once, by date")
