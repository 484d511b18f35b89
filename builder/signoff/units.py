"""A signed view as the list of its printed texts, each with the name of its place and how strictly it is held after 签发."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from builder.render import expected

Hold = Literal["文", "格", "定", "受"]
"""文: words may be put right; 格 (a table): marks only; 定 (masthead, signatures): nothing; 受 (recipients, 印数): nothing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One printed text. ``shape`` is what stands there (段, 标题, 表 of so many columns …), ``where`` what an editor calls it."""

    shape: str
    where: str
    hold: Hold
    text: str


def units(seen: Mapping[str, Any]) -> list[Unit]:
    """Every text that a signed view prints, save what it repeats (要目, 附件说明), and its list of recipients, in order."""
    head, foot = seen["报头"], seen["版记"]
    found = [Unit("左上", "左上角", "定", row[side]) for row in seen["左上"]["行"] for side in ("左", "右")]
    found += [Unit("刊名", "刊名", "定", head["刊名"]), Unit("编印单位", "编印单位", "定", head["编印单位"])]
    found.append(Unit("期号", "期号", "定", "".join(head["期号行"])))
    found.append(Unit("页码", "页码", "定", f"{seen['页码']['前']}…{seen['页码']['后']}"))
    found += [Unit("要目", "本期要目", "定", "有")] if seen["要目"] else []
    found += _blocks(seen["内容"], "")
    for annex in seen["附件"]:
        found.append(Unit("附件", annex["标"], "文", "".join(annex["题行"])))
        found += _blocks(annex["内容"], annex["标"])
    for shape, lines in (("分发", seen["分发"]["条"]), ("报尾", foot["条"])):
        found += [Unit(shape, line["引"].rstrip("："), "受", line["引"] + line["文"]) for line in lines]
    copies = "、".join(f"{part}{name}{count}份" for part, name, count in seen["分发"]["份数"])
    found += [Unit("份数", "各单位份数", "受", copies), Unit("印数", "印数", "受", foot["印数"])]
    found.append(Unit("责任", "报尾的签发、责任编辑、校对", "定", foot["责任"]))
    printed = foot["印发"]
    return [*found, Unit("印发", "印发机关", "定", printed["机关"] if printed else "")]


_COUNTED = {"段": "段", "表": "个表", "图": "幅图"}


def _blocks(blocks: Iterable[Mapping[str, Any]], inside: str) -> Iterator[Unit]:
    """The texts of a list of blocks. A kind that this does not know is a KeyError, never silence."""
    count = dict.fromkeys(_COUNTED, 0)
    for block in blocks:
        kind = block["类"]
        if kind in count:
            count[kind] += 1
        number = "段" if kind == "供稿" else kind
        where = f"{inside}第{count[number]}{_COUNTED[number]}" if number in count else inside + kind
        yield from _UNITS[kind](block, where)


def _paragraph(block: Mapping[str, Any], where: str) -> Iterator[Unit]:
    yield Unit("段", where, "文", block["前"] + expected.runs(block["文字"]))
    yield from _credit(block["供稿"], where)


def _credit(text: str, where: str) -> Sequence[Unit]:
    """A signature is one text, whether it stands on the last line of its paragraph or on a line of its own."""
    return [Unit("供稿", f"{where}后的供稿署名", "定", text)] if text else []


def _table(block: Mapping[str, Any], where: str) -> Iterator[Unit]:
    shape = f"表 {len(block['列'])}"
    yield Unit(shape, f"{where}的表题", "格", block["题"])
    yield Unit("单位", f"{where}的计量单位", "格", block["单位"])
    for part, rows in (("表头", block["头"]), ("", block["行"])):
        for n, row in enumerate(rows, 1):
            for cell in row:
                place = f"{where}{part}第{n}行第{cell['起'] + 1}列"
                span = f"格 {cell['列']}×{cell['行']}"
                yield Unit(span, place, "格", expected.runs(cell["文字"]))
    yield from (Unit("表注", f"{where}的注", "格", expected.runs(note)) for note in block["注"])


def _picture(block: Mapping[str, Any], where: str) -> Iterator[Unit]:
    yield Unit("图", where, "定", f"{block['名']} {block['宽']}×{block['高']}")
    yield Unit("图题", f"{where}的图题", "文", block["题"])
    yield Unit("图的说明", f"{where}的说明", "文", block["替"])


def _title(block: Mapping[str, Any], where: str) -> Iterator[Unit]:
    title = "".join(block["行"])
    yield Unit("标题", f"标题“{title if len(title) <= 12 else title[:11] + '…'}”", "文", title)


def _nothing(block: Mapping[str, Any], where: str) -> Sequence[Unit]:
    return ()


_UNITS: dict[str, Callable[[Mapping[str, Any], str], Iterable[Unit]]] = {
    "段": _paragraph,
    "供稿": lambda block, where: _credit(block["文"], where),
    "表": _table,
    "图": _picture,
    "标题": _title,
    "编者按": lambda block, where: [Unit("编者按", where, "文", expected.runs(runs)) for runs in block["段"]],
    "栏目": lambda block, where: [Unit("栏目", where, "文", block["文"])],
    "主送": lambda block, where: [Unit("主送", where, "受", block["文"])],
    "署名": lambda block, where: [Unit("署名", where, "定", block["机关"])],
    "附件说明": _nothing,  # the titles of the annexes again
    "分页": _nothing,
    "空行": _nothing,
}
