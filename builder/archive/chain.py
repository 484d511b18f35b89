"""The chain of acts read from the bags alone, for a register that is lost or to be judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from builder.archive import bag
from builder.archive.store import HEAD, Store, Witness, folders
from builder.errors import Fault, Place, why
from builder.records import Act

_BACKUP = "从备份恢复归档夹里的这一处，再试一次"


def chain(root: Path, faults: list[Fault]) -> Iterator[Act]:
    """The acts of an archive in the order of ``seq``, as their bags tell them; each record is in memory alone.

    The bag of the act after ``HEAD``'s, where there is one, belongs to the chain: whether its writer was stopped before or after
    it was recorded cannot be told from the bags, and an act too many is mended more easily than one that is lost.

    Args:
        root: the archive.
        faults: what is wrong with the chain is added here: records that cannot be read or stand elsewhere, acts that are
            missing or there twice, a link that does not hold, ``HEAD`` not reached. With an error the acts are not all,
            or not those that were put away.

    Raises:
        FileError: a folder cannot be read.
    """
    places, unread = _places(root)
    faults += unread
    last: Act | None = None
    witness = Store(root).witness()
    for seq in sorted(places):
        if len(places[seq]) > 1:
            where = "、".join(places[seq])
            faults.append(_fault("archive-double", places[seq][0], f"第 {seq} 号手续有几个归档包：{where}"))
        act, _ = _read(root, places[seq][0])
        if act is None:
            continue  # it was read a moment ago: the disk is failing, and the gap is told
        faults += _follows(act, last)
        last = act
        if witness is not None and act.seq == witness.seq and act.hash != witness.hash:
            faults.append(_fault("archive-chain", f"{act.folder}/{bag.RECORD}", f"第 {seq} 号手续与 {HEAD} 记下的不同"))
        yield act
    faults += _reached(last, witness)


def _places(root: Path) -> tuple[dict[int, list[str]], list[Fault]]:
    places: dict[int, list[str]] = defaultdict(list)
    faults = []
    for folder in folders(root):
        act, fault = _read(root, folder)
        if act is None:
            faults.append(fault)
        elif act.folder != folder:
            told = f"归档包应在 {act.folder}"
            faults.append(_fault("archive-place", folder, told))
        else:
            places[act.seq].append(folder)
    return places, [fault for fault in faults if fault is not None]


def _read(root: Path, folder: str) -> tuple[Act | None, Fault | None]:
    """The act of a bag; a record that cannot be read is read once more."""
    path, reason = root / folder / bag.RECORD, ""
    for _ in range(2):
        try:
            return Act.from_record(path.read_bytes()), None
        except OSError as error:
            reason = f"读不了（{why(error)}）"
        except (ValueError, TypeError, RecursionError):
            reason = "不是归档时的记录，已损坏"
    return None, _fault("archive-record", f"{folder}/{bag.RECORD}", reason)


def _follows(act: Act, last: Act | None) -> list[Fault]:
    expected = last.seq + 1 if last else 1
    if act.seq != expected:
        gap = f"第 {expected} 号" if act.seq == expected + 1 else f"第 {expected} 至 {act.seq - 1} 号"
        return [_fault("archive-gap", "", f"缺{gap}手续的归档包")]
    if act.prev != (last.hash if last else ""):
        where = f"{(last or act).folder}/{bag.RECORD}"
        return [_fault("archive-chain", where, f"第 {act.seq} 号手续记下的前一号与它不符")]
    return []


def _reached(last: Act | None, witness: Witness | None) -> list[Fault]:
    seq = last.seq if last else 0
    if witness is None:
        if not last or seq == 1:
            return []
        told = "没有这个文件，或读不出来，不能确定最后几号手续是否都在"
        return [Fault("archive-witness", "warning", Place(HEAD), told, "核对最后几号手续")]
    if witness.seq > seq:
        gap = f"第 {seq + 1} 号" if witness.seq == seq + 1 else f"第 {seq + 1} 至 {witness.seq} 号"
        return [_fault("archive-gap", "", f"缺{gap}手续的归档包，{HEAD} 记着它们已经办完")]
    if witness.seq < seq - 1:
        return [_fault("archive-head", HEAD, f"只记到第 {witness.seq} 号，归档包已到第 {seq} 号")]
    return []


def _fault(code: str, place: str, message: str) -> Fault:
    return Fault(code, "error", Place(place), message, _BACKUP)
