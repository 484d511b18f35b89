"""The commands; each parses, calls one use case and prints what it gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, Group
from builder.cli.output import say, show_faults, show_json, show_table
from builder.errors import Exit, InvalidContent, JianbaoError, has_errors
from builder.settings import Workspace, workspace

if TYPE_CHECKING:
    from builder.workflow import Built

_json = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")


@click.command(cls=Command, name="build", help="生成各期的 DOCX 和 PDF；不写期名则生成全部。")
@click.argument("issues", nargs=-1, metavar="[期]…")
@click.option("--format", "formats", default="docx,pdf", metavar="格式", help="docx、pdf 或 docx,pdf（默认）。")
@click.option("--keep-going", is_flag=True, help="有错误的期跳过，其余照常生成（退出码 2）。")
@_json
@click.pass_obj
def build(folder: Path, issues: tuple[str, ...], formats: str, keep_going: bool, as_json: bool) -> int:
    """Render issues; nothing is written when a chosen file has an error."""
    report: dict[str, list[Any]] = {"built": [], "left_out": [], "faults": []}
    try:
        return _build(workspace(folder), issues, formats, keep_going, report, as_json)
    except JianbaoError as error:
        report["faults"] = report["faults"] or [f.as_dict() for f in error.faults]
        raise
    finally:
        if as_json:
            show_json(report)


def _build(
    place: Workspace,
    issues: Sequence[str],
    formats: str,
    keep_going: bool,
    report: dict[str, list[Any]],
    quiet: bool,
) -> int:
    """``build``; ``report`` takes up what was built and met, so that it is known also when the run ends early."""
    from builder import workflow

    wanted = workflow.wanted_formats(formats)
    opened = workflow.open_workspace(place)
    plan = workflow.plan(opened, workflow.choose(opened, issues))
    notes = workflow.font_notes(plan.fontset)
    report["left_out"] = list(plan.left_out)
    report["faults"] = [f.as_dict() for f in (*plan.faults, *notes)]
    if has_errors(plan.faults) and not (keep_going and plan.editions):
        raise InvalidContent(
            "稿件有错误，没有生成任何文件。", "改正后重试；或加 --keep-going 跳过有错误的期。", plan.faults
        )
    if not plan.editions and not plan.left_out:
        raise InvalidContent("没有任何一期。", "用 jianbao new issue 新建一期。", plan.faults)
    show_faults(plan.faults)
    show_faults(notes)
    for n, built in enumerate(workflow.build(plan, place, wanted), 1):
        say(f"（{n}/{len(plan.editions)}）{built.label}", err=True)
        report["built"].append(built.as_dict(place.root))
        if not quiet:
            _show_built(built, place.root)
    if plan.left_out:
        say(f"跳过有错误的期：{'、'.join(plan.left_out)}", err=True)
    return Exit.PARTIAL if plan.left_out else Exit.OK


def _show_built(built: Built, root: Path) -> None:
    say(f"{built.label}  {built.room}")
    for path in built.files:
        say(f"  {path.relative_to(root)}")


@click.command(cls=Command, name="check", help="检查全部稿件和刊物，列出所有错误、警告和提示。")
@_json
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


@click.command(cls=Command, name="list", help="列出信息、督查事项或期，以及各条用在哪一期。")
@click.argument("kind", type=click.Choice(["items", "findings", "issues"]), metavar="items|findings|issues")
@click.option("--unused", is_flag=True, help="只列没有被任何一期采用的。")
@_json
@click.pass_obj
def list_(folder: Path, kind: str, unused: bool, as_json: bool) -> int:
    """List entries and where each is used."""
    from builder import desk

    rows = desk.rows(workspace(folder), kind, unused)
    if as_json:
        show_json(rows)
    elif rows:
        show_table(list(rows[0]), [[_cell(v) for v in row.values()] for row in rows])
    else:
        say("没有符合条件的条目。", err=True)
    return Exit.OK


def _cell(value: object) -> str:
    return "、".join(str(v) for v in value) or "—" if isinstance(value, list) else str(value)


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


@click.group(cls=Group, name="fonts", invoke_without_command=True, help="列出每种字体用的是哪个文件、为什么。")
@_json
@click.pass_context
def fonts(context: click.Context, as_json: bool) -> int:
    """Show the face of each font role."""
    if context.invoked_subcommand is not None:
        return Exit.OK
    from builder import fonts as rooms

    rows = rooms.report(rooms.find(context.obj.resolve()))
    if as_json:
        show_json(rows)
    else:
        show_table(list(rows[0]), [[str(v) for v in row.values()] for row in rows])
    return Exit.OK


@fonts.command(cls=Command, name="fetch", help="取得 Fandol 字体（Debian 软件包 texlive-lang-chinese）。")
def fonts_fetch() -> int:
    """Get Fandol for this user (or into ``JIANBAO_FONTS``), so that every workspace finds it."""
    from builder import fonts as rooms

    rooms.fetch(rooms.data_folder(), lambda text: say(text, err=True))
    return Exit.OK


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


ALL = (init, new, check, build, list_, schema, fonts, template)
