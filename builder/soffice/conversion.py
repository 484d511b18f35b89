"""One document in another format: one file in, one file out, in a profile of its own that ends with the run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from builder import programs
from builder.errors import FileError, JianbaoError, why
from builder.soffice import installed

SECONDS = 120.0
MEMORY = 2 << 30
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_INSTEAD = "用 Word 或 WPS 打开这个文件，另存为 .docx 后再导入；或安装 LibreOffice 后重试。"


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
    program = installed.find()
    if program is None:
        raise installed.ProgramMissing(f"{name} 要由 LibreOffice 转换，本机没有安装。", _INSTEAD)
    try:
        with tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True) as folder:
            return _converted(program, Path(folder), data, suffix, to, name, seconds, memory)
    except OSError as error:
        raise FileError(f"LibreOffice 启动不了（{why(error)}）。", "检查安装和磁盘空间后重试。") from error


def _converted(
    program: str, work: Path, data: bytes, suffix: str, to: str, name: str, seconds: float, memory: int
) -> bytes:
    source = work / f"source.{suffix}"
    source.write_bytes(data)
    out = work / "out"
    command = [
        program,
        *installed.options(work),
        *("--convert-to", _FILTERS[to], "--outdir", str(out), str(source)),
    ]
    try:
        ended = programs.run(command, work, environment=installed.environment(), seconds=seconds, memory=memory)
    finally:
        installed.unlink(installed.sockets(work))
    if ended.passed:
        limit = f"超过 {seconds:g} 秒" if ended.passed == "time" else f"用了 {memory >> 20} MB 以上的内存"
        raise JianbaoError(f"LibreOffice 转换 {name} {limit}，已停止。", _INSTEAD)
    made = out / f"source.{to}"
    if not made.is_file():
        raise JianbaoError(f"LibreOffice 读不了 {name}：文件损坏、有密码，或格式不对。", _INSTEAD)
    return made.read_bytes()
