"""The register made from the bags alone: the archive is the evidence, the register follows from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder import register
from builder.archive.chain import chain
from builder.archive.store import ArchiveDamaged, Store
from builder.errors import Fault, FileError, InvalidContent, Place, has_errors
from builder.records import Act, IndexEntry
from builder.register import Address
from builder.register.rebuilding import rebuild
from builder.render.entries import index_entries
from builder.settings import Workspace
from builder.workflow.whereabouts import NamesRegister


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: how many acts and issues, where the old register is kept ("" for none), and the warnings."""

    acts: int
    issues: int
    kept: str
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Count:
    acts: int = 0
    issues: int = 0
    last: Act | None = None


def restore(workspace: Workspace, office: NamesRegister | None) -> Restored:
    """Rebuild the register from the bags; rows are equal to those that were there. What was there is kept beside it.

    Args:
        workspace: where the archive is.
        office: says where the register is; None takes the default.

    Raises:
        ArchiveDamaged: the bags do not give a whole chain; ``faults`` tells why. The old register stays.
        InvalidContent: there is nothing to restore from.
        FileError: something cannot be read or written; the old register stays.
    """
    where = register.address(workspace, office.register_url if office is not None else "")
    faults: list[Fault] = []
    count = _Count()
    kept = _rebuilt(where, Store(workspace.archive), faults, count)
    _catch_up(Store(workspace.archive), count.last)
    return Restored(count.acts, count.issues, kept, tuple(faults))


def entries(store: Store, act: Act) -> Sequence[IndexEntry]:
    """What search is to find of an act, from its bag; nothing but for what was printed: issues, and issues printed again.

    Raises:
        FileError: the bag cannot be read.
        ArchiveDamaged: its view is not the one that was put away.
    """
    if act.kind not in ("publish", "reprint"):
        return ()
    return index_entries(act.publication, act.year, act.issue, act.data, json.loads(store.read(act, "view.json")))


def filled(store: Store, acts: Iterator[Act]) -> Iterator[tuple[Act, Sequence[IndexEntry]]]:
    """Acts with what search is to find of them."""
    return ((act, entries(store, act)) for act in acts)


def _rebuilt(where: Address, store: Store, faults: list[Fault], count: _Count) -> str:
    def whole() -> Iterator[tuple[Act, Sequence[IndexEntry]]]:
        for act in chain(store.root, faults):
            _stop_at_errors(faults)
            yield act, _read(store, act, faults)
            count.acts, count.last = act.seq, act
            count.issues += act.kind == "publish"
        _stop_at_errors(faults)
        if count.last is None:
            raise InvalidContent("归档夹里没有归档包，无从重建。", "核对工作区；归档夹是 output/archive。")

    return rebuild(where, whole())


def _read(store: Store, act: Act, faults: list[Fault]) -> Sequence[IndexEntry]:
    try:
        return entries(store, act)
    except (FileError, ArchiveDamaged, ValueError, KeyError) as error:
        place = Place(f"{act.folder}/data/view.json")
        told = error.message if isinstance(error, FileError | ArchiveDamaged) else "读不出本期的文字"
        faults.append(Fault("archive-view", "error", place, told, "从备份恢复这个文件，再试一次"))
        return ()


def _stop_at_errors(faults: list[Fault]) -> None:
    """Nothing more is written when the chain is broken; the rest of it is looked at by ``archive verify``."""
    if has_errors(faults):
        hint = "先从备份恢复，再重建；运行 jianbao archive verify 看全部毛病。"
        raise ArchiveDamaged("归档包不全或有损坏，没有重建，原登记簿未动。", hint, tuple(faults))


def _catch_up(store: Store, last: Act | None) -> None:
    """The bag after ``HEAD``'s was taken in: ``HEAD`` says so from now on."""
    witness = store.witness()
    if last is not None and (witness is None or witness.seq != last.seq):
        store.write_witness(last.seq, last.hash)
