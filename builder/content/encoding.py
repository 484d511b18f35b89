"""From bytes to text (codes text-encoding, text-recoded): UTF-8, and what old editors still write, GBK and UTF-16.

Another encoding is taken only where the text that it gives looks like Chinese; a UTF-8 file with a broken byte is never
mistaken for GBK.
"""

from __future__ import annotations

import codecs

from builder.errors import Fault, Place

_FIX = "运行 jianbao check --fix 改存为 UTF-8，或在编辑器里另存为 UTF-8"
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\v")
_COMMON = 0.6  # least share of GB 2312's first level (3,755 everyday characters) among the Chinese characters of a text
_SAMPLE = 65_536  # characters that are judged


def decode(data: bytes, file: str) -> tuple[str | None, list[Fault]]:
    """The text, its line ends and byte order mark as they are; None and one fault where no encoding fits.

    A warning says when the encoding was not UTF-8.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _other(data, file, error)
    if "\0" in text and (found := _unmarked_utf16(data)):
        return found, [_recoded(file, "UTF-16")]
    return text, []


def is_utf8(data: bytes) -> bool:
    """Whether ``decode`` reads the bytes as UTF-8 (or not at all), so that there is nothing to recode."""
    text, faults = decode(data, "")
    return text is None or not faults


def _other(data: bytes, file: str, error: UnicodeDecodeError) -> tuple[str | None, list[Fault]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not data.startswith(_UTF_32):
        text = _strictly(data, "utf-16")
        if text is not None and _plausible(text):
            return text, [_recoded(file, "UTF-16")]
    elif not _is_broken_utf8(data):
        text = _strictly(data, "gb18030")
        if text is not None and _plausible(text):
            return text, [_recoded(file, "GBK")]
        if found := _unmarked_utf16(data):
            return found, [_recoded(file, "UTF-16")]
    return None, [_unreadable(data, file, error)]


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unmarked_utf16(data: bytes) -> str:
    """The text of UTF-16 without a byte order mark; "" when it is none."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strictly(data, encoding) if len(data) % 2 == 0 else None
        if text is not None and _plausible(text):
            return text
    return ""


def _is_broken_utf8(data: bytes) -> bool:
    """Whether at least half of what is not ASCII is sound UTF-8: of GBK, nine of ten characters are not."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - broken >= broken


def _plausible(text: str) -> bool:
    """Whether a text is such as offices write: no control characters, mostly everyday Chinese beyond ASCII."""
    sample = text[:_SAMPLE]
    if not _CONTROLS.isdisjoint(sample):
        return False
    beyond = [character for character in sample if character > "\x7f" and character != "\ufeff"]
    chinese = [character for character in beyond if "\u3400" <= character <= "\u9fff"]
    if not chinese or 2 * len(chinese) < len(beyond):
        return False
    return sum(map(_everyday, chinese)) >= _COMMON * len(chinese)


def _everyday(character: str) -> bool:
    """Whether a character is of GB 2312's first level (rows 16 to 55)."""
    code = character.encode("gb18030")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1


def _recoded(file: str, name: str) -> Fault:
    message = f"文件是 {name} 编码，不是 UTF-8；已照 {name} 读取"
    return Fault("text-recoded", "warning", Place(file), message, f"核对文字；{_FIX}")


def _unreadable(data: bytes, file: str, error: UnicodeDecodeError) -> Fault:
    before = data[: error.start].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    if data[error.start] == 0xED and data[error.start + 1 : error.start + 2] >= b"\xa0":
        return Fault("text-surrogate", "error", place, "有孤立的代理字符（残缺的字符编码）", "删去该字符，重新输入")
    if _is_broken_utf8(data):
        message, hint = "这里有损坏的字节，不是完整的 UTF-8 文字", "删去这里的乱码，重新输入；或从原文件重新复制"
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message, hint = "文件像是 UTF-16 编码，但不完整，读不了", "在编辑器里另存为 UTF-8 编码"
    else:
        message = "文件不是 UTF-8 编码，读不了"
        hint = "在编辑器里另存为 UTF-8 编码；图片和 Word 文件不要改名成 .md、.yaml"
    return Fault("text-encoding", "error", place, message, hint)
