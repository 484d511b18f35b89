"""Loading a workspace's content: every file is read, every fault of every file is reported, then there is a library."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from builder import markup
from builder.content import front, hygiene, set_tables, strict, yaml_text
from builder.content.bind import BODIES, CHOICES, Bound, bind
from builder.content.files import Found
from builder.content.hygiene import Cleaned
from builder.content.memory import Memory
from builder.content.table_files import NO_DRAFTS, Drafts, Reader
from builder.content.tidy import Locate, tidy
from builder.content.yaml_text import Mapping, Node, Scalar
from builder.errors import Fault, Place, has_errors, why
from builder.files import sha256
from builder.model import (
    Block,
    Issue,
    Item,
    Library,
    Matter,
    Office,
    Photo,
    Picture,
    Problem,
    Source,
)

KeyPath = tuple[str | int, ...]
OFFICE = "content/office.yaml"
MOST_FAULTS = 20  # of one code in one file; the rest is counted
_PERSONS = frozenset({"姓名", "供稿人", "审核人", "签发人"})


def load(root: Path, memory: Memory | None = None) -> tuple[Library | None, list[Fault]]:
    """Reads the content of the workspace ``root``; what ``memory`` still holds of an earlier load is not read again.

    Returns:
        The library and all faults, sorted by place. Files with errors are left out of the library and named in its
        ``broken_ids``. The library is None only where ``content/office.yaml`` cannot be used.
    """
    memory = memory or Memory()
    faults: list[Fault] = []
    office = _office(root, memory, faults)
    beside: dict[str, frozenset[str]] = {}
    items, broken_items = _folder(root, *KINDS["item"], memory, faults, beside)
    findings, broken_findings = _folder(root, *KINDS["finding"], memory, faults, beside)
    issues, broken_issues = _folder(root, *KINDS["issue"], memory, faults, beside)
    faults += memory.litter(root)
    faults.sort(key=lambda fault: (fault.place, fault.code, fault.message))
    if office is None:
        return None, faults
    broken = {"item": broken_items, "finding": broken_findings, "issue": broken_issues}
    return Library(office, items, findings, issues, broken, beside), faults


def load_office_source(root: Path) -> tuple[Source[Office] | None, list[Fault]]:
    """``office.yaml`` with its places, and its faults. None where it cannot be used."""
    faults: list[Fault] = []
    return _office(root, Memory(), faults), faults


def load_office(root: Path) -> tuple[Office | None, list[Fault]]:
    """``office.yaml`` alone, for what does not concern the content: the archive and the register. None where it cannot be used."""
    source, faults = load_office_source(root)
    return source.value if source is not None else None, faults


def _office(root: Path, memory: Memory, faults: list[Fault]) -> Source[Office] | None:
    path = root / OFFICE
    if not path.is_file():
        hint = "用 jianbao init 新建工作文件夹，或用 -C 指明工作文件夹"
        faults.append(Fault("office-missing", "error", Place(OFFICE), "没有机关信息文件 content/office.yaml", hint))
        return None
    if not path.resolve().is_relative_to(root.resolve()):
        hint = "把文件放进工作文件夹"
        faults.append(Fault("path-symlink", "error", Place(OFFICE), "是指向工作文件夹之外的链接", hint))
        return None
    source, found = _load_one(Found("office", OFFICE, path), read_office, root, memory)
    faults += found
    return source


def _folder(
    root: Path,
    folder: str,
    suffix: str,
    read: ReadText,
    memory: Memory,
    faults: list[Fault],
    beside: dict[str, frozenset[str]],
) -> tuple[dict[str, Source[Any]], frozenset[str]]:
    loaded: dict[str, Source[Any]] = {}
    broken = set()
    found, path_faults = memory.find(root, folder, suffix)
    faults += path_faults
    for entry in found:
        source, entry_faults = _load_one(entry, read, root, memory)
        faults += entry_faults
        if source is None:
            broken.add(entry.id)
        else:
            loaded[entry.id] = source
        told = {fault.place.file for fault in entry_faults}
        if others := ({*(source.tables if source else ()), *told} - {entry.file}):
            beside[entry.file] = frozenset(others)
    return loaded, frozenset(broken)


@dataclass(frozen=True, slots=True)
class Read:
    """What reading one text gave: the value, and what is known about its places and body."""

    value: Any
    bound: Bound
    faults: list[Fault]
    blocks: tuple[Block, ...] = ()
    node: Node | None = None
    locate: Locate | None = None


ReadText = Callable[[Cleaned, Reader], Read]


def _load_one(entry: Found, read: ReadText, root: Path, memory: Memory) -> tuple[Source[Any] | None, list[Fault]]:
    """One file: bytes → clean text → values and blocks → pictures. None when there are errors."""
    return memory.recall(entry, _bytes, lambda data: _parsed(entry, data, read, root, memory.drafts))


def load_entry(root: Path, kind: str, entry: Found) -> tuple[Source[Any] | None, list[Fault], str]:
    """One file as ``load`` reads it, and the SHA-256 of its bytes as read ("" where they could not be).

    ``kind`` is "item", "finding" or "issue". The source is None where there are errors.
    """
    data, faults = _bytes(entry)
    if data is None:
        return None, faults, ""
    source, faults = _parsed(entry, data, KINDS[kind][2], root)
    return source, faults, sha256(data)


def trial(kind: str, name: str, text: str, root: Path) -> list[Fault]:
    """What loading would say of ``text`` as the file of the new entry ``name``; values still to be filled in aside.

    ``kind`` is "item", "finding" or "issue". Lone surrogates, which a shell makes of bytes that are not UTF-8, are told
    like any other refused character.
    """
    folder, suffix, read = KINDS[kind]
    entry = Found(name, f"content/{folder}/{name}{suffix}", root / "content" / folder / f"{name}{suffix}")
    _, faults = _parsed(entry, text.encode("utf-8", "surrogatepass"), read, root)
    return [fault for fault in faults if fault.code not in _UNFILLED]


def _parsed(
    entry: Found, data: bytes, read: ReadText, root: Path, drafts: Drafts = NO_DRAFTS
) -> tuple[Source[Any] | None, list[Fault]]:
    text, faults = hygiene.decode(data, entry.file)
    if text is None:
        return None, faults
    cleaned = hygiene.scrub(text, entry.file, breaks=read is _read_item)
    faults += cleaned.faults
    tables = Reader(entry.file, root, drafts)
    result = read(cleaned, tables)
    texts, text_faults = _texts(result, entry.file, tables)
    if isinstance(result.value, Issue):
        locate = result.locate or cleaned.locate
        set_out, table_faults = set_tables.read(result.value, result.bound, entry.file, locate, tables.spaces)
        texts |= set_out
        text_faults += table_faults
    photos, photo_faults = _photos(result, texts, entry.file, root)
    faults += [*result.faults, *result.bound.faults, *text_faults, *photo_faults]
    faults += [*markup.spaces_note([*result.bound.spaces, *tables.spaces]), *_persons(result.bound, cleaned)]
    if has_errors(faults) or result.value is None:
        return None, _limited(faults, entry.file)
    places, files = result.bound.places, tuple(dict.fromkeys(tables.files))
    digests = {entry.file: sha256(data), **tables.digests}
    source = Source(entry.id, entry.file, result.value, places, result.blocks, texts, photos, files, digests)
    return source, _limited(faults, entry.file)


def _bytes(entry: Found) -> tuple[bytes | None, list[Fault]]:
    try:
        if entry.path.stat().st_size > yaml_text.MAX_BYTES:
            return None, [yaml_text.too_long(entry.file)]
        return entry.path.read_bytes(), []
    except OSError as error:
        message = f"读不了文件（{why(error)}）"
        return None, [Fault("file-unreadable", "error", Place(entry.file), message, "检查文件权限，或关闭占用它的程序")]


_Choose = Callable[[Node | None, str], type[BaseModel]]


def _document(text: str, file: str, first_line: int, locate: Locate, model: _Choose) -> Read:
    """Composes and binds one YAML text; ``model`` chooses the model by what the node and the text hold."""
    node, faults = yaml_text.parse(text, file, first_line, locate=locate)
    if node is None and faults:
        return Read(None, Bound(), faults, locate=locate)
    value, bound = bind(model(node, text), node, file)
    return Read(value, bound, faults, node=node, locate=locate)


def _strict(cleaned: Cleaned, model: _Choose) -> Read:
    """A strict file. One that YAML cannot read is read on as corrected, so that all its faults are told at once."""
    read = _document(cleaned.text, cleaned.file, 1, cleaned.locate, model)
    faults = [*read.faults, *read.bound.faults]
    if not strict.is_doubtful(faults, cleaned.text):
        return read
    tidied = tidy(cleaned.text.split("\n"), model(read.node, cleaned.text), strict=True)
    if not tidied.slips:
        return read
    if not strict.is_wreck(faults):
        read.bound.faults[:] = strict.advised(read.bound.faults, tidied, cleaned)
        told = strict.advised(read.faults, tidied, cleaned)
        return replace(read, faults=[*told, *strict.misread_lists(tidied, cleaned)])
    text = "\n".join(tidied.lines)
    corrected = _document(text, cleaned.file, 1, tidied.locate(cleaned.locate), model)
    answers = strict.answers(read.faults, tidied, cleaned)
    return replace(corrected, faults=[*answers, *strict.advised(corrected.faults, tidied, cleaned)])


def read_office(cleaned: Cleaned, tables: Reader) -> Read:
    """The office file; the readers of the other kinds are in ``KINDS``."""
    return _strict(cleaned, lambda node, text: Office)


def _read_finding(cleaned: Cleaned, tables: Reader) -> Read:
    return _strict(cleaned, finding_model)


_PROBLEM = re.compile(r"^(?:问题描述|点位)\s*[:：]", re.MULTILINE)


def finding_model(node: Node | None, text: str = "") -> type[BaseModel]:
    """Problem for 种类: 问题, and for a file without 种类 that has a problem's keys; else Matter.

    A text that YAML cannot read has no node; then its lines tell.
    """
    if not isinstance(node, Mapping):
        return Problem if _PROBLEM.search(text) else Matter
    keys = {key.text: value for key, value in node.pairs}
    kind = keys.get("种类")
    if isinstance(kind, Scalar) and kind.text.strip():
        return Problem if kind.text.strip() == "问题" else Matter
    return Problem if "问题描述" in keys or "点位" in keys else Matter


def _read_issue(cleaned: Cleaned, tables: Reader) -> Read:
    read = _strict(cleaned, lambda node, text: Issue)
    read.faults.extend(_choices(read.bound))
    return read


def _choices(bound: Bound) -> Iterator[Fault]:
    """Each entry and each annex holds exactly one of 信息, 督查, 正文, 表格 (told even where other values are wrong)."""
    for path, place in bound.places.items():
        if len(path) < 2 or path[-2] not in ("条目", "附件") or not isinstance(path[-1], int) or path in bound.scalars:
            continue
        given = [name for name in CHOICES if (*path, name) in bound.given]
        if len(given) != 1:
            message = f"同时写了{'、'.join(given)}，只能写一项" if given else f"{'、'.join(CHOICES)}都没有写"
            yield Fault("entry-choice", "error", place, message, f"{'、'.join(CHOICES)}中写且只写一项")


def _read_item(cleaned: Cleaned, tables: Reader) -> Read:
    parts = front.divide(cleaned)
    if isinstance(parts, Fault):
        return Read(None, Bound(), [parts])
    locate = parts.locate(cleaned.locate)
    read = _document(parts.text, cleaned.file, parts.begin + 2, locate, lambda node, text: Item)
    blocks, found = markup.parse(
        parts.body, cleaned.file, parts.end + 2, locate=cleaned.locate, spaces=tables.spaces, read_table=tables
    )
    return replace(read, blocks=blocks, faults=[*parts.faults, *read.faults, *found])


KINDS: dict[str, tuple[str, str, ReadText]] = {
    "item": ("items", ".md", _read_item),
    "finding": ("findings", ".yaml", _read_finding),
    "issue": ("issues", ".yaml", _read_issue),
}
_UNFILLED = frozenset({"key-missing", "value-empty"})  # a new file has keys that wait for their values


def _texts(read: Read, file: str, tables: Reader) -> tuple[dict[KeyPath, tuple[Block, ...]], list[Fault]]:
    """The blocks of 正文 and 编者按, by their paths. A 编者按 has no tables."""
    texts: dict[KeyPath, tuple[Block, ...]] = {}
    faults: list[Fault] = []
    for path, scalar in read.bound.scalars.items():
        if path and path[-1] in BODIES and scalar.text.strip():
            texts[path], found = markup.parse(
                scalar.text,
                file,
                *scalar.start,
                locate=read.locate,
                spaces=tables.spaces,
                read_table=tables if path[-1] == "正文" else None,
            )
            faults += found
    return texts, faults


def _photos(
    read: Read, texts: dict[KeyPath, tuple[Block, ...]], file: str, root: Path
) -> tuple[dict[str, Photo], list[Fault]]:
    """The checked pictures that the file shows, by path as typed."""
    wanted = [(b.path, b.place) for blocks in (read.blocks, *texts.values()) for b in blocks if isinstance(b, Picture)]
    if isinstance(read.value, Problem):
        places = read.bound.places
        wanted += [
            (path, places.get(("照片", index), places[("照片",)])) for index, path in enumerate(read.value.photos)
        ]
    photos: dict[str, Photo] = {}
    faults: list[Fault] = []
    for path, place in wanted:
        if not path or path in photos:
            continue
        from builder.content import pictures  # Pillow takes a while to load, and few workspaces' runs need it

        photo = pictures.load(path, file, root)
        if isinstance(photo, Fault):
            faults.append(replace(photo, place=place))
        else:
            photos[path] = photo
    return photos, faults


def _persons(bound: Bound, cleaned: Cleaned) -> Iterator[Fault]:
    """A changed character in a person's name is refused: which form the person uses, a program cannot know."""
    changed = sorted(cleaned.recomposed)
    for path, scalar in bound.scalars.items() if changed else ():
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        line, first = scalar.place.line, scalar.place.column
        beyond = first + 2 * len(scalar.text) + 2
        if name in _PERSONS and bisect_left(changed, (line, first)) < bisect_left(changed, (line, beyond)):
            yield Fault(
                "name-nfc",
                "error",
                scalar.place,
                f"“{name}”里有不标准的字符形式，不能代为改动",
                "照本人证件用字重新输入",
            )


def _limited(faults: list[Fault], file: str) -> list[Fault]:
    """At most MOST_FAULTS of one code; the others are counted in one more line."""
    counts: dict[str, int] = {}
    kept: list[Fault] = []
    for fault in faults:
        counts[fault.code] = counts.get(fault.code, 0) + 1
        if counts[fault.code] <= MOST_FAULTS:
            kept.append(fault)
    for code, count in counts.items():
        if count > MOST_FAULTS:
            last = next(fault for fault in reversed(kept) if fault.code == code)
            message = f"同类问题还有 {count - MOST_FAULTS} 处，未一一列出"
            kept.append(Fault(code, last.severity, last.place, message, last.hint))
    return kept
