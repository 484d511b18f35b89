"""``jianbao template``."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.chinese import Command, Group
from builder.cli.output import say
from builder.errors import Exit
from builder.settings import workspace


@click.group(cls=Group, name="template", help="刊物模板。")
def template() -> None:
    """Group of template tools."""


@template.command(cls=Command, name="make", help="按版式数据重新生成 Word 模板 issue.docx；不写刊物则全部。")
@click.argument("publications", nargs=-1, metavar="[刊物]…")
@click.option("--force", is_flag=True, help="与要生成的不同的模板（手工改过，或版式数据改过）也重做。")
@click.pass_obj
def template_make(folder: Path, publications: tuple[str, ...], force: bool) -> int:
    """Make the Word templates from the layout figures."""
    from builder import starter

    place = workspace(folder)
    for path in starter.make_templates(place, publications, force):
        say(path.relative_to(place.root).as_posix())
    return Exit.OK
