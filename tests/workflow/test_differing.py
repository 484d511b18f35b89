"""An edited Word file against the version that it is a copy of: the files now, a version submitted, the issue as published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builder.errors import Fault, InvalidContent, Place
from builder.workflow import applying, differing, signing
from builder.workflow.cases import Case
from builder.workflow.differing import Difference
from tests.office import EDITOR, TEXT, SmallOffice
from tests.redline import written

NAME = "2026/one"


def differ(office: SmallOffice, document: bytes, version: int = 0) -> Difference:
    return differing.differ(office.opened(), NAME, document, "改.docx", office.fontset, office.engines, version)


def submit(office: SmallOffice) -> bytes:
    """Submit the issue as it is; the DOCX that was put away."""
    with office.desk() as desk:
        done = signing.submit(desk, Case(office.opened(), NAME, EDITOR), office.fontset, office.engines)
        return desk.store.read(done.act, "issue.docx")


def test_a_version_submitted_is_what_its_copy_is_held_against(small_office: SmallOffice) -> None:
    small_office.issue(NAME)
    first = submit(small_office)
    small_office.issue(NAME, text=TEXT.replace("1.2万人", "1.3万人"))
    edited = written.body(first, "抓紧抢修", "全力抢修")
    found = differ(small_office, edited, version=1)
    assert found.faults == ()
    assert found.baseline.name == "送审稿一"
    assert not found.baseline.current
    [change] = found.changes
    assert [(change.old[e.start : e.stop], e.text) for e in change.edits] == [("抓紧", "全力")]
    assert change.at is not None
    assert change.at.source is None  # the files say otherwise now


def test_texts_that_the_files_still_say_have_their_places(small_office: SmallOffice) -> None:
    small_office.issue(NAME)
    edited = written.body(submit(small_office), "抓紧抢修", "全力抢修")
    [change] = differ(small_office, edited, version=1).changes
    assert change.at is not None
    assert change.at.source is not None
    assert change.at.source.file == f"content/issues/{NAME}.yaml"


def test_a_copy_of_an_older_version_is_told_to_be_one_with_its_number(small_office: SmallOffice) -> None:
    small_office.issue(NAME)
    first = submit(small_office)
    small_office.issue(NAME, text=TEXT.replace("1.2万人", "1.3万人"))
    found = differ(small_office, first)
    assert [(f.code, "送审稿一" in f.message, "--版本 1" in f.hint) for f in found.faults] == [
        ("diff-older", True, True)
    ]
    assert found.baseline.current


def test_a_version_that_there_is_not_is_refused(small_office: SmallOffice) -> None:
    small_office.issue(NAME)
    first = submit(small_office)
    with pytest.raises(InvalidContent, match="没有送审稿二，现在是送审稿一"):
        differ(small_office, first, version=2)


def test_a_published_issue_is_held_against_what_was_published(small_office: SmallOffice) -> None:
    act = small_office.published(NAME)
    with small_office.desk() as desk:
        document = desk.store.read(act, "issue.docx")
    small_office.issue(NAME, text="稿件后来全部改写了，" * 20)
    found = differ(small_office, written.body(document, "抓紧抢修", "全力抢修"))
    assert found.baseline.name == "付印的一期"
    assert [c.kind for c in found.changes] == ["改字"]
    assert found.faults == ()


def test_a_published_issue_is_found_by_its_printed_number_and_nothing_goes_back_into_it(
    small_office: SmallOffice,
) -> None:
    """What is said first is that it is published, not that an older version should be asked for."""
    act = small_office.published(NAME)
    number = f"第{act.data['number']}期"
    assert differing.issue_meant(small_office.opened(), number) == NAME
    with small_office.desk() as desk:
        document = desk.store.read(act, "issue.docx")
    found = differ(small_office, written.body(document, "抓紧抢修", "全力抢修"))
    older = Fault("diff-older", "warning", Place("改.docx"), "按较早的稿件生成的。", "加 --版本 1。")
    with pytest.raises(InvalidContent, match="已付印"):
        applying.of_difference(small_office.opened(), replace(found, faults=(older,)), small_office.fontset)
    with pytest.raises(InvalidContent):
        differing.issue_meant(small_office.opened(), "第99期")


def test_an_issue_with_errors_is_not_compared(small_office: SmallOffice) -> None:
    small_office.issue(NAME)
    document = submit(small_office)
    small_office.issue(NAME, more="密级: 秘密\n")
    with pytest.raises(InvalidContent, match="稿件有错误") as refused:
        differ(small_office, document)
    assert "classified" in {fault.code for fault in refused.value.faults}
