"""``jianbao template``."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.chinese import Command, Group, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, has_errors
from builder.settings import limits, workspace

_NEXT = """接着：
  1. 看一遍 templates/{id}/publication.yaml：刊名、期号形式、首期、标识等；
  2. 在 content/office.yaml 的“分发名单”下照 {like} 加一段 {id}；
  3. 今年已经出过的，登记起号：jianbao register start {id} --number 下一期的期号；
  4. 新建一期：jianbao new issue 名称 --刊物 {id}；要改样子：jianbao template export {id}。"""

_BACK = "在 Word 或 WPS 里改好，仍存成 .docx；换上：jianbao template import {id} {file}"


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


@template.command(cls=Command, name="new", help="照一种刊物新建一种：整个刊物文件夹，刊名换成新的。")
@click.argument("name", metavar="代号")
@click.option("--like", required=True, metavar="刊物", help="照哪一种刊物。")
@click.option("--刊名", "title", default="", metavar="名称", help="新的刊名；不写则照代号（汉字的）或原来的刊名。")
@click.pass_obj
def template_new(folder: Path, name: str, like: str, title: str) -> int:
    """Make a publication with the data and templates of another."""
    from builder import starter

    place = workspace(folder)
    for path in starter.new_publication(place, name, like, title):
        say(path.relative_to(place.root).as_posix())
    say(_NEXT.format(id=name, like=like), err=True)
    return Exit.OK


@template.command(cls=Command, name="export", help="把刊物的 Word 模板另存一份，拿去用 Word 或 WPS 改。")
@click.argument("publication", metavar="刊物")
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[文件.docx]")
@click.option("--force", is_flag=True, help="文件已经有了也换掉。")
@click.pass_obj
def template_export(folder: Path, publication: str, target: Path | None, force: bool) -> int:
    """Write a Word template to a file of its own."""
    from builder import starter

    made = starter.export(workspace(folder), publication, target or Path(f"{publication}-模板.docx"), force)
    say(str(made))
    say(_BACK.format(id=publication, file=made), err=True)
    return Exit.OK


@template.command(cls=Command, name="import", help="把改好的 Word 模板换上：先照 check 检查、试排，有错误的不换。")
@click.argument("publication", metavar="刊物")
@click.argument("source", type=click.Path(path_type=Path), metavar="文件.docx")
@click.pass_obj
def template_import(folder: Path, publication: str, source: Path) -> int:
    """Put an edited Word template into its place once it has passed every check."""
    from builder.render.child import Engines

    place = workspace(folder)
    with Engines(limits()) as engines:
        from builder import trial  # see template_check

        faults, kept = trial.take(place, publication, source, engines)
    show_faults(faults, err=False)
    say(f"已换上 templates/{publication}/issue.docx。")
    if kept:
        say(f"原来的模板存在 {kept.relative_to(place.root).as_posix()}。", err=True)
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
