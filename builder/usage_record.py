"""用稿.json beside the drafts: which items each built issue used, and which fell out of an issue since.

The record only remembers what content files no longer say. It may be deleted or damaged at any time: then an item that
was taken out of an issue before is listed by its own file's 编辑状态 until it is used again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from builder import files
from builder.errors import Fault, Place
from builder.settings import Workspace

VERSION = 1
NAME = "用稿.json"
_FILE = f"output/drafts/{NAME}"


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """``used``: issue id → ids of the items of its last build. ``fallen``: item id → the issue that it fell out of."""

    used: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fallen: Mapping[str, str] = field(default_factory=dict)

    def fallen_out(self, in_use: Collection[str]) -> dict[str, str]:
        """Item id → the last issue that was built with it, of items that no issue uses any more."""
        once = {item: issue for issue, items in sorted(self.used.items()) for item in items}
        return {item: issue for item, issue in {**self.fallen, **once}.items() if item not in in_use}

    def built(self, issues: Mapping[str, Collection[str]]) -> UsageRecord:
        """The record after ``issues``, id → ids of the items that each uses, were built."""
        again = {item for items in issues.values() for item in items}
        gone = {i: issue for issue, items in issues.items() for i in self.used.get(issue, ()) if i not in items}
        fallen = {item: last for item, last in {**self.fallen, **gone}.items() if item not in again}
        return UsageRecord({**self.used, **{issue: tuple(items) for issue, items in issues.items()}}, fallen)


def read(workspace: Workspace) -> tuple[UsageRecord, list[Fault]]:
    """The record, empty where there is none that can be used, and then a note if drafts were built before."""
    try:
        data = json.loads((workspace.drafts / NAME).read_bytes())
        return _checked(data), []
    except FileNotFoundError:
        return UsageRecord(), [_note("没有用稿记录。")] if workspace.drafts.is_dir() else []
    except (OSError, ValueError, RecursionError):
        return UsageRecord(), [_note("用稿记录已损坏，没有采用。")]


def write(workspace: Workspace, record: UsageRecord) -> None:
    """Write the record in one stroke; the same record gives the same bytes, and is not written again.

    Raises:
        FileError: it cannot be written, or ``output`` leads out of the workspace.
    """
    used = {issue: list(items) for issue, items in sorted(record.used.items())}
    data = {"版本": VERSION, "用稿": used, "撤下": dict(sorted(record.fallen.items()))}
    text = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    path = workspace.drafts / NAME
    with suppress(OSError):
        if path.read_bytes() == text:
            return
    files.write_inside(workspace.root, path, text)


def _checked(data: Any) -> UsageRecord:
    """Raises ValueError for anything but a record that ``write`` made."""
    match data:
        case {"版本": 1, "用稿": dict(used), "撤下": dict(fallen)}:
            texts = [*fallen.values(), *(i for items in used.values() if isinstance(items, list) for i in items)]
            if all(isinstance(items, list) for items in used.values()) and all(isinstance(t, str) for t in texts):
                return UsageRecord({issue: tuple(items) for issue, items in used.items()}, fallen)
    raise ValueError(NAME)


def _note(message: str) -> Fault:
    hint = "不必处理：从期里撤下的稿件暂按稿件自己写的编辑状态列出；再次生成后重新记录。"
    return Fault("usage-record", "note", Place(_FILE), message, hint)
