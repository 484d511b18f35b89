"""What is signed: an issue as it prints, without what is only known at 付印, and without what a machine adds to it.

Number, running total, date of 签发 and 份号 are left out, fonts and measured widths too: the same content gives the same
bytes on every machine, and publishing checks that only what was left out has changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from builder.compose import Edition, Numbering
from builder.compose.foot import foot
from builder.compose.recipients import recipients
from builder.content.files import is_litter
from builder.errors import FileError, why
from builder.model import Block, Picture, Source
from builder.render import view

VERSION = 1
_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture of an issue: what the signed view calls it, the entry that prints it, and its path as typed there."""

    name: str
    origin: Source[Any]
    typed: str


def signed_view(edition: Edition) -> dict[str, Any]:
    """The view of an edition (docs/templates.md) with the number 0, a fixed day, no 份号 and no fonts.

    ``分发`` is added, whether it prints or not: {条: [{引, 文}], 份数: [[part, recipient, copies]]}. Pictures are called 图1, 图2 … (see
    ``pictures``): their names in an ordinary view come from bytes that the picture library of a machine has written.
    """
    issue = edition.issue
    value = issue.value.model_copy(update={"day": _DAY, "copy_number": ""})
    plain = replace(edition, issue=replace(issue, value=value), numbering=Numbering(0, 0, False))
    data = dict(view.build(plain, {}).data)
    names = {edition_name: pictured.name for edition_name, pictured in _pictured(edition).items()}
    data["内容"] = [_printed(block) for block in _renamed(data["内容"], names)]
    data["附件"] = [{**annex, "内容": _renamed(annex["内容"], names)} for annex in data["附件"]]
    data["图片"] = {names[name]: size for name, size in data["图片"].items()}
    lines, _, _ = foot(issue, edition.office)
    getting = recipients(issue.value, edition.office)
    data["分发"] = {
        "条": [{"引": lead, "文": text} for lead, text in lines],
        "份数": [[each.part, each.name, each.copies] for each in getting],
    }
    return data


def pictures(edition: Edition) -> tuple[Pictured, ...]:
    """The pictures of an edition in the order in which they print, one that prints twice once."""
    return tuple(_pictured(edition).values())


def signed_record(seen: Mapping[str, Any], photos: Mapping[str, bytes], publication: str) -> bytes:
    """``signed.json``: what is signed, as canonical JSON.

    Args:
        seen: what ``signed_view`` gave.
        photos: the files of its pictures as they are on disk, by their names there (图1 …).
        publication: what ``publication_hash`` gave.
    """
    prints = {name: hashlib.sha256(photo).hexdigest() for name, photo in photos.items()}
    whole = {"版本": VERSION, "视图": seen, "图片": prints, "刊物": publication}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def signed_hash(seen: Mapping[str, Any], photos: Mapping[str, bytes], publication: str) -> str:
    """SHA-256 of ``signed_record``: what a sign-off stands for."""
    return hashlib.sha256(signed_record(seen, photos, publication)).hexdigest()


def publication_hash(templates: Path, publication: str) -> str:
    """SHA-256 over the files of a publication's folder and of the shared layout, by their paths.

    What office programs and systems leave beside them (``~$issue.docx``, ``.DS_Store``) does not count.

    Raises:
        FileError: one of them cannot be read.
    """
    digest = hashlib.sha256()
    for name, data in publication_files(templates, publication).items():
        digest.update(f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode())
    return digest.hexdigest()


def publication_files(templates: Path, publication: str) -> dict[str, bytes]:
    """The files of a publication's folder and of the shared layout, by path below ``templates`` (posix), in order.

    Raises:
        FileError: one of them cannot be read.
    """
    found = [p for folder in (publication, "layout") for p in (templates / folder).rglob("*")]
    wanted = {p.relative_to(templates).as_posix(): p for p in found if p.is_file() and not is_litter(p.name)}
    try:
        return {name: wanted[name].read_bytes() for name in sorted(wanted)}
    except OSError as error:
        hint = "检查文件权限，或关闭占用它的程序。"
        raise FileError(f"读不了刊物文件 {error.filename}（{why(error)}）。", hint) from error


def _pictured(edition: Edition) -> dict[str, Pictured]:
    """Ordinary name of each picture → the picture; the view's order, pieces first."""
    found: dict[str, Pictured] = {}
    parts: list[tuple[Sequence[Block], Source[Any]]] = [(p.blocks, p.origin) for p in edition.pieces]
    parts += [(annex.blocks, annex.origin) for annex in edition.annexes]
    for blocks, origin in parts:
        for block in blocks:
            if isinstance(block, Picture):
                name = origin.photos[block.path].name
                found.setdefault(name, Pictured(f"图{len(found) + 1}", origin, block.path))
    return found


def _printed(block: Mapping[str, Any]) -> dict[str, Any]:
    """A block without words for the index, which no issue prints: they may be mended when it has been signed."""
    return {key: value for key, value in block.items() if key != view.SUBJECTS}


def _renamed(blocks: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{**block, "名": names[block["名"]]} if block["类"] == "图" else dict(block) for block in blocks]
