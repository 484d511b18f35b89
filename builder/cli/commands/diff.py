"""``jianbao diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, JianbaoError, UsageError
from builder.settings import limits, workspace

if TYPE_CHECKING:
    from builder.render.child import Engines
    from builder.settings import Workspace
    from builder.workflow.differing import Difference
    from builder.workflow.opening import Opened


@click.command(
    cls=Command, name="diff", help="花脸稿：在 Word、WPS 里改过的 DOCX，与这一期比，逐处说明改了什么、在哪个稿件。"
)
@click.argument("issue", metavar="期")
@click.argument("edited", type=click.Path(path_type=Path), metavar="改过的文件")
@click.option(
    "--版本",
    "version",
    type=click.IntRange(1),
    metavar="数",
    help="与第几版送审稿比；不写，与现在的稿件比，已付印的与付印的比。",
)
@click.option(
    "--docx",
    "out",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="不逐处说明，把两稿的不同用修订标记写成这个 DOCX；两稿都可以是 DOCX、期、或期@数（第几版送审稿）。",
)
@click.option("--as", "by", metavar="职务", help="--docx 的修订以谁的名义；不写为“简报”。")
@click.option("--apply", "carry", is_flag=True, help="把文字的改动带回稿件：先列出稿件各行的改动，问过再写。")
@click.option("--yes", "-y", is_flag=True, help="同 --apply 连用：不问，直接写。")
@json_option
@click.pass_obj
def diff(
    folder: Path,
    issue: str,
    edited: Path,
    version: int | None,
    out: Path | None,
    by: str | None,
    carry: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Tell what the hand changed; exit 1 where it did. With ``--apply`` carry it back into the entries."""
    from builder.cli.marking import write_marks
    from builder.render.child import Engines

    if yes and not carry:
        raise UsageError("--yes 只同 --apply 连用。", "要把改动带回稿件，写 --apply --yes。")
    if out is not None and carry:
        raise UsageError("--docx 和 --apply 不能同用。", "分两次运行。")
    if out is not None:
        return write_marks(folder, issue + (f"@{version}" if version else ""), str(edited), out, by, as_json)
    if by is not None:
        raise UsageError("--as 只与 --docx 同用。", "去掉 --as。")
    report: dict[str, Any] = {"issue": "", "label": "", "against": "", "changes": [], "summary": "", "faults": []}
    place, code = workspace(folder), Exit.OK
    try:
        with Engines(limits()) as engines:
            opened, found = _compared(place, engines, issue, edited, version or 0)
        report |= _as_dict(found)
        if not as_json:
            show_faults(found.faults)
            _show(found)
        code = Exit.INVALID if found.changes else Exit.OK
        if carry and found.changes:
            code = _carried_back(place, opened, found, yes, report if as_json else None)
    except JianbaoError as error:
        told = [fault.as_dict() for fault in error.faults]
        report |= {"error": error.message, "hint": error.hint, "exit": error.exit_code}
        report["faults"] += told
        raise
    finally:
        if as_json:
            show_json(report)
    if as_json:
        show_faults(found.faults)
    return code


def _carried_back(
    place: Workspace, opened: Opened, found: Difference, yes: bool, report: dict[str, Any] | None
) -> Exit:
    """The changes carried back into the entries (``cli.carrying_back``); with a ``report`` for JSON, told there."""
    from builder import fonts
    from builder.cli import carrying_back
    from builder.workflow import applying

    proposal = applying.of_difference(opened, found, fonts.find(place.root))
    if report is None:
        return carrying_back.carry_back(place, proposal, yes)
    if yes:
        applying.write(place, proposal)
    report["apply"] = carrying_back.as_dict(proposal, yes)
    return carrying_back.code(proposal, yes)


def _compared(place: Workspace, engines: Engines, issue: str, edited: Path, version: int) -> tuple[Opened, Difference]:
    from builder import fonts, guard
    from builder.files import read_most
    from builder.workflow import building, differing, opening

    document = read_most(edited, guard.MAX_BYTES)
    opened = opening.open_workspace(place)
    name = differing.issue_meant(opened, issue)
    building.warm(opened, [name], engines)
    return opened, differing.differ(opened, name, document, edited.name, fonts.find(place.root), engines, version)


def _as_dict(found: Difference) -> dict[str, Any]:
    from builder.redline import told

    return {
        "issue": found.issue,
        "label": found.label,
        "against": found.baseline.name,
        "changes": [told.as_dict(change) for change in found.changes],
        "summary": told.summary(found.changes),
        "faults": [fault.as_dict() for fault in found.faults],
    }


def _show(found: Difference) -> None:
    """Every change on a line of its own, why it cannot be carried back below it."""
    from builder.redline import told

    say(f"{found.label}  与{found.baseline.name}比")
    for change in found.changes:
        say(f"  {told.told(change)}")
        if change.fixed and change.kind != "批注":
            say(f"    不能带回：{change.fixed}")
    say(told.summary(found.changes))
