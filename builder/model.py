"""Frozen models. What editors write in YAML carries the field's Chinese terms as aliases; Python reads English names.

Every scalar of the YAML arrives as text (design §2); pydantic converts. Dates are ``datetime.date``.
Text blocks come from ``markup``; entries keep the places of their values, so that later messages can point at them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from builder.errors import Place

# ---------------------------------------------------------------- text blocks (made by markup.py)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters that stand side by side on one source line; ``place`` is that of the first character."""

    text: str
    bold: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. ``level`` 0 body, 1–4 heading levels 一、（一）1.（1）(GB/T 9704-2012, 7.3.3).

    ``head`` counts the characters, from the start, in the level's font: all of them for a heading that stands alone,
    up to and with the first 。 for a run-in heading, 0 for body text. ``kind`` "列表项" is an item of an unordered
    list (prints with a leading ——), "表注" a note under a table. ``audience`` are the foot groups (报, 送, 发) that may
    see it; empty means all.
    """

    spans: tuple[Span, ...]
    level: int = 0
    head: int = 0
    kind: Literal["段", "列表项", "表注"] = "段"
    audience: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The paragraph's characters as they print (without the —— of a list item)."""
        return "".join(s.text for s in self.spans)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``columns`` × ``rows`` is its span."""

    spans: tuple[Span, ...]
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """The cell's characters as they print."""
        return "".join(s.text for s in self.spans)


Align = Literal["", "左", "中", "右"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``head`` has one or two rows (spanned cells are left out of later rows), ``rows`` are full rows.

    ``aligns`` is what the delimiter row says for each column ("" nothing); empty where a table was not typed.
    """

    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    unit: str = ""
    place: Place = Place("")  # noqa: RUF009 (frozen)
    aligns: tuple[Align, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return sum(c.columns for c in self.head[0])


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; ``path`` as typed, relative to the entry's file. ``alt`` is required."""

    path: str
    alt: str
    caption: str
    place: Place


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A line ``[分页]``."""

    place: Place


Block = Paragraph | Table | Picture | PageBreak


@dataclass(frozen=True, slots=True)
class Photo:
    """A checked picture: PNG or JPEG bytes with EXIF orientation applied and metadata removed; size in pixels."""

    data: bytes
    format: Literal["png", "jpeg"]
    width: int
    height: int

    @property
    def name(self) -> str:
        """Content-derived file name, e.g. ``"3f2a….png"`` (the same picture has the same name)."""
        import hashlib

        return f"{hashlib.sha256(self.data).hexdigest()[:16]}.{self.format}"


# ---------------------------------------------------------------- what editors write


class Model(BaseModel):
    """Base: frozen, unknown keys refused, Chinese aliases."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


def _listed(value: object) -> object:
    """A single value where a list is expected counts as a list of one; empty counts as none."""
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else value


def _empty_as_none(value: object) -> object:
    return None if value == "" else value


_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def _day(value: object) -> object:
    """``2026-06-08`` or ``2026-6-8``; pydantic alone would take a bare number for seconds since 1970."""
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("day_form", "日期“{value}”写法不对", {"value": str(value)})
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        raise PydanticCustomError("day_none", "没有这一天：{value}", {"value": str(value)}) from None


def _whole(value: object) -> object:
    """Digits only: pydantic alone would also take ``1_000`` and ``1.0``."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value.strip()):
        raise PydanticCustomError("whole", "“{value}”不是整数", {"value": value})
    return value


def _number(value: object) -> object:
    return None if value == "" else _whole(value)


def _ratio(value: object) -> object:
    if isinstance(value, str) and value and not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value.strip()):
        raise PydanticCustomError("ratio", "“{value}”不是数", {"value": value})
    return _empty_as_none(value)


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Day = Annotated[date | None, BeforeValidator(_day)]
RequiredDay = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_number)]
YesNo = Literal["是", "否"]
Auto = Literal["自动", "是", "否"]
Urgency = Literal["", "特急", "加急", "急件"]
T = TypeVar("T", bound=BaseModel)


def a(name: str, default: Any = "", comment: str = "", **more: Any) -> Any:
    """A field whose YAML key is ``name``; ``comment`` is the one-line Chinese explanation (``new``, ``schema``)."""
    return Field(default=default, alias=name, description=comment, **more)


class Adoption(Model):
    """Where an item was used before (采用情况)."""

    publication: str = a("刊物", ..., "采用刊物名称")
    number: str = a("期号", "", "期号，如 第12期")
    day: Day = a("日期", None, "采用日期")
    form: Literal["", "单篇", "综合", "增刊", "专报"] = a("形式", "", "单篇、综合、增刊或专报")
    tier: str = a("级别", "", "中央、省、市、县")


class Instruction(Model):
    """A leader's written instruction (领导批示)."""

    name: str = a("姓名", "", "批示领导姓名，可空")
    post: str = a("职务", ..., "批示领导职务")
    day: Day = a("日期", None, "批示日期")
    content: str = a("内容", "", "批示内容")


class Item(Model):
    """Front matter of an information item (信息); the body follows in Markdown."""

    title: str = a("标题", ..., "标题，句末不加标点", min_length=1)
    units: Texts = a("供稿单位", (), "供稿单位，可写多个")
    author: str = a("供稿人", "", "供稿人")
    reviewer: str = a("审核人", "", "审核人")
    approver: str = a("签发人", "", "供稿单位签发人")
    reported: Day = a("报送时间", None, "报送日期，如 2026-06-05")
    occurred: Day = a("事发时间", None, "事发日期（紧急信息必填）")
    category: Literal["", "动态", "经验", "问题", "建议", "社情民意", "紧急"] = a(
        "类别", "", "动态、经验、问题、建议、社情民意或紧急"
    )
    origin: str = a("来源", "", "来源，如 直报点")
    secrecy: Literal["", "秘密", "机密", "绝密"] = a("密级", "", "普通环境下不得填写")
    urgency: Urgency = a("紧急程度", "", "特急、加急或急件")
    request: str = a("约稿编号", "", "约稿编号")
    attachments: Texts = a("附件", (), "随稿附件名称")
    adoptions: tuple[Adoption, ...] = a("采用情况", (), "采用情况")
    instructions: tuple[Instruction, ...] = a("领导批示", (), "领导批示")
    points: str = a("得分", "", "采用得分")
    note: str = a("备注", "", "备注，不印出")


class Feedback(Model):
    """One report on progress (反馈)."""

    day: Day = a("日期", None, "反馈日期")
    progress: str = a("进展", "", "进展情况")
    trouble: str = a("问题", "", "存在问题")
    following: str = a("下一步", "", "下一步打算")


class Extension(Model):
    """An extension of the deadline (延期)."""

    approver: str = a("批准人", ..., "批准人职务")
    deadline: RequiredDay = a("新时限", ..., "新的完成时限")


class Matter(Model):
    """A supervision task (督查事项, kind 事项)."""

    kind: Literal["事项"] = a("种类", "事项", "事项 或 问题")
    number: str = a("编号", ..., "编号，原样印出", min_length=1)
    category: Literal["", "决策督查", "专项查办", "批示件", "会议议定", "建议提案"] = a(
        "类别", "", "决策督查、专项查办、批示件、会议议定或建议提案"
    )
    aspect: str = a("方面", "", "所属方面")
    matter: str = a("事项", ..., "事项内容", min_length=1)
    basis: str = a("立项依据", "", "立项依据")
    leader: str = a("分管领导", "", "市级分管领导职务")
    lead_unit: str = a("牵头单位", "", "牵头单位")
    units: Texts = a("责任单位", (), "责任单位，可写多个")
    person: str = a("责任人", "", "责任人职务")
    received: Day = a("收件日", None, "收件日")
    assigned: Day = a("交办日", None, "交办日")
    deadline: Day = a("完成时限", None, "完成时限")
    feedback: tuple[Feedback, ...] = a("反馈", (), "反馈记录")
    state: Literal[
        "", "立项", "交办", "办理中", "催办", "反馈", "审核", "退回重办", "办结", "销号", "完成", "有序", "滞后"
    ] = a("状态", "", "立项、交办、办理中、催办、反馈、审核、退回重办、办结、销号；分工事项用 完成、有序、滞后")
    extensions: tuple[Extension, ...] = a("延期", (), "延期记录")
    closed: Day = a("办结日", None, "办结日")
    returns: str = a("退回次数", "", "退回次数")
    struck: Day = a("销号日", None, "销号日")
    note: str = a("备注", "", "备注")


class Problem(Model):
    """What an inspection found (督查事项, kind 问题)."""

    kind: Literal["问题"] = a("种类", ..., "事项 或 问题")
    number: str = a("编号", ..., "编号，原样印出", min_length=1)
    site: str = a("点位", ..., "点位", min_length=1)
    problem: str = a("问题描述", ..., "问题描述", min_length=1)
    territory: str = a("属地", "", "属地")
    units: Texts = a("责任单位", (), "责任单位，可写多个")
    demand: str = a("整改要求", "", "整改要求")
    deadline: Day = a("整改时限", None, "整改时限")
    progress: str = a("整改情况", "", "整改情况")
    photos: Texts = a("照片", (), "照片文件名")
    note: str = a("备注", "", "备注")


Finding = Matter | Problem


class Column(Model):
    """One column of a findings table. A bare key in YAML stands for ``{字段: key}``."""

    field: str = a("字段", ..., "督查事项的字段名，或 序号")
    title: str = a("列名", "", "表头文字，空则用字段名")
    group: str = a("组", "", "两行表头时上一行的文字，相邻同组合并")
    width: Annotated[Annotated[float, Field(gt=0)] | None, BeforeValidator(_ratio)] = a("宽", None, "相对宽度")


class Listing(Model):
    """Findings as text, as a table, or both."""

    select: Texts = a("范围", ..., "督查事项编号（文件名）或文件夹，如 fengong-2026/*", min_length=1)
    form: Literal["表", "文", "文表"] = a("形式", "表", "表、文或文表")
    title: str = a("表题", "", "表题")
    unit: str = a("单位", "", "计量单位，如 件")
    columns: tuple[Annotated[Column, BeforeValidator(lambda v: {"字段": v} if isinstance(v, str) else v)], ...] = a(
        "列", (), "列；空则按种类取默认列"
    )


class Entry(Model):
    """One entry of an issue: exactly one of 信息, 督查, 正文."""

    item: str = a("信息", "", "信息编号（content/items 下的路径，不带后缀）")
    listing: Listing | None = a("督查", None, "督查事项清单")
    text: str = a("正文", "", "直接写在本期里的文字，写法同信息正文")
    title: str = a("标题", "", "另拟标题；空则用信息的标题；写 无 则不印标题")
    note: str = a("编者按", "", "本条编者按")
    credit: str = a("供稿", "", "另写供稿署名，如 本刊综合；写 无 则不印")


class Section(Model):
    """A 栏目 with its entries."""

    name: str = a("名称", ..., "栏目名，不带【】", min_length=1)
    note: str = a("编者按", "", "栏目编者按")
    entries: tuple[Entry, ...] = a("条目", (), "条目")


class Attachment(Model):
    """An annex: exactly one of 信息, 督查, 正文."""

    title: str = a("标题", ..., "附件名称，句末不加标点", min_length=1)
    item: str = a("信息", "", "信息编号")
    listing: Listing | None = a("督查", None, "督查事项清单")
    text: str = a("正文", "", "附件正文")
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
    day: RequiredDay = a("日期", ..., "签发日期，如 2026-06-08")
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
    page_limit: Number = a("页数上限", None, "版面上限（面），超出时给出应删行数")


class Unit(Model):
    """A unit of the office's own roster."""

    name: str = a("全称", ..., "单位全称", min_length=1)
    short: str = a("简称", ..., "供稿署名用的简称", min_length=1)
    kind: Literal["", "县（市、区）", "市直部门", "乡镇（街道）"] = a(
        "类别", "", "县（市、区）、市直部门或乡镇（街道）"
    )


class Post(Model):
    """A post and the acts it may do (trust, not authentication)."""

    name: str = a("职务", ..., "职务", min_length=1)
    acts: Texts = a("可办", (), "可办的手续：编辑、审核、签发、复核")


class RecipientGroup(Model):
    """A recipient group: one phrase in the foot and its copies."""

    name: str = a("组", ..., "组名，供名单引用", min_length=1)
    text: str = a("名称", ..., "印在报尾的文字", min_length=1)
    copies: Whole = a("份数", ..., "份数", ge=1)


class Distribution(Model):
    """A publication's standing distribution list."""

    report: Texts = a("报", (), "报")
    send: Texts = a("送", (), "送")
    issue: Texts = a("发", (), "发")
    file: Whole = a("存档", 0, "存档份数", ge=0)
    spare: Whole = a("备用", 0, "备用份数", ge=0)


class Office(Model):
    """``content/office.yaml``."""

    name: str = a("名称", ..., "机关名称", min_length=1)
    publishers: dict[str, str] = a("编印单位", {}, "各刊物的编印单位；空则用机关名称")
    classified: YesNo = a("涉密环境", "否", "本机是否为涉密环境")
    units: tuple[Unit, ...] = a("单位", (), "单位名册")
    posts: tuple[Post, ...] = a("职务", (), "职务")
    groups: tuple[RecipientGroup, ...] = a("分发组", (), "分发组")
    distributions: dict[str, Distribution] = a("分发名单", {}, "各刊物的分发名单")


# ---------------------------------------------------------------- what loading gives


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """A loaded file: its id, path below the workspace (posix), values, and where each value stands.

    ``places`` maps a path of keys and indexes, e.g. ``("栏目", 0, "条目", 2, "信息")``, to the place of the value.
    ``blocks`` are an item's body. ``texts`` maps the path of a multi-line text (编者按, 正文 …) to its parsed blocks.
    ``photos`` maps a picture path as typed to its checked picture.
    """

    id: str
    file: str
    value: T
    places: dict[tuple[str | int, ...], Place]
    blocks: tuple[Block, ...] = ()
    texts: dict[tuple[str | int, ...], tuple[Block, ...]] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)

    def place(self, *path: str | int) -> Place:
        """The place of the value at ``path``, else of its nearest parent, else the file."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file))


@dataclass(frozen=True, slots=True)
class Library:
    """Everything a workspace holds, loaded and checked for form; keys are ids.

    ``broken_ids`` are the ids of files with errors, by kind ("item", "finding", "issue"): they exist, so that a
    reference to one is no fault of its own.
    """

    office: Source[Office]
    items: dict[str, Source[Item]]
    findings: dict[str, Source[Any]]
    issues: dict[str, Source[Issue]]
    broken_ids: dict[str, frozenset[str]] = field(default_factory=dict)
