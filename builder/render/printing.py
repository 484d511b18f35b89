"""What a publication chooses of its look, and how one run is to be printed: the view's parts beside the text.

The choices are data of ``publication.yaml``; a run may ask for pre-printed paper (套打), black alone or print-shop red.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil
from typing import Any

from builder.publications import Publication
from builder.words import chinese_number, width

_MM = 72 / 25.4
_TOUCH = 0.3  # pt that count for nothing
_AIR = 1.0  # mm between the last line and a name that had to move


@dataclass(frozen=True, slots=True)
class Printing:
    """How one run is printed.

    ``overprint`` leaves out what the paper bears already and moves all else by ``right`` and ``down`` (mm); ``black`` uses
    no colour; ``four_colours`` gives the PDF's red as a print shop wants it. ``proof`` is what stands above the type area of
    every page of a 清样 or 送审稿 ("" on none); ``impression`` is 印次: from 2 on the number says that this is a corrected
    printing (更正重印). ``booklet`` lays the pages of the PDF on sheets of twice their size (册页).
    """

    overprint: bool = False
    right: float = 0.0
    down: float = 0.0
    black: bool = False
    four_colours: bool = False
    proof: str = ""
    impression: int = 1
    booklet: bool = False

    @property
    def suffix(self) -> str:
        """What the names of its files end in, so that no ordinary draft is overwritten; "" for an ordinary run."""
        chosen = (
            ("-套打", self.overprint),
            ("-黑白", self.black),
            ("-四色", self.four_colours),
            ("-册页", self.booklet),
        )
        return ("-清样" if self.proof else "") + "".join(name for name, wanted in chosen if wanted)


ORDINARY = Printing()
# mm from the paper's edge to the line above every page: as a rule, above the type area, and at least.
_ABOVE = (12.0, 8.0, 4.0)
_PROOF_LOOK = {"体": "黑体", "字号": 14}
_COPY_LOOK = {"体": "仿宋", "字号": 10.5}


def numbers_of(lines: Sequence[str], printing: Printing, layout: Mapping[str, Any]) -> list[str]:
    """The lines of the number as this printing has them: a corrected one (更正重印) says so beside the number, or below it."""
    if printing.impression < 2:
        return list(lines)
    again = printing.impression - 1
    mark = "（更正重印）" if again == 1 else f"（第{chinese_number(again)}次更正重印）"
    first, *others = lines
    room = layout["正文"]["每行字数"] - 2
    return [first + mark, *others] if width(first + mark) <= room else [first, mark, *others]


def proof_mark(printing: Printing, layout: Mapping[str, Any], across: bool) -> dict[str, Any] | None:
    """The line above every page of a 清样, None for other runs; ``across``: there are landscape pages, too."""
    return {**_line(printing.proof, layout, across), **_PROOF_LOOK} if printing.proof else None


def copy_mark(text: str, layout: Mapping[str, Any], across: bool) -> dict[str, Any]:
    """The line above every page of a copy, which says whose it is; ``across`` as in ``proof_mark``."""
    return {**_line(text, layout, across), **_COPY_LOOK}


def _line(text: str, layout: Mapping[str, Any], across: bool) -> dict[str, Any]:
    """``{文, 上: mm}``: at the same distance from the paper's upper edge on all pages, and outside the type area on all of them."""
    rule, above, least = _ABOVE
    head = min(layout["版心"]["天头"], layout["版心"]["订口"] if across else rule + above)
    return {"文": text, "上": max(least, min(rule, head - above))}


def top_lines(left: Sequence[str], right: Sequence[str], name: str, layout: Mapping[str, Any]) -> dict[str, Any]:
    """``{行: [{左, 右}], 行距: pt, 下移: mm}``: the lines above the name, from line 1 down.

    As many stand at the left as fit above the name, the later ones at the right; where that does not do, both sides take
    half of them each. 下移 is how far the name, and all below it, moves down so that no line touches it, mostly 0.
    """
    own, size = layout["正文"]["行距"], layout["正文"]["字号"]
    room = layout["报头"]["刊名上距"] * _MM
    above = int((room + (own - size) / 2 + _TOUCH) / own)
    fitting = max(1, above, -(-(len(left) + len(right)) // 2))
    rows = _rows(left[:fitting], [*right, *left[fitting:]], layout["正文"]["每行字数"])
    # One character stays free beside the name.
    free = (layout["版心"]["宽"] * _MM - _name_width(name, layout)) / 2 - size
    beside = layout["正文"]["字距"]
    low = [n for n, row in enumerate(rows, 1) if any(width(text) * beside > free for text in row.values())]
    missing = max(low, default=0) * own - (own - size) / 2 - room
    down = ceil((missing / _MM + _AIR) * 10) / 10 if missing > _TOUCH else 0.0
    return {"行": rows, "行距": own, "下移": down}


def _rows(left: Sequence[str], right: Sequence[str], line: float) -> list[dict[str, str]]:
    """Lines side by side where both have room in ``line`` characters, else one below the other."""
    rows = []
    for one, other in zip_longest(left, right, fillvalue=""):
        if one and other and width(one) + width(other) + 1 > line:
            rows += [{"左": one, "右": ""}, {"左": "", "右": other}]
        else:
            rows.append({"左": one, "右": other})
    return rows


def _name_width(name: str, layout: Mapping[str, Any]) -> float:
    """Points that the name takes; one that is too long for its line is made as wide as the line."""
    head = layout["报头"]
    wide = head["刊名字号"] * (len(name) + head["刊名字间"] * (len(name) - 1))
    return float(min(wide, layout["版心"]["宽"] * _MM))


def page_number(data: Publication) -> dict[str, Any]:
    """``{前, 后, 位置, 首面}`` of the page number."""
    before, _, after = data.page_number.form.partition("{页}")
    return {"前": before, "后": after, "位置": data.page_number.place, "首面": data.page_number.first == "是"}


def red_parts(data: Publication, printing: Printing) -> dict[str, Any]:
    """``{红线: {条, 印}, 期号红}`` of the masthead; a rule that is not printed keeps its place."""
    printed = not (printing.overprint and "红线" in data.overprint.printed)
    return {
        "红线": {"条": 2 if data.masthead.rule == "双" else 1, "印": printed},
        "期号红": data.masthead.red_number == "是",
    }


def for_run(layout: Mapping[str, Any], data: Publication, printing: Printing) -> dict[str, Any]:
    """``{版式, 黑白, 四色, 套打}``: the figures of this run, and what the engines must know besides.

    A Word template bears the publication's own figures: there the engine moves the pages (套打) and takes out colours.
    """
    black = printing.black or data.black == "是"
    figures = dict(layout)
    if black:
        figures["报头"] = {**layout["报头"], "红": "000000"}
    if printing.overprint:  # everything hangs by the type area
        area = layout["版心"]
        moved = {"天头": area["天头"] + printing.down, "订口": area["订口"] + printing.right}
        figures["版心"] = {**area, **{name: round(mm, 2) for name, mm in moved.items()}}
    return {
        "版式": figures,
        "黑白": black,
        "四色": printing.four_colours and not black,
        "套打": {"右": printing.right, "下": printing.down} if printing.overprint else None,
    }
