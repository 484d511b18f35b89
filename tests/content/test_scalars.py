"""Every character of a YAML value is found where it was typed."""

from __future__ import annotations

import itertools
import random

import pytest
import yaml

from builder.content import scalars
from builder.content.yaml_text import stretches


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("甲: 乙丙  # 注\n", "乙丙"),
        ("甲: 乙\n  丙\n", "乙 丙"),
        ("甲: '乙''丙'\n", "乙'丙"),
        ('甲: "乙\\"\\u4e01\\t丙"\n', '乙"丁\t丙'),
        ('甲: "乙\n\n  丙"\n', "乙\n丙"),
        ('甲: "乙\\\n   丙"\n', "乙丙"),
        ("甲: |\n  乙\n\n   丙\n丁: 戊\n", "乙\n\n 丙\n"),
        ("甲: |-\n    乙\n    丙", "乙\n丙"),
        ("甲: |2\n   乙\n  丙\n", " 乙\n丙\n"),
        ("甲: >\n  乙\n  丙\n\n  丁\n", "乙 丙\n丁\n"),
        ("甲: {丁: 乙丙, 戊: 己}\n", "乙丙"),
        ("甲: 𠀀乙\n", "𠀀乙"),
    ],
)
def test_spots_name_the_characters_of_a_value(text: str, value: str) -> None:
    stretch = next(each for each in stretches(text) if each.value == value)
    spots = scalars.spots(text, stretch)
    assert spots is not None
    for (start, stop), character in zip(spots, value, strict=True):
        typed = text[start:stop]
        assert typed in (character, "''") or typed.startswith("\\") or (character in " \n" and "\n" in typed)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spots))


_CHARACTERS = "甲乙丙 '\"\\#:-[]{}|>&*!%@`,?0\t"


@pytest.mark.parametrize("seed", range(40))
def test_a_value_written_is_read_as_itself(seed: int) -> None:
    chance = random.Random(seed)
    for style in ("", "'", '"'):
        for flow in (False, True):
            value = "".join(chance.choice(_CHARACTERS) for _ in range(chance.randint(1, 8)))
            typed = scalars.written(value, style, flow)
            text = f"[{typed}]" if flow else f"甲: {typed}"
            read = yaml.load(text, Loader=yaml.BaseLoader)
            assert (read[0] if flow else read["甲"]) == value, (style, text)
