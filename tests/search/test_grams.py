"""The form in which text is compared, and the pairs of characters that stand in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.words.clauses import clauses, fingerprint
from builder.words.grams import folded, grams, word_grams


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("５Ｇ基站", "5g基站"),
        ("2026年", "2026年"),
        ("ＡＩ＋制造", "ai+制造"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("“两个确立”", '"两个确立"'),
        ("2024–2026", "2024-2026"),
        ("内部资料　注意保存", "内部资料 注意保存"),
        ("１，２３４．５", "1,234.5"),
        ("⼈民", "人民"),  # a Kangxi radical
        ("豈", "豈"),  # a compatibility ideograph
        ("STRASSE", "strasse"),
    ],
)
def test_forms_of_one_character_are_one(typed: str, compared: str) -> None:
    assert folded(typed) == compared


@pytest.mark.parametrize("kept", ["①", "²", "℃", "½", "㎡", "ß", "İ", "〇", "𠮷", "簡體", "简体", "㐀", "\U00030000"])
def test_what_means_something_else_stays_apart(kept: str) -> None:
    assert folded(kept) == kept


@given(st.text())
def test_folding_keeps_every_position_and_is_done_once(text: str) -> None:
    once = folded(text)
    assert len(once) == len(text)
    assert folded(once) == once
    assert all(folded(character) == form for character, form in zip(text, once, strict=True))


def test_every_line_gives_its_pairs_and_its_last_character() -> None:
    assert list(grams("5g基站\n\n年\n𠮷林")) == ["5g", "g基", "基站", "站", "年", "𠮷林", "林"]


@given(st.text("甲乙𠮷ab1，\n", max_size=30), st.text("甲乙𠮷ab1，", min_size=1, max_size=4))
def test_the_pairs_of_a_word_stand_side_by_side_exactly_where_the_word_stands(text: str, word: str) -> None:
    stored, wanted = list(grams(text)), list(word_grams(word))
    if len(word) == 1:
        found = any(gram.startswith(word) for gram in stored)
    else:
        found = any(stored[n : n + len(wanted)] == wanted for n in range(len(stored)))
    assert found == (word in text)


def test_clauses_are_known_again_whatever_their_marks_and_widths() -> None:
    text = "到2026年，全市建成５Ｇ基站 1234 个；“最后一公里”问题得到解决。好的。"
    assert list(clauses(text)) == ["到2026年", "全市建成5g基站1234个", "最后一公里问题得到解决"]
    assert list(map(fingerprint, clauses("全市建成5G基站1234个"))) == [fingerprint("全市建成5g基站1234个")]


def test_fingerprints_are_the_same_for_ever() -> None:
    assert fingerprint("全市建成5g基站1234个") == -3031500859378069896
