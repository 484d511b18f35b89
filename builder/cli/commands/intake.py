"""``jianbao import``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.commands.ledger import ledger_options, take_ledger
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, JianbaoError, UsageError
from builder.files import read_most
from builder.settings import workspace


@click.command(
    cls=Command,
    name="import",
    help="把外来的文件变成稿件：docx、odt、doc、wps、rtf、html、md、txt（写 - 则从标准输入读文字）变成信息；"
    "--as findings 把台账（xlsx、csv 等）变成督查事项。",
)
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True), metavar="文件|-")
@click.option("--名称", "name", default="", metavar="名称", help="信息：稿件名称，默认同文件名；可带文件夹。")
@click.option("--as", "kind_of", type=click.Choice(["findings"]), metavar="findings", help="findings：督查事项。")
@ledger_options
@json_option
@click.pass_obj
def import_(folder: Path, /, source: Path, name: str, kind_of: str | None, as_json: bool, **given: Any) -> int:
    """Take a file from outside into the workspace."""
    if kind_of == "findings":
        if name:
            raise UsageError("--名称 只用于信息。", "台账用 --文件夹 写明放在哪里。")
        if str(source) == "-":
            raise UsageError("台账不能从标准输入读。", "写明台账的文件名。")
        return take_ledger(folder, source, as_json, **given)
    if any(given.values()):
        raise UsageError("有台账的选项，没有写 --as findings。", "导入台账加 --as findings；导入信息去掉这些选项。")
    return _document(folder, source, name, as_json)


def _document(folder: Path, source: Path, name: str, as_json: bool) -> int:
    """A document becomes an item; what it could not carry is told."""
    from builder import guard
    from builder.intake import document

    place = workspace(folder)
    report: dict[str, list[Any]] = {"written": [], "faults": []}
    try:
        given = "" if str(source) == "-" else source.name
        taken = document.take(place, _bytes(source, guard.MAX_BYTES), given, name)
        report["written"] = [path.relative_to(place.root).as_posix() for path in taken.files]
        report["faults"] = [fault.as_dict() for fault in taken.faults]
    except JianbaoError as error:
        report["faults"] = [fault.as_dict() for fault in error.faults]
        raise
    finally:
        if as_json:
            show_json(report)
    show_faults(taken.faults)
    for path in report["written"] if not as_json else ():
        say(path)
    return Exit.OK


def _bytes(source: Path, most: int) -> bytes:
    """The file's bytes, or those of standard input; one more than ``most`` where there are more."""
    if str(source) != "-":
        return read_most(source, most)
    return sys.stdin.buffer.read(most + 1) if sys.stdin is not None else b""
