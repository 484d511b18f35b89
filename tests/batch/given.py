"""Jobs for workers, made from a workspace that was opened whole: what the batch's own opening must give as well."""

from __future__ import annotations

from pathlib import Path

from builder import fonts
from builder.batch import performing
from builder.batch.crew import Shared
from builder.batch.jobs import Job, Scene
from builder.compose import compose
from builder.model import Item
from builder.render.printing import ORDINARY, Printing
from builder.settings import Limits
from builder.workflow.building import FORMATS
from builder.workflow.opening import Opened


def scene(
    opened: Opened,
    fontset: fonts.FontSet,
    printing: Printing = ORDINARY,
    formats: tuple[str, ...] = FORMATS,
    far: bool = False,
    limits: Limits | None = None,
) -> Scene:
    """What all issues share; ``far``: for workers that cannot see the workspace."""
    library, root = opened.library, opened.workspace.root
    known = {
        "item": frozenset(library.items) | library.broken_ids["item"],
        "finding": frozenset(library.findings) | library.broken_ids["finding"],
    }
    files = {name: (root / name).read_bytes() for name in _files(root, "templates")} if far else {}
    own = "" if far else str(root)
    return Scene(own, library.office, opened.titles, known, fontset, formats, printing, limits or Limits(), files)


def job(opened: Opened, shared: Shared, issue: str, complete: bool = False, far: bool = False) -> Job:
    """One issue, with the files that it stands on."""
    root = opened.workspace.root
    composition = compose(opened.library, opened.library.issues[issue], opened.titles, opened.numbers)
    sources = composition.edition.sources if composition.edition else ()
    items = tuple(s.id for s in sources if isinstance(s.value, Item))
    findings = tuple(s.id for s in sources if s.file.startswith("content/findings"))
    faults = tuple(f for f in opened.faults if f.place.file in composition.files)
    named = {path for s in sources for path in s.digests}
    named |= {performing._picture(root, s.file, typed) for s in sources for typed in s.photos}
    files = {name: (root / name).read_bytes() for name in sorted(named)} if far else {}
    return Job(shared, issue, opened.numbers.get(issue), items, findings, faults, files, complete)


def _files(root: Path, folder: str) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in (root / folder).rglob("*") if p.is_file())
