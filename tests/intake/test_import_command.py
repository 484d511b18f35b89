"""``jianbao import`` of documents as a program: exit codes, what it prints, standard input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.guard import hostile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty workspace."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "content" / "items").mkdir(parents=True)
    return tmp_path


def _run(folder: Path, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "builder", "-C", str(folder), "import", *arguments]
    return subprocess.run(command, cwd=ROOT, input=given, capture_output=True, check=False)


def test_a_hostile_file_ends_with_exit_code_one_and_writes_nothing(folder: Path) -> None:
    (folder / "稿.docx").write_bytes(hostile.body(hostile.field("DDEAUTO c")))
    done = _run(folder, str(folder / "稿.docx"))
    assert done.returncode == 1
    assert "稿.docx!word/document.xml：错误" in done.stderr.decode()
    assert list((folder / "content" / "items").iterdir()) == []


def test_text_from_standard_input_becomes_an_item_and_the_report_names_it(folder: Path) -> None:
    text = "电话记录\n上午接到来电。（市水利局供稿）\n".encode()
    done = _run(folder, "-", "--名称", "简讯/来电", "--json", given=text)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["written"] == ["content/items/简讯/来电.md"]
    assert "上午接到来电。" in (folder / "content" / "items" / "简讯" / "来电.md").read_text(encoding="utf-8")


def test_a_ledger_without_its_option_and_a_missing_file_say_what_to_do(folder: Path) -> None:
    (folder / "表.xlsx").write_bytes(hostile.excel())
    assert _run(folder, str(folder / "表.xlsx")).returncode == 64
    assert _run(folder, str(folder / "没有.docx")).returncode == 74


@pytest.mark.parametrize("more", [(), ("--as", "findings")])
def test_what_is_no_file_is_refused_and_never_waited_for(folder: Path, more: tuple[str, ...]) -> None:
    (folder / "夹.docx").mkdir()
    done = _run(folder, str(folder / "夹.docx"), *more)
    assert (done.returncode, "是文件夹" in done.stderr.decode()) == (74, True)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "管.txt")
        done = _run(folder, str(folder / "管.txt"), *more)
        assert (done.returncode, "不是普通文件" in done.stderr.decode()) == (74, True)


def test_a_file_of_gigabytes_is_refused_unread(folder: Path) -> None:
    for name in ("大.docx", "大.doc", "大.txt"):
        with (folder / name).open("wb") as file:
            file.truncate(8 << 30)  # more than fits the memory of the machine
        done = _run(folder, str(folder / name))
        assert (done.returncode, "[guard-size]" in done.stderr.decode()) == (1, True)


def test_a_ledger_is_not_read_from_standard_input_and_says_so(folder: Path) -> None:
    done = _run(folder, "-", "--as", "findings")
    assert (done.returncode, "不能从标准输入读" in done.stderr.decode()) == (64, True)


@pytest.mark.skipif(os.name == "nt", reason="a shell that can close a stream")
def test_a_standard_input_that_is_closed_is_empty_text(folder: Path) -> None:
    command = f"exec {sys.executable} -m builder -C {folder} import - <&-"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, "没有文字" in done.stderr.decode()) == (1, True)


def test_what_a_terminal_would_obey_is_printed_escaped(folder: Path) -> None:
    (folder / "稿.txt").write_bytes("标题\n正文\x1b]0;x\x07\u202e一。\n".encode())
    printed = _run(folder, str(folder / "稿.txt")).stderr.decode()
    assert r"正文\x1b]0;x\x07\u202e一。" in printed
    assert not set("\x1b\x07\u202e") & set(printed)
