"""Bags are valid BagIt, put into place whole or not at all, and read only as they were put away."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

from builder.archive import bag, store
from builder.archive.store import ArchiveDamaged, Store, Witness
from builder.errors import FileError
from tests.archive.bags import archive, chain

with warnings.catch_warnings():  # the library asks for an old interface when it is loaded
    warnings.simplefilter("ignore")
    import bagit

ROOT = Path(__file__).resolve().parents[2]


def test_the_bagit_library_calls_every_bag_valid(tmp_path: Path) -> None:
    acts = archive(tmp_path / "archive", 9)
    assert {act.kind for act in acts} == {"publish", "submit"}
    for act in acts:
        judged = bagit.Bag(str(tmp_path / "archive" / act.folder))
        assert judged.validate(), act.folder
        assert judged.info["Bagging-Date"] == act.at[:10]
        assert judged.info["手续号"] == str(act.seq)


def test_the_information_of_an_issue_bears_the_names_of_da_t_46(tmp_path: Path) -> None:
    act, _ = next(chain(1))
    text = bag.tag_files(replace(act, data={**act.data, "fonds": "0123"}))["bag-info.txt"].decode()
    for line in ("全宗号: 0123", "年度: 2026", "保管期限: 10年", "题名: 工作信息　第1期（总第801期）", "页数: 4"):
        assert line in text.splitlines()
    assert "密级" not in text  # what is empty is not told


def test_a_line_break_in_a_value_begins_no_other_label() -> None:
    act, _ = next(chain(1))
    text = bag.tag_files(replace(act, by="主任\n密级: 绝密"))["bag-info.txt"].decode()
    assert "经办: 主任 密级: 绝密" in text.splitlines()


def test_files_of_a_bag_are_read_only_and_complete(tmp_path: Path) -> None:
    act, files = next(chain(1))
    Store(tmp_path / "archive").place(act, files)
    here = tmp_path / "archive" / act.folder
    found = {p.relative_to(here).as_posix(): p for p in here.rglob("*") if p.is_file()}
    assert set(found) == {*bag.TAGS, *bag.payload(act)}
    assert all(path.stat().st_mode & 0o222 == 0 for path in found.values())
    assert (here / bag.RECORD).read_bytes() == act.record
    assert not list((tmp_path / "archive" / store.STAGING).iterdir())


@pytest.mark.parametrize("folder", ["../x", "/etc/x", "a/../../x", "a//b", "", "a/b\\c", "a/CON", "a/b\n", "C:/x"])
def test_a_bag_never_leaves_the_archive(tmp_path: Path, folder: str) -> None:
    act, files = next(chain(1))
    with pytest.raises(ValueError, match=r"归档夹|文件名"):
        Store(tmp_path / "archive").place(replace(act, folder=folder), files)
    assert not (tmp_path / "archive").exists()


def test_a_payload_that_the_act_does_not_name_is_refused(tmp_path: Path) -> None:
    act, files = next(chain(1))
    for wrong in ({**files, "more.txt": b""}, {**files, "issue.pdf": b""}, {"issue.pdf": files["issue.pdf"]}):
        with pytest.raises(ValueError, match="not those of the act"):
            Store(tmp_path / "archive").place(act, wrong)


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    act, files = next(chain(1))
    (tmp_path / "archive").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "archive" / act.publication).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileError, match="链接"):
        Store(tmp_path / "archive").place(act, files)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_nothing_that_stands_there_is_overwritten(tmp_path: Path) -> None:
    act, files = next(chain(1))
    archived = Store(tmp_path / "archive")
    archived.place(act, files)
    before = sorted(p.stat().st_mtime_ns for p in (tmp_path / "archive" / act.folder).rglob("*"))
    with pytest.raises(FileError, match="已有"):
        archived.place(act, files)
    assert sorted(p.stat().st_mtime_ns for p in (tmp_path / "archive" / act.folder).rglob("*")) == before


def test_a_bag_that_is_recorded_is_no_leftover_and_one_that_is_not_is_put_aside(tmp_path: Path) -> None:
    archived, (act, files) = Store(tmp_path / "archive"), next(chain(1))
    assert archived.leftover(0) is None
    archived.place(act, files)
    assert archived.leftover(1) is None
    assert archived.leftover(0) == act.folder
    assert archived.quarantine(act.folder) == f"{store.QUARANTINE}/{act.folder.replace('/', '_')}-1"
    assert archived.leftover(0) is None
    archived.place(act, files)  # the place is free again
    assert archived.quarantine(act.folder).endswith("-2")
    assert len(list((tmp_path / "archive" / store.QUARANTINE).iterdir())) == 2


def test_a_register_older_than_the_archive_makes_no_leftovers(tmp_path: Path) -> None:
    acts = archive(tmp_path / "archive", 3)
    assert Store(tmp_path / "archive").leftover(1) is None
    assert Store(tmp_path / "archive").witness() == Witness(3, acts[-1].hash)


def test_a_witness_that_cannot_be_understood_is_none(tmp_path: Path) -> None:
    archived = Store(tmp_path)
    for text in ("", "[]", "{}", '{"seq": "1", "hash": ""}', '{"seq": 1'):
        (tmp_path / store.HEAD).write_text(text)
        assert archived.witness() is None


def test_a_file_is_read_only_as_it_was_put_away(tmp_path: Path) -> None:
    archived, (act, files) = Store(tmp_path), next(chain(1))
    archived.place(act, files)
    assert archived.read(act, "issue.pdf") == files["issue.pdf"]
    assert archived.read(act, "record.json") == act.record
    path = tmp_path / act.folder / "data/issue.pdf"
    path.chmod(0o644)
    path.write_bytes(files["issue.pdf"][:-1])
    with pytest.raises(ArchiveDamaged, match="已损坏"):
        archived.read(act, "issue.pdf")
    path.unlink()
    with pytest.raises(FileError, match="没有"):
        archived.read(act, "issue.pdf")


def test_records_are_read_from_the_bags_alone(tmp_path: Path) -> None:
    acts = archive(tmp_path, 7)
    assert dict(Store(tmp_path).records()) == {act.folder: act.record for act in acts}


POINTS = [
    "archive-staged",
    *(f"archive-file-{n}" for n in range(1, 12)),
    "archive-synced",
    "archive-announced",
    "archive-ready",
    "archive-renamed",
    "archive-placed",
]


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_a_bag_is_whole_or_not_there_and_the_next_writer_goes_on(
    tmp_path: Path, point: str
) -> None:
    code = (
        "from pathlib import Path; from tests.archive.bags import chain; from builder.archive.store import Store;"
        f"Store(Path({str(tmp_path / 'archive')!r})).place(*next(chain(1)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "JIANBAO_FAILPOINT": point})
    assert ended.returncode < 0, "the place was never reached"
    archived, (act, files) = Store(tmp_path / "archive"), next(chain(1))
    placed = (tmp_path / "archive" / act.folder).exists()
    assert placed == (point in ("archive-renamed", "archive-placed"))
    assert (archived.leftover(0) == act.folder) == placed
    if placed:
        assert bagit.Bag(str(tmp_path / "archive" / act.folder)).validate()
        archived.quarantine(act.folder)
    archived.place(act, files)
    assert len(archived.clear_staging()) == (not placed)
    assert not archived.clear_staging()
    assert archived.leftover(1) is None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_the_disk_failing_at_any_call_leaves_no_bag_and_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    act, files = next(chain(1))
    for call in ("write", "fsync", "mkdir", "rename", "open"):
        for nth in range(1, 60):
            archived = Store(tmp_path / f"{call}-{nth}")
            failing, reached = _failing(getattr(os, call), nth, code)
            with monkeypatch.context() as patched:
                patched.setattr(os, call, failing)
                try:
                    archived.place(act, files)
                    told = ""
                except FileError as error:
                    told = error.message
            if not reached:
                break
            if told:
                assert "归档写不进磁盘" in told or "写不了" in told, (call, nth, told)
                assert not archived.root.joinpath(act.publication).exists(), (call, nth)
                archived.place(act, files)  # the same, once the disk works again
            else:  # a folder that was there already could not be made: nobody needed it
                assert (call, bagit.Bag(str(archived.root / act.folder)).validate()) == ("mkdir", True), nth
        assert 1 < nth < 59, (call, nth)


def _failing(real: object, nth: int, code: int) -> tuple[object, list[int]]:
    """A call that fails the ``nth`` time, and from then on, as a full disk does; and whether it did."""
    count, reached = [0], []

    def call(*arguments: object, **named: object) -> object:
        count[0] += 1
        if count[0] == nth:
            reached.append(nth)
            raise OSError(code, os.strerror(code))
        return real(*arguments, **named)  # type: ignore[operator]

    return call, reached


def test_a_file_that_may_grow_no_further_leaves_no_bag(tmp_path: Path) -> None:
    archived, (act, files) = Store(tmp_path / "archive"), next(chain(1, size=40_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(FileError, match="归档写不进磁盘"):
            archived.place(act, files)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not (tmp_path / "archive" / act.publication).exists()
    assert not archived.clear_staging()
