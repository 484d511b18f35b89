"""The proof that an import lost nothing: two texts are equal but for white space and the forms of a few marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from builder.content import hygiene
from builder.errors import Fault, Place

# Typing and loading set these marks in one form, or take them for a bullet; which one stands there is told elsewhere.
_LOOSE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u061c\u2010-\u2015\u2212\u2500\-_*•·‧・∙⋅●■◆►▪□○◇｜|]+")
_AROUND = 12


def folded(texts: Iterable[str]) -> str:
    """All texts as one, in compatibility form, without white space and loose marks."""
    text = hygiene.scrub("\n".join(texts), "").text
    return _LOOSE.sub("", unicodedata.normalize("NFKC", text))


def lost(before: Iterable[str], after: Iterable[str], name: str) -> tuple[Fault, ...]:
    """A fault at the first difference; empty when nothing was lost or added.

    Args:
        before: the text that must be there.
        after: the text that is.
        name: the source's name in messages.
    """
    old, new = folded(before), folded(after)
    if old == new:
        return ()
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, at - _AROUND)
    message = f"导入前后的文字不一致：原文“{old[start : at + _AROUND]}”，导入后“{new[start : at + _AROUND]}”"
    return (Fault("import-lost", "error", Place(name), message, "这是程序的错误，请把这个文件报告给维护人员"),)
