"""``jianbao inspect``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_failure, show_json, show_table
from builder.errors import Exit, JianbaoError

if TYPE_CHECKING:
    from builder.inspection.findings import Finding, Report, Verdict
    from builder.workflow.inspecting import Inspected

_HEAD = ("要素", "项目", "实测", "应为", "依据", "页")
_COLOURS = {"不合格": "red", "提醒": "yellow", "合格": "green"}
_ORDER: tuple[Verdict, ...] = ("不合格", "提醒", "合格")


@click.command(
    cls=Command,
    name="inspect",
    help="量 PDF 或 DOCX 的版式：纸张、版心、行数字数、字体字号、报头、版记、页码等，逐项对照 GB/T 9704-2012 或刊物自己的版式。"
    "文件不必是本程序生成的。有不合格的，退出码为 1。",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@click.option(
    "--版式",
    "publication",
    default="",
    metavar="刊物代号",
    help="对照哪个刊物的版式；不写则看报头的刊名，都不是则用国标。",
)
@click.option("--全部", "everything", is_flag=True, help="合格的也逐项列出。")
@click.option(
    "--picture", "pictures", type=click.Path(path_type=Path, file_okay=False), metavar="文件夹",
    help="把量到的画在每一面上，存成 PNG；DOCX 由 LibreOffice 排出来再画。",
)  # fmt: skip
@json_option
@click.pass_obj
def inspect(
    folder: Path, files: tuple[Path, ...], publication: str, everything: bool, pictures: Path | None, as_json: bool
) -> int:
    """Measure files; every one is inspected, the worst result is the exit code."""
    from builder.workflow import inspecting

    titles = inspecting.profiles(folder, publication)
    worst, told = Exit.OK, []
    for path in dict.fromkeys(files):
        try:
            found = inspecting.inspect(path, titles, publication)
            told.append(found.report.as_dict())
            if not as_json:
                _show(found.report, everything)
            worst = max(worst, Exit.OK if found.report.passed else Exit.INVALID)
            if pictures is not None:
                drawn = _draw(found, folder, pictures, told)
                if not as_json:
                    say(f"已画 {drawn} 面，在 {pictures}。")
        except JianbaoError as error:
            worst = max(worst, error.exit_code)
            told.append(_failure(path, error))
            if not as_json:
                show_failure(error)
    if as_json:
        show_json(told)
    return worst


def _draw(found: Inspected, folder: Path, target: Path, told: list[dict[str, Any]]) -> int:
    """Write the pictures, each whole or not at all; their names stand in the last of ``told``. How many they are."""
    from builder.files import write_atomic
    from builder.workflow import inspecting

    written = told[-1].setdefault("pictures", [])
    for page, image in inspecting.pictures(found, folder):
        path = target / f"{found.path.name}-第{page}面.png"
        write_atomic(path, image)
        written.append(str(path))
    return len(written)


def _failure(path: Path, error: JianbaoError) -> dict[str, Any]:
    faults = [fault.as_dict() for fault in error.faults]
    return {"file": path.name, "passed": False, "error": error.message, "hint": error.hint, "faults": faults}


def _show(report: Report, everything: bool) -> None:
    """Faults first, then warnings, then what is right in brief."""
    pages = f"，{report.pages} 面" if report.pages else ""
    say(f"{report.file}（{report.kind}{pages}）对照 {report.profile}")
    groups = {verdict: [f for f in report.findings if f.verdict == verdict] for verdict in _ORDER}
    number = 1
    for verdict in _ORDER:
        group = groups[verdict]
        if not group:
            continue
        say(f"{verdict} {len(group)} 项", colour=None if os.environ.get("NO_COLOR") else _COLOURS[verdict])
        if verdict != "合格":
            _show_wrong(group, number)
            number += len(group)
        elif everything:
            show_table(("", *_HEAD), [("", *_cells(f)) for f in group])
        else:
            _show_right(group)
    counts = "，".join(f"{verdict} {len(groups[verdict])}" for verdict in reversed(_ORDER))
    say(f"共量 {len(report.findings)} 项：{counts}。")


def _show_wrong(group: Sequence[Finding], first: int) -> None:
    """A table; below it what to do, told once for all to which it applies."""
    show_table(("", *_HEAD), [(f"{n}.", *_cells(f)) for n, f in enumerate(group, first)])
    notes: dict[str, list[int]] = {}
    for n, finding in enumerate(group, first):
        if finding.note:
            notes.setdefault(finding.note, []).append(n)
    for note, numbers in notes.items():
        say(f"  {'、'.join(map(str, numbers))}. {note}")


def _show_right(group: Sequence[Finding]) -> None:
    elements: dict[str, list[str]] = {}
    for finding in group:
        elements.setdefault(finding.element, []).append(finding.aspect)
    say("  " + "；".join(f"{element}（{'、'.join(dict.fromkeys(aspects))}）" for element, aspects in elements.items()))


def _cells(finding: Finding) -> tuple[str, ...]:
    pages = sorted({box.page for box in finding.boxes})
    shown = "、".join(map(str, pages[:5])) + ("…" if len(pages) > 5 else "")
    return finding.element, finding.aspect, finding.value or "没有", finding.rule, finding.clause, shown
