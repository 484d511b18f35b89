"""Pydantic's errors in the field's words: (code, message, hint)."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from builder.content.shapes import Shape, fields
from builder.model.fields import LONGEST_SUBJECT, MOST_SUBJECTS

Path = tuple[str | int, ...]
Words = tuple[str, str, str]


def explain(model: type[BaseModel], path: Path, detail: ErrorDetails) -> Words:
    """What to tell the editor about one pydantic error of ``model`` at ``path`` (YAML keys and indexes)."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    words = _BY_TYPE.get(detail["type"])
    if words is not None:
        return words(name, detail, shape_at(model, path))
    return "value-invalid", f"“{name}”的值不合要求（{detail['type']}）", _comment(model, path)


def shape_at(model: type[BaseModel], path: Path) -> Shape:
    """The shape that the model gives to the value at ``path``."""
    here = Shape("model", model=model)
    for part in path:
        if here.kind == "model" and here.model:
            found = fields(here.model).get(str(part))
            here = found[1] if found else Shape("scalar")
        else:
            here = here.inner or Shape("scalar")
    return here


def _comment(model: type[BaseModel], path: Path) -> str:
    parent = shape_at(model, path[:-1]) if path else None
    found = fields(parent.model).get(str(path[-1])) if parent and parent.model else None
    return (found[0].description or "") if found else ""


def _missing(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    return "key-missing", f"缺少“{name}”", f"补上一行“{name}: …”，并填写内容"


def _enum(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    allowed = [value for value in shape.values if value]
    typed = str(detail.get("input", ""))[:30]
    near = difflib.get_close_matches(typed, allowed, n=1, cutoff=0.5)
    guess = f"，是否指 {near[0]}？" if near else ""
    return "value-choice", f"“{name}”不能是“{typed}”{guess}", f"只能写：{'、'.join(allowed)}"


def _day(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    value = str(detail.get("ctx", {}).get("value", detail.get("input", "")))[:30]
    if detail["type"] == "day_none":
        return "value-day", f"“{name}”：没有这一天：{value}", "核对年月日"
    if detail["type"] == "day_year":
        return "value-day", f"“{name}”没有写年份：{value}", f"写成 2026年{value} 的样子"
    return "value-day", f"“{name}”的日期写法不对：{value}", "写成 2026-06-08 的样子"


def _number(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    typed = str(detail.get("input", ""))[:30]
    return "value-number", f"“{name}”须是数字，不能是“{typed}”", "只写阿拉伯数字，如 12，不带“第”“期”等字"


def _bound(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    context = detail.get("ctx", {})
    least = f"不小于 {context['ge']}" if "ge" in context else f"大于 {context.get('gt', 0)}"
    return "value-number", f"“{name}”须{least}", "改成合适的数"


def _pattern(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    if name == "份号":
        return "value-form", "“份号”须是六位数字", "如 000123"
    return "value-form", f"“{name}”的写法不对", "对照手册检查写法"


def _pages(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    typed = str(detail.get("ctx", {}).get("value", ""))[:30]
    count = "".join(c for c in typed if c.isdecimal())[:3].lstrip("0") or "4"
    return "value-form", f"“{name}”的写法不对：{typed}", f"写明 恰{count}、不超过{count} 或 {count}的倍数"


def _subject(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    typed = str(detail.get("ctx", {}).get("value", ""))
    if detail["type"] == "subject_many":
        return "value-form", f"“{name}”写了{typed}个", f"一条最多{MOST_SUBJECTS}个，留下要紧的"
    if typed == "无":
        return "value-form", f"“{name}”里“无”不是一个词", "不标的，值留空或删去这一行"
    if detail["type"] == "subject_twice":
        return "value-form", f"“{name}”里“{typed}”写了两次", "删去一个"
    if detail["type"] == "subject_long":
        return (
            "value-form",
            f"“{name}”里“{typed[:30]}”太长",
            f"一个词不超过{LONGEST_SUBJECT}个字；几个词的，写成 [防汛, 水库]",
        )
    return (
        "value-form",
        f"“{name}”里“{typed[:30]}”不是一个词",
        "词里不用空格、顿号、逗号、* 和方括号等；几个词的，写成 [防汛, 水库]",
    )


def _list(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    return "value-list", f"“{name}”应写成列表", "每条另起一行，行首写“- ”"


def _mapping(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    keys = "、".join(fields(shape.model)) if shape.model else ""
    if isinstance(detail.get("input"), str) and "信息" in keys:
        return "value-mapping", f"“{name}”要写明是信息、督查、正文还是表格", f"写成“信息: {detail['input'][:30]}”"
    return "value-mapping", f"“{name}”下面应是“键: 值”的写法", f"可用的字段：{keys}" if keys else "每行写一个键"


def _text(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    hint = "值以 [ 或 { 开头时，给整个值加引号；不要在它下面再写缩进的行"
    return "value-text", f"“{name}”应是一段文字，不能是列表或下级键", hint


def _empty(name: str, detail: ErrorDetails, shape: Shape) -> Words:
    return "value-empty", f"“{name}”不能为空", "填写内容"


_BY_TYPE: dict[str, Callable[[str, ErrorDetails, Shape], Words]] = {
    "missing": _missing,
    "literal_error": _enum,
    "day_form": _day,
    "day_none": _day,
    "day_year": _day,
    "date_type": _day,
    "whole": _number,
    "ratio": _number,
    "int_type": _number,
    "int_parsing": _number,
    "float_type": _number,
    "float_parsing": _number,
    "greater_than": _bound,
    "greater_than_equal": _bound,
    "string_pattern_mismatch": _pattern,
    "page_rule": _pages,
    "subject_marks": _subject,
    "subject_long": _subject,
    "subject_twice": _subject,
    "subject_many": _subject,
    "tuple_type": _list,
    "list_type": _list,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "dict_type": _mapping,
    "string_type": _text,
    "string_too_short": _empty,
    "too_short": _empty,
}
