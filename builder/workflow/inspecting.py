"""Files measured against a layout profile: read, recognised, judged by the guard, measured. They need not be ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builder import fonts, guard, publications
from builder.errors import InvalidContent, JianbaoError, UsageError
from builder.files import read_most
from builder.guard import sniff
from builder.inspection import docx, pdf, picture, profile
from builder.inspection.findings import Report
from builder.inspection.pdf_roles import Document
from builder.inspection.profile import Profile
from builder.publications import Title
from builder.settings import workspace
from builder.soffice import Office
from builder.workflow.office_faces import faces

_OTHERS = {
    "doc": "用 Word 或 WPS 打开，另存为 .docx 或导出 PDF 后再检查。",
    "wps": "用 WPS 打开，另存为 .docx 或输出为 PDF 后再检查。",
    "rtf": "用 Word 或 WPS 打开，另存为 .docx 或导出 PDF 后再检查。",
    "odt": "用 LibreOffice 打开，导出 PDF 后再检查。",
    "encrypted": "用 Word 或 WPS 打开，去掉密码后另存再检查。",
    "image": "图片和扫描件量不了；请用排版用的 PDF 或 DOCX。",
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """One file that was measured: its bytes, the profile and what was found."""

    path: Path
    data: bytes
    profile: Profile
    report: Report
    printed: Document | None  # of a PDF: its pages as they were understood


def profiles(folder: Path, wanted: str) -> Mapping[str, Title]:
    """The publications whose layout may be asked for; none outside a workspace.

    Args:
        folder: the workspace, or any folder.
        wanted: the id of a publication that has to be among them, or "".

    Raises:
        UsageError: ``wanted`` is no publication here, or this is no workspace.
        InvalidContent: its data has faults.
    """
    try:
        templates = workspace(folder).templates
    except UsageError:
        if wanted:
            raise
        return {}
    titles, faults = publications.load(templates)
    if wanted and wanted not in titles:
        own = tuple(f for f in faults if f.place.file.startswith((f"templates/{wanted}/", "templates/layout/")))
        if own:
            raise InvalidContent(f"刊物 {wanted} 的数据有错。", "先改正以上错误。", own)
        raise UsageError(f"没有刊物 {wanted}。", f"可用：{'、'.join(sorted(titles)) or '无'}。")
    return titles


def inspect(path: Path, titles: Mapping[str, Title], wanted: str = "") -> Inspected:
    """Measure one file against ``wanted``, else the publication whose name its masthead shows, else the standard.

    Raises:
        FileError: it cannot be read.
        InvalidContent: the guard refuses it.
        JianbaoError: it is neither PDF nor DOCX, is damaged, or has a password.
    """
    data = read_most(path, guard.MAX_BYTES)
    if len(data) > guard.MAX_BYTES:
        raise JianbaoError(f"{path.name} 超过 {guard.MAX_BYTES >> 20} MB，没有检查。", "压缩其中的图片后再试。")
    kind = _kind(path, data)
    if kind == "pdf":
        printed = pdf.read(data, path.name)
        chosen = _profile(titles, wanted, printed.name)
        return Inspected(path, data, chosen, pdf.measured(printed, path.name, chosen), printed)
    written = docx.read(data, path.name)
    chosen = _profile(titles, wanted, written.name)
    return Inspected(path, data, chosen, docx.measured(written, path.name, chosen), None)


def pictures(found: Inspected, folder: Path) -> Iterator[tuple[int, bytes]]:
    """The pages of a file, from 1, with what was measured drawn over them, as PNG.

    A DOCX is set by LibreOffice with the faces of this program, and what is drawn is measured on those pages.

    Args:
        found: the file.
        folder: the workspace, or any folder, for its fonts.

    Raises:
        FontError: there is no face to write with.
        ProgramMissing: the file is a DOCX, and LibreOffice is not installed.
        JianbaoError: LibreOffice cannot set it.
    """
    fontset = fonts.find(folder.resolve())
    name, data, printed, report = found.path.name, found.data, found.printed, found.report
    if printed is None:
        with Office(faces(fontset)) as office:
            data = office.pdf(data, name)
        printed = pdf.read(data, name)
        report = pdf.measured(printed, f"{name}（LibreOffice 排版）", found.profile)
    face = fontset.faces["黑体"]
    yield from picture.pictures(data, printed, report, found.profile, (face.file, face.index))


def _profile(titles: Mapping[str, Title], wanted: str, shown: str) -> Profile:
    """The publication asked for, else the one whose name the masthead shows, else the standard."""
    named = (t for t in titles.values() if "".join(t.data.name.split()) == shown)
    title = titles.get(wanted) or next(named, None)
    return profile.of(title) if title else profile.GB


def _kind(path: Path, data: bytes) -> str:
    if not data:
        raise JianbaoError(f"{path.name} 是空文件。", "核对文件名，或重新导出后再试。")
    kind = sniff.kind(data)
    if kind == "docx" or (kind == "zip" and path.suffix.lower() == ".docx"):
        return "docx"
    if kind == "pdf" or b"%PDF-" in data[:1024]:
        return "pdf"
    if kind == "encrypted":
        raise JianbaoError(f"{path.name} 有打开密码，读不了。", _OTHERS[kind])
    hint = _OTHERS.get(kind, "核对文件；只能检查 PDF 和 Word 文档（.docx）。")
    raise JianbaoError(f"{path.name} 不能检查：内容是{sniff.LABELS[kind]}，只能检查 PDF 和 DOCX。", hint)
