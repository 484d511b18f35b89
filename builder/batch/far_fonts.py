"""The faces of a workspace on another machine: the same files by SHA-256, wherever that machine keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from builder.fonts import FontSet, data_folder
from builder.fonts.index import font_files, link
from builder.fonts.places import system_folders
from builder.fonts.search import shipped_folder


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file that a workspace prints with: where it lies on the driver's machine, its size in bytes and SHA-256."""

    path: str
    name: str
    size: int
    sha256: str


def wanted(fontset: FontSet) -> tuple[FontFile, ...]:
    """The files of a set of faces, in the order in which the PDF engine is given them."""
    files = dict.fromkeys(face.file for face in sorted(fontset, key=lambda f: (str(f.file), f.index)))
    return tuple(FontFile(str(file), file.name, file.stat().st_size, _sha256(file)) for file in files)


def found(files: Iterable[FontFile]) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Where this machine has the files, by path on the driver's; and, in Chinese, those that it lacks.

    They are looked for where the program finds fonts without a workspace: ``JIANBAO_FONTS`` (else the user's data
    folder), the system's folders, and what is installed with the program.
    """
    have: dict[str, Path] = {}
    lacking: list[str] = []
    here = _sizes()
    for file in files:
        same = [path for path in here.get(file.size, ()) if _sha256(path) == file.sha256]
        if same:
            have[file.path] = same[0]
        else:
            lacking.append(_lack(file, [path for paths in here.values() for path in paths if path.name == file.name]))
    return have, tuple(lacking)


def moved(fontset: FontSet, have: Mapping[str, Path], folder: Path) -> FontSet:
    """The same set with the files of this machine.

    ``folder`` is filled with links to them, named so that the PDF engine meets them in the driver's order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(have.values()):
        name = folder / f"{number:02}-{file.name}"
        name.unlink(missing_ok=True)
        link(file.absolute(), name)
    return FontSet(
        {role: replace(face, file=have[str(face.file)]) for role, face in fontset.faces.items()},
        tuple(replace(face, file=have[str(face.file)]) for face in fontset.fallbacks),
        (folder,),
    )


def _lack(file: FontFile, namesakes: list[Path]) -> str:
    if not namesakes:
        return f"没有字体文件 {file.name}（SHA-256 {file.sha256[:12]}…）"
    return f"字体文件 {file.name} 不同：应为 SHA-256 {file.sha256[:12]}…，实为 {_sha256(namesakes[0])[:12]}…"


def _sizes() -> Mapping[int, list[Path]]:
    """All font files of this machine by size, so that only files that may be meant are read whole."""
    sizes: dict[int, list[Path]] = {}
    for folder in _folders():
        for path, (size, _) in font_files(folder):
            sizes.setdefault(size, []).append(path)
    return sizes


def _folders() -> Iterator[Path]:
    yield data_folder()
    yield from system_folders()
    if (shipped := shipped_folder()).name:
        yield shipped


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
