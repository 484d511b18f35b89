"""Unpacking a zip package that nobody vouches for: its directory, its local headers and its real sizes must agree.

``zipfile`` believes the central directory, another reader the local headers, a third takes the first of two parts with
one name; a package that reads differently is refused here, so that what was judged is what is read later.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from builder.errors import Fault, Place

MAX_ENTRIES = 2_000
MAX_BYTES = 100 << 20  # of all parts, as they really unpack
MAX_RATIO = 100  # a part unpacked against packed …
RATIO_FROM = 1 << 20  # … which says nothing of a small one: a page of blanks packs that well
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_SIZE, _CENTRAL_SIZE, _END_SIZE = 30, 46, 22
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8 = 0x1, 0x8, 0x40, 0x800
_DAMAGED = "请对方重新发送，或在 Word、WPS 里打开后另存一份"
_DANGER = "不要打开这个文件；向报送单位核实后请其重新报送"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the central directory."""

    name: str
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int


class _Damaged(Exception):
    """The directory or a header cannot be followed; the text says why."""


def unpack(data: bytes, name: str) -> tuple[dict[str, bytes], list[Fault]]:
    """The parts of a zip package by name, and every reason not to use it.

    Folders are left out. With faults the parts are those that could be read within the limits, for further judgement
    only.

    Args:
        data: the whole file.
        name: its name in messages; a part's place is ``name!part``.
    """
    try:
        entries, limit = _directory(data)
    except _Damaged as damaged:
        return {}, [_fault("guard-damaged", name, f"压缩包已损坏或不完整（{damaged}）", _DAMAGED)]
    if len(entries) > MAX_ENTRIES:
        message = f"内有 {len(entries)} 个部件，超过 {MAX_ENTRIES} 个"
        return {}, [_fault("guard-entries", name, message, _DANGER)]
    faults = [*_names(entries, name), *_forms(entries, name)]
    starts, found = _headers(data, entries, name)
    faults += found
    faults += _overlaps(entries, starts, limit, name)
    parts, found = _inflated(data, entries, starts, name)
    return parts, faults + found


def _directory(data: bytes) -> tuple[list[_Entry], int]:
    """The central directory and where it begins (APPNOTE 4.3.12, 4.3.16); within our limits nobody needs zip64.

    Raises:
        _Damaged: it is not there, or not whole.
    """
    end = data.rfind(_END, max(0, len(data) - _END_SIZE - 0xFFFF))
    if end < 0 or end + _END_SIZE > len(data):
        raise _Damaged("没有目录")
    disk, start_disk, here, count, size, start, comment = struct.unpack_from("<HHHHIIH", data, end + 4)
    if disk or start_disk or here != count or 0xFFFFFFFF in (size, start):
        raise _Damaged("目录是分卷的或超大的")
    if end + _END_SIZE + comment != len(data) or start + size != end:
        raise _Damaged("目录与文件的长短不符")
    entries: list[_Entry] = []
    position = start
    while position < end:
        entry, position = _central(data, position, end)
        entries.append(entry)
    if len(entries) != count:
        raise _Damaged(f"目录写明 {count} 个部件，实有 {len(entries)} 个")
    return entries, start


def _central(data: bytes, position: int, end: int) -> tuple[_Entry, int]:
    if position + _CENTRAL_SIZE > end or data[position : position + 4] != _CENTRAL:
        raise _Damaged("目录中断")
    fields = struct.unpack_from("<HHHHHHIIIHHHHHII", data, position + 4)
    flags, method, crc, packed, size, length, extra, comment = (*fields[2:4], *fields[6:12])
    raw = data[position + _CENTRAL_SIZE : position + _CENTRAL_SIZE + length]
    after = position + _CENTRAL_SIZE + length + extra + comment
    if after > end:
        raise _Damaged("目录中断")
    name = raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
    return _Entry(name, raw, flags, method, crc, packed, size, fields[15], fields[14] >> 16), after


def _names(entries: list[_Entry], name: str) -> Iterator[Fault]:
    """Names that lead out of the package or that two parts share (part names do not tell case apart)."""
    seen: dict[str, str] = {}
    for entry in entries:
        told = entry.name
        parts = told.rstrip("/").split("/")
        if told.startswith("/") or ".." in parts or "." in parts or "" in parts or re.search(r"[\\:\x00-\x1f]", told):
            shown = re.sub(r"[\x00-\x1f]", "�", told)[:80]
            yield _fault("guard-path", name, f"内有路径可疑的部件“{shown}”", _DANGER)
        if (other := seen.get(told.casefold())) is not None:
            yield _fault("guard-duplicate", _part(name, told), f"有两个同名的部件“{other[:80]}”", _DANGER)
        seen[told.casefold()] = told


def _forms(entries: list[_Entry], name: str) -> Iterator[Fault]:
    """What kind of thing each entry is, and how it is packed."""
    for entry in entries:
        where = _part(name, entry.name)
        if entry.mode and stat.S_ISLNK(entry.mode):
            yield _fault("guard-link", where, "是指向别处的链接", _DANGER)
        if entry.flags & (_ENCRYPTED | _STRONG):
            yield _fault("guard-encrypted", where, "有密码，读不了", "请报送单位去掉密码后重新发送")
        elif entry.method not in (_STORED, _DEFLATED):
            yield _fault("guard-method", where, f"用了不认识的压缩方法（{entry.method}）", _DAMAGED)


def _headers(data: bytes, entries: list[_Entry], name: str) -> tuple[dict[int, int], list[Fault]]:
    """Where the bytes of each entry begin (by its number), for those whose local header says what the directory says."""
    starts: dict[int, int] = {}
    faults: list[Fault] = []
    for number, entry in enumerate(entries):
        where = _part(name, entry.name)
        if data[entry.offset : entry.offset + 4] != _LOCAL or entry.offset + _LOCAL_SIZE > len(data):
            faults.append(_fault("guard-damaged", where, "压缩包已损坏：找不到这个部件", _DAMAGED))
            continue
        fields = struct.unpack_from("<HHHHHIIIHH", data, entry.offset + 4)
        flags, method, crc, packed, size, length, extra = (*fields[1:3], *fields[5:])
        start = entry.offset + _LOCAL_SIZE + length + extra
        raw = data[entry.offset + _LOCAL_SIZE : entry.offset + _LOCAL_SIZE + length]
        sized = bool(flags & _DESCRIPTOR) or (crc, packed, size) == (entry.crc, entry.packed, entry.size)
        if raw != entry.raw or method != entry.method or (flags ^ entry.flags) & (_ENCRYPTED | _UTF8) or not sized:
            message = f"部件的名称或大小有两种说法（{raw.decode('utf-8', 'replace')[:80]}）"
            faults.append(_fault("guard-header", where, message, _DANGER))
            continue
        starts[number] = start
    return starts, faults


def _overlaps(entries: list[_Entry], starts: dict[int, int], limit: int, name: str) -> Iterator[Fault]:
    """Entries that share bytes with another, or with the directory at ``limit``: so a small file unpacks to a huge one."""
    end = 0
    for number in sorted(starts, key=lambda n: entries[n].offset):
        entry = entries[number]
        if entry.offset < end or starts[number] + entry.packed > limit:
            yield _fault("guard-overlap", _part(name, entry.name), "与另一部件占用同一段内容", _DANGER)
        end = max(end, starts[number] + entry.packed)


def _inflated(
    data: bytes, entries: list[_Entry], starts: dict[int, int], name: str
) -> tuple[dict[str, bytes], list[Fault]]:
    parts: dict[str, bytes] = {}
    faults: list[Fault] = []
    left = MAX_BYTES
    for number, start in starts.items():
        entry = entries[number]
        if entry.name.endswith("/") or entry.flags & (_ENCRYPTED | _STRONG) or entry.method not in (_STORED, _DEFLATED):
            continue
        most = min(left, max(RATIO_FROM, MAX_RATIO * entry.packed))
        part = _inflate(data[start : start + entry.packed], entry, most)
        where = _part(name, entry.name)
        if part is None:
            faults.append(_fault("guard-damaged", where, "压缩包已损坏：这个部件解不开", _DAMAGED))
        elif len(part) > left:
            message = f"解压后超过 {MAX_BYTES >> 20} MB"
            return parts, [*faults, _fault("guard-size", name, message, _DANGER)]
        elif len(part) > most:
            faults.append(_fault("guard-ratio", where, f"压缩率超过 {MAX_RATIO} 倍（解压炸弹）", _DANGER))
        else:
            left -= len(part)
            parts[entry.name] = part
    return parts, faults


def _inflate(packed: bytes, entry: _Entry, most: int) -> bytes | None:
    """The part's bytes; more than ``most`` (and then no further) when it is larger; None when it is damaged."""
    if entry.method == _STORED:
        unpacked = packed
    else:
        worker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            unpacked = worker.decompress(packed, most + 1)
        except zlib.error:
            return None
        if len(unpacked) <= most and (not worker.eof or worker.unused_data):
            return None
    if len(unpacked) > most:
        return unpacked
    return unpacked if len(unpacked) == entry.size and zlib.crc32(unpacked) == entry.crc else None


def _part(name: str, part: str) -> str:
    return f"{name}!{part[:200]}"


def _fault(code: str, where: str, message: str, hint: str) -> Fault:
    return Fault(code, "error", Place(where), message, hint)
