"""click in Chinese: help headings and usage errors (click takes its own texts from gettext, which offices do not have)."""

from __future__ import annotations

from collections.abc import Iterator

import click


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "用法：")


class Context(click.Context):
    """A context whose help speaks Chinese."""

    formatter_class = _Formatter


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record:
            yield record


class Command(click.Command):
    """A command with Chinese help."""

    context_class = Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Usage words; ``[选项]`` where click says ``[OPTIONS]``."""
        return ["[选项]" if p == "[OPTIONS]" else p for p in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under a Chinese head."""
        rows = list(_options(self, ctx))
        if rows:
            with formatter.section("选项"):
                formatter.write_dl(rows)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help`` with a Chinese explanation."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option


class Group(Command, click.Group):
    """A group with Chinese help."""

    command_class = Command

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """``[选项] 命令 [参数]…``."""
        return ["[选项]", "命令 [参数]…"]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then commands."""
        Command.format_options(self, ctx, formatter)
        rows = [
            (name, command.get_short_help_str(60))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        if rows:
            with formatter.section("命令"):
                formatter.write_dl(rows)


def usage_message(error: click.UsageError) -> str:
    """A click usage error in Chinese."""
    match error:
        case click.NoSuchOption():
            near = f"是否指 {'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有选项 {error.option_name}。{near}"
        case click.MissingParameter():
            return f"缺少{_parameter(error)}。"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 用法不对。"
        case click.BadParameter():
            return f"{_parameter(error)}的值不对：{_reason(error)}"
    text = error.message
    if text.startswith("No such command"):
        name = text.split(maxsplit=3)[-1].split()[0].strip("'.")
        return f"没有命令 {name}。"
    if text.startswith("Got unexpected extra argument"):
        return f"多余的参数：{text[text.index('(') + 1 : text.rindex(')')]}。"
    return "命令用法不对。" if text.startswith("Missing command") else text


def _parameter(error: click.BadParameter) -> str:
    if error.param is None:
        return "参数"
    names = error.param.opts if isinstance(error.param, click.Option) else [error.param.metavar or ""]
    return f"{'选项' if isinstance(error.param, click.Option) else '参数'} {'/'.join(names)} "


def _reason(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return f"可用 {'、'.join(str(c) for c in kind.choices)}。"
    if isinstance(kind, click.IntRange):
        least = "" if kind.min is None else f"{kind.min} "
        return f"应是 {least}到 {kind.max} 的整数。" if kind.max is not None else f"应是不小于 {least}的整数。"
    return "路径不存在或不可用。" if isinstance(kind, click.Path) else error.message


json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
