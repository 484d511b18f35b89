"""What commands print: faults, tables, JSON. Data on stdout, progress and faults on stderr; colour only on a terminal."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click

from builder.errors import Fault, JianbaoError

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def show_faults(faults: Iterable[Fault], err: bool = True) -> None:
    """Each fault with its next step; a count at the end."""
    counts = {"error": 0, "warning": 0, "note": 0}
    for fault in faults:
        counts[fault.severity] += 1
        colour = None if os.environ.get("NO_COLOR") else _COLOURS[fault.severity]
        click.secho(str(fault), fg=colour, err=err)
    told = [f"{n} 个{label}" for n, label in zip(counts.values(), ("错误", "警告", "提示"), strict=True) if n]
    if told:
        click.echo(f"共 {'、'.join(told)}。", err=err)


def show_failure(error: JianbaoError) -> None:
    """An expected failure: its faults, its message, its next step."""
    show_faults(error.faults)
    click.echo(f"错误：{error.message}", err=True)
    if error.hint:
        click.echo(f"    怎么办：{error.hint}", err=True)


def show_json(data: Any) -> None:
    """JSON on stdout, Chinese as it is."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def show_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned by what a terminal shows (a Chinese character takes two places)."""
    widths = [max(_places(row[n]) for row in [head, *rows]) for n in range(len(head))]
    for row in [head, *rows]:
        cells = [cell + " " * (w - _places(cell)) for cell, w in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
