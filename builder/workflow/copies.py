"""分份印制: one PDF for every copy of an issue, with its 份号, and without what its recipient may not see.

Recipients who see the same read the same pages: these are set once, measured and compared like any issue (``Renderer``). Their copies
differ in 份号 and in the line that names the recipient alone, which move nothing; each is set and read back for itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from builder import files
from builder.compose import Edition, Reading, readings
from builder.errors import Fault, FileError, InvalidContent, Place, RenderError, has_errors
from builder.fonts import FontSet
from builder.forms import HandingList, HandingRow
from builder.measure import pdf as pdf_reader
from builder.render import view
from builder.render.child import Engines
from builder.render.printing import Printing, copy_mark
from builder.workflow.allotting import Allotment, Share, allotment
from builder.workflow.booklets import booklet, booklet_faults
from builder.workflow.copy_names import copy_name, left_over
from builder.workflow.forms import handing_files
from builder.workflow.opening import Opened
from builder.workflow.planning import compose_issue, ordered
from builder.workflow.presses import Press
from builder.workflow.rendering import Rendered, Renderer

_AHEAD = 3  # copies that are being set while one is read back
_NAMED = 30  # characters of a recipient that the line above the page has room for


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    ``to`` are recipients, none for all; ``first`` and ``last`` a range of 份号, 0 for all; ``start`` is where a draft's 份号
    begin, None for what its file says. ``line`` prints the recipient above every page, ``as_booklet`` lays the pages on
    sheets. ``folder`` is where the files go, None for ``output/copies``.
    """

    to: tuple[str, ...] = ()
    first: int = 0
    last: int = 0
    start: int | None = None
    line: bool = False
    as_booklet: bool = False
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """One file to be made: the copy ``number`` (份号) of a share, or all copies of a share that bear none (0)."""

    share: Share
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Job:
    """What is going to be made, all of it known to be good but for the rendering; ``chosen`` is ``copies`` or some of them."""

    allotment: Allotment
    readings: tuple[Reading, ...]
    copies: tuple[Copy, ...]
    chosen: tuple[Copy, ...]
    wanted: Wanted
    root: Path
    folder: Path
    faults: tuple[Fault, ...]


def prepare(opened: Opened, name: str, wanted: Wanted, fontset: FontSet) -> Job:
    """Compose an issue, find who gets which copies and what each may see. Nothing is written.

    Raises:
        InvalidContent: with every fault that stops it; see ``allotting.allotment``. A recipient that gets no copy, 份号 that
            there are not, or files of other copies in the folder.
    """
    composition = compose_issue(opened, name, fontset)
    if composition.edition is None or has_errors(composition.faults):
        raise InvalidContent("稿件有错误，没有分份。", "改正后再分。", ordered(composition.faults))
    found = allotment(opened, composition.edition, wanted.start)
    copies = tuple(_all_copies(found, wanted.as_booklet))
    chosen = _chosen(found, copies, wanted)
    reads = readings(found.edition, [each.share.part for each in chosen])
    # The check has told what all parts of the list lack; here it is told of those that are printed.
    faults = [fault for fault in composition.faults if not fault.code.startswith("audience")]
    faults += [fault for each in reads for fault in each.faults]
    root, folder = _folder(opened, found.edition, wanted)
    names, now = ([each.name for each in some] for some in (copies, chosen))
    faults += left_over(folder, names, now, found.edition.issue.file)
    if has_errors(faults):
        raise InvalidContent("没有分份，什么也没有写。", "照上面的提示处理后再分。", ordered(faults))
    return Job(found, reads, copies, chosen, wanted, root, folder, ordered(faults))


@dataclass(frozen=True, slots=True)
class Pages:
    """What the recipients of some parts read, set: ``faults`` are those that only the pages show."""

    reading: Reading
    rendered: Rendered
    faults: tuple[Fault, ...]


def set_pages(job: Job, templates: Path, fontset: FontSet, engines: Engines) -> tuple[Pages, ...]:
    """Every reading as an issue, with all that is proved of one.

    Raises:
        RenderError: see ``Renderer.render``.
        InvalidContent: see ``booklets.booklet``.
    """
    renderer = Renderer(templates, fontset, engines, Printing(impression=job.allotment.impression))
    return tuple(_pages(job, reading, renderer.render(reading.edition)) for reading in job.readings)


def _pages(job: Job, reading: Reading, rendered: Rendered) -> Pages:
    faults = list(rendered.faults)
    if rendered.verdict is not None:  # the whole issue keeps its budget, or was told of; a shorter one is no error
        faults.append(replace(rendered.verdict.fault, severity="warning"))
    if job.wanted.as_booklet:
        faults += booklet_faults(reading.edition, booklet(reading.edition, rendered.files["pdf"]))
    if len(job.readings) > 1:
        faults = [replace(fault, message=f"“{reading.name}”的份数：{fault.message}") for fault in faults]
    return Pages(reading, rendered, tuple(faults))


def make(job: Job, pages: Sequence[Pages], templates: Path, fontset: FontSet, engines: Engines) -> Iterator[Copy]:
    """Set, read back, compare and write every chosen copy, one after the other; each file is whole or is not there.

    A file that a program has open is passed over and told at the end; what cannot be written for another reason (a full disk) ends
    the run. Gives each copy when its file is on the disk.

    Raises:
        RenderError: a copy does not carry what it should; what was written before stays.
        FileError: with a fault for every file that was not written, and which copies are missing.
    """
    failed, written = list[Fault](), set[Copy]()
    with ThreadPoolExecutor(
        1, "writer"
    ) as writer:  # sheets are laid out, and the disk waited for, while the next copy is read back
        writing: deque[tuple[Copy, Future[Fault | None]]] = deque()
        for copy, edition, pdf in _proved_copies(job, pages, templates, fontset, engines):
            writing.append((copy, writer.submit(_put, job, copy, edition, pdf)))
            while len(writing) > _AHEAD:
                yield from _done(writing.popleft(), written, failed)
            if any(fault.code != "output-open" for fault in failed):
                break
        for each in writing:
            yield from _done(each, written, failed)
    if failed:
        raise _incomplete(failed, [copy for copy in job.chosen if copy not in written], job)


def _put(job: Job, copy: Copy, edition: Edition, pdf: bytes) -> Fault | None:
    """Write a copy; why it was not written, or None."""
    made = booklet(edition, pdf).pdf if job.wanted.as_booklet else pdf
    return files.write_output(job.root, job.folder / copy.name, made)


def _done(each: tuple[Copy, Future[Fault | None]], written: set[Copy], failed: list[Fault]) -> Iterator[Copy]:
    copy, writing = each
    fault = writing.result()
    if fault is not None:
        failed.append(fault)
        return
    written.add(copy)
    yield copy


def _proved_copies(
    job: Job, pages: Sequence[Pages], templates: Path, fontset: FontSet, engines: Engines
) -> Iterator[tuple[Copy, Edition, bytes]]:
    """Every chosen copy with what its recipient reads and its PDF, in order.

    While one is read back here, the engines' process sets the following.
    """
    by_part = {part: each for each in pages for part in each.reading.parts}
    press = Renderer(templates, fontset, engines).press(job.allotment.edition)

    def ask(copy: Copy) -> tuple[Copy, view.View, Future[bytes]]:
        seen = _view(job, copy, by_part[copy.share.part].rendered)
        return copy, seen, press.pdf(seen)

    waiting = iter(job.chosen)
    ahead = deque(map(ask, islice(waiting, _AHEAD)))
    while ahead:
        copy, seen, coming = ahead.popleft()
        ahead.extend(map(ask, islice(waiting, 1)))
        made = by_part[copy.share.part]
        yield copy, made.reading.edition, _proved(press, coming.result(), seen, copy, made.rendered)


def hand_out(job: Job, label: str) -> list[Path]:
    """Write 分发登记表 of everyone's copies beside them; where it stands. ``label`` is the number as printed.

    Raises:
        RenderError: see ``forms.handing_files``.
        FileError: it cannot be written.
    """
    edition, shares = job.allotment.edition, job.allotment.shares
    rows = tuple(HandingRow(each.name, each.part, each.copies, each.first, each.last) for each in shares)
    number = label if job.allotment.published else f"拟{label}"
    day = edition.issue.value.day
    listed = HandingList(edition.office.name, edition.title.data.name, number, day, rows)
    made = {job.folder / f"分发登记表.{kind}": data for kind, data in handing_files(listed).items()}
    faults = [fault for path, data in made.items() if (fault := files.write_output(job.root, path, data))]
    if faults:
        raise FileError("各份都已写出，分发登记表没有写全。", "照上面的提示处理后再分一次。", tuple(faults))
    return list(made)


def _incomplete(failed: Sequence[Fault], missing: Sequence[Copy], job: Job) -> FileError:
    told = told_copies(missing)
    done = len(job.chosen) - len(missing)
    hint = "照上面的提示处理后再分一次；已写出的各份不必删。"
    return FileError(f"写出 {done} 个文件，还缺 {len(missing)} 个：{told}。", hint, tuple(failed))


def told_copies(copies: Sequence[Copy]) -> str:
    """Copies as 份号, neighbours joined (``000003—000007、000012``), or as recipients where they bear none."""
    if not all(copy.number for copy in copies):
        return "、".join(copy.share.name for copy in copies)
    spans: list[list[int]] = []
    for number in sorted(copy.number for copy in copies):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "、".join(f"{a:06d}" if a == b else f"{a:06d}—{b:06d}" for a, b in spans)


def _view(job: Job, copy: Copy, rendered: Rendered) -> view.View:
    """The view of a copy: that of its reading but for 份号 and the line above the pages."""
    seen, edition = rendered.view, job.allotment.edition
    data = dict(seen.data)
    if copy.number:
        value = edition.issue.value.model_copy(update={"copy_number": f"{copy.number:06d}"})
        data["左上"] = view.top_left(replace(edition, issue=replace(edition.issue, value=value)))
    if job.wanted.line:
        number = f"　{copy.number:06d}" if copy.number else ""
        name = copy.share.name if len(copy.share.name) <= _NAMED else f"{copy.share.name[:_NAMED]}…"
        across = any(annex["方向"] == "横" for annex in data["附件"])
        data["清样"] = copy_mark(f"收件：{name}{number}", data["版式"], across)
    return view.View(data, seen.photos)


def _proved(press: Press, pdf: bytes, seen: view.View, copy: Copy, rendered: Rendered) -> bytes:
    """The PDF of a copy, when it carries all its text on as many pages as its reading.

    Raises:
        RenderError: it does not.
    """
    read = press.read(pdf, seen, lines="none")
    told = pdf_reader.differences(seen.data, read)
    if not told and len(read.pages) != rendered.room.pages:
        told = [f"应为{rendered.room.pages}面，排成了{len(read.pages)}面"]
    if told:
        hint = "没有写出这一份；请检查该刊物的模板，或恢复原模板。"
        raise RenderError(f"{copy.name} 与应印的不一致：{told[0]}", hint)
    return pdf


def _all_copies(found: Allotment, as_booklet: bool) -> Iterator[Copy]:
    for share in found.shares:
        for number in range(share.first, share.last + 1) if share.first else (0,):
            yield Copy(share, number, copy_name(share, number, as_booklet))


def _chosen(found: Allotment, copies: Sequence[Copy], wanted: Wanted) -> tuple[Copy, ...]:
    """Raises InvalidContent where a recipient that was named gets none, or there are no such 份号."""
    names = _names(found, wanted.to)
    if wanted.first:
        _there(found, wanted)
    chosen = tuple(
        copy
        for copy in copies
        if (not names or copy.share.name in names) and (not wanted.first or wanted.first <= copy.number <= wanted.last)
    )
    if without := sorted(names.difference(copy.share.name for copy in chosen)):
        message = f"{wanted.first:06d}—{wanted.last:06d} 里没有给“{'”“'.join(without)}”的份。"
        hint = "核对 --份号 和 --to；各收件方的份号见分发登记表。"
        fault = Fault("copies-number", "error", Place(found.edition.issue.file), message, hint)
        raise InvalidContent("没有分份。", "", (fault,))
    return chosen


def _names(found: Allotment, typed: Sequence[str]) -> set[str]:
    """Recipients by their names in the list or by what is printed for them in the foot."""
    known = dict.fromkeys(share.name for share in found.shares)
    printed = {group.text: group.name for group in found.edition.office.groups}
    names, faults = set(), []
    for each in typed:
        name = each.strip() if each.strip() in known else printed.get(each.strip(), "")
        if name in known:
            names.add(name)
        else:
            message, hint = f"本期没有给“{each}”的份数。", f"本期的收件方：{'、'.join(known)}。"
            faults.append(Fault("copies-recipient", "error", Place(found.edition.issue.file), message, hint))
    if faults:
        raise InvalidContent("没有分份。", "", tuple(faults))
    return names


def _there(found: Allotment, wanted: Wanted) -> None:
    ranges = [(share.first, share.last) for share in found.shares if share.first]
    if all(any(low <= n <= high for low, high in ranges) for n in (wanted.first, wanted.last)):
        return
    has = f"本期的份号是 {min(ranges)[0]:06d}—{max(ranges)[1]:06d}。" if ranges else "本期没有份号。"
    hint = "核对 --份号。" if ranges else "去掉 --份号，用 --to 收件方。"
    fault = Fault("copies-number", "error", Place(found.edition.issue.file), f"没有要印的份号。{has}", hint)
    raise InvalidContent("没有分份。", "", (fault,))


def _folder(opened: Opened, edition: Edition, wanted: Wanted) -> tuple[Path, Path]:
    """Where the files may be written, and the folder for them: one of its own for every way of printing."""
    if wanted.folder is not None:
        return wanted.folder, wanted.folder
    target = opened.workspace.copies / edition.title.id / edition.issue.id
    ending = Printing(booklet=wanted.as_booklet).suffix
    return opened.workspace.root, target.parent / f"{target.name}{ending}"
