"""What somebody meant to fill in later and that may not be printed (proofreading rules, “placeholder left”)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.checks.texts import texts
from builder.compose import Edition
from builder.errors import Fault
from builder.fonts import FontSet

_PLACEHOLDER = re.compile(r"×{2,}|20[xX×＊*]{2}|[=＝]{2,}|〔[*＊×xX?？]{1,4}〕|[xX]{3,}|[*＊]{3,}|[?？]{3,}")


def placeholder(edition: Edition, _: FontSet) -> Iterator[Fault]:
    """Every ××, ==, 20xx or 〔*〕 that is left: a warning for a draft; publishing refuses it."""
    told = set()
    for text in texts(edition):
        for found in _PLACEHOLDER.finditer(text.span.text):
            fault = Fault(
                "placeholder",
                "warning",
                text.span.place_of(found.start()),
                f"“{found[0]}”像是待填的空。",
                "填上内容；付印前必须填好。",
            )
            if fault not in told:
                told.add(fault)
                yield fault
