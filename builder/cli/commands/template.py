"""``jianbao template``."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.chinese import Command, Group, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, has_errors
from builder.settings import limits, workspace


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


@template.command(
    cls=Command, name="check", help="检查 Word 和 PDF 模板：各处标记、样式、字体，并试排一次；不写刊物则全部。"
)
@click.argument("publications", nargs=-1, metavar="[刊物]…")
@json_option
@click.pass_obj
def template_check(folder: Path, publications: tuple[str, ...], as_json: bool) -> int:
    """List everything that is wrong with templates."""
    from builder.render.child import Engines

    place = workspace(folder)
    with Engines(limits()) as engines:
        from builder import trial  # beside the engines' process, which loads its own libraries

        faults = trial.check(place, publications, engines)
    if as_json:
        show_json([f.as_dict() for f in faults])
    else:
        show_faults(faults, err=False)
        if not faults:
            say("没有发现问题。")
    return Exit.INVALID if has_errors(faults) else Exit.OK
