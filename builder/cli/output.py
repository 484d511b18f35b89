"""What commands print: faults, tables, JSON. Data on stdout, progress and faults on stderr; colour only on a terminal.

``say`` is the only way out. A reader that goes away (``| head``) never stops the work: what is left to print goes
nowhere, and the exit code is that of the work.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.errors import Fault, FileError, JianbaoError, why

if TYPE_CHECKING:
    from builder.workflow.building import Built

# What a terminal would obey or hide; texts of foreign files are told here.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_printed: list[bool] = []  # one for each JSON document of this run: a reader wants one
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def say(text: str, err: bool = False, colour: str | None = None) -> None:
    """One line; characters that the stream cannot show, or a terminal would obey, are escaped.

    Raises:
        FileError: standard output cannot be written for another reason than that its reader is gone (disk full).
    """
    _put(click.style(_safe(text, err), fg=colour) if colour else _safe(text, err), err)


def say_marked(pieces: Iterable[tuple[str, bool]], indent: str = "") -> None:
    """One line of pieces, those that are marked in red on a terminal, elsewhere in 【】."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")

    def shown(text: str, marked: bool) -> str:
        if not marked:
            return _safe(text)
        return click.style(_safe(text), fg="red", bold=True) if coloured else f"【{_safe(text)}】"

    _put(indent + "".join(shown(*piece) for piece in pieces), False)


def _safe(text: str, err: bool = False) -> str:
    """The text without what the stream cannot show, or a terminal would obey."""
    stream = sys.stderr if err else sys.stdout
    code = getattr(stream, "encoding", None) or "utf-8"
    safe = _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
    return safe.encode(code, "backslashreplace").decode(code)


def _put(line: str, err: bool) -> None:
    try:
        click.echo(line, err=err)
    except BrokenPipeError:
        drop(err)
    except OSError as error:
        gone = error.errno == errno.EIO and _terminal(err)
        drop(err)
        if not err and not gone:
            raise FileError(f"标准输出写不了（{why(error)}）。", "换一个输出位置，或清理磁盘后重试。") from error


def _terminal(err: bool) -> bool:
    """Whether the stream leads, or led, to a terminal: one that was closed is none any more to ``isatty``."""
    try:
        return stat.S_ISCHR(os.fstat((sys.stderr if err else sys.stdout).fileno()).st_mode)
    except (OSError, ValueError):  # no stream of the system
        return False


def drop(err: bool = False) -> None:
    """From here on the stream leads nowhere: neither another line nor the flush at exit can fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, (sys.__stderr__ if err else sys.__stdout__).fileno())  # type: ignore[union-attr]
    os.close(nowhere)


def show_faults(faults: Iterable[Fault], err: bool = True) -> None:
    """Each fault with its next step; a count at the end."""
    counts = {"error": 0, "warning": 0, "note": 0}
    for fault in faults:
        counts[fault.severity] += 1
        colour = None if os.environ.get("NO_COLOR") else _COLOURS[fault.severity]
        say(str(fault), err, colour)
    told = [f"{n} 个{label}" for n, label in zip(counts.values(), ("错误", "警告", "提示"), strict=True) if n]
    if told:
        say(f"共 {'、'.join(told)}。", err)


def show_built(built: Built, root: Path) -> None:
    """One issue that was built: its name and room, and its files."""
    say(f"{built.label}  {built.room}")
    for path in built.files:
        say(f"  {path.relative_to(root)}")


def show_failure(error: JianbaoError) -> None:
    """An expected failure: its faults, its message, its next step."""
    show_faults(error.faults)
    say(f"错误：{error.message}", err=True)
    if error.hint:
        say(f"    怎么办：{error.hint}", err=True)


def show_json_failure(message: str, hint: str, code: int, faults: Iterable[Fault] = ()) -> None:
    """A refusal as ``--json`` gives it, whatever the command; nothing where the command has printed its own JSON already."""
    if not _printed:
        show_json({"error": message, "hint": hint, "exit": code, "faults": [fault.as_dict() for fault in faults]})


def begin() -> None:
    """A run begins: nothing was printed yet."""
    _printed.clear()


def show_json(data: Any) -> None:
    """JSON on stdout, Chinese as it is."""
    _printed.append(True)
    say(json.dumps(data, ensure_ascii=False, indent=2))


def show_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned by what a terminal shows (a Chinese character takes two places)."""
    widths = [max(places(row[n]) for row in [head, *rows]) for n in range(len(head))]
    for row in [head, *rows]:
        cells = [cell + " " * (w - places(cell)) for cell, w in zip(row, widths, strict=True)]
        say("  ".join(cells).rstrip())


def places(text: str) -> int:
    """How many places a terminal takes to show a text."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
