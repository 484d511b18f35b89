"""The entries of an issue, taken from its view: what search keeps of a published issue, and of one that is a draft.

An entry begins at a title, at the 栏目 head or 编者按 that leads to one, and after a credit, with which an entry ends; so short
items without titles stand by themselves. Annexes are entries, too. Masthead, 要目 and foot are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.records import IndexEntry
from builder.render import expected
from builder.render.view import SUBJECTS

_LEADS = ("栏目", "编者按")
_AFTER = ("分页", "空行", "附件说明", "署名")  # may stand after a credit and begin nothing
Block = Mapping[str, Any]


@dataclass(slots=True)
class Part:
    """One entry in the view: its title on one line, its blocks without the title, its bookmark ("" for none), its credit.

    ``subjects`` are the words by which editors want it found in the index of the year; () where they gave none.
    """

    title: str = ""
    mark: str = ""
    credit: str = ""
    blocks: list[Block] = field(default_factory=list)
    subjects: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The text as printed, a paragraph or a table cell a line."""
        return [line for block in self.blocks for line in _lines(block) if line]

    @property
    def units(self) -> tuple[str, ...]:
        """Who supplied it, by the credit: ``（市水利局、市农业农村局供稿）``, ``（本刊综合）``."""
        names = self.credit.removeprefix("（").removesuffix("）").removesuffix("供稿")
        return tuple(name for name in names.split("、") if name)


def index_entries(
    publication: str, year: int, issue: str, data: Mapping[str, Any], view: Mapping[str, Any]
) -> list[IndexEntry]:
    """What search keeps of an issue published with ``view``; the same whenever it is asked.

    The first four are those of the act; ``data`` gives ``name``, ``label``, ``day``, ``genre`` (信息 or 督查) and ``starts``
    (``measure.starts``).
    """
    return entries(
        view,
        publication=publication,
        name=str(data["name"]),
        year=year,
        day=str(data["day"]),
        kind=str(data["genre"]),
        number=str(data["label"]),
        issue=issue,
        starts=data["starts"],
    )


def entries(
    view: Mapping[str, Any],
    *,
    publication: str,
    name: str,
    year: int,
    day: str,
    kind: str,
    number: str,
    issue: str,
    starts: Sequence[int] = (),
) -> list[IndexEntry]:
    """The entries of a view; ``starts`` are the pages on which they begin (none: not known)."""
    found = parts(view)
    pages = starts or [0] * len(found)
    return [
        IndexEntry(
            publication=publication,
            name=name,
            year=year,
            day=day,
            kind=kind,
            number=number,
            issue=issue,
            no=no,
            title=part.title,
            units=part.units,
            page=page,
            text="\n".join(part.lines),
        )
        for no, (part, page) in enumerate(zip(found, pages, strict=True), 1)
    ]


def parts(view: Mapping[str, Any]) -> list[Part]:
    """The entries of a view in order, its annexes among them; none is empty."""
    found: list[Part] = []
    part = Part()
    for block in view["内容"]:
        kind = block["类"]
        if (part.credit and kind not in _AFTER) or kind == "栏目" or (kind == "标题" and _said(part)):
            found.append(part)
            part = Part(blocks=_leading(part))
        if kind == "标题":
            part.title, part.mark = "".join(block["行"]), block["书签"]
        else:
            part.blocks.append(block)
            part.credit = _credit(block) or part.credit
        part.subjects += tuple(word for word in block.get(SUBJECTS, ()) if word not in part.subjects)
    for annex in view["附件"]:
        found.append(part)
        part = Part("".join(annex["题行"]), annex["书签"], blocks=list(annex["内容"]))
    return [part for part in [*found, part] if part.title or part.lines]


def _leading(part: Part) -> list[Block]:
    """The 栏目 head and 编者按 at the end of ``part``, taken out of it: they lead to what follows."""
    at = len(part.blocks)
    while at and not part.credit and part.blocks[at - 1]["类"] in _LEADS:
        at -= 1
    taken, part.blocks = part.blocks[at:], part.blocks[:at]
    return taken


def _said(part: Part) -> bool:
    """Whether there is more than what leads to a title."""
    return bool(part.title) or any(block["类"] not in _LEADS for block in part.blocks)


def _credit(block: Block) -> str:
    if block["类"] == "供稿":
        return str(block["文"])
    return str(block["供稿"]) if block["类"] == "段" else ""


def _lines(block: Block) -> Iterator[str]:
    """The text of a block, line by line."""
    joined = _JOINED.get(block["类"])
    yield from joined(block) if joined else expected.blocks([block])


_JOINED: dict[str, Callable[[Block], Iterable[str]]] = {
    "段": lambda block: ["".join(expected.blocks([block]))],
    "附件说明": lambda block: ["".join(row[key] for key in ("引", "序", "名")) for row in block["行"]],
}
