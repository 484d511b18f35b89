"""What a file really is, by its content; a suffix is only what somebody called it."""

from __future__ import annotations

import re
import struct
from typing import Literal

Kind = Literal[
    "docx", "xlsx", "odt", "ods", "zip", "doc", "xls", "wps", "ole", "encrypted", "rtf", "html", "pdf", "image", "text"
]
LABELS: dict[Kind, str] = {
    "docx": "Word 文档（.docx）",
    "xlsx": "Excel 工作簿（.xlsx）",
    "odt": "OpenDocument 文字（.odt）",
    "ods": "OpenDocument 表格（.ods）",
    "zip": "压缩包",
    "doc": "旧版 Word 文档（.doc）",
    "xls": "旧版 Excel 工作簿（.xls）",
    "wps": "WPS 文档（.wps）",
    "ole": "旧版 Office 文件",
    "encrypted": "加密的 Office 文件",
    "rtf": "RTF 文档",
    "html": "网页（HTML）",
    "pdf": "PDF",
    "image": "图片",
    "text": "文本",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_HTML = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]{0,200}>\s*)?(<!--.{0,2000}?-->\s*)?<(!doctype\s+html|html|head|body|meta|div|p|table)[\s>]",
    re.I | re.S,
)


def kind(data: bytes) -> Kind:
    """The kind of a file. Packages are told apart by the names in their directory, not yet judged."""
    if data.startswith(_OLE):
        return _ole_kind(data)
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(b"%PDF"):
        return "pdf"
    if data.startswith(_IMAGES):
        return "image"
    return "html" if _HTML.match(data[:4000]) else "text"


def ole_names(data: bytes) -> frozenset[str]:
    """The names of streams and storages of an OLE2 file ([MS-CFB] 2.6.1).

    Directory entries are 128 bytes, aligned to 128 in the file (sectors are 512 or 4096 bytes behind a header of one
    sector), so all are found without following chains that a hostile file may have tied in knots.
    """
    found = set()
    for position in range(512, len(data) - 127, 128):
        size, form = struct.unpack_from("<HB", data, position + 64)
        if form in (1, 2, 5) and 4 <= size <= 64 and size % 2 == 0:
            raw = data[position : position + size]
            if raw.endswith(b"\x00\x00") and not any(data[position + size : position + 64]):
                found.add(raw[:-2].decode("utf-16-le", "replace"))
    return frozenset(found)


def _ole_kind(data: bytes) -> Kind:
    names = ole_names(data)
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        return "encrypted"
    if names & {"WordDocument"}:
        return "wps" if any(name.lower().startswith("wps") for name in names) else "doc"
    return "xls" if names & {"Workbook", "Book"} else "ole"


def _zip_kind(data: bytes) -> Kind:
    if b"[Content_Types].xml" in data:
        if b"word/" in data:
            return "docx"
        return "xlsx" if b"xl/" in data else "zip"
    head = data[:200]
    if b"application/vnd.oasis.opendocument.text" in head:
        return "odt"
    return "ods" if b"application/vnd.oasis.opendocument.spreadsheet" in head else "zip"
