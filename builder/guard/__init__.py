"""The guard at the gate: every reason not to read a file that came from outside, all at once, before anything reads it.

Nothing here starts a program, touches the network or writes a file; what passed may still be wrong, but cannot reach out of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from builder.errors import Fault, Place
from builder.guard import archive, flat, odf, ooxml, sniff
from builder.guard.xml import Element, Refused, attribute, local, parse, write

__all__ = [
    "MAX_BYTES",
    "Element",
    "Opened",
    "attribute",
    "html",
    "local",
    "ole",
    "opened",
    "package",
    "parse",
    "rtf",
    "size",
    "sniff",
    "write",
]

PackageKind = Literal["docx", "xlsx", "odt", "ods"]
MAX_BYTES = archive.MAX_BYTES  # of a file, and of all its parts unpacked
html, ole, rtf, size = flat.html, flat.ole, flat.rtf, flat.size
_HINTS = {
    "doc": "用 Word 或 WPS 打开，另存为 .docx；装有 LibreOffice 时把后缀改回 .doc 也可以导入",
    "xls": "用 Excel 或 WPS 打开，另存为 .xlsx",
    "wps": "用 WPS 打开，另存为 .docx",
    "encrypted": "请报送单位去掉密码后重新发送",
}
_DANGER = "不要打开这个文件；向报送单位核实后请其重新报送"
_BROKEN = "用 Word 或 WPS 打开后另存一份；打不开就请报送单位重新发送"
_LEAD_TO_MAIN = ("[Content_Types].xml", "_rels/.rels", "content.xml")


@dataclass(frozen=True, slots=True)
class Opened:
    """A package that was judged: its parts, the roots of its XML parts, its main part's name ("" for OpenDocument).

    With ``faults`` nothing of it may be used.
    """

    parts: dict[str, bytes]
    roots: dict[str, Element]
    main: str
    faults: tuple[Fault, ...]


def package(data: bytes, kind: PackageKind, name: str, *, links: bool = True) -> tuple[Fault, ...]:
    """Every reason not to use a DOCX, XLSX, ODT or ODS package; empty when there is none.

    Args:
        data: the whole file.
        kind: what it is meant to be.
        name: its name in messages; the place of a part is ``name!part``, e.g. ``稿.docx!word/document.xml``.
        links: whether hyperlinks may lead out of the package; they are never followed.
    """
    return opened(data, kind, name, links=links).faults


def opened(data: bytes, kind: PackageKind, name: str, *, links: bool = True) -> Opened:
    """``package``, with the parts and parsed XML for those who read on: nothing is unpacked or parsed twice."""
    if len(data) > MAX_BYTES:
        return _refused("guard-size", name, f"文件超过 {MAX_BYTES >> 20} MB", "压缩其中的图片后重新发送")
    if not data.startswith(b"PK\x03\x04"):
        return _not_a_package(data, kind, name)
    parts, faults = archive.unpack(data, name)
    roots: dict[str, Element] = {}
    unread = set()
    for part, content in parts.items():
        if _is_xml(part, content):
            try:
                roots[part] = parse(content)
            except Refused as refused:
                unread.add(part)
                hint = _BROKEN if refused.code == "guard-xml" else _DANGER
                faults.append(Fault(refused.code, "error", Place(f"{name}!{part}"), refused.message, hint))
    if parts:  # else there is nothing more to say than that it cannot be unpacked
        judge = odf.judge if kind in ("odt", "ods") else ooxml.judge
        faults += judge(roots, parts, kind, name, links)
    if unread & {*_LEAD_TO_MAIN, ooxml.main_part(roots)}:  # the main part is there, only not fit to be read
        faults = [fault for fault in faults if fault.code != "guard-main"]
    return Opened(parts, roots, ooxml.main_part(roots), tuple(faults))


def _not_a_package(data: bytes, kind: PackageKind, name: str) -> Opened:
    if not data:
        return _refused("guard-format", name, "是空文件", "请对方重新发送")
    real = sniff.kind(data)
    hint = _HINTS.get(real, f"核对文件；请对方另存为 .{kind} 后重新发送")
    if real == "encrypted":
        return _refused("guard-encrypted", name, "有密码，读不了", hint)
    if real in ("doc", "xls", "wps", "ole"):
        if name.lower().endswith(f".{kind}"):
            return _refused("guard-legacy", name, f"其实是{sniff.LABELS[real]}，只是后缀写成了 .{kind}", hint)
        return _refused(
            "guard-legacy", name, f"是{sniff.LABELS[real]}，不是 .{kind}", f"用 Word、WPS 打开，另存为 .{kind}"
        )
    return _refused("guard-format", name, f"不是{sniff.LABELS[kind]}，内容是{sniff.LABELS[real]}", hint)


def _is_xml(part: str, content: bytes) -> bool:
    """By name, or because it begins as XML does: a part may carry any name."""
    if part.lower().endswith((".xml", ".rels", ".vml", ".rdf")):
        return bool(content) or part.lower().endswith((".xml", ".rels"))
    return content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def _refused(code: str, name: str, message: str, hint: str) -> Opened:
    return Opened({}, {}, "", (Fault(code, "error", Place(name), message, hint),))
