"""One run of ``build --watch``: look, read what changed, render what it concerns, tell the news, wait."""

from __future__ import annotations

import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from builder import content, files, fonts, usage_record
from builder.compose import Composition, Edition
from builder.errors import Fault, FileError, JianbaoError, why
from builder.fonts import FontSet
from builder.measure.budget import Verdict
from builder.render.child import Engines
from builder.settings import Limits, Workspace
from builder.watch.concern import Issues
from builder.watch.disk import Change, Tree, below, snapshot
from builder.watch.news import Failed, Faults, Gone, News, Recovered, Returned, Waiting, Written
from builder.watch.waking import Waker
from builder.workflow import building, naming, opening, planning
from builder.workflow.opening import Opened
from builder.workflow.rendering import Rendered, Renderer

_IDLE = 2.0  # s between looks where the system tells of changes; looking all the same, as it may not tell of all
_ALONE = 0.5  # s between looks where it does not
_SHARE = 20  # looking takes at most one part in so many of the time
_SETTLING = 0.03  # s; and how often a file that is being written is waited for before what it holds is told
_TURNS = 3
_GULP = 4  # issues rendered between two looks at what was saved meanwhile


class Session:
    """Keeps the drafts of the chosen issues (all, where ``names`` is empty) as their files have them."""

    def __init__(self, place: Workspace, names: Sequence[str], formats: Sequence[str], limits: Limits) -> None:
        self.place, self.formats, self.limits = place, formats, limits
        self.names = [naming.issue_id(place, name) for name in names]
        self._tree = Tree(place.root)
        self._unheard = 0  # changes in a row of which the system did not tell
        self._cost = 0.0
        self._away = False
        self._greeted = False
        self._shown: Counter[tuple[str, str, str]] = Counter()
        self._told: dict[str, tuple[str, ...]] = {}  # what is out of order, by issue, file or "" (the workspace)
        self._spoilt: set[str] = set()  # issues with errors, and those whose errors are gone that are not yet rendered
        self._unwritten: dict[Path, bytes] = {}
        self._unrecorded: list[Edition] = []
        self._renderer: Renderer | None = None
        self._forget()

    def _close(self) -> None:
        """End the engines' process, if there is one."""
        if self._renderer is not None:
            self._renderer.close()
        self._renderer = None

    def _forget(self) -> None:
        """Know nothing of what was read and rendered."""
        self._memory = content.Memory()
        self._issues = Issues()
        self._fontset: FontSet | None = None
        self._close()
        self._templates: dict[str, str] = {}
        self._tried: dict[str, _Tried] = {}
        self._written: dict[str, Verdict | None] = {}  # with what the page budget says against each
        self._stale: dict[str, Edition] = {}

    def run(self) -> Iterator[News]:
        """Build, then wait for saves and build what they concern, without end; no fault of content or disk ends it."""
        with Waker() as waker:
            try:
                yield from self._turns(waker)
            finally:
                self._close()
                with suppress(FileError):
                    self._remember()

    def _turns(self, waker: Waker) -> Iterator[News]:
        change = self._look(waker)
        while True:
            yield from self._turn(change)
            while self._stale and not waker.wait(0):
                yield from self._render()
            if not self._stale and not self._greeted:
                self._greeted = True
                yield Waiting()
            woken = waker.wait(0 if self._stale else self._pause(waker))
            change = self._look(waker)
            self._unheard = 0 if woken else self._unheard + change.found

    def _pause(self, waker: Waker) -> float:
        alone = waker.deaf or self._unheard > 1 or self._away
        return max(_ALONE if alone else _IDLE, _SHARE * self._cost)

    def _look(self, waker: Waker) -> Change:
        """What changed on disk since the last look."""
        start, named = time.monotonic(), waker.take()
        now = snapshot(self.place.root)
        waker.follow(now.folders, named)
        change = self._tree.compare(now, named)
        self._cost = time.monotonic() - start
        return change

    def _turn(self, change: Change) -> Iterator[News]:
        """Take up one change."""
        if not self._tree.whole:
            if not self._away:
                self._away = True
                self._forget()
                yield Gone(self.place.root)
            return
        if self._away:
            self._away = False
            yield Returned()
        yield from self._write_out()
        if change or self._fontset is None:
            yield from self._take_up(change)

    def _take_up(self, change: Change) -> Iterator[News]:
        try:
            opened = self._open(change)
            self._fontset = self._fontset or fonts.find(self.place.root)
        except (JianbaoError, OSError) as error:
            yield from self._trouble("", error)
            return
        yield from self._relief("")
        names, wrong = self._chosen(opened)
        compositions = self._issues.compose(opened, names, self._fontset)
        yield from self._faults(opened, compositions, wrong)
        self._try_again(compositions, change)
        yield from self._sort(compositions)

    def _try_again(self, compositions: Mapping[str, Composition], change: Change) -> None:
        """An issue that failed is tried again when one of its files is saved, be it with the same text."""
        root = self.place.root
        saved = {unicodedata.normalize("NFC", Path(path).relative_to(root).as_posix()) for path in change.different}
        for name, composition in compositions.items():
            if name in self._tried and not self._tried[name].done and not saved.isdisjoint(composition.files):
                del self._tried[name]

    def _sort(self, compositions: Mapping[str, Composition]) -> Iterator[News]:
        """What has to be rendered goes before what waits already; what is as it was when last rendered does not."""
        self._tried = {name: tried for name, tried in self._tried.items() if name in compositions}
        fresh: dict[str, Edition] = {}
        for name, composition in compositions.items():
            before = self._tried.get(name)
            if composition.edition is None:
                if before is not None and not before.done:
                    del self._tried[name]
            elif before is None or before.edition != composition.edition:
                fresh[name] = composition.edition
            elif name in self._spoilt:  # as it was before it was spoilt
                yield Recovered(name)
        self._spoilt = {n for n, c in compositions.items() if c.edition is None or (n in self._spoilt and n in fresh)}
        self._stale = {n: e for n, e in fresh.items() if self._stale.get(n) != e} | fresh

    def _open(self, change: Change) -> Opened:
        """Everything that changed read anew; a file that is still being written is waited for, a little."""
        turns = _TURNS
        while True:
            self._renew(change)
            self._memory.changed(change.present, change.gone, change.names)
            turns -= 1
            try:
                opened = opening.open_workspace(self.place, self._memory)
                if not turns or not self._tree.moving(change.present):
                    return opened
            except (JianbaoError, OSError):
                if not turns or not self._tree.moving(change.present):
                    raise
            time.sleep(_SETTLING)
            change = self._tree.compare(snapshot(self.place.root), change.present)

    def _renew(self, change: Change) -> None:
        """Drop what stood on templates or fonts that changed. Typst templates may load each other, Word's do not."""
        if any(below(change.different | change.gone, self.place.root / name) for name in ("fonts", ".fonts")):
            self._fontset = None
        told = below(change.present | change.gone, self.place.templates)
        templates = [path for path in told if not path.endswith(".yaml") and self._other_bytes(path)]
        if templates or self._fontset is None:
            self._close()
        words = {Path(path).parent.name for path in templates if path.endswith(".docx")}
        typst = any(not path.endswith(".docx") for path in templates)
        for name, (edition, _) in [*self._tried.items()]:
            if typst or self._fontset is None or edition.title.id in words:
                del self._tried[name]

    def _other_bytes(self, path: str) -> bool:
        """Whether a template holds other bytes than when this was last asked."""
        try:
            now = files.sha256(Path(path).read_bytes())
        except OSError:
            now = ""
        before, self._templates[path] = self._templates.get(path), now
        return before != now

    def _chosen(self, opened: Opened) -> tuple[Sequence[str], list[Fault]]:
        """The ids of the chosen issues that there are, and a fault for each name that is none now."""
        known = opening.issue_ids(opened.library)
        found = [content.resolve("issue", name, known) for name in self.names]
        ids = dict.fromkeys(name for name in found if isinstance(name, str))
        return [*ids] if self.names else sorted(known), [fault for fault in found if isinstance(fault, Fault)]

    def _faults(
        self, opened: Opened, compositions: Mapping[str, Composition], wrong: Sequence[Fault]
    ) -> Iterator[News]:
        """The faults that were not there before; one that only moved to another line is not new."""
        assert self._fontset is not None
        shared = [f for f in opened.faults if not self.names or planning.shared(f)]
        own = [f for composition in compositions.values() for f in composition.faults]
        notes = [*planning.font_notes(self._fontset), *(() if self._greeted else usage_record.read(self.place)[1])]
        found = planning.ordered([*wrong, *shared, *own, *notes])
        counts = Counter(_key(fault) for fault in found)
        new = tuple(fault for fault in found if counts[_key(fault)] > self._shown[_key(fault)])
        left = [n for n, c in compositions.items() if c.edition is None and n not in self._spoilt]
        self._shown = counts
        if new or left:
            yield Faults(new, tuple(left))

    def _render(self) -> Iterator[News]:
        """Render the next few issues that wait. One that fails is told and leaves the others to the next call."""
        assert self._fontset is not None
        gulp = [*islice(self._stale.items(), _GULP)]
        if self._renderer is None:
            self._renderer = Renderer(self.place.templates, self._fontset, Engines(self.limits))
        with closing(self._renderer.render_all([edition for _, edition in gulp])) as done:
            for name, edition in gulp:
                del self._stale[name]
                try:
                    _, rendered = next(done)
                except JianbaoError as error:
                    if self.place.templates.is_dir():  # else the next look tells
                        self._tried[name] = _Tried(edition, False)
                        yield from self._trouble(name, error)
                    break
                yield from self._write(edition, rendered)
                self._tried[name] = _Tried(edition, True)
                if name in self._spoilt:
                    self._spoilt.remove(name)
                    self._told.setdefault(name, ())
                yield from self._relief(name)
        try:
            self._remember()
        except FileError as error:
            yield from self._trouble("", error)

    def _remember(self) -> None:
        """Record which items the written issues use."""
        editions, self._unrecorded = self._unrecorded, []
        building.remember(self.place, editions)

    def _write(self, edition: Edition, rendered: Rendered) -> Iterator[News]:
        """Write the files that are others than on disk; one that cannot be written is kept for the next turns."""
        paths = building.drafts(self.place, edition, self.formats)
        changed = self._written.get(edition.issue.id, ...) != rendered.verdict
        for path, name in zip(paths, self.formats, strict=True):
            self._unwritten.pop(path, None)
            if not _holds(path, rendered.files[name]):
                self._unwritten[path] = rendered.files[name]
                changed = True
        yield from self._write_out()
        self._unrecorded.append(edition)
        if changed and self._unwritten.keys().isdisjoint(paths):
            self._written[edition.issue.id] = rendered.verdict
            yield Written(building.summary(edition, rendered, paths))

    def _write_out(self) -> Iterator[News]:
        """Write what waits; what cannot be written (open in Word, say) is told once and waits on."""
        for path, data in [*self._unwritten.items()]:
            label = path.relative_to(self.place.root).as_posix()
            fault = files.write_output(self.place.root, path, data)
            if fault is None:
                del self._unwritten[path]
                yield from self._relief(label)
            elif self._told.get(label) != _key(fault):
                self._told[label] = _key(fault)
                yield Faults((fault,), ())

    def _trouble(self, label: str, error: JianbaoError | OSError) -> Iterator[News]:
        """Tell what is out of order, once."""
        if isinstance(error, OSError):
            error = FileError(f"读不了 {error.filename or self.place.root}（{why(error)}）。", "检查文件夹和权限。")
        told = (error.message, *(":".join(_key(fault)) for fault in error.faults))
        if self._told.get(label) != told:
            known = told in self._told.values()
            self._told[label] = told
            yield Faults((), (label,)) if known else Failed(label, error)

    def _relief(self, label: str) -> Iterator[News]:
        if self._told.pop(label, None) is not None:
            yield Recovered(label)


class _Tried(NamedTuple):
    """An edition that was rendered, or could not be."""

    edition: Edition
    done: bool


_COUNTS = ("file-litter", "file-manuscript")  # one note for many files, which it counts


def _key(fault: Fault) -> tuple[str, str, str]:
    """What makes a fault the same fault when it moved, or when there are more or fewer other files beside the entries."""
    return fault.place.file, fault.code, "" if fault.code in _COUNTS else fault.message


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
