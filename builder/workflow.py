"""Use cases, each one straight line: check, build. The only module that knows all rooms; free of any face."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from builder import content, files, fonts, publications, usage_record
from builder.checks import check as check_edition
from builder.compose import (
    Composition,
    Edition,
    Numbering,
    assign,
    compose,
    editing_faults,
    office_faults,
    settle_years,
)
from builder.errors import Fault, FileError, InvalidContent, Place, RenderError, UsageError, has_errors
from builder.fonts import FontSet
from builder.measure import budget
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.measure.differences import visible
from builder.model import Item, Library
from builder.publications import Title
from builder.render import view
from builder.render.child import Engines
from builder.settings import Workspace

FORMATS = ("docx", "pdf")
_AHEAD = 2  # issues that are being set while one is read back, so that neither process waits for the other


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace, read: its library, publications, numbers, and every fault met."""

    workspace: Workspace
    library: Library
    titles: dict[str, Title]
    numbers: dict[str, Numbering]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """One issue that was built. ``pages`` counts sides; ``lines_left`` are full lines free on the last one.

    ``over`` counts the lines to cut for the page budget (0 when it is kept or cutting does not help); ``faults`` say what
    does not keep it. ``pitch`` is that of the body lines in pt where they were set closer to keep it.
    """

    id: str
    name: str
    number: str
    proposed: bool
    files: tuple[Path, ...]
    pages: int
    lines_left: int
    over: int
    over_characters: int
    remarks: tuple[str, ...]
    pitch: float | None = None
    faults: tuple[Fault, ...] = ()

    def as_dict(self, root: Path) -> dict[str, Any]:
        """The JSON form; paths relative to the workspace."""
        told = {"files": [p.relative_to(root).as_posix() for p in self.files], "room": self.room}
        return {**asdict(self), **told, "faults": [fault.as_dict() for fault in self.faults]}

    @property
    def label(self) -> str:
        """``《工作信息》第14期（拟）``: a proposed number is marked."""
        return f"《{self.name}》{self.number}{'（拟）' if self.proposed else ''}"

    @property
    def room(self) -> str:
        """What an editor reads: ``4面，末面余7行`` or ``5面，超出3行（约84字）``."""
        tail = f"超出{self.over}行（约{self.over_characters}字）" if self.over else f"末面余{self.lines_left}行"
        kept = ["不合页数要求"] if self.faults and not self.over else []
        closer = [f"行距压到{self.pitch:.2f}磅"] if self.pitch else []
        return "；".join((f"{self.pages}面，{tail}", *closer, *kept, *self.remarks))


def open_workspace(workspace: Workspace, memory: content.Memory | None = None) -> Opened:
    """Read everything below the workspace, save what ``memory`` still holds of an earlier reading.

    Raises:
        InvalidContent: when the office file or every publication is unusable, with all faults met so far.
    """
    titles, faults = publications.load(workspace.templates)
    library, found = content.load(workspace.root, memory)
    faults += found
    if library is None or not titles:
        raise InvalidContent("工作区不能使用。", "先改正以下错误。", tuple(faults))
    library, undated = settle_years(library)
    numbers, clashes = assign(library.issues, titles)
    faults += [*undated, *clashes, *office_faults(library.office), *editing_faults(library)]
    return Opened(workspace, library, titles, numbers, tuple(faults))


def choose(opened: Opened, names: Sequence[str]) -> tuple[str, ...]:
    """Issue ids from what was typed: ids, bare names, or paths of issue files.

    A path counts from the current folder, else from the workspace (``-C``).

    Raises:
        InvalidContent: a name that is none of them, with all such names.
    """
    known = issue_ids(opened.library)
    ids: list[str] = []
    faults: list[Fault] = []
    for name in names:
        found = content.resolve("issue", issue_id(opened.workspace, name), known)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            ids.append(found)
    if faults:
        raise InvalidContent("没有找到要生成的期。", "用 jianbao list issues 看有哪些期。", tuple(faults))
    return tuple(dict.fromkeys(ids))


def issue_id(workspace: Workspace, typed: str) -> str:
    """The id that was typed, or that the path or file name typed stands for; whether there is such an issue or not."""
    return _id_of_path(workspace, typed) or typed.removesuffix(".yaml")


def _id_of_path(workspace: Workspace, typed: str) -> str:
    """The id that the path of an issue file gives; "" when what was typed is no such path."""
    folder = Path(os.path.realpath(workspace.content / "issues"))
    for base in (Path(), workspace.root):
        path = Path(os.path.realpath(base / typed))  # unlike Path.resolve, it takes a loop of links as it is
        if path.suffix == ".yaml" and path.is_relative_to(folder):
            return path.relative_to(folder).with_suffix("").as_posix()
    return ""


def issue_ids(library: Library) -> frozenset[str]:
    """Ids of all issue files, broken ones among them."""
    return frozenset(library.issues) | library.broken_ids.get("issue", frozenset())


def wanted_formats(text: str) -> tuple[str, ...]:
    """``docx,pdf`` as formats in their standing order.

    Raises:
        UsageError: an unknown format.
    """
    names = [n.strip().lower() for n in text.split(",") if n.strip()]
    unknown = [n for n in names if n not in FORMATS]
    if unknown or not names:
        raise UsageError(f"没有格式“{'、'.join(unknown) or text}”。", "可用：docx、pdf 或 docx,pdf。")
    return tuple(f for f in FORMATS if f in names)


def font_notes(fontset: FontSet) -> list[Fault]:
    """A draft with substitute fonts says so."""
    substitutes = fontset.substitutes()
    if not substitutes:
        return []
    told = "、".join(f"{role}→{face.family}" for role, face in substitutes.items())
    message = f"PDF 用了代用字体：{told}；DOCX 写的是正式字体名。"
    return [Fault("substitute-font", "note", Place("字体"), message, "安装正式字体，或放入工作区的 fonts 文件夹。")]


def check(workspace: Workspace, engines: Engines) -> list[Fault]:
    """Every fault of every file of the workspace, the templates in use among them, ordered by place."""
    opened = open_workspace(workspace)
    used = {issue.value.publication for issue in opened.library.issues.values()}
    titles = [title for name, title in opened.titles.items() if name in used]
    return list(ordered([*plan(opened, ()).faults, *template_faults(workspace.templates, titles, engines)]))


def template_faults(templates: Path, titles: Iterable[Title], engines: Engines) -> list[Fault]:
    """What is wrong with the templates of publications, as far as that can be seen without running them."""
    faults: list[Fault] = []
    for title in titles:
        try:
            faults += engines.check(templates, title.id, title.layout)
        except RenderError as error:
            faults.append(template_fault(f"templates/{title.id}/issue.docx", error))
    return list(dict.fromkeys(faults))


def template_fault(name: str, error: RenderError) -> Fault:
    """A template that failed, as a fault of its file."""
    return Fault("template-render", "error", Place(name), error.message, error.hint)


def fix(workspace: Workspace) -> tuple[list[content.Fix], list[Fault]]:
    """Rewrite the content files that can be put right (``content.fixes``), one after the other, each atomically.

    Returns the files rewritten, a warning for each that had better be left, and an error for each that cannot be
    written. A file that someone else saved or took away meanwhile is not touched.
    """
    found, faults = content.fixes(workspace.root)
    written: list[content.Fix] = []
    for one in found:
        target = Path(os.path.realpath(one.path))  # a link stays a link
        try:
            if target.read_bytes() != one.before:
                continue
        except OSError:
            continue
        if fault := files.write_output(workspace.root, target, one.after):
            faults.append(replace(fault, place=Place(one.file)))
        else:
            written.append(one)
    return written, faults


def warm(opened: Opened, chosen: Sequence[str], engines: Engines) -> None:
    """Let the engines open the Word templates of the chosen issues (none means all) while these are composed here."""
    issues = [opened.library.issues[n] for n in chosen or opened.library.issues if n in opened.library.issues]
    for name in dict.fromkeys(issue.value.publication for issue in issues):
        if title := opened.titles.get(name):
            engines.prepare(opened.workspace.templates, name, title.layout)


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``build`` is going to render: editions without errors, ids of the issues that have some, and every fault."""

    editions: tuple[Edition, ...]
    left_out: tuple[str, ...]
    faults: tuple[Fault, ...]
    fontset: FontSet


def plan(opened: Opened, chosen: Sequence[str]) -> Plan:
    """Compose and check the chosen issues (ids; none means all). Nothing is written.

    With a choice, faults are those of the chosen issues, of the files they stand on and of what all issues share.
    """
    fontset = fonts.find(opened.workspace.root)
    ids = chosen or sorted(issue_ids(opened.library))
    faults: list[Fault] = [f for f in opened.faults if not chosen or shared(f)]
    editions: list[Edition] = []
    for name in ids:
        composition = compose_issue(opened, name, fontset)
        faults += composition.faults
        if composition.edition is not None:
            editions.append(composition.edition)
    done = {e.issue.id for e in editions}
    return Plan(tuple(editions), tuple(i for i in ids if i not in done), ordered(faults), fontset)


def compose_issue(opened: Opened, name: str, fontset: FontSet) -> Composition:
    """One issue composed and checked, with the faults of the files it stands on; no edition when there is an error."""
    issue = opened.library.issues.get(name)
    if issue is None:
        files = opened.library.with_tables([f"content/issues/{name}.yaml"])
        return Composition(None, tuple(f for f in opened.faults if f.place.file in files), files)
    composition = compose(opened.library, issue, opened.titles, opened.numbers)
    faults = [f for f in opened.faults if f.place.file in composition.files]
    faults += composition.faults
    if composition.edition is not None:
        faults += check_edition(composition.edition, fontset)
    return Composition(None if has_errors(faults) else composition.edition, tuple(faults), composition.files)


def shared(fault: Fault) -> bool:
    """Whether a fault concerns all issues: it stands in what they have in common."""
    return fault.place.file.startswith("templates") or fault.place.file == "content/office.yaml"


def ordered(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By file, line and column; each fault once."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda f: (f.place, f.code, f.message)))


class Renderer:
    """Both engines in their own process, kept warm, with the templates as they were when first used.

    A context manager; without ``with``, the process ends when the renderer is gone.
    """

    def __init__(self, templates: Path, fontset: FontSet, engines: Engines | None = None) -> None:
        self.families = fontset.families()
        self.templates, self.fonts = templates, fontset.paths
        self.engines = engines or Engines()

    def render(self, edition: Edition) -> Rendered:
        """Both files, their text read back and compared with the view; see ``Rendered``.

        Raises:
            RenderError: a template or engine failed, or a file does not carry the view's text.
        """
        seen, pdf = self.typeset(edition)
        return self.finish(edition, seen, pdf.result())

    def render_all(self, editions: Sequence[Edition]) -> Generator[tuple[Edition, Rendered]]:
        """Every edition rendered, in order. While one is read back here, the engines' process sets the following.

        Raises:
            RenderError: see ``render``; the editions before have been given out.
        """
        layouts = {edition.title.id: edition.title.layout for edition in editions}
        prepared = [self.engines.prepare(self.templates, name, layout) for name, layout in layouts.items()]
        ahead = deque(map(self.typeset, editions[:_AHEAD]))
        for each in prepared:
            each.result()
        for n, edition in enumerate(editions):
            seen, pdf = ahead.popleft()
            ahead.extend(map(self.typeset, editions[n + _AHEAD : n + _AHEAD + 1]))
            yield edition, self.finish(edition, seen, pdf.result())

    def typeset(self, edition: Edition) -> tuple[view.View, Future[bytes]]:
        """The view, and its PDF to come."""
        seen = view.build(edition, self.families)
        return seen, self.engines.pdf(self.templates, self.fonts, seen.data, seen.photos)

    def finish(self, edition: Edition, seen: view.View, pdf: bytes) -> Rendered:
        """The PDF read back, the pages of 要目 learnt from it, the DOCX; both texts compared with the view.

        Where lines may stand closer (压行) and that keeps the page budget, they do.
        """
        read = pdf_reader.read(pdf)
        seen, pdf, read = self._squeezed(edition, len(read.pages)) or (seen, pdf, read)
        if seen.data["要目"] and len(read.pages) >= edition.title.layout["要目"]["页码起"]:
            seen = view.numbered(seen, _page_numbers(seen.data, read.outline))
        coming = self.engines.docx(self.templates, seen.data, seen.photos)
        _same_text(edition.issue.file, "PDF", pdf_reader.differences(seen.data, read))
        word = coming.result()
        _same_text(edition.issue.file, "DOCX", docx_reader.differences(seen.data, word))
        remarks = tuple(pdf_reader.remarks(read, seen.data))
        room = pdf_reader.room(read, seen.data)
        return Rendered({"docx": word, "pdf": pdf}, room, remarks, seen, _verdict(edition, seen, pdf, room.pages))

    def _squeezed(self, edition: Edition, pages: int) -> tuple[view.View, bytes, pdf_reader.PdfText] | None:
        """The issue at the widest closer pitch that keeps its budget; None where none does or none is wanted."""
        wanted = budget.budget(edition)
        pitches = wanted.closer(pages, edition.title.layout["正文"]["行距"]) if wanted else []

        @cache
        def fitting(pitch: float) -> tuple[view.View, bytes, pdf_reader.PdfText] | None:
            seen = view.build(edition, self.families, pitch)
            pdf = self.engines.pdf(self.templates, self.fonts, seen.data, seen.photos).result()
            read = pdf_reader.read(pdf)
            return (seen, pdf, read) if wanted and wanted.rule.allows(len(read.pages)) else None

        def roomy(pitch: float) -> tuple[view.View, bytes, pdf_reader.PdfText] | None:
            made = fitting(pitch)
            return made if made and pdf_reader.last_space(made[2], made[0].data).free >= budget.WORD_MARGIN else None

        return budget.widest(pitches, roomy) or budget.widest(pitches[-1:], fitting)

    def close(self) -> None:
        """End the engines' process."""
        self.engines.close()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files by format, the room on the last page, the view they carry, and what a page budget says against them."""

    files: Mapping[str, bytes]
    room: pdf_reader.Room
    remarks: tuple[str, ...]
    view: view.View
    verdict: budget.Verdict | None = None


def build(
    plan: Plan, workspace: Workspace, formats: Sequence[str] = FORMATS, engines: Engines | None = None
) -> Iterator[Built]:
    """Render each edition of the plan and write its files atomically, one after the other.

    A file that cannot be written (open in Word, say) does not keep the others from being written.
    ``engines`` are used and closed; started early, they load their libraries while content is read.

    Raises:
        RenderError: see ``Renderer.render``; what was built before stays.
        FileError: at the end, with a fault for every file that was not written.
    """
    done: list[Edition] = []
    failed: list[Fault] = []
    try:
        with Renderer(workspace.templates, plan.fontset, engines) as renderer:
            for edition, rendered in renderer.render_all(plan.editions):
                paths, faults = write(workspace, edition, rendered, formats)
                failed += faults
                if paths:
                    done.append(edition)
                yield summary(edition, rendered, paths)
    except RenderError as error:
        error.faults += tuple(failed)
        raise
    finally:
        remember(workspace, done)
    if failed:
        raise not_written(failed)


def write(
    workspace: Workspace, edition: Edition, rendered: Rendered, formats: Sequence[str]
) -> tuple[list[Path], list[Fault]]:
    """Write the files of an edition; those that were written, and why the others were not."""
    paths = drafts(workspace, edition, formats)
    told = [files.write_output(workspace.root, p, rendered.files[f]) for p, f in zip(paths, formats, strict=True)]
    written = [path for path, fault in zip(paths, told, strict=True) if fault is None]
    return written, [fault for fault in told if fault is not None]


def not_written(faults: Sequence[Fault]) -> FileError:
    """What is raised when everything else has been written."""
    hint = "照上面的提示处理，再生成这几期。"
    return FileError(f"有 {len(faults)} 个文件没有写出，其余都已写出。", hint, tuple(faults))


def remember(workspace: Workspace, editions: Iterable[Edition]) -> None:
    """Record which items the editions, now built, use; a record that says so already is left untouched.

    Raises:
        FileError: the record cannot be written.
    """
    used = {e.issue.id: [s.id for s in e.sources if isinstance(s.value, Item)] for e in editions}
    record, _ = usage_record.read(workspace)
    if used:
        usage_record.write(workspace, record.built(used))


def drafts(workspace: Workspace, edition: Edition, formats: Sequence[str]) -> list[Path]:
    """Where the files of an edition go."""
    target = workspace.drafts / edition.title.id / edition.issue.id
    return [target.parent / f"{target.name}.{f}" for f in formats]


def summary(edition: Edition, rendered: Rendered, paths: Sequence[Path]) -> Built:
    """What is told of an issue whose files are at ``paths``."""
    room, data, verdict = rendered.room, rendered.view.data, rendered.verdict
    over = verdict.cut if verdict else 0
    return Built(
        id=edition.issue.id,
        name=edition.title.data.name,
        number="".join(data["报头"]["期号行"]),
        proposed=edition.numbering.proposed,
        files=tuple(paths),
        pages=room.pages,
        lines_left=room.lines_left,
        over=over,
        over_characters=over * data["版式"]["正文"]["每行字数"],
        remarks=rendered.remarks,
        pitch=data["压行"]["至"] if data["压行"] else None,
        faults=(verdict.fault,) if verdict else (),
    )


def _verdict(edition: Edition, seen: view.View, pdf: bytes, pages: int) -> budget.Verdict | None:
    """What the page budget says against the issue; only then is the PDF read again, with all its lines."""
    wanted = budget.budget(edition)
    if wanted is None or wanted.rule.allows(pages):
        return None
    name = f"《{edition.title.data.name}》{''.join(seen.data['报头']['期号行'])}"
    return budget.judge(edition, wanted, seen, pdf_reader.read(pdf, every_line=True), name)


def _page_numbers(data: Mapping[str, Any], outline: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Bookmark → page: titles and annexes stand in the outline in the view's order.

    Raises:
        RenderError: the template ``issue.typ`` made other bookmarks.
    """
    wanted = view.bookmarks(data)
    if [visible(title) for _, title in wanted] != [visible(title) for title, _ in outline]:
        raise RenderError(
            f"PDF 模板 templates/{data['刊物']}/issue.typ 生成的书签与标题、附件不符"
            f"（应有 {len(wanted)} 个，生成了 {len(outline)} 个），要目的页码无从得知。",
            "标题和附件标题要用 layout/official.typ 的写法，使其成为书签；或恢复原模板。",
        )
    return {mark: page for (mark, _), (_, page) in zip(wanted, outline, strict=True)}


def _same_text(name: str, kind: str, differences: Sequence[str]) -> None:
    if differences:
        raise RenderError(
            f"{name}：{kind} 的文字与稿件不一致：{differences[0]}", "没有写出文件；请检查该刊物的模板，或恢复原模板。"
        )
