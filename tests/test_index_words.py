"""The words of an index: which of a title's words it has, and in which order Chinese readers find them."""

from __future__ import annotations

import time

import pytest

from builder.words.pinyin import OTHERS, letter, pinyin_key
from builder.words.subjects import subjects, too_many


def ordered(*names: str) -> list[str]:
    return sorted(names, key=pinyin_key)


def test_names_stand_in_the_order_of_their_syllables_and_then_of_their_tones() -> None:
    assert ordered("水库", "安全生产", "河道", "防汛", "防火") == ["安全生产", "防火", "防汛", "河道", "水库"]
    assert ordered("市", "湿地", "时", "史") == ["湿地", "时", "史", "市"]  # shī shí shǐ shì


def test_a_shorter_syllable_stands_before_one_that_it_begins() -> None:
    assert ordered("长江", "产业", "查处") == ["查处", "产业", "长江"]  # cha, chan, chang


@pytest.mark.parametrize(
    ("name", "under"),
    [
        ("调解", "T"), ("调查", "D"), ("重庆", "C"), ("重点", "Z"), ("行业", "H"), ("行政", "X"), ("长效机制", "C"),
        ("濮阳", "P"), ("衢州", "Q"), ("绿化", "L"), ("“一件事”", "Y"), ("《条例》", "T"), ("APP备案", "A"),
        ("ＡＢ角", "A"), ("单县", "S"), ("朝阳区", "C"), ("朝阳产业", "Z"),
        ("12345热线", OTHERS), ("《》", OTHERS), ("", OTHERS), ("５Ｇ", OTHERS),
    ],
)  # fmt: skip
def test_a_name_stands_under_the_letter_under_which_it_is_looked_for(name: str, under: str) -> None:
    assert letter(pinyin_key(name)) == under


def test_every_name_has_its_place_whatever_characters_it_is_made_of() -> None:
    odd = ["𠮷林", "㐂", "é", "α粒子", "１２", "\u3000", "(（", "。", "A", "a", "甲"]
    assert ordered(*odd) == ordered(*reversed(odd))
    assert {pinyin_key(name) for name in odd if name.strip("。(（\u3000")}.isdisjoint({()})


def test_a_word_that_two_titles_share_is_a_subject_and_the_empty_words_of_titles_are_none() -> None:
    titles = ["全市推进河道清淤工作", "青峪县河道清淤取得成效", "水库安全检查情况"]
    assert subjects(titles)[:2] == [("河道清淤",), ("河道清淤",)]


def test_of_words_that_always_stand_together_only_the_whole_is_a_subject_but_both_where_one_stands_alone_too() -> None:
    found = subjects(["河道清淤完工", "河道清淤启动", "河道采砂整治"])
    assert found[0] == found[1] == ("河道", "河道清淤")
    assert found[2] == ("河道",)


def test_a_title_that_shares_no_word_stands_under_its_own_longest_phrase() -> None:
    assert subjects(["农户盼简化农机作业补贴申领手续", "澜西区一处夜市开业"], {"澜西区"}) == [
        ("农机作业补贴申领",),
        ("夜市",),
    ]


@pytest.mark.parametrize("ending", ["见成效", "显成效", "见实效", "促增收", "助发展", "提质增效", "出实招"])
def test_what_titles_end_in_is_no_subject_and_what_they_are_about_is(ending: str) -> None:
    about = ["河道清淤", "防汛值守", "老旧小区改造", "农村公路养护", "河道清淤"]
    found = subjects([f"云溪镇扎实推进{each}{ending}{n}" for n, each in enumerate(about)])
    assert found == [("云溪镇", each) for each in about]


def test_the_name_of_a_place_does_not_hide_what_a_title_is_about_and_is_no_part_of_it() -> None:
    assert subjects(["青峪县河道清淤", "青峪县防汛值守"]) == [("青峪县", "河道清淤"), ("青峪县", "防汛值守")]
    assert subjects(["青峪县通报", "云溪镇防汛值守"]) == [("青峪县",), ("防汛值守",)]
    assert subjects(["夜校培训促就业", "扩岗促就业"]) == [("就业",), ("就业",)]


def test_an_entry_whose_title_has_no_word_for_an_index_stands_under_the_title() -> None:
    titles = ["2026年6月8日", "", "关于工作情况的通报", "——", "关于进一步做好2026年上半年有关工作的通知"]
    assert subjects(titles) == [(titles[0],), (), (titles[2],), ("——",), ("关于进一步做好2026年上半……",)]


def test_a_word_that_an_editor_gave_has_every_title_with_it_however_many_and_however_it_is_written() -> None:
    titles = [
        "河道清淤",
        *(f"青峪县防汛值守之{n}" for n in range(too_many(30))),
        "“防汛”推进情况",
        "ＧＤＰ核算",
        "消防汛情",
    ]
    given = [("防汛", "推进", "gdp"), *([()] * (len(titles) - 1))]
    found = subjects(titles, (), given)
    assert all("防汛" in each for each in found[: too_many(30) + 2])
    assert "推进" in found[-3]
    assert "gdp" in found[-2]
    assert "防汛" not in found[-1]


def test_names_of_units_are_no_subjects() -> None:
    titles = ["市水利局抓好水库除险", "市水利局开展水库巡查"]
    assert [[s for s in found if "水利局" in s] for found in subjects(titles, {"市水利局"})] == [[], []]


def test_a_mark_between_two_words_parts_them() -> None:
    assert all("水库河道" not in found for found in subjects(["水库、河道整修", "水库、河道巡查"]))
    assert all("水库河道" not in found for found in subjects(["水库“河道”整修", "水库“河道”巡查"]))


def test_what_stands_in_too_many_titles_is_no_subject() -> None:
    many = [f"河道清淤之{n}" for n in range(too_many(30) + 1)]
    few = many[: too_many(30)]
    assert subjects(many) == [(each,) for each in many]
    assert set(subjects(["河道清淤之一"] * len(many))) == {()}
    assert all(found == ("河道清淤",) for found in subjects(few))


def test_subjects_do_not_depend_on_the_order_of_the_entries() -> None:
    titles = ["河道清淤完工", "河道采砂整治", "山区校车停放", "山区巡诊", "夜市开业", "河道清淤启动"]
    forward, backward = subjects(titles), subjects(titles[::-1])
    assert forward == backward[::-1]


def test_twelve_hundred_titles_take_a_second_or_two() -> None:
    words = ["河道", "水库", "夜市", "校车", "农机", "医院", "学校", "道路", "桥梁", "粮食", "蔬菜", "消防"]
    titles = [f"{words[n % 12]}{words[n * 7 % 11]}{words[n * 5 % 9]}整修之{n}" for n in range(1200)]
    subjects(titles[:2])
    begun = time.process_time()
    assert len(subjects(titles)) == 1200
    assert time.process_time() - begun < 4
