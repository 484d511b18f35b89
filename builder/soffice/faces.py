"""Fonts for one run of LibreOffice: the names that documents ask for, given to the files that this program sets text with.

The names are given to the files themselves while fontconfig scans them, so that LibreOffice finds, say, a 仿宋_GB2312 and
substitutes nothing. Elsewhere than on Linux it knows no fontconfig and takes what is installed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

# Whether LibreOffice sets everything with the faces that it is given.
FACES_HOLD = sys.platform not in ("win32", "darwin")
_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>{folder}</dir>
<cachedir>{cache}</cachedir>
{rules}</fontconfig>
"""
_BOLD = 600
# The weight is told because LibreOffice parts faces of one family by it, and some font files tell a wrong one.
_RULE = """<match target="scan">
<test name="file"><string>{file}</string></test><test name="index"><int>{index}</int></test>
<edit name="family" mode="assign">{names}</edit>
<edit name="familylang" mode="assign">{languages}</edit>
<edit name="weight" mode="assign"><const>{weight}</const></edit>
</match>
"""


@dataclass(frozen=True, slots=True)
class FaceFile:
    """A face in a font file: ``weight`` from 100 to 900; ``names`` are the families that it stands for, none for rare characters."""

    file: Path
    index: int = 0
    weight: int = 400
    names: tuple[str, ...] = ()


def configured(faces: Sequence[FaceFile], work: Path) -> dict[str, str]:
    """Makes fontconfig's files below ``work``; the variable that leads there.

    Raises:
        OSError: there is no room, or a font file is gone.
    """
    folder = work / "fonts"
    folder.mkdir()
    rules = []
    for n, face in enumerate(faces):
        # A name of its own for every use: one file may stand for two families.
        link = folder / f"{n}{face.file.suffix.lower()}"
        _linked(face.file, link)
        if face.names:
            names = "".join(f"<string>{escape(name)}</string>" for name in face.names)
            languages = "<string>zh-cn</string>" * len(face.names)
            weight = "bold" if face.weight >= _BOLD else "regular"
            rules.append(
                _RULE.format(file=escape(str(link)), index=face.index, names=names, languages=languages, weight=weight)
            )
    conf = work / "fonts.conf"
    text = _CONF.format(folder=escape(str(folder)), cache=escape(str(work / "fontcache")), rules="".join(rules))
    conf.write_text(text, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(conf)}


def _linked(file: Path, link: Path) -> None:
    try:
        link.symlink_to(file.absolute())
    except OSError:  # Windows, without the right to make links
        shutil.copyfile(file, link)
