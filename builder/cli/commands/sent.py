"""``jianbao sent``: 分发登记 recorded and asked."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.acting import act_as_dict, acting, post_option
from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_json
from builder.errors import Exit, UsageError
from builder.settings import Workspace, workspace

if TYPE_CHECKING:
    from builder.workflow.distributing import Holding, Move

_COPIES = re.compile(r"([0-9]{1,6})(?:\s*[-—–~～]\s*([0-9]{1,6}))?")


@click.command(cls=Command, name="sent", help="分发登记：写明期和一个动作则登记；只写 --to、--issue 或 --份号 则查询。")
@click.argument("issue", required=False, default="", metavar="[期]")
@click.option("--发出", "sent_", is_flag=True, help="登记发出。")
@click.option("--签收", "signed", is_flag=True, help="登记签收。")
@click.option("--收回", "recalled", is_flag=True, help="登记收回。")
@click.option("--销毁", "destroyed", is_flag=True, help="登记销毁。")
@click.option("--to", "unit", default="", metavar="收件方", help="分发名单里的组名、本期增发的名称，或存档、备用。")
@click.option("--issue", "asked", default="", metavar="期", help="查一期发给了谁。")
@click.option("--份号", "span", default="", metavar="份号", help="一份 000123，或一段 000123-000130。")
@click.option(
    "--份数", "copies", type=click.IntRange(1), default=None, metavar="份数", help="没有份号的期，只登记其中几份。"
)
@click.option("--日期", "day", default="", metavar="日期", help="哪天办的；不写为今天。")
@post_option
@json_option
@click.pass_obj
def sent(
    folder: Path, /, issue: str, unit: str, asked: str, span: str, copies: int | None, day: str, post: str, as_json: bool,
    **steps: bool,
) -> int:  # fmt: skip
    """Record what was done with copies, or list it."""
    names = {"sent_": "发出", "signed": "签收", "recalled": "收回", "destroyed": "销毁"}
    chosen = [name for option, name in names.items() if steps[option]]
    place = workspace(folder)
    first, last = copy_span(span)
    if not chosen:
        if issue or copies or day:
            raise UsageError("没有写明登记什么。", "加 --发出、--签收、--收回 或 --销毁；查询写 --issue 期。")
        if last != first:
            raise UsageError("查询时 --份号 写一份。", "如 --份号 000123。")
        return _list(place, unit.strip(), asked.strip(), first, as_json)
    if len(chosen) > 1 or asked or not issue or not unit:
        raise UsageError(
            "登记一次写一期、一个动作、一个收件方。", "如 jianbao sent 期 --签收 --to 县区委办 --as 职务。"
        )
    return _record(place, issue, post, _move(chosen[0], unit, first, last, copies, day), as_json)


def copy_span(typed: str) -> tuple[int, int]:
    """The first and last 份号 of what was typed; (0, 0) for nothing."""
    if not typed.strip():
        return 0, 0
    found = _COPIES.fullmatch(unicodedata.normalize("NFKC", typed).strip())  # wide digits are digits, as elsewhere
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 0 < first <= last:
        raise UsageError(f"份号“{typed}”写法不对。", "写一份 000123，或一段 000123-000130。")
    return first, last


def _move(what: str, unit: str, first: int, last: int, copies: int | None, day: str) -> Move:
    from builder.model.fields import full_day
    from builder.workflow.distributing import Move

    when = full_day(day) if day.strip() else None
    if day.strip() and when is None:
        raise UsageError(f"日期“{day}”写法不对。", "写成 2026-06-08，要有年份。")
    return Move(what, unit, first, last, copies or 0, when)


def _record(place: Workspace, issue: str, post: str, wanted: Move, as_json: bool) -> int:
    from builder.workflow import distributing
    from builder.workflow.recording import open_desk
    from builder.workflow.whereabouts import office_alone

    by = acting(post)
    office = office_alone(place)
    with open_desk(place, office, create=False) as desk:
        done = distributing.move(desk, place, office, issue, by, wanted)
    data = done.act.data
    if as_json:
        show_json(act_as_dict(done.act))
    else:
        numbers = f"，份号 {distributing.span(data['first'], data['last'])}" if data["first"] else ""
        say(
            f"{'早已' if done.again else '已'}登记{data['what']}：{data['unit']}，{data['copies']} 份{numbers}，{data['day']}"
        )
    return Exit.OK


def _list(place: Workspace, unit: str, issue: str, copy: int, as_json: bool) -> int:
    from builder.workflow import distributing
    from builder.workflow.recording import open_desk
    from builder.workflow.whereabouts import office_alone

    office = office_alone(place)
    with (
        open_desk(place, office, create=False, read_only=True) as desk,
        desk.register.reading() as reading,
    ):
        found = distributing.holdings(reading, place, office, unit, issue, copy)
    if as_json:
        show_json([holding.as_dict() for holding in found])
    elif not found:
        say("没有查到。")
    else:
        _show(found)
    return Exit.OK


def _show(found: list[Holding]) -> None:
    from builder.workflow.distributing import span

    issue = ""
    for each in found:
        if each.issue != issue:
            issue = each.issue
            say(f"《{each.name}》{each.label}（{each.day}）{'　已作废' if each.voided else ''}")
        numbers = f"　{span(each.first, each.last)}" if each.first else ""
        part = "" if each.recall == each.copies else f" {each.recall} 份"
        recall = f"　应收回{part}" if each.recall else ""
        say(f"  {each.unit}　{each.copies} 份{numbers}{recall}{_moves(each)}")


def _moves(holding: Holding) -> str:
    from builder.workflow.distributing import span

    def told(move: tuple[Any, ...]) -> str:
        what, day, first, last, copies = move
        whole = copies == holding.copies
        part = "" if whole else f"（{span(first, last)}）" if first else f"（{copies} 份）"
        return f"{what} {day}{part}"

    return "　" + "；".join(map(told, holding.moves)) if holding.moves else "　未登记发出"
