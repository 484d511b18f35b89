"""Both engines behind one warm process with limits: what a template does wrong cannot reach this program.

``Engines`` starts the process (``worker``), asks it for files one after the other, and watches meanwhile what it takes.
A process that passes a limit or dies is killed with its children, the template is named, and the next request gets a
new process. It is a fresh interpreter, never a fork, in a session of its own: Ctrl-C does not reach it, the end of
this program does (its pipe closes).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from builder import programs
from builder.errors import Fault, RenderError
from builder.render import pipe
from builder.settings import Limits

if TYPE_CHECKING:
    from builder.soffice import FaceFile, Office  # at run time where it is asked for: few builds need LibreOffice

_STEP = 0.05  # s between two looks at what the process takes: longer than most renders, which a look costs 0.3 ms
_PATIENCE = 10  # times the deadline that a render may last by the clock: machines are busy, and a template may sleep
_START = 120  # s that a new process may take until it is ready: a cold disk, a virus scanner
_WORD, _PAPER = "issue.docx", "issue.typ"


@dataclass(frozen=True, slots=True)
class _Request:
    """One question: header and bytes for the process, the template that answers for it, and what it may take."""

    header: Mapping[str, Any]
    blobs: Sequence[bytes]
    template: str
    limits: Limits


class Engines:
    """Word and Typst in a process of their own. A context manager; safe to ask from several threads.

    Without ``with`` the process ends when the engines are gone, at exit only after the request that it is serving.

    Requests are served in the order in which they are made. A future's error is a ``RenderError``.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        """The process starts at once, so that it loads its libraries beside whatever is done before the first request."""
        self._line = _Line(limits or Limits())
        self._beside = _Beside()
        self._close = weakref.finalize(self, _close, self._line, self._beside)

    def pdf(
        self, templates: Path, fonts: Sequence[Path], view: Mapping[str, Any], photos: Mapping[str, bytes]
    ) -> Future[bytes]:
        """The PDF of a view; see ``typst.Engine``."""
        return self._file("pdf", _PAPER, {"fonts": [str(f) for f in fonts]}, templates, view, photos)

    def docx(self, templates: Path, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> Future[bytes]:
        """The DOCX of a view; see ``docx.Engine``."""
        return self._file("docx", _WORD, {}, templates, view, photos)

    def office(self, faces: Sequence[FaceFile]) -> Office:
        """LibreOffice with these faces, kept for those who ask for the same ones; it ends with the engines.

        Unlike the engines it is for one thread. It starts at its first document.
        """
        return self._beside.office(faces)

    def prepare(self, templates: Path, publication: str, layout: Mapping[str, Any]) -> Future[bytes]:
        """Judge, open and compile a publication's Word template; gives no bytes.

        ``layout`` holds the publication's merged figures. ``docx`` does the same where it was not done before.
        """
        return self._about("prepare", templates, publication, layout)

    def check(self, templates: Path, publication: str, layout: Mapping[str, Any]) -> list[Fault]:
        """Everything that is wrong with a publication's templates, as far as that can be seen without running them.

        Raises:
            RenderError: to judge them already takes more than the limits.
        """
        flat = json.loads(self._about("check", templates, publication, layout).result())
        return [Fault.from_dict(each) for each in flat]

    def _about(self, do: str, templates: Path, publication: str, layout: Mapping[str, Any]) -> Future[bytes]:
        header = {"do": do, "templates": str(templates), "publication": publication}
        name = f"templates/{publication}/{_WORD}"
        return self._line.ask(_Request(header, (json.dumps(layout).encode(),), name, self._line.limits))

    def _file(
        self,
        do: str,
        template: str,
        more: Mapping[str, Any],
        templates: Path,
        view: Mapping[str, Any],
        photos: Mapping[str, bytes],
    ) -> Future[bytes]:
        data = json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        pixels = sum(size["宽"] * size["高"] for size in view.get("图片", {}).values())
        header = {"do": do, "templates": str(templates), "photos": list(photos), **more}
        limits = self._line.limits.scaled(len(data), pixels)
        name = f"templates/{view['刊物']}/{template}"
        return self._line.ask(_Request(header, (data, *photos.values()), name, limits))

    def close(self) -> None:
        """End the process, whatever it is doing; requests that wait are dropped."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Beside:
    """The LibreOffice beside the engines, where there is one."""

    def __init__(self) -> None:
        self._office: Office | None = None

    def office(self, faces: Sequence[FaceFile]) -> Office:
        if self._office is None or self._office.faces != tuple(faces):
            from builder.soffice import Office

            self.close()
            self._office = Office(faces)
        return self._office

    def close(self) -> None:
        if self._office is not None:
            self._office.close()
            self._office = None


def _close(line: _Line, beside: _Beside) -> None:
    beside.close()
    line.close()


class _Line:
    """The queue of requests and the process that serves them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._turn = ThreadPoolExecutor(1, "engines")
        self._process: _Process | None = _Process()
        self._closed = False
        self._watch = False  # whether the last request took long enough to be looked at

    def ask(self, request: _Request) -> Future[bytes]:
        return self._turn.submit(self._serve, request)

    def close(self) -> None:
        self._closed = True
        self._turn.shutdown(wait=False, cancel_futures=True)
        if self._process is not None:
            self._process.kill()
        self._turn.shutdown(wait=True)

    def _serve(self, request: _Request) -> bytes:
        """Raises RenderError where the template is at fault, RuntimeError where this program is."""
        process = self._fit()
        try:
            reply = self._watched(process, request)
        except _Exceeded as exceeded:
            self._drop()
            raise _refusal(request, exceeded.told) from None
        if reply is None:
            told = self._drop()
            raise _refusal(request, _end(told, request.limits))
        header, blobs = reply
        if "bug" in header:
            raise RuntimeError(f"the rendering process failed:\n{header['bug']}")
        if "refused" in header:
            message, hint, faults = header["refused"]
            raise RenderError(message, hint, tuple(map(Fault.from_dict, faults)))
        return blobs[0]

    def _fit(self) -> _Process:
        """The process, or a new one where there is none or the present one has grown by honest work (pictures)."""
        if self._process is not None and self._watch and self._process.megabytes() > self.limits.megabytes / 2:
            self._drop()
        if self._process is None:
            if self._closed:
                raise RuntimeError("the engines are closed")
            self._process = _Process()
        try:
            self._process.ready()
        except _NoStart:
            self._drop()
            raise
        self._watch = False
        return self._process

    def _drop(self) -> str:
        """End the process; what it had to say on its error output."""
        process, self._process = self._process, None
        return process.kill() if process is not None else ""

    def _watched(self, process: _Process, request: _Request) -> pipe.Message | None:
        """The answer, or None when the process died. Raises ``_Exceeded`` when it takes more than it may."""
        limits, began, before = request.limits, time.monotonic(), process.used
        header = {**request.header, "seconds": limits.seconds, "megabytes": limits.megabytes}
        answer = process.exchange(header, request.blobs)
        while True:
            with suppress(TimeoutError):
                return answer.result(_STEP)
            self._watch = True
            if process.seconds() - before > limits.seconds:
                raise _Exceeded(f"用了超过 {limits.seconds:g} 秒处理器时间")
            if time.monotonic() - began > limits.seconds * _PATIENCE:
                raise _Exceeded(f"等了 {limits.seconds * _PATIENCE:g} 秒没有结果")
            if process.megabytes() > limits.megabytes:
                raise _Exceeded(_too_much(limits))


class _Exceeded(Exception):
    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


class _NoStart(RuntimeError):
    """A fault of this program or its installation: never expected."""


def _too_much(limits: Limits) -> str:
    return f"用了超过 {limits.megabytes} MB 内存"


def _end(told: str, limits: Limits) -> str:
    """Why a process died, by its last words."""
    return _too_much(limits) if "memory allocation of" in told else "使排版程序意外退出"


def _refusal(request: _Request, told: str) -> RenderError:
    return RenderError(
        f"{request.template} {told}，已经停止。",
        "查模板里的循环和重复；确实需要更多时，设环境变量 JIANBAO_DEADLINE（秒）、JIANBAO_MEMORY（MB）。",
    )


class _Process:
    """One process, its pipes, and the thread that talks over them."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="jianbao-"))
        self._errors = self._folder / "errors.txt"
        command, environment = programs.python("builder.render.worker", str(self._folder))
        with self._errors.open("wb") as errors:
            self._popen = programs.start(
                command, self._folder, environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        self._requests, self._answers = cast(BinaryIO, self._popen.stdin), cast(BinaryIO, self._popen.stdout)
        self.used = 0.0
        self._talk = ThreadPoolExecutor(1, "engine")
        self._greeting = self._talk.submit(self._receive)

    def ready(self) -> None:
        """Wait until the process has loaded its libraries.

        Raises:
            _NoStart: it cannot; with what it said last.
        """
        greeting = None
        with suppress(TimeoutError):
            greeting = self._greeting.result(_START)
        if greeting is None:
            raise _NoStart(f"the rendering process does not start:\n{self.kill()}")

    def exchange(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Future[pipe.Message | None]:
        """Send a request; the answer, or None when the process has died."""
        return self._talk.submit(self._exchange, header, blobs)

    def _exchange(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> pipe.Message | None:
        with suppress(OSError, ValueError):  # the pipe is broken, or closed by ``kill``
            pipe.send(self._requests, header, blobs)
            return self._receive()
        return None

    def _receive(self) -> pipe.Message | None:
        """The next message, which also tells the processor time that the process has used when it rests again."""
        message = pipe.receive(self._answers)
        if message is not None:
            self.used = message[0]["used"]
        return message

    def seconds(self) -> float:
        """Processor time so far; 0 when the process is gone."""
        return programs.used(self._popen.pid)

    def megabytes(self) -> float:
        """Memory in use now; 0 when the process is gone."""
        return programs.held(self._popen.pid) / (1 << 20)

    def kill(self) -> str:
        """End the process and its children and clear up; what it said on its error output. May be called twice."""
        if self._popen.returncode is None:
            programs.kill(self._popen)
        self._talk.shutdown(wait=True, cancel_futures=True)
        with suppress(OSError):
            self._requests.close()
        self._answers.close()
        told = ""
        with suppress(OSError):
            told = self._errors.read_text(encoding="utf-8", errors="replace")[-4000:]
        shutil.rmtree(self._folder, ignore_errors=True)
        return told
