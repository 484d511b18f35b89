"""What the rest of the system knows about fonts: roles, faces, the chosen set, and the names that tell faces apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from builder.errors import Exit, JianbaoError

Role = Literal["仿宋", "楷体", "黑体", "宋体", "小标宋"]
ROLES: tuple[Role, ...] = ("仿宋", "楷体", "黑体", "宋体", "小标宋")

# 正式 the standard's own face; 自备 chosen by the office; 代用 a free face of the same style; 末选 another style.
Standing = Literal["正式", "自备", "代用", "末选"]

# Names as they stand in the fonts' name tables, best first: those of Word and WPS, as offices have them.
OFFICIAL: dict[Role, tuple[str, ...]] = {
    "仿宋": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong"),
    "楷体": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi"),
    "黑体": ("黑体", "SimHei"),
    "宋体": ("宋体", "SimSun"),
    "小标宋": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05"),
}
FANDOL: dict[Role, tuple[str, ...]] = {
    "仿宋": ("FandolFang-Regular",),
    "楷体": ("FandolKai-Regular",),
    "黑体": ("FandolHei-Regular",),
    "宋体": ("FandolSong-Regular",),
    "小标宋": ("FandolSong-Bold",),
}
# Faces of the right style that operating systems and office suites bring along.
SIMILAR: dict[Role, tuple[str, ...]] = {
    "仿宋": ("方正仿宋_GBK", "方正仿宋简体", "FZFangSong-Z02", "FZFangSong-Z02S", "华文仿宋", "STFangsong"),
    "楷体": ("方正楷体_GBK", "方正楷体简体", "FZKai-Z03", "FZKai-Z03S", "华文楷体", "STKaiti", "Kaiti SC", "楷体-简"),
    "黑体": (
        *("方正黑体_GBK", "方正黑体简体", "FZHei-B01", "FZHei-B01S", "华文黑体", "STHeiti", "Heiti SC", "黑体-简"),
        *("Source Han Sans SC", "Noto Sans CJK SC"),
    ),
    "宋体": (
        *("方正书宋_GBK", "方正书宋简体", "FZShuSong-Z01", "FZShuSong-Z01S", "华文宋体", "STSong", "Songti SC"),
        *("宋体-简", "Source Han Serif SC", "Noto Serif CJK SC"),
    ),
    "小标宋": ("华文中宋", "STZhongsong"),
}
LAST_RESORT: dict[Role, tuple[str, ...]] = {
    "仿宋": ("NotoSerifSC-Regular",),
    "楷体": ("NotoSerifSC-Regular",),
    "黑体": ("NotoSansSC-Regular",),
    "宋体": ("NotoSerifSC-Regular",),
    "小标宋": ("NotoSerifSC-Regular",),
}
# What a name must hold for a face in the office's own folder to count as that role; the first that fits wins.
KEYWORDS: tuple[tuple[str, Role], ...] = (
    ("小标宋", "小标宋"),
    ("xiaobiaosong", "小标宋"),
    ("仿宋", "仿宋"),
    ("fangsong", "仿宋"),
    ("楷", "楷体"),
    ("kaiti", "楷体"),
    ("黑", "黑体"),
    ("heiti", "黑体"),
    ("宋", "宋体"),
    ("songti", "宋体"),
)
# Faces for rare characters only: they have none of the common ones, whatever family they bear.
RARE_MARKS = ("ext", "超大字符集", "生僻")
RARE_INSTALLED = ("SimSun-ExtB", "SimSun-ExtG")


class FontError(JianbaoError):
    """No usable face for a role, or a font file that cannot be read."""

    exit_code = Exit.IO


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file, as it is used for a role or as a fallback.

    ``family`` and ``weight`` (100–900) are what Typst knows it by; ``names`` are all its names in the font file.
    ``source`` says where it was found and ``why`` it was taken, both in Chinese. ``cover`` is a bit per code point;
    ``advances`` (em) are those of characters that are neither half-width nor full-width as ``char_width`` says.
    """

    file: Path
    index: int
    family: str
    weight: int
    names: tuple[str, ...]
    standing: Standing
    source: str
    why: str
    cover: bytes = field(repr=False, compare=False)
    advances: Mapping[str, float] = field(repr=False, compare=False)

    def has(self, character: str) -> bool:
        """True when the face has a glyph for the character."""
        point = ord(character)
        return point >> 3 < len(self.cover) and bool(self.cover[point >> 3] >> (point & 7) & 1)


@dataclass(frozen=True, slots=True)
class FontSet:
    """The chosen face of every role, the faces for rare characters, and the folders that hold them for Typst.

    ``paths`` are folders: Typst takes no single font files. Nothing but the chosen files is in them wherever the
    cache folder can be written, so that no other face of a family (a bold 黑体) is picked by accident.
    """

    faces: dict[Role, Face]
    fallbacks: tuple[Face, ...]
    paths: tuple[Path, ...]

    def line(self, role: Role) -> tuple[Face, ...]:
        """The faces that print a text of this role: its own first, then those for rare characters."""
        own = self.faces[role]
        # The office's own first; of the others those whose strokes look like the role's.
        rest = sorted(self.fallbacks, key=lambda f: (f.standing == "末选", ("Sans" in f.family) != (role == "黑体")))
        return (own, *(f for f in rest if (f.file, f.index) != (own.file, own.index)))

    def families(self) -> dict[str, list[str]]:
        """The view's ``字体``: Typst family names for each role, best first (docs/templates.md)."""
        return {role: list(dict.fromkeys(face.family for face in self.line(role))) for role in ROLES}

    def substitutes(self) -> dict[Role, Face]:
        """Roles that print in neither the standard's face nor one that the office chose."""
        return {role: face for role, face in self.faces.items() if face.standing in ("代用", "末选")}

    def __iter__(self) -> Iterator[Face]:
        """Every face once, in the order of the roles, then the fallbacks."""
        seen = {(f.file, f.index): f for f in (*self.faces.values(), *self.fallbacks)}
        return iter(seen.values())
