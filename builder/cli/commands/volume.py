"""``jianbao volume``: the issues of a year bound as one PDF."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, FileError, UsageError
from builder.settings import Workspace, limits, workspace

if TYPE_CHECKING:
    from builder.workflow.volumes import Made


@click.command(
    cls=Command, name="volume", help="年度合订本：把一年里付印的各期合成一个 PDF，加封面、目录、索引、书签和连续页码。"
)
@click.argument("publication", metavar="刊物")
@click.argument("year", type=click.IntRange(1900, 9999), metavar="年度")
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path), metavar="文件", help="写到哪里；默认 output/合订本。"
)
@json_option
@click.pass_obj
def volume(folder: Path, publication: str, year: int, target: Path | None, as_json: bool) -> int:
    """Bind a year of a publication."""
    from builder import files

    place = workspace(folder)
    if target is not None:
        _target(place, "", year, target)  # refused before anything is bound
    made, publication = _made(place, publication, year)
    path, root = _target(place, publication, year, target)
    show_faults(made.faults)
    if fault := files.write_output(root, path, made.pdf):
        raise FileError(fault.message, fault.hint, (fault,))
    if as_json:
        show_json(_told(made, path, place.root))
        return Exit.OK
    bound = [issue for issue in made.issues if issue.first]
    void = len(made.issues) - len(bound)
    say(f"{made.title}：{len(bound)}期{f'，作废{void}期未收' if void else ''}，共{_pages(made)}面")
    say(f"  {_shown(path, place.root)}")
    return Exit.OK


def _made(place: Workspace, typed: str, year: int) -> tuple[Made, str]:
    """The volume, and the id of its publication."""
    from builder.render.child import Engines

    with Engines(limits()) as engines:
        from builder import fonts, publications
        from builder.workflow import volumes
        from builder.workflow.recording import open_desk
        from builder.workflow.volume_numbers import meant
        from builder.workflow.whereabouts import register_named

        with open_desk(place, register_named(place), create=False, read_only=True) as desk:
            with desk.register.reading() as reading:
                publication = meant(reading, publications.load(place.templates)[0], typed)
            return volumes.volume(desk, publication, year, fonts.find(place.root), engines), publication


def _target(place: Workspace, publication: str, year: int, given: Path | None) -> tuple[Path, Path]:
    """Where the file goes, and the folder that it may not leave."""
    if given is None:
        return place.volumes / f"{publication}-{year}.pdf", place.root
    path = given.resolve()
    if path.is_relative_to(place.archive.resolve()):
        raise UsageError("合订本不能写进归档夹。", "用 -o 另写一个路径。")
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{given} 不是 PDF 的文件名。", "用 -o 写一个以 .pdf 结尾的文件名。")
    return path, path.parent


def _told(made: Made, path: Path, root: Path) -> dict[str, Any]:
    from builder import files

    return {
        "file": _shown(path, root),
        "sha256": files.sha256(made.pdf),
        "title": made.title,
        "pages": _pages(made),
        "front": made.front,
        "body": made.body,
        "back": made.back,
        "pdfa": "2b" if made.archival else "",
        "issues": [asdict(issue) for issue in made.issues],
        "faults": [fault.as_dict() for fault in made.faults],
    }


def _pages(made: Made) -> int:
    return made.front + made.body + made.back


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
