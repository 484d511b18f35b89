"""Messages between this program and its rendering process: a JSON header, then the bytes it announces; no pickle."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
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
