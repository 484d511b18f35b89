"""LibreOffice as a page setter: what a Word file says holds on its pages, and every way in which it may fail is told."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from builder import fonts, pdfium, soffice
from builder.errors import JianbaoError
from builder.soffice import FaceFile, Office, office

ROOT = Path(__file__).resolve().parents[1]
FULL = "栎阳县清渠二十八公里，浇灌农田三万余亩，惠及八个乡镇群众" * 3


@pytest.fixture(scope="module")
def faces(fontset: fonts.FontSet) -> list[FaceFile]:
    body = fontset.faces["仿宋"]
    return [FaceFile(body.file, body.index, body.weight, ("仿宋_GB2312",))]


@pytest.fixture(scope="module")
def pages(uno: str, faces: list[FaceFile]) -> Iterator[Office]:
    with Office(faces) as running:
        yield running


def _word(text: str, style: dict[str, str] | None = None, own: dict[str, str] | None = None) -> bytes:
    """A Word file of one paragraph, 28 characters a line, with settings on its style and on itself."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.left_margin = Mm(210), Mm(28)
    section.right_margin = section.page_width - section.left_margin - Pt(16 * 28 + 1)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "仿宋_GB2312", Pt(16)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    paragraph = document.add_paragraph(text)
    for target, settings in ((normal.element, style), (paragraph._p, own)):
        for name, value in (settings or {}).items():
            element = OxmlElement(f"w:{name}")
            element.set(qn("w:val"), value)
            target.get_or_add_pPr().append(element)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _right(pdf: bytes) -> float:
    return max(glyph.x for sheet in pdfium.sheets(pdf) for glyph in sheet.glyphs)


def _running(pages: Office) -> psutil.Process:
    """The LibreOffice itself below the worker."""
    assert pages._process is not None
    children = psutil.Process(pages._process.pid).children(recursive=True)
    return next(p for p in children if p.name().startswith("soffice.bin"))


# ---------------------------------------------------------------- pages as the file says


def test_marks_hang_beyond_the_line_only_where_the_file_lets_them(pages: Office) -> None:
    line = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八，后面还有字"
    inside = _right(pages.pdf(_word(line, {"overflowPunct": "0"}), "悬挂"))
    outside = _right(pages.pdf(_word(line, {"overflowPunct": "1"}), "悬挂"))
    assert outside - inside > 3


def test_a_paragraph_of_its_own_settings_keeps_them(pages: Office) -> None:
    line = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八，后面还有字"
    inside = _right(pages.pdf(_word(line, {"overflowPunct": "0"}), "悬挂"))
    own = _right(pages.pdf(_word(line, {"overflowPunct": "0"}, {"overflowPunct": "1"}), "悬挂"))
    assert own - inside > 3


def test_no_space_comes_between_chinese_and_digits_where_the_file_wants_none(pages: Office) -> None:
    def end(value: str) -> float:
        return _right(pages.pdf(_word("共3件第4件及5件", {"autoSpaceDE": value, "autoSpaceDN": value}), "间距"))

    assert end("1") - end("0") > 2


def test_the_names_of_a_word_file_are_printed_in_the_given_faces(pages: Office, fontset: fonts.FontSet) -> None:
    used = {glyph.font for sheet in pdfium.sheets(pages.pdf(_word(FULL), "字体")) for glyph in sheet.glyphs}
    assert len(used) == 1
    assert used <= {name.replace(" ", "") for name in fontset.faces["仿宋"].names}


def test_several_documents_are_set_by_one_libreoffice(pages: Office) -> None:
    pages.pdf(_word(FULL), "甲")
    first = _running(pages).pid
    pages.pdf(_word(FULL * 30), "乙")
    assert _running(pages).pid == first


def test_nothing_of_it_stays_when_it_is_closed(
    started: Callable[[], list[psutil.Process]], uno: str, faces: list[FaceFile]
) -> None:
    with Office(faces) as own:
        own.pdf(_word(FULL), "甲")
        assert own._folder is not None
        folder, sockets = Path(own._folder.name), own._sockets
        assert folder.is_dir()
        assert sys.platform != "linux" or len([path for path in sockets if path.exists()]) == 2
        assert len(started()) >= 3
    assert started() == []
    assert [path for path in (folder, *sockets) if path.exists()] == []


_KILLED = """
import os, sys
from pathlib import Path
import psutil
from builder import fonts
from builder.soffice import Office
from builder.workflow.office_faces import faces

office = Office(faces(fonts.find(Path(sys.argv[1]), system=False)))
document = Path(sys.argv[2]).read_bytes()
office.pdf(document, "甲")
family = psutil.Process(office._process.pid)
members = [family, *family.children(recursive=True)]
print(*(member.pid for member in members), flush=True)
print(office._folder.name, *office._sockets, sep=os.pathsep, flush=True)
if sys.argv[3] == "busy":
    next(m for m in members if m.name().startswith("soffice.bin")).suspend()
    office.pdf(document, "乙")
sys.stdin.read()
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_nothing_of_it_stays_when_this_program_is_killed(uno: str, tmp_path: Path, state: str) -> None:
    document = tmp_path / "甲.docx"
    document.write_bytes(_word(FULL))
    command = [sys.executable, "-c", _KILLED, str(ROOT), str(document), state]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        members = [psutil.Process(int(pid)) for pid in program.stdout.readline().split()]
        left = [Path(path) for path in program.stdout.readline().strip().split(os.pathsep)]
        assert left[0].is_dir()
        if state == "busy":
            _until(lambda: members[-1].status() == psutil.STATUS_STOPPED)
        program.kill()
    _until(lambda: not any(map(_lives, members)) and not any(path.exists() for path in left))


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


# ---------------------------------------------------------------- failures


@pytest.mark.parametrize("data", [b"", b"no package at all", _word(FULL)[:3000]], ids=["empty", "text", "cut"])
def test_a_file_that_is_no_word_file_is_told_and_the_same_libreoffice_sets_the_next_one(
    pages: Office, data: bytes
) -> None:
    pages.pdf(_word(FULL), "甲")
    running = _running(pages).pid
    with pytest.raises(JianbaoError, match=r"读不了 坏\.docx"):
        pages.pdf(data, "坏.docx")
    assert pages.pdf(_word(FULL), "好.docx").startswith(b"%PDF")
    assert _running(pages).pid == running


def test_libreoffice_that_is_killed_is_told_and_starts_again(pages: Office) -> None:
    pages.pdf(_word(FULL), "甲")
    _running(pages).kill()
    with pytest.raises(JianbaoError, match="自行退出"):
        pages.pdf(_word(FULL), "乙")
    assert pages.pdf(_word(FULL), "丙").startswith(b"%PDF")


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by a signal")
def test_libreoffice_that_hangs_is_stopped_with_all_its_processes(
    started: Callable[[], list[psutil.Process]], uno: str, faces: list[FaceFile]
) -> None:
    with Office(faces) as own:
        own.pdf(_word(FULL), "甲")
        own.seconds = 1
        os.kill(_running(own).pid, signal.SIGSTOP)
        with pytest.raises(JianbaoError, match=r"超过 1 秒，已停止"):
            own.pdf(_word(FULL), "乙")
        assert started() == []


def test_libreoffice_that_takes_too_much_memory_is_stopped(
    started: Callable[[], list[psutil.Process]], uno: str, faces: list[FaceFile]
) -> None:
    with Office(faces, memory=40 << 20) as small, pytest.raises(JianbaoError, match="40 MB 以上的内存，已停止"):
        small.pdf(_word(FULL), "甲")
    assert started() == []


def test_without_libreoffice_the_editor_learns_what_to_install(
    faces: list[FaceFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.soffice.installed.find", lambda: None)
    with pytest.raises(soffice.ProgramMissing, match="本机没有安装") as told:
        Office(faces).pdf(_word(FULL), "甲")
    assert "python3-uno" in told.value.hint


def test_without_uno_the_editor_learns_what_to_install(
    soffice: str, faces: list[FaceFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "pythons", lambda program: iter([sys.executable]))
    with pytest.raises(JianbaoError, match="缺 UNO") as told:
        Office(faces).pdf(_word(FULL), "甲")
    assert "python3-uno" in told.value.hint
