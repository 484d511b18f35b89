"""Whether a signature （××供稿） stands on the last line of its text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from builder.words import width
from builder.words.breaking import LIBREOFFICE, Rule, broken, measured
from builder.words.lines import char_width

GAP = 2.0  # characters that stay free before it (docs/layout.md)
_MARGIN = 0.5  # characters of doubt about the faces of another machine
_INDENT = 2.0
_POINTS = 72 / 25.4
Advance = Callable[[str, str], float]  # font role and character → em


def plain_advance(role: str, char: str) -> float:
    """The advance (em) of a character in a face of no role: half-width or full-width."""
    return char_width(char)


def fits(paragraph: Mapping[str, Any], credit: str, layout: Mapping[str, Any], advance: Advance) -> bool:
    """Whether two characters stay free between the last line and the signature at its end, in every program.

    The lines are those of the PDF, those of Word, which gives a line with numbers a little more room, and LibreOffice's: a
    signature that stands on the last line in one of them and not in another would be parted there, or move a page.
    ``paragraph`` is a 段 of the view, ``layout`` its 版式.
    """
    body = layout["正文"]
    pitch, size = body["字距"], body["字号"]
    tracking = (size - pitch) / pitch
    front = {"文": paragraph["前"], "体": "仿宋", "粗": False}
    runs = [front, *paragraph["文字"]]
    text = "".join(run["文"] for run in runs)
    widths = [wide for run in runs for wide in measured(run["文"], partial(advance, run["体"]), size, pitch)]
    looks = [(run["体"], run["粗"]) for run in runs for _ in run["文"]]
    seams = [at for at, (one, two) in enumerate(pairwise(looks), 1) if one != two]
    columns = layout["版心"]["宽"] * _POINTS / pitch
    wanted = width(credit) + GAP + _MARGIN

    def free(rules: Collection[Rule], tracking: float) -> float:
        lines = broken(text, columns, _INDENT, widths, rules, tracking, seams)
        taken = sum(widths[len(text) - len(lines[-1]) :]) + (_INDENT if len(lines) == 1 else 0.0)
        return float(columns - taken)

    return all(free(*program) >= wanted for program in (((), tracking), (LIBREOFFICE, tracking), ((), 0.0)))
