"""Writing is all or nothing, and packages are the same bytes every time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import Exit, FileError, FileInUse
from builder.files import member, sha256, write_atomic, zip_package

ROOT = Path(__file__).resolve().parent.parent


def test_a_file_is_replaced_as_a_whole_and_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "期" / "第12期.docx"
    write_atomic(path, b"old")
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in path.parent.iterdir()] == ["第12期.docx"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.docx"
    write_atomic(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError) as caught:
        write_atomic(path, b"new")
    assert str(path) in caught.value.message
    assert "磁盘已满" in caught.value.hint
    assert caught.value.exit_code is Exit.IO
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("第1期.yaml", "第1期.yaml 换不下：正被别的程序打开，或不许改写。"),
        ("第1期.docx", "《第1期》.docx 正被打开，请关闭后重试。"),
    ],
)
def test_a_file_that_may_not_be_replaced_is_told_by_its_name_without_guessing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    (tmp_path / name).write_bytes(b"old")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileInUse) as caught:
        write_atomic(tmp_path / name, b"new")
    assert caught.value.message == told
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"old"


def test_an_interrupted_write_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(tmp_path / "a.docx", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_stands_where_a_folder_should_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("", encoding="utf-8")
    with pytest.raises(FileError, match="写不了"):
        write_atomic(tmp_path / "drafts" / "a.docx", b"")


def test_files_get_the_rights_of_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "a"
    before = os.umask(0o027)
    try:
        write_atomic(path, b"")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_the_hash_is_sha256_in_hexadecimal() -> None:
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\/\0"), min_size=1),
        st.binary(max_size=2000),
        max_size=5,
    ),
    st.integers(0, 9),
)
def test_a_package_reads_back_member_for_member_in_its_order(contents: dict[str, bytes], level: int) -> None:
    data = zip_package(member(name, blob, level) for name, blob in contents.items())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        assert package.namelist() == list(contents)
        assert [package.read(n) for n in contents] == list(contents.values())
        assert {i.date_time for i in package.infolist()} <= {(1980, 1, 1, 0, 0, 0)}


def test_a_package_is_the_same_in_another_process_and_time_zone() -> None:
    code = (
        "import sys; from builder.files import *; sys.stdout.write(sha256(zip_package([member('一.xml', b'x' * 999)])))"
    )
    run = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for zone in ("UTC", "Asia/Shanghai")
    ]
    assert run[0] == run[1] == sha256(zip_package([member("一.xml", b"x" * 999)]))
