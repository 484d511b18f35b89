"""Same input, same bytes: other process, folder, time zone, locale, hash seed, order of creation."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ISSUES = ["ducha-kuaixun-6", "ducha-tongbao-8"]  # a picture and a table of problems; 署名, annex, percentages


def build(workspace, here, issues, **environment):
    """Runs the command in a process of its own; gives what it wrote."""
    command = [sys.executable, "-m", "builder", "-C", str(workspace), "build", *issues]
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    done = subprocess.run(command, cwd=here, env=given, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    drafts = workspace / "output/drafts"
    return {p.relative_to(drafts).as_posix(): p.read_bytes() for p in drafts.rglob("*") if p.is_file()}


def copy(target, newest_first):
    """The sample workspace, its files created in another order and with other dates."""
    found = [p for name in ("templates", "content") for p in (ROOT / name).rglob("*") if p.is_file()]
    for n, path in enumerate(sorted(found, reverse=newest_first)):
        place = target / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        os.utime(place, (1_000_000_000 + n, 1_000_000_000 + n))
    return target


@pytest.mark.parametrize("issues", [ISSUES, pytest.param([], marks=pytest.mark.long)])
def test_two_processes_in_other_folders_and_time_zones_write_the_same_bytes(tmp_path, issues):
    first, second = copy(tmp_path / "甲 a", newest_first=False), copy(tmp_path / "z/b", newest_first=True)
    one = build(first, tmp_path, issues, TZ="Asia/Shanghai", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    two = build(second, second / "content", issues, TZ="America/Los_Angeles", LC_ALL="C", PYTHONHASHSEED="77")
    assert len(one) >= 2 * len(ISSUES)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    for name, data in one.items():
        assert all(str(tmp_path).encode() not in part for part in parts(data)), name


def parts(data):
    """A file's bytes; those of a DOCX unpacked."""
    if not data.startswith(b"PK"):
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [package.read(name) for name in package.namelist()]
