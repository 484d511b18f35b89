"""Sixteen publishers at once, a third of their issues killed on the way, on both databases: no number missing, none twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from builder.fonts import FontSet
from builder.model import Act
from tests.faults import judging, offices
from tests.faults.zygote import Zygote
from tests.postgres import Postgres

PUBLISHERS, ISSUES, SEEDS = 16, 10, int(os.environ.get("JIANBAO_SEEDS", "5"))
PLACES = (
    "archive-synced",
    "archive-ready",
    "archive-renamed",
    "archive-placed",
    "register-inserted",
    "register-committed",
)
PUBLICATIONS = ("gongzuo-xinxi", "ducha-kuaixun", "ducha-tongbao")


class Race:
    """An office with an issue for every turn of every publisher, signed; raced in copies."""

    def __init__(self, zygote: Zygote, engines: Path, fontset: FontSet, folder: Path) -> None:
        self.zygote, self.engines, self.folder = zygote, engines, folder
        issues = [
            (f"2026/{p:02}-{n}", PUBLICATIONS[(p + n) % 3], "2026-06-08")
            for p in range(PUBLISHERS)
            for n in range(ISSUES)
        ]
        self.issues = [name for name, _, _ in issues]
        self.base = offices.signed(folder / "base", fontset, issues).root

    def run(self, folder: Path, register: str, seed: int) -> tuple[int, set[str]]:
        """The race; how many publishers were killed, and the hashes of all acts that were told as published."""
        dice, lock, told, killed = random.Random(seed), threading.Lock(), set[str](), 0
        doomed = set(dice.sample(self.issues, len(self.issues) // 3))
        desks = [self._desk(folder, p) for p in range(PUBLISHERS)]

        def publisher(desk: Path, own: list[str], delays: dict[str, float | str]) -> None:
            nonlocal killed
            rest = list(own)
            while rest:
                # One that is to be killed is done alone, so that the stroke meets it; it comes again behind the others.
                batch = (
                    rest[:1]
                    if rest[0] in delays
                    else rest[: next((n for n, i in enumerate(rest) if i in delays), len(rest))]
                )
                stroke = delays.pop(batch[0], None)
                child = self.zygote.start(
                    "publish",
                    folder=str(desk),
                    engines=str(self.engines),
                    issues=batch,
                    database=register,
                    failpoint=stroke if isinstance(stroke, str) else "",
                )
                if isinstance(stroke, float):
                    time.sleep(stroke)
                    with suppress(ProcessLookupError):
                        os.kill(child.pid, signal.SIGKILL)
                ended = child.end.result(300)
                assert ended.code in (0, -signal.SIGKILL), ended
                lines = [line.split() for line in ended.told.splitlines() if line.startswith("published")]
                with lock:
                    killed += ended.code != 0
                    told.update(line[-1] for line in lines)
                rest = [issue for issue in rest if issue not in {line[1] for line in lines}]

        errors: list[BaseException] = []

        def guarded(desk: Path, own: list[str], delays: dict[str, float | str]) -> None:
            try:
                publisher(desk, own, delays)
            except BaseException as error:
                errors.append(error)

        threads = []
        for p in range(PUBLISHERS):
            own = self.issues[p * ISSUES : (p + 1) * ISSUES]
            # Half of the strokes come at any time, which is mostly while waiting for the lock; half while it is held.
            delays = {
                issue: dice.choice((0.1, 0.3, 1.0)) * dice.random() if dice.random() < 0.5 else dice.choice(PLACES)
                for issue in own
                if issue in doomed
            }
            threads.append(threading.Thread(target=guarded, args=(desks[p], own, delays)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors, errors
        return killed, told

    def _desk(self, folder: Path, publisher: int) -> Path:
        """The office as one publisher sees it: all its own but register and archive, and no issues but those to publish."""
        desk = folder / f"desk-{publisher}"
        own = {f"{name.partition('/')[2]}.yaml" for name in self.issues[publisher * ISSUES : (publisher + 1) * ISSUES]}
        shutil.copytree(folder / "content", desk / "content")
        for path in (desk / "content/issues/2026").iterdir():
            if path.name not in own:
                path.unlink()
        (desk / "templates").symlink_to(folder / "templates")
        (desk / "output").symlink_to(folder / "output")
        return desk


@pytest.fixture(scope="module")
def race(zygote: Zygote, served: Path, fontset: FontSet, memory: Path) -> Race:
    return Race(zygote, served, fontset, memory / "race")


def judged(folder: Path, register: str, told: set[str]) -> Counter[str]:
    """Issues by publication, after asserting that each was published once, in order, and that all that was told is there."""
    acts: tuple[Act, ...] = judging.state(folder, register).published
    assert len({act.issue for act in acts}) == len(acts) == PUBLISHERS * ISSUES
    assert told == {act.hash for act in acts}, "what was told is what is there"
    return Counter(act.publication for act in acts)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_racing_publishers_leave_no_gap_and_no_double(
    race: Race, database: str, seed: int, request: pytest.FixtureRequest, tell: Callable[[str], None]
) -> None:
    folder = race.folder / f"{database}-{seed}"
    shutil.copytree(race.base, folder, symlinks=True)
    register = moved(folder, request.getfixturevalue("postgres_server")) if database == "PostgreSQL" else ""
    killed, told = race.run(folder, register, seed)
    numbers = judged(folder, register, told).total()
    mended = judging.doctored(folder, register)
    aside = len(list((folder / "output/archive/.quarantine").glob("*")))
    shutil.rmtree(folder)
    assert killed > 0.5 * PUBLISHERS * ISSUES / 3
    tell(
        f"{database}, seed {seed}: {PUBLISHERS} publishers × {ISSUES} issues, {killed} killed, {aside} bags put aside: "
        f"{numbers} numbers without gap or double; mended by doctor: {len(mended)} leftovers"
    )


def moved(folder: Path, server: Postgres) -> str:
    """The register of a copied office in a new PostgreSQL database, its acts appended one by one; its address."""
    from builder.register import address, open_register
    from builder.settings import workspace

    url = server.url(server.database())
    place = workspace(folder)
    with (
        open_register(address(place, environment={})) as old,
        open_register(address(place, environment={"JIANBAO_REGISTER": url})) as new,
        old.reading() as now,
        new.turn() as turn,
    ):
        for act in now.acts():
            turn.append(act)
    for path in (folder / "output").glob("register.sqlite*"):
        path.unlink()
    return url
