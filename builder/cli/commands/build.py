"""``jianbao build``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_built, show_faults, show_json
from builder.errors import Exit, Fault, InvalidContent, JianbaoError, has_errors
from builder.settings import Workspace, limits, workspace

if TYPE_CHECKING:
    from builder.render.child import Engines
    from builder.workflow.planning import Plan


@click.command(cls=Command, name="build", help="生成各期的 DOCX 和 PDF；不写期名则生成全部。")
@click.argument("issues", nargs=-1, metavar="[期]…")
@click.option("--format", "formats", default="docx,pdf", metavar="格式", help="docx、pdf 或 docx,pdf（默认）。")
@click.option("--keep-going", is_flag=True, help="有错误的期跳过，其余照常生成（退出码 2）。")
@click.option("--watch", is_flag=True, help="生成后留下监看：稿件一保存，所涉各期就重新生成；按 Ctrl-C 结束。")
@click.option("--套打", "overprint", is_flag=True, help="不印纸上已有的刊名、红线等，文件名加“-套打”；其余位置不变。")
@click.option("--打印机", "printer", default="", metavar="名称", help="套打时照 office.yaml 中这台打印机的偏移移动。")
@click.option("--黑白", "black", is_flag=True, help="只用黑色，图片转成灰度，文件名加“-黑白”。")
@click.option("--四色", "four_colours", is_flag=True, help="给印刷厂的 PDF：红色用四色，文件名加“-四色”；不是 PDF/A。")
@click.option(
    "--册页", "booklet", is_flag=True, help="把 PDF 拼成对折骑马订的册子（A4 拼 A3），文件名加“-册页”；只供印刷。"
)
@json_option
@click.pass_obj
def build(
    folder: Path,
    /,
    issues: tuple[str, ...],
    formats: str,
    keep_going: bool,
    watch: bool,
    as_json: bool,
    **printing: Any,
) -> int:
    """Render issues; nothing is written when a chosen file has an error."""
    if watch:
        if as_json:
            raise click.UsageError("--watch 不能与 --json 同用。")
        if any(printing.values()):
            raise click.UsageError("--watch 不能与 --套打、--打印机、--黑白、--四色、--册页 同用。")
        from builder.cli import watching

        return watching.follow(workspace(folder), issues, formats)
    from builder.render.child import Engines

    report: dict[str, list[Any]] = {"built": [], "left_out": [], "faults": []}
    try:
        place = workspace(folder)
        with Engines(limits()) as engines:  # their process loads its libraries beside what follows here
            return _build(place, engines, issues, formats, keep_going, report, as_json, printing)
    except JianbaoError as error:
        report["faults"] += [f.as_dict() for f in error.faults if f.as_dict() not in report["faults"]]
        raise
    finally:
        if as_json:
            show_json(report)


def _build(
    place: Workspace,
    engines: Engines,
    issues: Sequence[str],
    formats: str,
    keep_going: bool,
    report: dict[str, list[Any]],
    quiet: bool,
    asked: dict[str, Any],
) -> int:
    """``build``; ``asked`` are the options of ``building.choose_printing``.

    ``report`` takes up what was built and met, so that it is known also when the run ends early.
    """
    from builder import usage_record
    from builder.workflow import building, opening, planning

    wanted = building.wanted_formats(formats)
    for option, name in (("four_colours", "--四色"), ("booklet", "--册页")):
        if asked[option] and not (wanted := tuple(f for f in wanted if f == "pdf")):
            raise click.UsageError(f"{name} 只有 PDF，不能写 --format docx。")
    opened = opening.open_workspace(place)
    printing = building.choose_printing(opened, **asked)
    chosen = opening.choose(opened, issues)
    building.warm(opened, chosen, engines)
    plan = planning.plan(opened, chosen, printing)
    notes = [*planning.font_notes(plan.fontset), *usage_record.read(place)[1]]
    report["left_out"] = list(plan.left_out)
    report["faults"] = [f.as_dict() for f in (*plan.faults, *notes)]
    _refuse(plan, keep_going)
    show_faults(plan.faults)
    show_faults(notes)
    over: list[Fault] = []
    try:
        for n, built in enumerate(building.build(plan, place, wanted, engines, printing), 1):
            say(f"（{n}/{len(plan.editions)}）{built.label}", err=True)
            report["built"].append(built.as_dict(place.root))
            report["faults"] += [fault.as_dict() for fault in built.faults]
            over += built.faults
            if not quiet:
                show_built(built, place.root)
    finally:
        show_faults(over)
        if plan.left_out:
            say(f"跳过有错误的期：{'、'.join(plan.left_out)}", err=True)
    if has_errors(over) and not keep_going:
        return Exit.INVALID
    return Exit.PARTIAL if has_errors(over) or plan.left_out else Exit.OK


def _refuse(plan: Plan, keep_going: bool) -> None:
    """Raises where nothing is to be built."""
    if has_errors(plan.faults) and not (keep_going and plan.editions):
        raise InvalidContent(
            "稿件有错误，没有生成任何文件。", "改正后重试；或加 --keep-going 跳过有错误的期。", plan.faults
        )
    if not plan.editions and not plan.left_out:
        raise InvalidContent("没有任何一期。", "用 jianbao new issue 新建一期。", plan.faults)
