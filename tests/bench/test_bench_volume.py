"""The measurement of the 合订本, on a few issues: it makes what it says it measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import fonts
from tests.bench import volume


def test_a_small_run_binds_every_issue_and_scales_its_target(
    tmp_path: Path, fontset: fonts.FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANBAO_FONTS", str(volume.ROOT / ".fonts"))
    root = volume.year(tmp_path / "office", fontset, 3)
    assert volume.year(root, fontset, 3) == root
    seconds, memory, size = volume.figures(root, 1)
    assert (seconds.name, seconds.target) == ("volume of 3", 0.3)
    assert "12 pages of issues" in seconds.note
    assert memory.value > 50
    single = (root / "output/archive/gongzuo-xinxi/2026/1/data/issue.pdf").stat().st_size / 1e6
    assert single < size.value < 3 * single
