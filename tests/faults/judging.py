"""What must hold of an office after a fault, whatever the fault was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from builder.archive import bag
from builder.archive.fixity import check_fixity
from builder.archive.store import Store
from builder.files import sha256
from builder.model import TOTALS, Act
from builder.register import address, open_register
from builder.settings import workspace as workspace_of
from builder.workflow.mending import doctor
from builder.workflow.recording import Desk
from tests.office import NOW


@dataclass(frozen=True, slots=True)
class State:
    """What a reader sees: the acts, and the last number of every sequence."""

    acts: tuple[Act, ...]
    counters: tuple[tuple[str, str, int], ...]

    @property
    def published(self) -> tuple[Act, ...]:
        """The acts that took a number."""
        return tuple(act for act in self.acts if act.kind == "publish")


def state(folder: Path, register: str = "") -> State:
    """What a reader sees, judged: whole bags, one chain, numbers and totals without gap or double.

    Raises:
        AssertionError: something of it does not hold.
    """
    workspace = workspace_of(folder)
    where = address(workspace, environment={"JIANBAO_REGISTER": register})
    with open_register(where, create=False, read_only=True) as opened, opened.reading() as now:
        acts = tuple(now.acts())
        head = now.head()
        counters = tuple(
            sorted(
                (row.publication, row.sequence, row.last)
                for row in now.connection.exec_driver_sql("SELECT publication, sequence, last FROM counter")
            )
        )
        issues = [
            tuple(row)
            for row in now.connection.exec_driver_sql(
                "SELECT act, publication, year, sequence, number, total, issue, day FROM issue ORDER BY act"
            )
        ]
    found = State(acts, counters)
    assert (head.seq, head.hash) == ((acts[-1].seq, acts[-1].hash) if acts else (0, ""))
    assert issues == [
        (a.seq, a.publication, a.year, a.data["sequence"], a.data["number"], a.data["total"], a.issue, a.data["day"])
        for a in found.published
    ]
    _chained(acts)
    _numbered(found)
    for act in acts:
        assert whole(workspace.archive, act) == "", f"{act.folder}: {whole(workspace.archive, act)}"
    return found


def _chained(acts: tuple[Act, ...]) -> None:
    before = ""
    for n, act in enumerate(acts, 1):
        assert (act.seq, act.prev) == (n, before)
        before = act.hash


def _numbered(found: State) -> None:
    last: Counter[tuple[str, str]] = Counter()
    for act in found.published:
        steps = [(act.data["sequence"], act.data["number"])]
        if act.data["total"] is not None:
            steps.append((TOTALS, act.data["total"]))
        for sequence, number in steps:
            last[act.publication, sequence] += 1
            assert number == last[act.publication, sequence], f"{act.publication} {sequence}: {number} is out of order"
    assert found.counters == tuple(sorted((*name, number) for name, number in last.items()))


def whole(archive: Path, act: Act) -> str:
    """What is wrong with the bag of an act; "" where it is exactly what was put away."""
    folder = archive / act.folder
    wanted = {**bag.payload(act), **{name: sha256(data) for name, data in bag.tag_files(act).items()}}
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if not p.is_dir()}
    if there.keys() != wanted.keys():
        return f"files {sorted(there.keys() ^ wanted.keys())}"
    return next((name for name, path in there.items() if sha256(path.read_bytes()) != wanted[name]), "")


def doctored(folder: Path, register: str = "") -> list[str]:
    """What ``doctor`` does; asserts that the second time it does nothing, and that nothing is left but what was put aside."""
    place = workspace_of(folder)
    with open_register(address(place, environment={"JIANBAO_REGISTER": register}), create=False) as opened:
        desk = Desk(opened, Store(place.archive), lambda: NOW)
        done, again = doctor(desk), doctor(desk)
        with opened.reading() as now:
            left = check_fixity(place.archive, now.acts())
    assert again == []
    assert [fault for fault in left if fault.code != "archive-aside"] == []
    return done


def clean(folder: Path) -> None:
    """Asserts that nothing lies in the archive but the bags of the acts, what was put aside and what nobody ever saw."""
    archive = workspace_of(folder).archive
    seen = {name for name, _ in Store(archive).records()}
    assert seen == {act.folder for act in state(folder).acts}
