"""The built wheel, in an empty environment outside the clone, makes a workspace and builds an issue."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.long


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command and give its output; a failure shows both of its streams."""
    done = subprocess.run(
        [str(c) for c in command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: setuptools leaves folders in the place that it builds."""
    source = tmp_path_factory.mktemp("source") / "jianbao"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "output", "build", "dist", "*.egg-info"))
    target = tmp_path_factory.mktemp("dist")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", target, source, cwd=target)
    (made,) = target.glob("*.whl")
    return made


def test_the_wheel_carries_the_code_templates_and_licences_but_no_content_and_no_fonts(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "builder").rglob("*.py")}
    templates = {
        "builder/_templates/" + p.relative_to(ROOT / "templates").as_posix()
        for p in (ROOT / "templates").rglob("*")
        if p.is_file() and not p.name.startswith((".", "~$"))
    }
    assert len(templates) > 3
    forms = {p.relative_to(ROOT).as_posix() for p in (ROOT / "builder" / "forms" / "typst").rglob("*.typ")}
    assert len(forms) > 1
    info = {n for n in held if ".dist-info/" in n}
    assert held - info == modules | templates | forms
    assert {n.rpartition("/")[2] for n in info} >= {"LICENSE", "NOTICE", "entry_points.txt"}


def test_an_office_can_start_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "env", cwd=tmp_path)
    programs = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    pip = (programs / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=tmp_path)
    run(*pip, "--no-deps", "--no-index", wheel, cwd=tmp_path)
    jianbao = programs / "jianbao"
    environment = {"PYTHONPATH": "", "JIANBAO_FONTS": str(ROOT / ".fonts"), "JIANBAO_CACHE": str(tmp_path / "cache")}

    run(jianbao, "init", "office", cwd=tmp_path, **environment)
    work = (jianbao, "-C", "office")
    words = ("--标题", "水库除险加固完成", "--供稿单位", "市水利局", "--正文", "全市水库除险加固全部完成。")
    run(*work, "new", "item", "水库", *words, cwd=tmp_path, **environment)
    run(*work, "new", "issue", "第1期", "--日期", "2026-06-08", "--信息", "水库", cwd=tmp_path, **environment)
    run(*work, "build", cwd=tmp_path, **environment)
    made = sorted(p for p in (tmp_path / "office" / "output").rglob("*") if p.is_file())
    assert [p.suffix for p in made] == [".docx", ".pdf", ".json", ".sqlite"]
    assert made[1].read_bytes().startswith(b"%PDF-")
    with zipfile.ZipFile(made[0]) as archive:
        assert "水库除险加固完成" in archive.read("word/document.xml").decode()
