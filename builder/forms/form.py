"""What all printed forms have in common."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "typst"
# What a spreadsheet would take for a formula; Chinese Excel also the wide forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PAGE = ("第", "页　共", "页")  # around the number of a page and of all pages


@dataclass(frozen=True, slots=True)
class FormView:
    """A form ready to be set.

    ``data`` fills the template ``typst/<刊物>/issue.typ``; ``texts`` is all its text in printed order, without ``head`` (what
    begins every page after the first anew) and without the foot line.
    """

    data: Mapping[str, Any]
    texts: tuple[str, ...]
    head: str = ""


def common(template: str, title: str, author: str, day: date, families: Mapping[str, Any], foot: str) -> dict[str, Any]:
    """The part of a view that every form needs; ``foot`` says at the bottom of each page what it belongs to."""
    return {
        "刊物": template,
        "元数据": {"题名": title, "作者": author, "日期": day.isoformat()},
        "四色": False,
        "字体": {role: list(names) for role, names in families.items()},
        "脚注": foot,
        "面次": list(PAGE),
    }


def csv_file(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A table as CSV: UTF-8 with BOM and CRLF, as Excel and WPS open it; no text is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_plain(field) for field in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(field: str | int) -> str | int:
    """A text that no spreadsheet takes for a formula."""
    return f"'{field}" if isinstance(field, str) and field.startswith(_FORMULA) else field
