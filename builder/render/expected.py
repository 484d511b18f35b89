"""All printed text of a view in document order: what a produced file must carry, neither more nor less."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def texts(view: Mapping[str, Any]) -> Iterator[str]:
    """Every printed string: top left, masthead, contents, body, annexes, foot. Page numbers are not among them."""
    yield from masthead(view)
    if view["要目"]:
        yield view["要目"]["标题"]
        for entry in view["要目"]["条目"]:
            yield from (entry["文"], entry["页码"])
    yield from blocks(view["内容"])
    for annex in view["附件"]:
        yield from (annex["标"], *annex["题行"])
        yield from blocks(annex["内容"])
    yield from foot(view["版记"])


def masthead(view: Mapping[str, Any]) -> Iterator[str]:
    """The text above 要目: what stands at the top left, then the masthead, as our own templates have them in order."""
    yield from (row[side] for row in view["左上"]["行"] for side in ("左", "右"))
    head = view["报头"]
    yield from (head["刊名"], *head["期号行"], head["编印单位"], head["日期"])


def blocks(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The text of a list of blocks. A kind that templates would set and this does not know is a KeyError, never silence."""
    for block in items:
        yield from _TEXTS[block["类"]](block)


def _table(block: Mapping[str, Any]) -> Iterator[str]:
    yield from (block["题"], block["单位"])
    for row in (*block["头"], *block["行"]):
        yield from (runs(cell["文字"]) for cell in row)
    yield from (runs(note) for note in block["注"])


_TEXTS: dict[str, Callable[[Mapping[str, Any]], Iterable[str]]] = {
    "栏目": lambda block: [block["文"]],
    "主送": lambda block: [block["文"]],
    "供稿": lambda block: [block["文"]],
    "标题": lambda block: block["行"],
    "编者按": lambda block: map(runs, block["段"]),
    "段": lambda block: [block["前"], runs(block["文字"]), block["供稿"]],
    "表": _table,
    "图": lambda block: [block["题"]],
    "附件说明": lambda block: [row[key] for row in block["行"] for key in ("引", "序", "名")],
    "署名": lambda block: [block["机关"], block["日期"]],
    "空行": lambda block: [],
    "分页": lambda block: [],
}


def foot(version: Mapping[str, Any]) -> Iterator[str]:
    """The text of the foot."""
    for line in version["条"]:
        yield from (line["引"], line["文"])
    if version["印发"]:
        yield from (version["印发"]["机关"], version["印发"]["日期"])
    below = version["印数位置"] == "线下"
    yield from (version["责任"], "" if below else version["印数"])
    if below:
        yield version["印数"]


def runs(items: Iterable[Mapping[str, Any]]) -> str:
    """The characters of a list of runs."""
    return "".join(run["文"] for run in items)
