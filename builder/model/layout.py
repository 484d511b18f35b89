"""The figures of ``templates/layout/layout.yaml``: lengths in mm, sizes and line pitches in pt."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from builder.model.fields import Model, a

Positive = Annotated[int | float, Field(gt=0)]
NotNegative = Annotated[int | float, Field(ge=0)]
Count = Annotated[int, Field(gt=0)]


class Paper(Model):
    """The sheet (GB/T 9704-2012, 5.1), mm."""

    width: Positive = a("宽", ..., "mm")
    height: Positive = a("高", ..., "mm")


class TypeArea(Model):
    """The type area and its margins (5.2.1), mm."""

    top: NotNegative = a("天头", ..., "mm")
    left: NotNegative = a("订口", ..., "mm")
    width: Positive = a("宽", ..., "mm")
    height: Positive = a("高", ..., "mm")


class Body(Model):
    """Body text on the grid (5.2.2, 5.2.3), pt."""

    size: Positive = a("字号", ..., "pt")
    pitch: Positive = a("行距", ..., "pt")
    advance: Positive = a("字距", ..., "pt，字心到字心")
    lines: Count = a("每面行数", ..., "行")
    characters: Count = a("每行字数", ..., "字")


class Masthead(Model):
    """The masthead; distances in mm."""

    size: Positive = a("刊名字号", ..., "pt")
    spacing: NotNegative = a("刊名字间", ..., "字")
    top: NotNegative = a("刊名上距", ..., "mm")
    to_number: NotNegative = a("刊名至期号", ..., "mm")
    to_office: NotNegative = a("期号至编印", ..., "mm")
    to_rule: NotNegative = a("编印至红线", ..., "mm")
    rule: Positive = a("红线粗", ..., "mm")
    red: str = a("红", ..., "六位十六进制颜色", pattern="^[0-9A-Fa-f]{6}$")
    print_red: str = a(
        "印刷红", "0/80/80/0", "印刷厂四色 C/M/Y/K，百分数", pattern="^([0-9]{1,2}|100)(/([0-9]{1,2}|100)){3}$"
    )


class Titles(Model):
    """Titles: sizes and pitches in pt, blank lines in body lines."""

    single: Positive = a("单题字号", ..., "pt")
    several: Positive = a("多题字号", ..., "pt")
    single_pitch: Positive = a("单题行距", ..., "pt")
    several_pitch: Positive = a("多题行距", ..., "pt")
    above: NotNegative = a("线下空行", ..., "行")
    below: NotNegative = a("题下空行", ..., "行")


class Contents(Model):
    """本期要目: sizes in pt, and from how many entries or pages on."""

    title_size: Positive = a("标题字号", ..., "pt")
    size: Positive = a("字号", ..., "pt")
    many_size: Positive = a("多目字号", ..., "pt")
    many_from: Count = a("多目起", ..., "条")
    numbers_from: Count = a("页码起", ..., "面")
    shown_from: Count = a("起条数", ..., "条")


class Tables(Model):
    """Tables: sizes, pitch and rules in pt, row height in mm."""

    title_size: Positive = a("题字号", ..., "pt")
    head_size: Positive = a("头字号", ..., "pt")
    size: Positive = a("字号", ..., "pt")
    dense_size: Positive = a("密字号", ..., "pt")
    dense_from: Count = a("密列起", ..., "列")
    pitch: Positive = a("行距", ..., "pt")
    row: Positive = a("行高", ..., "mm")
    outer: Positive = a("外线", ..., "pt")
    inner: Positive = a("内线", ..., "pt")


class Foot(Model):
    """The foot (7.4): size and pitch in pt, rules in mm."""

    size: Positive = a("字号", ..., "pt")
    pitch: Positive = a("行距", ..., "pt")
    outer: Positive = a("首末线", ..., "mm")
    middle: Positive = a("中线", ..., "mm")


class PageNumber(Model):
    """The page number (7.5): size and indent in pt, distance in mm."""

    size: Positive = a("字号", ..., "pt")
    below: NotNegative = a("距版心", ..., "mm")
    indent: NotNegative = a("缩进", ..., "pt")


class Layout(Model):
    """All figures; a publication may give any of them anew."""

    paper: Paper = a("纸张", ...)
    area: TypeArea = a("版心", ...)
    body: Body = a("正文", ...)
    masthead: Masthead = a("报头", ...)
    titles: Titles = a("标题", ...)
    contents: Contents = a("要目", ...)
    tables: Tables = a("表格", ...)
    foot: Foot = a("版记", ...)
    number: PageNumber = a("页码", ...)
