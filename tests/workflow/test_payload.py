"""What is frozen of an issue: every file that it is made of, as it is on disk, and the hash of what it prints."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from builder.compose import compose
from builder.errors import Conflict, InvalidContent
from builder.files import sha256
from builder.settings import Workspace, workspace
from builder.workflow import opening
from builder.workflow.payload import Frozen, frozen, payload
from tests.signoff.conftest import ROOT, edition, folder, picture

__all__ = ["edition", "folder"]


def test_every_file_that_an_issue_is_made_of_is_kept_as_it_is_on_disk(edition, folder: Path) -> None:
    (folder / "content/items/附表.csv").write_bytes("甲,乙\r\n1,2\r\n".encode("gb18030"))
    made = edition({"content/items/one.md": ("一是落实责任。", "表: 附表.csv\n一是落实责任。")})
    kept = frozen(made, Workspace(folder)).sources
    assert sorted(kept) == [
        "content/issues/one.yaml",
        "content/items/a.png",
        "content/items/one.md",
        "content/items/附表.csv",
        "content/office.yaml",
        "templates/gongzuo-xinxi/publication.yaml",
    ]
    assert all(data == (folder / name).read_bytes() for name, data in kept.items())


def test_signed_is_the_hash_of_signed_json(edition, folder: Path) -> None:
    one = frozen(edition(), Workspace(folder))
    assert one.signed == sha256(one.record)
    assert one.signed_data["图片"] == {"图1": sha256((folder / "content/items/a.png").read_bytes())}


def test_another_picture_under_the_same_name_is_another_issue(edition, folder: Path) -> None:
    before = frozen(edition(), Workspace(folder)).signed
    (folder / "content/items/a.png").write_bytes(picture("red"))
    assert frozen(edition(), Workspace(folder)).signed != before


def test_a_per_cent_sign_in_a_name_is_a_full_width_one_in_the_bag() -> None:
    made = payload({}, {}, Frozen({"content/items/50%.png": b"x"}, b"{}", ""))
    assert made["sources/content/items/50％.png"] == b"x"


def test_names_that_cannot_stand_in_a_bag_are_told_all_at_once() -> None:
    kept = Frozen({"content/items/a?.png": b"x", "content/items/b|.png": b"y", "content/office.yaml": b""}, b"{}", "")
    with pytest.raises(InvalidContent) as told:
        payload({}, {}, kept)
    assert [(f.code, f.place.file) for f in told.value.faults] == [
        ("source-name", "content/items/a?.png"),
        ("source-name", "content/items/b|.png"),
    ]


def test_a_file_that_is_gone_since_it_was_read_is_told(edition, folder: Path) -> None:
    made = edition()
    (folder / "content/items/a.png").unlink()
    with pytest.raises(Conflict, match=r"a\.png"):
        frozen(made, Workspace(folder))


@pytest.mark.parametrize("name", ["content/office.yaml", "content/issues/one.yaml", "content/items/one.md"])
def test_a_file_that_was_changed_or_deleted_since_it_was_read_is_told_and_not_kept(
    edition, folder: Path, name: str
) -> None:
    made, before = edition(), (folder / name).read_bytes()
    (folder / name).write_bytes(before + b"\n")
    with pytest.raises(Conflict, match=name):
        frozen(made, Workspace(folder))
    (folder / name).unlink()
    with pytest.raises(Conflict, match="不在了"):
        frozen(made, Workspace(folder))
    (folder / name).write_bytes(before)
    assert frozen(made, Workspace(folder)).sources[name] == before


def test_names_are_found_however_the_disk_spells_them(edition, folder: Path) -> None:
    name = unicodedata.normalize("NFD", "é") + ".md"
    (folder / "content/items/one.md").rename(folder / "content/items" / name)
    issue = (folder / "content/issues/one.yaml").read_text("utf-8").replace("信息: one", "信息: é")
    (folder / "content/issues/one.yaml").write_text(issue, "utf-8")
    opened = opening.open_workspace(Workspace(folder))
    made = compose(opened.library, opened.library.issues["one"], opened.titles, opened.numbers).edition
    assert made is not None
    assert "content/items/é.md" in frozen(made, Workspace(folder)).sources


def test_the_payload_has_the_files_made_the_view_and_the_sources() -> None:
    opened = opening.open_workspace(workspace(ROOT))
    issue = opened.library.issues[min(opened.library.issues)]
    made = compose(opened.library, issue, opened.titles, opened.numbers).edition
    assert made is not None
    kept = frozen(made, workspace(ROOT))
    bag = payload({"docx": b"D", "pdf": b"P"}, {"题": "一"}, kept)
    assert (bag["issue.docx"], bag["issue.pdf"]) == (b"D", b"P")
    assert json.loads(bag["view.json"]) == {"题": "一"}
    assert bag["signed.json"] == kept.record
    assert bag["sources/content/office.yaml"] == (ROOT / "content/office.yaml").read_bytes()
    assert len(bag) == 4 + len(kept.sources)
