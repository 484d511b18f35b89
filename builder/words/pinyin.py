"""The order in which Chinese readers look names up: by 汉语拼音, first character first. The only importer of pypinyin.

pypinyin knows words, so 调解 stands under T and 调查 under D; a table of single characters (that of GB 2312, which Python has) files 1.5 %
of the words of a dictionary under another letter, and knows no reading at all for the beginnings of 3 % (level 2 goes by radicals).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

OTHERS = "其他"  # the heading of what has no letter: digits, and characters whose reading nobody knows
# Where no word decides, the reading that official titles mean: 长效, not 长官.
_USUAL = {"长": "cháng,zhǎng"}
# Names of places, and a word of the trade, that the library reads as other words.
_NAMES = {
    "单县": "shàn xiàn", "解州": "xiè zhōu", "尉氏": "yù shì", "浚县": "xùn xiàn", "涡阳": "guō yáng",
    "朝阳": "cháo yáng", "荥经": "yíng jīng", "曾都": "zēng dū", "覃塘": "qín táng", "栎阳": "yuè yáng",
    "朝阳产业": "zhāo yáng chǎn yè", "圈养": "juàn yǎng",
}  # fmt: skip
Key = tuple[tuple[int, str, str], ...]


@cache
def _reader() -> Any:
    """The library with the usual readings; 0.3 s, hence not at import."""
    import pypinyin

    pypinyin.load_single_dict({ord(c): readings for c, readings in _USUAL.items()})
    pypinyin.load_phrases_dict({name: [[read] for read in reading.split()] for name, reading in _NAMES.items()})
    return pypinyin


def pinyin_key(name: str) -> Key:
    """What names are sorted by: character after character by syllable, tone, and the character itself.

    Marks before the first character count for nothing (“一件事” stands under Y); digits and Latin letters come before characters,
    full-width ones like others.
    """
    wide = unicodedata.normalize("NFKC", name)
    text = wide.lstrip("".join(sorted({c for c in wide if not c.isalnum()}))) or wide
    reader = _reader()
    syllables = reader.lazy_pinyin(text, style=reader.Style.TONE3, neutral_tone_with_five=True, errors=list)
    return tuple(
        (1, syllable, c) if syllable != c else (0, c.casefold(), c) for c, syllable in zip(text, syllables, strict=True)
    )


def letter(key: Key) -> str:
    """The heading under which a name stands: its first syllable's letter, or that of a Latin word; ``OTHERS`` for all else."""
    first = key[0][1][:1].upper() if key else ""
    return first if "A" <= first <= "Z" else OTHERS
