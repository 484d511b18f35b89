"""Offices with signed issues, to be copied for each case."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from builder.fonts import FontSet
from builder.render.child import Engines
from builder.workflow import planning
from builder.workflow.payload import frozen
from builder.workflow.recording import Draft, record
from tests.faults import judging
from tests.faults.zygote import Ended, Zygote
from tests.office import EDITOR, ROOT, SIGNER, SmallOffice


def signed(folder: Path, fontset: FontSet, issues: Sequence[tuple[str, str, str]]) -> SmallOffice:
    """An office with issues (id, publication, day) that are signed. Its templates are the repository's own, not copies."""
    with Engines() as engines:
        office = SmallOffice(folder, fontset, engines)
    shutil.rmtree(folder / "templates")
    (folder / "templates").symlink_to(ROOT / "templates")
    for name, publication, day in issues:
        office.issue(name, day=day, publication=publication)
    opened = office.opened()
    with office.desk() as desk:
        for name, publication, day in issues:
            edition = planning.compose_issue(opened, name, fontset).edition
            assert edition is not None
            version = {"version": 1, "signed": frozen(edition, office.place).signed}
            for kind, by, data in (
                ("submit", EDITOR, {**version, "title": "", "pages": 1, "name": edition.title.data.name}),
                ("sign", SIGNER, {**version, "day": day, "paper": False, "scan": ""}),
            ):
                draft = Draft(kind, publication, int(day[:4]), f"{kind}:{name}:1", by, name, data=data)
                record(desk, lambda _, draft=draft: draft)
    return office


class Bench:
    """An office with two published issues and a third one signed, and copies of it to publish that in."""

    issue = "2026/3"

    def __init__(self, zygote: Zygote, engines: Path, fontset: FontSet, folder: Path) -> None:
        self.zygote, self.engines, self.folder = zygote, engines, folder
        names = [f"2026/{n}" for n in (1, 2, 3)]
        self.base = signed(folder / "base", fontset, [(name, "ducha-kuaixun", "2026-06-08") for name in names]).root
        done = zygote.run("publish", **self.job(self.base, names[:2]))
        assert done.code == 0, done.told
        self.before = judging.state(self.base)
        self._count, self._judged = itertools.count(), itertools.count()
        self.mended: Counter[bool] = Counter()

    def job(self, folder: Path, issues: Sequence[str] = (issue,), **more: object) -> dict[str, object]:
        """What a child is told to publish."""
        return {"folder": str(folder), "engines": str(self.engines), "issues": list(issues), **more}

    def copied(self) -> Path:
        """A new copy."""
        folder = self.folder / f"case-{next(self._count)}"
        shutil.copytree(self.base, folder, symlinks=True)
        return folder

    def publish(self, folder: Path, **more: str) -> Ended:
        """Publish the third issue."""
        return self.zygote.run("publish", **self.job(folder, **more))

    def judge(self, folder: Path) -> bool:
        """Whether the issue was published; judged before anything is mended, then after publishing it again.

        Every other time ``doctor`` comes before that, else after it.
        """
        known = self.before.acts
        first = next(self._judged) % 2 == 0
        job = self.job(folder, known=len(known), head=known[-1].hash, doctor=first)
        ended = self.zygote.run("judge", **job)
        assert ended.code == 0, ended.told
        lines = [line for line in ended.told.splitlines() if not line.startswith("published")]
        if lines[1:]:
            self.mended[first] += 1
        return lines[0] == "new"
