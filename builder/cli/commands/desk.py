"""``jianbao list``."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_json, show_table
from builder.errors import Exit
from builder.settings import workspace


@click.command(cls=Command, name="list", help="列出信息、督查事项或期，以及各条用在哪一期。")
@click.argument("kind", type=click.Choice(["items", "findings", "issues"]), metavar="items|findings|issues")
@click.option("--unused", is_flag=True, help="只列没有被任何一期采用的。")
@json_option
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
