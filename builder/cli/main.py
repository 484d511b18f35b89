"""``jianbao``: entry point, and what an expected failure looks like. Heavy modules load inside the commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from builder import __version__
from builder.cli import commands
from builder.cli.chinese import Group, usage_message
from builder.cli.output import begin, drop, say, show_failure, show_json_failure
from builder.errors import Exit, JianbaoError, UsageError


@click.group(cls=Group, name="jianbao", help="简报：把信息和督查事项编成期，生成 DOCX 和 PDF。")
@click.option(
    "-C",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="文件夹",
    help="工作区文件夹，默认当前文件夹。",
)
@click.version_option(__version__, message="jianbao %(version)s", help="显示版本号。")
@click.pass_context
def cli(context: click.Context, folder: Path) -> None:
    """Remember the workspace folder."""
    context.obj = folder


for command in commands.ALL:
    cli.add_command(command)


def _refused(error: JianbaoError, arguments: Sequence[str]) -> int:
    """Show an expected failure, with ``--json`` on standard output, too; its exit code."""
    show_failure(error)
    if "--json" in arguments:
        show_json_failure(error.message, error.hint, error.exit_code, error.faults)
    return error.exit_code


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with a code of ``errors.Exit``. Bugs keep their traceback."""
    asked = sys.argv[1:] if arguments is None else arguments
    begin()
    try:
        code = cli.main(args=arguments, prog_name="jianbao", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        code = Exit.OK
    except click.UsageError as error:
        message, hint = usage_message(error), f"看 {error.ctx.command_path} --help" if error.ctx else ""
        code = _refused(UsageError(message, hint), asked)
    except click.Abort:
        say("已中断，没有写出未完成的文件。", err=True)
        code = 130
    except JianbaoError as error:
        code = _refused(error, asked)
    except SystemExit:  # outside its standalone mode click ends so only when the reader of its own text (help) is gone
        drop()
        code = Exit.OK
    sys.exit(int(code or 0))
