"""What stands in an issue, in order, as both its formats must print it: paragraphs whose lines are compared, and landmarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from builder.render.expected import runs
from builder.words import visible, width

_POINTS = 72 / 25.4
_FOOT_INSET = 1.0  # characters that the foot is set in on either side
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """How the lines of a paragraph are set.

    ``columns`` is the width of a line and ``first`` the indent of the first one (negative where the others hang), in
    characters of ``pitch`` pt; ``size`` in pt; ``roles`` names the font role of every character of the text, and ``seams``
    are the offsets in it where the look changes.
    """

    columns: float
    first: float
    size: float
    pitch: float
    roles: Sequence[str]
    seams: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that is printed.

    ``kind`` is that of the view, or 版记. ``name`` is what the page map calls a landmark, "" for none. ``text`` is what is
    printed; ``tail`` what stands at the right end of the last line. ``setting`` is given where an engine breaks the lines.
    """

    kind: str
    text: str
    name: str = ""
    tail: str = ""
    setting: Setting | None = None

    @property
    def printed(self) -> str:
        """The characters that show."""
        return visible(self.text + self.tail)


def units(view: Data) -> Iterator[Unit]:
    """Everything below the masthead, in the order of the pages; of a table only where it begins."""
    layout = view["版式"]
    if view["要目"]:
        yield Unit("要目", view["要目"]["标题"], "要目")
        size = view["要目"]["字号"]
        for entry in view["要目"]["条目"]:
            columns = layout["版心"]["宽"] * _POINTS / size
            setting = Setting(columns - 2, -2, size, size, ["楷体"] * len(entry["文"]))
            yield Unit("要目条目", entry["文"], setting=setting)
    yield from _blocks(view["内容"], layout, layout["版心"]["宽"])
    for annex in view["附件"]:
        yield Unit("附件标", annex["标"])
        yield Unit("附件", "".join(annex["题行"]), annex["标"])
        wide = layout["版心"]["高" if annex["方向"] == "横" else "宽"]
        yield from _blocks(annex["内容"], layout, wide)
    yield from _foot(view["版记"], layout)


def _blocks(blocks: Sequence[Data], layout: Data, wide: float) -> Iterator[Unit]:
    for block in blocks:
        kind = block["类"]
        if kind in _RUNNING:
            yield from _RUNNING[kind](block, layout, wide)
        elif kind in _LANDMARKS:
            text = "".join(block[_LANDMARKS[kind]])
            yield from [Unit(kind, text, f"{kind}“{text}”")] if text else []
        else:
            yield from (Unit(kind, block[key]) for key in _FIXED.get(kind, ()))


def _paragraph(kind: str, items: Sequence[Data], layout: Data, wide: float, first: float = 2, tail: str = "") -> Unit:
    body = layout["正文"]
    looks = [(run["体"], run["粗"]) for run in items for _ in run["文"]]
    roles = [role for role, _ in looks]
    seams = [at for at, (one, two) in enumerate(pairwise(looks), 1) if one != two]
    setting = Setting(wide * _POINTS / body["字距"], first, body["字号"], body["字距"], roles, seams)
    return Unit(kind, runs(items), tail=tail, setting=setting)


def _text(block: Data, layout: Data, wide: float) -> Iterator[Unit]:
    front = [_plain(block["前"])] if block["前"] else []
    yield _paragraph("段", [*front, *block["文字"]], layout, wide, tail=block["供稿"])


def _note(block: Data, layout: Data, wide: float) -> Iterator[Unit]:
    return (_paragraph("编者按", each, layout, wide) for each in block["段"])


def _addressees(block: Data, layout: Data, wide: float) -> Iterator[Unit]:
    yield _paragraph("主送", [_plain(block["文"])], layout, wide, first=0)


def _plain(text: str) -> Data:
    return {"文": text, "体": "仿宋", "粗": False}


def _annex_list(block: Data, layout: Data, wide: float) -> Iterator[Unit]:
    """Names of annexes: turned lines stand under the name."""
    body = layout["正文"]
    lead = max((width(row["引"]) for row in block["行"]), default=0) + max(width(row["序"]) for row in block["行"])
    columns = wide * _POINTS / body["字距"] - 2 - lead
    for row in block["行"]:
        own = row["引"] + row["序"]
        roles = ["仿宋"] * len(own + row["名"])
        setting = Setting(columns, -width(own), body["字号"], body["字距"], roles)
        yield Unit("附件说明", own + row["名"], setting=setting)


# Paragraphs whose lines an engine breaks; what the page map names, with the key of its text; what has lines of its own.
_RUNNING = {"段": _text, "编者按": _note, "主送": _addressees, "附件说明": _annex_list}
_LANDMARKS = {"标题": "行", "表": "题", "图": "题"}
_FIXED = {"署名": ("机关", "日期"), "栏目": ("文",), "供稿": ("文",)}


def _foot(foot: Data, layout: Data) -> Iterator[Unit]:
    """报, 送 and 发 with turned lines under the first character; the first line of the foot is a landmark."""
    size = layout["版记"]["字号"]
    columns = layout["版心"]["宽"] * _POINTS / size - 2 * _FOOT_INSET
    rows = [(line["引"], line["文"]) for line in foot["条"]]
    for n, (lead, text) in enumerate(rows):
        setting = Setting(columns - width(lead), -width(lead), size, size, ["仿宋"] * len(lead + text))
        yield Unit("版记", lead + text, "报尾" if n == 0 else "", setting=setting)
    if not rows and foot["印发"]:
        yield Unit("版记", foot["印发"]["机关"] + foot["印发"]["日期"], "报尾")
