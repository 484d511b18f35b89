"""``jianbao publish``, ``correct``, ``void``, ``reprint``, ``more``: 付印 and what may follow it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.acting import act_as_dict, acting, post_option
from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, UsageError
from builder.settings import Workspace, limits, workspace

if TYPE_CHECKING:
    from builder.records import Act
    from builder.workflow.publishing import Published

_issue = click.argument("issue", metavar="期")
_earlier = click.option("--日期靠前", "earlier", is_flag=True, help="日期早于本刊最近一期时，确认照样付印。")
_dry_run = click.option("--dry-run", is_flag=True, help="只演练：说出会用的期号，什么也不登记。")


@click.command(
    cls=Command,
    name="publish",
    help="付印：给期号，生成定稿，归档并登记；之后不能再改。几期一起办的，全都试排过才给号。",
)
@click.argument("issues", nargs=-1, metavar="[期]…")
@click.option("--signed", is_flag=True, help="付印 --publication 的刊物中签发了、还没有付印的各期，按日期给号。")
@click.option(
    "--publication",
    "publications",
    multiple=True,
    metavar="刊物",
    help="哪种刊物：代号、刊名，或 代号前段*；可写多次。",
)
@click.option("--year", type=click.IntRange(1900, 9999), default=None, metavar="年度", help="只办日期在这一年度的。")
@click.option("--keep-going", is_flag=True, help="不能付印的期不办，其余照常付印（退出码 2）。")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, metavar="个数", help="试排用几个进程，默认按处理器。"
)
@post_option
@_earlier
@_dry_run
@json_option
@click.pass_obj
def publish(
    folder: Path, /, issues: tuple[str, ...], signed: bool, publications: tuple[str, ...], year: int | None, jobs: int | None,
    post: str, as_json: bool, **how: bool,
) -> int:  # fmt: skip
    """Publish one issue, or several in the order of their dates."""
    _agree(issues, signed, publications, year)
    if len(issues) == 1 and not how["keep_going"]:
        return _publish(folder, issues[0], post, how["earlier"], how["dry_run"], as_json)
    from builder.cli.publishing import Typed, publish_many

    return publish_many(Typed(workspace(folder), acting(post), issues, publications, year, jobs, as_json, how))


def _agree(issues: tuple[str, ...], signed: bool, publications: tuple[str, ...], year: int | None) -> None:
    """Raises UsageError where it is not said which issues, or said twice."""
    if signed and issues:
        raise UsageError("写了期名，又写了 --signed。", "只写其中一样：付印哪几期，或 --signed --publication 刊物。")
    if signed and not publications:
        raise UsageError("没有写明付印哪种刊物。", "加 --publication 刊物代号；全部刊物写 --publication '*'。")
    if not signed and (publications or year):
        raise UsageError("--publication、--year 只与 --signed 同用。", "加 --signed，或写明付印哪几期。")
    if not signed and not issues:
        raise UsageError("没有写明付印哪一期。", "写期名；或 --signed --publication 刊物，付印签发了的各期。")


@click.command(cls=Command, name="correct", help="更正：付印一期更正启事，与被更正的期互相注明。")
@click.argument("wrong", metavar="被更正的期")
@click.argument("notice", metavar="更正启事所在的期")
@post_option
@_earlier
@_dry_run
@json_option
@click.pass_obj
def correct(folder: Path, wrong: str, notice: str, post: str, earlier: bool, dry_run: bool, as_json: bool) -> int:
    """Publish an issue that corrects another."""
    return _publish(folder, notice, post, earlier, dry_run, as_json, wrong)


def _publish(
    folder: Path, typed: str, post: str, earlier: bool, dry_run: bool, as_json: bool, corrects: str = ""
) -> int:
    from builder.render.child import Engines

    place = workspace(folder)
    by = acting(post)
    with Engines(limits()) as engines:
        from builder import fonts
        from builder.workflow import building, opening, publishing
        from builder.workflow.recording import open_desk

        opened = opening.open_workspace(place)
        [name] = opening.choose(opened, [typed])
        building.warm(opened, [name], engines)
        with open_desk(place, opened.library.office.value, create=not dry_run) as desk:
            done = publishing.publish(
                desk, opened, name, by, fonts.find(place.root), engines,
                earlier=earlier, corrects=corrects, dry_run=dry_run,
            )  # fmt: skip
    _show(done, place, as_json)
    return Exit.OK


def _show(done: Published, place: Workspace, as_json: bool) -> None:
    """What came of publishing, or of rehearsing it: its warnings, the number, where it is put away."""
    show_faults(done.faults)
    if as_json:
        told = [fault.as_dict() for fault in done.faults]
        act = act_as_dict(done.act) if done.act else None
        show_json({"label": done.label, "again": done.again, "act": act, "faults": told})
    elif done.act is None:  # a rehearsal
        say(f"演练：会付印为{done.label}，没有登记。")
    else:
        state = "早已付印" if done.again else "已付印"
        say(
            f"{state}：{done.act.data['name']}{done.label}，共 {done.act.data['pages']} 面，印 {done.act.data['copies']} 份"
        )
        say(f"  {(place.archive / done.act.folder).relative_to(place.root)}")


@click.command(cls=Command, name="void", help="作废一期：号不再用，理由留在登记簿里。")
@_issue
@post_option
@click.option("--理由", "reason", default="", metavar="文字", help="为什么作废，必写。")
@json_option
@click.pass_obj
def void(folder: Path, issue: str, post: str, reason: str, as_json: bool) -> int:
    """Declare a published issue void."""
    from builder.workflow import afterwards, opening
    from builder.workflow.recording import open_desk

    place, by = workspace(folder), acting(post)
    office = opening.open_workspace(place).library.office.value
    with open_desk(place, office, create=False) as desk:
        done = afterwards.void(desk, place, office, issue, by, reason)
    act = done.act
    state = f"早已作废（{act.at[:10]}，{act.by}）" if done.again else "已作废"
    return _told(act, f"{state}：{act.data['label']}，理由：{act.data['reason']}", as_json)


@click.command(cls=Command, name="more", help="加印：同一内容再印若干份，份号接着编。")
@_issue
@post_option
@click.option("--to", "wanted", multiple=True, required=True, metavar="名称=份数", help="加印给谁、几份；可写多次。")
@click.option("--理由", "reason", default="", metavar="文字", help="为什么加印。")
@click.option("--再次", "twice", is_flag=True, help="当天已登记过同样的加印，确要再印一次。")
@json_option
@click.pass_obj
def more(folder: Path, issue: str, post: str, wanted: tuple[str, ...], reason: str, twice: bool, as_json: bool) -> int:
    """Record a further printing."""
    from builder.workflow import afterwards, opening
    from builder.workflow.recording import open_desk

    place, by = workspace(folder), acting(post)
    further = [afterwards.Further(*_recipient(each)) for each in wanted]
    office = opening.open_workspace(place).library.office.value
    with open_desk(place, office, create=False) as desk:
        done = afterwards.more(desk, place, office, issue, by, further, reason, twice)
    act = done.act
    rows = "、".join(
        f"{name} {copies} 份" + (f"（{first:06d}—{last:06d}）" if first else "")
        for name, copies, first, last in act.data["recipients"]
    )
    state = "今天已登记过同样的加印，没有再登记（确要再印一次，加 --再次）" if done.again else "已登记加印"
    return _told(act, f"{state}：{act.data['label']}，{act.data['copies']} 份：{rows}", as_json)


@click.command(cls=Command, name="reprint", help="更正重印：改正后用同一期号再印，注明更正重印；前次印的收回。")
@_issue
@post_option
@click.option("--理由", "reason", default="", metavar="文字", help="改正了什么，必写。")
@_dry_run
@json_option
@click.pass_obj
def reprint(folder: Path, issue: str, post: str, reason: str, dry_run: bool, as_json: bool) -> int:
    """Print a published issue again, put right."""
    from builder.render.child import Engines

    place, by = workspace(folder), acting(post)
    with Engines(limits()) as engines:
        from builder import fonts
        from builder.workflow import opening, reprinting
        from builder.workflow.recording import open_desk

        opened = opening.open_workspace(place)
        with open_desk(place, opened.library.office.value, create=False) as desk:
            done = reprinting.reprint(desk, opened, issue, by, reason, fonts.find(place.root), engines, dry_run=dry_run)
    show_faults(done.faults)
    data = done.data
    if done.act is None:  # a rehearsal
        faults = [fault.as_dict() for fault in done.faults]
        if as_json:
            show_json(
                {"label": data["label"], "printing": data["printing"], "again": False, "act": None, "faults": faults}
            )
        else:
            say(f"演练：会更正重印{data['label']}，第 {data['printing']} 次印刷，印 {data['copies']} 份，没有登记。")
        return Exit.OK
    state = "早已" if done.again else "已"
    told = f"{state}更正重印：{data['name']}{data['label']}，第 {data['printing']} 次印刷，印 {data['copies']} 份；前次印的请收回"
    return _told(done.act, f"{told}\n  {(place.archive / done.act.folder).relative_to(place.root)}", as_json)


def _recipient(typed: str) -> tuple[str, int]:
    name, _, copies = typed.replace("＝", "=").rpartition("=")
    if not name.strip() or not copies.strip().isdecimal():
        raise UsageError(f"“{typed}”不是 名称=份数。", "如 --to 市水利局=2。")
    return name.strip(), int(copies)


def _told(act: Act, text: str, as_json: bool) -> int:
    if as_json:
        show_json(act_as_dict(act))
    else:
        say(text)
    return Exit.OK
