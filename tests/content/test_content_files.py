"""Which files count: links never lead out of the workspace, and what cannot be read is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.content import pictures
from builder.content.files import find
from builder.errors import Fault


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "ws/content/items").mkdir(parents=True)
    return tmp_path / "ws"


@pytest.mark.parametrize("link", ["content/items", "content"])
def test_a_folder_that_leads_out_of_the_workspace_is_not_read(root: Path, link: str) -> None:
    outside = root.parent / "outside/items"
    outside.mkdir(parents=True)
    (outside / "a.md").write_text("秘密")
    (root / "content/items").rmdir()
    if link == "content":
        (root / "content").rmdir()
    (root / link).symlink_to(outside if link == "content/items" else outside.parent)
    found, faults = find(root, "items", ".md")
    assert found == []
    assert [(f.code, f.severity, f.place.file) for f in faults] == [("path-symlink", "error", "content/items")]


def test_a_loop_of_links_is_a_fault_for_files_folders_and_pictures(root: Path) -> None:
    (root / "content/items/a.md").symlink_to("a.md")
    (root / "content/items/p.png").symlink_to("p.png")
    found, faults = find(root, "items", ".md")
    assert found == []
    assert [(f.code, f.place.file) for f in faults] == [("file-unreadable", "content/items/a.md")]
    picture = pictures.load("p.png", "content/items/b.md", root)
    assert isinstance(picture, Fault)
    assert picture.code == "picture-missing"
    (root / "content/issues").symlink_to("issues")
    assert [(f.code, f.place.file) for f in find(root, "issues", ".yaml")[1]] == [("file-unreadable", "content/issues")]


def test_a_folder_that_cannot_be_read_is_told_and_an_absent_one_is_empty(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("密", "开"):
        (root / "content/items" / name).mkdir()
        (root / "content/items" / name / "a.md").write_text("")
    listed = os.scandir

    def refusing(path: Any) -> Iterator[Any]:
        if Path(path).name == "密":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refusing)  # file modes do not stop root, under whom some machines test
    found, faults = find(root, "items", ".md")
    assert [entry.id for entry in found] == ["开/a"]
    assert [(f.code, f.place.file) for f in faults] == [("file-unreadable", "content/items/密")]
    assert find(root, "findings", ".yaml") == ([], [])


def test_a_file_in_place_of_a_folder_is_told(root: Path) -> None:
    (root / "content/issues").write_text("")
    assert [f.code for f in find(root, "issues", ".yaml")[1]] == ["file-unreadable"]
