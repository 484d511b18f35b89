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
_MANUSCRIPTS = (".txt", ".doc", ".docx", ".wps", ".rtf", ".odt")
_TOLD = (".md.txt", ".markdown.txt")  # by content.files: only the name is wrong
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
    """One note for all that was skipped below ``content``, one on manuscripts of other kinds, one on each conflict copy.

    A manuscript is a text or Word file below ``items``; a conflict copy is what a sync tool made of two versions.
    """
    litter: list[str] = []
    manuscripts: list[str] = []
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
            elif not found and _is_manuscript(Path(parent) / name, root):
                manuscripts.append(_shown(Path(parent) / name, root))
    if litter:
        message = f"略过 {len(litter)} 个临时文件、备份或副本：{_named(litter)}"
        hint = "不必处理；副本里若有要用的内容，抄进原文件后删去"
        faults.append(Fault("file-litter", "note", Place("content"), message, hint))
    if manuscripts:
        message = f"{len(manuscripts)} 个文件不是 .md，没有读取：{_named(manuscripts)}"
        hint = "要用的，用 jianbao import 转成信息；不用的移到别处"
        faults.append(Fault("file-manuscript", "note", Place("content/items"), message, hint))
    return faults


def _named(paths: list[str]) -> str:
    return "、".join(sorted(paths)[:_NAMED]) + ("等" if len(paths) > _NAMED else "")


def _is_manuscript(path: Path, root: Path) -> bool:
    """Whether a file of items looks like a text or a Word document that somebody meant to be read."""
    name = path.name.lower()
    return name.endswith(_MANUSCRIPTS) and not name.endswith(_TOLD) and path.is_relative_to(root / "content" / "items")


def _shown(path: Path, root: Path) -> str:
    return unicodedata.normalize("NFC", path.relative_to(root).as_posix())


def _conflict(path: str) -> Fault:
    message = "是同步软件留下的冲突副本，没有读取；里面可能有别人改过的文字"
    return Fault("file-conflict", "note", Place(path), message, "与原文件对照，把要用的文字抄过去，再删去这个副本")
