"""``jianbao submit``, ``review``, ``sign``, ``return``, ``amend``, ``log``: 送审、审核、签发 and what belongs to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.acting import act_as_dict, acting, post_option
from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json, show_table
from builder.errors import Exit, UsageError
from builder.settings import Workspace, limits, workspace

if TYPE_CHECKING:
    from builder.errors import Fault
    from builder.records import Kind
    from builder.workflow.cases import Case, Done
    from builder.workflow.recording import Desk

_issue = click.argument("issue", metavar="期")
_version = click.option(
    "--版本",
    "version",
    type=click.IntRange(1),
    metavar="数",
    help="要办的是第几版送审稿；已有更新的就不办（退出码 4）。",
)


@click.command(cls=Command, name="submit", help="送审：检查、排版，定为一版送审稿，连同文稿签批单。")
@_issue
@post_option
@_version
@json_option
@click.pass_obj
def submit(folder: Path, issue: str, post: str, version: int | None, as_json: bool) -> int:
    """Freeze the issue as its next version."""
    from builder.render.child import Engines

    place, by = workspace(folder), acting(post)
    with Engines(limits()) as engines:
        from builder import fonts
        from builder.workflow import signing

        with _at_desk(place, issue, by, version, "submit") as (desk, case):
            done = signing.submit(desk, case, fonts.find(place.root), engines)
            written, faults = signing.write_version(desk, place, done.act)
    _show(done, as_json, faults, {"files": written})
    if not as_json:
        for name in written:
            say(f"  {name}")
    return Exit.OK


@click.command(cls=Command, name="review", help="审核最新一版送审稿。")
@_issue
@post_option
@_version
@json_option
@click.pass_obj
def review(folder: Path, issue: str, post: str, version: int | None, as_json: bool) -> int:
    """Record that the version was reviewed."""
    from builder.workflow import signing

    with _at_desk(workspace(folder), issue, acting(post), version, "review") as (desk, case):
        return _show(signing.review(desk, case), as_json)


@click.command(cls=Command, name="sign", help="签发最新一版送审稿；纸上签发的，由登记人录入。")
@_issue
@post_option
@_version
@click.option("--纸签", "paper", is_flag=True, help="在纸上签发的：--as 是登记人，另写 --签发人、--日期。")
@click.option("--签发人", "signer", default="", metavar="职务", help="在签批单上签发的职务。")
@click.option("--日期", "day", default="", metavar="日期", help="签批单上的签发日期，如 2026-06-08。")
@click.option(
    "--扫描件", "scan", type=click.Path(path_type=Path), metavar="文件", help="签批单的扫描件：PDF、JPG 或 PNG。"
)
@click.option(
    "--补扫描件", "late", type=click.Path(path_type=Path), metavar="文件", help="纸上签发以后补上扫描件，付印后也可以。"
)
@json_option
@click.pass_obj
def sign(
    folder: Path,
    /,
    issue: str,
    post: str,
    version: int | None,
    as_json: bool,
    **asked: Any,
) -> int:
    """Record a sign-off, made here or on paper."""
    from builder.workflow import scans, signing

    place, by = workspace(folder), acting(post)
    if asked["late"] is not None:
        if any((asked["paper"], asked["signer"], asked["day"], asked["scan"])):
            raise UsageError("--补扫描件 单独用。", "签发已经登记，只写期、--补扫描件 和 --as。")
        with _at_desk(place, issue, by, version, "scan") as (desk, case):
            return _show(signing.add_scan(desk, case, scans.read_scan(asked["late"])), as_json)
    paper = _paper(asked)
    with _at_desk(place, issue, asked["signer"].strip() if paper else by, version, "sign") as (desk, case):
        return _show(signing.sign(desk, case, paper, by if paper else ""), as_json)


def _paper(asked: dict[str, Any]) -> Any:
    """The sign-off on paper that was described; None where it was not made on paper.

    Raises:
        UsageError: something of it is missing, or it was not said to be on paper.
    """
    from builder.model.fields import full_day
    from builder.workflow import scans, signing

    if not asked["paper"]:
        if any((asked["signer"], asked["day"], asked["scan"])):
            raise UsageError("--签发人、--日期、--扫描件 只与 --纸签 同用。", "在纸上签发的，加 --纸签。")
        return None
    if not asked["signer"].strip() or not asked["day"].strip():
        raise UsageError("纸上签发要写明签发人和日期。", "加 --签发人 职务 --日期 2026-06-08。")
    day = full_day(asked["day"])
    if day is None:
        raise UsageError(f"日期“{asked['day']}”写法不对。", "写成 2026-06-08。")
    return signing.Paper(day, scans.read_scan(asked["scan"]) if asked["scan"] else None)


@click.command(cls=Command, name="return", help="退回送审稿，写明理由；审核、签发随之失效。付印后不能退回。")
@_issue
@post_option
@_version
@click.option("--理由", "reason", default="", metavar="文字", help="为什么退回，必写。")
@json_option
@click.pass_obj
def return_(folder: Path, issue: str, post: str, version: int | None, reason: str, as_json: bool) -> int:
    """Give a version back."""
    from builder.workflow import signing

    with _at_desk(workspace(folder), issue, acting(post), version, "return") as (desk, case):
        return _show(signing.return_(desk, case, reason), as_json)


@click.command(cls=Command, name="amend", help="登记签发后的非实质性改动（错字、标点、版式），签发不变；实质性的拒绝。")
@_issue
@post_option
@_version
@click.option("--非实质", "reason", default="", metavar="理由", help="改了什么、为什么，必写。")
@click.option("--复核人", "checker", default="", metavar="职务", help="复核这些改动的职务，必写；与改动的人不同。")
@click.option("--dry-run", is_flag=True, help="只列出改动、看能不能登记，什么也不登记。")
@json_option
@click.pass_obj
def amend(
    folder: Path, issue: str, post: str, version: int | None, reason: str, checker: str, dry_run: bool, as_json: bool
) -> int:
    """Record changes of wording, marks and layout after 签发."""
    from builder import fonts
    from builder.errors import InvalidContent
    from builder.workflow import signing

    place, by = workspace(folder), acting(post)
    if not checker.strip() and not dry_run:
        raise UsageError("没有写明复核人。", "加 --复核人 职务。")
    with _at_desk(place, issue, checker.strip(), version, "amend") as (desk, case):
        found = signing.examine(desk, case, fonts.find(place.root))
        if not as_json:
            for change in found.changes:
                say(change.words)
            if dry_run and not found.changes:
                say("稿件与签发的一样，没有改动。")
        if dry_run:
            if found.faults:
                raise InvalidContent("有实质性修改，不能照非实质性改动登记。", "照上面的提示办。", found.faults)
            if as_json:
                show_json({"changes": [change.words for change in found.changes]})
            elif found.changes:
                say("可以照非实质性改动登记，文意是否相同由复核人负责。只是演练，没有登记。")
            return Exit.OK
        return _show(signing.amend(desk, case, reason, by, found), as_json)


@click.command(cls=Command, name="log", help="列出一期办过的手续：何时、何人、何事。")
@_issue
@json_option
@click.pass_obj
def log(folder: Path, issue: str, as_json: bool) -> int:
    """The acts of an issue."""
    from builder.workflow import journal, opening

    name, acts = journal.journal(opening.open_workspace(workspace(folder)), issue)
    if as_json:
        show_json([act_as_dict(act) for act in acts])
    elif acts:
        show_table(journal.HEAD, [journal.row(act) for act in acts])
    else:
        say(f"{name}：草稿，还没有办过手续。")
    return Exit.OK


@contextmanager
def _at_desk(place: Workspace, typed: str, by: str, version: int | None, kind: Kind) -> Iterator[tuple[Desk, Case]]:
    """The desk, and the case of an issue as typed. Only ``submit`` makes a register where there is none."""
    from builder import signoff
    from builder.workflow import opening
    from builder.workflow.cases import Case, refuse
    from builder.workflow.recording import open_desk
    from builder.workflow.whereabouts import begun

    opened = opening.open_workspace(place)
    [name] = opening.choose(opened, [typed])
    if kind != "submit" and not begun(place, opened.library.office.value):
        refuse(signoff.out_of_order(signoff.Standing(), kind))
    with open_desk(place, opened.library.office.value, create=kind == "submit") as desk:
        yield desk, Case(opened, name, by, version or 0)


def _show(done: Done, as_json: bool, more: Sequence[Fault] = (), besides: dict[str, Any] | None = None) -> int:
    """What came of an act: its warnings, and the act itself."""
    from builder.workflow import cases

    faults = (*done.faults, *more)
    if as_json:
        told = [fault.as_dict() for fault in faults]
        show_json({"act": act_as_dict(done.act), "again": done.again, "faults": told, **(besides or {})})
        return Exit.OK
    show_faults(faults)
    say(f"{'早已登记' if done.again else '已登记'}：{done.act.issue}  {cases.told(done.act)}")
    return Exit.OK
