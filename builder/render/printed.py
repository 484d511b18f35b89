"""What a view prints as a list of texts: one for each Word paragraph or table cell, in the order of ``expected.texts``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from builder.errors import Place
from builder.render.expected import runs

Data = Mapping[str, Any]
FROM_FILES = frozenset(("栏目", "标题", "编者按", "段", "供稿", "表题", "单位", "格", "表注", "图题", "附件标题"))
"""The kinds of what the entries say; everything else the program makes of other data."""
_BY_PROGRAM = "由系统编，不在稿件里改"
_NUMBER = "照期文件的“期号”印，没有写的由系统编，请在那里写"
_FROM_TITLES = "照标题生成，请改标题"
_FROM_OFFICE = "照 content/office.yaml 的分发名单和本期的“分发”生成"


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed text.

    ``kind``: 左上 报头 要目 栏目 标题 主送 编者按 段 表题 单位 格 表注 图题 附件说明 附件标 附件标题 署名 供稿 报尾.
    ``where`` is what an editor calls it, ``text`` what is printed. ``places`` has the place of each character, None for one
    that the program makes (the —— of an item of a list) or whose own column is not known: that of a value, a title say,
    of which ``source`` is the place. ``source`` is None where no file holds it. ``typed``: the characters, but for the
    program's own, stand in the file as they print and are a paragraph's text; else ``source`` is a value's place, and
    ``value`` the part of ``text`` (start, stop) that is the value (a 栏目 without its brackets).
    ``fixed`` is "" or why a change of it cannot be carried back. ``joined``: on paper it goes on in the Word paragraph of
    the one before (a signature on the last line of its paragraph, the date beside the publisher).
    ``level`` and ``bold`` (ranges of ``text``) are those of a 段. ``table``, ``row``, ``column`` count from 1 (head rows are
    counted; 0: no cell), ``head`` marks a cell of the head. ``origin`` is the file of the entry, "" for what has none.
    """

    kind: str
    where: str
    text: str
    places: tuple[Place | None, ...]
    source: Place | None = None
    typed: bool = False
    value: tuple[int, int] = (0, 0)
    fixed: str = ""
    joined: bool = False
    level: int = 0
    bold: tuple[tuple[int, int], ...] = ()
    table: int = 0
    row: int = 0
    column: int = 0
    head: bool = False
    origin: str = ""


def of_view(view: Data) -> tuple[Printed, ...]:
    """Everything that a view prints, without its places in files (``origins`` gives them); the joined texts are ``expected.texts``."""
    tables = count(1)
    found = [*_top(view), *_contents(view), *_Body("正文", tables).blocks(view["内容"])]
    for annex in view["附件"]:
        name = annex["标"]
        found += [_made("附件标", f"{name}的编号", name), _whole("附件标题", f"{name}的标题", "".join(annex["题行"]))]
        found += _Body(name, tables).blocks(annex["内容"])
    return tuple(each for each in (*found, *_foot(view["版记"])) if each.text or each.kind == "格")


def _made(kind: str, where: str, text: str, fixed: str = _BY_PROGRAM, joined: bool = False) -> Printed:
    return Printed(kind, where, text, (None,) * len(text), fixed=fixed, joined=joined)


def _whole(kind: str, where: str, text: str, start: int = 0, stop: int | None = None) -> Printed:
    """A text that is a value, or a value with something around it."""
    return Printed(kind, where, text, (None,) * len(text), value=(start, len(text) if stop is None else stop))


def _top(view: Data) -> Iterator[Printed]:
    """左上 and the masthead."""
    for row in view["左上"]["行"]:
        yield from (
            _made(
                "左上",
                "左上角",
                row[side],
                "在期文件里改（份号、密级、紧急程度、标识）",
                side == "右" and bool(row["左"]),
            )
            for side in ("左", "右")
        )
    head = view["报头"]
    yield _made("报头", "刊名", head["刊名"], "刊名写在 publication.yaml")
    yield from (_made("报头", "期号", line, _NUMBER) for line in head["期号行"])
    yield _made("报头", "编印单位", head["编印单位"], "编印单位写在 content/office.yaml")
    yield _made("报头", "日期", head["日期"], "改期文件的“日期”", bool(head["编印单位"]))


def _contents(view: Data) -> Iterator[Printed]:
    if view["要目"]:
        yield _made("要目", "要目标题", view["要目"]["标题"])
        for entry in view["要目"]["条目"]:
            yield _made("要目", f"要目“{entry['文']}”", entry["文"], _FROM_TITLES)
            yield _made("要目", f"要目“{entry['文']}”的页码", entry["页码"], joined=True)


class _Body:
    """The blocks of the body or of an annex; counts paragraphs, tables and pictures under each title."""

    def __init__(self, name: str, tables: Iterator[int]) -> None:
        self.name, self.tables = name, tables
        self.counts = dict.fromkeys(("段", "表", "图"), 0)
        self.carries = False  # whether the block before is a paragraph on whose last line a signature may stand

    def blocks(self, blocks: Iterable[Data]) -> Iterator[Printed]:
        """Their texts. A kind that this does not know is a KeyError, never silence."""
        for block in blocks:
            kind = block["类"]
            if kind in self.counts:
                self.counts[kind] += 1
            yield from _KINDS[kind](self, block)
            self.carries = kind == "段" and not block["独"]

    def begin(self, name: str) -> None:
        self.name, self.counts = name, dict.fromkeys(self.counts, 0)

    def _section(self, block: Data) -> Iterator[Printed]:
        text = block["文"]
        self.begin(f"栏目“{text.strip('【】')}”")
        yield _whole("栏目", self.name, text, 1, len(text) - 1)

    def _title(self, block: Data) -> Iterator[Printed]:
        text = "".join(block["行"])
        self.begin(f"《{text}》")
        yield _whole("标题", f"标题《{text}》", text)

    def _addressees(self, block: Data) -> Iterator[Printed]:
        yield _made("主送", "主送", block["文"], "改期文件的“主送”")

    def _note(self, block: Data) -> Iterator[Printed]:
        for n, items in enumerate(block["段"], 1):
            text = runs(items)
            more = f"第{n}段" if len(block["段"]) > 1 else ""
            yield Printed("编者按", f"编者按{more}", text, (None,) * len(text), typed=True, bold=_bold(items))

    def _paragraph(self, block: Data) -> Iterator[Printed]:
        items = [{"文": block["前"], "粗": False}, *block["文字"]]
        text = runs(items)
        where = f"{self.name}第{self.counts['段']}段"
        nowhere = (None,) * len(text)
        yield Printed("段", where, text, nowhere, typed=True, level=block["级"], bold=_bold(items))
        yield self._signed(block["供稿"], joined=True)

    def _credit(self, block: Data) -> Iterator[Printed]:
        yield self._signed(block["文"], self.carries)

    def _signed(self, text: str, joined: bool) -> Printed:
        """A signature; in our Word templates it ends the paragraph of text before it, on a line of its own or not."""
        return replace(_whole("供稿", f"{self.name}的供稿署名", text, 1, len(text) - 1), joined=joined)

    def _table(self, block: Data) -> Iterator[Printed]:
        nth, number = self.counts["表"], next(self.tables)
        where = f"{self.name}的表" if nth == 1 else f"{self.name}的表{nth}"
        unit = block["单位"]
        yield _whole("表题", f"{where}的表题", block["题"])
        yield _whole("单位", f"{where}的单位", unit, min(3, len(unit)))
        for part, above, rows in (("表头", 0, block["头"]), ("", len(block["头"]), block["行"])):
            for n, row in enumerate(rows, 1):
                for cell in row:
                    column = cell["起"] + 1
                    text = runs(cell["文字"])
                    yield Printed("格", f"{where}{part}第{n}行第{column}列", text, (None,) * len(text), typed=True,
                                  bold=_bold(cell["文字"]), table=number, row=above + n, column=column, head=bool(part))  # fmt: skip
        for n, note in enumerate(block["注"], 1):
            text = runs(note)
            more = str(n) if len(block["注"]) > 1 else ""
            yield Printed("表注", f"{where}的注{more}", text, (None,) * len(text), typed=True, bold=_bold(note))

    def _picture(self, block: Data) -> Iterator[Printed]:
        yield _whole("图题", f"{self.name}的图{self.counts['图']}的图题", block["题"])

    def _annexes(self, block: Data) -> Iterator[Printed]:
        for row in block["行"]:
            yield _made(
                "附件说明",
                f"附件说明“{row['名']}”",
                row["引"] + row["序"] + row["名"],
                "照附件的标题生成，请改附件标题",
            )

    def _signature(self, block: Data) -> Iterator[Printed]:
        yield _made("署名", "署名", block["机关"], "照编印单位生成")
        yield _made("署名", "署名日期", block["日期"], "照期文件的“日期”生成")

    def _nothing(self, block: Data) -> Iterator[Printed]:
        return iter(())


_KINDS: dict[str, Callable[[_Body, Data], Iterator[Printed]]] = {
    "栏目": _Body._section,
    "标题": _Body._title,
    "主送": _Body._addressees,
    "编者按": _Body._note,
    "段": _Body._paragraph,
    "供稿": _Body._credit,
    "表": _Body._table,
    "图": _Body._picture,
    "附件说明": _Body._annexes,
    "署名": _Body._signature,
    "空行": _Body._nothing,
    "分页": _Body._nothing,
}


def _bold(items: Iterable[Data]) -> tuple[tuple[int, int], ...]:
    """The ranges of bold characters in runs."""
    at, found = 0, []
    for run in items:
        stop = at + len(run["文"])
        if run["粗"] and stop > at:
            found.append((at, stop))
        at = stop
    return tuple(found)


def _foot(foot: Data) -> Iterator[Printed]:
    for line in foot["条"]:
        yield _made("报尾", f"报尾的“{line['引'].rstrip('：')}”", line["引"] + line["文"], _FROM_OFFICE)
    if foot["印发"]:
        yield _made("报尾", "印发机关", foot["印发"]["机关"], "编印单位写在 content/office.yaml")
        yield _made("报尾", "印发日期", foot["印发"]["日期"], "改期文件的“日期”", True)
    copies = _made("报尾", "印数", foot["印数"], "由份数加出，请改分发名单或“本期增发”")
    duty = _made("报尾", "签发、责任编辑、校对", foot["责任"], "改期文件的“签发”“责任编辑”“校对”")
    yield from (duty, copies)
