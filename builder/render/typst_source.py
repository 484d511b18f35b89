"""Typst templates judged as text, before Typst sees them: what could load something that is not their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from builder.errors import Fault, Place, why

# What a template may load: one of its own files, named outright, and nothing done to the name. Only ``import`` and
# ``include`` load packages, and their words stand as they are (keywords know no escapes); a name that is put together
# could be any. ``eval`` would make code of text, and ``std`` gives ``eval`` under another name. ``plugin`` runs a program.
_LOADS = re.compile(r"(?<![A-Za-z_])(?:import|include)(?![A-Za-z0-9_])")
_OWN_FILE = re.compile(r'\s*"[^"@\\]*\.typ"(?>(?:\s|//[^\n\r\x0b\x0c\x85\u2028\u2029]*+)*+)(?![+./])')
_EVALUATES = re.compile(r"(?<![A-Za-z_])(?:eval|std|plugin)(?![A-Za-z0-9_])")
_HINT = "import、include 后只能直接写 templates 下的 .typ 文件名；不得引用软件包，不得用 eval、std、plugin（注释里也不写）。"


def files(templates: Path) -> Iterator[Path]:
    """The files that Typst may read: regular ``.typ`` files of the publications and of ``layout``; links are left out."""
    for path in sorted(templates.glob("*/*.typ")):
        if not path.is_symlink() and not path.parent.is_symlink() and path.is_file():
            yield path


def faults(templates: Path) -> list[Fault]:
    """Why the templates must not be used; empty when nothing speaks against it."""
    return [fault for path in files(templates) for fault in _faults(path, path.relative_to(templates).as_posix())]


def _faults(path: Path, name: str) -> Iterator[Fault]:
    place = f"templates/{name}"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        yield Fault("template-syntax", "error", Place(place), "不是 UTF-8 编码。", "在编辑器里另存为 UTF-8 编码。")
        return
    except OSError as error:
        told = f"读不了（{why(error)}）。"
        yield Fault("template-missing", "error", Place(place), told, "检查文件权限。")
        return
    for at, told in _doubts(text):
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        yield Fault("template-forbidden", "error", Place(place, line, column), f"第 {line} 行{told}。", _HINT)


def _doubts(text: str) -> Iterator[tuple[int, str]]:
    for match in _LOADS.finditer(text):
        if not _OWN_FILE.match(text, match.end()):
            yield match.start(), "引用了软件包，或引用的不是直接写明的 .typ 文件"
    for match in _EVALUATES.finditer(text):
        yield match.start(), f"用了 {match[0]}"
