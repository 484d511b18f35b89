"""What goes into the bag of a version or of a published issue: the files made, the view, and the sources as they were."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.archive import bag
from builder.compose import Edition
from builder.content import beside
from builder.errors import Conflict, Fault, FileError, InvalidContent, Place, why
from builder.files import sha256
from builder.settings import Workspace
from builder.signoff import pictures, publication_hash, signed_record, signed_view

_OFFICE = "content/office.yaml"


@dataclass(frozen=True, slots=True)
class Frozen:
    """An issue as it stands on disk now: the files that it is made of, and what signing it would sign.

    ``sources`` are paths below the workspace (posix) with their bytes: the issue, its entries, their pictures and tables,
    ``office.yaml``, and the publication's ``publication.yaml``. ``record`` is ``signed.json``, ``signed`` its hash.
    """

    sources: Mapping[str, bytes]
    record: bytes
    signed: str

    @property
    def templates(self) -> str:
        """The hash of the publication's templates (``signoff.publication_hash``)."""
        return str(self.signed_data["刊物"])

    @property
    def signed_data(self) -> dict[str, Any]:
        """What ``signed.json`` holds."""
        return dict(json.loads(self.record))


def frozen(edition: Edition, workspace: Workspace) -> Frozen:
    """An edition with its files, which are those that it was composed of.

    Raises:
        FileError: one of them cannot be read any more.
        Conflict: one of them was changed since it was read, or is gone.
    """
    root = workspace.root
    found = {name: _read(root, name) for name in _names(edition, root)}
    changed = sorted(name for name, digest in _digests(edition, root) if sha256(found[name]) != digest)
    if changed:
        raise in_motion(changed)
    photos = {each.name: found[_picture(each.origin.file, each.typed, root)] for each in pictures(edition)}
    record = signed_record(signed_view(edition), photos, publication_hash(workspace.templates, edition.title.id))
    return Frozen(found, record, sha256(record))


def payload(files: Mapping[str, bytes], view: Mapping[str, Any], kept: Frozen) -> dict[str, bytes]:
    """``issue.docx``, ``issue.pdf``, ``view.json``, ``signed.json`` and ``sources/…`` of a version or a published issue.

    ``files`` are those rendered, by format; ``view`` is the one that they carry.

    Raises:
        InvalidContent: see ``sources``.
    """
    made = {f"issue.{kind}": data for kind, data in files.items()}
    seen = json.dumps(view, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    return {**made, "view.json": seen, "signed.json": kept.record, **sources(kept)}


def sources(kept: Frozen) -> dict[str, bytes]:
    """The files that an issue is made of, by their names in a bag.

    Raises:
        InvalidContent: names that cannot stand there, with all of them.
    """
    named = {f"sources/{bag.payload_name(name)}": data for name, data in kept.sources.items()}
    hint = "把文件改名，引用它的地方一并改；文件名只用汉字、字母、数字、-、_。"
    refused = {
        name: reason for name in kept.sources if (reason := bag.refusal(f"data/sources/{bag.payload_name(name)}"))
    }
    if refused:
        faults = [
            Fault("source-name", "error", Place(name), f"归档包里放不下：{reason}", hint)
            for name, reason in refused.items()
        ]
        raise InvalidContent("有的文件名不能归档，没有办理。", "改名后再办。", tuple(faults))
    return named


def settled(wanted: str, publication: str, templates: Path) -> None:
    """Make sure that a publication's templates are what they were when an edition was frozen (``Frozen.templates``).

    Raises:
        Conflict: somebody changed them while it was rendered.
        FileError: they cannot be read.
    """
    if wanted != publication_hash(templates, publication):
        raise in_motion([f"templates/{publication}"])


def in_motion(changed: Sequence[str]) -> Conflict:
    """The refusal to act on files that somebody is changing."""
    return Conflict(f"办理当中稿件有改动（{'、'.join(changed)}），没有办理。", "等改动的人存好，再办一次。")


def _digests(edition: Edition, root: Path) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 of every file of the entries and of ``office.yaml``, as it was when they were read."""
    yield from edition.office_digests.items()
    for source in edition.sources:
        yield from source.digests.items()
        for typed, photo in source.photos.items():
            yield _picture(source.file, typed, root), photo.digest


def _names(edition: Edition, root: Path) -> list[str]:
    """Paths below the workspace of every file that the edition stands on, in order."""
    found = {_OFFICE, f"templates/{edition.title.id}/publication.yaml"}
    for source in edition.sources:
        found |= {source.file, *(name for name in source.tables if (root / name).is_file())}
        found |= {_picture(source.file, typed, root) for typed in source.photos}
    return sorted(found)


def _picture(entry_file: str, typed: str, root: Path) -> str:
    """The path below the workspace of a picture that an entry names; the file was there when the entry was read.

    Raises:
        Conflict: it is there no more.
    """
    path = beside.locate(typed.strip(), entry_file, root, "图片")
    if isinstance(path, beside.Miss):
        raise Conflict(f"办理当中图片“{typed}”{path.message}，没有办理。", "恢复这个文件，再办一次。")
    return unicodedata.normalize("NFC", path.relative_to(root.resolve()).as_posix())


def _read(root: Path, name: str) -> bytes:
    """A file of the workspace by its path in composed characters (NFC), however the disk spells it.

    Raises:
        Conflict: it is there no more.
        FileError: it cannot be read.
    """
    try:
        path = root / name
        return (path if path.is_file() else _spelt(root, name)).read_bytes()
    except FileNotFoundError as error:
        raise Conflict(f"办理当中 {name} 不在了，没有办理。", "恢复这个文件，再办一次。") from error
    except OSError as error:
        raise FileError(f"读不了 {name}（{why(error)}）。", "检查文件权限，或关闭占用它的程序，再办一次。") from error


def _spelt(root: Path, name: str) -> Path:
    here = root
    for part in name.split("/"):
        beside_it = here.iterdir() if here.is_dir() else ()
        here = next((p for p in beside_it if unicodedata.normalize("NFC", p.name) == part), here / part)
    return here
