"""What editors, office suites, systems and sync tools leave beside the content: skipped, and said once.

Hidden folders (``.git``) and hidden files of no known kind stay without a word.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import Literal

from builder.errors import Fault, Place
from builder.files import within

Kind = Literal["", "hidden", "litter", "conflict", "copy"]

_NAMED = 5
_SYSTEM = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_ENDS = (".bak", "~", ".tmp")
_CONFLICT = re.compile(r"冲突副本|的冲突文件|冲突文件[)）]|conflicted copy|\.sync-conflict-", re.IGNORECASE)
_COPY = re.compile(r"(?P<base>.+?)(?: ?[(（][1-9][0-9]?[)）]| ?- ?(?:副本|Copy)(?: ?[(（][1-9][0-9]?[)）])?)")


def kind(name: str, beside: frozenset[str] | set[str] = frozenset()) -> Kind:
    """What a file of this name is, among the names in its folder; "" for what may be content.

    ``x (1).md`` and ``x - 副本.md`` are copies only where ``x.md`` stands beside them.
    """
    if name.startswith(("~$", ".~")) or name.lower() in _SYSTEM or name.endswith(_ENDS):
        return "litter"
    if name.startswith("."):
        return "hidden"
    if _CONFLICT.search(name):
        return "conflict"
    stem, dot, suffix = name.rpartition(".")
    match = _COPY.fullmatch(stem) if dot else None
    return "copy" if match and f"{match['base']}{dot}{suffix}" in beside else ""


def is_skipped(folder: str) -> bool:
    """Whether a folder of this name is not looked into."""
    return kind(folder) in ("hidden", "litter")


def notes(root: Path) -> list[Fault]:
    """One note for all that was skipped below ``content``, and one on each copy that a sync tool made of a conflict."""
    litter: list[str] = []
    faults: list[Fault] = []
    if not within(root / "content", root):
        return []
    for parent, folders, names in os.walk(root / "content"):
        litter += [_shown(Path(parent) / name, root) + "/" for name in folders if kind(name) == "litter"]
        folders[:] = [name for name in folders if not is_skipped(name)]
        beside = set(names)
        for name in names:
            found = kind(name, beside)
            if found == "conflict":
                faults.append(_conflict(_shown(Path(parent) / name, root)))
            elif found in ("litter", "copy"):
                litter.append(_shown(Path(parent) / name, root))
    if litter:
        litter.sort()
        named = "、".join(litter[:_NAMED]) + ("等" if len(litter) > _NAMED else "")
        message = f"略过 {len(litter)} 个临时文件、备份或副本：{named}"
        hint = "不必处理；副本里若有要用的内容，抄进原文件后删去"
        faults.append(Fault("file-litter", "note", Place("content"), message, hint))
    return faults


def _shown(path: Path, root: Path) -> str:
    return unicodedata.normalize("NFC", path.relative_to(root).as_posix())


def _conflict(path: str) -> Fault:
    message = "是同步软件留下的冲突副本，没有读取；里面可能有别人改过的文字"
    return Fault("file-conflict", "note", Place(path), message, "与原文件对照，把要用的文字抄过去，再删去这个副本")
