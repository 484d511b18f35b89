"""``jianbao build``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.clusters import cluster_options
from builder.settings import workspace

_PRINTING = ("overprint", "printer", "black", "four_colours", "booklet")
_TLS = ("tls_ca", "tls_cert", "tls_key")
_NOT_WATCHED = "--套打、--打印机、--黑白、--四色、--册页"


@click.command(cls=Command, name="build", help="生成各期的 DOCX 和 PDF；不写期名则生成全部，没有变化的不重做。")
@click.argument("issues", nargs=-1, metavar="[期|工作区]…")
@click.option("--format", "formats", default="docx,pdf", metavar="格式", help="docx、pdf 或 docx,pdf（默认）。")
@click.option(
    "--publication",
    "publications",
    multiple=True,
    metavar="刊物",
    help="只生成这种刊物：代号、刊名，或 代号前段*；可写几次。",
)
@click.option(
    "--year", "years", multiple=True, type=click.IntRange(1900, 9999), metavar="年", help="只生成这一年的；可写几次。"
)
@click.option("--since", default="", metavar="日期", help="只生成这一天及以后的，如 2026-06-01。")
@click.option("--changed", is_flag=True, help="只生成上次之后稿件改过的；只改了机关信息、模板、字体的不算。")
@click.option("--force", is_flag=True, help="没有变化的也重做。")
@click.option("--hash", "hashing", is_flag=True, help="判断有没有变化时不看时间，逐个核对文件内容。")
@click.option("--keep-going", is_flag=True, help="有错误的期跳过，其余照常生成（退出码 2）。")
@click.option("--jobs", type=click.IntRange(1, 512), metavar="数", help="最多几个进程同时排；默认照处理器核数。")
@click.option(
    "--report",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="写一份报告：.json 和同名的 .html，各期结果都在内。",
)
@cluster_options
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
def build(folder: Path, /, issues: tuple[str, ...], watch: bool, as_json: bool, formats: str, **asked: Any) -> int:
    """Render issues; nothing is written when a chosen file has an error."""
    printing = {name: asked.pop(name) for name in _PRINTING}
    tls = {name: asked.pop(name) for name in _TLS}
    jobs, report, cluster = (asked.pop(name) for name in ("jobs", "report", "cluster"))
    if not watch:
        from builder.cli import batching

        return batching.run(
            batching.Typed(folder, issues, formats, printing, asked, jobs, report, cluster, tls, as_json)
        )
    if as_json:
        raise click.UsageError("--watch 不能与 --json 同用。")
    if any(printing.values()):
        raise click.UsageError(f"--watch 不能与 {_NOT_WATCHED} 同用。")
    chosen = any(value for name, value in asked.items() if name != "keep_going")
    if chosen or jobs or report or cluster is not None or any(tls.values()):
        raise click.UsageError("--watch 只与期名和 --format 同用。")
    from builder.cli import watching

    return watching.follow(workspace(folder), issues, formats)
