"""``jianbao fonts``."""

from __future__ import annotations

import click

from builder.cli.chinese import Command, Group, json_option
from builder.cli.output import say, show_json, show_table
from builder.errors import Exit


@click.group(cls=Group, name="fonts", invoke_without_command=True, help="列出每种字体用的是哪个文件、为什么。")
@json_option
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
