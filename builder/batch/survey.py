"""What lies in a workspace against what is known of it: the content files that must be read, and nothing read yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from builder.batch import stamps
from builder.batch.index import Index
from builder.batch.reading import Wanted
from builder.batch.stamps import Known, Listing, Stamp
from builder.content import litter
from builder.content.files import find
from builder.content.load import KINDS
from builder.errors import Fault
from builder.settings import Workspace

_NEVER: Stamp = (-1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Survey:
    """What is to be read, and what need not be.

    ``wanted`` are to be read; ``gone`` are entries (files) that are no more;
    ``known`` is how files look now that hold what they held, where that was not known; ``files`` how all look.

    ``names`` is a digest of all names below ``content``, ``found`` what is wrong with them. ``same``: no name came or went.
    """

    wanted: tuple[Wanted, ...]
    gone: tuple[str, ...]
    known: Mapping[str, Known]
    files: Mapping[str, Stamp]
    names: str
    found: tuple[Fault, ...] | None
    now: int

    @property
    def same(self) -> bool:
        """Whether all content is as it was."""
        return not self.wanted and not self.gone and self.found is None


@dataclass(frozen=True, slots=True)
class _Row:
    wanted: Wanted
    beside: Mapping[str, str]
    restless: bool


def survey(place: Workspace, journal: Index, hashing: bool) -> Survey:
    """Look at all names and stamps below ``content``; hash where a stamp is not enough, or everything where ``hashing``."""
    now = journal.clock()
    listing = stamps.below(str(place.root))
    if not hashing and _is_alike(place, journal, listing):
        return Survey((), (), {}, listing.files, listing.names, None, now)
    return _compared(place, journal, listing, hashing, now)


def _is_alike(place: Workspace, journal: Index, listing: Listing) -> bool:
    """Whether stamps alone tell that all content is what it was: then no entry needs to be looked at."""
    if listing.links or listing.names != journal.meta("names") or journal.unlike(listing.files):
        return False
    known: dict[str, Known] = {}
    for beside in journal.named():
        known = known or journal.files()
        for path, sha in beside.items():
            looks = listing.files.get(path) or stamps.of(f"{place.root}/{path}") or _NEVER
            if path not in known or known[path].sha != sha or known[path].stamp != looks:
                return False
    return True


def _compared(place: Workspace, journal: Index, listing: Listing, hashing: bool, now: int) -> Survey:
    root = str(place.root)
    known = journal.files()
    rows = {
        row.file: _Row(Wanted(row.kind, row.id, row.file, row.path), row.beside, row.restless)
        for row in journal.outlines()
    }
    if listing.names == journal.meta("names") and not listing.links:
        present, found = {file: row.wanted for file, row in rows.items()}, None
    else:
        present, found = _present(place)
    paths = {each.path for each in present.values()} | {path for row in rows.values() for path in row.beside}
    looks = {path: listing.files.get(path) or stamps.of(f"{root}/{path}") for path in paths}
    settled, hashed = _settled(root, looks, known, hashing, now)
    wanted = [each for file, each in present.items() if not _is_read(each, rows.get(file), known, settled)]
    stamped = {path: stamp or _NEVER for path, stamp in looks.items()}
    gone = tuple(sorted(rows.keys() - present.keys()))
    ordered = tuple(sorted(wanted, key=lambda each: each.file))
    return Survey(ordered, gone, hashed, stamped, listing.names, found, now)


def _present(place: Workspace) -> tuple[dict[str, Wanted], tuple[Fault, ...]]:
    """The entries that there are, by file, and what is wrong with names, in the order in which loading finds it."""
    present: dict[str, Wanted] = {}
    faults: list[Fault] = []
    for kind, (folder, suffix, _) in KINDS.items():
        entries, wrong = find(place.root, folder, suffix)
        faults += wrong
        for each in entries:
            path = each.path.relative_to(place.root).as_posix()
            present[each.file] = Wanted(kind, each.id, each.file, path)
    return present, (*faults, *litter.notes(place.root))


def _settled(
    root: str, looks: Mapping[str, Stamp | None], known: Mapping[str, Known], hashing: bool, now: int
) -> tuple[set[str], dict[str, Known]]:
    """Paths that hold what they held when they were known last, and of those that had to be hashed how they look now."""
    settled: set[str] = set()
    unsure: dict[str, Stamp] = {}
    for path, stamp in looks.items():
        before = known.get(path)
        if before is None:
            continue
        if before.stamp == (stamp or _NEVER) and (before.sure or stamp is None) and not (hashing and stamp):
            settled.add(path)
        elif stamp is not None:
            unsure[path] = stamp
    hashes = stamps.hashes(f"{root}/{path}" for path in unsure if known[path].sha)
    hashed: dict[str, Known] = {}
    for path, stamp in unsure.items():
        sha = known[path].sha
        if sha and hashes[f"{root}/{path}"] == sha:
            settled.add(path)
            if (looks_now := Known(stamp, stamps.is_sure(stamp, now), sha)) != known[path]:
                hashed[path] = looks_now
        elif not sha and known[path].stamp == stamp:  # a name that is a link: what it names is known by its own name
            settled.add(path)
    return settled, hashed


def _is_read(wanted: Wanted, row: _Row | None, known: Mapping[str, Known], settled: set[str]) -> bool:
    if row is None or row.restless or row.wanted != wanted or wanted.path not in settled:
        return False
    return all(path in settled and known[path].sha == sha for path, sha in row.beside.items())
