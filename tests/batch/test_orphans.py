"""Drafts of issues that were renamed, deleted or moved are named while they are there; only what is half-written is deleted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.batches import DRAFTS, Run, build, make, whole
from tests.conftest import ROOT


def told(run: Run) -> list[str]:
    return [fault["message"] for fault in run.told["faults"] if fault["code"] == "draft-orphan"]


def test_drafts_of_issues_that_are_gone_are_named_until_they_are_deleted_and_nothing_else_is(tmp_path: Path) -> None:
    root = make(tmp_path / "ws", 3)
    assert told(build(root)) == []
    issues, drafts = root / "content/issues/2026", root / DRAFTS
    (drafts / "我放的.pdf").write_bytes(b"%PDF-1.7 of somebody else")
    (issues / "第3期.yaml").rename(issues / "改名.yaml")
    (issues / "第2期.yaml").unlink()
    for run in (build(root), build(root), build(root, "--changed")):
        assert run.code == 0
        [message] = told(run)
        assert "4个草稿" in message
        for name in ("第2期.docx", "第2期.pdf", "第3期.docx", "第3期.pdf"):
            assert f"{DRAFTS}/{name}" in message
            assert (drafts / name).is_file()
        assert "我放的" not in message
        assert "改名" not in message.replace("改名、删去", "")
    assert told(build(root, "第1期")) == []
    (drafts / "第2期.docx").unlink()
    (issues / "改名.yaml").rename(issues / "第3期.yaml")
    [message] = told(build(root))
    assert f"{DRAFTS}/第2期.pdf" in message
    assert f"{DRAFTS}/改名.docx" in message
    assert "第3期" not in message
    for name in ("第2期.pdf", "改名.docx", "改名.pdf"):
        (drafts / name).unlink()
    assert told(build(root)) == []
    (drafts / "第2期.pdf").write_bytes(b"%PDF-1.7 of somebody else")
    assert told(build(root)) == []


def test_drafts_of_an_issue_that_was_moved_to_another_publication_are_named_before_and_after_it_is_built(
    tmp_path: Path,
) -> None:
    root = make(tmp_path / "ws", 2)
    assert told(build(root)) == []
    issue = root / "content/issues/2026/第1期.yaml"
    text = issue.read_text(encoding="utf-8")
    other = "ducha-kuaixun"
    issue.write_text(text.replace("gongzuo-xinxi", other), encoding="utf-8")
    for _ in range(3):
        [message] = told(build(root, "--keep-going"))
        assert "2个草稿" in message
        assert f"{DRAFTS}/第1期.docx、{DRAFTS}/第1期.pdf" in message
    assert (root / f"output/drafts/{other}/2026/第1期.pdf").is_file()
    issue.write_text(text, encoding="utf-8")
    [message] = told(build(root))
    assert f"output/drafts/{other}/2026/第1期.pdf" in message
    assert DRAFTS not in message


KILLED = """
import os, signal, sys
import builder.files
builder.files._replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)
from builder.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_file_that_a_killed_run_was_writing_is_cleared_by_the_next_batch_and_nothing_else_is(tmp_path: Path) -> None:
    root = make(tmp_path / "ws", 2)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_FONTS": str(ROOT / ".fonts")}
    command = [sys.executable, "-c", KILLED, "-C", str(root), "build", "--jobs", "1"]
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    [half] = (root / "output/drafts").rglob("*.tmp")
    assert half.read_bytes()[:2] in (b"PK", b"%P")
    folder = root / DRAFTS
    others = [
        folder / name
        for name in (".a1b2c3d4.tmp", "稿.tmp", f".jianbao-{os.getpid()}-abcd1234.tmp", ".jianbao-x-a.tmp")
    ]
    for other in others:
        other.write_bytes(b"of somebody else")
    done = build(root)
    assert (done.code, half.exists()) == (0, False)
    assert [other.exists() for other in others] == [True] * 4
    assert whole(root, 2)
