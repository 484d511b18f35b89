"""Changes in words, as an editor reads them, and as JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from builder.errors import Place
from builder.redline.changes import Change, Edit
from builder.render.origins import Printed

_COLUMN = re.compile("第[0-9]+列$")
_CELL = re.compile("(?:表头)?第[0-9]+行第[0-9]+列$")
_SHOWN = 60  # characters of a text that are shown
_AROUND = 8  # characters before an insertion that say where it is
_MANY = 6  # edits of one paragraph that are told one by one


def told(change: Change) -> str:
    """One change in a line: where, what, and by whom; answers of a comment on lines of their own."""
    at = change.at or change.after
    after = "" if change.at else "之后" if change.after else ""
    where = at.where if at is not None else "文首"
    if change.kind == "增行" and at is None and change.all:  # before the first row
        at, after = change.all[0], "之前"
        where = at.where
    if change.kind in ("增行", "删行"):
        where = _COLUMN.sub("", where)
    if change.kind in ("列", "删表"):
        several = len({cell.row for cell in change.all}) > 1
        where = (_CELL if several else _COLUMN).sub("", where)
    text = f"{where}{_place(_source(change, at))}{after}：{_WORDS[change.kind](change)}"
    if change.kind != "改字" or len(_hands(change.edits)) < 2:
        text += _by(change.author, change.day, change.tracked)
    answers = "".join(f"\n    答{_by(r.author, r.day, False)}：{r.text}" for r in change.replies)
    return text + answers


def summary(changes: Sequence[Change]) -> str:
    """How many changes of which kinds, how many comments, and how many cannot be carried back."""
    edits = [c for c in changes if c.kind != "批注"]
    comments = len(changes) - len(edits)
    if not changes:
        return "没有改动。"
    counted = Counter(c.kind for c in edits)
    kinds = "，".join(f"{kind} {n}" for kind, n in counted.items())
    parts = [f"共 {len(edits)} 处改动（{kinds}）" if edits else "文字没有改动"]
    parts += [f"批注 {comments} 条"] if comments else []
    kept = sum(bool(c.fixed) for c in edits)
    parts += [f"其中 {kept} 处不能带回稿件，见各处说明"] if kept else []
    return "；".join(parts) + "。"


def as_dict(change: Change) -> dict[str, Any]:
    """The JSON form; offsets count the characters of ``old``."""
    at = change.at or change.after
    return {
        "kind": change.kind,
        "words": told(change),
        "where": change.where,
        **_located(_source(change, at)),
        "after": change.at is None and change.after is not None,
        "old": change.old,
        "new": change.new,
        "edits": [
            {"start": e.start, "stop": e.stop, "old": change.old[e.start : e.stop], "new": e.text, "author": e.author, "day": e.day}
            for e in change.edits
        ],
        "author": change.author,
        "day": change.day,
        "tracked": change.tracked,
        "fixed": change.fixed,
        "replies": [{"author": r.author, "day": r.day, "text": r.text} for r in change.replies],
    }  # fmt: skip


def _located(place: Place | None) -> dict[str, Any]:
    place = place or Place("")
    return {"file": place.file, "line": place.line, "column": place.column}


def _source(change: Change, at: Printed | None) -> Place | None:
    """Where a change belongs: the place of its first edit as near as it is known."""
    if at is None:
        return None
    if change.edits:
        near = at.places[change.edits[0].start :] or at.places[-1:]
        if near and near[0] is not None:
            return near[0]
    return at.source


def _place(place: Place | None) -> str:
    return "" if place is None else f"（{place.file}:{place.line}）" if place.line else f"（{place.file}）"


def _by(author: str, day: str, tracked: bool) -> str:
    """（张某 2026-06-08，修订）, as much of it as is known."""
    who = " ".join(part for part in (author, day) if part)
    known = [who] if who else []
    return f"（{'，'.join([*known, '修订'] if tracked else known)}）" if known or tracked else ""


def _quoted(text: str) -> str:
    """A text in marks, a long one without its middle."""
    plain = text.replace("\t", "｜").replace("\n", "／")
    half = _SHOWN // 2
    return f"“{plain if len(plain) <= _SHOWN else plain[:half] + '……' + plain[-half:]}”"


def _hands(edits: Sequence[Edit]) -> set[tuple[str, str]]:
    return {(edit.author, edit.day) for edit in edits}


def _edited(change: Change) -> str:
    """Every edit; of a paragraph with many, the whole of it before and after."""
    if not change.edits or len(change.edits) > _MANY:
        return f"{_quoted(change.old)}改为{_quoted(change.new)}"
    several = len(_hands(change.edits)) > 1
    return "；".join(
        _one(change.old, e) + (_by(e.author, e.day, bool(e.author)) if several else "") for e in change.edits
    )


def _one(old: str, edit: Edit) -> str:
    taken = old[edit.start : edit.stop]
    if taken and edit.text:
        return f"{_quoted(taken)}改为{_quoted(edit.text)}"
    if taken:
        return f"删去{_quoted(taken)}"
    before = old[max(0, edit.start - _AROUND) : edit.start]
    if before:
        return f"“{before}”后加{_quoted(edit.text)}"
    return f"开头加{_quoted(edit.text)}"


def _seams(text: str) -> str:
    """What stands on either side of each end of a paragraph."""
    parts = text.split("\n")
    return "、".join(f"“……{one[-_AROUND:]}／{two[:_AROUND]}……”" for one, two in pairwise(parts))


def _else(change: Change) -> str:
    """What a parted or joined paragraph says now, where its words were changed, too."""
    same = change.old.replace("\n", "") == change.new.replace("\n", "")
    return "" if same else f"，并改为{_quoted(change.new)}"


def _moved(change: Change) -> str:
    to = f"移到{change.after.where}之后" if change.after else "移到文首"
    return to if change.old == change.new else f"{to}，并改为{_quoted(change.new)}"


def _commented(change: Change) -> str:
    return f"批注{f'“{change.old}”' if change.old else ''}：{change.new}"


_WORDS = {
    "改字": _edited,
    "增段": lambda c: f"加一段{_quoted(c.new)}",
    "删段": lambda c: f"删去{_quoted(c.old)}",
    "拆段": lambda c: f"分成{c.new.count(chr(10)) + 1}段{_seams(c.new)}{_else(c)}",
    "并段": lambda c: f"与后面的段并成一段{_seams(c.old)}{_else(c)}",
    "移段": _moved,
    "增行": lambda c: f"加一行{_quoted(c.new)}",
    "删行": lambda c: f"删去一行{_quoted(c.old)}",
    "增表": lambda c: f"加一个表{_quoted(c.new)}",
    "删表": lambda c: f"删去整个表{_quoted(c.old)}",
    "列": lambda c: c.new,
    "格式": lambda c: f"{_quoted(c.old) if c.old else ''}{c.new}",
    "图": lambda c: c.new,
    "脚注": lambda c: f"加了脚注或尾注{_quoted(c.new)}",
    "批注": _commented,
}
