"""Drafts of issues that were renamed or deleted are named as long as they are there; none is deleted."""

from __future__ import annotations

from pathlib import Path

from tests.batch.batches import DRAFTS, Run, build, make


def told(run: Run) -> list[str]:
    return [fault["message"] for fault in run.told["faults"] if fault["code"] == "draft-orphan"]


def test_drafts_of_issues_that_are_gone_are_named_until_they_are_deleted_and_nothing_else_is(tmp_path: Path) -> None:
    root = make(tmp_path / "ws", 3)
    assert told(build(root)) == []
    issues, drafts = root / "content/issues/2026", root / DRAFTS
    (drafts / "我放的.pdf").write_bytes(b"%PDF-1.7 of somebody else")
    (issues / "第3期.yaml").rename(issues / "改名.yaml")
    (issues / "第2期.yaml").unlink()
    for run in (build(root), build(root), build(root, "--changed")):
        assert run.code == 0
        [message] = told(run)
        assert "4个草稿" in message
        for name in ("第2期.docx", "第2期.pdf", "第3期.docx", "第3期.pdf"):
            assert f"{DRAFTS}/{name}" in message
            assert (drafts / name).is_file()
        assert "我放的" not in message
        assert "改名" not in message.replace("改名或删去", "")
    assert told(build(root, "第1期")) == []
    (drafts / "第2期.docx").unlink()
    (issues / "改名.yaml").rename(issues / "第3期.yaml")
    [message] = told(build(root))
    assert f"{DRAFTS}/第2期.pdf" in message
    assert f"{DRAFTS}/改名.docx" in message
    assert "第3期" not in message
    for name in ("第2期.pdf", "改名.docx", "改名.pdf"):
        (drafts / name).unlink()
    assert told(build(root)) == []
    (drafts / "第2期.pdf").write_bytes(b"%PDF-1.7 of somebody else")
    assert told(build(root)) == []
