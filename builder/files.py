"""Writing that leaves nothing half-written, hashes, and zip packages that are the same bytes every time."""

from __future__ import annotations

import errno
import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from builder.errors import DiskFull, Fault, FileError, FileInUse, Place, why

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _UTF8, _DEFLATED = 20, 0x800, 8
_OFFICE = frozenset({".docx", ".pdf", ".xlsx", ".csv"})  # what people open in programs that hold it
_FULL = (errno.ENOSPC, errno.EDQUOT)
TEMPORARY = (
    r"\.jianbao-([0-9]{1,9})-[a-z0-9_]+\.tmp"  # what a file is called until it is whole; the process that writes it
)
_TIME, _DATE = 0, 0x21  # 1980-01-01 00:00, the earliest date of the format: no clock in the bytes


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def read_most(path: Path, most: int) -> bytes:
    """The bytes of a file that somebody named, ``most`` + 1 of them where it is longer: who asks can tell.

    Raises:
        FileError: it is not there, is no regular file (a pipe may never end), or cannot be read.
    """
    try:
        if path.is_dir():
            raise FileError(f"{path} 是文件夹，不是文件。", "写明文件名。")
        if path.exists() and not path.is_file():
            raise FileError(f"{path} 不是普通文件，没有读取。", "先存成文件再试。")
        with path.open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else "文件名里有不能用的字符"
        raise FileError(f"读不了 {path}（{reason}）。", "核对文件名和权限，或关闭占用它的程序。") from error


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` so that ``path`` holds either what it held before or all of it; folders are made.

    Raises:
        FileInUse: the old file may not be replaced: on Windows, a program has it open.
        DiskFull: no room is left; nothing is left behind.
        FileError: the file cannot be written (no permission); likewise.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".jianbao-{os.getpid()}-", suffix=".tmp", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o666 & ~_umask())
            _replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(path.parent)
    except OSError as error:
        kind = DiskFull if error.errno in _FULL else FileError
        raise kind(f"写不了 {path}（{why(error)}）。", _advice(error)) from error


def is_read_only(folder: Path) -> bool:
    """Whether the disk on which a folder lies, or would, takes no file from anybody; False where the system does not tell."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    try:
        return hasattr(os, "statvfs") and bool(os.statvfs(there).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _replace(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except PermissionError as error:
        if not path.is_file():
            raise
        hint = "关闭正在使用它的程序；都已关闭时，检查文件和文件夹的权限。"
        if path.suffix.lower() not in _OFFICE:  # of an entry nobody knows that a program has it open
            raise FileInUse(f"{path.name} 换不下：正被别的程序打开，或不许改写。", hint) from error
        raise FileInUse(_open_elsewhere(path), hint) from error


def _open_elsewhere(path: Path) -> str:
    return f"《{path.stem}》{path.suffix} 正被打开，请关闭后重试。"


def owner(path: Path) -> Path | None:
    """The file that an office program keeps beside a document while it has it open; None when there is none.

    Word writes over the first two characters of a name of eight or more (without the suffix), over the first of seven;
    LibreOffice and WPS keep the whole name. After a crash such a file may stay behind.
    """
    dropped = min(2, max(0, len(path.stem) - 6))
    names = (f"~${path.name[dropped:]}", f"~${path.name}", f".~lock.{path.name}#", f".~{path.name}")
    return next((path.with_name(n) for n in names if os.path.lexists(path.with_name(n))), None)


def write_output(root: Path, path: Path, data: bytes) -> Fault | None:
    """``write_inside`` for a file that people open: never under the hands of a program that has it open.

    Such a program would write its own copy over the new file, where the system let the file be replaced at all.

    Returns:
        Why the file was not written; None when it was. Its code is ``disk-full`` where no file can be written any more.
    """
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    if held := owner(path):
        hint = f"在 Word、WPS 或 LibreOffice 里关闭它；都已关闭仍有此提示，删去旁边留下的 {held.name}。"
        return Fault("output-open", "error", Place(shown), _open_elsewhere(path), hint)
    try:
        write_inside(root, path, data)
    except FileInUse as error:
        return Fault("output-open", "error", Place(shown), error.message, error.hint)
    except DiskFull as error:
        return Fault("disk-full", "error", Place(shown), error.message, error.hint)
    except FileError as error:
        return Fault("output-unwritable", "error", Place(shown), error.message, error.hint)
    return None


def within(path: Path, root: Path) -> bool:
    """Whether ``path``, all links followed, lies in ``root`` (or is it). A loop of links ends where it began."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def write_inside(root: Path, path: Path, data: bytes) -> None:
    """``write_atomic`` below ``root`` only: a folder that is a link may lead elsewhere.

    Raises:
        FileError: the folder of ``path`` lies outside ``root``, or the file cannot be written.
    """
    if not within(path.parent, root):
        raise FileError(f"{path} 实际在工作区之外：路径中有文件夹是链接。", "删去链接，把文件夹本身放进工作区。")
    write_atomic(path, data)


def write_folder(root: Path, folder: Path, contents: Mapping[str, bytes]) -> None:
    """A new folder below ``root`` with files by name: all of it, or nothing.

    It is written beside, in ``root``, and then given its name, so that nobody ever reads a part of it.

    Raises:
        FileError: ``folder`` is there and not empty, lies outside ``root``, or cannot be written; nothing is left behind.
    """
    if not within(folder.parent, root):
        raise FileError(f"{folder} 实际在工作区之外：路径中有文件夹是链接。", "删去链接，把文件夹本身放进工作区。")
    try:
        with tempfile.TemporaryDirectory(prefix=".", suffix=".tmp", dir=root, ignore_cleanup_errors=True) as beside:
            made = Path(beside) / folder.name
            made.mkdir()
            for name, data in contents.items():
                write_atomic(made / name, data)
            made.chmod(0o777 & ~_umask())
            made.rename(folder)
        sync_folder(folder.parent)
    except FileError as error:  # of a file beside, whose name nobody knows
        raise FileError(f"写不了 {folder}{error.message.rpartition(made.name)[2]}", error.hint) from error
    except OSError as error:
        raise FileError(f"写不了 {folder}（{why(error)}）。", _advice(error)) from error


def _umask() -> int:
    """The process's umask (readable only by setting it)."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Make the rename durable; folders cannot be opened on Windows, where the rename is enough."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _advice(error: OSError) -> str:
    if error.errno in _FULL:
        return "磁盘已满，清理后重试。"
    return "关闭正在使用这个文件的程序，检查文件夹权限后重试。"


@dataclass(frozen=True, slots=True)
class Member:
    """A zip member that is deflated already, so that packages that share it need not deflate it again."""

    name: str
    size: int
    crc: int
    deflated: bytes


def member(name: str, data: bytes, level: int = 6) -> Member:
    """Deflate one member."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Member(name, len(data), zlib.crc32(data), packer.compress(data) + packer.flush())


def zip_package(members: Iterable[Member]) -> bytes:
    """A zip file with the members in the order given and one fixed date (APPNOTE 4.3, 4.4)."""
    body, directory, count = bytearray(), bytearray(), 0
    for m in members:
        name, offset = m.name.encode(), len(body)
        common = struct.pack(
            "<HHHHHIIIHH", _VERSION, _UTF8, _DEFLATED, _TIME, _DATE, m.crc, len(m.deflated), m.size, len(name), 0
        )
        body += _LOCAL + common + name + m.deflated
        directory += _CENTRAL + struct.pack("<H", _VERSION) + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + _END + end)
