"""The parts of an issue whose text moves up together when lines are cut: the body, and whatever begins a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from builder.measure.lines import Lines
from builder.measure.pdf import PdfText, Space, as_read, below, foot_page, turned
from builder.render import expected

_FOOT_MARGIN = 5.0  # pt, where 报尾.位置 wants a page (layout/foot.typ)
_DOUBT = 0.02  # of a line: figures of a PDF are rounded


@dataclass(frozen=True, slots=True)
class Flow:
    """``start`` and ``stop`` are offsets in the visible text; ``spaces`` are those of its sides, ``pitch`` a line's, pt."""

    name: str
    start: int
    stop: int
    spaces: tuple[Space, ...]
    pitch: float
    margin: float = 0.0  # pt that its foot wants beside its own height

    @property
    def pages(self) -> int:
        """Sides that it takes."""
        return len(self.spaces)

    def cut(self, pages: int) -> int:
        """Lines to cut so that it takes ``pages`` (1 to all but one) sides less.

        What stands on its last sides must go, the foot stay, and what is free on the side before takes up some.
        """
        gone = self.margin + sum(space.high - space.free for space in self.spaces[-pages:])
        return max(1, ceil((gone - self.spaces[-pages - 1].free) / self.pitch - _DOUBT))

    def room(self, pages: int) -> int:
        """The most lines that can be added while it takes ``pages`` (0 or more) sides more."""
        last = self.spaces[-1]
        # Blank pages before the foot's page (报尾.位置) and what is free on the page before them take up lines, too.
        empty = next(
            (n for n, space in enumerate(reversed(self.spaces)) if space.free + space.foot < space.high - 1), 0
        )
        before = sum(self._lines(space.free) for space in self.spaces[-1 - empty : -1])
        if pages == 0:
            return before + self._lines(last.free)
        own, full = self._lines(last.free + last.foot), self._lines(last.high)
        return before + own + (pages - 1) * full + self._lines(last.high - last.foot)

    def _lines(self, space: float) -> int:
        return max(0, int(space / self.pitch + _DOUBT))


def flows(view: Mapping[str, Any], pdf: PdfText, lines: Lines) -> list[Flow]:
    """The parts in order; the foot belongs to the last, unless it has a page of its own after a landscape annex."""
    parts = list(_parts(view, len(lines.wanted)))
    foot = _length(expected.foot(view["版记"]))
    apart = foot_page(pdf, view)[0] + 1 if foot and turned(view) else 0  # pages after a landscape annex
    firsts = [lines.page(start) for _, start, _ in parts]
    ends = [*firsts[1:], len(pdf.pages) - apart]
    found = []
    for n, ((name, start, stop), first, end) in enumerate(zip(parts, firsts, ends, strict=True)):
        last = len(pdf.pages) - 1 if n == len(parts) - 1 and not apart else None  # the page with the foot
        spaces = (
            below(page, len(page.text) - (foot if number == last else 0), view["版式"])
            for number, page in enumerate(pdf.pages[first:end], first)
        )
        margin = _FOOT_MARGIN if view["版记"]["位置"] > 1 and last is not None else 0.0
        found.append(Flow(name, start, stop, tuple(spaces), view["版式"]["正文"]["行距"], margin))
    return found


def _parts(view: Mapping[str, Any], total: int) -> Iterator[tuple[str, int, int]]:
    """(name, start, stop) of every part that has text, as offsets in the visible text of ``total`` characters."""
    annexes = [_length([a["标"], *a["题行"], *expected.blocks(a["内容"])]) for a in view["附件"]]
    stop = total - _length(expected.foot(view["版记"])) - sum(annexes)
    cuts = _breaks(view["内容"], stop - _length(expected.blocks(view["内容"])))
    names = ["正文", *(f"第{n}个[分页]以后" for n in range(1, len(cuts) + 1))]
    for name, start, end in zip(names, [0, *cuts], [*cuts, stop], strict=True):
        if end > start:
            yield name, start, end
    for annex, length in zip(view["附件"], annexes, strict=True):
        inner = _breaks(annex["内容"], stop + _length([annex["标"], *annex["题行"]]))
        names = [annex["标"], *(f"{annex['标']}第{n}个[分页]以后" for n in range(1, len(inner) + 1))]
        for name, start, end in zip(names, [stop, *inner], [*inner, stop + length], strict=True):
            if end > start:
                yield name, start, end
        stop += length


def _breaks(blocks: Sequence[Mapping[str, Any]], start: int) -> list[int]:
    """The offsets of the page breaks among blocks whose text begins at ``start``."""
    found = []
    for block in blocks:
        if block["类"] == "分页":
            found.append(start)
        start += _length(expected.blocks([block]))
    return found


def _length(texts: Any) -> int:
    return len(as_read("".join(texts)))
