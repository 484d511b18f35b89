"""How text is made searchable: one form of it, position by position, and the pairs of characters that stand in it.

Chinese is written without spaces and most of its words have two characters, so the index holds every pair of neighbours
(bigrams), whatever they are: 督查, 5G, 年6, “1,2”. What a reader types is found exactly where it stands, in Chinese, in
Latin letters and figures, and across their borders. Nothing is found across the end of a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise

_BREAKS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_ALIKE = {
    **dict.fromkeys(_BREAKS, "\n"),
    **dict.fromkeys("•‧∙⋅・･", "·"),  # the mark within names, as keyboards and fonts give it
    **dict.fromkeys("“”„‟", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
}
_ONE_FORM = ("", "<wide>", "<narrow>", "<compat>")  # decompositions that leave the character what it is; not ①, ², ℃


class _Folded(dict[int, str]):
    """One character for one, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _fold(chr(code))
        return found


def _fold(character: str) -> str:
    if character == "\n":
        return character
    if character in _ALIKE:
        return _ALIKE[character]
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\ufffd"
    if character.isspace() or kind == "Cc":
        return " "
    form, _, _ = unicodedata.decomposition(character).partition(" ")
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) != 1 or (form.startswith("<") and form not in _ONE_FORM):
        plain = character
    small = plain.casefold()
    small = small if len(small) == 1 else plain.lower()
    return _ALIKE.get(small, small) if len(small) == 1 else plain


_FOLDED = _Folded()


def folded(text: str) -> str:
    """``text`` in the form in which it is compared, of the same length: every position is kept.

    Full-width and half-width forms, capital and small letters, forms of one mark (·, quotes, hyphens) and kinds of space
    are one; 简体 and 繁體 stay two. Line ends of any kind are one, too.
    """
    return text.translate(_FOLDED)


def grams(text: str) -> Iterator[str]:
    """The pairs of neighbours in a folded text in order, line by line; a line's last character follows alone.

    Alone it keeps two lines apart: the pairs of a word stand side by side only where the word stands in one line.
    """
    for line in text.split("\n"):
        if line:
            yield from map("".join, pairwise(line))
            yield line[-1]


def word_grams(word: str) -> tuple[str, ...]:
    """The pairs that stand side by side wherever a folded ``word`` of one line stands; a single character is itself.

    A single character begins a pair, or stands alone, wherever it stands.
    """
    return tuple(map("".join, pairwise(word))) or (word,)
