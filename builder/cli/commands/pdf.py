"""``jianbao pdf``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, JianbaoError

if TYPE_CHECKING:
    from builder.workflow.converting import Converted

_UNWRITTEN = ("output-open", "output-unwritable", "disk-full")


@click.command(
    cls=Command, name="pdf", help="把 Word 文件（.docx）变成 PDF，存在原件旁边；字体用本程序的（要有 LibreOffice）。"
)
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="文件夹", help="PDF 存在这个文件夹；只有一个文件时可写 文件.pdf。"
)
@click.option("--force", is_flag=True, help="换下已有的 PDF。")
@click.option(
    "--jobs", type=click.IntRange(1, 8), metavar="个数", help="同时用几个 LibreOffice，1 到 8，默认按处理器的个数。"
)
@json_option
@click.pass_obj
def pdf(
    folder: Path, /, sources: tuple[Path, ...], out: Path | None, force: bool, jobs: int | None, as_json: bool
) -> int:
    """Convert Word files; one that cannot be converted keeps no other from it."""
    report: dict[str, list[Any]] = {"files": [], "faults": []}
    try:
        return _pdf(folder, sources, out, force, jobs, report, as_json)
    except JianbaoError as error:
        report["faults"] += [fault.as_dict() for fault in error.faults]
        raise
    finally:
        if as_json:
            show_json(report)


def _pdf(
    folder: Path,
    sources: Sequence[Path],
    out: Path | None,
    force: bool,
    jobs: int | None,
    report: dict[str, list[Any]],
    quiet: bool,
) -> int:
    from builder import fonts
    from builder.workflow import converting, planning

    wanted = converting.targets(sources, out)
    fontset = fonts.find(folder.resolve())
    notes = planning.font_notes(fontset)
    report["faults"] = [note.as_dict() for note in notes]
    show_faults(notes)
    done = []
    for n, made in enumerate(converting.convert(wanted, folder.resolve(), fontset, force=force, jobs=jobs), 1):
        done.append(made)
        report["files"].append(made.as_dict())
        if len(wanted) > 1:
            say(f"（{n}/{len(wanted)}）{made.source}", err=True)
        show_faults(made.faults)
        if made.target and not quiet:
            say(f"{made.target}  {made.pages}面")
    return _ended(done)


def _ended(done: Sequence[Converted]) -> int:
    """The exit code: 2 where a part failed; where all did, whether for want of a place to write to."""
    failed = [made for made in done if made.target is None]
    if not failed:
        return Exit.OK
    say(f"{len(failed)} 个文件没有生成 PDF：{'、'.join(str(made.source) for made in failed)}。", err=True)
    if len(failed) < len(done):
        return Exit.PARTIAL
    codes = {fault.code for made in failed for fault in made.faults if fault.severity == "error"}
    return Exit.IO if codes <= {*_UNWRITTEN} else Exit.INVALID
