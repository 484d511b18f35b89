"""A workspace opened for a batch: numbers and faults as ``workflow.opening`` gives them, of files that are read once.

Where nothing changed since the last run nothing is loaded: the index tells. Else all rules that hold across issues run
on slim sources. Either way what stays in memory is a few kB an issue at most.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path

from builder import content, fonts, publications
from builder.batch import grounds, reading, slim, stamps, survey, unpacked, whole
from builder.batch.crew import Crew, Shared
from builder.batch.grounds import Grounds, digest
from builder.batch.index import Index
from builder.batch.jobs import Job, Scene
from builder.batch.reading import spelt
from builder.batch.rows import EntryRow, Head
from builder.batch.stamps import Known, is_sure
from builder.batch.survey import Survey
from builder.compose import Numbering
from builder.errors import Fault, FileError, InvalidContent, UsageError, why
from builder.fonts import FontSet
from builder.model import Library, Office, Source
from builder.publications import Title
from builder.render.printing import Printing
from builder.settings import Limits, Workspace
from builder.soffice import installed
from builder.workflow.opening import Opened

_FEW = 100  # entries that may change without everything being settled anew
_PIECE = 2000  # entries that are kept in one commit: what was read is not read again after a crash


@dataclass(frozen=True, slots=True)
class Case:
    """One issue: what it names (sound entries), the SHA-256 of all content that it stands on, its number, faults on its files.

    ``broken``: its own file has errors; then there is no publication, day or number. ``own`` is a digest of ``files``;
    ``linked`` are the paths by which some of them are named over links.
    """

    id: str
    file: str
    publication: str
    day: date | None
    broken: bool
    items: tuple[str, ...]
    findings: tuple[str, ...]
    complete: bool
    files: Mapping[str, str]
    numbering: Numbering | None
    faults: tuple[Fault, ...]
    own: str
    linked: tuple[str, ...]


class SlimOpened:
    """A workspace, opened; what is large is taken from the index when it is asked for. ``began`` (ns) is before all of it was read."""

    def __init__(
        self, place: Workspace, journal: Index, now: Grounds, office: Source[Office], fontset: FontSet, began: int
    ) -> None:
        self.workspace, self.journal, self.grounds = place, journal, now
        self.office, self.fontset, self.began = office, fontset, began
        self.heads: dict[str, Head] = journal.heads()
        self._words = journal.words()
        self._shared: dict[str, str] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        """All issues, broken ones among them, sorted."""
        return tuple(self.heads)

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault that opening met."""
        return tuple(self.journal.told("faults"))

    @cached_property
    def titles(self) -> dict[str, Title]:
        """The publications."""
        return publications.load(self.workspace.templates)[0]

    @property
    def bare(self) -> Opened:
        """As ``workflow.opening`` gives it, without any entry."""
        return Opened(self.workspace, Library(self.office, {}, {}, {}), self.titles, {}, self.faults)

    @cached_property
    def opened(self) -> Opened:
        """As ``workflow.opening`` gives it, all entries slim."""
        library = _gathered(self.journal, self.office, ()).library
        numbers = {
            name: found for name in self.heads if (found := self._numbering(self.journal.detail(name).numbering))
        }
        return Opened(self.workspace, library, self.titles, numbers, self.faults)

    @cached_property
    def known(self) -> Mapping[str, frozenset[str]]:
        """Ids of all items and findings by kind, broken ones among them."""
        found: dict[str, set[str]] = {"item": set(), "finding": set(), "issue": set()}
        for entry in self.journal.outlines():
            found[entry.kind].add(entry.id)
        return {kind: frozenset(found[kind]) for kind in ("item", "finding")}

    def tried(self, names: Collection[str]) -> None:
        """Have the index give all that it will be asked for when these issues are made.

        Raises:
            Damaged: it cannot.
        """
        _ = self.faults, self.journal.gone(), self.known if names else ()
        for name in names:
            self.case(name)

    def case(self, name: str) -> Case:
        """One issue by its id."""
        head = self.heads[name]
        items, findings, complete, numbering, named = self.journal.detail(name)
        files: dict[str, str] = {}
        linked: list[str] = []
        concerned = set(named)
        for entry, sha, beside, tables in self.journal.stood(named):
            files[entry] = sha
            files |= {path: digest for path, digest in beside.items() if digest}
            linked += (path for path, digest in beside.items() if not digest)
            concerned.update(tables)
        told = [fault for each in sorted(concerned) for fault in self._told.get(each, ())]
        day = date.fromisoformat(head.day) if head.day else None
        return Case(
            *(name, _file(name), head.publication, day, not head.day, tuple(items), tuple(findings), complete, files),
            *(self._numbering(numbering), tuple(told), head.own, tuple(linked)),
        )

    @cached_property
    def _told(self) -> dict[str, list[Fault]]:
        told: dict[str, list[Fault]] = {}
        for fault in self.faults:
            told.setdefault(fault.place.file, []).append(fault)
        return told

    @staticmethod
    def _numbering(parts: Sequence[int] | None) -> Numbering | None:
        return None if parts is None else Numbering(parts[0], parts[1], bool(parts[2]))

    def key(self, name: str, printing: Printing, own: str = "") -> str:
        """What an issue's files are known by: a digest of all that they depend on.

        ``own`` is what its content was when it was read for them, where that is known to differ.
        """
        head = self.heads[name]
        if head.publication not in self._shared:
            words = head.publication in self._words
            self._shared[head.publication] = self.grounds.of(head.publication, words)
        parts = (head.base, own or head.own, self._shared[head.publication], repr(printing))
        return digest([parts])

    def scene(
        self, formats: tuple[str, ...], printing: Printing, limits: Limits, far: Sequence[str] | None = None
    ) -> Scene:
        """What all issues share, for workers; ``far``: issues of workers that cannot see the workspace, None where all can.

        Raises:
            FileError: a template cannot be read.
            UsageError: LibreOffice sets one of these issues, and is not here to be compared with.
        """
        shared = (self.office, self.titles, self.known, self.fontset, formats, printing, limits)
        if far is None:
            return Scene(str(self.workspace.root), *shared)
        words = any(self.heads[name].publication in self._words for name in far)
        files = _bytes(self.workspace.root, self.grounds.templates)
        return Scene("", *shared, files, _soffice() if words else "")

    def job(self, name: str, scene: Shared, far: bool = False) -> Job:
        """An issue for a worker. A content file that has gone meanwhile is no part of it; the worker tells which."""
        case = self.case(name)
        files = _carried(self.workspace.root, case.files) if far else {}
        links = _links(self.workspace.root, case.linked, files) if far else {}
        return Job(scene, name, case.numbering, case.items, case.findings, case.faults, files, case.complete, links)

    def size(self, name: str) -> int:
        """Bytes of all content that an issue stands on, as it is now."""
        root = self.workspace.root
        return sum(stamp[0] for path in self.case(name).files if (stamp := stamps.of(f"{root}/{path}")))

    def moved(self) -> tuple[str, ...]:
        """Templates, fonts and the office file that are not what they were when this was opened."""
        before = self.journal.files(beside=True)
        _, found = grounds.look(
            self.workspace, self.fontset, self.office.value.register_url, before, False, self.journal.clock()
        )
        own = {path for path in found if not path.startswith("program/")}
        old = {path: before[path].sha for path in before.keys() & own}
        gone = [path for path in self.grounds.templates if path not in found]
        return tuple(sorted({path for path in own if found[path].sha != old.get(path)} | set(gone)))


def open_slim(place: Workspace, crews: Callable[[], Crew], journal: Index, hashing: bool = False) -> SlimOpened:
    """Open a workspace; ``crews`` gives the crew that reads where there is much to read.

    ``hashing``: the bytes of every file count, whatever their times say.

    Raises:
        InvalidContent: the office file or every publication is unusable, with all faults met so far.
        FontError: a role has no face at all.
        FileError: the index cannot be written.
    """
    now = journal.clock()
    fontset = fonts.find(place.root)
    office, wrong = content.load_office_source(place.root)
    known = journal.files(beside=True)
    url = office.value.register_url if office else ""
    stand, files = grounds.look(place, fontset, url, known, hashing, now)
    if office is not None:  # what was read counts, should it have changed before it was looked at
        stand = replace(stand, office=office.digests[office.file])
    seen = survey.survey(place, journal, hashing)
    ground = journal.meta("ground")
    still = office is not None and stand.shared is not None and stand.shared == ground
    if not (still and seen.same):
        changed = _take(place, journal, seen, crews)
        if still and changed is not None:
            _refresh(journal, changed, ground)
        else:
            office = _settle(place, journal, seen, stand, office, wrong)
            _forget(journal, files)
    _keep(journal, known, {**files, **seen.known})
    assert office is not None
    return SlimOpened(place, journal, stand, office, fontset, now)


def _take(place: Workspace, journal: Index, seen: Survey, crews: Callable[[], Crew]) -> list[str] | None:
    """Read what must be read, and keep it piece by piece.

    Returns:
        The entries' files, where only what no rule across issues looks at has changed in them; else None.
    """
    wanted = {each.file: each for each in seen.wanted}
    few = len(wanted) <= _FEW and not seen.gone and seen.found is None
    before = {file: journal.entry(file) for file in wanted} if few else {}
    with journal.writing():
        journal.set_meta(ground="")
        journal.drop_entries(seen.gone)
    results = reading.read_all(str(place.root), seen.wanted, crews)
    while piece := list(islice(results, _PIECE)):
        files: dict[str, Known] = {}
        rows = []
        for each in piece:
            found = wanted[each.file]
            stamp = seen.files[found.path]
            if each.sha:
                files[found.path] = Known(stamp, is_sure(stamp, seen.now), each.sha)
            files |= each.beside
            rows.append(_row(found, each))
            few = few and _is_alike(before[each.file], rows[-1])
        with journal.writing():
            journal.set_entries(rows)
            journal.set_files(files)
    return list(wanted) if few else None


def _is_alike(before: EntryRow | None, now: EntryRow) -> bool:
    """Whether two readings of an entry differ in nothing but bytes, its own and those beside it."""
    if before is None or unpacked.beside(before.beside).keys() != unpacked.beside(now.beside).keys():
        return False
    return before._replace(beside="") == now._replace(beside="")


def _refresh(journal: Index, changed: Iterable[str], ground: str) -> None:
    """Say anew what the content of the issues is that name these files; all else stands."""
    with journal.writing():
        for name, detail in (found for file in changed for found in journal.details(file)):
            pairs = dict.fromkeys(detail.files, "")
            named = []
            for file, sha, beside, _ in journal.stood(pairs):
                named += [(file, sha), *((path, digest) for path, digest in beside.items() if digest)]
            lost = [(file, "") for file in pairs.keys() - {file for file, _ in named}]
            journal.set_own(name, slim.own([*named, *lost]))
        journal.set_meta(ground=ground)


def _row(wanted: reading.Wanted, read: reading.Read) -> EntryRow:
    form = None if read.form is None else _json(read.form)
    beside = _json({path: known.sha for path, known in read.beside.items()})
    told = _json(slim.fault_forms(read.faults))
    return EntryRow(
        wanted.file, wanted.kind, wanted.id, wanted.path, form, told, beside, _json(read.tables), read.restless
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _gathered(journal: Index, office: Source[Office], found: Iterable[Fault]) -> whole.Whole:
    shas = {path: each.sha for path, each in journal.files().items()}
    return whole.gather(office, tuple(found), journal.entries(), shas)


def _settle(
    place: Workspace,
    journal: Index,
    seen: Survey,
    stand: Grounds,
    office: Source[Office] | None,
    wrong: Sequence[Fault],
) -> Source[Office]:
    """Number everything anew and keep what came of it."""
    titles, faults = publications.load(place.templates)
    names = seen.found if seen.found is not None else tuple(journal.told("paths"))
    if office is None or not titles:
        rows = (fault for row in journal.entries() for fault in unpacked.faults(row.faults))
        found = sorted([*wrong, *names, *rows], key=lambda fault: (fault.place, fault.code, fault.message))
        raise InvalidContent("工作区不能使用。", "先改正以上错误。", (*faults, *found))
    made = _gathered(journal, office, (*wrong, *names))
    numbers, told = whole.number(place, made, titles, faults)
    heads = whole.heads(made, numbers, told)
    words = [name for name, title in titles.items() if title.data.engine == "Word"]
    with journal.writing():
        journal.set_heads(heads)
        journal.set_meta(
            names=seen.names,
            paths=_json(slim.fault_forms(names)),
            faults=_json(slim.fault_forms(told)),
            words=_json(words),
            ground=stand.shared or "",
        )
    return office


def _forget(journal: Index, grounds: Iterable[str]) -> None:
    """Forget how files looked that no entry names any more."""
    used = set(grounds)
    for entry in journal.outlines():
        used.update((entry.path, *entry.beside))
    with journal.writing():
        journal.keep_files(used)


def _keep(journal: Index, before: Mapping[str, Known], now: Mapping[str, Known]) -> None:
    """Keep how files look now where that is not how they were known."""
    news = {path: known for path, known in now.items() if before.get(path) != known}
    if news:
        with journal.writing():
            journal.set_files(news)


def _soffice() -> str:
    if found := installed.version():
        return found
    message = "要生成的刊物由 LibreOffice 排版（PDF引擎: Word），本机没有 LibreOffice，不能核对集群上的是否同一版本。"
    raise UsageError(message, "本机也装上与集群各机相同的 LibreOffice；或不写 --cluster。")


def _file(name: str) -> str:
    return f"content/issues/{name}.yaml"


def _carried(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """Content files by their paths in composed characters, those that cannot be read left out."""
    found = {}
    for path in paths:
        with suppress(OSError):
            found[path] = spelt(root, path).read_bytes()
    return found


def _links(root: Path, named: Iterable[str], files: Mapping[str, bytes]) -> dict[str, str]:
    """Of paths as entries name them those that lead over a link to one of ``files``, with the path of that."""
    base = root.resolve()
    found: dict[str, str] = {}
    for name in named:
        target = spelt(root, name).resolve()
        if target.is_relative_to(base) and not name.startswith("../"):
            path = unicodedata.normalize("NFC", target.relative_to(base).as_posix())
            if path in files:
                found[name] = path
    return found


def _bytes(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    found = {}
    for path in paths:
        try:
            found[path] = (root / path).read_bytes()
        except OSError as error:
            raise FileError(f"读不了 {path}（{why(error)}）。", "检查文件权限，或关闭占用它的程序。") from error
    return found
