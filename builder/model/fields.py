"""The base of what editors write, and the types of its values: everything arrives as text."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


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


_CLOCK = re.compile(r"(?<=[\s日])([0-9]{1,2})[:：]([0-9]{2})$")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def _moment(value: object) -> object:
    """A day, or a day with its time: ``2026-06-05 16:20``."""
    text = value.translate(_HALF_WIDTH).strip() if isinstance(value, str) else ""
    clock = _CLOCK.search(text)
    if clock is None:
        return _day(value)
    hour, minute = int(clock[1]), int(clock[2])
    if hour > 23 or minute > 59:
        raise PydanticCustomError("day_form", "时间“{value}”写法不对", {"value": text})
    day = _day(text[: clock.start()])
    return datetime.combine(day, time(hour, minute)) if isinstance(day, date) else day


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
Moment = Annotated[datetime | date | None, BeforeValidator(_moment)]
RequiredDay = Annotated[date, BeforeValidator(_day)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_number)]
Ratio = Annotated[Annotated[float, Field(gt=0)] | None, BeforeValidator(_ratio)]
YesNo = Literal["是", "否"]
Auto = Literal["自动", "是", "否"]
Urgency = Literal["", "特急", "加急", "急件"]


def a(name: str, default: Any = "", comment: str = "", **more: Any) -> Any:
    """A field whose YAML key is ``name``; ``comment`` is the one-line Chinese explanation (``new``, ``schema``)."""
    return Field(default=default, alias=name, description=comment, **more)
