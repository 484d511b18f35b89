from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-cluster.lock")
PIN = re.compile(r"([a-z0-9-]+)==([^ ;]+)(?: ; ([^\\]+))?")


def pins(name: str) -> dict[str, str]:
    """Name → version of every package in a lock."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {m[1]: m[2] for line in text.splitlines() if (m := PIN.match(line))}


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[ ;]", r)[0].lower().replace("_", "-") for r in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_no_index_and_no_folder(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if re.search(r"://|--index|--extra|--find-links|#|file:", line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == len(pins(name)) > 15
    for line in lines:
        assert PIN.match(line), line
        hashes = re.findall(r"--hash=sha256:([0-9a-f]+)", line)
        assert hashes
        assert {len(h) for h in hashes} == {64}


def test_the_locks_hold_what_pyproject_asks_for_and_agree_with_each_other() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, development, cluster = (pins(name) for name in LOCKS)
    build = data["build-system"]["requires"]
    assert wanted(data["project"]["dependencies"]) | wanted(build) <= runtime.keys()
    assert wanted(data["dependency-groups"]["dev"]) <= development.keys()
    assert runtime.items() <= development.items()
    extra = data["project"]["optional-dependencies"]["cluster"]
    assert wanted(data["project"]["dependencies"]) | wanted(extra) <= cluster.keys()
    assert cluster.items() <= development.items()


def test_notice_names_every_library_that_is_needed_at_run_time() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert [name for name in pins("requirements.lock") if name not in notice] == []
