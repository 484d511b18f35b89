"""A page: decoded, judged, its text taken down, its inline pictures unpacked. Nothing that it names is fetched."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

from builder import guard
from builder.errors import Fault, InvalidContent, Place

_SILENT = ("script", "style", "title", "template", "noscript", "math", "svg")
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_CHINESE = ("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80")
# Encodings that pages have; Python knows more, some of which are no encodings of text.
_KNOWN = re.compile(
    r"utf-?8|us-ascii|ascii|latin-?1|iso-8859-[0-9]{1,2}|windows-[0-9]{3,4}|big5|big5-hkscs|euc-(kr|jp)|shift_jis"
)


def decoded(data: bytes, name: str) -> str:
    """The text of a page in the encoding that it declares; UTF-8 when it declares none.

    Raises:
        InvalidContent: too large, not in its encoding, or hostile.
    """
    faults = guard.size(data, name)
    if not faults:
        try:
            text = _text(data)
        except (UnicodeDecodeError, LookupError):
            hint = "在浏览器里打开，另存为网页（UTF-8）后重试"
            faults = (Fault("guard-encoding", "error", Place(name), "网页的编码读不了", hint),)
        else:
            faults = guard.html(text, name)
    if faults:
        raise InvalidContent(f"{name} 不能导入，没有读取。", "按上面各条处理后重试。", faults)
    return text


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    declared = _CHARSET.search(data[:4096])
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if data.startswith(codecs.BOM_UTF8):
        encoding = "utf-8"
    if encoding in _CHINESE:
        encoding = "gb18030"
    elif not _KNOWN.fullmatch(encoding):
        raise LookupError(encoding)
    return data.decode(encoding).removeprefix("\ufeff")


def visible(text: str) -> list[str]:
    """The text that a page shows, in order."""
    reader = _Visible()
    reader.feed(text)
    reader.close()
    return reader.texts


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def inline_picture(target: str) -> bytes | None:
    """The bytes of a ``data:`` address; None for any other address."""
    head, comma, data = target.partition(",")
    if not comma or not head.lower().startswith("data:image/"):
        return None
    try:
        raw = unquote_to_bytes(data)
        return base64.b64decode(raw, validate=False) if head.lower().endswith(";base64") else raw
    except (binascii.Error, ValueError):
        return None
