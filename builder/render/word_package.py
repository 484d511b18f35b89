"""A Word template's package, before anything in it is used: no bomb, no macro, nothing that leads elsewhere."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from builder.errors import RenderError

MAX_MEMBERS = 2_000
MAX_BYTES = 100 << 20  # of all members, as they unpack
MAX_RATIO = 100  # a member unpacked against packed
_TARGET_MODE = re.compile(r"TargetMode\s*=\s*([\"'])(?!Internal\1)")  # anything else, written in whatever way
_TARGET = re.compile(r"\bTarget\s*=\s*([\"'])(.*?)\1")
_RELATIONSHIP = re.compile(r"<[^<>]*>")


def read(path: Path, name: str) -> dict[str, bytes]:
    """The members of the template at ``path``, in order; ``name`` is its name in messages.

    Sizes are those that the package's directory declares, and no member is unpacked beyond them.

    Raises:
        RenderError: too many members, too large, too strongly packed, doubtful names, macros, or relationships that
            lead out of the package.
        zipfile.BadZipFile: and whatever else ``zipfile`` raises for a damaged package.
    """
    with zipfile.ZipFile(path) as package:
        if told := _doubt(package.infolist()):
            raise RenderError(f"{name} {told}，不能使用。", "用 jianbao template make 重新生成，或恢复备份。")
        contents = {m.filename: package.read(m) for m in package.infolist() if not m.is_dir()}
    for part, data in contents.items():
        if part.lower().endswith(".rels") and (target := _outward(data.decode())):
            raise RenderError(
                f"{name} 中有指向文件以外的链接“{target[:80]}”（{part}）。",
                "在 Word 中取消这处超链接、外部图片或附加模板。",
            )
    return contents


def _doubt(members: Sequence[zipfile.ZipInfo]) -> str:
    """What is wrong with a package's directory; "" when nothing is."""
    names = [m.filename for m in members]
    strange = next((n for n in names if n.startswith("/") or re.search(r"[\\:\x00]", n) or ".." in n.split("/")), "")
    if len(members) > MAX_MEMBERS:
        return f"内有 {len(members)} 个部件，超过 {MAX_MEMBERS} 个"
    if strange:
        return f"内有路径可疑的部件“{strange[:80]}”"
    if len({n.lower() for n in names}) < len(names):  # part names do not tell case apart (ISO/IEC 29500-2, 6.2.2)
        return "内有重名的部件"
    if sum(m.file_size for m in members) > MAX_BYTES:
        return f"解压后超过 {MAX_BYTES >> 20} MB"
    if any(m.file_size > MAX_RATIO * max(m.compress_size, 1) for m in members):
        return f"内有压缩率超过 {MAX_RATIO} 倍的部件"
    if any("vbaproject" in n.lower() or "vbadata" in n.lower() for n in names):
        return "带有宏"
    return ""


def _outward(relations: str) -> str:
    """The target of the first relationship that leads out of the package; "" when none does."""
    for relationship in _RELATIONSHIP.findall(relations):
        if _TARGET_MODE.search(relationship):
            found = _TARGET.search(relationship)
            return found[2] if found else "未写明"
    return ""
