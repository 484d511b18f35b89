"""Where a workspace keeps its things, and the limits of templates; read once, at the edge."""

from __future__ import annotations

import os
from collections.abc import Mapping
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

    @property
    def copies(self) -> Path:
        """Where ``copies`` writes: a folder for each issue."""
        return self.root / "output" / "copies"

    @property
    def yearly(self) -> Path:
        """Where 年度期目 are written; the archive keeps its own."""
        return self.root / "output" / "期目"

    @property
    def volumes(self) -> Path:
        """Where 年度合订本 are written; they can be made anew any time."""
        return self.root / "output" / "合订本"

    @property
    def archive(self) -> Path:
        """The bags of what was published; neither a build nor a clean target touches it."""
        return self.root / "output" / "archive"

    @property
    def register(self) -> Path:
        """The register where it is SQLite."""
        return self.root / "output" / "register.sqlite"


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


def shipped_templates() -> Path:
    """The templates that the installed package carries; in a clone, those of the repository."""
    packed = Path(__file__).parent / "_templates"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one render by a template may take: seconds of processor time and megabytes of memory."""

    seconds: float = 2.0
    megabytes: int = 1024

    def scaled(self, text: int, pixels: int) -> Limits:
        """The limits for an issue with ``text`` bytes of data and ``pixels`` in its pictures.

        Measured: 580 kB of text (250 pages) take 1.3 s and 150 MB more than a short issue; a PNG of 40 megapixels that
        can hardly be packed takes 5 s and 850 MB. Three times that time is for slow machines; 1 MB of text is free.
        """
        length, area = max(0.0, text / 1e6 - 1), pixels / 1e6
        seconds = self.seconds * (1 + 3 * length) + 0.4 * area
        return Limits(seconds, self.megabytes + round(400 * length + 25 * area))


def limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits by ``JIANBAO_DEADLINE`` (seconds) and ``JIANBAO_MEMORY`` (MB), else those by default.

    Raises:
        UsageError: a value that is no number, or too small for any template.
    """
    standard = Limits()
    seconds = _number(environment, "JIANBAO_DEADLINE", standard.seconds, 0.1, 3600)
    megabytes = _number(environment, "JIANBAO_MEMORY", standard.megabytes, 256, 1 << 20)
    return Limits(seconds, int(megabytes))


def _number(environment: Mapping[str, str], name: str, standard: float, least: float, most: float) -> float:
    typed = environment.get(name, "").strip()
    try:
        value = float(typed) if typed else standard
    except ValueError:
        value = -1.0
    if not least <= value <= most:
        raise UsageError(f"环境变量 {name} 的值“{typed}”不能用。", f"写 {least:g} 到 {most:g} 之间的数，或不设。")
    return value
