"""Publications as data: ``templates/<id>/publication.yaml`` over the shared figures of ``templates/layout/layout.yaml``.

A new publication is a new folder; no Python knows a publication by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from builder.content.sheets import read_sheet, read_tree
from builder.errors import Fault, Place
from builder.model import Auto, Model, Number, YesNo, a
from builder.words import chinese_number

SERIES_MAIN = "正刊"
_PLACEHOLDER = re.compile(r"\{(年|期|总期)(:汉)?\}")
_NUMERIC = re.compile(r"-?\d+(\.\d+)?")
_NEVER_NUMERIC = frozenset({"红"})  # a colour such as 000000 is text


class NumberForm(Model):
    """How numbers look and how they run."""

    form: str = a("形式", ..., "期号形式，可用 {年} {期} {总期}；汉字数字写 {期:汉}；换行写 \\n", min_length=1)
    first: int = a("首期", 1, "每个序列的首期", ge=1)
    first_total: int = a("首总期", 1, "总期号的起点", ge=1)
    sequence: Literal["年度", "连续"] = a("序列", "年度", "年度：每年从首期起；连续：一直往下排")
    supplements: Literal["单列", "混排"] = a("增刊", "单列", "增刊、专刊等单列序列，或与正刊混排")
    supplement_form: str = a("增刊形式", "增刊第{期}期", "增刊的期号形式，可用 {系列}")


class Parts(Model):
    """Which parts of an issue appear."""

    contents: Auto = a("要目", "自动", "本期要目")
    note: YesNo = a("编者按", "是", "编者按")
    addressees: YesNo = a("主送", "否", "主送机关")
    signature: YesNo = a("署名", "否", "文末署名和日期")
    credit: YesNo = a("供稿", "是", "供稿署名")


class FootForm(Model):
    """The foot."""

    lists: YesNo = a("报送发", "是", "报、送、发各行")
    printed: YesNo = a("印发", "否", "印发机关和印发日期一行")
    copies: Literal["线上", "线下", "否"] = a("印数", "线上", "（共印×份）在末线以上、以下或不印")


class Publication(Model):
    """``publication.yaml``."""

    name: str = a("刊名", ..., "刊名", min_length=1)
    kind: Literal["信息", "督查"] = a("种类", "信息", "信息 或 督查")
    number: NumberForm = a("期号", ..., "期号形式和序列")
    parts: Parts = a("部件", Parts(), "出现哪些部件")
    foot: FootForm = a("报尾", FootForm(), "报尾")
    marking: str = a("标识", "", "左上角标识")
    retention: Literal["永久", "30年", "10年"] = a("保管期限", "10年", "保管期限")
    page_limit: Number = a("页数上限", None, "版面上限（面）")
    layout: dict[str, Any] = a("版式", {}, "改写 layout.yaml 中的数值")


@dataclass(frozen=True, slots=True)
class Title:
    """A publication that is ready for use: its id, data, folder and merged layout figures (mm and pt)."""

    id: str
    data: Publication
    folder: Path
    layout: Mapping[str, Any]

    def sequence_key(self, year: int, series: str) -> tuple[str, int, str]:
        """The sequence in which an issue is numbered: publication, year (0 when it never restarts), series."""
        apart = series != SERIES_MAIN and self.data.number.supplements == "单列"
        return self.id, year if self.data.number.sequence == "年度" else 0, series if apart else SERIES_MAIN

    def number_lines(self, year: int, number: int, total: int, series: str) -> list[str]:
        """The lines of 期号 under the name, e.g. ``["第11期（总第345期）"]``."""
        form = self.data.number.form if series == SERIES_MAIN else self.data.number.supplement_form
        values = {"年": year, "期": number, "总期": total}

        def fill(match: re.Match[str]) -> str:
            value = values[match[1]]
            return chinese_number(value, year=match[1] == "年") if match[2] else str(value)

        return _PLACEHOLDER.sub(fill, form.replace("{系列}", series)).replace("\\n", "\n").split("\n")


def load(templates: Path) -> tuple[dict[str, Title], list[Fault]]:
    """All publications below ``templates`` by id, and every fault in their files."""
    base, faults = read_tree(templates / "layout" / "layout.yaml", "templates/layout/layout.yaml")
    layout = _typed(base) if isinstance(base, dict) else {}
    titles: dict[str, Title] = {}
    for path in sorted(templates.glob("*/publication.yaml")):
        name = f"templates/{path.parent.name}/publication.yaml"
        source, found = read_sheet(path, name, Publication)
        faults += found
        if source is None:
            continue
        merged, wrong = _merge(layout, _typed(source.value.layout), ("版式",))
        faults += [
            Fault("layout-key", "error", source.place(*at), message, "对照 templates/layout/layout.yaml 中的项目改正。")
            for at, message in wrong
        ]
        titles[path.parent.name] = Title(path.parent.name, source.value, path.parent, merged)
    if not titles:
        faults.append(
            Fault("no-publication", "error", Place("templates"), "没有找到任何刊物。", "用 jianbao init 新建工作区。")
        )
    return titles, faults


def _typed(value: Any, key: str = "") -> Any:
    """YAML text as numbers where it reads as one; structure kept."""
    if isinstance(value, dict):
        return {k: _typed(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_typed(v) for v in value]
    if isinstance(value, str) and key not in _NEVER_NUMERIC and _NUMERIC.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _merge(
    base: Mapping[str, Any], over: Mapping[str, Any], at: tuple[str, ...]
) -> tuple[dict[str, Any], list[tuple[tuple[str, ...], str]]]:
    """``base`` overlaid with ``over``; keys that base does not know, or values of another kind, are reported."""
    merged, wrong = dict(base), []
    for key, value in over.items():
        here = (*at, key)
        if key not in base:
            wrong.append((here, f"版式中没有“{key}”这一项。"))
        elif isinstance(base[key], Mapping) and isinstance(value, Mapping):
            merged[key], more = _merge(base[key], value, here)
            wrong += more
        elif isinstance(base[key], int | float) != isinstance(value, int | float):
            wrong.append((here, f"“{key}”的值“{value}”与应有的类型不符。"))
        else:
            merged[key] = value
    return merged, wrong
