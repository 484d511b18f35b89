"""Word files as the pages that LibreOffice sets them on, through UNO; several in one LibreOffice."""

from __future__ import annotations

import json
import queue
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from builder import programs
from builder.errors import FileError, JianbaoError, why
from builder.soffice import installed
from builder.soffice.faces import FaceFile, configured

SECONDS = 90.0
MEMORY = 2 << 30
_PAUSE = 0.05  # seconds between two looks at its memory
_WORKER = Path(__file__).with_name("uno_worker.py")
_NO_PROGRAM = "安装 LibreOffice（Debian、Ubuntu：apt install libreoffice-writer-nogui python3-uno）后重试。"
_NO_UNO = "Debian、Ubuntu：apt install python3-uno；其他系统：重新安装 LibreOffice，不要去掉其中的 Python。"
_AGAIN = "用 LibreOffice 打开这个文件看看；若只是偶然，重试一次。"


class Stopped(JianbaoError):
    """LibreOffice ended in the midst of a document, or was ended because it passed a limit; it can be started again."""


class Office:
    """LibreOffice in a profile of its own, started at the first document and kept for the following ones.

    A context manager. It never runs in this process: LibreOffice's Python asks it for the pages, and both end together,
    also when a limit is passed; the next document then starts it again. Nothing of them stays, also when this process is killed.
    """

    def __init__(self, faces: Sequence[FaceFile], seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """``seconds`` is the deadline of its start and of each document; ``memory`` (bytes) is for all its processes."""
        self.faces, self.seconds, self.memory = tuple(faces), seconds, memory
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._sockets: tuple[Path, ...] = ()
        self._given_up = False

    def pdf(self, document: bytes, name: str) -> bytes:
        """A DOCX as PDF; ``name`` is its name in messages.

        Raises:
            ProgramMissing: LibreOffice or its Python's UNO is not installed.
            Stopped: it ended on the document, or passed a limit.
            JianbaoError: it cannot read the document.
            FileError: it cannot be started, or there is no room for temporary files.
        """
        try:
            made = self._pdf(document, name)
        except OSError as error:
            self.close()
            raise FileError(f"LibreOffice 启动不了（{why(error)}）。", "检查安装和磁盘空间后重试。") from error
        except BaseException:
            self.close()
            raise
        if made is None:
            raise JianbaoError(f"LibreOffice 读不了 {name}：文件损坏、有密码，或不是 DOCX。", _AGAIN)
        return made

    def give_up(self) -> None:
        """End LibreOffice from another thread; the one that waits for a document is told ``Stopped``, as is every later one."""
        self._given_up = True
        if process := self._process:
            programs.kill(process)

    def close(self) -> None:
        """End LibreOffice and all that belongs to it."""
        if self._process is not None:
            programs.kill(self._process)
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    _closed(pipe)
            installed.unlink(self._sockets)
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pdf(self, document: bytes, name: str) -> bytes | None:
        """None where LibreOffice cannot read the document; it runs on. After any error it has to be started again."""
        work = self._started(name)
        source, target = work / "source.docx", work / "target.pdf"
        source.write_bytes(document)
        target.unlink(missing_ok=True)
        self._ask({"source": str(source), "target": str(target)})
        state = self._answer(name)
        if state == "lost":
            raise Stopped(f"LibreOffice 排 {name} 时自行退出。", _AGAIN)
        return target.read_bytes() if state == "done" and target.is_file() else None

    def _started(self, name: str) -> Path:
        """The folder of the running LibreOffice, which is started where none runs."""
        if self._folder is not None and self._process is not None:
            return Path(self._folder.name)
        program = installed.find()
        if program is None:
            raise installed.ProgramMissing(f"{name} 要由 LibreOffice 排版，本机没有安装。", _NO_PROGRAM)
        for python in pythons(program):
            self._folder = tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True)
            work = Path(self._folder.name)
            self._start(python, program, work)
            state = self._answer(name)
            if state == "ready":
                return work
            self.close()
            if state == "lost":
                raise Stopped("LibreOffice 一启动就退出。", "单独打开一次 LibreOffice，看它报什么错。")
        raise installed.ProgramMissing("LibreOffice 装了，但没有能操作它的 Python（缺 UNO）。", _NO_UNO)

    def _start(self, python: str, program: str, work: Path) -> None:
        pipe = f"jianbao-{secrets.token_hex(16)}"  # a name that nobody else has; only this user may connect
        self._sockets = installed.sockets(work, pipe)
        left = json.dumps([*map(str, self._sockets), str(work)])
        command = [python, "-s", str(_WORKER), pipe, left, program, *installed.options(work)]
        # Where LibreOffice keeps its sockets when it may not write to /tmp.
        own = {"OSL_SOCKET_PATH": str(work), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        environment = {**installed.environment(), **configured(self.faces, work), **own}
        self._process = programs.start(
            command, work, environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if self._given_up:  # meanwhile
            programs.kill(self._process)
        self._answers = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(self._process.stdout, self._answers), daemon=True)
        reader.start()

    def _ask(self, message: dict[str, str]) -> None:
        """Hand a document over; a worker that is gone is told of when its answer does not come."""
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def _answer(self, name: str) -> str:
        """The state that the worker tells; "lost" when it has ended."""
        assert self._process is not None
        end = time.monotonic() + self.seconds
        while True:
            try:
                line = self._answers.get(timeout=_PAUSE)
            except queue.Empty:
                if time.monotonic() > end:
                    raise Stopped(f"LibreOffice 排 {name} 超过 {self.seconds:g} 秒，已停止。", _AGAIN) from None
                if programs.held_together(self._process.pid) > self.memory:
                    told = f"LibreOffice 排 {name} 用了 {self.memory >> 20} MB 以上的内存，已停止。"
                    raise Stopped(told, _AGAIN) from None
                continue
            return str(json.loads(line)["state"]) if line else "lost"


def pythons(program: str) -> Iterator[str]:
    """Pythons that may have UNO for this LibreOffice, best first: its own, then the system's."""
    real = Path(program).resolve()
    for folder in (real.parent, real.parent.parent / "Resources"):
        for name in ("python.exe", "python"):
            if (folder / name).is_file():
                yield str(folder / name)
    if sys.platform != "win32":
        system = ["/usr/bin/python3", shutil.which("python3") or ""]
        yield from (path for path in dict.fromkeys(system) if path and Path(path).is_file())


def _read(stream: IO[bytes], answers: queue.SimpleQueue[bytes]) -> None:
    """Hand on every line, and an empty one at the end."""
    while line := stream.readline():
        answers.put(line)
    answers.put(b"")


def _closed(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written has no reader any more
        return
