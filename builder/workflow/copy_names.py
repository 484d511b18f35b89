"""Names of the files of copies: they sort as the copies are handed out, and stand on every system."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from builder.errors import Fault, Place
from builder.workflow.allotting import Share

_LONGEST = 40  # characters of a recipient: a path has room for 260 on Windows, a name for 255 bytes elsewhere
_REFUSED = re.compile(r'[<>:"/\\|?*\s\x00-\x1f\x7f]+')
_OURS = re.compile(r"\d{3,6}-.+\.pdf", re.DOTALL)
_TOLD = 5


def copy_name(share: Share, number: int, booklet: bool) -> str:
    """``000101-市委常委.pdf``; copies without 份号 in one file ``001-市委常委-11份.pdf``; a booklet ends in ``-册页``."""
    name = _REFUSED.sub("_", share.name).strip("._ ")[:_LONGEST] or "收件方"
    ending = "-册页" if booklet else ""
    return f"{number:06d}-{name}{ending}.pdf" if number else f"{share.serial:03d}-{name}-{share.copies}份{ending}.pdf"


def left_over(folder: Path, names: Sequence[str], chosen: Sequence[str], file: str) -> Iterator[Fault]:
    """Files of other copies in the folder: handed to a printer with the new ones, a 份号 would go out twice.

    ``names`` are those of all copies; those among them that are not ``chosen`` now may be of an older text, which is noted.
    """
    ours = set(names)
    found = sorted(p.name for p in folder.iterdir() if _OURS.fullmatch(p.name)) if folder.is_dir() else []
    others = [name for name in found if name not in ours]
    if others:
        listed = "、".join(others[:_TOLD]) + ("……" if len(others) > _TOLD else "")
        message = f"{folder.name} 里有 {len(others)} 个不是这一次的份：{listed}"
        hint = f"核对后删去它们，或用 --out 换一个文件夹，免得混在一起送印（{folder}）。"
        yield Fault("copies-leftover", "error", Place(file), message, hint)
    if older := [name for name in found if name in ours.difference(chosen)]:
        message = f"{folder.name} 里另有 {len(older)} 份是以前写出的，这次没有重写。"
        hint = "稿件、可见范围、名单或 --收件方行 与那时不同的，不加 --to、--份号 全部重分，免得两种混着送印。"
        yield Fault("copies-older", "note", Place(file), message, hint)
