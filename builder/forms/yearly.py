"""年度期目: what a publication printed in a year, closed with it; the same rows as DOCX, PDF and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from builder.compose.listing import day_in_words
from builder.forms.form import FormView, common, csv_file
from builder.forms.word import Sheet, listing_docx

HEAD = ("期号", "总期", "日期", "题名", "页数", "印数", "未收回", "状态", "备注")
WIDTHS = (26, 13, 28, 96, 11, 13, 14, 19, 37)  # mm, of the columns; 257 together
SUMMARY = "说　　明"
VOID = "作废"
_NONE = "—"
_SHORT = 40  # characters of a remark that stand in its column; a longer one stands below the table
_LINES = 8  # titles of one row, so that a row never fills more than a page
_MARGINS = {"top": 24, "right": 20, "bottom": 20, "left": 20, "header": 12, "footer": 9}  # mm
_SHEET = Sheet("期目", WIDTHS, (3, 8), _MARGINS, landscape=True)


@dataclass(frozen=True, slots=True)
class YearlyRow:
    """One number. ``number`` as printed (``第13期``); ``total`` 0 where it has none; ``state`` 付印, 作废 or 更正重印.

    ``copies`` of all its printings; ``out`` are those that must come back and have not. ``reason`` is why it was voided;
    ``scan`` is False where it was signed on paper and the scan is still missing; ``note`` is anything else worth a remark.
    """

    number: str
    total: int
    day: date
    titles: tuple[str, ...]
    pages: int
    copies: int
    out: int
    state: str
    reason: str = ""
    scan: bool = True
    note: str = ""

    @property
    def remark(self) -> str:
        """All that is to be said of it, ``；`` between."""
        missing = "" if self.scan else "缺签批单扫描件"
        return "；".join(part for part in (self.reason, missing, self.note) if part)

    def cells(self) -> Iterator[tuple[str, ...]]:
        """The row as printed, in several rows where its titles are many; the later ones have titles alone."""
        many = len(self.titles) > 1
        titles = [f"{n}.{title}" if many else title for n, title in enumerate(self.titles, 1)] or [_NONE]
        remark = self.remark if len(self.remark) <= _SHORT else "见说明"
        numbers = (str(self.pages), str(self.copies), str(self.out) if self.out else _NONE)
        before = (self.number, str(self.total) if self.total else _NONE, day_in_words(self.day))
        yield (*before, "\n".join(titles[:_LINES]), *numbers, self.state, remark or _NONE)
        for at in range(_LINES, len(titles), _LINES):
            yield ("", "", "", "\n".join(titles[at : at + _LINES]), *([""] * 5))


@dataclass(frozen=True, slots=True)
class YearlyList:
    """The list of a publication's year, in the order of the rows. ``day`` is that of closing."""

    office: str
    publication: str
    year: int
    day: date
    rows: tuple[YearlyRow, ...]

    @property
    def title(self) -> str:
        """``《工作信息》2026年度期目``."""
        return f"《{self.publication}》{self.year}年度期目"

    def summary(self) -> tuple[str, ...]:
        """What stands below the table: how many, voided numbers with their reasons, missing scans, copies out, long remarks."""
        voided = [row for row in self.rows if row.state == VOID]
        lacking = [row.number for row in self.rows if not row.scan]
        out = [row for row in self.rows if row.out]
        counted = f"全年编号{len(self.rows)}期" + (f"，其中作废{len(voided)}期" if voided else "，没有作废")
        told = [f"{counted}；共{sum(r.pages for r in self.rows)}面，印{sum(r.copies for r in self.rows)}份。"]
        told += [f"作废：{row.number}，{row.reason or '未写理由'}。" for row in voided]
        told += [f"缺签批单扫描件：{'、'.join(lacking)}。"] if lacking else ["签批单扫描件齐全。"]
        listed = "、".join(f"{row.number}{row.out}份" for row in out)
        called_back = voided or any(row.state == "更正重印" for row in self.rows)
        back = "按分发登记，没有未收回的份数。" if called_back else "没有需要收回的期。"
        told += [f"未收回：{listed}，共{sum(row.out for row in out)}份。"] if out else [back]
        told += [f"备注：{row.number}，{row.note}。" for row in self.rows if row.note and len(row.remark) > _SHORT]
        return tuple(told)

    def cells(self) -> list[tuple[str, ...]]:
        """All rows as printed."""
        return [cells for row in self.rows for cells in row.cells()]

    def view(self, families: Mapping[str, Sequence[str]]) -> FormView:
        """The list for its template; ``families`` are the fonts of every role."""
        rows, closed = self.cells(), f"{day_in_words(self.day)}编"
        data = {
            **common("yearly", self.title, self.office, self.day, families, f"{self.office}　{self.title}"),
            "标题": self.title,
            "机关": self.office,
            "编制": closed,
            "列宽": list(WIDTHS),
            "表头": list(HEAD),
            "行": [list(row) for row in rows],
            "说明": SUMMARY,
            "说明行": list(self.summary()),
        }
        cells = [cell for row in rows for cell in row]
        return FormView(data, (self.title, self.office, closed, *HEAD, *cells, SUMMARY, *self.summary()), "".join(HEAD))

    def csv(self) -> bytes:
        """UTF-8 with BOM and CRLF, as Excel and WPS open it; a row for every number, its titles joined by ；."""
        rows = [
            (
                row.number, row.total or "", row.day.isoformat(), "；".join(row.titles), row.pages, row.copies, row.out,
                row.state, row.remark,
            )
            for row in self.rows
        ]  # fmt: skip
        return csv_file(HEAD, rows)


def yearly_docx(data: Mapping[str, Any]) -> bytes:
    """The list of a view (``YearlyList.view``) as DOCX; the same view gives the same bytes."""
    return listing_docx(data, _SHEET)
