"""Fandol's faces from Debian's package texlive-lang-chinese, by apt's own client.

Neither root nor an earlier ``apt-get update`` is needed: lists and package go to private folders. apt checks the
signature of the lists and the hash of the package; what was unpacked is checked here.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from builder.errors import FileError, why
from builder.fonts import sfnt
from builder.fonts.faces import FANDOL

PACKAGE = "texlive-lang-chinese"
FILES = tuple(f"{names[0]}.otf" for names in FANDOL.values())
# The licence travels with the fonts (GPL with a font exception).
_LICENCE = {"doc/texlive-doc/fonts/fandol/COPYING.gz": "COPYING", "doc/texlive-doc/fonts/fandol/README": "README"}
_FOLDER = "fonts/opentype/public/fandol/"
_SECONDS = 300
_INSTEAD = "没有 Fandol 时用随程序安装的思源字体，版面可用，但仿宋、楷体、小标宋的字形不对"


class _Failed(Exception):
    """A step did not work; the text is what the editor reads."""


def fetch(target: Path, report: Callable[[str], None]) -> bool:
    """Put Fandol's five faces and their licence into ``target``; does nothing when they are there already.

    Args:
        target: the folder, made when missing.
        report: takes one line of progress or explanation, in Chinese.

    Returns:
        False when they cannot be had here (no apt client, no network, no such package); ``report`` says why.

    Raises:
        FileError: ``target`` cannot be written.
    """
    if all(_sound(target / name) for name in FILES):
        report(f"Fandol 字体已在 {target}，不必再取")
        return True
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        report(f"取不到 Fandol 字体：本机没有 Debian 的软件包工具（apt-get、dpkg-deb）。{_INSTEAD}")
        return False
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="jianbao-") as work, _staging(target) as staging:
            package = _download(Path(work), report)
            _unpack(package, Path(staging))
            _check(Path(staging))
            for file in sorted(Path(staging).iterdir()):
                file.replace(target / file.name)
    except _Failed as failure:
        report(f"取不到 Fandol 字体：{failure}。{_INSTEAD}")
        return False
    except OSError as error:
        raise FileError(f"字体写不进 {target}：{why(error)}", "检查磁盘空间和文件夹权限") from error
    report(f"Fandol 字体五种已存入 {target}")
    return True


def _staging(target: Path) -> tempfile.TemporaryDirectory[str]:
    """A hidden folder in the target, so that each file is put in place whole, by a rename."""
    return tempfile.TemporaryDirectory(prefix=".fetch-", dir=target)


def _download(work: Path, report: Callable[[str], None]) -> Path:
    """The package file, got with state and cache folders below ``work``."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    private = {
        "Dir::State": f"{work}/state",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": f"{work}/cache",
        "Acquire::Languages": "none",
        "Acquire::Retries": "2",
        # Root's apt would hand the download to a user who may not write here.
        "APT::Sandbox::User": "",
    }
    apt = ["apt-get", "-q", *(f"-o{key}={value}" for key, value in private.items())]
    report("正在读取 Debian 软件包目录……")
    _run([*apt, "update"], work, "读不到软件包目录（网络不通，或软件源有误）")
    report(f"正在下载 {PACKAGE}（约 50 MB）……")
    _run([*apt, "download", PACKAGE], work, f"软件源中没有 {PACKAGE}，或下载中断")
    packages = sorted(work.glob("*.deb"))
    if not packages:
        raise _Failed(f"{PACKAGE} 没有下载到文件")
    return packages[0]


def _run(command: list[str], folder: Path, wrong: str) -> None:
    try:
        subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as late:
        raise _Failed(f"{wrong}：等了 {_SECONDS} 秒没有结果") from late
    except subprocess.CalledProcessError as failed:
        lines = failed.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _Failed(f"{wrong}：{lines[-1]}" if lines else wrong) from failed


def _unpack(package: Path, folder: Path) -> None:
    """Write the wanted files of the package into ``folder``; the rest of its 100 MB is passed over."""
    command = ["dpkg-deb", "--fsys-tarfile", str(package)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                for member in archive:
                    name = _wanted(member.name)
                    content = archive.extractfile(member) if name and member.isfile() else None
                    if content:
                        data = content.read()
                        (folder / name).write_bytes(gzip.decompress(data) if member.name.endswith(".gz") else data)
        except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
            raise _Failed("下载的软件包不完整") from error
        finally:
            process.kill()


def _wanted(member: str) -> str:
    """The name under which a file of the package is kept, or nothing."""
    for ending, name in _LICENCE.items():
        if member.endswith(ending):
            return name
    name = member.rpartition("/")[2]
    return name if name in FILES and member.endswith(_FOLDER + name) else ""


def _check(folder: Path) -> None:
    bad = [name for name in FILES if not _sound(folder / name)]
    if bad:
        raise _Failed(f"软件包中缺少字体或字体不完整：{'、'.join(bad)}")


def _sound(file: Path) -> bool:
    """True when the file is the face that its name says and has every Chinese character of GB 2312."""
    if not file.is_file() or not any(file.stem in face.names for face in sfnt.names(file)):
        return False
    try:
        bits = sfnt.cover(file, 0)
    except sfnt.DAMAGED:
        return False
    # Rows 0xB0–0xF7 are the Chinese characters; five cells at the end of row 0xD7 are empty.
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    points = [ord(c) for pair in pairs for c in pair.decode("gb2312", "ignore")]
    return all(p >> 3 < len(bits) and bits[p >> 3] >> (p & 7) & 1 for p in points)
