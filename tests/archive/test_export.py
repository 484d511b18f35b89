"""The transfer package holds the bags as they are, a catalogue and checksums; the same bytes every time, or nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from builder.archive.export import COLUMNS, catalogue, export
from builder.archive.store import ArchiveDamaged
from builder.errors import FileError, JianbaoError
from builder.model import Act
from tests.archive.bags import archive


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[Act]]:
    return tmp_path / "archive", archive(tmp_path / "archive", 9, size=200)


def test_the_folder_holds_every_bag_and_its_checksums_hold(made: tuple[Path, list[Act]], tmp_path: Path) -> None:
    root, acts = made
    assert export(root, acts, tmp_path / "移交包") == 6
    subprocess.run(["sha256sum", "-c", "--quiet", "--strict", "校验.sha256"], cwd=tmp_path / "移交包", check=True)
    copied = {
        p.relative_to(tmp_path / "移交包/归档包"): p for p in (tmp_path / "移交包/归档包").rglob("*") if p.is_file()
    }
    own = {p.relative_to(root): p for act in acts for p in (root / act.folder).rglob("*") if p.is_file()}
    assert {name: p.read_bytes() for name, p in copied.items()} == {name: p.read_bytes() for name, p in own.items()}
    listed = (tmp_path / "移交包/校验.sha256").read_text("utf-8").splitlines()
    assert len(listed) == len(copied) + 3  # and the two catalogues and the explanation


def test_the_catalogue_is_the_same_as_table_and_as_xml(made: tuple[Path, list[Act]], tmp_path: Path) -> None:
    root, acts = made
    export(root, acts, tmp_path / "包")
    text = (tmp_path / "包/目录.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["件号"] for row in rows] == [str(n) for n in range(1, 7)]
    assert rows[0]["题名"] == "工作信息　第1期（总第801期）"
    assert rows[0]["计算机文件大小"] == "400"
    assert (tmp_path / "包" / rows[0]["计算机文件名"]).stat().st_size == 400
    pieces = etree.parse(tmp_path / "包/目录.xml").getroot().findall("件")
    assert [{f.tag: f.text for f in piece} for piece in pieces] == [
        {name: value for name, value in row.items() if value} for row in rows
    ]


def test_what_was_done_later_is_a_remark() -> None:
    act = Act(5, "", "publish", "k", 2026, "i", 0, "主任", "", "2026-01-01T00:00:00+08:00", "k5", "k/2026/5")
    void = replace(act, seq=6, kind="void", target=5, key="k6", data={"reason": "重复刊发"})
    reprint = replace(act, seq=7, kind="reprint", target=5, key="k7", data={"printing": 2})
    rows = catalogue([act, void, reprint], {})
    assert [row["附注"] for row in rows] == [
        "作废：重复刊发；已更正重印，本次印件收回",
        "更正重印，印次 2；作废：重复刊发",
    ]


def test_a_printing_that_another_took_the_place_of_says_so() -> None:
    act = Act(5, "", "publish", "k", 2026, "i", 0, "主任", "", "2026-01-01T00:00:00+08:00", "k5", "k/2026/5")
    second = replace(act, seq=6, kind="reprint", target=5, key="k6", data={"printing": 2})
    third = replace(act, seq=7, kind="reprint", target=5, key="k7", data={"printing": 3})
    recalled = "已更正重印，本次印件收回"
    assert [row["附注"] for row in catalogue([act, second, third], {})] == [
        recalled,
        f"更正重印，印次 2；{recalled}",
        "更正重印，印次 3",
    ]


def test_a_correction_of_the_next_year_is_a_remark_of_the_issue_that_it_corrects() -> None:
    act = Act(5, "", "publish", "k", 2025, "i", 0, "主任", "", "2025-12-31T00:00:00+08:00", "k5", "k/2025/5")
    notice = replace(act, seq=9, year=2026, target=5, key="k9", data={"corrects": 5, "label": "第1期"})
    assert [row["附注"] for row in catalogue([act], {}, [notice])] == ["更正启事见2026年第1期"]
    notice = replace(notice, year=2025)
    assert [row["附注"] for row in catalogue([act, notice], {}, [notice])] == ["更正启事见第1期", ""]


def test_what_a_spreadsheet_would_run_stays_text(made: tuple[Path, list[Act]], tmp_path: Path) -> None:
    from builder.archive import export as module

    row = dict.fromkeys(COLUMNS, "") | {"题名": "=1+1"}
    assert b"'=1+1" in module._as_csv([row])
    assert b"<\xe9\xa2\x98\xe5\x90\x8d>a&lt;b&amp;" in module._as_xml([row | {"题名": "a<b&"}])


def test_the_zip_file_is_the_same_every_time(made: tuple[Path, list[Act]], tmp_path: Path) -> None:
    root, acts = made
    for name in ("一/包.zip", "二/包.zip"):
        export(root, acts, tmp_path / name)
    one, two = (hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("一/包.zip", "二/包.zip"))
    assert one == two
    with zipfile.ZipFile(tmp_path / "一/包.zip") as package:
        assert package.testzip() is None
        package.extractall(tmp_path / "out")
    subprocess.run(["sha256sum", "-c", "--quiet", "--strict", "校验.sha256"], cwd=tmp_path / "out/包", check=True)


@pytest.mark.parametrize("name", ["包", "包.zip"])
def test_damage_stops_the_export_and_leaves_nothing(made: tuple[Path, list[Act]], tmp_path: Path, name: str) -> None:
    root, acts = made
    hurt = [f"{acts[at].folder}/data/view.json" for at in (1, 4)]
    for path in hurt:
        (root / path).chmod(0o644)
        (root / path).write_bytes(b"{}")
    (tmp_path / "out").mkdir()
    with pytest.raises(ArchiveDamaged) as stopped:
        export(root, acts, tmp_path / "out" / name)
    assert [fault.place.file for fault in stopped.value.faults] == hurt
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("name", ["包", "包.zip"])
def test_nothing_is_overwritten(made: tuple[Path, list[Act]], tmp_path: Path, name: str) -> None:
    root, acts = made
    (tmp_path / name).write_text("mine")
    with pytest.raises(FileError, match="没有覆盖"):
        export(root, acts, tmp_path / name)
    assert (tmp_path / name).read_text() == "mine"


def test_a_year_without_issues_is_told(made: tuple[Path, list[Act]], tmp_path: Path) -> None:
    root, acts = made
    with pytest.raises(JianbaoError, match="没有可移交的期"):
        export(root, [act for act in acts if act.kind == "submit"], tmp_path / "包")
    assert not (tmp_path / "包").exists()


def test_a_target_that_cannot_be_written_is_told(made: tuple[Path, list[Act]], tmp_path: Path) -> None:
    root, acts = made
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="写不进"):
        export(root, acts, tmp_path / "file" / "包")
    shutil.rmtree(root / acts[0].folder)
    with pytest.raises(ArchiveDamaged):
        export(root, acts, tmp_path / "包")
