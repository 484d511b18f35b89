"""What a publication chooses of its look, and how one run is to be printed: the view's parts beside the text.

The choices are data of ``publication.yaml``; a run may ask for pre-printed paper (套打), black alone or print-shop red.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.publications import Publication

_MM = 72 / 25.4
_CLOSEST = 1.125  # times their size: lines at the top left stand no closer


@dataclass(frozen=True, slots=True)
class Printing:
    """How one run is printed.

    ``overprint`` leaves out what the paper bears already and moves all else by ``right`` and ``down`` (mm); ``black`` uses
    no colour; ``four_colours`` gives the PDF's red as a print shop wants it.
    """

    overprint: bool = False
    right: float = 0.0
    down: float = 0.0
    black: bool = False
    four_colours: bool = False

    @property
    def suffix(self) -> str:
        """What the names of its files end in, so that no ordinary draft is overwritten; "" for an ordinary run."""
        chosen = (("-套打", self.overprint), ("-黑白", self.black), ("-四色", self.four_colours))
        return "".join(name for name, wanted in chosen if wanted)


ORDINARY = Printing()


def top_lines(left: Sequence[str], right: Sequence[str], layout: Mapping[str, Any]) -> dict[str, Any]:
    """``{行: [{左, 右}], 行距: pt}``: the lines above the name, from line 1 down, none of which moves the name.

    As many stand at the left as body lines fit above the name, the later ones at the right; where that does not do, both
    sides take half of them each, and they stand closer.
    """
    own, size = layout["正文"]["行距"], layout["正文"]["字号"]
    room = layout["报头"]["刊名上距"] * _MM
    fitting = max(1, int(room / own), -(-(len(left) + len(right)) // 2))
    sides = list(left[:fitting]), [*right, *left[fitting:]]
    count = max(map(len, sides))
    rows = [{"左": "".join(sides[0][n : n + 1]), "右": "".join(sides[1][n : n + 1])} for n in range(count)]
    pitch = own if count < 2 else min(own, max(_CLOSEST * size, room / count))
    return {"行": rows, "行距": round(pitch, 2)}


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
