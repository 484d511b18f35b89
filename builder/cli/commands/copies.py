"""``jianbao copies``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.commands.sent import copy_span
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, UsageError
from builder.settings import Workspace, limits, workspace

if TYPE_CHECKING:
    from builder.render.child import Engines
    from builder.workflow.copies import Job, Wanted

_STEP = 50  # copies between two lines of progress


@click.command(cls=Command, name="copies", help="分份印制：每个收件方、每一份一个 PDF，各带份号；另写分发登记表。")
@click.argument("issue", metavar="期")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    default=None,
    metavar="文件夹",
    help="写到哪里；默认 output/copies 下。",
)
@click.option("--to", "units", multiple=True, metavar="收件方", help="只印给这个收件方的，可写多次。")
@click.option("--份号", "numbers", default="", metavar="份号", help="只印一份 000123，或一段 000123-000130（补印）。")
@click.option("--份号起", "start", default="", metavar="份号", help="没有付印的期，从这个份号编起。")
@click.option("--收件方行", "line", is_flag=True, help="每面右上角版心以外印一小行收件方和份号。")
@click.option("--册页", "as_booklet", is_flag=True, help="每份拼成对折骑马订的册子。")
@json_option
@click.pass_obj
def copies(
    place: Path, /, issue: str, folder: Path | None, units: tuple[str, ...], numbers: str, start: str, as_json: bool,
    **options: bool,
) -> int:  # fmt: skip
    """Every copy of an issue as a file."""
    from builder.render.child import Engines
    from builder.workflow.copies import Wanted

    first, last = copy_span(numbers)
    wanted = Wanted(units, first, last, _start(start), folder=folder.resolve() if folder else None, **options)
    where = workspace(place)
    with Engines(limits()) as engines:
        return _copies(where, issue, wanted, engines, as_json)


def _start(typed: str) -> int | None:
    """Raises UsageError for what is no 份号."""
    if not typed.strip():
        return None
    first, last = copy_span(typed)
    if first != last:
        raise UsageError(f"--份号起 写一个份号，不是“{typed}”。", "如 --份号起 000001。")
    return first


def _copies(place: Workspace, issue: str, wanted: Wanted, engines: Engines, as_json: bool) -> int:
    from builder import fonts
    from builder.workflow import building, opening
    from builder.workflow import copies as making
    from builder.workflow.allotting import issue_meant
    from builder.workflow.proofing import number_label

    opened = opening.open_workspace(place)
    name = issue_meant(opened, issue)
    building.warm(opened, [name], engines)
    fontset = fonts.find(place.root)
    job = making.prepare(opened, name, wanted, fontset)
    show_faults(job.faults)
    pages = making.set_pages(job, place.templates, fontset, engines)
    later = [fault for each in pages for fault in each.faults]
    show_faults(later)
    made = []
    for copy in making.make(job, pages, place.templates, fontset, engines):
        made.append(copy)
        if len(made) % _STEP == 0 or len(made) == len(job.chosen):
            say(f"（{len(made)}/{len(job.chosen)}）{copy.name}", err=True)
    table = making.hand_out(job, number_label(job.allotment.edition))
    if as_json:
        faults = [fault.as_dict() for fault in (*job.faults, *later)]
        show_json({**_told(job, place), "files": [c.name for c in made] + [p.name for p in table], "faults": faults})
    else:
        _show(job, {each.reading.name: each.rendered.room.pages for each in pages}, place)
    return Exit.OK


def _told(job: Job, place: Workspace) -> dict[str, Any]:
    shares = [
        {"part": s.part, "recipient": s.name, "copies": s.copies, "first": s.first, "last": s.last}
        for s in job.allotment.shares
    ]
    return {"published": job.allotment.published, "folder": _folder(job, place), "recipients": shares}


def _show(job: Job, pages: dict[str, int], place: Workspace) -> None:
    found, edition = job.allotment, job.allotment.edition
    state = "已付印" if found.published else "没有付印，收件方和份号照现在的稿件和名单"
    say(
        f"《{edition.title.data.name}》{edition.issue.id}（{state}）：共 {found.copies} 份，写出 {len(job.chosen)} 个文件"
    )
    if not found.numbered:
        say("  没有份号：每个收件方一个文件，文件名里是份数，照数印。")
    for name, count in pages.items():
        say(f"  {name}：{count}面")
    say(f"  {_folder(job, place)}（内有分发登记表）")


def _folder(job: Job, place: Workspace) -> str:
    """Where the copies are: below the workspace where they are in it, so that no report names a machine's folders."""
    inside = job.folder.is_relative_to(place.root)
    return (job.folder.relative_to(place.root) if inside else job.folder).as_posix()
