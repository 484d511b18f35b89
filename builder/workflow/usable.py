"""Whether the files of an archived act can still be used: they open, say what the view says, and bring nothing along.

Issues, and issues printed again, are read whole. Of what led to them (送审稿, 清样, 签批单) the PDFs are opened; their Word files and
texts stand as their hashes say, and were read back before they were recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from builder import guard, pdfium
from builder.archive import fixity
from builder.errors import Fault, JianbaoError, Place, why
from builder.measure import docx as docx_reader
from builder.measure import office_pdf
from builder.measure import pdf as pdf_reader
from builder.records import Act

_PDFA = re.compile(rb"pdfaid:part(?:>|=[\"'])[1-4]")
_PRINTED = ("publish", "reprint")
_HINT = "先看 archive verify --fixity 有没有损坏；没有的，请把这一期的归档包发给维护人员"


def judge_whole(root: str, act: Act) -> list[Fault]:
    """Everything that is wrong with an act's bag: its bytes, and where they hold, what its files say."""
    found = fixity.judge(root, act)
    if any(fault.severity == "error" for fault in found):
        return found
    return [*found, *fixity.twice(lambda: _opened(Path(root, act.folder, "data"), act))]


def _opened(folder: Path, act: Act) -> list[Fault]:
    try:
        return list(_judged(folder, act))
    except OSError as error:  # its bytes could be read a moment ago
        told = f"读不了（{why(error)}）"
        return [Fault("archive-unreadable", "error", Place(act.folder), told, "检查磁盘和权限后再试")]


def _judged(folder: Path, act: Act) -> Iterator[Fault]:
    where = f"{act.folder}/data"
    view = _view(folder, act)
    if "issue.pdf" in act.files:
        yield from _pdf((folder / "issue.pdf").read_bytes(), f"{where}/issue.pdf", view, act)
    if "issue.docx" in act.files and view is not None:
        yield from _docx((folder / "issue.docx").read_bytes(), f"{where}/issue.docx", view)
    if "sheet.pdf" in act.files:
        yield from _pdf((folder / "sheet.pdf").read_bytes(), f"{where}/sheet.pdf", None, act)


def _view(folder: Path, act: Act) -> Mapping[str, Any] | None:
    """What the files are to say; None where the act does not keep it, or is only a step on the way."""
    if act.kind not in _PRINTED or "view.json" not in act.files:
        return None
    flat = json.loads((folder / "view.json").read_bytes())
    return flat if isinstance(flat, dict) and "报头" in flat else None


def _pdf(data: bytes, place: str, view: Mapping[str, Any] | None, act: Act) -> Iterator[Fault]:
    try:
        brought = pdfium.active(data)
        read = pdf_reader.read_back(data, view, "none") if view is not None else None
    except JianbaoError as error:
        yield Fault("verify-unusable", "error", Place(place), error.message.rstrip("。"), _HINT)
        return
    if brought:
        yield Fault("verify-unsafe", "error", Place(place), brought, _HINT)
    if not _PDFA.search(data):
        yield Fault("verify-unusable", "error", Place(place), "没有声明是 PDF/A", _HINT)
    if view is None or read is None:
        return
    # It may be one that LibreOffice made (PDF引擎: Word), at a time when the publication said so.
    if told := pdf_reader.differences(view, read) and pdf_reader.differences(view, office_pdf.laid(read, view)):
        yield Fault("verify-text", "error", Place(place), f"文字与归档时的版面数据不同：{told[0]}", _HINT)
    if act.data.get("pages", len(read.pages)) != len(read.pages):
        told_pages = f"有 {len(read.pages)} 面，登记的是 {act.data['pages']} 面"
        yield Fault("verify-text", "error", Place(place), told_pages, _HINT)


def _docx(data: bytes, place: str, view: Mapping[str, Any]) -> Iterator[Fault]:
    for fault in guard.package(data, "docx", place.rpartition("/")[2]):
        yield Fault("verify-unsafe", "error", Place(place), f"{fault.message} [{fault.code}]", _HINT)
    try:
        told = docx_reader.differences(view, data)
    except JianbaoError as error:
        yield Fault("verify-unusable", "error", Place(place), error.message.rstrip("。"), _HINT)
        return
    if told:
        yield Fault("verify-text", "error", Place(place), f"文字与归档时的版面数据不同：{told[0]}", _HINT)
