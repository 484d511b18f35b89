"""``jianbao check``."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, InvalidContent, has_errors
from builder.settings import limits, workspace


@click.command(cls=Command, name="check", help="检查全部稿件和刊物，列出所有错误、警告和提示。")
@click.option("--fix", "tidy", is_flag=True, help="先代为改好写法：冒号、空格、引号、日期、编码；注释和其余文字不动。")
@json_option
@click.pass_obj
def check(folder: Path, tidy: bool, as_json: bool) -> int:
    """List every fault of every file; with ``--fix`` put right first what can be."""
    from builder.render.child import Engines

    place = workspace(folder)
    with Engines(limits()) as engines:
        from builder.workflow import checking  # beside the engines' process, which loads its own libraries

        fixed, left = checking.fix(place) if tidy else ([], [])
        if not as_json:
            for one in fixed:
                say(f"已改写 {one.file}：{'；'.join(one.done)}")
        try:
            faults = tuple(checking.check(place, engines))
        except InvalidContent as error:
            faults = error.faults
    faults = (*left, *faults)
    if as_json:
        told = [fault.as_dict() for fault in faults]
        show_json({"fixed": [{"file": f.file, "done": f.done} for f in fixed], "faults": told} if tidy else told)
    else:
        show_faults(faults, err=False)
        if not faults:
            say("没有发现问题。")
    if has_errors(left):  # what could be put right could not be written
        return Exit.IO
    return Exit.INVALID if has_errors(faults) else Exit.OK
