"""Rows of a ledger as findings, proven to load: names, values, duplicates; all faults of all rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from builder import markup
from builder.content import hygiene, trial, yaml_text
from builder.content.bind import bind
from builder.content.files import find, is_litter
from builder.content.ids import refusal
from builder.content.sheets import read_tree
from builder.errors import Fault, Place, has_errors
from builder.intake import ledger_values, ledger_words, ledger_yaml
from builder.intake.ledger_map import Use
from builder.intake.ledger_table import Table
from builder.intake.ledger_values import NOTHING
from builder.intake.ledger_words import MODELS, Kind
from builder.intake.sheets import Book

MOST_FAULTS = 20  # of one code; the rest is counted
_DAYS = frozenset({"收件日", "交办日", "完成时限", "办结日", "销号日", "整改时限", "反馈.日期", "延期.新时限"})
_LISTS = frozenset({"责任单位", "照片", "主题词"})
REQUIRED = {"事项": ("编号", "事项"), "问题": ("编号", "点位", "问题描述")}
Cells = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows are taken: the map, words to be exchanged, and whether unused columns join the 备注."""

    book: Book
    table: Table
    kind: Kind
    uses: tuple[Use, ...]
    values: Mapping[str, str]
    rest: bool
    folder: str

    def joins(self, use: Use) -> bool:
        """Whether a column without a key joins the 备注; a mere running number does not."""
        return self.rest and not use.key and bool(use.column.head) and not ledger_words.serial(use.column.head)


@dataclass(frozen=True, slots=True)
class Made:
    """A finding to be written: its id, text, and the row it comes from (0-based)."""

    id: str
    text: str
    row: int


@dataclass(slots=True)
class _Row:
    """One row under work: values by key (dotted for 反馈 and 延期) and the cells that they come from."""

    row: int
    values: dict[str, ledger_yaml.Plain] = field(default_factory=dict)
    cells: Cells = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)  # keys whose cell was refused already


def entries(plan: Plan, root: Path) -> tuple[tuple[Made, ...], tuple[Fault, ...]]:
    """Every row as a finding of the workspace ``root``, and all faults; with an error nothing may be written."""
    worker = _Worker(plan, root)
    made = tuple(worker.run())
    faults = (*worker.faults, *worker.told())
    return made, tuple(_limited(faults))


class _Worker:
    """Walks the rows once; collects faults, and remarks that are told once for a column."""

    def __init__(self, plan: Plan, root: Path) -> None:
        self.plan, self.root = plan, root
        self.faults: list[Fault] = []
        self.filled: dict[int, set[tuple[int, int]]] = {}
        self.nothing: dict[int, int] = {}
        self.numbers: dict[str, Place] = {}
        self.existing, self.names = _existing(root, plan.folder)

    def run(self) -> Iterator[Made]:
        for number in self.plan.table.rows:
            row = self.read(number)
            self.required(row)
            name = self.name(row)
            self.number(row)
            if made := self.proven(row, name):
                yield made

    # ------------------------------------------------------------ cells

    def read(self, number: int) -> _Row:
        row = _Row(number)
        rest: list[str] = []
        for use in self.plan.uses:
            if use.key:
                self.take(row, use)
            elif self.plan.joins(use) and (found := self.text(number, use, "备注")):
                rest.append(f"{use.column.head}：{found}")
        if rest:
            row.values["备注"] = "\n".join([*([str(row.values["备注"])] if row.values.get("备注") else []), *rest])
            row.cells.setdefault("备注", (number, 0))
        return row

    def take(self, row: _Row, use: Use) -> None:
        """One mapped cell."""
        key, name = use.key, use.key.rpartition(".")[2]
        here = self.source(row.row, use)
        row.cells[key] = here
        value = self.plan.table.sheet.value(*here)
        if key in _DAYS and value != "" and here not in self.plan.table.sheet.marks.errors:
            if isinstance(value, str) and value.strip() in NOTHING:
                self.none(use)
            else:
                found, doubt = ledger_values.day(value)
                self.doubt(row, key, here, doubt)
                if found is not None:
                    row.values[key] = found
            return
        if key == "编号" and isinstance(value, date):
            hint = "把这一列设为文本格式，照原件重新输入"
            self.doubt(
                row, key, here, Fault("ledger-number", "error", Place(""), f"编号被表格软件改成了日期 {value}", hint)
            )
            return
        text = self.text(row.row, use, key, row)
        allowed = ledger_words.choices(self.plan.kind, key)
        if (allowed or key in _LISTS) and text in NOTHING:
            self.none(use)
            text = ""
        text = self.plan.values.get(text, text)
        if text and allowed:
            self.doubt(row, key, here, ledger_values.choice(text, name, allowed))
        if text and key not in row.bad:
            row.values[key] = ledger_values.units(text) if key in _LISTS else text

    def source(self, row: int, use: Use) -> tuple[int, int]:
        """The cell whose value counts; merged ranges reach down, but one 编号 is never given twice."""
        here = (row, use.column.index)
        found = here if use.key == "编号" else self.plan.table.source(*here)
        if found != here and self.plan.table.sheet.value(*found) != "":
            self.filled.setdefault(use.column.index, set()).add(found)
        return found

    def text(self, number: int, use: Use, key: str, row: _Row | None = None) -> str:
        """The clean text of a cell; "" where it is refused, with a fault."""
        row = row or _Row(number)
        sheet = self.plan.table.sheet
        here = self.source(number, use)
        if here in sheet.marks.errors:
            self.doubt(row, key, here, _formula(sheet.marks.errors[here]))
            return ""
        display = sheet.marks.shown.get(here, "")
        text, doubt = ledger_values.shown(sheet.value(*here), sheet.marks.formats.get(here, ""), display)
        self.doubt(row, key, here, doubt)
        cleaned = hygiene.scrub(text, "")
        for fault in cleaned.faults:
            self.faults.append(replace(fault, place=self.place(here)))
        if has_errors(cleaned.faults):
            row.bad.add(key)
            return ""
        return cleaned.text.strip()

    def none(self, use: Use) -> None:
        self.nothing[use.column.index] = self.nothing.get(use.column.index, 0) + 1

    def doubt(self, row: _Row, key: str, here: tuple[int, int], doubt: Fault | None) -> None:
        if doubt is not None:
            self.faults.append(replace(doubt, place=self.place(here)))
            if doubt.severity == "error":
                row.bad.add(key)

    def place(self, here: tuple[int, int]) -> Place:
        return self.plan.book.place(self.plan.table.sheet, *here)

    # ------------------------------------------------------------ rows

    def required(self, row: _Row) -> None:
        for key in REQUIRED[self.plan.kind]:
            if key in row.values or key in row.bad:
                continue
            here = row.cells.get(key)
            if here is None:
                continue  # no such column: told once for the whole table (ledger.propose)
            hint = "补上；这一行不是一条事项的，从表里删去"
            if self.plan.table.source(*here) != here:
                hint = "编号是合并格：一条占几行的，先合成一行；本来是几条的，拆开后各编一个号"
            self.faults.append(Fault("ledger-missing", "error", self.place(here), f"没有“{key}”", hint))

    def name(self, row: _Row) -> str:
        """The id of the new file, from the 编号, unlike every other."""
        number = row.values.get("编号", "")
        base = safe_name(number if isinstance(number, str) else "") or f"第{row.row + 1}行"
        name, count = base, 1
        while name.casefold() in self.names:
            count += 1
            name = f"{base}-{count}"
        self.names[name.casefold()] = row.row
        return f"{self.plan.folder}/{name}"

    def number(self, row: _Row) -> None:
        """No 编号 twice: in the sheet, in the target folder, and (where it is more than a serial number) anywhere."""
        number = row.values.get("编号")
        if not isinstance(number, str):
            return
        place = self.place(row.cells["编号"])
        known = _same(number)
        if known in self.numbers:
            message = f"编号“{number}”与 {self.numbers[known]} 相同"
            self.faults.append(Fault("ledger-twice", "error", place, message, "改正其中一处，或删去重复的行"))
        elif known in self.existing:
            message = f"编号“{number}”已有：{self.existing[known]}"
            hint = "已录入的行从表里删去；或换一个 --文件夹 并改编号"
            self.faults.append(Fault("ledger-twice", "error", place, message, hint))
        else:
            self.numbers[known] = place

    def proven(self, row: _Row, name: str) -> Made | None:
        """The text of the finding, loaded and compared; None where a fault was told."""
        if row.bad or any(key not in row.values for key in REQUIRED[self.plan.kind]):
            return None
        expected = _tree(row.values, self.plan.kind)
        written = ledger_yaml.finding(expected)
        faults = trial("finding", name, written.text, self.root)
        for fault in faults:
            key = written.keys[fault.place.line - 1] if 0 < fault.place.line <= len(written.keys) else "编号"
            here = row.cells.get(key, (row.row, 0))
            self.faults.append(replace(fault, place=self.place(here)))
        if has_errors(faults):
            return None
        if not _reads_back(expected, written.text, self.plan.kind):
            message = "写出的文字读回来与表里不同（程序自查）"
            place = self.plan.book.place(self.plan.table.sheet, row.row)
            self.faults.append(Fault("ledger-lost", "error", place, message, "把这一行报告维护人员"))
        return Made(name, written.text, row.row)

    # ------------------------------------------------------------ remarks on columns

    def told(self) -> Iterator[Fault]:
        for use in self.plan.uses:
            index = use.column.index
            place = self.place((self.plan.table.head.stop - 1, index))
            if found := self.filled.get(index):
                message = f"“{use.column.head}”列有 {len(found)} 处合并格，已填到所占的各行"
                yield Fault("ledger-merged", "note", place, message)
            if count := self.nothing.get(index):
                message = f"“{use.column.head}”列有 {count} 格写的是“/”“—”“无”等，按没有填写"
                yield Fault("ledger-nothing", "note", place, message)


def _formula(error: str) -> Fault:
    if error:
        return Fault("ledger-formula", "error", Place(""), f"公式出错（{error[:20]}），没有值", "改正公式，或改成文字")
    hint = "用 Excel 或 WPS 打开，保存一次后再导入"
    return Fault("ledger-formula", "error", Place(""), "公式还没有算出值", hint)


# ---------------------------------------------------------------- names and numbers

_UNSAFE = re.compile(r'[<>:"|?*/\\\x00-\x1f\x7f\s]+')
_LONGEST = 120  # bytes of UTF-8, so that the name fits every file system


def safe_name(text: str) -> str:
    """A file name made of ``text``, "" where nothing of it can serve: ``督〔2026〕3/4号`` → ``督〔2026〕3-4号``."""
    name = _UNSAFE.sub("-", unicodedata.normalize("NFC", text).strip()).strip("-. ")
    name = name.encode()[:_LONGEST].decode("utf-8", "ignore").rstrip("-. ")
    if name and (is_litter(f"{name}.yaml") or refusal(name)):
        name = f"编号{name}"
    return "" if not name or refusal(name) or is_litter(f"{name}.yaml") else name


def _same(number: str) -> str:
    """What makes two 编号 one: full-width forms and spaces aside."""
    return "".join(unicodedata.normalize("NFKC", number).split())


def _existing(root: Path, folder: str) -> tuple[dict[str, str], dict[str, int]]:
    """编号 → file of the findings that are there, and the names in use in ``folder``.

    A bare serial number counts in its own folder only: every list has its number 1.
    """
    numbers: dict[str, str] = {}
    names: dict[str, int] = {}
    found, _ = find(root, "findings", ".yaml")
    for entry in found:
        parent, _, name = entry.id.rpartition("/")
        if parent.casefold() == folder.casefold():
            names[name.casefold()] = -1
        tree, _ = read_tree(entry.path, entry.file)
        number = tree.get("编号") if isinstance(tree, dict) else None
        if isinstance(number, str) and (not _same(number).isdecimal() or parent == folder):
            numbers.setdefault(_same(number), entry.file)
    return numbers, names


# ---------------------------------------------------------------- the text and its proof


def _tree(values: Mapping[str, ledger_yaml.Plain], kind: Kind) -> dict[str, Any]:
    """The values in the order of the model; dotted keys become one entry of their list."""
    tree: dict[str, Any] = {"种类": kind}
    for key in ledger_words.keys(kind):
        outer, _, inner = key.partition(".")
        if key in values and inner:
            tree.setdefault(outer, {})[inner] = values[key]
        elif key in values:
            tree[key] = values[key]
    return tree


def _reads_back(expected: Mapping[str, Any], text: str, kind: Kind) -> bool:
    """Whether loading ``text`` gives every value that was taken from the cells (white space aside)."""
    node, _ = yaml_text.parse(text, "")
    value, _ = bind(MODELS[kind], node, "")
    if value is None:
        return False
    read = value.model_dump(by_alias=True)
    return all(
        _bare(read[key]) == _bare([given] if isinstance(given, Mapping) else given) for key, given in expected.items()
    )


def _bare(value: Any) -> Any:
    """A value for comparison: no white space, dashes and dots as loading puts them right, no keys that hold nothing."""
    if isinstance(value, str):
        return "".join(markup.tidied(value)[0].split())
    if isinstance(value, Mapping):
        return {key: _bare(inner) for key, inner in value.items() if inner not in ("", None, ())}
    return [_bare(inner) for inner in value] if isinstance(value, list | tuple) else value


def _limited(faults: tuple[Fault, ...]) -> Iterator[Fault]:
    """At most MOST_FAULTS of one code; the others are counted in one more line."""
    counts: dict[str, int] = {}
    last: dict[str, Fault] = {}
    for fault in faults:
        counts[fault.code] = counts.get(fault.code, 0) + 1
        if counts[fault.code] <= MOST_FAULTS:
            last[fault.code] = fault
            yield fault
    for code, count in counts.items():
        if count > MOST_FAULTS:
            yield replace(last[code], message=f"同类问题还有 {count - MOST_FAULTS} 处，未一一列出")
