"""``jianbao import`` of documents as a program: exit codes, what it prints, standard input."""

from __future__ import annotations

import json
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
