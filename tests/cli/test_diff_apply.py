"""``jianbao diff --apply``: the diff is shown first, somebody is asked, and the exit code says what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Run
from tests.redline import written

ITEM = "content/items/抗旱.md"


@pytest.fixture
def edited(workspace: Path, run: Run) -> Path:
    """The issue's DOCX, one word of it changed."""
    done = run("build", "第1期")
    assert done.returncode == 0, done.stderr
    [path] = (workspace / "output").rglob("*.docx")
    path.write_bytes(written.body(path.read_bytes(), "860台", "960台"))
    return path


def test_away_from_a_terminal_the_diff_is_shown_and_nothing_written(edited: Path, run: Run, workspace: Path) -> None:
    before = (workspace / ITEM).read_bytes()
    done = run("diff", "第1期", str(edited), "--apply")
    assert done.returncode == 1
    assert f"+++ {ITEM}（带回以后）" in done.stdout
    assert "+全市投入机具960台。" in done.stdout
    assert "--yes" in done.stderr
    assert (workspace / ITEM).read_bytes() == before


def test_with_yes_the_entry_is_written_and_the_copy_has_no_changes_left(
    edited: Path, run: Run, workspace: Path
) -> None:
    before = (workspace / ITEM).read_text("utf-8")
    done = run("diff", "第1期", str(edited), "--apply", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"已写 1 个文件：{ITEM}" in done.stdout
    assert (workspace / ITEM).read_text("utf-8") == before.replace("860台", "960台")
    again = run("diff", "第1期", str(edited))
    assert again.stdout.splitlines()[-1] == "没有改动。"


@pytest.mark.parametrize(("answer", "code", "there"), [("y\n", 0, "960台"), ("n\n", 1, "860台"), ("\n", 1, "860台")])
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_at_a_terminal_the_answer_decides(edited: Path, workspace: Path, answer: str, code: int, there: str) -> None:
    master, slave = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_FONTS": str(ROOT / ".fonts"), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "builder", "-C", str(workspace), "diff", "第1期", str(edited), "--apply"]
    process = subprocess.Popen(command, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    os.close(slave)
    os.write(master, answer.encode())
    told = process.communicate(timeout=120)[0].decode()
    os.close(master)
    assert process.returncode == code, told
    assert "输入 y" in told
    assert there in (workspace / ITEM).read_text("utf-8")


def test_what_is_not_carried_back_is_told_and_the_rest_written(edited: Path, run: Run, workspace: Path) -> None:
    edited.write_bytes(written.body(edited.read_bytes(), "第1期", "第2期"))
    done = run("diff", "第1期", str(edited), "--apply", "-y")
    assert done.returncode == 2
    assert "不带回：期号（改字）" in done.stdout
    assert "960台" in (workspace / ITEM).read_text("utf-8")


def test_a_copy_of_an_earlier_text_is_refused(edited: Path, run: Run, workspace: Path) -> None:
    item = workspace / ITEM
    item.write_text(item.read_text("utf-8").replace("全市投入", "各地投入"), "utf-8")
    before = item.read_bytes()
    done = run("diff", "第1期", str(edited), "--apply", "--yes")
    assert done.returncode == 1
    assert "较早的稿件" in done.stderr
    assert item.read_bytes() == before
    told = json.loads(run("diff", "第1期", str(edited), "--apply", "--yes", "--json").stdout)
    assert "较早的稿件" in told["error"]
    assert (told["exit"], [fault["code"] for fault in told["faults"]]) == (1, ["diff-older"])
    assert told["changes"]


def test_json_says_what_was_written(edited: Path, run: Run) -> None:
    shown = json.loads(run("diff", "第1期", str(edited), "--apply", "--json").stdout)
    assert shown["apply"]["written"] is False
    done = run("diff", "第1期", str(edited), "--apply", "--yes", "--json")
    told = json.loads(done.stdout)["apply"]
    assert (done.returncode, told["written"], told["files"]) == (0, True, [ITEM])
    assert told["outcomes"][0]["places"][0].startswith(f"{ITEM}:")


def test_yes_alone_is_a_mistake(edited: Path, run: Run) -> None:
    done = run("diff", "第1期", str(edited), "--yes")
    assert done.returncode == 64
    assert "--apply" in done.stderr
