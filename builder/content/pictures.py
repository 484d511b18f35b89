"""Pictures: the only door to Pillow. PNG and JPEG by content, at most 40 megapixels, upright, without metadata."""

from __future__ import annotations

import io
import re
import struct
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from builder.content import beside
from builder.errors import Fault, Place, why
from builder.files import sha256
from builder.model import Photo

MAX_PIXELS = 40_000_000
MAX_BYTES = 50 << 20
_USE = "另存为 PNG 或 JPEG 格式"
_OTHER = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "压缩包或 Word 文件"),
    (b"\x01\x00\x00\x00", "EMF"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
)


def load(path_as_typed: str, entry_file: str, root: Path) -> Photo | Fault:
    """Reads and checks a picture.

    Args:
        path_as_typed: relative to the folder of the entry's file.
        entry_file: the entry's path below the workspace (posix).
        root: the workspace; the picture must lie in it, symlinks resolved.

    Returns:
        The picture, EXIF orientation applied and metadata dropped, alpha kept for PNG; or a fault that has the entry's
        file as its place.
    """
    try:
        return _checked(_locate(path_as_typed.strip(), entry_file, root))
    except _Refused as refused:
        message = f"图片“{path_as_typed[:80]}”{refused.message}"
        return Fault(refused.code, "error", Place(entry_file), message, refused.hint)


def examine(data: bytes, label: str, place: Place) -> Photo | Fault:
    """A picture that comes from elsewhere than a file of the workspace, checked like one.

    Args:
        data: its bytes.
        label: what it is called in messages.
        place: where it stands.
    """
    try:
        return _decoded(data)
    except _Refused as refused:
        return Fault(refused.code, "error", place, f"图片“{label[:80]}”{refused.message}", refused.hint)


class _Refused(Exception):
    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def _locate(typed: str, entry_file: str, root: Path) -> Path:
    found = beside.locate(typed, entry_file, root, "图片")
    if isinstance(found, Path):
        return found
    if found.kind == "missing":
        raise _Refused("picture-missing", found.message, found.hint)
    raise _Refused("picture-remote" if found.kind == "remote" else "picture-outside", found.message, found.hint)


def _checked(path: Path) -> Photo:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _Refused("picture-too-large", f"超过 {MAX_BYTES >> 20} MB", "压缩后再用")
        data = path.read_bytes()
    except OSError as error:
        raise _Refused("picture-unreadable", f"读不了（{why(error)}）", "检查文件权限") from None
    return _decoded(data)


def _decoded(data: bytes) -> Photo:
    """A picture from bytes.

    Raises:
        _Refused: too large, damaged, or of another format.
    """
    if len(data) > MAX_BYTES:
        raise _Refused("picture-too-large", f"超过 {MAX_BYTES >> 20} MB", "压缩后再用")
    kind = _kind(data)
    if kind == "png" and len(data) >= 24:
        _limit(*struct.unpack(">II", data[16:24]))  # from the header, before any decoder sees the file
    try:
        opened = PngImageFile(io.BytesIO(data)) if kind == "png" else JpegImageFile(io.BytesIO(data))
    except Exception:  # whatever a decoder makes of a broken file, it is the file's fault
        raise _Refused("picture-damaged", "已损坏，打不开", f"重新{_USE}") from None
    _limit(*opened.size)
    try:
        return _encode(opened, kind, sha256(data))
    except Exception:
        raise _Refused("picture-damaged", "已损坏，数据不完整", f"重新{_USE}") from None


def _limit(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _Refused("picture-too-large", f"有 {width}×{height} 像素，超过 4000 万像素", "缩小后再用")


def _kind(data: bytes) -> Literal["png", "jpeg"]:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if re.match(rb"(\xef\xbb\xbf)?\s*<(svg|\?xml|!DOCTYPE svg)", data[:200], re.IGNORECASE):
        raise _Refused("picture-svg", "是 SVG 矢量图，不能使用", _USE)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raise _Refused("picture-format", "是 WebP 格式，不能使用", _USE)
    if data[4:8] == b"ftyp":
        raise _Refused("picture-format", "是 HEIC 或视频格式，不能使用", _USE)
    for magic, name in _OTHER:
        if data.startswith(magic):
            raise _Refused("picture-format", f"是 {name} 格式，不能使用", _USE)
    raise _Refused("picture-format", "的内容不是图片", f"核对文件；图片须{_USE}，改后缀名不算")


def _encode(opened: Image.Image, kind: Literal["png", "jpeg"], digest: str) -> Photo:
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    out = io.BytesIO()
    if kind == "png":
        upright.save(out, "PNG", icc_profile=None, optimize=False)
    elif opened.getexif().get(0x0112, 1) == 1 and opened.mode in ("L", "RGB"):
        opened.save(out, "JPEG", quality="keep", comment=b"")  # the same quantisation: nothing is lost twice
    else:
        image = upright if upright.mode in ("L", "RGB") else upright.convert("RGB")
        image.save(out, "JPEG", quality=92, subsampling=0, comment=b"")
    return Photo(out.getvalue(), kind, upright.width, upright.height, digest)


def grey(data: bytes) -> bytes:
    """A picture that ``load`` or ``examine`` gave, without colour; its format, size and transparency stay."""
    png = data.startswith(b"\x89PNG")
    opened: Image.Image = PngImageFile(io.BytesIO(data)) if png else JpegImageFile(io.BytesIO(data))
    if opened.mode in ("1", "L", "LA", "I;16", "I"):
        return data
    clear = png and (opened.mode in ("RGBA", "PA") or "transparency" in opened.info)
    out = io.BytesIO()
    if png:
        opened.convert("RGBA" if clear else "RGB").convert("LA" if clear else "L").save(out, "PNG")
    else:
        opened.convert("L").save(out, "JPEG", quality=92)
    return out.getvalue()
