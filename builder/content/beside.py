"""Files that an entry names by a path relative to its own: pictures and tables. All lie in the workspace."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal


@dataclass(frozen=True, slots=True)
class Miss:
    """Why there is no such file: ``message`` goes on after its name, ``hint`` says what to do."""

    kind: Literal["remote", "outside", "missing"]
    message: str
    hint: str


def locate(typed: str, entry_file: str, root: Path, what: str) -> Path | Miss:
    """The file, links followed.

    Args:
        typed: the path as typed, relative to the folder of the entry's file.
        entry_file: the entry's path below the workspace (posix).
        root: the workspace.
        what: what the file is, for the words of a hint, e.g. "图片".
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:|//", typed):
        return Miss("remote", "是网络地址，不能使用", f"把{what}下载到条目旁边，写文件名")
    if "\\" in typed or typed.startswith("/") or re.match(r"[A-Za-z]:", typed):
        return Miss("outside", "是绝对路径或含反斜杠", f"把{what}放在条目旁边，写相对路径，文件夹之间用 /")
    base = root.resolve()
    try:
        target = (base / PurePosixPath(entry_file).parent / typed).resolve()
        exists = target.is_file()
    except (OSError, ValueError, RuntimeError):  # too long, with characters no file can have, or a loop of links
        return Miss("missing", "找不到", "核对文件名和所在文件夹")
    if not target.is_relative_to(base):
        return Miss("outside", "在工作文件夹之外", f"把{what}放在条目旁边，写相对路径")
    if exists:
        return target
    near = []
    if target.parent.is_dir():
        names = sorted(p.name for p in target.parent.iterdir() if _may_be(p.name, target.name) and p.is_file())
        near = difflib.get_close_matches(target.name, names, n=1, cutoff=0.6)
    return Miss("missing", "找不到", f"是否指 {near[0]}？" if near else "核对文件名和所在文件夹")


def _may_be(name: str, meant: str) -> bool:
    """Whether one file may be meant where the other is written: not where each has its own number, as 图12 and 图21."""
    own, other = re.findall(r"\d+", name), re.findall(r"\d+", meant)
    return own == other or not own or not other
