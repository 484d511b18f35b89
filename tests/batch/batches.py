"""Workspaces with many small issues, and ``jianbao build`` as a second process over them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builder.cli.main import main
from builder.files import sha256
from tests.conftest import ROOT

DRAFTS = "output/drafts/gongzuo-xinxi/2026"


def make(root: Path, count: int) -> Path:
    """A new workspace with ``count`` issues ``2026/第n期`` of one item each, ``content/items/稿n.md``."""
    for arguments in (
        ["init", str(root)],
        ["-C", str(root), "new", "item", "稿1", "--标题", "第1条", "--正文", "好。"],
    ):
        _done(arguments)
    _done(["-C", str(root), "new", "issue", "2026/第1期", "--日期", "2026-06-01", "--信息", "稿1"])
    issue = (root / "content/issues/2026/第1期.yaml").read_text(encoding="utf-8")
    for n in range(1, count + 1):
        write_item(root, n, f"全市抗旱保苗进展顺利，投入机具{n}台。")
        text = issue.replace("稿1", f"稿{n}").replace("2026-06-01", f"2026-{1 + n // 28:02}-{1 + n % 28:02}")
        (root / f"content/issues/2026/第{n}期.yaml").write_text(text, encoding="utf-8")
    return root


def write_item(root: Path, n: int, body: str) -> None:
    """The one item of an issue."""
    (root / f"content/items/稿{n}.md").write_text(f"---\n标题: 第{n}条信息\n---\n{body}\n", encoding="utf-8")


def _done(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0, arguments


@dataclass(frozen=True, slots=True)
class Run:
    """A run that ended: its exit code, what it printed, and its ``--json`` (empty where it was killed)."""

    code: int
    told: Mapping[str, Any]
    out: str
    err: str

    def ids(self, kind: str) -> list[str]:
        """Ids of the issues that were ``built``, ``unchanged`` or ``failed``, sorted."""
        return sorted(each["id"] for each in self.told[kind])


def build(root: Path, *options: str, failpoint: str = "", cwd: Path | None = None) -> Run:
    """``jianbao build --json`` to its end."""
    with started(root, *options, failpoint=failpoint, cwd=cwd) as process:
        out, err = process.communicate(timeout=300)
    return Run(process.returncode, json.loads(out) if out.startswith("{") else {}, out, err)


@contextmanager
def started(root: Path, *options: str, failpoint: str = "", cwd: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """``jianbao build --json`` at work; at the end it and all that it started are ended."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_FONTS": str(ROOT / ".fonts"), "NO_COLOR": "1"}
    if failpoint:
        environment["JIANBAO_FAILPOINT"] = failpoint
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "-C", str(root), "build", "--json", *options],
        cwd=cwd or root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def drafts(root: Path) -> dict[str, tuple[int, int, str]]:
    """What is below ``output/drafts`` by name: inode, time of change, SHA-256; the record of used items aside.

    What a process that was killed had not finished has a name that nobody opens.
    """
    files = (path for path in (root / "output/drafts").rglob("*") if path.is_file())
    found = (path for path in files if path.name != "用稿.json" and path.suffix != ".tmp")
    return {
        path.relative_to(root / "output/drafts").as_posix(): (
            path.stat().st_ino, path.stat().st_mtime_ns, sha256(path.read_bytes()),
        )
        for path in found
    }  # fmt: skip


def whole(root: Path, count: int, suffixes: tuple[str, ...] = ("docx", "pdf")) -> bool:
    """Whether every file of every issue is there, nothing else is, and each is a whole file of its kind."""
    names = {f"gongzuo-xinxi/2026/第{n}期.{suffix}" for n in range(1, count + 1) for suffix in suffixes}
    ends = {".pdf": (b"%PDF-", b"%%EOF"), ".docx": (b"PK\x03\x04", b"")}
    for name in names & set(drafts(root)):
        data = (root / "output/drafts" / name).read_bytes()
        begins, closes = ends[Path(name).suffix]
        assert data.startswith(begins), name
        assert closes in data[-16:], name
    return set(drafts(root)) == names
