"""The use case of ``jianbao build``: editions rendered and written, told one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from builder import files, usage_record
from builder.compose import Edition
from builder.errors import Fault, FileError, RenderError, UsageError, has_errors
from builder.model import Item
from builder.render.child import Engines
from builder.render.printing import ORDINARY, Printing
from builder.settings import Workspace
from builder.workflow.booklets import with_booklet
from builder.workflow.opening import Opened
from builder.workflow.planning import Plan
from builder.workflow.rendering import Rendered, Renderer

FORMATS = ("docx", "pdf")


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


@dataclass(frozen=True, slots=True)
class Built:
    """One issue that was built. ``pages`` counts sides; ``lines_left`` are full lines free on the last one.

    ``over`` counts the lines to cut for the page budget (0 when it is kept or cutting does not help); ``faults`` say what
    does not keep it. ``blank`` pages stand before the foot's page (报尾.位置). ``pitch`` is that of the body lines in pt
    where they were set closer to keep the budget.
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
    blank: int = 0

    def as_dict(self, root: Path) -> dict[str, Any]:
        """The JSON form; paths relative to the workspace."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        told = {"files": [p.relative_to(root).as_posix() for p in self.files], "room": self.room}
        return {**plain, **told, "faults": [fault.as_dict() for fault in self.faults]}

    @property
    def label(self) -> str:
        """``《工作信息》第14期（拟）``: a proposed number is marked."""
        return f"《{self.name}》{self.number}{'（拟）' if self.proposed else ''}"

    @property
    def room(self) -> str:
        """What an editor reads: ``4面，末面余7行`` or ``5面，超出3行（约84字）``."""
        where = f"空白{self.blank}面，共余" if self.blank else "末面余"
        tail = f"超出{self.over}行（约{self.over_characters}字）" if self.over else f"{where}{self.lines_left}行"
        kept = ["不合页数要求"] if has_errors(self.faults) and not self.over else []
        closer = [f"行距压到{self.pitch:.2f}磅"] if self.pitch else []
        return "；".join((f"{self.pages}面，{tail}", *closer, *kept, *self.remarks))


def warm(opened: Opened, chosen: Sequence[str], engines: Engines) -> None:
    """Let the engines open the Word templates of the chosen issues (none means all) while these are composed here."""
    issues = [opened.library.issues[n] for n in chosen or opened.library.issues if n in opened.library.issues]
    for name in dict.fromkeys(issue.value.publication for issue in issues):
        if title := opened.titles.get(name):
            engines.prepare(opened.workspace.templates, name, title.layout)


def build(
    plan: Plan,
    workspace: Workspace,
    formats: Sequence[str] = FORMATS,
    engines: Engines | None = None,
    printing: Printing = ORDINARY,
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
        with Renderer(workspace.templates, plan.fontset, engines, printing) as renderer:
            for edition, made in renderer.render_all(plan.editions):
                rendered = with_booklet(edition, made) if printing.booklet else made
                paths, faults = write(workspace, edition, rendered, formats, printing)
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
    workspace: Workspace, edition: Edition, rendered: Rendered, formats: Sequence[str], printing: Printing = ORDINARY
) -> tuple[list[Path], list[Fault]]:
    """Write the files of an edition; those that were written, and why the others were not."""
    paths = drafts(workspace, edition, formats, printing)
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


def drafts(workspace: Workspace, edition: Edition, formats: Sequence[str], printing: Printing = ORDINARY) -> list[Path]:
    """Where the files of an edition go; those of another printing beside the ordinary ones."""
    return draft_paths(workspace, edition.title.id, edition.issue.id, formats, printing)


def draft_paths(
    workspace: Workspace, publication: str, issue: str, formats: Sequence[str], printing: Printing = ORDINARY
) -> list[Path]:
    """``drafts`` by the ids of a publication and an issue."""
    target = workspace.drafts / publication / issue
    return [target.parent / f"{target.name}{printing.suffix}.{f}" for f in formats]


def choose_printing(
    opened: Opened,
    overprint: bool = False,
    printer: str = "",
    black: bool = False,
    four_colours: bool = False,
    booklet: bool = False,
) -> Printing:
    """How a run is printed, from what was asked for; ``printer`` is the name of one in ``office.yaml``, or "".

    Raises:
        UsageError: a printer that there is not, or without pre-printed paper; black in four colours.
    """
    if printer and not overprint:
        raise UsageError("--打印机 只与 --套打 同用。", "加 --套打，或去掉 --打印机。")
    if black and four_colours:
        raise UsageError("--黑白 与 --四色 不能同用。", "只写其中一个。")
    known = {p.name: p for p in opened.library.office.value.printers}
    if printer and printer not in known:
        listed = f"可用：{'、'.join(known)}。" if known else "office.yaml 里还没有。"
        raise UsageError(f"没有名为“{printer}”的打印机。", f"在 content/office.yaml 的“打印机”中添加；{listed}")
    right, down = (float(known[printer].right), float(known[printer].down)) if printer else (0.0, 0.0)
    return Printing(overprint, right, down, black, four_colours, booklet=booklet)


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
        faults=(*((verdict.fault,) if verdict else ()), *rendered.faults),
        blank=room.blank,
    )
