"""The door to pandoc: a document to its syntax tree. pandoc runs as a program of its own, shut in and limited."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from builder import programs
from builder.errors import FileError, JianbaoError, why

SECONDS = 60.0
MEMORY = 1 << 30


class PandocMissing(JianbaoError):
    """pandoc is an optional part and is not installed."""


def tree(data: bytes, form: str, name: str, seconds: float = SECONDS, memory: int = MEMORY) -> list[Any]:
    """The blocks of a document, as pandoc's JSON has them.

    Args:
        data: the document.
        form: pandoc's name of its format with extensions, e.g. ``"docx+styles"``.
        name: its name in messages.
        seconds: the deadline.
        memory: bytes of memory that pandoc may hold.

    Raises:
        PandocMissing: it is not installed.
        JianbaoError: pandoc cannot read the document, or passed a limit.
        FileError: it cannot be started.
    """
    program = _program()
    command = [program, "--sandbox", "--from", form, "--to", "json", "--data-dir", "none"]
    try:
        with tempfile.TemporaryDirectory(prefix="jianbao-") as folder:
            ended = programs.run(command, Path(folder), data=data, seconds=seconds, memory=memory)
    except OSError as error:
        raise FileError(f"pandoc 启动不了（{why(error)}）。", "重新安装：pip install jianbao[import]") from error
    if ended.passed:
        limit = f"超过 {seconds:g} 秒" if ended.passed == "time" else f"用了 {memory >> 20} MB 以上的内存"
        raise JianbaoError(f"pandoc 读 {name} {limit}，已停止。", "只保留要用的部分，另存后再导入。")
    if ended.code:
        reason = ended.errors.decode("utf-8", "replace").strip()[:200]
        raise JianbaoError(f"pandoc 读不了 {name}（{reason}）。", "在 Word 或 WPS 里打开，另存一份后再导入。")
    blocks: list[Any] = json.loads(ended.output)["blocks"]
    return blocks


def _program() -> str:
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        raise PandocMissing(
            "导入 Word、网页等文件要用 pandoc，本机没有安装。",
            "用 pip install 'jianbao[import]' 安装；纯文本（.txt、.md）不用安装也能导入。",
        ) from None
