"""Ledgers as offices send them, made with openpyxl, the csv module, or by hand where no library is at hand."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

HEADS = ("编号", "事项", "牵头单位", "责任单位", "完成时限", "状态")
ROW = ("〔2026〕40号", "民间龙舟竞渡安全专项督查", "市应急局", "市公安局、市交通运输局", date(2026, 6, 22), "办理中")


def xlsx(path: Path, rows: Sequence[Sequence[Any]], merges: Sequence[str] = (), sheet: str = "台账") -> Path:
    """A workbook of one sheet; None is an empty cell."""
    book = openpyxl.Workbook()
    fill(book.active, rows, merges, sheet)
    book.save(path)
    return path


def fill(sheet: Worksheet, rows: Sequence[Sequence[Any]], merges: Sequence[str], name: str) -> None:
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for area in merges:
        sheet.merge_cells(area)


def office(path: Path) -> Path:
    """What an office really sends: banner, head of two rows with groups, merged 方面, totals, a repeated head, notes."""
    book = openpyxl.Workbook()
    sheet = book.active
    head = [
        "序号",
        "编号",
        "方面",
        "工作内容",
        "责任分工",
        None,
        "办结时限",
        "办理情况",
        "工作进展情况（截至6月底）",
        "联系电话",
    ]
    second = [None, None, None, None, "承办单位", "配合单位"]
    rows: list[list[Any]] = [
        ["2026年重要工作督查台账"],
        ["填报单位：市委督查室"],
        head,
        second,
        [
            1,
            "00012",
            "产业发展",
            "新建标准厂房",
            "市工信局",
            "市水利局、云埠县；市住建局（人防办、城管局）",
            date(2026, 6, 8),
            "办理中",
        ],
        [2, "1.10", None, "引进项目15个", "市发展改革委", "/", "2026年6月30日前", "办结", "签约9个", 7860001],
        ["小计", None, 2],
        [],
        head,
        second,
        [
            3,
            "〔2026〕3/4号",
            "乡村振兴",
            "修建“一把手”路: #1",
            "市交通运输局",
            None,
            20260701,
            "滞后",
            "- 一标 [a]\n二标停工",
            0,
        ],
        ["注：数据由各单位报送。"],
    ]
    fill(sheet, rows, ["A1:J1", "A2:J2", "E3:F3", "C5:C6", *(f"{c}3:{c}4" for c in "ABCDGHIJ")], "台账")
    sheet["I5"] = "完成53%\n正在安装"
    book.save(path)
    return path


def text(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """CSV text."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_MIME = "application/vnd.oasis.opendocument.spreadsheet"


def ods(path: Path, cells: str, tables: str = "") -> Path:
    """An OpenDocument spreadsheet whose one table holds ``cells`` (rows as XML), or with ``tables`` as they are."""
    table = tables or f'<table:table table:name="台账">{cells}</table:table>'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{_OFFICE}" xmlns:table="{_TABLE}"'
        f' xmlns:text="{_TEXT}" office:version="1.2"><office:body><office:spreadsheet>{table}</office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", _MIME)
        package.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        package.writestr("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
    return path


def ods_row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods_text(value: str, attributes: str = "") -> str:
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string" {attributes}>{paragraphs}</table:table-cell>'
