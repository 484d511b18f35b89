"""JSON Schema (draft-07) of the content files, for the completion and checking of an editor's YAML language server.

The server reads ``期号: 11`` as a number and ``true`` as a boolean where the loader sees text, so every text admits
these; an empty value means "not given", so every key that need not be there admits null and "".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from builder.content.bind import CHOICES, ONE_LINE
from builder.content.shapes import Shape, fields
from builder.model import PAGES_PATTERN, Attachment, Entry, Issue, Item, Matter, Office, PageRule, Problem, SetTable
from builder.model.fields import with_year

Json = dict[str, Any]
_TITLES = {"item": "信息", "finding": "督查事项", "issue": "一期", "office": "机关信息"}
_MODELS: dict[str, type[BaseModel]] = {"item": Item, "issue": Issue, "office": Office}
_SCALARS = ["string", "integer", "number", "boolean"]
_BLANK = r"^\s*$"
_D, _S = "[0-9０-９]", r"\s*"
_YEAR, _MONTH = rf"(?![0０]{{4}}){_D}{{4}}", "([0０]?[1-9１-９]|[1１][0-2０-２])"
_DATE = "([0０]?[1-9１-９]|[12１２][0-9０-９]|[3３][01０１])"
_MONTH_DAY = rf"{_MONTH}{_S}月{_S}{_DATE}{_S}[日号]"
_DAY = "|".join((
    *(rf"{_YEAR}{_S}{mark}{_S}{_MONTH}{_S}{mark}{_S}{_DATE}" for mark in ("[-－—–]", "[.．。]", "[/／]")),
    rf"{_YEAR}{_S}年{_S}{_MONTH_DAY}",
))  # fmt: skip
_CLOCK = r"(\s+([01]?[0-9]|2[0-3])[:：][0-5][0-9])?"


def schema(kind: str) -> Json:
    """The schema of a kind of file.

    Args:
        kind: "item" (its front matter), "finding", "issue" or "office".
    """
    top: Json = {"$schema": "http://json-schema.org/draft-07/schema#", "title": _TITLES[kind]}
    if kind != "finding":
        return top | _object(_MODELS[kind])
    condition = {"properties": {"种类": {"const": "问题"}}, "required": ["种类"]}
    return top | {"type": "object", "if": condition, "then": _object(Problem), "else": _object(Matter)}


def _object(model: type[BaseModel]) -> Json:
    known = fields(model)
    made: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _described(key, info, shape) for key, (info, shape) in known.items()},
        "required": [key for key, (info, _) in known.items() if info.is_required()],
    }
    if model in (Entry, Attachment):
        made["oneOf"] = [_given(key) for key in CHOICES]
    if model is SetTable:  # a head of one row may be a list of bare cells
        cell = made["properties"]["表头"]["items"]
        made["properties"]["表头"]["items"] = {"anyOf": [cell, cell["items"]]}
    return made


def _given(key: str) -> Json:
    blank = {"anyOf": [{"type": "null"}, {"type": "string", "pattern": _BLANK}]}
    return {"required": [key], "properties": {key: {"not": blank}}}


def _described(key: str, info: FieldInfo, shape: Shape) -> Json:
    made = _value(key, info, shape, info.is_required())
    return made | ({"description": info.description} if info.description else {})


def _value(key: str, info: FieldInfo | None, shape: Shape, required: bool) -> Json:
    if shape.kind == "model" and shape.model:
        return _structure(_object(shape.model), required, shape.single)
    if shape.kind == "dict" and shape.inner:
        values = _value("", None, shape.inner, required=False)
        return _structure({"type": "object", "additionalProperties": values}, required, single=False)
    if shape.kind == "list" and shape.inner:
        least = {"minItems": 1} if required else {}
        items = _value("", None, shape.inner, required=True)
        return _structure({"type": "array", "items": items, **least}, required, shape.single)
    if shape.kind == "enum":
        allowed = [value for value in shape.values if value]
        return {"enum": allowed if required else [*allowed, "", None]}
    return _scalar(key, info, shape.base, required)


def _structure(made: Json, required: bool, single: bool) -> Json:
    """Adds the scalar or empty forms of a structure; ``pattern`` bears on strings alone."""
    types = [made["type"], *(_SCALARS if single else [])]
    if not required:
        types += ["null"] if single else ["null", "string"]
    pattern = {"pattern": r"\S"} if single and required else {"pattern": _BLANK} if not single and not required else {}
    return made | {"type": types[0] if len(types) == 1 else types} | pattern


def _scalar(key: str, info: FieldInfo | None, base: type, required: bool) -> Json:
    empty = [] if required else ["null"]
    if base is int:
        least = _least(info)
        digits = r"0*[1-9][0-9]*" if least else "[0-9]+"
        pattern = rf"(?=[0-9]{{1,9}}\s*$){digits}"
        bounds = {"minimum": least, "maximum": 999_999_999}
        return {"type": ["integer", "string", *empty], **bounds, "pattern": _optional(pattern, required)}
    if base is float:
        pattern = r"(?!0+(\.0+)?\s*$)[0-9]{1,6}(\.[0-9]{1,6})?"
        return {"type": ["number", "string", *empty], "exclusiveMinimum": 0, "pattern": _optional(pattern, required)}
    if base is not str:
        if base is PageRule:
            return {"type": ["string", *empty] if empty else "string", "pattern": _optional(PAGES_PATTERN, required)}
        day = f"({_DAY})" if _bears_year(info) else f"({_DAY}|{_MONTH_DAY})"
        if base is datetime:
            day = f"(({_DAY}){_CLOCK}|{_MONTH_DAY})"
        return {"type": ["string", *empty] if empty else "string", "pattern": _optional(day, required)}
    made: Json = {"type": [*_SCALARS, *empty]}
    stated = next((p for part in (info.metadata if info else ()) if (p := getattr(part, "pattern", None))), None)
    if stated:
        return made | {"pattern": stated}
    if key in ONE_LINE:
        return made | {"pattern": _optional(r"\S[^\n]*", required)}
    return made | ({"pattern": r"\S"} if required else {})


def _bears_year(info: FieldInfo | None) -> bool:
    return any(getattr(part, "func", None) is with_year for part in (info.metadata if info else ()))


def _optional(pattern: str, required: bool) -> str:
    return rf"^\s*{pattern}\s*$" if required else rf"^\s*({pattern})?\s*$"


def _least(info: FieldInfo | None) -> int:
    """The ``ge`` of a count, 1 where the annotation states it inside (optional numbers)."""
    stated = (getattr(part, "ge", None) for part in (info.metadata if info else ()))
    return next((int(least) for least in stated if least is not None), 1)
