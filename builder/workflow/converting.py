"""The use case of ``jianbao pdf``: Word files as PDF, set by LibreOffice with the faces of this program."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from builder import files, fonts, guard, pdfium
from builder.errors import Fault, FileError, InvalidContent, JianbaoError, Place, UsageError, has_errors
from builder.files import read_most
from builder.fonts import FontSet
from builder.ooxml import stilled
from builder.qpdf.settling import settled
from builder.soffice import FACES_HOLD, Offices, ProgramMissing
from builder.workflow import word_text
from builder.workflow.office_faces import Given, faces_for
from builder.workflow.word_text import WordText

_A_FEW = 4  # files from which on a second LibreOffice is worth its start
_READING = threading.Lock()  # pdfium is not made for several threads


@dataclass(frozen=True, slots=True)
class Wanted:
    """A Word file and the PDF that it is to become."""

    source: Path
    target: Path


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of one Word file. ``target`` is None where no PDF was written; ``fonts`` are those embedded in it."""

    source: Path
    target: Path | None
    pages: int = 0
    fonts: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "source": str(self.source),
            "pdf": str(self.target) if self.target else None,
            "pages": self.pages,
            "fonts": list(self.fonts),
            "faults": [fault.as_dict() for fault in self.faults],
        }


@dataclass(frozen=True, slots=True)
class _Read:
    """A file that was read and judged; ``text`` is None where it cannot be set."""

    wanted: Wanted
    data: bytes
    text: WordText | None
    faults: tuple[Fault, ...]


def targets(sources: Sequence[Path], out: Path | None) -> list[Wanted]:
    """Where every PDF goes: beside its file, into the folder ``out``, or (of one file) to ``out`` itself where it ends in .pdf.

    A file that is named twice counts once.

    Raises:
        UsageError: several files for one PDF.
        InvalidContent: files that would become the same PDF, with all of them.
    """
    chosen = list({os.path.realpath(source): source for source in sources}.values())
    single = out is not None and out.suffix.lower() == ".pdf" and not out.is_dir()
    if single and len(chosen) > 1:
        raise UsageError(f"{len(chosen)} 个文件不能都存成 {out}。", "--out 写文件夹，或每次只转换一个文件。")
    wanted = [Wanted(source, _target(source, out, single)) for source in chosen]
    taken: dict[str, Path] = {}
    faults = []
    for each in wanted:
        key = os.path.realpath(each.target).casefold()  # as folders of Windows and macOS tell names apart
        if key in taken:
            message = f"和 {taken[key]} 都要存成 {each.target}。"
            faults.append(
                Fault("pdf-twice", "error", Place(str(each.source)), message, "分两次转换，--out 写不同的文件夹。")
            )
        taken.setdefault(key, each.source)
    if faults:
        raise InvalidContent("几个文件会存成同一个 PDF，没有转换。", "", tuple(faults))
    return wanted


def _target(source: Path, out: Path | None, single: bool) -> Path:
    if out is None:
        return source.with_suffix(".pdf")
    return out if single else out / f"{source.stem}.pdf"


def convert(
    wanted: Sequence[Wanted],
    root: Path,
    fontset: FontSet,
    *,
    force: bool = False,
    jobs: int | None = None,
    system: bool = True,
    offices: Offices | None = None,
) -> Iterator[Converted]:
    """Every file as PDF, in order; what is wrong with one keeps none of the others from being made.

    Args:
        wanted: files and their PDFs, from ``targets``.
        root: the workspace, or any folder, for its fonts.
        fontset: the faces of the roles.
        force: whether a PDF that is there may be replaced.
        jobs: LibreOffices at work at the same time; by the number of files and cores where it is not told.
        system: whether fonts installed on this machine count.
        offices: used instead of new ones, and closed.

    Raises:
        ProgramMissing: LibreOffice or its Python is not installed.
    """
    read = [_read(each, force) for each in wanted]
    able = [each for each in read if each.text]
    asked = {name for each in able if each.text for name in each.text.fonts}
    given = faces_for(fontset, asked, root, system=system)
    count = jobs or (None if len(able) >= _A_FEW else 1)
    running = offices or Offices(given.faces, count)
    pool = ThreadPoolExecutor(running.count)
    try:
        made = [pool.submit(_made, each, fontset, given, running) for each in read]
        for future in made:
            yield future.result()
    finally:
        running.give_up()
        pool.shutdown(cancel_futures=True)
        running.close()


def _read(wanted: Wanted, force: bool) -> _Read:
    """A file read and judged as on import."""
    source = wanted.source
    try:
        data = read_most(source, guard.MAX_BYTES)
    except FileError as error:
        fault = Fault("pdf-unreadable", "error", Place(str(source)), error.message, error.hint)
        return _Read(wanted, b"", None, (fault,))
    opened = guard.opened(data, "docx", str(source))
    faults = list(opened.faults)
    if os.path.lexists(wanted.target) and not force:
        message, hint = (
            f"{wanted.target} 已经有了，没有换下。",
            "确定换下它，加 --force；要另存，用 --out 写别的文件夹。",
        )
        faults.append(Fault("pdf-exists", "error", Place(str(source)), message, hint))
    if faults:
        return _Read(wanted, b"", None, tuple(faults))
    without = stilled(opened)
    text = word_text.read(opened)
    if without is None:
        return _Read(wanted, data, text, tuple(_remarks(text, source)))
    message = f"有 {without[1]} 处随时更新的域（日期、文件名、作者等），PDF 照文件里存着的文字印，不更新。"
    told = Fault("pdf-fields", "note", Place(str(source)), message, "存着的不对，在 Word 里更新域，保存后重新转换。")
    return _Read(wanted, without[0], text, (*_remarks(text, source), told))


def _remarks(text: WordText, source: Path) -> Iterator[Fault]:
    """What the PDF does not show of the file."""
    if text.changes:
        message = f"有 {text.changes} 处修订没有处理；PDF 照全部接受后的文字排，不显示修订标记。"
        yield Fault(
            "pdf-changes", "warning", Place(str(source)), message, "在 Word 或 WPS 里逐处接受或拒绝修订后再转换。"
        )
    if text.comments:
        message = f"有 {text.comments} 条批注，PDF 里没有。"
        yield Fault("pdf-comments", "note", Place(str(source)), message, "批注仍在 Word 文件里。")


def _made(read: _Read, fontset: FontSet, given: Given, offices: Offices) -> Converted:
    """One file set, settled, read back and written; every expected failure is a fault of the file."""
    source, target = read.wanted.source, read.wanted.target
    if read.text is None:
        return Converted(source, None, faults=read.faults)
    faults = [*read.faults, *_fonts(read.text, fontset, given, source)]
    if has_errors(faults):
        return Converted(source, None, faults=tuple(faults))
    try:
        pdf = settled(offices.pdf(read.data, source.name), source.stem)
        with _READING:
            sheets, embedded = pdfium.texts(pdf)[0], pdfium.fonts(pdf)
    except ProgramMissing:
        raise
    except JianbaoError as error:
        faults.append(Fault("pdf-office", "error", Place(str(source)), error.message, error.hint))
        return Converted(source, None, faults=tuple(faults))
    if dropped := read.text.lacking("".join(sheet.whole for sheet in sheets)):
        hint = "用 Word 或 WPS 打开看这一处：文本框、固定行高的行是否装不下；改好后重试，或在 Word 里导出 PDF。"
        faults.append(Fault("pdf-text", "error", Place(str(source)), f"PDF 里少了文字：{dropped}。没有写出。", hint))
        return Converted(source, None, faults=tuple(faults))
    if unwritten := files.write_output(target.parent, target, pdf):
        return Converted(source, None, faults=(*faults, replace(unwritten, place=Place(str(target)))))
    return Converted(source, target, len(sheets), embedded, tuple(faults))


def _fonts(text: WordText, fontset: FontSet, given: Given, source: Path) -> Iterator[Fault]:
    """Fonts that are not there, by their names; characters that no face has."""
    for name in sorted(set(text.fonts) & set(given.instead)):
        message = f"没有字体“{name}”（用于{text.fonts[name]}个字），PDF 里用“{given.instead[name]}”。"
        yield Fault(
            "pdf-font",
            "warning",
            Place(str(source)),
            message,
            "装上这种字体，或放进 fonts 文件夹；或在 Word 里换成正式字体。",
        )
    if not FACES_HOLD:
        return
    drawn = {c for name, used in text.characters.items() if name not in given.own for c in used}
    if lacking := sorted(set.intersection(*(fonts.missing(drawn, fontset, role) for role in fonts.ROLES))):
        told = "、".join(f"{c}（U+{ord(c):04X}）" for c in lacking[:5])
        more = f"等 {len(lacking)} 个字" if len(lacking) > 5 else ""
        hint = "换一个字；或把有这个字的字体放进 fonts 文件夹后重试。"
        yield Fault("pdf-glyph", "error", Place(str(source)), f"哪种字体里都没有 {told}{more}，没有生成。", hint)
