"""四性检测: the archive and the register judged by each other, nothing taken on trust.

真实性 the chain of acts, their hashes, who signed; 完整性 no file, act or number missing or too many; 可用性 files open and say
what they said; 安全性 nothing in them that acts. Nothing is written.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from builder import register
from builder.archive.fixity import FEW
from builder.archive.store import ArchiveDamaged, Store
from builder.errors import Fault, JianbaoError
from builder.register import Address
from builder.register.rebuilding import differences, make
from builder.settings import Workspace
from builder.workflow.fixity import REGISTER, Rules, Verified, ordered, over_all, registered, unlike, where
from builder.workflow.restoring import filled
from builder.workflow.usable import judge_whole
from builder.workflow.whereabouts import NamesRegister

NATURES = {
    "真实性": (
        "archive-changed",
        "archive-record",
        "archive-chain",
        "archive-head",
        "archive-witness",
        "verify-signoff",
    ),
    "完整性": (
        "archive-missing",
        "archive-added",
        "archive-unknown",
        "archive-place",
        "archive-gap",
        "archive-double",
        "verify-register",
        "verify-number",
    ),
    "可用性": ("archive-unreadable", "archive-view", "verify-unusable", "verify-text"),
    "安全性": ("verify-unsafe",),
}


def verify(workspace: Workspace, office: NamesRegister | None, processes: int | None = None) -> Verified:
    """Everything that is wrong with archive and register.

    Args:
        workspace: where they are.
        office: says where the register is; None takes the default.
        processes: how many to use for a large archive; by default one for each core.

    Raises:
        UsageError: the register may not be where it is.
    """
    at, root, rules = where(workspace, office), workspace.archive, Rules()
    witness = Store(root).witness()
    with ExitStack() as stack:
        other = None
        if witness is not None and witness.seq > FEW:  # meanwhile the bags are judged
            pool = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
            other = pool.submit(compared, at, root)
        faults = over_all(at, root, rules, judge_whole, processes)
        if not any(fault.place.file == REGISTER for fault in faults):
            faults += compared(at, root) if other is None else other.result()
    return Verified(rules.acts, rules.issues, ordered([*faults, *rules.faults]))


def compared(where: Address, root: Path) -> list[Fault]:
    """Where the register's tables, indexes and search depart from what its own acts and the bags give."""
    try:
        with (
            register.open_register(where, create=False, read_only=True) as opened,
            opened.reading() as reading,
            tempfile.TemporaryDirectory() as folder,
        ):
            twin = Path(folder) / "register.sqlite"
            make(twin, filled(Store(root), registered(reading, [])))
            return [unlike(told) for told in differences(reading.connection, twin)]
    except ArchiveDamaged:
        return []  # the bags are judged by others, who name the file
    except JianbaoError as error:
        return [unlike(error.message.rstrip("。"))]
