"""The page budget (页数): how many sides an issue may have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_FORM = re.compile(r"(?:(恰)|(不超过))([0-9]{1,3})[面页]?|([0-9]{1,3})[面页]?的倍数")
_COUNT = r"(?![0０]+(?![0-9０-９]))[0-9０-９]{1,3}\s*[面页]?"
PAGES_PATTERN = rf"((恰|不超过)\s*{_COUNT}|{_COUNT}\s*的倍数)"  # for the JSON Schema


@dataclass(frozen=True, slots=True)
class PageRule:
    """``恰4``, ``不超过2`` or ``4的倍数``; ``count`` is at least 1."""

    kind: Literal["恰", "不超过", "倍数"]
    count: int

    def allows(self, pages: int) -> bool:
        """Whether an issue of so many sides keeps the budget."""
        if self.kind == "倍数":
            return pages % self.count == 0
        return pages == self.count if self.kind == "恰" else pages <= self.count

    def below(self, pages: int) -> int:
        """The most sides less than ``pages`` that are allowed; 0 when there are none."""
        if self.kind == "倍数":
            return (pages - 1) // self.count * self.count
        return self.count if self.count < pages else 0

    def above(self, pages: int) -> int:
        """The fewest sides more than ``pages`` that are allowed; 0 when there are none."""
        if self.kind == "倍数":
            return (pages // self.count + 1) * self.count
        return self.count if self.kind == "恰" and self.count > pages else 0

    def __str__(self) -> str:
        return f"{self.count}面的倍数" if self.kind == "倍数" else f"{self.kind}{self.count}面"


def _rule(value: object) -> object:
    if value is None or value == "" or isinstance(value, PageRule):
        return value or None
    typed = str(value).strip()
    match = _FORM.fullmatch("".join(typed.translate(_DIGITS).split()))
    count = int(match[3] or match[4]) if match else 0
    if match is None or count == 0:
        raise PydanticCustomError("page_rule", "“{value}”不是页数的写法", {"value": typed})
    return PageRule("恰" if match[1] else "不超过" if match[2] else "倍数", count)


Pages = Annotated[PageRule | None, BeforeValidator(_rule)]
