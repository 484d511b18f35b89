"""Writing many new files: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from builder.errors import FileError, why
from builder.files import sync_folder, within


def write_all(root: Path, files: Mapping[Path, bytes]) -> None:
    """Write new files below ``root``; a hidden folder beside them takes all of them first, then each is renamed.

    Until the first rename nothing shows. When one fails, those that were renamed before it go again, and so do folders
    that were made. (When the machine stops in between, some of the files are there, each of them whole.)

    Raises:
        FileError: a file exists, a folder leads out of ``root``, or writing failed; nothing new is left.
    """
    made: list[Path] = []
    folders = _missing_folders(files)
    base = next((p for p in next(iter(files)).parents if p.is_dir()), root)
    for path in files:
        if not within(path.parent, root):
            raise FileError(f"{path} 实际在工作区之外：路径中有文件夹是链接。", "删去链接，把文件夹本身放进工作区。")
    stage = _stage(base)
    try:
        staged = [(stage / f"{n}", path, data) for n, (path, data) in enumerate(files.items())]
        for temporary, _, data in staged:
            _write(temporary, data)
        for temporary, path, _ in staged:
            _move(temporary, path)
            made.append(path)
        for folder in dict.fromkeys(path.parent for path in files):
            _sync(folder)
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.unlink()
        for folder in reversed(folders):
            with suppress(OSError):
                folder.rmdir()
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _stage(base: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=".", suffix=".tmp", dir=base))
    except OSError as error:
        raise FileError(f"写不了 {base}（{why(error)}）。", "检查文件夹权限和磁盘空间后重试。") from error


def _write(path: Path, data: bytes) -> None:
    """A file in the stage, on the disk before it is renamed; nobody sees it there, so it need not be atomic."""
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise FileError(f"写不了 {path}（{why(error)}）。", "检查文件夹权限和磁盘空间后重试。") from error


def _sync(folder: Path) -> None:
    try:
        sync_folder(folder)
    except OSError as error:
        raise FileError(f"写不了 {folder}（{why(error)}）。", "检查文件夹权限和磁盘空间后重试。") from error


def _missing_folders(files: Mapping[Path, bytes]) -> list[Path]:
    """The folders that do not exist yet, outer ones first."""
    found = {folder for path in files for folder in path.parents if not folder.exists()}
    return sorted(found, key=lambda folder: len(folder.parts))


def _move(temporary: Path, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(path):
            raise FileError(f"{path} 已经存在，没有写出任何文件。", "换一个名称，或先移走原来的文件。")
        temporary.rename(path)
    except OSError as error:
        raise FileError(f"写不了 {path}（{why(error)}）。", "检查文件夹权限和磁盘空间后重试。") from error
