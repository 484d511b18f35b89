"""What all issues of a workspace stand on beside content: templates, fonts, programs, office, register."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import builder
from builder import __version__
from builder.batch import stamps
from builder.batch.alike import LIBRARIES, version
from builder.batch.stamps import Known
from builder.content.litter import kind
from builder.fonts import FontSet
from builder.render import typst_source
from builder.settings import Workspace

_OFFICE = "content/office.yaml"
_SHARED = "layout"
_PROGRAM = "program/"
_FACES = "faces/"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Digests of all that issues share, as it was at one moment.

    ``templates`` are SHA-256 by path below the workspace, ``borrowed`` by folder of ``templates`` all others that its Typst
    files name, and those theirs; ``program`` covers this program and the libraries that it
    prints with, ``fonts`` the faces by role. ``register`` is the state of the archive's chain ("" where nothing was
    published), ``numbers`` that of the register itself: None where nobody can tell without asking it.
    """

    templates: Mapping[str, str]
    borrowed: Mapping[str, frozenset[str]]
    program: str
    fonts: str
    office: str
    register: str
    numbers: str | None

    @property
    def shared(self) -> str | None:
        """A digest of what decides which issues there are, their numbers and the faults on their files; None: nobody can tell."""
        if self.numbers is None:
            return None
        return digest([*self.templates.items(), ("", self.program), ("", self.office), ("", self.numbers)])

    def of(self, publication: str, words: bool) -> str:
        """A digest of what the pages of a publication depend on; ``words``: LibreOffice sets its PDF.

        Of other publications' folders only those count that its own or the shared templates name.
        """
        office = _soffice() if words else ""
        mine = [(path, sha) for path, sha in self.templates.items() if self._concerns(path.split("/")[1], publication)]
        return digest([*mine, ("", self.program), ("", self.fonts), ("", self.office), ("", office)])

    def _concerns(self, folder: str, publication: str) -> bool:
        if folder in (publication, _SHARED) or f"templates/{folder}/publication.yaml" not in self.templates:
            return True
        return any(folder in self.borrowed.get(own, ()) for own in (publication, _SHARED))


def digest(parts: Iterable[tuple[str, ...]]) -> str:
    """SHA-256 over texts in order."""
    data = json.dumps(list(parts), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()


def look(
    place: Workspace, fontset: FontSet, url: str, known: Mapping[str, Known], hashing: bool, now: int
) -> tuple[Grounds, dict[str, Known]]:
    """How the grounds are now, and each of their files as known now; what ``known`` tells by its stamp is not read.

    ``url`` is that of a register that is no file here ("" where it is one), ``now`` the moment (ns) before this look.
    """
    root = str(place.root)
    there = stamps.below(root, "templates", follow=True).files
    paths = {path: f"{root}/{path}" for path in there if not kind(path.rpartition("/")[2])}
    typst = (path.relative_to(place.root).as_posix() for path in typst_source.files(place.templates))
    paths |= {path: f"{root}/{path}" for path in typst}  # whatever they are called: Typst reads them all
    paths |= {_face_name(face.file): str(face.file) for face in fontset}
    paths |= {_OFFICE: f"{root}/{_OFFICE}"} | _program()
    found = again(paths, known, hashing, now)
    templates = {path: found[path].sha for path in sorted(paths) if path.startswith("templates/")}
    program = digest([*((p, each.sha) for p, each in sorted(found.items()) if p.startswith(_PROGRAM)), *_versions()])
    faces = [
        (role, face.family, str(face.weight), str(face.index), found[_face_name(face.file)].sha)
        for role in fontset.faces
        for face in fontset.line(role)
    ]
    head = stamps.sha256(str(place.archive / "HEAD"))
    borrowed = _borrowed(root, templates)
    numbers = _numbers(place, url, head)
    return Grounds(templates, borrowed, program, digest(faces), found[_OFFICE].sha, head, numbers), found


def again(paths: Mapping[str, str], known: Mapping[str, Known], hashing: bool, now: int) -> dict[str, Known]:
    """Files as known now: by their stamp where that is enough, else hashed. ``paths`` are where they are; one that is gone has no hash."""
    found: dict[str, Known] = {}
    unsure: dict[str, stamps.Stamp] = {}
    for name, path in paths.items():
        stamp = stamps.of(path)
        before = known.get(name)
        if stamp is None:
            found[name] = Known((-1, 0, 0, 0), False, "")
        elif before is not None and before.sure and before.stamp == stamp and not hashing:
            found[name] = before
        else:
            unsure[name] = stamp
    hashed = stamps.hashes(paths[name] for name in unsure)
    for name, stamp in unsure.items():
        found[name] = Known(stamp, stamps.is_sure(stamp, now), hashed[paths[name]])
    return found


def _borrowed(root: str, templates: Iterable[str]) -> dict[str, frozenset[str]]:
    """By folder of templates the folders of which its Typst files bear the name, and so on from each of these."""
    paths = [path for path in templates if path.count("/") > 1]
    folders = {path.split("/")[1] for path in paths}
    found: dict[str, frozenset[str]] = {}
    for path in paths:
        if path.endswith(".typ"):
            own = path.split("/")[1]
            try:
                text = Path(root, path).read_text("utf-8", "replace")
            except OSError:
                continue
            found[own] = found.get(own, frozenset()) | {name for name in folders if f"/{name}/" in text}
    return {own: _closure(own, found) for own in found}


def _closure(own: str, named: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """All that can be reached from a folder."""
    reached: set[str] = set()
    waiting = [own]
    while waiting:
        fresh = named.get(waiting.pop(), frozenset()) - reached
        reached |= fresh
        waiting += fresh
    return frozenset(reached)


def _face_name(file: Path) -> str:
    """What the index calls a font file: fonts may lie in somebody's home, and an index may travel with its ``output``."""
    return f"{_FACES}{hashlib.sha256(str(file).encode('utf-8', 'surrogatepass')).hexdigest()}"


def _program() -> dict[str, str]:
    """This program's own files: a version that is being worked on has one number for many states."""
    root = str(Path(builder.__file__).parent)
    found: dict[str, str] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        inside = folder[len(root) + 1 :].replace(os.sep, "/")
        found |= {f"{_PROGRAM}{inside}/{name}": f"{folder}/{name}" for name in names if not name.startswith(".")}
    return found


def _versions() -> list[tuple[str, str]]:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return [("jianbao", __version__), ("Python", python), *((name, version(name)) for name in LIBRARIES)]


def _soffice() -> str:
    """What tells one LibreOffice from another without starting it."""
    from builder.soffice import installed  # few publications need it

    program = installed.find()
    if program is None:
        return ""
    real = Path(os.path.realpath(program))
    rc = real.with_name("versionrc")
    return digest([(str(real), stamps.sha256(str(rc)), str(stamps.of(str(real))))])


def _numbers(place: Workspace, url: str, head: str) -> str | None:
    """The state of the register by its files, which change with each act; None for one on a server."""
    if url or os.environ.get("JIANBAO_REGISTER", ""):
        return None
    looks = [str(stamps.of(f"{place.register}{suffix}")) for suffix in ("", "-wal")]
    return digest([(head, *looks)])
