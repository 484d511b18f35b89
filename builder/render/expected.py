"""All printed text of a view in document order: what a produced file must carry, neither more nor less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def texts(view: Mapping[str, Any]) -> Iterator[str]:
    """Every printed string: top left, masthead, contents, body, annexes, foot. Page numbers are not among them."""
    yield from view["左上"]
    head = view["报头"]
    yield from (head["刊名"], *head["期号行"], head["编印单位"], head["日期"])
    if view["要目"]:
        yield view["要目"]["标题"]
        for entry in view["要目"]["条目"]:
            yield from (entry["文"], entry["页码"])
    yield from blocks(view["内容"])
    for annex in view["附件"]:
        yield from (annex["标"], *annex["题行"])
        yield from blocks(annex["内容"])
    yield from foot(view["版记"])


def blocks(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The text of a list of blocks."""
    for block in items:
        match block["类"]:
            case "栏目" | "主送" | "供稿":
                yield block["文"]
            case "标题":
                yield from block["行"]
            case "编者按":
                for paragraph in block["段"]:
                    yield runs(paragraph)
            case "段":
                yield from (block["前"], runs(block["文字"]), block["供稿"])
            case "表":
                yield from (block["题"], block["单位"])
                for row in (*block["头"], *block["行"]):
                    yield from (runs(cell["文字"]) for cell in row)
                yield from (runs(note) for note in block["注"])
            case "图":
                yield block["题"]
            case "附件说明":
                for row in block["行"]:
                    yield from (row["引"], row["序"], row["名"])
            case "署名":
                yield from (block["机关"], block["日期"])


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
