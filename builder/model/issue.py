"""Issue files: what is chosen, in which order, under which heads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from builder.model.fields import Auto, IssueDay, Model, Number, Ratio, Subjects, Texts, Urgency, Whole, a
from builder.model.pages import Pages


class Column(Model):
    """One column of a findings table. A bare key in YAML stands for ``{字段: key}``."""

    field: str = a("字段", ..., "督查事项的字段名，或 序号")
    title: str = a("列名", "", "表头文字，空则用字段名")
    group: str = a("组", "", "两行表头时上一行的文字，相邻同组合并")
    width: Ratio = a("宽", None, "相对宽度；有一列写了，没写的列按 1")


class Listing(Model):
    """Findings as text, as a table, or both."""

    select: Texts = a("范围", ..., "督查事项编号（文件名）或文件夹，如 fengong-2026/*", min_length=1)
    form: Literal["表", "文", "文表"] = a("形式", "表", "表、文或文表")
    title: str = a("表题", "", "表题")
    unit: str = a("单位", "", "计量单位，如 件")
    columns: tuple[Annotated[Column, BeforeValidator(lambda v: {"字段": v} if isinstance(v, str) else v)], ...] = a(
        "列", (), "列；空则按种类取默认列"
    )


class HeadCell(Model):
    """A head cell that spans columns or rows. A bare text in YAML stands for ``{文: text}``."""

    text: str = a("文", ..., "表头文字", min_length=1)
    columns: Whole = a("列", 1, "占几列", ge=1)
    rows: Whole = a("行", 1, "占几行", ge=1)


def _head_rows(value: object) -> object:
    """A list of bare cells is a head of one row."""
    if isinstance(value, list) and not any(isinstance(row, list) for row in value):
        return [value]
    return value


HeadCells = tuple[Annotated[HeadCell, BeforeValidator(lambda v: {"文": v} if isinstance(v, str) else v)], ...]


class SetTable(Model):
    """A table set out in YAML."""

    title: str = a("表题", "", "表题")
    unit: str = a("单位", "", "计量单位，如 件")
    head: Annotated[tuple[HeadCells, ...], BeforeValidator(_head_rows)] = a(
        "表头", ..., "一行或两行表头；< 并入左格，^ 并入上格"
    )
    rows: tuple[tuple[str, ...], ...] = a("行", ..., "各行，每行一个列表")
    notes: Texts = a("注", (), "表下的注，可写多条")


class Entry(Model):
    """One entry of an issue: exactly one of 信息, 督查, 正文, 表格."""

    item: str = a("信息", "", "信息编号（content/items 下的路径，不带后缀）")
    listing: Listing | None = a("督查", None, "督查事项清单")
    text: str = a("正文", "", "直接写在本期里的文字，写法同信息正文")
    table: SetTable | None = a("表格", None, "写成列表的表格")
    title: str = a("标题", "", "另拟标题；空则用信息的标题；写 无 则不印标题")
    note: str = a("编者按", "", "本条编者按")
    credit: str = a("供稿", "", "另写供稿署名，如 本刊综合；写 无 则不印")
    subjects: Subjects = a("主题词", (), "年度合订本的主题索引用的词，可写多个；空则用信息或督查事项的")


class Section(Model):
    """A 栏目 with its entries."""

    name: str = a("名称", ..., "栏目名，不带【】", min_length=1)
    note: str = a("编者按", "", "栏目编者按")
    entries: tuple[Entry, ...] = a("条目", (), "条目")


class Attachment(Model):
    """An annex: exactly one of 信息, 督查, 正文, 表格."""

    title: str = a("标题", ..., "附件名称，句末不加标点", min_length=1)
    item: str = a("信息", "", "信息编号")
    listing: Listing | None = a("督查", None, "督查事项清单")
    text: str = a("正文", "", "附件正文")
    table: SetTable | None = a("表格", None, "写成列表的表格")
    orientation: Literal["纵", "横"] = a("方向", "纵", "纸张方向：纵 或 横")


class Recipients(Model):
    """Names of recipient groups by part of the foot."""

    report: Texts = a("报", (), "报：上级")
    send: Texts = a("送", (), "送：平级")
    issue: Texts = a("发", (), "发：下级")


class DistributionChange(Model):
    """What this issue changes in its publication's distribution list."""

    add: Recipients = a("增加", Recipients(), "增加的分发组（office.yaml 中的组名）")
    remove: Texts = a("删去", (), "删去的分发组")


class Extra(Model):
    """A recipient of this issue only (本期增发)."""

    name: str = a("名称", ..., "单位或职务")
    copies: Whole = a("份数", 1, "份数", ge=1)


class Issue(Model):
    """An issue file: what is chosen, in which order, under which heads."""

    publication: str = a("刊物", ..., "刊物代号，如 gongzuo-xinxi", min_length=1)
    day: IssueDay = a("日期", ..., "签发日期，如 2026-06-08")
    number: Number = a("期号", None, "期号；空则由系统拟号")
    total: Number = a("总期", None, "总期号；空则由系统拟号")
    series: Literal["正刊", "增刊", "专刊", "特刊", "专号"] = a("系列", "正刊", "正刊、增刊、专刊、特刊或专号")
    topic: str = a("专题", "", "专期的专题名，印在期号下一行；一般空")
    marking: str = a("标识", "", "如 内部资料　注意保存")
    secrecy: Literal["", "秘密", "机密", "绝密"] = a("密级", "", "普通环境下不得填写")
    secrecy_term: str = a("保密期限", "", "如 1年")
    urgency: Urgency = a("紧急程度", "", "特急、加急或急件")
    copy_number: str = a("份号", "", "六位份号，如 000123", pattern=r"^([0-9]{6})?$")
    addressees: Texts = a("主送", (), "主送机关")
    contents: Auto = a("要目", "自动", "本期要目：自动、是或否")
    note: str = a("编者按", "", "本期编者按")
    sections: tuple[Section, ...] = a("栏目", (), "栏目")
    entries: tuple[Entry, ...] = a("条目", (), "不分栏目时的条目")
    attachments: tuple[Attachment, ...] = a("附件", (), "附件")
    signed: Auto = a("署名", "自动", "文末署名和日期：自动按刊物规定")
    distribution: DistributionChange = a("分发", DistributionChange(), "对分发名单的改动")
    extras: tuple[Extra, ...] = a("本期增发", (), "本期增发")
    copies: Number = a("印数", None, "一般不填，由系统计算；填了就与计算结果核对")
    approver: str = a("签发", "", "签发人职务或姓名")
    editor: str = a("责任编辑", "", "责任编辑")
    proofreader: str = a("校对", "", "校对")
    pages: Pages = a("页数", None, "恰4、不超过2 或 4的倍数；空则照刊物")
    squeeze: Literal["", "允许", "不允许"] = a("压行", "", "允许：超出时行距可压到28磅；空则照刊物")
