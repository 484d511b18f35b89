"""One issue checked or rendered by a worker: only the files that it stands on are read.

All that the whole workspace decides (numbers, years of dateless days, faults between files, what a bare name stands for)
comes with the job; what is made of it is the same as ``workflow.building`` makes.
"""

from __future__ import annotations

import posixpath
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from builder.batch import kept
from builder.batch.jobs import Checked, Job, Outcome, Scene
from builder.batch.reading import spelt
from builder.compose import Edition, settle_years
from builder.content import beside
from builder.content.files import Found
from builder.content.load import load_entry
from builder.errors import Fault, InvalidContent, Place, RenderError, has_errors
from builder.failpoints import failpoint
from builder.files import sha256
from builder.model import Item, Library, Source
from builder.publications import Title
from builder.render.child import Engines
from builder.settings import Limits, Workspace
from builder.soffice import office
from builder.workflow.booklets import with_booklet
from builder.workflow.building import summary
from builder.workflow.opening import Opened
from builder.workflow.planning import compose_issue
from builder.workflow.printed import printed_otherwise
from builder.workflow.rendering import Renderer
from builder.workflow.repeats import published_before

_FOLDERS = {"item": ("items", ".md"), "finding": ("findings", ".yaml"), "issue": ("issues", ".yaml")}
_LARGE = 1 << 20  # bytes of pictures with which a composition is not kept from check to render
_TIMES = 15  # an issue may take so many times what one render may
_PER_MEGABYTE = 4.0  # and so many seconds for each MB of its content
_AROUND = 512  # MB for the worker itself, its pictures and what it reads back, beside the engines
_DOCUMENTS = 3  # times that LibreOffice may come near its own deadline for one issue
_lent: Engines | None = None


def lend(engines: Engines | None) -> None:
    """Engines that are running already, for the next workspace that is rendered; whoever lends them closes them."""
    global _lent
    _lent = engines


def limits(engines: Limits, titles: Iterable[Title] = (), size: int = 0) -> Limits:
    """What a whole call may take by the clock and in memory, where a render may take ``engines``.

    ``titles`` are the publications whose issue it may be: LibreOffice, where one sets its pages, takes more. ``size`` is that
    of the files of its content in bytes, as far as it is known. These are the second line: engines and LibreOffice are
    stopped earlier, with the template named.
    """
    megabytes = size / (1 << 20)
    seconds = max(2.0, _TIMES * engines.seconds + _PER_MEGABYTE * megabytes)
    memory = engines.megabytes + _AROUND + round(40 * megabytes)
    if any(title.data.engine == "Word" for title in titles):
        seconds, memory = seconds + _DOCUMENTS * office.SECONDS, memory + (office.MEMORY >> 20)
    return Limits(seconds, memory)


def check(job: Job) -> Checked:
    """An issue read, composed and checked, the register asked what it knows about it.

    Runs where the workspace is: ``Scene.root`` must be there.
    """
    failpoint(f"batch-check:{job.issue}")
    made = kept.made(job.scene, Stage).checked(job)
    faults = list(made.faults)
    if made.opened is not None:
        faults += published_before(made.opened, (job.issue,)).get(job.issue, [])
        faults += printed_otherwise(made.opened, [made.edition] if made.edition else [])
    return Checked(job.issue, made.edition is not None, tuple(faults))


def render(job: Job) -> Outcome:
    """An issue read, composed, checked, set, read back and compared, as ``building.build`` does.

    What a template does wrong comes as ``Outcome.refused``; what is raised is a fault of this program.
    """
    failpoint(f"batch-render:{job.issue}")
    stage = kept.made(job.scene, Stage)
    made = stage.taken(job)
    edition, digests = made.edition, made.digests
    if edition is None:
        return Outcome(job.issue, {}, None, made.faults, None, (), digests)
    used = tuple(source.id for source in edition.sources if isinstance(source.value, Item))
    try:
        rendered = stage.renderer.render(edition)
        if stage.scene.printing.booklet:
            rendered = with_booklet(edition, rendered)
    except (RenderError, InvalidContent) as error:
        refused = (error.message, error.hint)
        return Outcome(job.issue, {}, None, (*made.faults, *error.faults), refused, used, digests)
    files = {name: rendered.files[name] for name in stage.scene.formats}
    return Outcome(job.issue, files, summary(edition, rendered, ()), made.faults, None, used, digests)


@dataclass(frozen=True, slots=True)
class Composed:
    """What reading and composing gave; ``opened`` is None where the issue itself cannot be read."""

    opened: Opened | None
    edition: Edition | None
    faults: tuple[Fault, ...]
    sources: tuple[Source[Any], ...]
    digests: Mapping[str, str]


@dataclass(slots=True, eq=False)
class Stage:
    """A workspace as far as a worker keeps it: the renderer with its engines."""

    scene: Scene
    _renderer: Renderer | None = field(init=False, default=None)
    _scratch: tempfile.TemporaryDirectory[str] | None = field(init=False, default=None)

    @property
    def renderer(self) -> Renderer:
        """The renderer; its engines start when it is asked for first, or were lent."""
        if self._renderer is None:
            engines = _lent or Engines(self.scene.limits)
            self._renderer = Renderer(self._root() / "templates", self.scene.fontset, engines, self.scene.printing)
        return self._renderer

    def _root(self) -> Path:
        """The workspace, or a folder with its templates where there is none."""
        if self.scene.root:
            return Path(self.scene.root)
        if self._scratch is None:
            self._scratch = _scratch()
            _unpack(Path(self._scratch.name), self.scene.files)
        return Path(self._scratch.name)

    def checked(self, job: Job) -> Composed:
        """The issue composed and checked, kept for ``taken`` where it is sound and not large."""
        made = self._composed(job)
        large = sum(len(photo.data) for source in made.sources for photo in source.photos.values()) >= _LARGE
        if made.edition is not None and not large:
            kept.lay(job.scene, job.issue, replace(made, opened=None, sources=()))
        return made

    def taken(self, job: Job) -> Composed:
        """The issue composed and checked, now or before; ``opened`` and ``sources`` of the latter are left out."""
        return kept.take(job.scene, job.issue) or self._composed(job)

    def _composed(self, job: Job) -> Composed:
        if not job.files:
            return _composed(self.scene, job, Path(self.scene.root))
        with _scratch() as folder:
            _unpack(Path(folder), {**job.files, **{name: job.files[path] for name, path in job.links.items()}})
            return _as_sent(job, _composed(self.scene, job, Path(folder)))

    def close(self) -> None:
        """End the engines, save lent ones."""
        if self._renderer is not None and self._renderer.engines is not _lent:
            self._renderer.close()
        if self._scratch is not None:
            self._scratch.cleanup()


def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="jianbao-scene-", ignore_cleanup_errors=True)


def _unpack(root: Path, files: Mapping[str, bytes]) -> None:
    """Files by their paths below the workspace; its two folders are there in any case."""
    for name in ("templates", "content"):
        (root / name).mkdir(exist_ok=True)
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _composed(scene: Scene, job: Job, root: Path) -> Composed:
    """The files of the job read, the issue composed and checked.

    What opening the workspace found on these files, the job tells. A file that was sound then and is not now tells itself.
    """
    read = {kind: [_read(root, kind, name) for name in names] for kind, names in _wanted(job)}
    digests = {entry.file: entry.digest for entries in read.values() for entry in entries if entry.digest}
    worse = [fault for entries in read.values() for entry in entries if entry.source is None for fault in entry.faults]
    faults = tuple(dict.fromkeys((*job.faults, *worse)))
    library, _ = settle_years(_library(scene, job, read))  # its faults came with the job
    if job.issue not in library.issues:
        return Composed(None, None, faults, (), digests)
    numbers = {job.issue: job.numbering} if job.numbering is not None else {}
    opened = Opened(Workspace(root), library, dict(scene.titles), numbers, ())
    composition = compose_issue(opened, job.issue, scene.fontset, scene.printing)
    sources: tuple[Source[Any], ...] = (library.issues[job.issue], *library.items.values(), *library.findings.values())
    for source in sources:
        digests |= source.digests
        for typed, photo in source.photos.items():
            digests[_picture(root, source.file, typed)] = photo.digest
    edition = None if has_errors(faults) else composition.edition
    return Composed(opened, edition, tuple(dict.fromkeys((*faults, *composition.faults))), sources, digests)


def _as_sent(job: Job, made: Composed) -> Composed:
    """What was composed of files that were sent, under their paths in the workspace.

    An issue that did not read exactly these would be another one here than there; it is refused.
    """
    digests = {job.links.get(path, path): sha for path, sha in made.digests.items()}
    made = replace(made, digests=digests)
    if made.edition is None or digests == {path: sha256(data) for path, data in job.files.items()}:
        return made
    message = "这一期的图片或表格，路径经过通到别处的链接，在别的机器上找不到同样的文件。"
    hint = "把图片、表格放在条目旁边，不用链接；或不写 --cluster，在本机单独生成这一期。"
    wrong = Fault("far-files", "error", Place(f"content/issues/{job.issue}.yaml"), message, hint)
    return replace(made, edition=None, faults=(*made.faults, wrong))


def _wanted(job: Job) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ("issue", (job.issue,)), ("item", job.items), ("finding", job.findings)


@dataclass(frozen=True, slots=True)
class _Read:
    """A content file as it was read; ``source`` is None where it has errors, ``digest`` "" where there are no bytes."""

    id: str
    file: str
    source: Source[Any] | None
    faults: list[Fault]
    digest: str


def _read(root: Path, kind: str, name: str) -> _Read:
    folder, suffix = _FOLDERS[kind]
    file = f"content/{folder}/{name}{suffix}"
    source, faults, digest = load_entry(root, kind, Found(name, file, spelt(root, file)))
    return _Read(name, file, source, faults, digest)


def _library(scene: Scene, job: Job, read: Mapping[str, list[_Read]]) -> Library:
    """What the issue needs of the workspace. The ids of all else are known where what a name stands for depends on them."""
    loaded = {kind: {e.id: e.source for e in entries if e.source is not None} for kind, entries in read.items()}
    broken = {kind: frozenset(e.id for e in entries if e.source is None) for kind, entries in read.items()}
    if not job.complete:
        broken = {kind: scene.known.get(kind, frozenset()) - loaded[kind].keys() | broken[kind] for kind in broken}
    return Library(scene.office, loaded["item"], loaded["finding"], loaded["issue"], broken)


def _picture(root: Path, entry_file: str, typed: str) -> str:
    """The path below the workspace of a picture that was read, links followed; as named where it has gone meanwhile."""
    path = beside.locate(typed.strip(), entry_file, root, "图片")
    if isinstance(path, beside.Miss):
        return posixpath.normpath(PurePosixPath(entry_file).parent / typed.strip())
    return unicodedata.normalize("NFC", path.relative_to(root.resolve()).as_posix())
