"""``jianbao list``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json, show_table
from builder.errors import Exit, UsageError
from builder.settings import workspace

if TYPE_CHECKING:
    from builder.model import EditState

_STATES = ("待编", "已编", "拟用", "留用", "不用")  # those of builder.model.EditState, which would load pydantic


@click.command(cls=Command, name="list", help="列出信息、督查事项或期，以及各条用在哪一期。")
@click.argument("kind", type=click.Choice(["items", "findings", "issues"]), metavar="items|findings|issues")
@click.option("--unused", is_flag=True, help="只列没有被任何一期采用的。")
@click.option("--状态", "state", type=click.Choice(_STATES), metavar="状态", help="只列这一状态的信息，如 留用。")
@json_option
@click.pass_obj
def list_(folder: Path, kind: str, unused: bool, state: EditState | None, as_json: bool) -> int:
    """List entries and where each is used."""
    from builder import desk

    if state and kind != "items":
        raise UsageError("--状态 只用于 items（信息）。", "如 jianbao list items --状态 留用")
    rows, notes = desk.rows(workspace(folder), kind, unused, state)
    show_faults(notes)
    if as_json:
        show_json(rows)
    elif rows:
        shown = [_in_columns(row) for row in rows]
        show_table(list(shown[0]), [list(row.values()) for row in shown])
    else:
        say("没有符合条件的条目。", err=True)
    return Exit.OK


def _in_columns(row: dict[str, Any]) -> dict[str, str]:
    """A row as a table shows it: where an item is used, else why it is not, in one column."""
    cells = {key: _cell(value) for key, value in row.items()}
    if "理由" in row:
        used, reason = cells.pop("用于"), cells.pop("理由")
        cells["用于/理由"] = used if row["用于"] else reason or "—"
    return cells


def _cell(value: object) -> str:
    return "、".join(str(v) for v in value) or "—" if isinstance(value, list) else str(value)
