"""Random hands on the paragraphs of an item: compared, carried back, printed again, it says what the edited file says, in its order."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from builder.redline.comparing import compare
from builder.redline.paragraphs import Bit, Cell, Grid, Para, Row, Word
from builder.render.origins import Printed
from builder.words import visible
from tests.redline.carried import ITEM, Desk

SAID = (
    "全县收割小麦三万亩。", "下一步抓好晾晒入库。", "各乡镇要快收快打。", "阴雨天气增多，晾晒压力大。", "市水务局调度水库蓄水。",
    "白岭镇完成插秧2100亩。", "鹤浦站开机12台。", "特此报告。", "云槎县抽水保苗。", "农机手连夜抢收。",
)  # fmt: skip
SIGNED = "（市水务局供稿）"


def some(chance: random.Random, most: int) -> str:
    return "".join(chance.choice(SAID) for _ in range(chance.randint(1, most)))


def item(chance: random.Random) -> str:
    """A body of some paragraphs, many of them alike, some with a heading, a list mark or bold words."""
    forms: tuple[Callable[[str], str], ...] = (
        str, str, str, lambda text: f"一、{text}", lambda text: f"- {text}", lambda text: f"{text[:3]}**{text[3:6]}**{text[6:]}",
    )  # fmt: skip
    gap = chance.choice(("\n", "\n\n"))
    return gap.join(chance.choice(forms)(some(chance, 4)) for _ in range(chance.randint(3, 9))) + "\n"


def edited(texts: list[str], chance: random.Random) -> list[str]:
    """The paragraphs after one thing that a hand does."""
    at = chance.randrange(len(texts))
    text = texts[at]
    if len(text) < 6:
        return texts
    cut = chance.randint(3, len(text) - 2)  # not inside the —— that the program prints
    there = chance.randrange(len(texts))
    rest = [*texts[:at], *texts[at + 1 :]]
    return chance.choice(
        (
            [*texts[:at], f"{text[:cut]}甲乙{text[cut + 2 :]}", *texts[at + 1 :]],
            [*texts[: at + 1], some(chance, 1) + "新", *texts[at + 1 :]],
            [*texts[:at], text[:cut], text[cut:], *texts[at + 1 :]],
            [*texts[: at + 1], text, *texts[at + 1 :]],
            [*rest[:there], text, *rest[there:]],
            rest or texts,
        )
    )


def paragraphs(printed: tuple[Printed, ...]) -> list[str]:
    """The Word paragraphs, a signature at the end of the one before."""
    found: list[str] = []
    for each in printed:
        found = [*found[:-1], found[-1] + each.text] if each.joined and found else [*found, each.text]
    return found


def word(*texts: str) -> Word:
    return Word(tuple(Para((Bit(text),)) for text in texts))


@pytest.mark.parametrize("seed", range(30))
def test_what_is_carried_back_prints_in_the_order_of_the_edited_file(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    desk = Desk(tmp_path)
    desk.item(item(chance))
    printed = desk.printed
    own = {each.text for each in printed if each.kind == "段"}
    before = paragraphs(printed)
    body = [n for n, text in enumerate(before) if text in own]
    first, last = body[0], body[-1] + 1
    texts = before[first:last]
    for _ in range(chance.randint(1, 4)):
        texts = edited(texts, chance)
    changes = compare(word(*before), printed, word(*before[:first], *texts, *before[last:])).changes
    desk.applied(*changes)
    now = [visible(each.text) for each in desk.printed if each.kind == "段"]
    signed = [text.removesuffix(SIGNED) for text in before[last:] if text.endswith(SIGNED)]
    assert now == [visible(text) for text in (*texts, *signed)]


A, B, C = "一早，全县收割小麦三万亩。", "下一步抓好晾晒入库工作。", "各乡镇要快收快打快入库。"


def test_a_paragraph_put_behind_one_that_was_moved_stands_there(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.item(f"{A}\n{B}\n{C}\n特此报告。\n")
    before = paragraphs(desk.printed)
    at = before.index(A)
    after = [*before[:at], B, C, A, "新加的一段。", *before[at + 3 :]]
    desk.applied(*compare(word(*before), desk.printed, word(*after)).changes)
    assert desk.read().endswith(f"{B}\n{C}\n{A}\n新加的一段。\n特此报告。\n")


def test_a_paragraph_that_went_into_a_new_table_stays_in_its_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.item(f"{A}\n{B}\n{C}\n特此报告。\n")
    before = desk.read(ITEM)
    old = word(*paragraphs(desk.printed))
    blocks = [Grid((Row((Cell(b, 0),)),)) if isinstance(b, Para) and b.text == B else b for b in old.blocks]
    outcomes = desk.apply(*compare(old, desk.printed, Word(tuple(blocks))).changes)
    assert {each.change.kind: each.applied for each in outcomes} == {"增表": False, "删段": False}
    assert desk.read(ITEM) == before
