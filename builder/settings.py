"""Where a workspace keeps its things; read once, at the edge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.errors import UsageError


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with ``templates/ content/ output/``."""

    root: Path

    @property
    def templates(self) -> Path:
        """Publications and shared layout."""
        return self.root / "templates"

    @property
    def content(self) -> Path:
        """Office, items, findings and issues."""
        return self.root / "content"

    @property
    def drafts(self) -> Path:
        """Where ``build`` writes."""
        return self.root / "output" / "drafts"


def workspace(folder: Path) -> Workspace:
    """The workspace at ``folder``.

    Raises:
        UsageError: when it has no ``templates`` or no ``content``.
    """
    root = folder.resolve()
    lacking = [name for name in ("templates", "content") if not (root / name).is_dir()]
    if lacking:
        raise UsageError(
            f"{folder} 不是简报工作区：缺少 {'、'.join(lacking)} 文件夹。",
            "用 -C 指定工作区，或用 jianbao init 文件夹 新建一个。",
        )
    return Workspace(root)
