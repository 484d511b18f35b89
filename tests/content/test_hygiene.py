"""Text hygiene: what is refused, what is cleaned, and that places stay those of the file as typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.content import hygiene
from builder.errors import Fault, Place


def scrubbed(text: str) -> tuple[str, tuple[Fault, ...]]:
    cleaned = hygiene.scrub(text, "x.md")
    return cleaned.text, cleaned.faults


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\x00", "text-control"), ("\x07", "text-control"), ("\x0b", "text-control"), ("\x85", "text-control"),
        ("\u2028", "text-control"), ("\ud800", "text-surrogate"), ("\u202e", "text-bidi"), ("\u2066", "text-bidi"),
        ("\u2060", "text-joiner"), ("\ufffe", "text-noncharacter"), ("\U0001ffff", "text-noncharacter"),
        ("\ufdd0", "text-noncharacter"), ("\ue000", "text-private"), ("\U000f0000", "text-private"),
    ],
)  # fmt: skip
def test_refused_characters_are_named_with_line_and_column(character: str, code: str) -> None:
    text, faults = scrubbed(f"一\r\n二三{character}四")
    assert [(f.code, f.severity, f.place) for f in faults] == [(code, "error", Place("x.md", 2, 3))]
    assert f"U+{ord(character):04X}" in faults[0].message
    assert text == "一\n二三\ufffd四"


def test_a_private_use_character_is_called_what_it_is() -> None:
    assert "此字为造字，请改用标准字" in hygiene.scrub("\ue123", "x").faults[0].message


def test_invisible_characters_are_stripped_with_a_note() -> None:
    text, faults = scrubbed("\ufeff甲\u200b乙\u00ad\ufeff丙")
    assert text == "甲乙丙"
    assert [(f.code, f.severity, f.place.column) for f in faults] == [("text-invisible", "note", 2)]


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("全市\u00a018\u202f个", "全市18个"), ("甲\u2009乙", "甲乙"), ("，\u00a0其中", "，其中"), ("95%\u00a0以上", "95%以上"),
        ("use\u00a0it", "use it"), ("GB\u00a09704", "GB 9704"), ("标题:\u00a0甲", "标题: 甲"), ("-\u00a0甲", "- 甲"), ("\u00a0甲", " 甲"),
        ("甲 \u00a0 乙", "甲  乙"), ("王\u3000明", "王\u3000明"), ("王\u2003明", "王\u3000明"),
    ],
)  # fmt: skip
def test_no_break_spaces_go_beside_chinese_and_are_plain_elsewhere(typed: str, cleaned: str) -> None:
    assert scrubbed(typed)[0] == cleaned


def test_special_spaces_make_one_note_that_counts_them_and_columns_hold() -> None:
    cleaned = hygiene.scrub("甲\n乙\u00a0丙\u00a01\n丁\u2009戊", "x")
    assert [(f.code, f.severity, f.place) for f in cleaned.faults] == [("text-nbsp", "note", Place("x", 2, 2))]
    assert "3 处" in cleaned.faults[0].message
    assert [cleaned.locate(2, column).column for column in (1, 2, 3, 4)] == [1, 3, 5, 6]


@pytest.mark.parametrize("bullet", list("\uf06c\uf0b7\uf0d8\uf0fc\uf0a7\uf06e\uf075"))
@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0\u00a0", "\u3000"])
def test_word_bullets_at_a_lines_start_become_list_items_with_a_warning(bullet: str, blank: str) -> None:
    cleaned = hygiene.scrub(f"一\n  {bullet}{blank}二三", "x")
    assert cleaned.text == "一\n  - 二三"
    assert [(f.code, f.severity, f.place) for f in cleaned.faults] == [("text-bullet", "warning", Place("x", 2, 3))]
    assert cleaned.locate(2, 5) == Place("x", 2, 4 + len(blank))


@pytest.mark.parametrize("text", ["甲\uf06c乙", "\uf06c", "\uf06c\t", "\uf0ff甲", "\ue06c甲"])
def test_other_private_use_characters_stay_refused(text: str) -> None:
    assert [f.code for f in scrubbed(text)[1]] == ["text-private"]


def test_what_a_picture_leaves_behind_is_refused_with_what_to_do() -> None:
    text, (fault,) = scrubbed("甲\ufffc乙")
    assert (text, fault.code, fault.severity, fault.place) == (
        "甲\ufffd乙",
        "text-object",
        "error",
        Place("x.md", 1, 2),
    )
    assert "![" in fault.hint


def test_emoji_selectors_are_stripped_with_a_note() -> None:
    text, (note,) = scrubbed("甲\u2714\ufe0f乙\u200b")
    assert (text, note.code, note.severity) == ("甲\u2714乙", "text-invisible", "note")


def test_soft_line_ends_stay_where_the_caller_says_so_and_can_be_refused_later() -> None:
    cleaned = hygiene.scrub("甲\x0b乙\n丙\u2028\u200b丁\u2029", "x", breaks=True)
    assert cleaned.text == "甲\x0b乙\n丙\u2028丁\u2029"
    lines, faults = hygiene.no_breaks(cleaned.text.split("\n"), cleaned, 1)
    assert lines == ["甲\ufffd乙", "丙\ufffd丁\ufffd"]
    assert [(f.code, f.severity, f.place.line, f.place.column) for f in faults] == [
        ("text-control", "error", 1, 2), ("text-control", "error", 2, 2), ("text-control", "error", 2, 5),
    ]  # fmt: skip


def test_radicals_become_characters_with_a_warning() -> None:
    text, faults = scrubbed("⼈⺠⻔⿓⻳")
    assert text == "人民门龍龟"
    assert [(f.code, f.severity) for f in faults] == [("text-radical", "warning")]
    assert "⼈→人" in faults[0].message


def test_every_radical_has_a_character_that_is_none() -> None:
    assigned = [chr(c) for c in range(0x2E81, 0x2FD6) if unicodedata.name(chr(c), "")]
    mapped = hygiene.scrub("".join(assigned), "x").text
    assert len(mapped) == len(assigned)
    assert not any("\u2e80" <= c <= "\u2fd5" for c in mapped)


def test_nfc_warns_where_it_changes_a_character() -> None:
    text, faults = scrubbed("cafe\u0301 \uf900")
    assert text == "caf\u00e9 \u8c48"
    assert [(f.code, f.severity, f.place.column) for f in faults] == [("text-nfc", "warning", 4)]


def test_places_after_cleaning_are_those_of_the_file_as_typed() -> None:
    cleaned = hygiene.scrub("甲\u200b乙e\u0301丙", "x")
    assert cleaned.text == "甲乙é丙"
    assert [cleaned.locate(1, column).column for column in (1, 2, 3, 4, 5)] == [1, 3, 4, 6, 7]


@given(st.text(max_size=80))
def test_cleaning_leaves_nothing_suspicious_and_is_done_once(text: str) -> None:
    cleaned = hygiene.scrub(text, "x").text
    assert not hygiene.suspicious(cleaned.replace("\ufffd", ""))
    assert hygiene.scrub(cleaned, "x").text == cleaned.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("data", "code", "place", "words"),
    [
        ("标题\n甲".encode("gbk") + b"\xff", "text-encoding", (1, 1), "UTF-8"),
        ("标题\n甲".encode("utf-16")[:-1], "text-encoding", (1, 1), "UTF-16"),
        (b"\xe4\xb8\x80\r\n\xe4\xb8\x80\xff", "text-encoding", (2, 2), "UTF-8"),
        (b"a\n\xe4\xb8\x80\xed\xa0\x80", "text-surrogate", (2, 2), "代理"),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused_at_their_place(
    data: bytes, code: str, place: tuple[int, int], words: str
) -> None:
    text, (fault,) = hygiene.decode(data, "x")
    assert text is None
    assert (fault.code, fault.place) == (code, Place("x", *place))
    assert words in fault.message


def test_a_heap_of_combining_marks_is_refused_where_it_begins() -> None:
    cleaned = hygiene.scrub("甲\n乙e" + "\u0301\u0316" * 20 + "丙", "x.md")
    (fault,) = cleaned.faults
    assert (fault.code, fault.place.line, fault.place.column) == ("text-marks", 2, 3)
    assert len(cleaned.text) == len("甲\n乙e丙") + 40
    assert not hygiene.scrub("e" + "\u0301" * 30, "x.md").text.count("\ufffd")
