"""The values that comparing gives: what the hand changed in a Word file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from builder.render.origins import Printed

Kind = Literal[
    "改字", "增段", "删段", "拆段", "并段", "移段", "增行", "删行", "增表", "删表", "列", "格式", "图", "脚注", "批注"
]
"""What a change is.

改字: words of one paragraph or cell. 增段 删段: a paragraph came, went. 拆段: one became several. 并段: several became one.
移段: it stands elsewhere now, its words the same or nearly. 增行 删行: a table's row. 增表 删表: a table. 列: the columns of a
table are not what they were (nothing more is told of it). 格式: bold, or another style. 图: a picture came, went or was
replaced. 脚注: a footnote or endnote was written. 批注: a comment.
"""


@dataclass(frozen=True, slots=True)
class Edit:
    """``old[start:stop]`` became ``text``. ``author`` and ``day`` (ISO date) are those of the revision, "" with tracking off.

    Where several hands made it, ``author`` has all of them (张某、李某) and ``day`` is the last.
    """

    start: int
    stop: int
    text: str
    author: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment's answer."""

    author: str
    day: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change. The texts are those of ``Printed.text`` before and after, without what only sets type.

    ``at`` is what was printed: the paragraph or cell; the first cell of a row or table; None for what was added (增段 增行
    增表, or a 图 脚注 批注 at nothing that is known). ``all`` has every Printed concerned: the cells of a row or table, the
    paragraphs of a 并段. ``after`` is, for what was added or moved, what is printed before it now (the last cell of the
    row before; None: at the very start).
    ``old`` and ``new``: whole texts; of 增行 and 删行 the cells joined by tabs, of 拆段 (new) and 并段 (old) the paragraphs
    joined by line feeds, of 增表 and 删表 rows of cells joined by line feeds and tabs. Of 批注 ``old`` is the words it stands
    at (those beside it, where it stands at a point), ``new`` what it says; of 格式, 图, 脚注 and 列 ``new`` says in words what it is.
    ``bold``: of 增段 the bold ranges of ``new``; of 格式 the range of its words in ``at.text``.
    ``edits`` of 改字 are minimal, in order, apart from one another, within ``old``; they make ``new`` of it.
    ``author`` and ``day`` are those of all its edits where they are the same, else "". ``tracked``: all of it was made
    with tracking on. ``fixed`` is "" or why it cannot be carried back.
    """

    kind: Kind
    at: Printed | None
    old: str
    new: str
    after: Printed | None = None
    all: tuple[Printed, ...] = ()
    edits: tuple[Edit, ...] = ()
    author: str = ""
    day: str = ""
    tracked: bool = False
    fixed: str = ""
    bold: tuple[tuple[int, int], ...] = ()
    replies: tuple[Remark, ...] = ()

    @property
    def where(self) -> str:
        """What an editor calls the place."""
        if self.at is not None:
            return self.at.where
        return f"{self.after.where}之后" if self.after else "文首"
