"""The text that carries a printed paragraph or cell: the file itself, or the value of a scalar in which it is written.

Changes are first made out for the carrier (``carried``), then become splices of the file: a body or a table's file takes
them as they are, a scalar of YAML in its own way of writing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from builder.content.retyping.paper import BLANKS, Paper, Refused, Splice, together
from builder.content.retyping.values import Edits, Values
from builder.content.yaml_text import Stretch
from builder.errors import Place

_LIST_MARK = re.compile(r"(?:[-*] +|[●◆■►▶•▪◼◾➢➤❖‣·・‧∙–－−‐‑][ \t\u3000]*)$")
AUDIENCE = re.compile(r"[ \t\u3000]*｛可见范围：[^｛｝]*｝")
TABLES = (".csv", ".tsv", ".txt")
BOLD = "**"
ITEM = "——"

Spots = tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Carrier:
    """``text`` carries; ``spots`` are the offsets in it of each printed character, None for the program's own.

    ``values`` and ``stretch`` name the scalar whose value it is; None where it is the file's own text, which may be that
    of a body from line ``body`` on.
    """

    paper: Paper
    text: str
    spots: Spots
    values: Values | None = None
    stretch: Stretch | None = None
    body: int = 1

    @property
    def edges(self) -> tuple[int, int]:
        """Offsets of the first typed character and after the last."""
        typed = [spot for spot in self.spots if spot is not None]
        return typed[0][0], typed[-1][1]

    @property
    def is_item(self) -> bool:
        """Whether a list mark stands before the text, which prints as ——."""
        return self.spots[:1] == (None,)

    def splices(self, edits: Edits) -> tuple[Splice, ...]:
        """Splices of the file that make these edits of the carrier.

        Raises:
            Refused: they cannot be made.
        """
        if self.values is not None and self.stretch is not None:
            return self.values.edited(self.stretch, edits)
        return tuple(Splice(self.paper.file, *edit) for edit in edits)


def carrier(paper: Paper, values: Values | None, places: Sequence[Place | None]) -> Carrier:
    """What carries the characters at ``places``; ``values`` are those of a file that has some.

    Raises:
        Refused: they cannot be found there.
    """
    first = next((place for place in places if place is not None), None)
    if first is None:
        raise Refused("这段文字由程序生成", "在期文件里改")
    if values is None or (paper.file.endswith(".md") and first.line > values.last + 1):
        return Carrier(paper, paper.text, _in_file(paper, places), body=values.last + 2 if values else 1)
    stretch = values.around(first)
    spots = _in_value(values, stretch, places)
    return Carrier(paper, stretch.value, spots, values, stretch)


def _in_file(paper: Paper, places: Sequence[Place | None]) -> Spots:
    found: list[tuple[int, int] | None] = []
    doubled = paper.file.lower().endswith(TABLES)
    for place in places:
        at = paper.offset(place) if place is not None else None
        if at is None:
            found.append(None)
        elif doubled and paper.text[at : at + 1] == '"' and paper.text[at - 1 : at] == '"':
            found.append((at - 1, at + 1))
        else:
            found.append((at, min(at + 1, len(paper.text))))
    return tuple(found)


def _in_value(values: Values, stretch: Stretch, places: Sequence[Place | None]) -> Spots:
    """Readers place what stands in a scalar as if it were typed as it reads: line by line, from one column on."""
    line, column = values.content(stretch)
    starts = values.line_starts(stretch)
    found: list[tuple[int, int] | None] = []
    for place in places:
        if place is None:
            found.append(None)
            continue
        nth = place.line - line
        at = starts[nth] + place.column - column if 0 <= nth < len(starts) - 1 else -1
        if not 0 <= at < len(stretch.value):
            raise Refused("找不到这段文字在文件里的位置", "在文件里手工改")
        found.append((at, at + 1))
    return tuple(found)


def carried(one: Carrier, edits: Edits, line_break: str = "\n", bold: Sequence[tuple[int, int]] = ()) -> Edits:
    r"""Edits of a printed text as edits of its carrier; ``\n`` in a new text becomes ``line_break``.

    ``bold`` are the ranges of the printed text in bold: a paragraph parted inside one is bold in both parts.

    Raises:
        Refused: characters that only the program prints.
    """
    found: list[tuple[int, int, str]] = []
    for start, stop, typed in edits:
        inside = any(first < start < last for first, last in bold)
        broken = BOLD + line_break + BOLD if inside and not typed.strip("\n") else line_break
        text = typed.replace("\n", broken)
        if stop > start:
            found += _replaced(one, start, stop, text)
        else:
            at = _insertion(one, start)
            found.append((at, at, text))
    return tuple(sorted(found))


def _insertion(one: Carrier, at: int) -> int:
    before = one.spots[at - 1] if at else None
    after = one.spots[at] if at < len(one.spots) else None
    if before is not None:
        return before[1]
    if after is not None:
        return after[0]
    raise Refused("这里的字由程序印出", "在文件里手工改")


def _replaced(one: Carrier, start: int, stop: int, text: str) -> list[tuple[int, int, str]]:
    spots = [spot for spot in one.spots[start:stop] if spot is not None]
    found: list[tuple[int, int, str]] = []
    if len(spots) < stop - start:
        mark = _mark(one)
        if start or mark is None or (stop < len(one.spots) and one.spots[stop] is None):
            raise Refused("这几个字由程序印出", "在文件里手工改")
        found.append((*mark, ""))
    for first, last in together(spots):
        if not text and one.text[first - 2 : first] == BOLD == one.text[last : last + 2]:
            first, last = first - 2, last + 2
        found.append((first, last, text))
        text = ""
    if text:
        found[-1] = (*found[-1][:2], text)
    return found


def _mark(one: Carrier) -> tuple[int, int] | None:
    """Where the list mark before the text stands."""
    first = one.edges[0]
    line = max(one.text.rfind(end, 0, first) for end in "\r\n") + 1
    match = _LIST_MARK.search(one.text[line:first])
    return (line + match.start(), first) if match else None


def in_cell(one: Carrier, edits: Edits) -> Edits:
    """The edits of a carrier that is a table's cell, written as the table's file wants it.

    Raises:
        Refused: a cell cannot hold the new characters.
    """
    if one.values is not None:
        return edits
    new = "".join(text for _, _, text in edits)
    if not one.paper.file.lower().endswith(TABLES):
        if "|" in new:
            raise Refused("格里有竖线 |", "格里的竖线用全角｜")
        return edits
    first, last = one.edges
    if one.text[first - 1 : first] == '"':
        return tuple((start, stop, text.replace('"', '""')) for start, stop, text in edits)
    if not any(mark in new for mark in ',\t"'):
        return edits
    content = one.text[first:last]
    for start, stop, text in reversed(edits):
        content = content[: start - first] + text + content[stop - first :]
    return ((first, last, '"' + content.replace('"', '""') + '"'),)


def strip_mark(text: str) -> tuple[str, bool]:
    """A new paragraph without the —— of a list's item, and whether it had one."""
    bare = text.lstrip(BLANKS)
    return (bare[len(ITEM) :], True) if bare.startswith(ITEM) else (text, False)
