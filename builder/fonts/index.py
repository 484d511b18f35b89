"""A cache of what font files hold, so that a warm start parses none of them.

``names.json`` in the cache folder maps a file, with size and time of change, to the names of its faces. Each chosen
set of files has a folder ``set-<digest>`` with links to the files and ``faces.json``: the families the PDF engine
gives them, their characters and advances. A missing, damaged or unwritable cache costs time, nothing else.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.words.lines import char_width

SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_FORMAT = 2
_HAN = 0x2E80  # characters from here on are full-width, or as ``char_width`` says


@dataclass(frozen=True, slots=True)
class Listed:
    """A face that stands in some folder: its file, index, all its names, and a stamp that changes with the file."""

    file: Path
    index: int
    names: tuple[str, ...]
    stamp: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the PDF engine calls a face (``family``, ``weight``) and the characters it has, one bit per code point.

    ``advances`` (em) are those of characters that are not full-width, where ``char_width`` says otherwise.
    """

    family: str
    weight: int
    cover: bytes
    advances: dict[str, float]


def font_files(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Font files below a folder, in a fixed order, with size and time of change; unreadable folders count as empty."""
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        try:
            if entry.is_dir():
                # Hidden folders hold half-written fonts (``debian``); links may lead round in a circle.
                if not entry.is_symlink() and not entry.name.startswith("."):
                    yield from font_files(Path(entry.path))
            elif entry.name.lower().endswith(SUFFIXES):
                state = entry.stat()
                yield Path(entry.path), (state.st_size, state.st_mtime_ns)
        except OSError:
            continue


class Names:
    """The names of faces by file, read from the cache and written back once when something was new."""

    def __init__(self, cache: Path) -> None:
        self._file = cache / "names.json"
        self._known: dict[str, Any] = _read(self._file).get("files", {})
        self._changed = False

    def below(self, folder: Path) -> list[Listed]:
        """The faces of all font files below a folder."""
        found: list[Listed] = []
        for file, stamp in font_files(folder.absolute()):
            found += [Listed(file, index, tuple(names), stamp) for index, names in self._faces(file, stamp)]
        return found

    def _faces(self, file: Path, stamp: tuple[int, int]) -> list[tuple[int, list[str]]]:
        known = self._known.get(str(file))
        if known is None or tuple(known[0]) != stamp:
            from builder.fonts import sfnt

            known = [list(stamp), [[face.index, list(face.names)] for face in sfnt.names(file)]]
            self._known[str(file)] = known
            self._changed = True
        return [(int(index), list(names)) for index, names in known[1]]

    def save(self) -> None:
        """Write what is new, without files that are gone; a cache that cannot be written is left as it is."""
        if self._changed:
            present = {name: faces for name, faces in self._known.items() if Path(name).exists()}
            _write(self._file, {"format": _FORMAT, "files": present})


def prepare(faces: Iterable[Listed], cache: Path) -> tuple[dict[tuple[Path, int], Prepared], tuple[Path, ...]]:
    """Family, weight and characters of faces, and the folders to give the PDF engine.

    A face that the engine does not accept is missing from the result.
    """
    chosen = sorted(set(faces), key=lambda f: (str(f.file), f.index))
    key = repr((_FORMAT, _engine(), [(str(f.file), f.index, f.stamp) for f in chosen]))
    folder = cache / f"set-{hashlib.sha256(key.encode()).hexdigest()[:20]}"
    kept = _read(folder / "faces.json")
    if not kept:
        try:
            kept = _make(folder, chosen)
        except OSError:
            folders = tuple(dict.fromkeys(f.file.parent for f in chosen))
            return _unpacked(_study(chosen, folders), chosen), folders
    return _unpacked(kept, chosen), (folder,)


def _unpacked(kept: dict[str, Any], chosen: list[Listed]) -> dict[tuple[Path, int], Prepared]:
    found = {}
    for face in chosen:
        row = kept["faces"].get(f"{face.file}#{face.index}")
        if row:
            cover = zlib.decompress(base64.b64decode(row["cover"]))
            found[face.file, face.index] = Prepared(row["family"], row["weight"], cover, row["advances"])
    return found


def _make(folder: Path, chosen: list[Listed]) -> dict[str, Any]:
    """Fill the set's folder beside its final place and rename it, so that no other process sees half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".set-", dir=folder.parent))
    try:
        for number, file in enumerate(dict.fromkeys(f.file for f in chosen)):
            link(file, staging / f"{number:02}-{file.name}")
        kept = _study(chosen, (staging,))
        (staging / "faces.json").write_text(json.dumps(kept), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        # Another process may have been faster: the same set, the same content.
        with contextlib.suppress(OSError):
            staging.rename(folder)
        if not (folder / "faces.json").exists():
            raise OSError(f"cannot create {folder.name}")
        return kept
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def link(file: Path, to: Path) -> None:
    """A link where the system allows one, else a copy (Windows without the privilege, other drive)."""
    for make in (os.symlink, os.link, shutil.copyfile):
        try:
            make(file, to)
        except (OSError, NotImplementedError):
            to.unlink(missing_ok=True)
        else:
            return
    raise OSError(f"cannot link {file.name}")


def _study(chosen: list[Listed], folders: tuple[Path, ...]) -> dict[str, Any]:
    """Ask the engine for families and weights and fontTools for characters, in the form of ``faces.json``.

    The engine is asked, not imitated: it builds family names by rules of its own ("FandolFang R").
    """
    import typst

    from builder.fonts import sfnt

    known = typst.Fonts(False, False, [str(f) for f in folders]).fonts()
    accepted = {(os.path.realpath(info.path), info.index): info for info in known if info.path}
    linked = {info.path: info for info in known if info.path}
    rows: dict[str, Any] = {}
    for face in chosen:
        info = accepted.get((os.path.realpath(face.file), face.index))
        if info is None:
            # Hard links and copies have no common real path; the numbered name tells them apart.
            same = (i for p, i in linked.items() if Path(p).name.endswith(f"-{face.file.name}"))
            info = next((i for i in same if i.index == face.index), None)
        if info is not None:
            try:
                bits, advances = sfnt.cover(face.file, face.index), sfnt.advances(face.file, face.index)
            except sfnt.DAMAGED:
                continue
            rows[f"{face.file}#{face.index}"] = {
                "family": info.family,
                "weight": info.weight,
                "cover": base64.b64encode(zlib.compress(bits, 9)).decode(),
                "advances": {c: wide for c, wide in advances.items() if ord(c) < _HAN and wide != char_width(c)},
            }
    return {"format": _FORMAT, "faces": rows}


def _engine() -> tuple[int, int]:
    """A stamp of the installed PDF engine: another release may name families differently. Does not import it."""
    spec = importlib.util.find_spec("typst")
    if spec is None or spec.origin is None:
        return (0, 0)
    state = Path(spec.origin).stat()
    return (state.st_size, state.st_mtime_ns)


def _read(file: Path) -> dict[str, Any]:
    """A cache file of the present format, else an empty mapping."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) and data.get("format") == _FORMAT else {}


def _write(file: Path, data: dict[str, Any]) -> None:
    """Replace a cache file at once, or leave everything as it was."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".names-", dir=file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(data, stream, ensure_ascii=False)
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
