"""Scans of paper sign-offs: PDF, JPEG or PNG by content, whole enough to be read; kept byte for byte."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from builder import pdfium
from builder.content import pictures
from builder.errors import Fault, InvalidContent, JianbaoError, Place
from builder.files import read_most

MAX_BYTES = 50 << 20
_USE = "扫描成 PDF、JPG 或 PNG 后再试；改后缀名不算。"


def read_scan(path: Path) -> tuple[str, bytes]:
    """(name in the bag, bytes) of a scan, e.g. ``("scan/签发件.pdf", …)``.

    Raises:
        FileError: it cannot be read.
        InvalidContent: it is something else, damaged, or larger than 50 MB.
    """
    data = read_most(path, MAX_BYTES)
    if len(data) > MAX_BYTES:
        raise _refused(path, f"超过 {MAX_BYTES >> 20} MB", "降低扫描的分辨率，或压缩后再试。")
    if data.startswith(b"%PDF"):
        _whole_pdf(path, data)
        return "scan/签发件.pdf", data
    found = pictures.examine(data, path.name, Place(path.name))
    if isinstance(found, Fault):
        message = found.message.removeprefix(f"图片“{path.name[:80]}”")
        raise _refused(path, message, _USE)
    return f"scan/签发件.{'png' if found.format == 'png' else 'jpg'}", data


def _whole_pdf(path: Path, data: bytes) -> None:
    try:
        with closing(pdfium.opened(data, path.name)) as document:
            pages = len(document)
    except JianbaoError as error:
        raise _refused(path, f"读不了（{error.message}）", _USE) from error
    if not pages:
        raise _refused(path, "一页也没有", _USE)


def _refused(path: Path, message: str, hint: str) -> InvalidContent:
    fault = Fault("scan-unusable", "error", Place(path.name), f"扫描件{message}。", hint)
    return InvalidContent("扫描件不能用，没有办理。", "换一个文件再办。", (fault,))
