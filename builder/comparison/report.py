"""What the comparison of an issue's two formats says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise, zip_longest
from typing import Any

from builder.comparison.explaining import Advance, explanation
from builder.comparison.lines import Line, lines
from builder.comparison.matching import placed, texts
from builder.comparison.units import units
from builder.pdfium import Sheet

_SHOWN = 14  # characters by which a paragraph is named


@dataclass(frozen=True, slots=True)
class Landmark:
    """Where a title, table, annex or the foot begins: pages from 1, 0 where it was not found."""

    name: str
    pdf: int
    docx: int


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines side by side: page, line of the page and text; 0 and "" where one format has no such line."""

    pdf_page: int
    pdf_line: int
    pdf: str
    docx_page: int
    docx_line: int
    docx: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph or title that the formats break differently: what differs, and the rules that explain all of it."""

    paragraph: str
    kind: str
    rows: tuple[Row, ...]
    rules: tuple[str, ...] | None

    @property
    def explained(self) -> bool:
        """Whether named rules give the other format's lines exactly."""
        return self.rules is not None

    @property
    def told(self) -> str:
        """The rules' names, or that there are none."""
        return "未能解释" if self.rules is None else "；".join(self.rules)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One issue: sides in both formats, where its parts begin, lines of its paragraphs and titles, and those that differ.

    ``other_fonts`` are faces that only LibreOffice's pages are printed in; then the lines say nothing.
    """

    pdf_pages: int
    docx_pages: int
    landmarks: tuple[Landmark, ...]
    lines: int
    identical: int
    differences: tuple[Difference, ...]
    other_fonts: tuple[str, ...] = ()

    @property
    def same_pages(self) -> bool:
        """Whether both formats have as many sides."""
        return self.pdf_pages == self.docx_pages

    @property
    def share(self) -> float:
        """Identical lines of all, from 0 to 1."""
        return self.identical / self.lines if self.lines else 1.0

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "same_pages": self.same_pages, "share": round(self.share, 4)}


def compared(view: Mapping[str, Any], pdf: Sequence[Sheet], docx: Sequence[Sheet], advance: Advance) -> Comparison:
    """The PDF of an issue beside the pages that LibreOffice makes of its DOCX.

    ``view`` is that of both; ``advance`` gives a character's advance (em) in a font role.
    """
    parts = tuple(units(view))
    ours = placed(parts, lines(pdf, view["版式"]))
    theirs = placed(parts, lines(docx, view["版式"]))
    marks = [
        Landmark(unit.name, _page(one), _page(two))
        for unit, one, two in zip(parts, ours, theirs, strict=True)
        if unit.name
    ]
    total = identical = 0
    differences = []
    for unit, one, two in zip(parts, ours, theirs, strict=True):
        left, right = texts(unit, one), texts(unit, two)
        same = _ends(left) & _ends(right)
        total += max(len(left), 1)
        identical += len(same)
        if left != right or not left:
            rows = tuple(_rows(one, two, left, right))
            rules = explanation(unit, left, right, advance)
            differences.append(Difference(unit.printed[:_SHOWN], unit.kind, rows, rules))
    others = _foreign(_fonts(docx), _fonts(pdf))
    return Comparison(len(pdf), len(docx), tuple(marks), total, identical, tuple(differences), others)


def _foreign(theirs: set[str], ours: set[str]) -> tuple[str, ...]:
    """Faces that are none of ours; LibreOffice adds the name of a part to those of fonts made of several (…-VKana)."""
    return tuple(sorted(name for name in theirs if not any(f"{name}-".startswith(f"{own}-") for own in ours)))


def _fonts(sheets: Sequence[Sheet]) -> set[str]:
    return {glyph.font for sheet in sheets for glyph in sheet.glyphs}


def _page(own: Sequence[Line]) -> int:
    return own[0].page if own else 0


def _ends(own: Sequence[str]) -> set[tuple[int, int]]:
    """From where to where in the paragraph each line reaches."""
    return set(pairwise((0, *accumulate(map(len, own)))))


def _rows(one: Sequence[Line], two: Sequence[Line], left: Sequence[str], right: Sequence[str]) -> Iterator[Row]:
    """The lines that stand in one format only, side by side."""
    same = _ends(left) & _ends(right)
    ours = [(line, text) for line, text, at in zip(one, left, _spans(left), strict=True) if at not in same]
    theirs = [(line, text) for line, text, at in zip(two, right, _spans(right), strict=True) if at not in same]
    nothing = (Line(0, 0, ""), "")
    for (mine, text), (other, written) in zip_longest(ours, theirs, fillvalue=nothing):
        yield Row(mine.page, mine.number, text, other.page, other.number, written)


def _spans(own: Sequence[str]) -> list[tuple[int, int]]:
    return list(pairwise((0, *accumulate(map(len, own)))))
