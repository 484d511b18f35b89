"""Which files below ``content/`` count, and the ids they give. Order of the file system does not matter."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from builder.content import litter
from builder.content.ids import refusal
from builder.errors import Fault, Place, why
from builder.files import within


@dataclass(frozen=True, slots=True)
class Found:
    """A content file: its id, its path below the workspace (posix, NFC) and where it is."""

    id: str
    file: str
    path: Path


def is_litter(name: str) -> bool:
    """Hidden files, and what editors, office suites, systems and sync tools leave behind (``content.litter``)."""
    return litter.kind(name) != ""


def find(root: Path, folder: str, suffix: str) -> tuple[list[Found], list[Fault]]:
    """The files with ``suffix`` below ``content/<folder>``, sorted by id, and what is wrong with names and links.

    A folder that leads out of the workspace, or cannot be read, is a fault; an absent one is empty.
    """
    base = root / "content" / folder
    found: dict[str, Found] = {}
    faults: list[Fault] = []
    if not os.path.lexists(base):
        return [], []
    if not within(base, root):
        return [], [_fault("path-symlink", base, root, "是指向工作文件夹之外的链接", "把文件夹本身放进工作文件夹")]

    def unreadable(error: OSError) -> None:
        message = f"读不了文件夹（{why(error)}）"
        faults.append(_fault("file-unreadable", Path(error.filename), root, message, "检查文件夹权限；链接则删去"))

    for parent, folders, names in os.walk(base, onerror=unreadable):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if not litter.is_skipped(name))
        links = [name for name in folders if (here / name).is_symlink()]
        for name in links:
            faults.append(_fault("path-symlink", here / name, root, "文件夹是链接，没有读取", "把文件夹本身放进来"))
        beside = frozenset(names)
        for name in sorted(names):
            if litter.kind(name, beside):
                continue
            _consider(here / name, base, root, suffix, found, faults)
    return sorted(found.values(), key=lambda entry: entry.id), faults


def _consider(path: Path, base: Path, root: Path, suffix: str, found: dict[str, Found], faults: list[Fault]) -> None:
    if path.suffix != suffix:
        if wrong := _wrong_suffix(path, suffix):
            faults.append(_fault("file-suffix", path, root, *wrong))
        return
    relative = unicodedata.normalize("NFC", path.relative_to(base).as_posix())
    name = relative[: -len(suffix)]
    if path.is_symlink() and not within(path, root):
        faults.append(_fault("path-symlink", path, root, "是指向工作文件夹之外的链接", "把文件本身放进工作文件夹"))
    elif not path.is_file():  # a pipe would never end
        faults.append(_fault("file-unreadable", path, root, "不是普通文件，没有读取", "删去它，或换成真正的文件"))
    elif reason := refusal(name):
        faults.append(_fault(reason[0], path, root, *reason[1:]))
    elif name in found:
        faults.append(_fault("id-twice", path, root, f"与 {found[name].file} 同名，仅字符形式不同", "改名"))
    else:
        file = unicodedata.normalize("NFC", path.relative_to(root).as_posix())
        found[name] = Found(name, file, path)


def _wrong_suffix(path: Path, suffix: str) -> tuple[str, str] | None:
    """What is wrong with a file that is meant to be content, by the look of its name, and what to do."""
    meant = (".yaml", ".yml") if suffix == ".yaml" else (suffix, ".markdown")
    if path.suffix.lower() == ".txt" and path.stem.lower().endswith(meant):
        name = path.stem[: path.stem.rindex(".")] + suffix
        return "文件名末尾多了 .txt，没有读取", f"改名为 {name}；看不到 .txt 时，在资源管理器中打开“显示文件扩展名”"
    if path.suffix.lower() in (suffix, ".yml", ".markdown") or (suffix == ".md" and path.suffix == ".yaml"):
        return f"后缀不是 {suffix}，没有读取", f"把后缀改为 {suffix}"
    return None


def _fault(code: str, path: Path, root: Path, message: str, hint: str) -> Fault:
    file = unicodedata.normalize("NFC", path.relative_to(root).as_posix())
    return Fault(code, "error", Place(file), message, hint)
