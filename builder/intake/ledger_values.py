"""Cells of a ledger as values of a finding: text as displayed, days, units, states. Every doubt is a fault."""

from __future__ import annotations

import calendar
import difflib
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from builder.errors import Fault, Place
from builder.intake.sheet_reader import Value

NOTHING = frozenset({"/", "\\", "-", "—", "——", "--", "无", "暂无"})


_CELL = Place("")  # the cell: who calls knows which


# ---------------------------------------------------------------- text

_MOST = 10**15  # a spreadsheet keeps fifteen digits


def shown(value: Value, pattern: str = "", display: str = "") -> tuple[str, Fault | None]:
    """The cell as text: strings as they are, numbers as displayed, days as 2026-06-08.

    Args:
        value: the cell's value.
        pattern: its number format ("" for General).
        display: its text as displayed, where the file holds it ("" unknown).
    """
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip(), None
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, int | float):
        return _number(value, pattern, display)
    if isinstance(value, datetime):
        return (value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"), None
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}", None
    return (value.isoformat() if isinstance(value, date) else f"{value:%H:%M}"), None


def _number(value: float, pattern: str, display: str) -> tuple[str, Fault | None]:
    if abs(value) >= _MOST:
        hint = "把这一列设为文本格式，照原件重新输入"
        return "", Fault("ledger-number", "error", _CELL, f"数字超过 15 位（{value:.0f}），表格软件已丢掉尾数", hint)
    if display:
        return display, None
    stored = Decimal(format(value, ".15g"))
    if not pattern:
        return format(stored, "f"), None
    formatted = _formatted(stored, pattern)
    if formatted is not None:
        return formatted, None
    told = format(stored, "f")
    message = f"单元格的显示格式（{pattern[:30]}）不能照搬，取其数值 {told}"
    return told, Fault("ledger-format", "warning", _CELL, message, "核对；要照显示的取，把这一格改成文本")


_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|([0#?.,%]+)|(.)', re.DOTALL)


def _formatted(value: Decimal, pattern: str) -> str | None:
    """The number in a format such as ``00000``, ``#,##0.00``, ``0%`` or ``"第"0"号"``; None for any other."""
    if value < 0 or pattern.lower() == "general":
        return None if value < 0 else format(value, "f")
    parts: list[str] = []
    digits = 0
    for match in _TOKEN.finditer(pattern.split(";")[0]):
        quoted, escaped, digit, other = match.groups()
        if digit:
            digits += 1
            parts.append(_digits(value, digit))
        elif other and not (other in " -()/（）〔〕" or ord(other) > 0x2E80):
            return None
        else:
            parts.append(quoted or escaped or other or "")
    return "".join(parts).strip() if digits == 1 else None


def _digits(value: Decimal, pattern: str) -> str:
    percent = pattern.count("%")
    whole, _, fraction = pattern.rstrip("%").partition(".")
    fraction = fraction.replace("%", "")
    scaled = (value * 100**percent).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    left, _, right = format(scaled, "f").partition(".")
    least = len(fraction.rstrip("#?"))
    while len(right) > least and right.endswith("0"):
        right = right[:-1]
    left = left.zfill(whole.count("0")) if left != "0" or "0" in whole else ""
    if "," in whole and left:
        left = f"{int(left):,}".rjust(len(left), "0")
    return left + (f".{right}" if right else "") + "%" * percent


# ---------------------------------------------------------------- days

_DAY = re.compile(r"([0-9]{4})\s?[-./年]\s?([0-9]{1,2})\s?[-./月]\s?([0-9]{1,2})\s?[日号]?(.*)", re.DOTALL)
_SHORT = re.compile(r"(20[0-9]{2})([01][0-9])([0-3][0-9])")
_MONTH = re.compile(r"([0-9]{4})\s?[-./年]\s?([0-9]{1,2})\s?月?(底|末|底前|末前|前)?")
_CLOCK = re.compile(r"\s?[0-2]?[0-9]:[0-9]{2}(:[0-9]{2})?")
_FORM = "写成 2026-06-08 的样子；没有确定的日子就留空，写进备注"


def day(value: Value) -> tuple[date | None, Fault | None]:
    """The day of a cell; None with an error where it is none."""
    if isinstance(value, datetime):
        told = None
        if value.time() != time():
            told = Fault("ledger-day-taken", "note", _CELL, f"“{value:%Y-%m-%d %H:%M}”只取日期")
        return value.date(), told
    if isinstance(value, date):
        return value, None
    if isinstance(value, str):
        return _typed_day(unicodedata.normalize("NFKC", value).strip(), value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = int(value) if value == int(value) else 0
        if match := _SHORT.fullmatch(str(whole)):
            return _exact(match[1], match[2], match[3], str(whole))
        if 20000 < whole < 80000:
            guess = date(1899, 12, 30) + timedelta(days=whole)
            hint = "把这一格设为日期格式；" + _FORM
            return None, Fault(
                "ledger-day", "error", _CELL, f"是数字 {whole}，不是日期，是否指 {guess.isoformat()}？", hint
            )
    return None, Fault("ledger-day", "error", _CELL, f"“{shown(value)[0][:30]}”不是日期", _FORM)


def _typed_day(typed: str, original: str) -> tuple[date | None, Fault | None]:
    if match := _DAY.fullmatch(typed):
        year, month, number, rest = match.groups()
        found, doubt = _exact(year, month, number, original)
        if doubt is not None or not rest.strip():
            return found, doubt
        if rest.strip() in ("前", "以前", "之前", "止", "底前") or _CLOCK.fullmatch(rest):
            return found, Fault("ledger-day-taken", "note", _CELL, f"“{original}”取为 {found}")
    elif match := _SHORT.fullmatch(typed):
        return _exact(match[1], match[2], match[3], original)
    elif (match := _MONTH.fullmatch(typed)) and 1 <= int(match[2]) <= 12 and int(match[1]) > 0:
        last = calendar.monthrange(int(match[1]), int(match[2]))[1]
        guess = date(int(match[1]), int(match[2]), last)
        return None, Fault(
            "ledger-day", "error", _CELL, f"“{original}”没有写明哪一日，是否指 {guess.isoformat()}？", _FORM
        )
    return None, Fault("ledger-day", "error", _CELL, f"“{original[:30]}”不是完整的日期", _FORM)


def _exact(year: str, month: str, number: str, original: str) -> tuple[date | None, Fault | None]:
    try:
        return date(int(year), int(month), int(number)), None
    except ValueError:
        return None, Fault("ledger-day", "error", _CELL, f"没有这一天：{original[:30]}", "核对年月日")


# ---------------------------------------------------------------- units and states

_OPEN, _CLOSE, _BETWEEN = "（(〔[【", "）)〕]】", "、，,；;\n"


def units(text: str) -> tuple[str, ...]:
    """The units of a cell: parted at 、，； and line ends, not inside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in _OPEN) - (character in _CLOSE and depth > 0)
        if character in _BETWEEN and (depth == 0 or character == "\n"):
            parts.append("")
        else:
            parts[-1] += character
    return tuple(part.strip() for part in parts if part.strip())


_STATES = {
    "办结": ("已办结", "办结完毕", "已办理", "办理完毕"),
    "完成": ("已完成", "完成了", "按期完成", "全部完成"),
    "办理中": ("正在办理", "在办", "推进中", "正在推进", "进行中", "办理之中", "未办结"),
    "有序": ("有序推进", "正常推进", "序时推进", "按序时推进", "达到序时进度"),
    "滞后": ("进度滞后", "未完成", "超期", "逾期", "超时未办结", "落后序时"),
    "销号": ("已销号",),
    "反馈": ("已反馈",),
    "交办": ("已交办",),
}
_GUESSES = {word: state for state, words in _STATES.items() for word in words}


def choice(text: str, name: str, allowed: tuple[str, ...]) -> Fault | None:
    """What is wrong with a value of a closed list, with the likely word; None where it is one of them."""
    if text in allowed:
        return None
    near = (
        [_GUESSES[text]] if _GUESSES.get(text) in allowed else difflib.get_close_matches(text, allowed, n=1, cutoff=0.5)
    )
    guess = f"，是否指 {near[0]}？" if near else ""
    hint = f"只能写：{'、'.join(allowed)}；或加 --值 “{text[:10]}={near[0] if near else allowed[0]}”统一换写"
    return Fault("ledger-choice", "error", _CELL, f"“{name}”不能是“{text[:30]}”{guess}", hint)
