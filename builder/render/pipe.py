"""Messages between this program and a process of its own: a JSON header, then the bytes it announces.

``render.worker`` is told everything in JSON and bytes; ``batch.worker`` gets its calls as bytes that are pickles.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import struct
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")
Message = tuple[dict[str, Any], list[bytes]]


def send(stream: BinaryIO, header: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one message and flush it.

    Raises:
        OSError: the other side is gone.
    """
    text = json.dumps({**header, "sizes": [len(b) for b in blobs]}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    stream.write(_LENGTH.pack(len(text)) + text)
    for blob in blobs:
        stream.write(blob)
    stream.flush()


def receive(stream: BinaryIO) -> Message | None:
    """The next message; None when the other side has closed the pipe (also in the midst of a message)."""
    try:
        (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
        header = json.loads(_exactly(stream, length).decode("utf-8", "surrogatepass"))
        return header, [_exactly(stream, size) for size in header["sizes"]]
    except EOFError:
        return None


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def served(folder: Path) -> tuple[SimpleQueue[Message], BinaryIO]:
    """For the process that answers: the requests as they come on standard input, and where the answers go (standard output).

    From here on nothing else can write into the pipes (a library that prints would). The process ends with its parent:
    when the pipe closes, a thread of its own ends it, whatever is done meanwhile, and takes ``folder`` along.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.close(nowhere)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; it closes the pipe
    waiting: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting, folder), daemon=True).start()
    return waiting, answers


def _listen(requests: BinaryIO, waiting: SimpleQueue[Message], folder: Path) -> None:
    while (message := receive(requests)) is not None:
        waiting.put(message)
    with suppress(OSError):  # it may have gone with the folder around it
        os.chdir(folder.parent)  # Windows keeps a folder that is somebody's
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
