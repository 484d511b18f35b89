"""The chain is read from the bags alone, and whatever is wrong with it is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builder.archive import bag, store
from builder.archive.chain import chain
from builder.errors import Fault
from builder.model import Act
from tests.archive.bags import archive


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[Act]]:
    return tmp_path / "archive", archive(tmp_path / "archive", 8, size=100)


def _read(root: Path) -> tuple[list[Act], list[tuple[str, str]]]:
    faults: list[Fault] = []
    acts = list(chain(root, faults))
    return acts, [(fault.code, fault.place.file) for fault in faults]


def test_the_bags_give_back_every_act_in_order(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    assert _read(root) == (acts, [])
    assert _read(root.parent / "none") == ([], [])


def test_a_bag_that_is_gone_is_a_gap(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    shutil.rmtree(root / acts[3].folder)
    assert _read(root) == ([*acts[:3], *acts[4:]], [("archive-gap", "")])


def test_the_last_bags_gone_are_a_gap_because_the_witness_knows_them(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    for act in acts[6:]:
        shutil.rmtree(root / act.folder)
    assert _read(root) == (acts[:6], [("archive-gap", "")])
    (root / store.HEAD).unlink()
    assert _read(root) == (acts[:6], [("archive-witness", store.HEAD)])  # it cannot be known: a warning


def test_a_bag_copied_under_another_name_stands_in_the_wrong_place(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    copy = f"{acts[0].publication}/{acts[0].year}/99"
    shutil.copytree(root / acts[0].folder, root / copy)
    assert _read(root) == (acts, [("archive-place", copy)])


def test_every_bit_of_every_record_is_held_by_the_chain(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    count = 0
    for act in acts:
        path = root / act.folder / bag.RECORD
        path.chmod(0o644)
        before = path.read_bytes()
        for at in range(len(before)):
            turned = bytearray(before)
            turned[at] ^= 1 << at % 8
            path.write_bytes(turned)
            got, faults = _read(root)
            assert faults, (act.seq, at)
            assert any(where in ("", act.folder, f"{act.folder}/{bag.RECORD}") for _, where in faults), (at, faults)
            assert got != acts
            count += 1
        path.write_bytes(before)
    assert count > 5000
    assert _read(root) == (acts, [])


def test_the_bag_after_the_witness_belongs_to_the_chain(made: tuple[Path, list[Act]]) -> None:
    root, acts = made
    (root / store.HEAD).write_bytes(store.witness_bytes(7, acts[6].hash))
    assert _read(root) == (acts, [])
    (root / store.HEAD).write_bytes(store.witness_bytes(5, acts[4].hash))
    assert _read(root) == (acts, [("archive-head", store.HEAD)])
