"""清样: shows the next number, takes none, and says when another issue took it."""

from __future__ import annotations

import pytest

from builder.errors import InvalidContent
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.workflow import proofing
from builder.workflow.proofing import Proofed
from tests.office import EDITOR, SIGNER, SmallOffice


def proof(office: SmallOffice, name: str, by: str = EDITOR) -> Proofed:
    with office.desk() as desk:
        return proofing.proof(desk, office.opened(), name, by, office.fontset, office.engines)


def signed(office: SmallOffice, name: str, **options: str) -> str:
    office.issue(name, **options)
    office.sign(name)
    return name


def test_a_proof_shows_the_next_number_on_every_page_and_takes_none(small_office: SmallOffice) -> None:
    small_office.published("2026/i1")
    done = proof(small_office, signed(small_office, "2026/i2"))
    assert (done.act.kind, done.act.data["number"], done.act.data["label"]) == ("proof", 2, "第2期")
    docx, pdf = (small_office.root / f"output/drafts/ducha-kuaixun/2026/i2-清样.{kind}" for kind in ("docx", "pdf"))
    assert done.files == (docx, pdf)
    pages = pdf_reader.read(pdf.read_bytes(), mark="清样拟第2期").pages
    assert all(page.marked for page in pages)
    assert "第2期" in pages[0].text
    assert "第2期" in docx_reader.read(docx.read_bytes())
    act = small_office.publish("2026/i2").act
    assert act is not None
    assert act.data["number"] == 2


def test_the_printed_issue_bears_no_mark_of_the_proof(small_office: SmallOffice) -> None:
    name = signed(small_office, "2026/i1")
    proof(small_office, name)
    act = small_office.publish(name).act
    assert act is not None
    with small_office.desk() as desk:
        assert "清样" not in "".join(page.text for page in pdf_reader.read(desk.store.read(act, "issue.pdf")).pages)
        assert b"headerProof" not in desk.store.read(act, "issue.docx")


def test_the_same_proof_again_is_the_same_act_and_its_files_are_there_again(small_office: SmallOffice) -> None:
    first = proof(small_office, signed(small_office, "2026/i1"))
    before = [path.read_bytes() for path in first.files]
    for path in first.files:
        path.unlink()
    again = proof(small_office, "2026/i1")
    assert again.act == first.act
    assert [path.read_bytes() for path in again.files] == before
    assert not [f for f in again.faults if f.code == "proof-number"]


def test_a_number_taken_by_another_issue_is_told_by_the_next_proof_and_by_publishing(small_office: SmallOffice) -> None:
    name = signed(small_office, "2026/i1")
    assert proof(small_office, name).act.data["label"] == "第1期"
    small_office.published("2026/urgent")
    again = proof(small_office, name)
    (told,) = [f for f in again.faults if f.code == "proof-number"]
    assert told.message.startswith("清样印的是第1期，现为第2期")
    assert again.act.data["label"] == "第2期"
    small_office.published("2026/more")
    done = small_office.publish(name)
    (told,) = [f for f in done.faults if f.code == "proof-number"]
    assert told.message.startswith("清样印的是第2期，现为第3期")
    assert done.label == "第3期"


def test_a_proof_whose_number_stands_is_published_without_a_word(small_office: SmallOffice) -> None:
    name = signed(small_office, "2026/i1")
    proof(small_office, name)
    assert not [f for f in small_office.publish(name).faults if f.code == "proof-number"]


@pytest.mark.parametrize("stage", ["unsigned", "changed", "post", "published", "broken"])
def test_what_keeps_a_proof_from_being_made_records_and_writes_nothing(small_office: SmallOffice, stage: str) -> None:
    name = small_office.issue("2026/i1")
    code = {"unsigned": "not-signed", "changed": "changed-after-sign", "post": "post-duty"}.get(stage, "")
    if stage != "unsigned":
        small_office.sign(name)
    if stage == "changed":
        small_office.issue(name, title="全市抢修水毁工程进展")
    if stage == "published":
        small_office.publish(name)
        code = "already-published"
    if stage == "broken":
        small_office.issue(name, more="密级: 机密\n")
        code = "classified"
    before = small_office.acts()
    with pytest.raises(InvalidContent) as refused:
        proof(small_office, name, SIGNER if stage == "post" else EDITOR)
    assert code in [f.code for f in refused.value.faults]
    assert small_office.acts() == before
    assert not list(small_office.root.glob("output/drafts/**/*清样*"))
