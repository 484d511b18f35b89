"""``jianbao compare``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit, InvalidContent, JianbaoError, has_errors
from builder.settings import Workspace, limits, workspace

if TYPE_CHECKING:
    from builder.comparison import Comparison, Row
    from builder.render.child import Engines
    from builder.workflow.comparing import Compared


@click.command(
    cls=Command, name="compare", help="比较各期的 DOCX 和 PDF：面数、各部分所在的面、不同的行（要有 LibreOffice）。"
)
@click.argument("issues", nargs=-1, metavar="[期]…")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="把比较的两种文件和 LibreOffice 排出的 PDF 存在这里。",
)
@json_option
@click.pass_obj
def compare(folder: Path, issues: tuple[str, ...], out: Path | None, as_json: bool) -> int:
    """Set issues in both formats and tell where they part; exit 1 where one has more pages in one of them."""
    from builder.render.child import Engines

    report: dict[str, list[Any]] = {"compared": [], "faults": []}
    try:
        with Engines(limits()) as engines:
            return _compare(workspace(folder), engines, issues, out, report, as_json)
    except JianbaoError as error:
        report["faults"] += [f.as_dict() for f in error.faults if f.as_dict() not in report["faults"]]
        raise
    finally:
        if as_json:
            show_json(report)


def _compare(
    place: Workspace,
    engines: Engines,
    issues: Sequence[str],
    out: Path | None,
    report: dict[str, list[Any]],
    quiet: bool,
) -> int:
    from builder.workflow import building, comparing, opening, planning

    opened = opening.open_workspace(place)
    chosen = opening.choose(opened, issues)
    building.warm(opened, chosen, engines)
    plan = planning.plan(opened, chosen)
    report["faults"] = [f.as_dict() for f in plan.faults]
    if has_errors(plan.faults):
        raise InvalidContent("稿件有错误，没有比较。", "改正后重试。", plan.faults)
    if not plan.editions:
        raise InvalidContent("没有任何一期。", "用 jianbao new issue 新建一期。", plan.faults)
    show_faults(plan.faults)
    same = True
    if not quiet:
        say(
            "LibreOffice 读 Word 文件时读错的设置（中西文间距、标点溢出、行首行末用字）已先照文件改正；自行打开时排法会不同。",
            err=True,
        )
    for compared in comparing.compare(plan, place, engines):
        if out is not None:
            compared.write(out)
        report["compared"].append(compared.as_dict())
        same = same and compared.found.same_pages
        if not quiet:
            _show(compared)
    return Exit.OK if same else Exit.INVALID


def _show(compared: Compared) -> None:
    found = compared.found
    pages = f"PDF {found.pdf_pages}面，DOCX {found.docx_pages}面{'' if found.same_pages else '（面数不同）'}"
    say(f"{compared.label}  {pages}  相同的行 {found.identical}/{found.lines}（{found.share:.1%}）")
    for mark in found.landmarks:
        if mark.pdf != mark.docx:
            say(f"  {mark.name}：PDF {_page(mark.pdf)}，DOCX {_page(mark.docx)}")
    _show_differences(found)
    if found.other_fonts:
        say(f"  LibreOffice 用了别的字体（{'、'.join(found.other_fonts)}），行的比较不作数。")


def _show_differences(found: Comparison) -> None:
    for difference in found.differences:
        say(f"  {difference.kind}“{difference.paragraph}…”：{difference.told}")
        for row in difference.rows:
            _show_row(row)


def _show_row(row: Row) -> None:
    for name, page, line, text in (
        ("PDF ", row.pdf_page, row.pdf_line, row.pdf),
        ("DOCX", row.docx_page, row.docx_line, row.docx),
    ):
        say(f"    {name} {f'第{page}面第{line}行' if page else '（没有这一行）'}  {text}".rstrip())


def _page(number: int) -> str:
    return f"第{number}面" if number else "（没有找到）"
