"""The base of what editors write, and the types of its values: everything arrives as text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """Base: frozen, unknown keys refused, Chinese aliases."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


def listed(value: object) -> object:
    """A single value where a list is expected counts as a list of one; empty counts as none."""
    if value is None or value == "":
        return ()
    return (value,) if isinstance(value, str) else value


def _empty_as_none(value: object) -> object:
    return None if value == "" else value


class MonthDay(date):
    """A day typed without its year (``6月8日``); the issue that prints it gives the year (``compose.years``).

    Its own year is 4, a leap year before all others: until it is resolved it sorts first and is no real day.
    """

    __slots__ = ()

    @classmethod
    def of(cls, month: int, day: int) -> MonthDay:
        """Raises ValueError for a day that no year has."""
        return cls(4, month, day)

    def isoformat(self) -> str:
        """As typed: ``6月8日``."""
        return f"{self.month}月{self.day}日"


class MonthMoment(datetime):
    """A ``MonthDay`` with its time (``6月5日 16:20``); resolved in the same way."""

    __slots__ = ()

    @classmethod
    def of(cls, day: MonthDay, clock: time) -> MonthMoment:
        """The time on that day."""
        return cls(day.year, day.month, day.day, clock.hour, clock.minute)

    def isoformat(self, sep: str = " ", timespec: str = "minutes") -> str:
        """As typed: ``6月5日 16:20``, whatever is asked for."""
        return f"{self.month}月{self.day}日 {self.hour:02}:{self.minute:02}"


_DIGITS = str.maketrans("０１２３４５６７８９．。／－—–", "0123456789../---")
_DAY = re.compile(
    r"([0-9]{4})(?:\s*([-./])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})|\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号])"
)
_MONTH_DAY = re.compile(r"([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]")


def read_day(text: str) -> date | None:
    """The day that a text stands for, in any of the forms that offices type; a ``MonthDay`` where the year is absent.

    ``2026-6-8``, ``2026.6.8``, ``2026/6/8``, ``2026年6月8日``, ``6月8日``; also with full-width digits and marks and with
    spaces between the parts. None for any other text.

    Raises:
        ValueError: the form is right, but there is no such day.
    """
    plain = text.strip().translate(_DIGITS)
    if match := _DAY.fullmatch(plain):
        return date(*(int(part) for part in match.groups() if part and part.isdigit()))
    if match := _MONTH_DAY.fullmatch(plain):
        return MonthDay.of(int(match[1]), int(match[2]))
    return None


def full_day(text: str) -> date | None:
    """``read_day``, but None for a day without a year or one that does not exist."""
    try:
        day = read_day(text)
    except ValueError:
        return None
    return None if isinstance(day, MonthDay) else day


def _day(value: object) -> object:
    """A day as typed; pydantic alone would take a bare number for seconds since 1970."""
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        day = read_day(value) if isinstance(value, str) else None
    except ValueError:
        raise PydanticCustomError("day_none", "没有这一天：{value}", {"value": str(value)}) from None
    if day is None:
        raise PydanticCustomError("day_form", "日期“{value}”写法不对", {"value": str(value)})
    return day


def with_year(value: object) -> object:
    """``_day`` for a day that must bear its year: that of an issue, or one of the office's."""
    day = _day(value)
    if isinstance(day, MonthDay):
        raise PydanticCustomError("day_year", "日期“{value}”没有年份", {"value": str(value)})
    return day


_CLOCK = re.compile(r"(?<=[\s日号])([0-9]{1,2})[:：]([0-9]{2})$")
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
    if isinstance(day, MonthDay):
        return MonthMoment.of(day, time(hour, minute))
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


LONGEST_SUBJECT = 15  # characters, so that a column of an index has room for its pages as well
MOST_SUBJECTS = 10  # of one entry: more tell nobody what it is about
_PARTING = re.compile(r"[\s、，,；;。．：:！!？?|*_`#<>\[\]{}［］｛｝【】]")


def _subject(word: str) -> str:
    """A word for an index: short, and one."""
    if _PARTING.search(word) or not any(c.isalnum() for c in word) or word == "无":
        raise PydanticCustomError("subject_marks", "“{value}”不是一个词", {"value": word})
    if len(word) > LONGEST_SUBJECT:
        raise PydanticCustomError("subject_long", "“{value}”太长", {"value": word})
    return word


def _each_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words, few and none of them twice."""
    same = [unicodedata.normalize("NFKC", word).casefold() for word in words]
    if len(words) > MOST_SUBJECTS:
        raise PydanticCustomError("subject_many", "“{value}”太多", {"value": str(len(words))})
    twice = next((word for n, word in enumerate(words) if same[n] in same[:n]), None)
    if twice is not None:
        raise PydanticCustomError("subject_twice", "“{value}”写了两次", {"value": twice})
    return words


Texts = Annotated[tuple[str, ...], BeforeValidator(listed)]
Subjects = Annotated[
    tuple[Annotated[str, AfterValidator(_subject)], ...], BeforeValidator(listed), AfterValidator(_each_once)
]
Day = Annotated[date | None, BeforeValidator(_day)]
Moment = Annotated[datetime | date | None, BeforeValidator(_moment)]
RequiredDay = Annotated[date, BeforeValidator(_day)]
FullDay = Annotated[date | None, BeforeValidator(with_year)]
IssueDay = Annotated[date, BeforeValidator(with_year)]
Whole = Annotated[int, BeforeValidator(_whole)]
Number = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_number)]
Ratio = Annotated[Annotated[float, Field(gt=0)] | None, BeforeValidator(_ratio)]
YesNo = Literal["是", "否"]
Auto = Literal["自动", "是", "否"]
Urgency = Literal["", "特急", "加急", "急件"]


def a(name: str, default: Any = "", comment: str = "", **more: Any) -> Any:
    """A field whose YAML key is ``name``; ``comment`` is the one-line Chinese explanation (``new``, ``schema``)."""
    return Field(default=default, alias=name, description=comment, **more)
