"""What ``check --fix`` writes: files as they were read, tidied. Nothing is changed whose reading would change.

Items get the front matter that they were read as (``content.tidy``); strict files the corrected lines, where YAML then
reads them; every file becomes UTF-8 without a byte order mark. Days are written ``2026-06-08``. Comments, line ends and
all else stay byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from builder.content import front, hygiene, yaml_text
from builder.content.encoding import decode
from builder.content.files import Found, find
from builder.content.load import KINDS, OFFICE, Read, ReadText, finding_model, read_office
from builder.content.strict import VALUES, is_wreck
from builder.content.table_files import Reader
from builder.content.tidy import Tidied, tidy
from builder.errors import Fault, Place, has_errors
from builder.model import Issue, Office
from builder.model.fields import full_day

_NAMED = 5
_CR = re.compile("\r(?!\n)")
_END = re.compile("(\r\n|\n)")
_LABELS = {
    "day": "日期改为 2026-06-08 的写法",
    "literal": "值加引号",
    "comment": "值加引号",
    "list": "列表改用半角括号和逗号",
    "fence": "分隔行改为 ---",
}


@dataclass(frozen=True, slots=True)
class Fix:
    """A file to rewrite: its name in messages, where it is, its bytes before and after, and what was done, in words."""

    file: str
    path: Path
    before: bytes
    after: bytes
    done: tuple[str, ...]


def fixes(root: Path) -> tuple[list[Fix], list[Fault]]:
    """What to rewrite below ``content``, ordered by file, and a warning for each file that had better be left.

    Files that cannot be read at all are left without a word; loading tells why.
    """
    found: list[Fix] = []
    faults: list[Fault] = []
    for kind, entry, read in _entries(root):
        try:
            data = entry.path.read_bytes() if entry.path.stat().st_size <= yaml_text.MAX_BYTES else b""
        except OSError:
            continue
        made = fixed(kind, data, entry.file, read, root)
        if isinstance(made, Fault):
            faults.append(made)
        elif made is not None:
            found.append(Fix(entry.file, entry.path, data, *made))
    return sorted(found, key=lambda fix: fix.file), faults


def _entries(root: Path) -> Iterator[tuple[str, Found, ReadText]]:
    office = root / OFFICE
    if office.is_file() and office.resolve().is_relative_to(root.resolve()):
        yield "office", Found("office", OFFICE, office), read_office
    for kind, (folder, suffix, read) in KINDS.items():
        for entry in find(root, folder, suffix)[0]:
            yield kind, entry, read


def fixed(
    kind: str, data: bytes, file: str, read: ReadText, root: Path
) -> tuple[bytes, tuple[str, ...]] | Fault | None:
    """The bytes of one file put right and what was done; None when there is nothing to do; why it is left otherwise."""
    text, recoded = decode(data, file)
    if text is None:
        return None
    plain, done = _plain_text(text)
    if recoded:
        done.insert(0, "改存为 UTF-8 编码")
    before = read(_cleaned(kind, plain, file), Reader(file, root))
    tidied = _tidied(kind, plain, file, before)
    if tidied is not None:
        lines, said = tidied
        after = read(_cleaned(kind, lines, file), Reader(file, root))
        if not (_same(before, after) if _loads(before) or kind == "item" else _parses(after)):
            return _left(file)
        plain, done = lines, [*done, *said]
    return (plain.encode("utf-8"), tuple(done)) if done else None


def _cleaned(kind: str, text: str, file: str) -> hygiene.Cleaned:
    return hygiene.scrub(text, file, breaks=kind == "item")


def _plain_text(text: str) -> tuple[str, list[str]]:
    """Without a byte order mark and lone carriage returns."""
    done: list[str] = []
    if text.startswith("\ufeff"):
        text, done = text.lstrip("\ufeff"), ["去掉文件开头的 BOM"]
    if _CR.search(text):
        text = _CR.sub("\r\n" if "\r\n" in text else "\n", text)
        done.append("单独的回车符改为换行")
    return text, done


def _tidied(kind: str, text: str, file: str, before: Read) -> tuple[str, list[str]] | None:
    """The text with its tidied lines; None when all stand as they should."""
    pieces = _END.split(text)
    lines, ends = pieces[0::2], [*pieces[1::2], ""]
    cleaned = _cleaned(kind, text, file)
    changes, kinds = _of_item(cleaned) if kind == "item" else _of_strict(kind, cleaned, before)
    changes = {number: line for number, line in changes.items() if line != lines[number - 1]}
    if not changes:
        return None
    kept = [
        new + end
        for number, (line, end) in enumerate(zip(lines, ends, strict=True), start=1)
        if (new := changes.get(number, line)) is not None
    ]
    return "".join(kept), _words(changes, kinds)


def _of_item(cleaned: hygiene.Cleaned) -> tuple[dict[int, str | None], dict[int, set[str]]]:
    """New lines by number (None: left out) and what kinds of slips each had."""
    parts = front.divide(cleaned)
    if isinstance(parts, Fault):
        return {}, {}
    changes: dict[int, str | None] = {number: None for number in range(1, parts.begin + 1)}
    kinds: dict[int, set[str]] = {number: {"fence"} for number in changes}
    for number in (parts.begin + 1, parts.end + 1):
        if parts.lines[number - 1].rstrip(" ") != "---":
            changes[number], kinds[number] = "---", {"fence"}
    return {**changes, **_lines(parts.tidied, parts.begin + 2)}, {**kinds, **_kinds(parts.tidied)}


def _of_strict(kind: str, cleaned: hygiene.Cleaned, before: Read) -> tuple[dict[int, str | None], dict[int, set[str]]]:
    """All corrected lines of a file that YAML cannot read; else days, and lines whose value is of the wrong kind."""
    models: dict[str, type[BaseModel]] = {"issue": Issue, "office": Office}
    model = models.get(kind) or finding_model(before.node, cleaned.text)
    tidied = tidy(cleaned.text.split("\n"), model, strict=True)
    kinds, lines = _kinds(tidied), _lines(tidied, 1)
    faults = [*before.faults, *before.bound.faults]
    if not is_wreck(faults):
        wrong = {fault.place.line for fault in faults if fault.code in VALUES}
        lines = {n: line for n, line in lines.items() if kinds[n] == {"day"} or n in wrong}
    return lines, kinds


def _lines(tidied: Tidied, first: int) -> dict[int, str | None]:
    return {number: tidied.lines[number - first] for number in tidied.columns}


def _kinds(tidied: Tidied) -> dict[int, set[str]]:
    kinds: dict[int, set[str]] = {}
    for slip in tidied.slips:
        kinds.setdefault(slip.line, set()).add(slip.kind)
    return kinds


def _words(changed: Iterable[int], kinds: dict[int, set[str]]) -> list[str]:
    """``值加引号（第3、5行）``, one phrase for each kind of change."""
    told: dict[str, list[int]] = {}
    for number in sorted(changed):
        labels = (_LABELS.get(kind, "冒号、空格和缩进改成规范写法") for kind in sorted(kinds[number]))
        for label in dict.fromkeys(labels):
            told.setdefault(label, []).append(number)
    return [
        f"{label}（第{'、'.join(map(str, numbers[:_NAMED]))}{'等' if len(numbers) > _NAMED else ''}行）"
        for label, numbers in told.items()
    ]


def _loads(read: Read) -> bool:
    return read.value is not None and not has_errors([*read.faults, *read.bound.faults])


def _parses(read: Read) -> bool:
    """Whether YAML reads the file; what is wrong with its values besides is for its editor."""
    return read.node is not None and not any(f.code.startswith("yaml-") and f.severity == "error" for f in read.faults)


def _same(before: Read, after: Read) -> bool:
    """Whether two readings are equal: values, text of the body, errors; places and the form of days aside."""
    errors = [
        sorted((f.code, f.message) for f in (*read.faults, *read.bound.faults) if f.severity == "error")
        for read in (before, after)
    ]
    return (
        before.value == after.value
        and _node(before) == _node(after)
        and _bare(before.blocks) == _bare(after.blocks)
        and errors[0] == errors[1]
    )


def _node(read: Read) -> Any:
    return None if read.node is None else _even(yaml_text.plain(read.node))


def _even(value: Any) -> Any:
    """Days in one form, blanks at the ends gone."""
    if isinstance(value, str):
        text = value.strip(" \t\u3000")
        day = full_day(text)
        return day.isoformat() if day else text
    if isinstance(value, dict):
        return {key: _even(inner) for key, inner in value.items()}
    return [_even(inner) for inner in value]


def _bare(value: Any) -> Any:
    """A block without its places."""
    if isinstance(value, Place):
        return None
    if is_dataclass(value):
        return (type(value).__name__, *(_bare(getattr(value, part.name)) for part in fields(value)))
    return tuple(map(_bare, value)) if isinstance(value, tuple | list) else value


def _left(file: str) -> Fault:
    message = "没有代为改写：改写后读不下去，或读出来与原来不同"
    return Fault("fix-left", "warning", Place(file), message, "照其他提示手工改这个文件")
