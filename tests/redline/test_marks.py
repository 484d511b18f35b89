"""Revision marks between two versions: to accept all gives the newer text, to reject all the older, in Word's terms and in LibreOffice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from itertools import permutations
from pathlib import Path

import pytest

from builder.errors import InvalidContent
from builder.redline.marks import marked
from builder.workflow import rendering
from tests.redline import written
from tests.redline.hand import Hand, Step
from tests.redline.judged import W, audited, body, lines

FIRST = "ducha-kuaixun-6"
# What hands did, by name: on which issue, and how.
EDITS: dict[str, tuple[str, list[Step]]] = {
    "words": (FIRST, [("replace", "终点未设拦阻索", "终点没有绳索"), ("delete", "逐项核查，")]),
    "a paragraph more": (FIRST, [("add_after", "划手1920人", "另加一段。")]),
    "a paragraph more near the end": ("gongzuo-xinxi-12", [("add_before", "（二）定账", "另加一段。")]),
    "a paragraph less": (FIRST, [("remove_paragraph", "督查室会同")]),
    "the last paragraph less": ("ducha-tongbao-8", [("remove_paragraph", "上表所列事项")]),
    "split and merged": (FIRST, [("split", "没有抽查的赛段"), ("merge", "划手1920人")]),
    "moved": (FIRST, [("move_after", "没有抽查的", "划手1920人")]),
    "rows": (FIRST, [("remove_row", "云溪埠头赛段"), ("add_row", "问题描述", list("甲乙丙丁戊己"))]),
    "a cell": ("gongzuo-xinxi-11", [("cell", "议案", 1, "55")]),
    "columns": (FIRST, [("remove_column", "云溪埠头赛段", 5)]),
    "a table less": (FIRST, [("remove_table", "云溪埠头赛段")]),
    "the foot": (FIRST, [("replace", "市委常委。", "市委常委，市人大。")]),
    "the name": ("gongzuo-xinxi-11", [("replace", "第11期", "第111期")]),
    "a heading in two lines": ("gongzuo-xinxi-12", [("break_line", "《工作快报》稿件")]),
}


@pytest.fixture(scope="module")
def issues(sample_issues: Mapping[str, rendering.Rendered]) -> dict[str, bytes]:
    return {name: made.files["docx"] for name, made in sample_issues.items()}


@pytest.fixture(scope="module")
def as_saved(hand: Hand) -> Callable[[bytes], list[str]]:
    """The text of a file after LibreOffice has saved it, which changes spaces and fields a little."""
    known: dict[bytes, list[str]] = {}

    def text(document: bytes) -> list[str]:
        if document not in known:
            known[document] = lines(hand.edit(document, []))
        return known[document]

    return text


def said(text: list[str]) -> list[str]:
    """Without empty paragraphs, and what LibreOffice puts around boxes that marks stand at."""
    return [line for each in text if (line := each.replace("\u200b", "").strip())]


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("name", EDITS)
def test_both_versions_come_out_of_a_marked_file_again(
    hand: Hand, issues: dict[str, bytes], as_saved: Callable[[bytes], list[str]], name: str, tracked: bool
) -> None:
    issue, steps = EDITS[name]
    edited = hand.edit(issues[issue], [("author", "张某"), ("track", tracked), *steps])
    for old, new in ((issues[issue], edited), (edited, issues[issue])):
        made = marked(old, new, "督查室").docx
        assert lines(made, "accepted") == lines(new)
        assert lines(made, "rejected") == lines(old)
        assert said(lines(hand.edit(made, [("accept_all",)]))) == said(as_saved(new))
        assert said(lines(hand.edit(made, [("reject_all",)]))) == said(as_saved(old))


@pytest.mark.parametrize(
    ("one", "two"), list(permutations(["ducha-kuaixun-6", "ducha-tongbao-7", "gongzuo-xinxi-11"], 2))
)
def test_even_two_issues_that_have_nothing_in_common_come_out_again(
    hand: Hand,
    issues: dict[str, bytes],
    as_saved: Callable[[bytes], list[str]],
    tmp_path: Path,
    one: str,
    two: str,
) -> None:
    made = marked(issues[one], issues[two], "简报").docx
    assert said(lines(made, "accepted")) == said(lines(issues[two]))
    assert said(lines(made, "rejected")) == said(lines(issues[one]))
    assert said(lines(hand.edit(made, [("accept_all",)]))) == said(as_saved(issues[two]))
    assert said(lines(hand.edit(made, [("reject_all",)]))) == said(as_saved(issues[one]))
    assert audited(made, tmp_path) == []


@pytest.mark.parametrize("issue", ["ducha-kuaixun-5", "ducha-tongbao-8", "gongzuo-xinxi-12"])
def test_equal_versions_bear_no_marks(issues: dict[str, bytes], issue: str) -> None:
    made = marked(issues[issue], issues[issue], "简报")
    assert made.marks == 0
    assert lines(made.docx) == lines(made.docx, "rejected") == lines(issues[issue])


def test_only_the_words_that_changed_are_marked_with_author_and_day(issues: dict[str, bytes], tmp_path: Path) -> None:
    new = written.body(issues[FIRST], "划手1920人", "划手1930人")
    made = marked(issues[FIRST], new, "督查室", "2026-06-12")
    root = body(made.docx)
    marks = [*root.iter(f"{W}ins", f"{W}del")]
    assert ["".join(mark.itertext()) for mark in marks] == ["1920人", "1930人"]
    assert {mark.get(f"{W}author") for mark in marks} == {"督查室"}
    assert {mark.get(f"{W}date") for mark in marks} == {"2026-06-12T00:00:00Z"}
    assert made.marks == len(marks)
    assert audited(made.docx, tmp_path) == []


def test_sections_that_another_program_ended_otherwise_bear_no_marks(hand: Hand, issues: dict[str, bytes]) -> None:
    """LibreOffice ends a section in the last paragraph of the text, where this program has a blank one."""
    issue = "gongzuo-xinxi-13"  # with a landscape annex
    saved = hand.edit(issues[issue], [])
    for old, new in ((issues[issue], saved), (saved, issues[issue])):
        made = marked(old, new, "督查室")
        assert made.marks == 0
        assert lines(made.docx) == lines(new)


def test_a_mark_without_a_day_bears_none(issues: dict[str, bytes]) -> None:
    new = written.body(issues[FIRST], "划手1920人", "划手1930人")
    [gone, came] = body(marked(issues[FIRST], new, "督查室").docx).iter(f"{W}ins", f"{W}del")
    assert gone.get(f"{W}date") is came.get(f"{W}date") is None


def test_the_same_versions_give_the_same_bytes(issues: dict[str, bytes]) -> None:
    pair = issues["gongzuo-xinxi-11"], issues["gongzuo-xinxi-13"]
    assert marked(*pair, "简报") == marked(*pair, "简报")


def test_what_was_struck_out_keeps_its_look_and_what_stays_has_that_of_the_newer_file(issues: dict[str, bytes]) -> None:
    old, new = issues["gongzuo-xinxi-12"], written.body(issues["gongzuo-xinxi-12"], "（一）县（区）。", "")
    [gone] = body(marked(old, new, "简报").docx).iter(f"{W}del")
    assert gone.find(f"{W}r/{W}rPr/{W}rStyle").get(f"{W}val") == "RoleKai"


def test_a_picture_that_went_is_still_in_the_file(hand: Hand, issues: dict[str, bytes], tmp_path: Path) -> None:
    without = hand.edit(issues[FIRST], [("remove_picture",)])
    made = marked(issues[FIRST], without, "简报").docx
    with zipfile.ZipFile(io.BytesIO(made)) as package, zipfile.ZipFile(io.BytesIO(issues[FIRST])) as first:
        [kept] = [package.read(name) for name in package.namelist() if "/media/" in name]
        assert kept == next(first.read(name) for name in first.namelist() if "/media/" in name)
    assert any(True for gone in body(made).iter(f"{W}del") for _ in gone.iter(f"{W}drawing"))
    rejected = hand.edit(made, [("reject_all",)])
    assert any(True for _ in body(rejected).iter(f"{W}drawing"))


def test_a_column_less_keeps_both_tables_on_one_grid(hand: Hand, issues: dict[str, bytes], tmp_path: Path) -> None:
    fewer = hand.edit(issues[FIRST], [("remove_column", "云溪埠头赛段", 5)])
    [table] = body(marked(fewer, issues[FIRST], "简报").docx).iter(f"{W}tbl")
    rows = table.findall(f"{W}tr")
    assert [len(row.findall(f"{W}tc")) for row in rows] == [5] * 5 + [6] * 5
    columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
    for row in rows:
        spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.iterfind(f"{W}tc")]
        assert sum(1 if span is None else int(span.get(f"{W}val")) for span in spans) == columns


def test_a_new_paragraph_before_the_foot_is_marked_as_if_typed_after_the_last_one(issues: dict[str, bytes]) -> None:
    """Else LibreOffice would take the foot's box away with the paragraph that is rejected."""
    text = '<w:p><w:pPr><w:pStyle w:val="Normal"/></w:pPr><w:r><w:t>另加一段。</w:t></w:r></w:p>'
    last = "<w:p><w:pPr><w:snapToGrid"
    made = marked(issues["gongzuo-xinxi-12"], written.body(issues["gongzuo-xinxi-12"], last, text + last), "简报").docx
    ended = [p for p in body(made).iter(f"{W}p") if p.find(f"{W}pPr/{W}rPr/{W}ins") is not None]
    assert ["".join(p.itertext())[-4:] for p in ended] == ["应急局供稿）"[-4:]]


def test_hostile_and_broken_files_are_refused_both_at_once() -> None:
    with pytest.raises(InvalidContent) as caught:
        marked(b"", b"PK\x03\x04broken", "简报", names=("甲.docx", "乙.docx"))
    assert [fault.place.file for fault in caught.value.faults] == ["甲.docx", "乙.docx"]
