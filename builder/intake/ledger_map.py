"""Which column of a ledger is which key: proposed from the heads, corrected by the editor, kept in a file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from builder.content.sheets import read_sheet
from builder.errors import Fault, InvalidContent, Place
from builder.intake import ledger_words, ledger_yaml
from builder.intake.ledger_table import Column, Table, text
from builder.intake.ledger_words import KINDS, PROGRESS, STATE, Kind
from builder.intake.sheets import letters
from builder.model import Model, a

HowSure = Literal["指定", "同名", "近似", ""]


class LedgerMap(Model):
    """A column map as kept in a file (``--保存``, ``--映射``)."""

    kind: Literal["事项", "问题"] = a("种类", ..., "事项 或 问题")
    columns: dict[str, str] = a("列", ..., "表头文字（或列的字母）: 字段", min_length=1)
    values: dict[str, str] = a("值", {}, "表里的写法: 应写的值，如 已办结: 办结")
    rest: Literal["", "备注"] = a("余列", "", "备注：没有对应字段的列并入备注")


@dataclass(frozen=True, slots=True)
class Use:
    """What a column is used for: ``key`` ("" not used) and how that is known."""

    column: Column
    key: str
    how: HowSure


def read_map(path: Path) -> LedgerMap:
    """A map from its file.

    Raises:
        InvalidContent: the file cannot be read or is no map; all faults.
    """
    source, faults = read_sheet(path, path.name, LedgerMap)
    if source is None:
        raise InvalidContent(
            "列的对应表有错误，没有写出任何文件。", "改正后重试；或用 --保存 重新生成。", tuple(faults)
        )
    return source.value


def map_text(kind: Kind, uses: tuple[Use, ...], values: Mapping[str, str], rest: str) -> str:
    """The text of a map file; a head that occurs twice, or is empty, is named by the column's letter."""
    heads = [use.column.head for use in uses]
    lines = [f"种类: {kind}", "列:"]
    for use in uses:
        head = use.column.head
        name = head if head and heads.count(head) == 1 else letters(use.column.index)
        if use.key:
            lines.append(f"  {ledger_yaml.scalar(name)}: {use.key}")
    if values:
        lines += ["值:", *(f"  {ledger_yaml.scalar(old)}: {ledger_yaml.scalar(new)}" for old, new in values.items())]
    return "\n".join([*lines, f"余列: {rest}".rstrip(), ""])


def propose_kind(table: Table) -> Kind:
    """The kind whose required keys, then whose keys at all, the heads name better; 事项 where they do not tell."""

    def weight(kind: Kind) -> tuple[int, float]:
        uses = propose(table, kind)
        own = {"事项": {"事项"}, "问题": {"点位", "问题描述"}}[kind]
        found = {use.key for use in uses if use.how == "同名"}
        return len(own & found) * (2 if kind == "事项" else 1), float(sum(1 for use in uses if use.key))

    return max(KINDS, key=weight)


def propose(table: Table, kind: Kind) -> tuple[Use, ...]:
    """A key for each column that its head names, no key twice; the best match first, then the leftmost column."""
    pairs: list[tuple[float, int, str]] = []
    for column in table.columns:
        found = [
            (score, _by_content(table, column, key, kind)) for score, key in ledger_words.meaning(column.parts, kind)
        ]
        sure = [pair for pair in found if pair[0] >= ledger_words.SURE]
        pairs += [(-score, column.index, key) for score, key in sure or found]
    keys: dict[int, tuple[str, HowSure]] = {}
    for score, index, key in sorted(pairs):
        if index not in keys and key not in {k for k, _ in keys.values()}:
            keys[index] = (key, "同名" if -score >= ledger_words.SURE else "近似")
    return tuple(Use(column, *keys.get(column.index, ("", ""))) for column in table.columns)


_SHORT = 8  # characters; a longer text is a report on progress, not a state


def _by_content(table: Table, column: Column, key: str, kind: Kind) -> str:
    """办理情况 may hold a state or a report on progress: what stands below decides."""
    if key not in (STATE, PROGRESS):
        return key
    found = [value for row in table.rows if (value := text(table.sheet.value(row, column.index)))]
    states = set(ledger_words.choices(kind, STATE))
    if key == PROGRESS and found and states.issuperset(found):
        return STATE
    return PROGRESS if key == STATE and sum(len(v) > _SHORT for v in found) * 2 > len(found) else key


def applied(
    table: Table, uses: tuple[Use, ...], given: tuple[tuple[str, str], ...], kind: Kind, where: Place
) -> tuple[Use, ...]:
    """The uses with the editor's own: (head or letter, key) each; an empty key leaves the column out.

    Raises:
        InvalidContent: a head or key that does not exist, or one given twice; all faults.
    """
    faults: list[Fault] = []
    chosen: dict[int, str] = {}
    for head, name in given:
        found = _column(table, head)
        key = _key(name, kind) if name else ""
        if isinstance(found, str):
            faults.append(Fault("ledger-column", "error", where, f"“{head}={name}”：{found}", _heads(table)))
        elif key is None:
            faults.append(_unknown_key(head, name, kind, where))
        elif found.index in chosen or (key and key in chosen.values()):
            message = f"“{head}={name}”：这一列或这个字段已经指定过"
            faults.append(Fault("ledger-column", "error", where, message, "一列只对一个字段，一个字段只对一列"))
        else:
            chosen[found.index] = key
    if faults:
        raise InvalidContent("列的对应有错误，没有写出任何文件。", "照提示改正后重试。", tuple(faults))
    return tuple(_merged(use, chosen) for use in uses)


def _merged(use: Use, chosen: dict[int, str]) -> Use:
    if use.column.index in chosen:
        key = chosen[use.column.index]
        return Use(use.column, key, "指定" if key else "")
    return Use(use.column, "", "") if use.key in chosen.values() else use


def _column(table: Table, name: str) -> Column | str:
    """The column that a head or letter names, or why there is none."""
    wanted = ledger_words.plain(name)
    tests = (
        lambda c: c.head == name.strip(),
        lambda c: bool(wanted) and wanted in (ledger_words.plain(c.head), *map(ledger_words.plain, c.parts[-1:])),
        lambda c: letters(c.index) == name.strip().upper(),
    )
    for test in tests:
        found = [column for column in table.columns if test(column)]
        if len(found) == 1:
            return found[0]
        if found:
            return f"有 {len(found)} 列叫这个名字，请写列的字母（{'、'.join(letters(c.index) for c in found)}）"
    near = difflib.get_close_matches(name, [c.head for c in table.columns], n=1, cutoff=0.4)
    return f"没有这一列，是否指 {near[0]}？" if near else "没有这一列"


def _heads(table: Table) -> str:
    return "有这些列：" + "、".join(f"{letters(c.index)} {c.head or '（无表头）'}" for c in table.columns)


def _key(name: str, kind: Kind) -> str | None:
    """The key that is meant; ``进展`` stands for 反馈.进展 where no other key ends so."""
    keys = ledger_words.keys(kind)
    if name in keys:
        return name
    found = [key for key in keys if key.rpartition(".")[2] == name]
    return found[0] if len(found) == 1 else None


def _unknown_key(head: str, name: str, kind: Kind, where: Place) -> Fault:
    keys = ledger_words.keys(kind)
    near = difflib.get_close_matches(name, keys, n=1, cutoff=0.4)
    guess = f"，是否指 {near[0]}？" if near else ""
    return Fault(
        "ledger-key", "error", where, f"“{head}={name}”：{kind}没有“{name}”这个字段{guess}", "可用：" + "、".join(keys)
    )
