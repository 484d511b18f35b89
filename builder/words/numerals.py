"""Integers in Chinese numerals."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")


def chinese_number(n: int, year: bool = False) -> str:
    """``n`` (0 ≤ n < 10**12) in Chinese numerals: 17 → 十七, 120 → 一百二十, 1005 → 一千零五, 0 → 零.

    With ``year`` digit by digit, where nought is 〇: 2024 → 二〇二四. Raises ValueError for numbers out of range.
    """
    if not 0 <= n < 10**12:
        raise ValueError(f"no Chinese numeral for {n}")
    if n == 0:
        return "零"
    if year:
        return "".join(_DIGITS[int(d)] for d in str(n))
    parts: list[str] = []
    pending_zero = False  # a gap of noughts between two groups prints one 零
    for index in range(len(_GROUPS) - 1, -1, -1):
        group = n // 10 ** (4 * index) % 10**4
        if not group:
            pending_zero = bool(parts)
            continue
        if parts and (pending_zero or group < 1000):
            parts.append("零")
        parts.append(_below_ten_thousand(group) + _GROUPS[index])
        pending_zero = False
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text  # 十七, but 一百一十七


def _below_ten_thousand(n: int) -> str:
    text = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = n // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text
