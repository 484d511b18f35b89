"""The pages of a 合订本, one leaf after the other: what stands on each, and the mark that it gets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from builder import pdfium
from builder.forms.volume_marks import LEAD, Mark, Paper, roman
from builder.pdfium.ink import free
from builder.pdfium.values import Area

COVER = 2  # pages, front and back, which bear no number


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: its text ("" of a blank one) and its mark."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a PDF that begins on a right-hand page: its outline, and its pages with marks that say nothing yet.

    A page with no free place for a mark has one on line -1.
    """

    leaves: tuple[Leaf, ...]
    outline: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        """Its pages."""
        return len(self.leaves)


def read_pages(pdf: bytes) -> Read:
    """The pages of a PDF, the first on the right.

    Raises:
        JianbaoError: it is damaged.
    """
    pages, outline = pdfium.texts(pdf)
    papers = [Paper(page.width, page.height, n % 2 == 0) for n, page in enumerate(pages)]
    lines = free(pdf, lambda n, wide, high: [Area(*area) for area in Paper(wide, high, n % 2 == 0).areas()])
    marks = (Mark(paper, "", line) for paper, line in zip(papers, lines, strict=True))
    return Read(tuple(Leaf(page.whole, mark) for page, mark in zip(pages, marks, strict=True)), outline)


def filled(leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """With a blank page at the end where the next one would else be a left-hand one."""
    if len(leaves) % 2 == 0:
        return tuple(leaves)
    wide, high = leaves[-1].mark.paper.upright
    return (*leaves, Leaf("", Mark(Paper(wide, high, right=False), "", blank=True)))


def told_blank(leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """Leaves set for the volume, those without a text marked as blank: nothing was lost there."""
    return tuple(leaf if leaf.text else replace(leaf, mark=replace(leaf.mark, blank=True)) for leaf in leaves)


def numbered(leaves: Sequence[Leaf], before: int) -> Iterator[Leaf]:
    """All leaves with their marks: none on the cover, I, II … on the contents, then numbers from 1 on.

    ``before`` of them stand in front of the first issue. A page that has no place for its mark gets none.
    """
    for n, leaf in enumerate(leaves):
        if n < before:
            yield _marked(leaf, roman(n - COVER + 1) if n >= COVER else "")
        else:
            yield _marked(leaf, f"{LEAD}{n - before + 1}")


def _marked(leaf: Leaf, text: str) -> Leaf:
    if leaf.mark.line < 0:
        return replace(leaf, mark=replace(leaf.mark, text="", line=0))
    return replace(leaf, mark=replace(leaf.mark, text=text))
