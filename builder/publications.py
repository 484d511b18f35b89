"""Publications as data: ``templates/<id>/publication.yaml`` over the shared figures of ``templates/layout/layout.yaml``.

A new publication is a new folder; no Python knows a publication by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from builder.content.sheets import read_sheet, read_tree
from builder.errors import Fault, Place, has_errors
from builder.model import Auto, Layout, Model, Pages, Source, YesNo, a
from builder.words import chinese_number

SERIES_MAIN = "正刊"
STANDARD_NUMBER = "— {页} —"
_PLACEHOLDER = re.compile(r"\{(年|期|总期)(:汉)?\}")
_NUMERIC = re.compile(r"-?\d+(\.\d+)?")
_MAIN = frozenset({"{年}", "{期}", "{总期}", "{年:汉}", "{期:汉}", "{总期:汉}"})
_TOTALS = frozenset({"{总期}", "{总期:汉}"})  # a supplement that counts apart has no running total
_SERIES = frozenset({"{系列}"})
_AROUND_NUMBER = 12  # characters beside the page number; more would reach into the type area
_LAYOUT = Place("templates/layout/layout.yaml")
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


class MastheadForm(Model):
    """The masthead's choices; its distances, sizes and the colour itself are layout figures."""

    copy_number: Literal["左上", "右上"] = a("份号", "左上", "份号在左上角或右上角")
    red_number: YesNo = a("期号红", "否", "期号印红色")
    rule: Literal["单", "双"] = a("红线", "单", "红线是一条或两条")


class PageNumberForm(Model):
    """The page number (GB/T 9704-2012, 7.5); its size and distances are layout figures."""

    form: str = a("形式", STANDARD_NUMBER, "页码形式，{页} 处印页码，如 — {页} —、{页}、第{页}页")
    place: Literal["外侧", "居中", "右"] = a("位置", "外侧", "外侧：单页在右、双页在左；居中；右")
    first: YesNo = a("首面", "是", "首面编页码")


class Overprint(Model):
    """Printing on paper whose head is there already (套打)."""

    printed: tuple[Literal["刊名", "红线", "编印单位", "标识"], ...] = a(
        "预印", ("刊名", "红线"), "纸上已经印好的部分：刊名、红线、编印单位、标识", min_length=1
    )


class FootForm(Model):
    """The foot."""

    lists: YesNo = a("报送发", "是", "报、送、发各行")
    printed: YesNo = a("印发", "否", "印发机关和印发日期一行")
    copies: Literal["线上", "线下", "否"] = a("印数", "线上", "（共印×份）在末线以上、以下或不印")
    page: Literal["末面", "双面", "四的倍数"] = a("位置", "末面", "报尾在正文末面、双数面或四的倍数面")

    @property
    def multiple(self) -> int:
        """The foot stands on a page whose number is a multiple of this."""
        return {"末面": 1, "双面": 2, "四的倍数": 4}[self.page]


class Publication(Model):
    """``publication.yaml``."""

    name: str = a("刊名", ..., "刊名", min_length=1)
    kind: Literal["信息", "督查"] = a("种类", "信息", "信息 或 督查")
    number: NumberForm = a("期号", ..., "期号形式和序列")
    masthead: MastheadForm = a("报头", MastheadForm(), "报头")
    parts: Parts = a("部件", Parts(), "出现哪些部件")
    foot: FootForm = a("报尾", FootForm(), "报尾")
    page_number: PageNumberForm = a("页码", PageNumberForm(), "页码")
    overprint: Overprint = a("套打", Overprint(), "套打时不印的部分")
    black: YesNo = a("黑白", "否", "全刊只用黑色")
    engine: Literal["Typst", "Word"] = a(
        "PDF引擎", "Typst", "Typst：照 issue.typ 排；Word：由 LibreOffice 照 Word 模板排"
    )
    marking: str = a("标识", "", "左上角标识")
    retention: Literal["永久", "30年", "10年"] = a("保管期限", "10年", "保管期限")
    pages: Pages = a("页数", None, "恰4、不超过2 或 4的倍数")
    squeeze: Literal["允许", "不允许"] = a("压行", "不允许", "允许：超出时行距可压到28磅")
    layout: dict[str, Any] = a("版式", {}, "改写 layout.yaml 中的数值")


@dataclass(frozen=True, slots=True)
class Title:
    """A publication that is ready for use: its id, data, folder, merged layout figures (mm and pt), places of values."""

    id: str
    data: Publication
    folder: Path
    layout: Mapping[str, Any]
    places: Mapping[tuple[str | int, ...], Place] = field(default_factory=dict)

    def sequence_key(self, year: int, series: str) -> tuple[str, int, str]:
        """The sequence in which an issue is numbered: publication, year (0 when it never restarts), series."""
        apart = series != SERIES_MAIN and self.data.number.supplements == "单列"
        return self.id, year if self.data.number.sequence == "年度" else 0, series if apart else SERIES_MAIN

    def sequence_name(self, year: int, series: str) -> str:
        """The sequence's name in the register: ``2026/正刊``, ``2026/增刊``, ``0/正刊``."""
        _, restarted, kind = self.sequence_key(year, series)
        return f"{restarted}/{kind}"

    def counts(self, series: str) -> bool:
        """Whether issues of a series have a running total: all but supplements with a sequence of their own."""
        return self.sequence_key(0, series)[2] == SERIES_MAIN

    def form(self, series: str) -> str:
        """The number form of a series."""
        return self.data.number.form if series == SERIES_MAIN else self.data.number.supplement_form

    def number_lines(self, year: int, number: int, total: int, series: str) -> list[str]:
        """The lines of 期号 under the name, e.g. ``["第11期（总第345期）"]``."""
        form = self.form(series)
        values = {"年": year, "期": number, "总期": total}

        def fill(match: re.Match[str]) -> str:
            value = values[match[1]]
            return chinese_number(value, year=match[1] == "年") if match[2] else str(value)

        return _PLACEHOLDER.sub(fill, form.replace("{系列}", series)).replace("\\n", "\n").split("\n")


def load(templates: Path) -> tuple[dict[str, Title], list[Fault]]:
    """The publications below ``templates`` by id, those with errors left out, and every fault in their files."""
    base, faults = read_tree(templates / "layout" / "layout.yaml", _LAYOUT.file)
    titles: dict[str, Title] = {}
    for path in sorted(templates.glob("*/publication.yaml")):
        name = f"templates/{path.parent.name}/publication.yaml"
        source, found = read_sheet(path, name, Publication)
        if source is not None:
            layout, wrong = _layout(base or {}, source)
            found += [*wrong, *_forms(source), *_page_number(source)]
            if layout is not None and not has_errors(found):
                titles[path.parent.name] = Title(path.parent.name, source.value, path.parent, layout, source.places)
        faults += found
    if not titles and not has_errors(faults):
        message, hint = "没有找到任何刊物。", "用 jianbao init 新建工作区，或从中复制 templates 文件夹。"
        faults.append(Fault("no-publication", "error", Place("templates"), message, hint))
    return titles, list(dict.fromkeys(faults))


def _layout(base: Any, source: Source[Publication]) -> tuple[Mapping[str, Any] | None, list[Fault]]:
    """The shared figures overlaid with the publication's, by their Chinese names; None when they are not complete."""
    try:
        checked = Layout.model_validate(_typed(_merged(base, source.value.layout)), by_alias=True, by_name=False)
    except ValidationError as error:
        return None, [_wrong_figure(detail["loc"], detail["type"], source) for detail in error.errors()]
    return checked.model_dump(by_alias=True), []


def _wrong_figure(path: tuple[str | int, ...], kind: str, source: Source[Publication]) -> Fault:
    """A fault at the publication's own figure where it gives one, else in the shared file."""
    known = [part for part in path if part not in ("int", "float")]
    own = ("版式", *known) in source.places
    name = ".".join(map(str, known))
    if kind == "missing":
        message = f"缺少版式数据“{name}”。"
    elif kind == "extra_forbidden":
        message = f"版式中没有“{name}”这一项。"
    else:
        message = f"版式数据“{name}”的值不对。"
    place = source.place("版式", *known) if own or kind == "extra_forbidden" else _LAYOUT
    hint = "尺寸和字号写大于 0 的数，红写六位颜色，如 FF0000；对照程序自带的 templates/layout/layout.yaml。"
    return Fault("layout-figure", "error", place, message, hint)


def _forms(source: Source[Publication]) -> Iterator[Fault]:
    """Placeholders of the number forms that mean nothing, or nothing there."""
    number = source.value.number
    supplement = _MAIN | _SERIES if number.supplements == "混排" else _MAIN - _TOTALS | _SERIES
    for key, form, allowed in (("形式", number.form, _MAIN), ("增刊形式", number.supplement_form, supplement)):
        for found in re.findall(r"\{[^}]*\}?|\}", form):
            if found not in allowed:
                place = source.place("期号", key)
                message = f"期号形式中不能用“{found}”。"
                yield Fault("number-form", "error", place, message, f"可用：{' '.join(sorted(allowed))}。")


def _page_number(source: Source[Publication]) -> Iterator[Fault]:
    """A form of the page number that does not print the page once, on one line, or is longer than a page number is."""
    form = source.value.page_number.form
    around = form.replace("{页}", "")
    if form.count("{页}") != 1 or re.search(r"[{}\n]", around) or len(around) > _AROUND_NUMBER:
        message = f"页码形式“{form}”不能用。"
        hint = "{页} 写一次，前后可加不多于十二个字，如 — {页} —、{页}、第{页}页。"
        yield Fault("page-number-form", "error", source.place("页码", "形式"), message, hint)


def _typed(value: Any, key: str = "") -> Any:
    """YAML text as numbers where it reads as one; structure kept."""
    if isinstance(value, dict):
        return {k: _typed(v, k) for k, v in value.items()}
    if isinstance(value, str) and key not in _NEVER_NUMERIC and _NUMERIC.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _merged(base: Any, over: Any) -> Any:
    """``base`` overlaid with ``over``, mapping by mapping; what does not fit is told when the whole is validated."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    return {**base, **{key: _merged(base.get(key), value) for key, value in over.items()}}
