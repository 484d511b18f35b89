"""``jianbao check``."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, InvalidContent, has_errors
from builder.settings import workspace


@click.command(cls=Command, name="check", help="检查全部稿件和刊物，列出所有错误、警告和提示。")
@json_option
@click.pass_obj
def check(folder: Path, as_json: bool) -> int:
    """List every fault of every file."""
    from builder import workflow

    try:
        faults = tuple(workflow.check(workspace(folder)))
    except InvalidContent as error:
        faults = error.faults
    if as_json:
        show_json([f.as_dict() for f in faults])
    else:
        show_faults(faults, err=False)
        if not faults:
            say("没有发现问题。")
    return Exit.INVALID if has_errors(faults) else Exit.OK
