"""Where the register is: SQLite in the workspace, or PostgreSQL by its URL. No database is opened here."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builder.errors import UsageError
from builder.settings import Workspace

VARIABLE = "JIANBAO_REGISTER"
# Locks of these are kept by each machine for itself, or late: two writers at once would both believe to be alone.
_NETWORK = re.compile(
    r"nfs4?|cifs|smb[a-z0-9]*|afs|afpfs|ncpfs|davfs|webdav|vboxsf|prl_fs|ceph|glusterfs|lustre|gpfs|beegfs"
    r"|fuse\.(sshfs|davfs|davfs2|rclone|gvfsd-fuse|ceph|glusterfs)"
)
# Files and folders that synchronising programs keep in the folders that they copy, and names of such folders.
_MARKS = (
    ".dropbox",
    ".dropbox.cache",
    ".stfolder",
    ".sync",
    ".nutstore",
    ".owncloudsync.log",
    ".tmp.driveupload",
    ".seafile-data",
)
_NAMES = (
    "dropbox",
    "onedrive",
    "坚果云",
    "nutstore",
    "icloud",
    "mobile documents",
    "cloudstorage",
    "google drive",
    "百度网盘",
    "seafile",
    "wps云盘",
    "微云",
)
_HINT = "登记簿放在本机磁盘上；多台机器共用时，在 content/office.yaml 的“登记簿”写 PostgreSQL 的地址。"


@dataclass(frozen=True, slots=True)
class Address:
    """``url`` for SQLAlchemy; ``file`` is that of SQLite, None on PostgreSQL. ``shown`` has no password."""

    url: str
    file: Path | None
    shown: str


def address(workspace: Workspace, wanted: str = "", environment: Mapping[str, str] = os.environ) -> Address:
    """The register's address: by the environment, else ``wanted`` (``office.yaml``), else SQLite in ``output``.

    Raises:
        UsageError: a URL that is no PostgreSQL's; SQLite on a network or synchronised folder.
    """
    url = environment.get(VARIABLE, "").strip() or wanted.strip()
    if url:
        scheme, _, rest = url.partition("://")
        if scheme not in ("postgresql", "postgres", "postgresql+psycopg") or not rest:
            shown = scheme if rest else "（没有 ://）"
            raise UsageError(
                f"登记簿的地址不能用：{shown}。", "写成 postgresql://用户:口令@主机/库名，或不写，用本机的 SQLite。"
            )
        return Address(
            f"postgresql+psycopg://{rest}", None, f"postgresql://{rest.partition('?')[0].rpartition('@')[2]}"
        )
    file = workspace.register
    if reason := unsafe(file.parent):
        raise UsageError(f"登记簿不能放在 {file.parent}：{reason}。", _HINT)
    return Address(f"sqlite:///{file}", file, str(file))


def being_made(file: Path) -> Path:
    """Where the register that is to take a SQLite file's place is made."""
    return file.with_name(file.name + ".new")


def unsafe(folder: Path, mounts: str = "/proc/self/mounts") -> str:
    """Why SQLite must not be kept below ``folder`` (which need not exist yet); "" where it may be."""
    real = Path(os.path.realpath(folder))
    kind = _filesystem(real, mounts)
    if _NETWORK.fullmatch(kind) or (os.name == "nt" and str(real).startswith("\\\\")):
        return f"这是网络文件夹（{kind or 'UNC'}），锁不可靠，可能重号"
    for part in (real, *real.parents):
        if part.name and any(part.name.lower().startswith(name) for name in _NAMES):
            return f"“{part.name}”由同步程序复制，登记簿会被旧文件覆盖"
        if mark := next((m for m in _MARKS if (part / m).exists()), None):
            return f"{part} 由同步程序复制（有 {mark}），登记簿会被旧文件覆盖"
    return ""


def _filesystem(folder: Path, mounts: str) -> str:
    """The kind of file system that holds ``folder``; "" where the system does not tell."""
    if sys.platform == "win32":
        import ctypes

        remote = 4  # DRIVE_REMOTE
        return "nfs" if ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == remote else ""
    try:
        lines = Path(mounts).read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        if folder.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind
