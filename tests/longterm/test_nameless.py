"""No file that leaves the system names who ran it, on which machine, in which folder, or when.

Everything is made by a second process that has a name, a home, a folder and a time zone of its own, and then every file is
unpacked and searched for them. The time of an act (送审, 签发, 付印 …) is its record: it stands in the register, in the bags'
tag files and on the forms, and nowhere in an issue.
"""

from __future__ import annotations

import getpass
import io
import json
import os
import platform
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from builder import pdfium
from tests.longterm.papers import ROOT, whole

USER, HOST, FOLDER, AUTHOR = "shaobing-user", "shaobing-host", "shaobing-folder", "shaobing-photographer"
_DAY = "2025-06-08"
_FORM = re.compile(
    "签批单|期目|sheet|list|册页|模板"
)  # the day of an act stands on forms; no day in booklets and templates
_COMMANDS = """\
register start gongzuo-xinxi --number 11 --total 345 --year 2025 --as 信息科科长
check --json
build --json
build --黑白
build --四色
build --套打
build --册页 --json
submit one --as 信息科编辑 --json
review one --as 信息科科长
sign one --as 办公室主任
proof one --as 信息科编辑
diff one output/drafts/gongzuo-xinxi/one-清样.docx --json
diff one@1 one --docx output/drafts/花脸稿.docx --as 信息科编辑
publish one --as 信息科科长 --json
copies one --收件方行 --to 常委 --json
more one --to 县区=5 --理由 补发 --as 办公室主任
sent one --发出 --to 常委 --日期 2025-06-09 --as 信息科编辑
sent --issue one --json
log one
list issues --json
search 防汛 --json
inspect output/archive/gongzuo-xinxi/2025/11/data/issue.pdf --json
archive list --json
archive verify --json
register close 2025 --as 信息科科长
archive export 2025
schema --all
template check
template export gongzuo-xinxi
""".splitlines()
_DRIVER = """\
import contextlib, io, json, sys
from builder.cli.main import main
if __name__ == "__main__":
    told = []
    for words in json.load(sys.stdin):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                main(words)
            except SystemExit as stop:
                if stop.code and words[0] not in ("inspect", "diff"):  # 1: they found something
                    sys.exit(f"{words}: {stop.code}")
        told.append(out.getvalue())
    json.dump(told, sys.stdout)
"""
_POSTS = """\
代用字体付印: 允许
职务:
  - {职务: 办公室主任, 可办: [审核, 签发]}
  - {职务: 信息科科长, 可办: [审核, 复核, 登记, 付印]}
  - {职务: 信息科编辑, 可办: [编辑, 登记]}
"""


@dataclass(frozen=True)
class Work:
    """What the second process left: its workspace, what it printed, and the days on which it worked."""

    folder: Path
    printed: dict[str, str]
    days: set[str]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    base = tmp_path_factory.mktemp("base")
    folder = base / FOLDER
    folder.mkdir()
    whole(folder)
    _prepare(folder)
    started = datetime.now(UTC)
    told = _run(folder, _COMMANDS)
    moments = [moment + timedelta(hours=h) for moment in (started, datetime.now(UTC)) for h in (0, 14)]
    return Work(folder, dict(zip(_COMMANDS, told, strict=True)), {f"{m:%Y-%m-%d}" for m in moments})


def _run(folder: Path, commands: Sequence[str]) -> list[str]:
    """What each command prints, given one after the other to a process that is somebody else, somewhere else."""
    home, temporary = folder.parent / f"{USER}-home", folder.parent / f"{FOLDER}-tmp"
    home.mkdir(exist_ok=True)
    temporary.mkdir(exist_ok=True)
    names = {
        "HOME": str(home), "USER": USER, "LOGNAME": USER, "USERNAME": USER, "HOSTNAME": HOST, "TMPDIR": str(temporary),
        "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT),
        "JIANBAO_FONTS": str(ROOT / ".fonts"), "NO_COLOR": "1",
    }  # fmt: skip
    words = json.dumps([line.split() for line in commands])
    run = subprocess.run(
        [sys.executable, "-c", _DRIVER], cwd=folder, env=names, input=words, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr[-800:]
    printed: list[str] = json.loads(run.stdout)
    return printed


def test_nothing_that_leaves_the_system_names_user_machine_or_folder(work: Work) -> None:
    files = list(_files(work.folder))
    assert {path.suffix for path, _ in files} >= {".pdf", ".docx", ".csv", ".json", ".txt", ".sqlite"}
    assert len(files) > 30
    assert _named(files) == []


def test_a_pdf_that_libreoffice_made_names_nobody_either(work: Work, uno: str, tmp_path: Path) -> None:
    source = work.folder / "output/drafts/gongzuo-xinxi/one-清样.docx"
    (tmp_path / FOLDER).mkdir()
    _run(tmp_path / FOLDER, [f"-C {work.folder} pdf {source} --out {tmp_path / FOLDER}"])
    [(path, data)] = _unpacked(tmp_path / FOLDER)
    assert path.name == "one-清样.pdf"
    assert _contains(data, "阶段性进展")
    assert _named([(path, data)]) == []
    assert not any(_contains(data, day.replace("-", "")) for day in work.days)


def _named(files: Sequence[tuple[Path, bytes]]) -> list[tuple[str, str]]:
    """(file, name) of every name of a user, machine or folder that stands in a file: those made up, and the real ones."""
    real = (socket.gethostname(), platform.node(), getpass.getuser())
    forbidden = {USER, HOST, FOLDER, str(ROOT), f"{Path.home()}/", *(name for name in real if len(name) > 5)}
    return [(str(path), name) for path, data in files for name in sorted(forbidden) if _contains(data, name)]


def test_what_is_printed_on_the_screen_for_other_programs_names_no_folder_either(work: Work) -> None:
    asked = {command: told for command, told in work.printed.items() if "--json" in command}
    assert len(asked) == 13
    for command, told in asked.items():
        json.loads(told)
        for name in (USER, HOST, FOLDER):
            assert name not in told, command


def test_no_issue_says_when_it_was_made_only_of_which_day_it_is(work: Work) -> None:
    looked = 0
    for path, data in _files(work.folder):
        if path.suffix not in (".pdf", ".docx") or _FORM.search(str(path.relative_to(work.folder))):
            continue
        looked += 1
        for day in work.days:
            year, month, date = day.split("-")
            for form in (day, f"{year}{month}{date}", f"{year}年{int(month)}月{int(date)}日"):
                assert not _contains(data, form), (path.name, form)
        assert _contains(data, _DAY) or _contains(data, _DAY.replace("-", "")), path.name
    assert looked > 12


def test_no_issue_has_what_a_camera_or_a_program_wrote_into_a_picture(work: Work) -> None:
    """The sources in a bag are as they were typed and taken; what is printed from them is not."""
    printed = [data for path, data in _files(work.folder) if path.suffix in (".pdf", ".docx")]
    assert len(printed) > 12
    assert not any(_contains(data, AUTHOR) for data in printed)


def test_the_search_sees_a_name_wherever_it_hides(tmp_path: Path) -> None:
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Author"] = f"作者{USER}"
        document.Root.Notes = document.make_stream(f"<x>{HOST}</x>".encode())
        document.save(tmp_path / "one.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    with zipfile.ZipFile(tmp_path / "outer.zip", "w", zipfile.ZIP_DEFLATED) as package:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as word:
            word.writestr("docProps/core.xml", f"<x>{FOLDER}</x>")
        package.writestr("a/one.docx", inner.getvalue())
    seen = {path.name: data for path, data in _unpacked(tmp_path)}
    assert _contains(seen["one.pdf"], USER)
    assert _contains(seen["one.pdf"], HOST)
    assert _contains(seen["outer.zip"], FOLDER)
    assert not _contains(seen["outer.zip"], USER)


def _prepare(folder: Path) -> None:
    """The issue of another year, posts, and a picture that says who took it."""
    office, issue = folder / "content/office.yaml", folder / "content/issues/one.yaml"
    office.write_text(office.read_text(encoding="utf-8") + _POSTS, encoding="utf-8")
    issue.write_text(issue.read_text(encoding="utf-8").replace("日期: 2026-06-08", f"日期: {_DAY}"), encoding="utf-8")
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", AUTHOR)
    path = folder / "content/issues/渠道.png"
    with Image.open(path) as picture:
        picture.load()
        picture.save(path, "PNG", pnginfo=said)
    assert AUTHOR.encode() in path.read_bytes()


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """What was made: all of output/, and what was exported beside it."""
    yield from _unpacked(folder / "output")
    exported = folder / "gongzuo-xinxi-模板.docx"
    yield exported, b"\n".join(_layers(exported.name, exported.read_bytes()))


def _unpacked(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file with all that stands in it, packed or not."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, b"\n".join(_layers(path.name, path.read_bytes()))


def _layers(name: str, data: bytes) -> Iterator[bytes]:
    """A file's bytes, its members if it is a package, the streams, strings and text if it is a PDF."""
    yield name.encode()
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for member in package.namelist():
                yield from _layers(member, package.read(member))
    elif data.startswith(b"%PDF"):
        yield from (page.whole.encode() for page in pdfium.texts(data)[0])
        with pikepdf.open(io.BytesIO(data)) as document:
            for each in document.objects:
                yield from _parts(each)


def _parts(item: pikepdf.Object) -> Iterator[bytes]:
    if isinstance(item, pikepdf.Stream):
        try:
            yield item.read_bytes()
        except pikepdf.PdfError:  # a picture's own compression
            yield item.read_raw_bytes()
    if isinstance(item, (pikepdf.Stream, pikepdf.Dictionary)):
        for key, value in item.items():
            if not (isinstance(value, pikepdf.Object) and value.is_indirect) and key != "/Parent":
                yield from _parts(value)
    elif isinstance(item, pikepdf.Array):
        for value in item:
            if not (isinstance(value, pikepdf.Object) and value.is_indirect):
                yield from _parts(value)
    elif isinstance(item, pikepdf.String):
        yield str(item).encode()


def _contains(data: bytes, text: str) -> bool:
    return any(text.encode(coding) in data for coding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"))
