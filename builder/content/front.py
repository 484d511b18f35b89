"""Items as typed: where the front matter begins and ends, and a note on each slip that was forgiven (codes front-*)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from builder.content import hygiene
from builder.content.hygiene import Cleaned
from builder.content.tidy import Locate, Slip, Tidied, tidy
from builder.content.values import BLANKS
from builder.errors import Fault, Place
from builder.model import Item

_FENCE = re.compile(r"[-－—–―─]{2,}")
_FIX = "不改也能读；jianbao check --fix 可改成规范写法"
_SHOWN = 30  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Front:
    """An item's parts. ``begin`` and ``end`` are the indexes of the fences among ``lines``.

    ``tidied`` are the lines between them.
    """

    lines: tuple[str, ...]
    begin: int
    end: int
    tidied: Tidied
    faults: tuple[Fault, ...]

    @property
    def text(self) -> str:
        """The front matter as strict YAML; it begins on line ``begin`` + 2."""
        return "\n".join(self.tidied.lines)

    @property
    def body(self) -> str:
        """What follows the front matter; it begins on line ``end`` + 2."""
        return "\n".join(self.lines[self.end + 1 :])

    def locate(self, outer: Locate) -> Locate:
        """Places of the front matter as tidied."""
        return self.tidied.locate(outer)


def divide(cleaned: Cleaned) -> Front | Fault:
    """The parts of an item's text, or why it has none."""
    lines = tuple(cleaned.text.split("\n"))
    begin = next((n for n, line in enumerate(lines) if line.strip(BLANKS)), 0)
    if not _is_fence(lines[begin]):
        message = "第一行不是 ---" if lines[begin].strip(BLANKS) else "空文件，什么也没有写"
        hint = "第一行写 ---，接着写标题等各项，再写一行 ---，下面是正文"
        return Fault("front-missing", "error", cleaned.locate(begin + 1, 1), message, hint)
    end = next((n for n in range(begin + 1, len(lines)) if _is_fence(lines[n])), None)
    if end is None:
        message, hint = "开头的各项没有用一行 --- 结束", "在各项与正文之间加一行 ---"
        return Fault("front-open", "error", cleaned.locate(begin + 1, 1), message, hint)
    inside, refused = hygiene.no_breaks(list(lines[begin + 1 : end]), cleaned, begin + 2)
    tidied = tidy(inside, Item, begin + 2)
    faults = [*refused, *_fence_notes(cleaned, lines, begin, end), *notes(tidied.slips, cleaned.locate)]
    return Front(lines, begin, end, tidied, tuple(faults))


def _is_fence(line: str) -> bool:
    marks = line.strip(BLANKS)
    return marks == "---" or (_FENCE.fullmatch(marks) is not None and marks != "--")


def _fence_notes(cleaned: Cleaned, lines: Sequence[str], begin: int, end: int) -> list[Fault]:
    found: list[tuple[Place, str]] = []
    if begin:
        found.append((cleaned.locate(1, 1), f"第一行 --- 以上有 {begin} 行空行，已略过"))
    for number in (begin, end):
        if lines[number].rstrip(" ") != "---":
            found.append((cleaned.locate(number + 1, 1), f"“{lines[number].strip(BLANKS)[:10]}”一行读作 ---"))
    return [Fault("front-fence", "note", place, message, _FIX) for place, message in found]


def notes(slips: Sequence[Slip], locate: Locate) -> list[Fault]:
    """One note of each kind for each line with slips; a day in another form is none."""
    found: dict[tuple[int, str], Fault] = {}
    for slip in slips:
        if (note := _note(slip, locate)) is not None:
            found.setdefault((slip.line, note.code), note)
    return [*found.values()]


def _note(slip: Slip, locate: Locate) -> Fault | None:
    place = locate(slip.line, slip.column)
    shown = slip.reading if len(slip.reading) <= _SHOWN else slip.reading[:_SHOWN] + "…"
    match slip.kind:
        case "colon":
            return Fault("front-colon", "note", place, f"“{slip.subject}”后面是全角冒号，读作“{slip.subject}: ”", _FIX)
        case "space":
            message = f"“{slip.subject}”的冒号后面没有空格，读作“{slip.subject}: ”"
            return Fault("front-colon", "note", place, message, _FIX)
        case "key" | "indent":
            named = f"“{slip.subject}”" if slip.subject else "这一条"
            return Fault("front-space", "note", place, f"{named}前后有多余的空格或全角空格，已略过", _FIX)
        case "list":
            return Fault("front-list", "note", place, f"“{slip.subject}”读作几个：{shown}", _FIX)
        case "literal" | "comment":
            named = f"“{slip.subject}”" if slip.subject else "这一条"
            return Fault("front-literal", "note", place, f"{named}的值照字面读作：{shown}", _FIX)
        case "day":
            return None
