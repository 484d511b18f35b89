"""``jianbao import``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.commands.ledger import ledger_options, take_ledger


@click.command(
    cls=Command, name="import", help="把外来的文件变成稿件：--as findings 把台账（xlsx、csv 等）变成督查事项。"
)
@click.argument("source", type=click.Path(path_type=Path), metavar="文件")
@click.option(
    "--as", "kind_of", type=click.Choice(["findings"]), required=True, metavar="findings", help="findings：督查事项。"
)
@ledger_options
@json_option
@click.pass_obj
def import_(folder: Path, /, source: Path, kind_of: str, as_json: bool, **given: Any) -> int:
    """Take a file from outside into the workspace."""
    return take_ledger(folder, source, as_json, **given)
