"""Mutated real files: no traceback, no hang, no lost character (see ``fuzz``)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builder import markup
from tests.property import fuzz

SECONDS = float(os.environ.get("JIANBAO_FUZZ_SECONDS", "600"))
HANG = 60.0  # seconds for one case of 60 KB, which takes a few milliseconds


def test_a_few_hundred_mutated_files_are_read_or_told_about(tmp_path: Path) -> None:
    assert fuzz.loop(tmp_path, seconds=120, seed=20, most=400) == 400


def test_a_parser_that_loses_a_word_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = markup.parse

    def losing(body: str, *arguments: object, **more: object) -> object:
        return right(body.replace("丙", ""), *arguments, **more)  # type: ignore[arg-type]

    fuzz.prepare(tmp_path)
    item = "---\n标题: 甲\n---\n乙丙\n".encode()
    fuzz.judge(tmp_path, {"items": item, "findings": b"", "issues": b""})
    monkeypatch.setattr(markup, "parse", losing)
    with pytest.raises(AssertionError, match="is not printed"):
        fuzz.judge(tmp_path, {"items": item, "findings": b"", "issues": b""})


@pytest.mark.long
def test_ten_minutes_of_mutated_files_find_no_traceback_no_hang_and_no_lost_word(tmp_path: Path) -> None:
    seed = time.time_ns() % 1_000_000  # other files in every run; the seed is told when one fails
    command = [sys.executable, "-m", "tests.property.fuzz", str(tmp_path), str(SECONDS), str(seed)]
    case = tmp_path / "case"
    with subprocess.Popen(
        command, cwd=fuzz.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as worker:
        while worker.poll() is None:
            time.sleep(1)
            if case.exists() and time.time() - case.stat().st_mtime > HANG:
                worker.kill()
                pytest.fail(f"seed {seed}: no end with {case.read_bytes()!r}")
        output = worker.stdout.read() if worker.stdout else ""
    assert worker.returncode == 0, f"seed {seed}: {output}\n{case.read_bytes()!r}"
    assert int(output) > SECONDS  # more than one case a second
