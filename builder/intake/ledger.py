"""A spreadsheet ledger taken in as findings: read, propose a column map, make the entries, write all or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builder.content.ids import refusal
from builder.errors import Fault, InvalidContent, Place, UsageError, has_errors
from builder.files import read_most, write_atomic
from builder.intake import ledger_entries, ledger_map, ledger_table, ledger_values, ledger_words, sheets
from builder.intake.ledger_entries import Made, Plan
from builder.intake.ledger_map import Use
from builder.intake.ledger_table import Table
from builder.intake.ledger_words import Kind
from builder.intake.written import write_all
from builder.settings import Workspace

_SAMPLES = 3
_SAMPLE = 16  # characters


@dataclass(frozen=True, slots=True)
class Options:
    """What the editor asks for. ``columns`` and ``values`` are pairs (head, key) and (word, word)."""

    kind: str = ""
    sheet: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    mapping: Path | None = None
    rest: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a ledger would be taken: its map, and the rows that are no entries. ``faults`` are about the file."""

    plan: Plan
    proposed_kind: bool
    faults: tuple[Fault, ...] = ()

    @property
    def used(self) -> tuple[Use, ...]:
        """The columns that are taken."""
        return tuple(use for use in self.plan.uses if use.key)

    @property
    def unused(self) -> tuple[Use, ...]:
        """The columns that are not."""
        return tuple(use for use in self.plan.uses if not use.key and not self.plan.joins(use))

    @property
    def joined(self) -> tuple[Use, ...]:
        """The columns that join the 备注."""
        return tuple(use for use in self.plan.uses if self.plan.joins(use))

    @property
    def sure(self) -> bool:
        """Whether no column's key is a guess."""
        return all(use.how != "近似" for use in self.used)

    def samples(self, use: Use) -> tuple[str, ...]:
        """The first different values of a column, shortened."""
        found: dict[str, None] = {}
        table, index = self.plan.table, use.column.index
        for row in table.rows:
            marks = table.sheet.marks
            value, _ = ledger_values.shown(
                table.sheet.value(row, index), marks.formats.get((row, index), ""), marks.shown.get((row, index), "")
            )
            if value := " ".join(value.split()):
                found[value if len(value) <= _SAMPLE else f"{value[:_SAMPLE]}…"] = None
            if len(found) == _SAMPLES:
                break
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a ledger gives: the findings, and every fault. ``paths`` are where they go, below the workspace."""

    made: tuple[Made, ...]
    faults: tuple[Fault, ...]
    paths: tuple[Path, ...] = field(default=())


def propose(path: Path, options: Options) -> Proposal:
    """Reads a ledger and proposes which column is what; nothing is written.

    Raises:
        FileError: the file cannot be read.
        InvalidContent: it is no ledger, or the map given does not fit; all faults.
        UsageError: an option that cannot be.
    """
    book = sheets.read(read_most(path, sheets.MAX_BYTES), path.name)
    given = ledger_map.read_map(options.mapping) if options.mapping else None
    named = (*(given.columns.items() if given else ()), *options.columns)
    table = _choose(book, options.sheet, frozenset(ledger_words.plain(head) for head, _ in named))
    wanted = options.kind or (given.kind if given else "")
    kind: Kind = _kind(wanted) if wanted else ledger_map.propose_kind(table)
    proposed = ledger_map.propose(table, kind)
    if given:  # a map says all: what it does not name is not used
        proposed = tuple(Use(use.column, "", "") for use in proposed)
        proposed = ledger_map.applied(table, proposed, tuple(given.columns.items()), kind, Place(str(options.mapping)))
    uses = ledger_map.applied(table, proposed, options.columns, kind, Place("--列"))
    values = {**(given.values if given else {}), **dict(options.values)}
    rest = (options.rest or (given.rest if given else "")) == "备注"
    plan = Plan(book, table, kind, uses, values, rest, _folder(options.folder, path))
    return Proposal(plan, not wanted, (*book.faults, *_about(book, plan)))


def _kind(name: str) -> Kind:
    for kind in ledger_words.KINDS:
        if kind == name:
            return kind
    raise UsageError(f"没有“{name}”这一种。", "--种类 可用 事项、问题。")


def _folder(name: str, path: Path) -> str:
    """The target folder below content/findings: as given, else by the name of the ledger."""
    if not name:
        return ledger_entries.safe_name(path.stem) or "台账"
    name = name.strip().rstrip("/")
    if reason := refusal(name):
        raise UsageError(f"--文件夹 {reason[1]}。", f"{reason[2]}。")
    if any(part.startswith((".", "~$")) for part in name.split("/")):
        raise UsageError(f"--文件夹 “{name}”以 . 或 ~$ 开头，不会读取。", "换一个名称。")
    return name


def _choose(book: sheets.Book, name: str, extra: frozenset[str]) -> Table:
    """The sheet by its name, else the one visible sheet that has a head."""
    names = "、".join(sheet.name for sheet in book.sheets)
    if name:
        chosen = [sheet for sheet in book.sheets if sheet.name == name]
        if not chosen:
            raise UsageError(f"没有“{name}”这张表。", f"有这些表：{names or '（CSV 文件只有一张，不用 --sheet）'}。")
    else:
        chosen = [sheet for sheet in book.sheets if not sheet.hidden]
    tables = [table for sheet in chosen if (table := ledger_table.find(sheet, extra)) is not None]
    if len(tables) > 1:
        found = "、".join(table.sheet.name for table in tables)
        raise UsageError(f"有几张表都像台账：{found}。", "用 --sheet 表名 指明导入哪一张。")
    if not tables:
        hint = "表头里至少要有两列是编号、事项、责任单位、完成时限一类的名称；或用 --列 “表头=字段” 指明"
        place = book.place(chosen[0]) if len(chosen) == 1 else Place(book.file)
        fault = Fault("ledger-head", "error", place, f"前 {ledger_table.HEAD_WITHIN} 行里没有找到表头", hint)
        raise InvalidContent("没有找到台账的表头，没有写出任何文件。", hint, (fault,))
    return tables[0]


def _about(book: sheets.Book, plan: Plan) -> list[Fault]:
    """What is to be said of the table as a whole."""
    faults: list[Fault] = []
    place = book.place(plan.table.sheet)
    keys = {use.key for use in plan.uses}
    for key in ledger_entries.REQUIRED[plan.kind]:
        if key not in keys:
            hint = f"用 --列 “表头={key}” 指明是哪一列；或用 --种类 改种类"
            faults.append(Fault("ledger-missing", "error", place, f"没有一列是“{key}”（必填）", hint))
    if hidden := plan.table.sheet.marks.hidden:
        faults.append(Fault("ledger-hidden", "note", place, f"有 {hidden} 行被隐藏或筛掉，也照样读取"))
    if not plan.table.rows:
        faults.append(Fault("ledger-empty", "error", place, "表头下面没有一条事项", "核对是不是这张表"))
    return faults


def take(proposal: Proposal, workspace: Workspace) -> Taken:
    """The findings that the rows give, each proven to load; nothing is written yet."""
    made, faults = ledger_entries.entries(proposal.plan, workspace.root)
    paths = tuple(workspace.content / "findings" / f"{entry.id}.yaml" for entry in made)
    return Taken(made, (*proposal.faults, *faults), paths)


def write(taken: Taken, workspace: Workspace) -> tuple[Path, ...]:
    """Writes all findings or none.

    Raises:
        InvalidContent: there are errors; nothing was written.
        FileError: writing failed; nothing new is left.
    """
    if has_errors(taken.faults) or not taken.made:
        raise InvalidContent("表里有错误，没有写出任何文件。", "在表里改正后重试。", taken.faults)
    write_all(workspace.root, dict(zip(taken.paths, (entry.text.encode() for entry in taken.made), strict=True)))
    return taken.paths


def save_map(proposal: Proposal, path: Path) -> None:
    """Writes the map to a file; only another map is written over.

    Raises:
        UsageError: the file there is no map.
        FileError: the file cannot be written.
    """
    plan = proposal.plan
    if os.path.lexists(path):
        try:
            ledger_map.read_map(path)
        except InvalidContent as error:
            raise UsageError(
                f"{path} 已有，不是对应表，没有改动。", "--保存 换一个文件名，或先移走这个文件。"
            ) from error
    text = ledger_map.map_text(plan.kind, plan.uses, plan.values, "备注" if plan.rest else "")
    write_atomic(path, text.encode())


def as_dict(proposal: Proposal) -> Mapping[str, Any]:
    """The proposal for ``--json``."""
    plan = proposal.plan
    return {
        "sheet": plan.table.sheet.name,
        "kind": plan.kind,
        "folder": plan.folder,
        "head": [n + 1 for n in plan.table.head],
        "rows": len(plan.table.rows),
        "columns": [
            {
                "column": sheets.letters(use.column.index),
                "head": use.column.head,
                "key": use.key,
                "how": use.how,
                "samples": list(proposal.samples(use)),
            }
            for use in plan.uses
        ],
        "skipped": [{"row": s.row + 1, "why": s.why, "text": s.text} for s in plan.table.skipped],
    }
