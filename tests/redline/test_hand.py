"""The hand of these tests does in LibreOffice what it says: words, paragraphs, rows, and marks where tracking is on."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import pytest

from builder.measure import docx as reader
from builder.workflow import rendering
from tests.redline.hand import Hand, Step

MARKED = re.compile(r'<w:(ins|del|rPrChange)\b[^>]*w:author="张某"')
STEPS: dict[str, tuple[Step, str, str]] = {  # name: (step, what the text then has, what it has no more)
    "words replaced": (("replace", "终点未设拦阻索", "终点没有绳索"), "终点没有绳索", "终点未设拦阻索"),
    "words typed": (
        ("type_after", "交通运输局、市文旅体局", "（含下属单位）"),
        "市文旅体局（含下属单位）等",
        "文旅体局等",
    ),
    "words taken out": (("delete", "逐项核查，"), "（见下图）在救生艇", "逐项核查"),
    "a paragraph added": (("add_after", "划手1920人", "另加一段。"), "1920人。另加一段。6月11日", "1920人。6月11日"),
    "a paragraph removed": (("remove_paragraph", "督查室会同"), "1920人。截至6月12日", "督查室会同"),
    "a paragraph split": (("split", "没有抽查的赛段"), "整改到位。没有抽查的赛段", "没有了"),
    "paragraphs merged": (("merge", "划手1920人"), "1920人。6月11日", "没有了"),
    "a paragraph moved": (("move_after", "没有抽查的", "划手1920人"), "1920人。截至6月12日", "1920人。6月11日"),
    "words copied": (("copy_after", "救生艇值守", "划手1920人"), "1920人。救生艇值守6月11日", "没有了"),
    "a cell changed": (("cell", "云溪埠头赛段", 5, "已整改"), "6月15日已整改2", "6月15日正在整改"),
    "a row removed": (("remove_row", "云溪埠头赛段"), "整改情况2", "云溪埠头"),
    "a row added": (("add_row", "云溪埠头赛段", list("甲乙丙丁戊己")), "正在整改甲乙丙丁戊己2", "正在整改2"),
    "the foot changed": (("replace", "市委常委。", "市委常委，市人大。"), "市委常委，市人大。", "市委常委。"),
}


@pytest.fixture(scope="module")
def rendered(sample_issues: Mapping[str, rendering.Rendered]) -> bytes:
    return sample_issues["ducha-kuaixun-6"].files["docx"]


def body(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read("word/document.xml").decode()


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("name", STEPS)
def test_a_step_changes_the_text_and_leaves_marks_only_where_tracking_is_on(
    hand: Hand, rendered: bytes, name: str, tracked: bool
) -> None:
    step, there, gone = STEPS[name]
    edited = hand.edit(rendered, [("author", "张某"), ("track", tracked), step])
    assert bool(MARKED.search(body(edited))) is tracked
    text = reader.read(edited)  # deleted words are no text of the file any more
    assert there in text
    assert gone not in text


def test_what_is_undone_leaves_the_text_as_it_was(hand: Hand, rendered: bytes) -> None:
    steps = [("track", True), ("replace", "拦阻索", "绳索"), ("undo",)]
    assert reader.read(hand.edit(rendered, steps)) == reader.read(hand.edit(rendered, []))


def test_comments_stand_at_their_words(hand: Hand, rendered: bytes) -> None:
    edited = hand.edit(rendered, [("comment", "划手1920人", "请核实人数", "李某")])
    with zipfile.ZipFile(io.BytesIO(edited)) as package:
        comments = package.read("word/comments.xml").decode()
    assert "请核实人数" in comments
    assert 'w:author="李某"' in comments
    assert "w:commentRangeStart" in body(edited)


@pytest.mark.parametrize(("command", "kept"), [("accept_all", "终点没有绳索"), ("reject_all", "终点未设拦阻索")])
def test_all_marks_are_accepted_or_rejected(hand: Hand, rendered: bytes, command: str, kept: str) -> None:
    tracked = hand.edit(rendered, [("author", "张某"), ("track", True), ("replace", "终点未设拦阻索", "终点没有绳索")])
    done = hand.edit(tracked, [(command,)])
    assert kept in reader.read(done)
    assert not MARKED.search(body(done))
