"""分发登记表: who gets which copies of an issue, with room to sign for them; the same rows as DOCX and CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from builder.compose.listing import day_in_words
from builder.forms.form import csv_file
from builder.forms.word import Sheet, listing_docx

TITLE = "分发登记表"
HEAD = ("序号", "收件方", "部分", "份数", "份号起止", "签收人", "签收日期", "备注")
_NONE = "—"
_WIDTHS = (12.0, 48.0, 14.0, 13.0, 34.0, 20.0, 20.0, 15.0)  # mm, 176 together
_MARGINS = {"top": 25, "right": 17, "bottom": 22, "left": 17, "header": 12, "footer": 11}  # mm
_SHEET = Sheet("登记表", _WIDTHS, (1,), _MARGINS, size=12, row=9)


@dataclass(frozen=True, slots=True)
class HandingRow:
    """The copies of one recipient; ``part`` of the list as 报 or 增发; ``first`` and ``last`` are 份号, 0 for none."""

    name: str
    part: str
    copies: int
    first: int
    last: int

    @property
    def span(self) -> str:
        """``000101—000111``."""
        if not self.first:
            return _NONE
        return f"{self.first:06d}" if self.first == self.last else f"{self.first:06d}—{self.last:06d}"


@dataclass(frozen=True, slots=True)
class HandingList:
    """Everyone who gets copies of an issue, in the order of the list; ``number`` as printed, with 拟 where it is proposed."""

    office: str
    publication: str
    number: str
    day: date
    rows: tuple[HandingRow, ...]

    @property
    def title(self) -> str:
        """``《工作信息》第13期分发登记表``."""
        return f"《{self.publication}》{self.number}{TITLE}"

    @property
    def copies(self) -> int:
        """All copies together."""
        return sum(row.copies for row in self.rows)

    def data(self) -> dict[str, Any]:
        """What ``listing_docx`` is given."""
        rows = [
            [str(n), row.name, row.part, str(row.copies), row.span, "", "", ""] for n, row in enumerate(self.rows, 1)
        ]
        total = ["", "合计", "", str(self.copies), "", "", "", ""]
        return {
            "元数据": {"题名": self.title, "作者": self.office, "日期": self.day.isoformat()},
            "标题": self.title,
            "机关": self.office,
            "编制": day_in_words(self.day),
            "表头": list(HEAD),
            "行": [*rows, total],
            "说明": "",
            "说明行": [],
            "脚注": self.title,
        }

    def texts(self) -> list[str]:
        """All its text in printed order."""
        data = self.data()
        return [self.title, self.office, data["编制"], *HEAD, *(cell for row in data["行"] for cell in row)]

    def docx(self) -> bytes:
        """The Word file; the same list gives the same bytes."""
        return listing_docx(self.data(), _SHEET)

    def csv(self) -> bytes:
        """The same rows for a spreadsheet; a single 份号 is written as a span, too: as a number it would lose its noughts."""
        rows: list[list[str | int]] = []
        for n, row in enumerate(self.rows, 1):
            span = f"{row.first:06d}—{row.last:06d}" if row.first else ""
            rows.append([n, row.name, row.part, row.copies, span, "", "", ""])
        return csv_file(HEAD, rows)
