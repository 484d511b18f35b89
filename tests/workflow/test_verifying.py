"""四性检测 finds what is wrong with archive and register, names it, and finds nothing where nothing is wrong."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from builder.model import Act
from builder.settings import Workspace
from builder.workflow import fixity as fixity_module
from builder.workflow import usable
from builder.workflow.fixity import fixity
from builder.workflow.rendering import Rendered
from builder.workflow.verifying import NATURES, REGISTER, Verified, verify
from tests.workflow import issued


@pytest.fixture(scope="module")
def office_year(tmp_path_factory: pytest.TempPathFactory, sample_issues: Mapping[str, Rendered]) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("year"))
    issued.year(made, sample_issues)
    return made


@pytest.fixture
def place(tmp_path: Path, office_year: Workspace) -> Workspace:
    shutil.copytree(office_year.root, tmp_path / "w")
    return Workspace(tmp_path / "w")


def told(found: Verified) -> set[tuple[str, str]]:
    return {(fault.code, fault.place.file) for fault in found.faults if fault.severity == "error"}


def test_what_was_published_is_found_whole(place: Workspace) -> None:
    found = verify(place, None)
    assert found.faults == (), list(map(str, found.faults))
    assert (found.acts, found.issues) == (12, 4)
    assert fixity(place, None) == found


def test_damage_is_named_by_both_checks(place: Workspace) -> None:
    [first, *_] = sorted(place.archive.rglob("issue.pdf"))
    first.chmod(0o644)
    first.write_bytes(first.read_bytes()[:-1])
    named = first.relative_to(place.archive).as_posix()
    for fixity_only in (True, False):
        assert told((fixity if fixity_only else verify)(place, None)) == {("archive-changed", named)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE act SET record = replace(record, '主任', '副主任') WHERE kind = 'sign'",
        "UPDATE act SET hash = 'x' || substr(hash, 2) WHERE seq = 5",
        "DELETE FROM act WHERE seq = 12",
        "UPDATE head SET seq = 11",
        "UPDATE issue SET number = number + 50 WHERE act = 3",
        "UPDATE issue SET day = '2026-06-09'",
        "UPDATE counter SET last = last + 1",
        "UPDATE entry SET title = title || '。'",
        "DELETE FROM clause WHERE fingerprint = (SELECT max(fingerprint) FROM clause)",
        "UPDATE act SET issue = 'x' WHERE seq = 1",
        "DELETE FROM entry_index_idx WHERE segid = (SELECT min(segid) FROM entry_index_idx)",
        "UPDATE entry_index_data SET block = zeroblob(length(block)) WHERE id = (SELECT max(id) FROM entry_index_data)",
        "DROP TRIGGER issue_no_update",
        "CREATE TABLE more (x)",
    ],
)
def test_a_register_that_says_something_else_is_found(place: Workspace, statement: str) -> None:
    file = sqlite3.connect(place.register)
    file.execute("PRAGMA journal_mode = DELETE")
    dropped = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in dropped:
        file.execute(f"DROP TRIGGER {name}")
    if not statement.startswith("DROP"):
        assert file.execute(statement).rowcount != 0
    for name, sql in dropped:
        if name not in statement:
            file.execute(sql)
    file.commit()
    file.close()
    assert told(verify(place, None)) == {("verify-register", REGISTER)}


def test_a_register_that_is_gone_or_no_database_is_found_and_the_bags_are_judged_by_themselves(
    place: Workspace,
) -> None:
    [first, *_] = sorted(place.archive.rglob("issue.pdf"))
    first.chmod(0o644)
    first.write_bytes(first.read_bytes()[:-1])
    wanted = {("verify-register", REGISTER), ("archive-changed", first.relative_to(place.archive).as_posix())}
    place.register.write_bytes(b"no database" * 1000)
    for end in ("-wal", "-shm"):
        place.register.with_name(place.register.name + end).unlink(missing_ok=True)
    assert told(verify(place, None)) == wanted
    place.register.unlink()
    found = verify(place, None)
    assert told(found) == wanted
    assert (found.acts, found.issues) == (12, 4)


def test_files_that_say_something_else_than_their_view_are_found(
    tmp_path: Path, sample_issues: Mapping[str, Rendered]
) -> None:
    one, other = list(sample_issues.values())[:2]
    changes: dict[str, Callable[[], dict[str, bytes]]] = {
        "issue.pdf": lambda: {**one.files, "pdf": other.files["pdf"]},
        "issue.docx": lambda: {**one.files, "docx": other.files["docx"]},
    }
    for name, files in changes.items():
        place = Workspace(tmp_path / name)
        with issued.desk(place) as opened:
            made = Rendered(files(), one.room, (), one.view, one.read)
            act = issued.issue(opened, made, 1)
        found = told(verify(place, None))
        assert ("verify-text", f"{act.folder}/data/{name}") in found
        assert {code for code, _ in found} == {"verify-text"}


def test_files_that_cannot_be_used_or_carry_more_than_pages_are_found(
    tmp_path: Path, sample_issues: Mapping[str, Rendered]
) -> None:
    from builder.workflow import usable

    one = next(iter(sample_issues.values()))
    with issued.desk(Workspace(tmp_path)) as opened:
        act = issued.issue(opened, one, 1)
    place, pdf = f"{act.folder}/data/issue.pdf", one.files["pdf"]
    view = json.loads(json.dumps(one.view.data))
    plain = pdf.replace(b"pdfaid:part", b"pdfaid:none")
    assert [f.code for f in usable._pdf(plain, place, view, act)] == ["verify-unusable"]
    assert [f.code for f in usable._pdf(b"%PDF-1.7 broken", place, view, act)] == ["verify-unusable"]
    assert [f.code for f in usable._docx(b"PK\x03\x04", place, view)][:1] == ["verify-unsafe"]


def test_submitted_versions_must_open_and_issues_must_say_what_they_said(
    tmp_path: Path, sample_issues: Mapping[str, Rendered]
) -> None:
    one, other = list(sample_issues.values())[:2]
    made = Rendered({**one.files, "pdf": other.files["pdf"]}, one.room, (), one.view, one.read)
    place = Workspace(tmp_path / "said")
    with issued.desk(place) as opened:
        act = issued.issue(opened, made, 1)
    assert told(verify(place, None)) == {("verify-text", f"{act.folder}/data/issue.pdf")}

    made = Rendered({**one.files, "pdf": b"%PDF-1.7 broken"}, one.room, (), one.view, one.read)
    place = Workspace(tmp_path / "broken")
    with issued.desk(place) as opened:
        files = {"issue.pdf": made.files["pdf"], "view.json": json.dumps(one.view.data).encode()}
        issued.record(
            opened,
            lambda _: issued.Draft(
                "submit", by="编辑", key="", files=files, data={"version": 1, "signed": "0"},
                publication=one.view.data["刊物"], year=2026, issue="2026/a",
            ),
        )  # fmt: skip
    assert [(fault.code, fault.place.file.rpartition("/")[2]) for fault in verify(place, None).faults] == [
        ("verify-unusable", "issue.pdf")
    ]


def test_numbers_with_a_gap_and_sign_off_by_the_author_are_found(
    tmp_path: Path, sample_issues: Mapping[str, Rendered]
) -> None:
    one = next(iter(sample_issues.values()))
    place = Workspace(tmp_path)
    with issued.desk(place) as opened:
        issued.issue(opened, one, 1, name="2026/a")
        own = issued.issue(opened, one, 2, signer="编辑", name="2026/b")
        late = issued.issue(opened, one, 4, name="2026/c")
    assert told(verify(place, None)) == {("verify-signoff", own.folder), ("verify-number", late.folder)}


@pytest.mark.parametrize("fixity_only", [True, False])
def test_what_others_record_meanwhile_is_no_damage(
    place: Workspace, sample_issues: Mapping[str, Rendered], monkeypatch: pytest.MonkeyPatch, fixity_only: bool
) -> None:
    real, [made, *_] = fixity_module.registered, list(sample_issues.values())
    left = [91, 92]

    def meanwhile(*arguments: Any) -> Iterator[Act]:
        yield from real(*arguments)
        if left:
            with issued.desk(place) as opened:
                number = left.pop(0)
                issued.issue(opened, made, number, name=f"2026/x{number}")

    monkeypatch.setattr(fixity_module, "registered", meanwhile)
    found = (fixity if fixity_only else verify)(place, None)
    errors = {fault for fault in found.faults if fault.severity == "error" and fault.code != "verify-number"}
    assert not errors, list(map(str, errors))
    assert (found.acts, found.issues) == ((18, 6) if not left else (15, 5))


def test_a_file_that_cannot_be_read_when_it_is_opened_is_told(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> object:
        raise OSError(errno.EIO, "x")

    monkeypatch.setattr(usable, "_view", failing)
    assert {code for code, _ in told(verify(place, None))} == {"archive-unreadable"}


def test_every_code_belongs_to_one_of_the_four_natures() -> None:
    import re

    found = set()
    for name in (
        "archive/fixity.py",
        "archive/chain.py",
        "workflow/verifying.py",
        "workflow/fixity.py",
        "workflow/usable.py",
    ):
        text = (Path(__file__).resolve().parents[2] / "builder" / name).read_text("utf-8")
        found |= set(re.findall(r'"((?:archive|verify)-[a-z]+)"', text))
    assert found - {"archive-leftover", "archive-passing", "archive-aside"} <= {
        code for codes in NATURES.values() for code in codes
    }


def test_a_large_archive_is_verified_by_processes(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from builder.archive import fixity as bags
    from builder.workflow import verifying

    monkeypatch.setattr(verifying, "FEW", 5)
    monkeypatch.setattr(bags, "FEW", 5)
    found = verify(place, None, processes=2)
    assert found.faults == (), list(map(str, found.faults))
