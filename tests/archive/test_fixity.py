"""Whatever is changed in an archive is found and named; what a crash left and what passes are not called damage."""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.archive import fixity, store
from builder.archive.fixity import check_fixity
from builder.archive.store import Store
from builder.errors import Fault, Place
from builder.model import Act
from tests.archive import damage
from tests.archive.bags import archive, chain
from tests.archive.damage import Damage


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[Act]]:
    return tmp_path / "archive", archive(tmp_path / "archive", 6, size=1500)


def test_an_archive_as_it_was_written_has_no_fault(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    assert check_fixity(root, acts) == []
    assert check_fixity(root.parent / "none", []) == []


def _all(root: Path, acts: list[Act], bytes_of_a_file: int) -> Iterator[Damage]:
    return itertools.chain(
        damage.flips(root, damage.everything(root, acts), bytes_of_a_file),
        damage.cuts(root, damage.everything(root, acts)),
        damage.swaps(root, acts),
        damage.additions(root, acts[:4]),
        damage.renames(root, acts),
        damage.links(root, acts),
        damage.copies(root, acts),
    )


def _found(root: Path, acts: list[Act], bytes_of_a_file: int) -> Counter[str]:
    counted: Counter[str] = Counter()
    for done in _all(root, acts, bytes_of_a_file):
        told = check_fixity(root, acts)
        named = {fault.place.file for fault in told if fault.severity == "error"}
        assert named == done.touched, (done, told)
        counted[done.kind] += 1
    assert check_fixity(root, acts) == []  # every damage was undone
    return counted


def test_every_kind_of_damage_is_found_and_its_file_named(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    counted = _found(root, acts, 8)
    assert set(counted) > {"bit", "cut", "swap", "rename", "gone", "link", "copy of a bag", "added empty folder"}


@pytest.mark.long
def test_ten_thousand_damages_are_found_and_named(made: tuple[Path, list[Act]], tell: Callable[[str], None]) -> None:
    root, acts = made
    counted = _found(root, acts, 260)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counted.items())
    tell(f"{counted.total()} damages in the archive, all found, the file named: {kinds}")
    assert counted.total() >= 10_000


def test_damage_is_found_by_processes_too(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    acts = archive(root, 450, size=10)
    assert check_fixity(root, iter(acts), 2) == []
    hurt = [f"{acts[at].folder}/data/view.json" for at in (0, 200, 449)]
    for path in hurt:
        (root / path).chmod(0o644)
        (root / path).write_bytes(b"")
    assert [(f.code, f.place.file) for f in check_fixity(root, iter(acts), 2)] == [
        ("archive-changed", path) for path in sorted(hurt)
    ]


def test_a_reading_error_that_passes_is_a_note(made: tuple[Path, list[Act]], monkeypatch: pytest.MonkeyPatch) -> None:
    root, acts = made
    real, times = os.open, [0]

    def failing(path: str, *arguments: int) -> int:
        if str(path).endswith("issue.pdf"):
            times[0] += 1
            if times[0] == 1:
                raise OSError(5, "Input/output error", path)
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", failing)
    told = check_fixity(root, acts)
    assert [(f.code, f.severity) for f in told] == [("archive-passing", "note")]
    assert "磁盘读写出错" in told[0].message


def test_a_reading_error_that_stays_is_told_with_its_file(
    made: tuple[Path, list[Act]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, acts = made
    real = os.open

    def failing(path: str, *arguments: int) -> int:
        if str(path) == f"{root}/{acts[0].folder}/data/issue.pdf":
            raise OSError(5, "Input/output error", path)
        return real(path, *arguments)

    monkeypatch.setattr(os, "open", failing)
    told = check_fixity(root, acts)
    assert [(f.code, f.place.file) for f in told] == [("archive-unreadable", f"{acts[0].folder}/data/issue.pdf")]


def test_what_a_crash_leaves_is_told_as_such(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    recorded = acts[:5]  # the last bag was put away and its act never recorded
    (root / store.HEAD).write_bytes(store.witness_bytes(5, acts[4].hash))
    (root / store.STAGING / "000006-publish-1-ab").mkdir()
    (root / ".k.tmp").write_bytes(b"half")
    (root / "xin-kan/2027/acts").mkdir(parents=True)
    told = check_fixity(root, recorded)
    assert {(f.code, f.severity) for f in told} == {("archive-leftover", "note")}
    assert {f.place.file for f in told} == {
        acts[5].folder,
        f"{store.STAGING}/000006-publish-1-ab",
        ".k.tmp",
        "xin-kan/2027/acts",
    }


def test_a_witness_one_act_behind_is_a_crash_and_further_behind_is_not(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    for at, severity in ((4, "note"), (3, "error")):
        (root / store.HEAD).write_bytes(store.witness_bytes(acts[at].seq, acts[at].hash))
        assert [(f.place.file, f.severity) for f in check_fixity(root, acts)] == [(store.HEAD, severity)]


def test_an_archive_that_is_gone_is_told(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    shutil.rmtree(root)
    told = check_fixity(root, acts)
    assert {f.place.file for f in told} == {"", *(act.folder for act in acts)}
    assert all(isinstance(f, Fault) and f.severity == "error" for f in told)


def test_acts_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    acts = archive(root, 700, size=1)
    ahead, given, judged = 0, 0, 0

    def one_by_one() -> Iterator[Act]:
        nonlocal given, ahead
        for act in acts:
            given += 1
            ahead = max(ahead, given - judged)
            yield act

    for _ in fixity.over(_always, str(root), one_by_one(), 2):
        judged += 1
    assert judged == 700
    assert ahead <= 400 + 12 * 50  # the first acts and what the processes have in hand


def _always(root: str, act: Act) -> list[Fault]:
    assert fixity.judge(root, act) == []
    return [Fault("x", "note", Place(act.folder), "")]


def test_a_read_only_archive_is_checked_and_read(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    for path in [root, *root.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        assert check_fixity(root, acts) == []
        assert Store(root).read(acts[0], "view.json") == dict(next(chain(1))[1])["view.json"]
    finally:
        for path in [root, *root.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
