"""The facts of a 年度合订本, taken from what was published; and the pages that stand round the bound issues, set and read back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Any

from builder import pdfium
from builder.content import hygiene, yaml_text
from builder.errors import Fault, RenderError
from builder.fonts import FontSet
from builder.forms import TEMPLATES, BoundEntry, BoundIssue, FormView, Volume
from builder.measure.pdf import as_read, departure
from builder.records import Act
from builder.render.child import Engines
from builder.render.entries import Part, parts
from builder.words import plain_title
from builder.workflow.legible import legible

_OPENING = 22  # characters by which an entry without a title is named
_STOPS = "，、；：。"
_NEAR, _SURE = (
    300,
    12,
)  # characters: how far the next line may be, and from which length on a line is known wherever it is
_PAIRS = (("（", "）"), ("“", "”"), ("《", "》"), ("〔", "〕"), ("‘", "’"))
_LEADS = ("栏目", "编者按")
_NO_UNIT = ("本刊", "编辑部")  # beginnings of credits that name no unit
_REPORT = "没有写出文件；请报告这个错误。"
_HINT = "多半是字体文件有问题：用 jianbao fonts 看用的是哪些。"
Roster = tuple[tuple[str, str], ...]  # 简称, 全称
Matter = tuple[bytes, tuple[Fault, ...]]  # a PDF, and what is to be told of it


def bound_issue(
    act: Act, view: Mapping[str, Any], pages: Sequence[str], roster: Roster, series: str = "正刊"
) -> BoundIssue:
    """A published issue as its volume names it.

    Args:
        act: the printing that is bound (``publish``, or the last ``reprint``).
        view: ``view.json`` of its bag.
        pages: the text of every page of its PDF, as pdfium reads it.
        roster: the units that are looked for in the text.
        series: 正刊, or the name of a supplement, as the ``publish`` act has it.
    """
    data, found = act.data, parts(view)
    entries = tuple(
        BoundEntry(_named(part), _suppliers(part, roster), column, page, part.subjects)
        for part, column, page in zip(found, _columns(found), data["starts"], strict=True)
    )
    mentions = _mentions(found, data["starts"], [as_read(page) for page in pages], roster)
    day = date.fromisoformat(data["day"])
    return BoundIssue(str(data["label"]), day, len(pages), entries, tuple(mentions), series)


def void_issue(act: Act, reason: str, series: str = "正刊") -> BoundIssue:
    """A published issue that was voided: its number is told, its pages are not bound."""
    return BoundIssue(
        str(act.data["label"]), date.fromisoformat(act.data["day"]), 0, series=series, void=reason or "未写理由"
    )


def roster(office: bytes) -> Roster:
    """简称 and 全称 of every unit in an ``office.yaml`` of the archive; empty where it cannot be read any more."""
    text, _ = hygiene.decode(office, "office.yaml")
    node, _ = yaml_text.parse(hygiene.scrub(text or "", "office.yaml").text, "office.yaml")
    tree = yaml_text.plain(node) if node is not None else {}
    units = tree.get("单位") if isinstance(tree, dict) else None
    return tuple(
        (str(unit["简称"]), str(unit["全称"]))
        for unit in (units if isinstance(units, list) else [])
        if isinstance(unit, dict) and unit.get("简称") and unit.get("全称")
    )


def cover_colour(view: Mapping[str, Any]) -> str:
    """The colour of a publication's name, RRGGBB, as an issue of it was printed."""
    return str(view["版式"]["报头"]["红"])


def front_pdf(
    volume: Volume, starts: Sequence[int], indexes: Sequence[tuple[str, int]], fontset: FontSet, engines: Engines
) -> Matter:
    """Cover, 说明 and contents as PDF, without page numbers; the same volume gives the same bytes. See ``Volume.front``.

    With it a warning where a character is printed as ``〓``, see ``legible``.

    Raises:
        RenderError: they cannot be set, or the file does not carry their text.
    """
    return _set("合订本的封面和目录", volume.front(starts, indexes, fontset.families()), fontset, engines)


def back_pdf(volume: Volume, starts: Sequence[int], fontset: FontSet, engines: Engines) -> Matter | None:
    """The indexes as PDF, each from a right-hand page on, without page numbers; its outline names them. None for no index.

    Raises:
        RenderError: see ``front_pdf``.
    """
    view = volume.back(starts, fontset.families())
    return None if view is None else _set("合订本的索引", view, fontset, engines)


def _set(name: str, wanted: FormView, fontset: FontSet, engines: Engines) -> Matter:
    view, faults = legible(name, wanted, fontset)
    try:
        pdf = engines.pdf(TEMPLATES, fontset.paths, view.data, {}).result()
    except RenderError as error:
        raise RenderError(f"{name}排不出来：{error.message}", _HINT) from error
    if told := matter_differences(view, pdf):
        raise RenderError(f"{name}：PDF 的文字与应印的不一致：{told[0]}", _REPORT)
    return pdf, faults


def matter_differences(view: FormView, pdf: bytes) -> list[str]:
    """Where the pages depart from their view; empty when equal."""
    pages, _ = pdfium.texts(pdf)
    read = [as_read(page.whole) for page in pages]
    for n, (page, text) in enumerate(zip(pages, read, strict=True), 1):
        if len(as_read(page.on_paper)) < len(text):
            return [f"第{n}面有文字印到了纸外"]
    return departure(as_read("".join(view.texts)), "".join(read))


# ---------------------------------------------------------------- entries


def _named(part: Part) -> str:
    """The title on one line; of an entry without one, how its text begins."""
    if part.title:
        return plain_title(part.title)
    text = "".join(Part(blocks=[block for block in part.blocks if block["类"] not in _LEADS]).lines)
    return f"{_whole(text[:_OPENING]).rstrip(_STOPS)}……" if len(text) > _OPENING else text.removesuffix(part.credit)


def _whole(text: str) -> str:
    """The beginning of a text without a bracket that it opens and does not close, unless little were left of it."""
    for opened, closed in _PAIRS:
        if text.count(opened) > text.count(closed) and text.rindex(opened) >= _OPENING // 2:
            text = text[: text.rindex(opened)]
    return text


def _columns(found: Sequence[Part]) -> Iterator[str]:
    """The 栏目 of each entry: that whose head stands before it or before one ahead of it; an annex stands in none."""
    column = ""
    for part in found:
        for block in part.blocks:
            if block["类"] == "栏目":
                column = str(block["文"]).strip("【】")
        yield "" if part.mark.startswith("f") else column


def _suppliers(part: Part, roster: Roster) -> tuple[str, ...]:
    """Who supplied an entry, by the short names of the roster; ``（本刊综合）`` names nobody."""
    short = {full: name for name, full in roster}
    return tuple(short.get(unit, unit) for unit in part.units if not unit.startswith(_NO_UNIT))


# ---------------------------------------------------------------- units in the text


def _mentions(
    found: Sequence[Part], starts: Sequence[int], pages: Sequence[str], roster: Roster
) -> list[tuple[str, int]]:
    """(unit, page), in the order of the pages, for every page whose text of entries names a unit; credits count for nothing here."""
    ends = list(accumulate(map(len, pages)))
    text, at, seen = "".join(pages), 0, set[tuple[str, int]]()
    for n, (part, start) in enumerate(zip(found, starts, strict=True)):
        last = starts[n + 1] if n + 1 < len(starts) else len(pages)
        at = max(at, ends[start - 1] - len(pages[start - 1]))
        lines = [as_read(line).removesuffix(as_read(part.credit)) for line in part.lines]
        known = _named_in("".join(lines), roster)
        for line in filter(None, lines):
            place = text.find(line, at)
            for unit, name, offset in _names(line, known):
                if place >= 0:
                    seen.add((unit, bisect_right(ends, place + offset) + 1))
                else:  # the line goes over to another page, whose number stands between
                    around = range(bisect_right(ends, at) + 1, last + 1)
                    seen.update((unit, page) for page in around if name in pages[page - 1])
            if at <= place <= at + _NEAR or (place >= 0 and len(line) >= _SURE):  # a short cell far away is another one
                at = place + len(line)
    return sorted(seen, key=lambda each: (each[1], each[0]))


def _named_in(text: str, roster: Roster) -> list[tuple[str, str]]:
    """(name, short name) of the units that a text names, longer names before those that stand within them."""
    names = {(name, short) for short, full in roster for name in (short, full) if name in text}
    return sorted(names, key=lambda each: (-len(each[0]), each))


def _names(line: str, known: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, int]]:
    """(short name, name as it stands, offset) wherever a line names one of the ``known``; a name within another is none."""
    for name, short in known:
        at = line.find(name)
        while at >= 0:
            yield short, name, at
            line = line[:at] + "\0" * len(name) + line[at + len(name) :]
            at = line.find(name, at)
