"""Expected failures: faults with a place, and exit codes. Everything else that is raised is a bug."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any, Literal


class Exit(IntEnum):
    """Process exit codes; permanent (docs/errors.md)."""

    OK = 0
    INVALID = 1
    PARTIAL = 2
    VERIFY = 3
    CONFLICT = 4
    USAGE = 64
    IO = 74


Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a source file. ``line`` and ``column`` count from 1, in characters; 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong (or worth a note), where it stands, and what to do next. Texts are Chinese.

    ``code`` is permanent and documented in docs/errors.md, e.g. ``"yaml-alias"``.
    """

    code: str
    severity: Severity
    place: Place
    message: str
    hint: str = ""

    def as_dict(self) -> dict[str, str | int]:
        """The JSON form of ``check --json``: code, severity, file, line, column, message, hint."""
        flat = asdict(self)
        return {**flat.pop("place"), **flat}

    @classmethod
    def from_dict(cls, flat: Mapping[str, Any]) -> Fault:
        """A fault from its JSON form."""
        place = Place(flat["file"], flat["line"], flat["column"])
        return cls(flat["code"], flat["severity"], place, flat["message"], flat["hint"])

    def __str__(self) -> str:
        label = {"error": "错误", "warning": "警告", "note": "提示"}[self.severity]
        tail = f"\n    怎么办：{self.hint}" if self.hint else ""
        where = f"{self.place}：" if self.place.file else ""
        return f"{where}{label}：{self.message} [{self.code}]{tail}"


def has_errors(faults: list[Fault] | tuple[Fault, ...]) -> bool:
    """True when at least one fault is an error, so that nothing may be written."""
    return any(f.severity == "error" for f in faults)


class JianbaoError(Exception):
    """An expected failure: ``exit_code``, a Chinese message and a next step; shown without a traceback."""

    exit_code: Exit = Exit.INVALID

    def __init__(self, message: str, hint: str = "", faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.hint, self.faults = message, hint, faults


class InvalidContent(JianbaoError):
    """Content with faults; ``faults`` holds all of them."""


class RenderError(JianbaoError):
    """A template or engine failed, or the produced file does not carry the view's text."""


class UsageError(JianbaoError):
    """The command line asks for something that cannot be."""

    exit_code = Exit.USAGE


class FileError(JianbaoError):
    """Reading or writing failed (disk full, no permission, file in use)."""

    exit_code = Exit.IO


class Conflict(JianbaoError):
    """Somebody else acted meanwhile, or on another version; the message shows both."""

    exit_code = Exit.CONFLICT


class DiskFull(FileError):
    """There is no room left (on the disk, or of what this user may take): what follows will fail, too."""


class FileInUse(FileError):
    """A file may not be replaced because a program has it open."""


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.EEXIST: "已经有了",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EBUSY: "正被使用",
    errno.ELOOP: "链接绕成了圈",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.EIO: "磁盘读写出错",
    errno.ENOTEMPTY: "文件夹不是空的",
}


def why(error: OSError) -> str:
    """Why the system refused, in Chinese; what this project has no words for, in the system's."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
