"""Both engines, warm, for many processes at once: a publisher that is killed does not take them along, a new one finds them ready."""

from __future__ import annotations

import hashlib
import pickle
import socket
import socketserver
import struct
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from builder.render.child import Engines

_KEPT = 64  # renderings: a case publishes the issue that all cases publish, a race has too many


class Served:
    """Real engines behind a socket. A context manager."""

    def __init__(self, path: Path) -> None:
        """``path`` is where the socket will be."""
        self.engines = Engines()
        self._made: dict[bytes, bytes] = {}
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                while (asked := _receive(self.request)) is not None:
                    _send(self.request, outer.answer(asked))

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: object) -> None:
                """The publisher was killed meanwhile."""

        self._server = Server(str(path), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, asked: bytes) -> bytes:
        """What the engines answer, or their refusal; what was asked before is not rendered again."""
        key = hashlib.sha256(asked).digest()
        if key in self._made:
            return self._made[key]
        name, arguments = pickle.loads(asked)
        try:
            made = pickle.dumps(getattr(self.engines, name)(*arguments).result())
        except Exception as error:
            return pickle.dumps(error)
        if len(self._made) < _KEPT:
            self._made[key] = made
        return made

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.engines.close()


class Borrowed:
    """The engines of ``Served``, as ``rendering.Renderer`` asks for them; one thread, one connection.

    ``templates`` are those of the workspace that all others are copies of, so that they are compiled once.
    """

    def __init__(self, path: Path, templates: Path) -> None:
        self._templates = templates
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))

    def pdf(
        self, templates: Path, fonts: Sequence[Path], view: Mapping[str, Any], photos: Mapping[str, bytes]
    ) -> Future[bytes]:
        """See ``Engines.pdf``."""
        return self._ask("pdf", self._templates, fonts, view, photos)

    def docx(self, templates: Path, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> Future[bytes]:
        """See ``Engines.docx``."""
        return self._ask("docx", self._templates, view, photos)

    def _ask(self, name: str, *arguments: Any) -> Future[bytes]:
        _send(self._socket, pickle.dumps((name, arguments)))
        answer = _receive(self._socket)
        assert answer is not None
        future: Future[bytes] = Future()
        made = pickle.loads(answer)
        if isinstance(made, Exception):
            future.set_exception(made)
        else:
            future.set_result(cast(bytes, made))
        return future

    def give(self, made: Mapping[bytes, bytes]) -> None:
        """See ``Recalling.give``; it is the server that remembers."""

    def taken(self) -> dict[bytes, bytes]:
        """See ``Noting.taken``."""
        return {}

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def _send(connection: socket.socket, data: bytes) -> None:
    connection.sendall(struct.pack("<Q", len(data)) + data)


def _receive(connection: socket.socket) -> bytes | None:
    head = connection.recv(8, socket.MSG_WAITALL)
    if len(head) < 8:
        return None
    data, wanted = bytearray(), struct.unpack("<Q", head)[0]
    while len(data) < wanted:
        piece = connection.recv(min(1 << 20, wanted - len(data)))
        if not piece:
            return None
        data += piece
    return bytes(data)
