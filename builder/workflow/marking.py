"""The use case of ``jianbao diff A B --docx``: two versions as one Word file with revision marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from builder import guard
from builder.errors import UsageError
from builder.files import read_most
from builder.fonts import FontSet
from builder.redline.marks import Marked, marked
from builder.render.child import Engines
from builder.workflow import differing
from builder.workflow.opening import Opened

AUTHOR = "简报"  # whose marks they are where nobody is named


@dataclass(frozen=True, slots=True)
class Version:
    """One of two versions: what it is called, and its DOCX."""

    name: str
    docx: bytes


def version(typed: str, opened: Callable[[], Opened], fontset: Callable[[], FontSet], engines: Engines) -> Version:
    """A version by what was typed: a DOCX file; an issue (as published, or else as its files are now); or ``期@2``, submitted second.

    ``opened`` and ``fontset`` are asked for an issue only: two files need no workspace.

    Raises:
        UsageError: there is no such file or issue, or what follows ``@`` is no number.
        InvalidContent: the issue has errors; there is no such version.
        RenderError, FileError: the issue cannot be rendered; a file, the register or the archive cannot be read.
    """
    path = Path(typed)
    if path.suffix.lower() == ".docx":
        return Version(path.name, read_most(path, guard.MAX_BYTES))
    issue, at, number = typed.replace("＠", "@").partition("@")
    if at and not (number.isascii() and number.isdecimal() and 0 < len(number) < 5 and int(number)):
        raise UsageError(f"“{typed}”的 @ 后面应是第几版送审稿。", "如 工作信息-12@2。")
    name = differing.issue_meant(opened(), issue)
    found = differing.baseline(opened(), name, fontset(), engines, int(number or 0))
    return Version(f"{issue}（{found.name}）", found.docx)


def mark(old: Version, new: Version, author: str = AUTHOR, day: str = "") -> Marked:
    """The newer version with Word's revision marks against the older one; see ``builder.redline.marks.marked``.

    Raises:
        InvalidContent: a file is no DOCX, damaged or hostile.
    """
    return marked(old.docx, new.docx, author, day, (old.name, new.name))
