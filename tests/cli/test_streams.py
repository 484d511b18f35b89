"""What happens to a command whose output nobody reads, or cannot be written: real pipes, a second process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def gone(workspace: Path, *arguments: str, stream: str = "stdout") -> tuple[int, str]:
    """Exit code and the other stream of a run whose ``stream`` nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_FONTS": str(ROOT / ".fonts"), "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "builder", *arguments],
            cwd=workspace, env=environment, text=True, check=False, **{stream: writer, other: subprocess.PIPE},
        )  # fmt: skip
    finally:
        os.close(writer)
    return done.returncode, getattr(done, other)


def test_a_reader_that_is_gone_stops_nothing_and_changes_no_exit_code(workspace):
    code, err = gone(workspace, "build", "--format", "pdf")
    assert code == 0
    assert "Error" not in err
    assert [p.name for p in (workspace / "output").rglob("*.pdf")] == ["第1期.pdf"]
    assert gone(workspace, "build", "--format", "pdf", stream="stderr")[0] == 0
    assert gone(workspace, "--help") == (0, "")
    (workspace / "content/items/抗旱.md").write_text("---\n标题: 好\x00坏\n---\n", encoding="utf-8")
    assert gone(workspace, "check", "--json") == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_an_output_that_cannot_be_written_is_an_io_failure(workspace):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "builder", "list", "items"],
            cwd=workspace, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 74
    assert "标准输出写不了" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ignored" not in done.stderr
