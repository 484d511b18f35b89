"""The door to LibreOffice as a program: one file in, one file out, in a profile of its own that ends with the run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from builder import programs
from builder.errors import FileError, JianbaoError, why

SECONDS = 120.0
MEMORY = 2 << 30
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_INSTEAD = "用 Word 或 WPS 打开这个文件，另存为 .docx 后再导入；或安装 LibreOffice 后重试。"
# No macros, no content from elsewhere, and a proxy that leads nowhere.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}</oor:items>
"""
_ITEMS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


class ProgramMissing(JianbaoError):
    """A program that this needs is not installed."""


def find() -> str | None:
    """The path of LibreOffice's program; None when it is not installed."""
    for name in ("soffice", "libreoffice"):
        if path := shutil.which(name):
            return path
    return next((path for path in _PLACES if Path(path).is_file()), None)


def convert(data: bytes, suffix: str, to: str, name: str, seconds: float = SECONDS, memory: int = MEMORY) -> bytes:
    """A document in another format.

    Args:
        data: the document.
        suffix: its format as a file suffix without the dot, e.g. ``"doc"``.
        to: "docx" or "xlsx".
        name: its name in messages.
        seconds: the deadline.
        memory: bytes of memory that LibreOffice may hold.

    Raises:
        ProgramMissing: LibreOffice is not installed.
        JianbaoError: it cannot read the document, or passed a limit.
        FileError: it cannot be started, or there is no room for temporary files.
    """
    program = find()
    if program is None:
        raise ProgramMissing(f"{name} 要由 LibreOffice 转换，本机没有安装。", _INSTEAD)
    try:
        with tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True) as folder:
            return _converted(program, Path(folder), data, suffix, to, name, seconds, memory)
    except OSError as error:
        raise FileError(f"LibreOffice 启动不了（{why(error)}）。", "检查安装和磁盘空间后重试。") from error


def _converted(
    program: str, work: Path, data: bytes, suffix: str, to: str, name: str, seconds: float, memory: int
) -> bytes:
    profile = work / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
    source = work / f"source.{suffix}"
    source.write_bytes(data)
    out = work / "out"
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        *("--convert-to", _FILTERS[to], "--outdir", str(out), str(source)),
    ]
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), "http://127.0.0.1:9")
    # A locale only decides on encodings of file names here, but without one some builds stop.
    ended = programs.run(
        command,
        work,
        environment={**proxies, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"} if os.name != "nt" else proxies,
        seconds=seconds,
        memory=memory,
    )
    if ended.passed:
        limit = f"超过 {seconds:g} 秒" if ended.passed == "time" else f"用了 {memory >> 20} MB 以上的内存"
        raise JianbaoError(f"LibreOffice 转换 {name} {limit}，已停止。", _INSTEAD)
    made = out / f"source.{to}"
    if not made.is_file():
        raise JianbaoError(f"LibreOffice 读不了 {name}：文件损坏、有密码，或格式不对。", _INSTEAD)
    return made.read_bytes()


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _ITEMS
    )
    return _SETTINGS.format(items=items)
