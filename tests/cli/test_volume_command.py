"""``jianbao volume`` as an office calls it: a second process, its files and exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder import pdfium
from builder.fonts import FontSet
from builder.render.child import Engines
from tests.office import ROOT, SmallOffice

PUBLICATION = "gongzuo-xinxi"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fontset: FontSet, engines: Engines) -> Path:
    """An office with two published issues."""
    made = SmallOffice(tmp_path_factory.mktemp("volumes") / "office", fontset, engines)
    for name in ("2026/a", "2026/b"):
        made.published(name, publication=PUBLICATION)
    return made.root


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JIANBAO_FONTS": str(ROOT / ".fonts"), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "builder", "-C", str(folder), "volume", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def acts(folder: Path) -> int:
    return len(list((folder / "output/archive").rglob("record.json")))


def test_the_volume_is_written_and_told_and_nothing_is_recorded(office: Path) -> None:
    before = acts(office)
    done = run(office, PUBLICATION, "2026", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    pdf = (office / "output/合订本/gongzuo-xinxi-2026.pdf").read_bytes()
    assert told["file"] == "output/合订本/gongzuo-xinxi-2026.pdf"
    assert told["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert told["pages"] == told["front"] + told["body"] + told["back"] == len(pdfium.texts(pdf)[0])
    assert told["pdfa"] == "2b"
    assert [(issue["label"], issue["first"], issue["pages"]) for issue in told["issues"]] == [
        ("第1期（总第1期）", 1, 1),
        ("第2期（总第2期）", 3, 1),
    ]
    assert acts(office) == before
    again = run(office, PUBLICATION, "2026")
    assert "《工作信息》2026年合订本：2期" in again.stdout
    assert (office / told["file"]).read_bytes() == pdf


def test_it_goes_where_it_is_told_but_never_into_the_archive(office: Path, tmp_path: Path) -> None:
    target = tmp_path / "合订.pdf"
    assert run(office, PUBLICATION, "2026", "--output", str(target)).returncode == 0
    assert target.read_bytes().startswith(b"%PDF")
    for refused in (office / "output/archive/a.pdf", tmp_path / "合订.docx"):
        assert run(office, PUBLICATION, "2026", "-o", str(refused)).returncode == 64
        assert not refused.exists()


def test_a_damaged_bag_ends_it_with_code_3_and_nothing_is_written(office: Path, tmp_path: Path) -> None:
    path, target = office / "output/archive/gongzuo-xinxi/2026/2/data/issue.pdf", tmp_path / "v.pdf"
    kept = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(kept[:-1])
    try:
        done = run(office, PUBLICATION, "2026", "-o", str(target), "--json")
    finally:
        path.write_bytes(kept)
        path.chmod(0o444)
    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert "第2期" in told["error"]
    assert told["faults"][0]["file"] == "gongzuo-xinxi/2026/2/data/issue.pdf"
    assert not target.exists()


def test_a_publication_that_printed_nothing_is_refused_and_those_that_did_are_named(office: Path) -> None:
    done = run(office, "ducha-tongbao", "2026")
    assert done.returncode == 1
    assert "2026 年付印过的刊物：gongzuo-xinxi" in done.stderr


def test_a_publication_is_named_by_its_id_or_its_name_and_a_name_that_none_has_is_told(office: Path) -> None:
    for typed in ("工作信息", "《工作信息》"):
        done = run(office, typed, "2026")
        assert done.returncode == 0, done.stderr
        assert "output/合订本/gongzuo-xinxi-2026.pdf" in done.stdout
    done = run(office, "没有", "2025")
    assert done.returncode == 64
    assert "没有刊物“没有”" in done.stderr
    assert "gongzuo-xinxi（工作信息）" in done.stderr
    done = run(office, "工作信息", "2025")
    assert done.returncode == 1
    assert "2025 年没有付印过" in done.stderr


def test_without_a_register_there_is_nothing_to_bind(tmp_path: Path) -> None:
    for name in ("templates", "content"):
        (tmp_path / name).mkdir()
    (tmp_path / "content/office.yaml").write_text("名称: 某办公室\n", encoding="utf-8")
    done = run(tmp_path, PUBLICATION, "2026")
    assert done.returncode == 74
    assert "还没有登记簿" in done.stderr
