"""A batch with issues that are poisoned in ten ways, through the command line: each is told with its reason, all others are made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder.files import sha256
from tests.batch import poisoned

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals")


def build(given: poisoned.Poisoned) -> tuple[int, dict[str, Any], str]:
    """``jianbao build --keep-going`` with two processes: exit code, report, what it said."""
    report = given.folder / "report.json"
    command = [sys.executable, "-m", "builder", "-C", str(given.folder), "build", "--keep-going", "--jobs", "2"]
    environment = {**os.environ, **given.environment, "PYTHONPATH": str(ROOT), "JIANBAO_FONTS": str(ROOT / ".fonts")}
    done = subprocess.run(
        [*command, "--report", str(report)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1800
    )
    assert report.is_file(), done.stderr[-2000:]
    return done.returncode, json.loads(report.read_text(encoding="utf-8")), done.stdout + done.stderr


def judge(given: poisoned.Poisoned, report: dict[str, Any], issues: int) -> Counter[str]:
    """Every issue of the report is what it must be; how many of each state."""
    entries = {entry["id"]: entry for entry in report["entries"]}
    assert len(entries) == len(report["entries"]) == issues
    for name, entry in entries.items():
        kind = given.kinds.get(name)
        if kind is None:
            assert entry["state"] == "built", entry
            assert len(entry["files"]) == 2
            for path, digest in entry["files"].items():
                assert sha256((given.folder / path).read_bytes()) == digest
        else:
            assert (entry["state"], entry["reason"]) == (kind.state, kind.reason), (kind, entry)
            beside = [fault for fault in report["faults"] if name in fault["file"]]
            assert kind.words in json.dumps([entry, beside], ensure_ascii=False), (kind, entry)
            assert not entry["files"]
    written = {
        p.relative_to(given.folder).as_posix() for p in (given.folder / "output/drafts").rglob("*.*") if p.is_file()
    }
    assert written - {"output/drafts/用稿.json"} == {path for entry in entries.values() for path in entry["files"]}
    return Counter(entry["state"] for entry in entries.values())


def test_of_a_hundred_issues_ten_poisoned_each_in_its_way_ninety_are_made_and_ten_told(tmp_path: Path) -> None:
    given = poisoned.make(tmp_path / "ws", 100, 10)
    assert Counter(kind.name for kind in given.kinds.values()) == Counter(kind.name for kind in poisoned.KINDS)
    code, report, _ = build(given)
    counts = judge(given, report, 100)
    assert code == 2
    assert counts == {"built": 90, "left_out": 3, "failed": 7}


@pytest.mark.long
def test_of_ten_thousand_issues_with_a_hundred_poisoned_exactly_the_others_are_made(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    given = poisoned.make(tmp_path / "ws", 10_000, 100)
    began = time.monotonic()
    code, report, said = build(given)
    seconds = time.monotonic() - began
    counts = judge(given, report, 10_000)
    assert code == 2
    assert counts == {"built": 9_900, "left_out": 30, "failed": 70}
    assert len(said.splitlines()) < 2_000  # ten thousand lines tell nobody anything
    tell(
        f"10,000 issues, 100 poisoned in 10 ways: {counts['built']} made, {counts['left_out'] + counts['failed']} told, "
        f"each with its reason, none else; {10_000 / seconds:.0f} a second"
    )
