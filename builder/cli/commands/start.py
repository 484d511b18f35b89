"""``jianbao init``, ``new``, ``schema``: new workspaces, files and completion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from builder.cli.chinese import Command, Group
from builder.cli.output import say, show_json
from builder.errors import Exit
from builder.settings import workspace


@click.command(cls=Command, name="init", help="新建工作区：刊物模板、机关信息和空的稿件文件夹。")
@click.argument("target", type=click.Path(path_type=Path), metavar="文件夹")
@click.pass_obj
def init(folder: Path, target: Path) -> int:
    """Make a new workspace."""
    from builder import starter

    for path in starter.init(folder / target):
        say(str(path))
    return Exit.OK


@click.group(cls=Group, name="new", help="新建一条信息、一个督查事项或一期。")
def new() -> None:
    """Group of the makers of new files."""


@new.command(cls=Command, name="item", help="新建信息 content/items/名称.md。")
@click.argument("name", metavar="名称")
@click.option("--标题", "title", default="", metavar="文字", help="标题。")
@click.option("--供稿单位", "unit", default="", metavar="单位", help="供稿单位。")
@click.option("--正文", "text", default="", metavar="文字", help="正文。")
@click.pass_obj
def new_item(folder: Path, name: str, title: str, unit: str, text: str) -> int:
    """Make an item file."""
    return _new(folder, "item", name, {"标题": title, "供稿单位": unit}, text)


@new.command(cls=Command, name="finding", help="新建督查事项 content/findings/名称.yaml。")
@click.argument("name", metavar="名称")
@click.option(
    "--种类", "kind", type=click.Choice(["事项", "问题"]), default="事项", metavar="事项|问题", help="默认 事项。"
)
@click.pass_obj
def new_finding(folder: Path, name: str, kind: str) -> int:
    """Make a finding file."""
    return _new(folder, "finding", name, {"种类": kind})


@new.command(cls=Command, name="issue", help="新建一期 content/issues/名称.yaml。")
@click.argument("name", metavar="名称")
@click.option("--刊物", "publication", default="gongzuo-xinxi", metavar="代号", help="默认 gongzuo-xinxi。")
@click.option("--日期", "day", default="", metavar="年-月-日", help="签发日期，默认当天。")
@click.option("--信息", "items", multiple=True, metavar="编号", help="要编入的信息，可写多次。")
@click.pass_obj
def new_issue(folder: Path, name: str, publication: str, day: str, items: tuple[str, ...]) -> int:
    """Make an issue file."""
    day = day or date.today().isoformat()  # noqa: DTZ011  the office's own calendar day; the edge where the clock is read
    return _new(folder, "issue", name, {"刊物": publication, "日期": day, "条目": [{"信息": i} for i in items]})


def _new(folder: Path, kind: str, name: str, given: Mapping[str, Any], body: str = "") -> int:
    from builder import starter

    place = workspace(folder)
    say(starter.new(place, kind, name, given, body).relative_to(place.root).as_posix())
    return Exit.OK


@click.command(
    cls=Command, name="schema", help="输出 JSON Schema（draft-07），供编辑器补全；--all 写到 .vscode/schema/。"
)
@click.argument(
    "kind",
    type=click.Choice(["item", "finding", "issue", "office"]),
    required=False,
    metavar="[item|finding|issue|office]",
)
@click.option("--all", "everything", is_flag=True, help="写出全部四种到工作区的 .vscode/schema/。")
@click.pass_obj
def schema(folder: Path, kind: str | None, everything: bool) -> int:
    """Print or write JSON Schemas."""
    from builder import starter

    if everything:
        root = workspace(folder).root
        for path in starter.write_schemas(root):
            say(path.relative_to(root).as_posix())
        return Exit.OK
    if kind is None:
        raise click.UsageError("缺少种类：item、finding、issue 或 office。")
    show_json(starter.schema(kind))
    return Exit.OK
