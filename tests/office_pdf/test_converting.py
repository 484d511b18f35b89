"""Word files become PDFs: every one for itself, all that is wrong told, nothing lost in silence, nothing overwritten."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from docx import Document
from lxml.etree import fromstring

from builder import pdfium
from builder.errors import InvalidContent, UsageError
from builder.fonts import FontSet, Role
from builder.soffice import Offices, ProgramMissing
from builder.workflow import converting
from builder.workflow.office_faces import faces
from tests.guard import hostile
from tests.office_pdf.conftest import Convert
from tests.office_pdf.papers import TEXT, commented, pages, spoilt, word


def _codes(made: converting.Converted) -> list[str]:
    return [fault.code for fault in made.faults]


def _text(path: Path) -> str:
    return "".join("".join(sheet.whole.split()) for sheet in pdfium.texts(path.read_bytes())[0])


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

# ---------------------------------------------------------------- what it makes


def test_the_pdf_stands_beside_its_file_in_the_faces_of_this_program(
    convert: Convert, tmp_path: Path, fontset: FontSet
) -> None:
    (made,) = convert({"甲 乙.docx": word()})
    assert (made.target, made.pages, made.faults) == (tmp_path / "甲 乙.pdf", 1, ())
    assert len(made.fonts) == 1
    assert set(made.fonts) <= {name.replace(" ", "") for name in fontset.faces["仿宋"].names}
    assert _text(tmp_path / "甲 乙.pdf") == TEXT


def test_the_order_of_files_and_what_was_set_before_change_no_byte(convert: Convert, tmp_path: Path) -> None:
    given = {f"{n}.docx": pages(1 + n % 3, str(n)) for n in range(5)}
    convert(given, tmp_path / "一")
    convert(dict(reversed(given.items())), tmp_path / "二", jobs=1)
    for n in range(5):
        assert (tmp_path / f"一/{n}.pdf").read_bytes() == (tmp_path / f"二/{n}.pdf").read_bytes()


def test_one_file_may_be_given_its_pdf(convert: Convert, tmp_path: Path) -> None:
    (made,) = convert({"甲.docx": word()}, tmp_path / "新/定稿.PDF")
    assert made.target == tmp_path / "新/定稿.PDF"
    assert made.target.read_bytes().startswith(b"%PDF")


def test_deleted_text_is_not_printed_and_what_was_not_decided_is_told(convert: Convert, tmp_path: Path) -> None:
    change = (
        '<w:p><w:r><w:t>全市</w:t></w:r><w:del w:id="1" w:author="某某" w:date="2026-06-08T00:00:00Z">'
        "<w:r><w:delText>旧的</w:delText></w:r></w:del>"
        '<w:ins w:id="2" w:author="某某" w:date="2026-06-08T00:00:00Z"><w:r><w:t>新的</w:t></w:r></w:ins></w:p>'
    )
    (made,) = convert({"甲.docx": hostile.body(change)})
    assert "pdf-changes" in _codes(made)
    assert made.target
    assert _text(made.target).startswith("全市新的")


_COMPLEX = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {} </w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def test_fields_of_the_hour_the_machine_and_its_user_print_what_the_file_shows(
    convert: Convert, tmp_path: Path
) -> None:
    """In the text and in the foot; LibreOffice would write today's day, the path of its temporary folder and the author."""
    date = _COMPLEX.format(r'DATE \@ "yyyy年M月d日"', "2025年1月1日")
    path = _COMPLEX.format(r"FILENAME \p", "C:/a.docx")
    simple = r'<w:fldSimple w:instr=" AUTHOR "><w:r><w:t>存着的人</w:t></w:r></w:fldSimple>'
    nothing = _COMPLEX.format("TIME", "").replace("<w:t></w:t>", "")
    nested = _COMPLEX.format("DATE", "二月").replace(
        "<w:r><w:instrText", _COMPLEX.format("PAGE", "9") + "<w:r><w:instrText", 1
    )
    page = _COMPLEX.format("PAGE", "1")
    given = {"甲.docx": hostile.body(f"<w:p>{date}{path}{simple}{nothing}{nested}{page}</w:p>")}
    (one,) = convert(given, tmp_path / "一")
    (two,) = convert(given, tmp_path / "二")
    told = [fault.message for fault in one.faults if fault.code == "pdf-fields"]
    assert len(told) == 1
    assert "有 5 处" in told[0]
    assert one.target
    assert two.target
    assert _text(one.target).startswith("2025年1月1日C:/a.docx存着的人二月1")
    assert one.target.read_bytes() == two.target.read_bytes()


def test_a_date_in_the_foot_of_a_page_is_that_of_the_file(convert: Convert) -> None:
    document = Document()
    document.add_paragraph(TEXT)
    foot = document.sections[0].footer.paragraphs[0]._p
    for run in fromstring(f'<w:p xmlns:w="{W}">{_COMPLEX.format("DATE", "2025/1/2")}</w:p>'):
        foot.append(run)
    data = io.BytesIO()
    document.save(data)
    (made,) = convert({"甲.docx": data.getvalue()})
    assert "pdf-fields" in _codes(made)
    assert made.target
    assert _text(made.target) == f"{TEXT}2025/1/2"


@pytest.mark.parametrize("recording", [False, True])
def test_comments_are_told_and_not_printed(convert: Convert, recording: bool) -> None:
    """At words, at a point, in a cell, answered: LibreOffice 7 without a display ends on any of them where they are left in."""
    (made,) = convert({"甲.docx": commented(recording)})
    assert _codes(made) == ["pdf-font", "pdf-comments"] or _codes(made) == ["pdf-comments"]
    assert made.target
    assert _text(made.target) == "栎阳县清渠二十八公里。三万余亩"


# ---------------------------------------------------------------- what it refuses


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "guard-format"),
        (b"%PDF-1.7\n" + b"0" * 500, "guard-format"),
        (hostile.ole("WordDocument"), "guard-legacy"),
        (hostile.ole("EncryptedPackage"), "guard-encrypted"),
        (spoilt(word()), "guard-zip"),
        (hostile.related("attachedTemplate", "http://example.org/a.dotm"), "guard-external"),
        (hostile.excel(), "guard-type"),
    ],
    ids=["empty", "PDF", "doc", "password", "broken", "outside", "workbook"],
)
def test_a_file_that_the_guard_refuses_is_told_and_the_others_are_made(
    convert: Convert, tmp_path: Path, data: bytes, code: str
) -> None:
    bad, good = convert({"坏.docx": data, "好.docx": word()})
    assert bad.target is None
    assert code in _codes(bad) or code == "guard-zip"
    assert all(fault.severity == "error" and fault.code.startswith("guard-") for fault in bad.faults)
    assert bad.faults
    assert good.target == tmp_path / "好.pdf"
    assert _files(tmp_path) == ["坏.docx", "好.docx", "好.pdf"]


def test_a_file_of_old_word_is_told_to_be_saved_anew_whatever_it_is_called(convert: Convert) -> None:
    old = hostile.ole("WordDocument")
    named, renamed = convert({"旧.doc": old, "旧改名.docx": old})
    assert "后缀写成了" not in named.faults[0].message
    assert named.faults[0].hint.endswith("另存为 .docx")
    assert "只是后缀写成了 .docx" in renamed.faults[0].message


def test_a_pdf_that_is_there_is_replaced_only_when_that_is_asked_for(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "甲.pdf").write_bytes(b"kept")
    (made,) = convert({"甲.docx": word()})
    assert _codes(made) == ["pdf-exists"]
    assert (tmp_path / "甲.pdf").read_bytes() == b"kept"
    (made,) = convert({"甲.docx": word()}, force=True)
    assert made.faults == ()
    assert (tmp_path / "甲.pdf").read_bytes().startswith(b"%PDF")


def test_two_files_for_one_pdf_are_refused_and_one_named_twice_counts_once(tmp_path: Path) -> None:
    for name in ("一/甲.docx", "二/甲.docx"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(word())
    sources = [tmp_path / "一/甲.docx", tmp_path / "二/甲.docx"]
    with pytest.raises(InvalidContent) as told:
        converting.targets(sources, tmp_path)
    assert [fault.code for fault in told.value.faults] == ["pdf-twice"]
    with pytest.raises(UsageError, match="不能都存成"):
        converting.targets(sources, tmp_path / "一.pdf")
    assert len(converting.targets([sources[0], tmp_path / "二/../一/甲.docx"], None)) == 1


def test_a_file_that_is_not_there_is_told(fontset: FontSet, tmp_path: Path) -> None:
    wanted = converting.targets([tmp_path / "没有.docx", tmp_path], None)
    made = list(converting.convert(wanted, tmp_path, fontset, system=False))
    assert [_codes(each) for each in made] == [["pdf-unreadable"], ["pdf-unreadable"]]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text exist only there")
def test_a_file_whose_name_is_no_text_is_converted_with_the_others(convert: Convert) -> None:
    made = convert({os.fsdecode(b"\xff\xfe.docx"): word(), "b.docx": word()})
    assert [each.target is not None and each.target.is_file() for each in made] == [True, True]


def test_a_place_that_cannot_be_written_to_is_told(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"")
    (made,) = convert({"甲.docx": word()}, tmp_path / "文件/里面")
    assert _codes(made) == ["output-unwritable"]
    assert _files(tmp_path) == ["文件", "甲.docx"]


def test_a_pdf_that_is_open_elsewhere_is_left_alone(convert: Convert, tmp_path: Path) -> None:
    (tmp_path / "甲.pdf").write_bytes(b"kept")
    (tmp_path / ".~lock.甲.pdf#").write_bytes(b"")
    (made,) = convert({"甲.docx": word()}, force=True)
    assert _codes(made) == ["output-open"]
    assert (tmp_path / "甲.pdf").read_bytes() == b"kept"


# ---------------------------------------------------------------- fonts and text


def test_a_font_that_is_not_there_is_told_by_name_with_what_is_printed_instead(
    convert: Convert, fontset: FontSet
) -> None:
    (made,) = convert({"甲.docx": word("市水利局抢修3处 No.5", east="某某行楷", west="Times New Roman")})
    told = {fault.message for fault in made.faults}
    assert _codes(made) == ["pdf-font", "pdf-font"]
    assert f"没有字体“某某行楷”（用于7个字），PDF 里用“{fontset.faces['楷体'].family}”。" in told
    assert any("“Times New Roman”（用于5个字）" in message for message in told)
    assert made.target


def test_a_font_of_the_office_is_used_where_its_name_is_asked_for(
    convert: Convert, tmp_path: Path, fontset: FontSet
) -> None:
    kai = fontset.faces["楷体"]
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / kai.file.name).symlink_to(kai.file)
    (made,) = convert({"甲.docx": word(east=kai.names[0], west=kai.names[0])})
    assert made.faults == ()
    assert set(made.fonts) <= {name.replace(" ", "") for name in kai.names}


@pytest.mark.parametrize(
    "name", ["仿宋", "FangSong", "楷体_GB2312", "KaiTi", "SimHei", "宋体", "方正小标宋简体", "方正小标宋_GBK"]
)
def test_official_names_are_known(name: str, fontset: FontSet, tmp_path: Path) -> None:
    from builder.workflow.office_faces import faces_for

    given = faces_for(fontset, [name, name.casefold(), "Wingdings"], tmp_path, system=False)
    assert given.instead == {}
    assert sum(name in face.names for face in given.faces) == 1


@pytest.mark.parametrize(
    ("name", "role"),
    [("Arial", "黑体"), ("Noto Sans", "黑体"), ("微软雅黑", "黑体"), ("Georgia", "宋体"), ("隶书", "宋体")],
)
def test_a_name_without_serifs_is_set_in_a_face_without(
    name: str, role: Role, fontset: FontSet, tmp_path: Path
) -> None:
    from builder.workflow.office_faces import faces_for

    given = faces_for(fontset, [name], tmp_path, system=False)
    assert given.instead == {name: fontset.faces[role].family}


def test_a_character_that_no_face_has_is_an_error_and_nothing_is_written(convert: Convert, tmp_path: Path) -> None:
    (made,) = convert({"甲.docx": word("水位𓀀米")})
    assert _codes(made) == ["pdf-glyph"]
    assert "𓀀（U+13000）" in made.faults[0].message
    assert _files(tmp_path) == ["甲.docx"]


def test_text_that_does_not_come_onto_the_page_is_an_error_that_shows_the_place(
    convert: Convert, tmp_path: Path
) -> None:
    (made,) = convert({"甲.docx": word(row=TEXT * 6 + "独此一处")})
    assert _codes(made) == ["pdf-text"]
    assert "少了文字" in made.faults[0].message
    assert _files(tmp_path) == ["甲.docx"]


# ---------------------------------------------------------------- LibreOffice that ends


def _members(offices: Offices) -> Iterator[tuple[psutil.Process, bytes]]:
    """Every LibreOffice that runs, with the document that it was given last."""
    for office in offices._all:
        process, folder = office._process, office._folder
        if process is None or folder is None:
            continue
        with suppress(psutil.Error, OSError):
            document = (Path(folder.name) / "source.docx").read_bytes()
            for child in psutil.Process(process.pid).children(recursive=True):
                if child.name().startswith("soffice.bin"):
                    yield child, document


@contextmanager
def _meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Does something again and again in another thread."""
    done = threading.Event()

    def again() -> None:
        while not done.is_set():
            work()
            time.sleep(0.01)

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_one_crash_of_libreoffice_costs_no_file(
    convert: Convert, fontset: FontSet, started: Callable[[], list[psutil.Process]]
) -> None:
    given = {f"{n:02}.docx": pages(1, str(n)) for n in range(12)}
    offices, killed = Offices(faces(fontset), 2), []

    def kill() -> None:
        for process, document in _members(offices):
            if document == given["05.docx"] and not killed:
                process.kill()
                killed.append(process.pid)

    with _meanwhile(kill):
        made = convert(given, offices=offices)
    assert len(killed) == 1
    assert [each.target is not None for each in made] == [True] * 12
    assert [fault for each in made for fault in each.faults] == []
    assert started() == []


def test_a_file_on_which_libreoffice_ends_each_time_is_told_and_the_others_are_made(
    convert: Convert, fontset: FontSet
) -> None:
    given = {f"{n}.docx": pages(1, str(n)) for n in range(5)}
    offices, killed = Offices(faces(fontset), 2), set()

    def kill() -> None:
        for process, document in _members(offices):
            if document == given["2.docx"]:
                process.kill()
                killed.add(process.pid)

    with _meanwhile(kill):
        made = convert(given, offices=offices)
    assert len(killed) == 2  # once more, and no more
    assert [each.target is not None for each in made] == [True, True, False, True, True]
    assert _codes(made[2]) == ["pdf-office"]
    assert "自行退出" in made[2].faults[0].message


def test_a_file_on_which_libreoffice_hangs_is_given_up(convert: Convert, fontset: FontSet) -> None:
    given = {f"{n}.docx": pages(1, str(n)) for n in range(4)}
    offices = Offices(faces(fontset), 2, seconds=6)

    def stop() -> None:
        for process, document in _members(offices):
            if document == given["0.docx"]:
                process.suspend()

    with _meanwhile(stop):
        made = convert(given, offices=offices)
    assert [each.target is not None for each in made] == [False, True, True, True]
    assert "超过 6 秒" in made[0].faults[0].message


def test_files_that_take_too_much_memory_are_told(
    convert: Convert, fontset: FontSet, started: Callable[[], list[psutil.Process]]
) -> None:
    made = convert({"甲.docx": word(), "乙.docx": word()}, offices=Offices(faces(fontset), 1, memory=40 << 20))
    assert [_codes(each) for each in made] == [["pdf-office"]] * 2
    assert "40 MB" in made[0].faults[0].message
    assert started() == []


def test_nothing_runs_on_when_the_work_is_given_up(
    convert: Convert, fontset: FontSet, tmp_path: Path, started: Callable[[], list[psutil.Process]]
) -> None:
    for n in range(8):
        (tmp_path / f"{n}.docx").write_bytes(pages(3, str(n)))
    wanted = converting.targets(sorted(tmp_path.glob("*.docx")), None)
    work = converting.convert(wanted, tmp_path, fontset, system=False)
    next(work)
    work.close()
    assert started() == []
    assert len(list(tmp_path.glob("*.pdf"))) < 8


def test_without_libreoffice_the_editor_learns_what_to_install(
    convert: Convert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.soffice.installed.find", lambda: None)
    with pytest.raises(ProgramMissing, match="本机没有安装") as told:
        convert({"甲.docx": word(), "坏.docx": b""})
    assert "apt install" in told.value.hint
    assert _files(tmp_path) == ["坏.docx", "甲.docx"]
