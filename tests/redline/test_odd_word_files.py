"""Word files as no editor types them: odd numbers, ends of paragraphs taken out at the very end, other names of the same form."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from io import BytesIO

import pytest
from lxml import etree

from builder import redline
from builder.errors import InvalidContent
from builder.redline.comparing import compare
from builder.redline.marks import marked
from builder.redline.marks.aligning import aligned
from builder.redline.paragraphs import Bit, Para, Word
from builder.render.origins import Printed
from builder.workflow import rendering
from tests.growth import assert_linear
from tests.redline import written

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
GONE = '<w:rPr><w:del w:id="9" w:author="张某" w:date="2026-06-08T09:30:00Z"/></w:rPr>'
LONG = "9" * 5000  # digits, more than Python makes a number of


@pytest.fixture(scope="module")
def rendered(sample_issues: Mapping[str, rendering.Rendered]) -> bytes:
    return sample_issues["ducha-kuaixun-6"].files["docx"]


def at_the_end(document: bytes, xml: str) -> bytes:
    """The DOCX with XML after the last paragraph of its body."""

    def put(text: str) -> str:
        head, section, tail = text.rpartition("<w:sectPr")
        return head + xml + section + tail

    return written.changed(document, "word/document.xml", put)


def paragraph(properties: str, text: str = "另加一段。") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(document: bytes, level: str) -> bytes:
    """The DOCX with a paragraph more, numbered at a level that its list defines, whether there can be such a one or not."""
    own = at_the_end(document, paragraph(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'))
    numbering = (
        f'<w:numbering xmlns:w="{WORD}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="{level}"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    return written.with_part(own, "word/numbering.xml", numbering, "numbering")


def last(document: bytes) -> Para:
    block = redline.read(document, "乙").blocks[-1]
    assert isinstance(block, Para)
    return block


def test_a_last_paragraph_whose_end_was_taken_out_is_read(rendered: bytes) -> None:
    assert last(at_the_end(rendered, paragraph(GONE))).text == "另加一段。"


@pytest.mark.parametrize(("level", "text"), [("0", "1.另加一段。"), ("50", "另加一段。"), (LONG, "1.另加一段。")])
def test_a_level_that_no_list_can_have_numbers_nothing_and_breaks_nothing(
    rendered: bytes, level: str, text: str
) -> None:
    assert last(numbered(rendered, level)).text == text


def test_an_outline_level_of_many_digits_is_none(rendered: bytes) -> None:
    style = f'<w:style w:type="paragraph" w:styleId="Odd"><w:pPr><w:outlineLvl w:val="{LONG}"/></w:pPr></w:style>'
    odd = written.changed(rendered, "word/styles.xml", lambda t: t.replace("</w:styles>", f"{style}</w:styles>"))
    assert redline.read(odd, "乙").blocks == redline.read(rendered, "甲").blocks


def test_an_id_that_is_no_number_is_passed_over_when_marks_are_counted(rendered: bytes) -> None:
    odd = written.body(rendered, "<w:p>", '<w:p><w:bookmarkStart w:id="²" w:name="a"/><w:bookmarkEnd w:id="²"/>')
    assert marked(rendered, odd, "张某").marks == 0


def test_a_file_in_the_strict_form_is_refused_with_what_to_do(rendered: bytes) -> None:
    strict = written.changed(
        rendered,
        "word/document.xml",
        lambda text: text.replace(WORD, "http://purl.oclc.org/ooxml/wordprocessingml/main"),
    )
    for pair in ((strict, rendered), (rendered, strict)):
        with pytest.raises(InvalidContent) as refused:
            marked(*pair, "张某")
        assert [(f.code, "另存" in (f.hint or "")) for f in refused.value.faults] == [("diff-strict", True)]


def test_bookmarks_of_rows_that_went_stay_behind_so_that_ids_are_unique(
    rendered: bytes, sample_issues: Mapping[str, rendering.Rendered]
) -> None:
    mark = '<w:bookmarkStart w:id="5" w:name="a"/><w:bookmarkEnd w:id="5"/>'
    old = written.changed(rendered, "word/document.xml", lambda text: text.replace("</w:tc>", f"{mark}</w:tc>"))
    made = marked(old, sample_issues["gongzuo-xinxi-12"].files["docx"], "张某").docx
    root = etree.fromstring(zipfile.ZipFile(BytesIO(made)).read("word/document.xml"))
    told = Counter(str(e.get(f"{{{WORD}}}id")) for e in root.iter(f"{{{WORD}}}bookmarkStart", f"{{{WORD}}}ins"))
    assert [id_ for id_, count in told.items() if count > 1] == []


# ------------------------------------------------------------ blanks between words and numbers


def words(*texts: str) -> Word:
    return Word(tuple(Para((Bit(text),)) for text in texts))


def printed(*texts: str) -> tuple[Printed, ...]:
    return tuple(Printed("段", f"第{n}段", t, (None,) * len(t), typed=True) for n, t in enumerate(texts, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("建设Smart平台一个", "建设Smart City平台一个"),
        ("建设City平台一个", "建设Smart City平台一个"),
        ("建设Smart City平台", "建设Smart Big City平台"),
        ("建设Smart  City平台", "建设Smart Big Cities平台"),
        ("用Windows办公", "用Windows 11办公"),
        ("分别为10 30人", "分别为10 20 30人"),
        ("分别为10人", "分别为10 20人"),
        ("建设Smart Town平台", "建设Smart City平台"),
    ],
)
def test_blanks_between_words_and_numbers_that_a_hand_put_in_come_along(old: str, new: str) -> None:
    (change,) = compare(words(old), printed(old), words(new)).changes
    assert re.sub(" +", " ", change.new) == new


@pytest.mark.parametrize(
    ("old", "new"), [("共三人参加", "共 四 人参加"), ("共10人", "共 12 人"), ("共 10 人", "共12人")]
)
def test_blanks_beside_chinese_characters_are_set_and_not_written(old: str, new: str) -> None:
    (change,) = compare(words(old), printed(old), words(new)).changes
    assert [edit.text for edit in change.edits] == [edit.text.strip() for edit in change.edits]


def test_a_paragraph_parted_into_thousands_takes_time_in_proportion() -> None:
    def part(count: int) -> None:
        parts = [f"{chr(0x4E00 + n % 19997)}第{n}句，" for n in range(count)]
        assert len(aligned(["".join(parts)], parts)) < 3

    assert_linear(part, 500)
