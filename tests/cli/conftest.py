"""A small workspace of its own for each test, and the command line as a second process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.cli.main import main

ROOT = Path(__file__).resolve().parent.parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run("build", ...)`` in a second process, in the workspace ``tmp_path / "ws"`` when there is one."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / "ws"
        return subprocess.run(
            [sys.executable, "-m", "builder", *arguments],
            cwd=folder if folder.is_dir() else tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "JIANBAO_FONTS": str(ROOT / ".fonts"),
                "NO_COLOR": "1",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A new workspace with one item and one issue that builds."""
    folder = tmp_path / "ws"
    for arguments in (
        ["init", str(folder)],
        ["-C", str(folder), "new", "item", "抗旱", "--标题", "全市抗旱保苗进展顺利", "--正文", "全市投入机具860台。"],
        ["-C", str(folder), "new", "issue", "2026/第1期", "--日期", "2026-06-08", "--信息", "抗旱"],
    ):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 0, capsys.readouterr().err
    capsys.readouterr()
    return folder
