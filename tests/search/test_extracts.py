"""What a result shows: the words where they stand, marked, with a little around them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builder.words.extracts import CUT, Piece, extract, marked
from builder.words.grams import folded
from tests.search.written import ALPHABET


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"【{text}】" if found else text for text, found in pieces)


def test_words_are_marked_as_they_are_written() -> None:
    assert shown(marked("建成５Ｇ基站，5g基站", ["5g基站"])) == "建成【５Ｇ基站】，【5g基站】"


def test_words_that_overlap_are_marked_as_one() -> None:
    assert shown(marked("营商环境好", ["营商环", "商环境"])) == "【营商环境】好"


def test_an_extract_stays_in_its_line_and_says_where_something_is_left_out() -> None:
    text = "前一段。\n" + "甲" * 30 + "督查" + "乙" * 50 + "\n后一段。"
    assert shown(extract(text, ["督查"])) == f"…{'甲' * 16}【督查】{'乙' * 28}…"
    assert shown(extract("督查一次。", ["督查"])) == "【督查】一次。"


def test_every_word_is_shown_before_another_place_of_the_first() -> None:
    text = "督查" + "甲" * 60 + "督查" + "乙" * 60 + "督查" + "丙" * 60 + "整改"
    assert shown(extract(text, ["督查", "整改"])).count("【整改】") == 1
    assert shown(extract(text, ["督查", "整改"])).count("【督查】") == 2


def test_places_side_by_side_are_one_extract() -> None:
    assert shown(extract("督查发现问题，督查整改", ["督查"])) == "【督查】发现问题，【督查】整改"


def test_without_words_the_beginning_is_shown() -> None:
    assert shown(extract("\n第一段。\n第二段。", [])) == "第一段。…"
    assert shown(extract("字" * 50, [])) == "字" * 44 + "…"
    assert shown(extract("短。", ["没有的词"])) == "短。"
    assert shown(extract("", ["词"])) == ""


@given(
    st.text(ALPHABET, max_size=200), st.lists(st.text(ALPHABET.replace("\n", ""), min_size=1, max_size=3), max_size=3)
)
def test_an_extract_is_made_of_the_text_and_marks_only_words(text: str, typed: list[str]) -> None:
    words = [folded(word) for word in typed]
    assert "".join(piece for piece, _ in marked(text, words)) == text
    pieces = extract(text, words)
    at = 0
    for piece, found in pieces:
        if piece != CUT:
            at = text.index(piece.removesuffix(CUT), at)  # in the order of the text
        if found:
            assert any(word in folded(piece) for word in words)
    if any(word in folded(text) for word in words):
        assert any(found for _, found in pieces)
