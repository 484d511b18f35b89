"""Comparison of a produced text with the expected one."""

from __future__ import annotations

_CONTEXT = 12


def first_difference(expected: str, actual: str) -> list[str]:
    """Empty when equal; else one Chinese line that shows where the texts part, with what comes before."""
    if expected == actual:
        return []
    at = next(
        (n for n, (a, b) in enumerate(zip(expected, actual, strict=False)) if a != b), min(len(expected), len(actual))
    )
    before = expected[max(0, at - _CONTEXT) : at]
    should, has = expected[at : at + _CONTEXT], actual[at : at + _CONTEXT]
    return [f"“{before}”之后应为“{should or '（文末）'}”，文件中是“{has or '（文末）'}”"]
