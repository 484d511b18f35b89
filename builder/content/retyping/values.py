"""The values of a YAML file or of an item's front matter, each with the places of its characters in the file as typed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from builder.content import front, hygiene, scalars, yaml_text
from builder.content.retyping.paper import Paper, Refused, Splice
from builder.content.yaml_text import Stretch
from builder.errors import Fault, Place
from builder.model.fields import full_day

Edits = tuple[tuple[int, int, str], ...]
"""What replaces the characters from … to … of a text; in order, none overlapping."""


@dataclass(frozen=True)
class Values:
    """``text`` is YAML as it is read (cleaned, front matter tidied), its first line ``first`` of the file."""

    paper: Paper
    text: str
    first: int
    locate: Callable[[int, int], Place]

    @classmethod
    def of(cls, paper: Paper) -> Values:
        """The values of a file, an item when its name ends so.

        Raises:
            Refused: an item without front matter.
        """
        item = paper.file.endswith(".md")
        cleaned = hygiene.scrub(paper.text, paper.file, breaks=item)
        if not item:
            return cls(paper, cleaned.text, 1, cleaned.locate)
        parts = front.divide(cleaned)
        if isinstance(parts, Fault):
            raise Refused(parts.message, parts.hint)
        return cls(paper, parts.text, parts.begin + 2, parts.locate(cleaned.locate))

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """Scalars and lists in the order in which they begin."""
        return yaml_text.stretches(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(n + 1 for n, character in enumerate(self.text) if character == "\n")]

    @property
    def last(self) -> int:
        """The last line of the file that holds values."""
        return self.first + len(self._starts) - 1

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line + self.first - 1, offset - self._starts[line - 1] + 1

    def place(self, offset: int) -> Place:
        """The place as typed of an offset of ``text``."""
        return self.locate(*self._position(offset))

    def raw(self, start: int, stop: int) -> tuple[int, int]:
        """Offsets in the file of what stands from ``start`` to ``stop`` of ``text``."""
        first = self.paper.offset(self.place(start))
        if stop == start:
            return first, first
        if "\n" in self.text[start:stop]:
            return first, self.paper.offset(self.place(stop))
        return first, self.paper.offset(self.place(stop - 1)) + 1

    def offset(self, place: Place) -> int:
        """The offset in ``text`` of a place whose columns are as typed, or nearly."""
        line = min(max(place.line - self.first, 0), len(self._starts) - 1)
        return self._starts[line] + max(0, place.column - 1)

    @cached_property
    def _by_place(self) -> dict[Place, Stretch]:
        return {self.place(each.start): each for each in reversed(self.stretches) if each.style != "{"}

    def at(self, place: Place) -> Stretch | None:
        """The value that begins at ``place`` (with its quotation mark, or its ``|``); None where none does."""
        return self._by_place.get(place)

    def around(self, place: Place) -> Stretch:
        """The scalar in which a character at ``place`` stands: the last that begins before it.

        Raises:
            Refused: there is none.
        """
        position = bisect_right(self._scalar_places, (place.line, place.column))
        if not position:
            raise Refused("找不到这段文字在文件里的位置", "在文件里手工改")
        return self._scalars[position - 1]

    @cached_property
    def _scalars(self) -> list[Stretch]:
        return [each for each in self.stretches if each.style not in ("[", "-", "{")]

    @cached_property
    def _scalar_places(self) -> list[tuple[int, int]]:
        places = (self.place(each.start) for each in self._scalars)
        return [(place.line, place.column) for place in places]

    def spots(self, stretch: Stretch) -> tuple[tuple[int, int], ...] | None:
        """Where the characters of a scalar's value stand in the file; None where that is not certain."""
        if stretch.start not in self._spots:
            found = scalars.spots(self.text, stretch)
            self._spots[stretch.start] = None if found is None else tuple(self.raw(*spot) for spot in found)
        return self._spots[stretch.start]

    @cached_property
    def _spots(self) -> dict[int, tuple[tuple[int, int], ...] | None]:
        return {}

    @cached_property
    def _line_starts(self) -> dict[int, tuple[int, ...]]:
        return {}

    def line_starts(self, stretch: Stretch) -> tuple[int, ...]:
        """Offsets of the lines of a scalar's value, and of its end, a line end counted."""
        if stretch.start not in self._line_starts:
            lengths = (len(each) + 1 for each in stretch.value.split("\n"))
            self._line_starts[stretch.start] = tuple(accumulate(lengths, initial=0))
        return self._line_starts[stretch.start]

    def content(self, stretch: Stretch) -> tuple[int, int]:
        """(line, column) at which readers of a text in this scalar place its first character (``yaml_text.Scalar.start``)."""
        line, column = self._position(stretch.start)
        if stretch.style in ("|", ">"):
            return line + 1, scalars.indentation(self.text, stretch) + 1
        return line, column + (1 if stretch.style else 0)

    def edited(self, stretch: Stretch, edits: Edits) -> tuple[Splice, ...]:
        """Splices that change characters of a scalar's value.

        Raises:
            Refused: the scalar cannot hold the new characters.
        """
        spots = self.spots(stretch)
        block = stretch.style in ("|", ">")
        new = "" if block else applied(stretch.value, edits)
        style = stretch.style if self._as_typed(stretch) else "|"  # what was forgiven in front matter is read again so
        quotes = style == "" and not scalars.stands_plain(new, stretch.flow)
        if spots is None or (not block and (quotes or not new.strip(" \n"))):
            return (self.rewritten(stretch, new),)
        found: list[Splice] = []
        for start, stop, text in edits:
            typed = scalars.escaped(text, style)
            if typed is None:
                raise Refused("这个值写在一行里，不能分段", "在文件里把值改成 | 的写法，再比对一次")
            first, after = spots[start][0] if start < len(spots) else spots[-1][1], 0
            first = spots[start - 1][1] if start and start == stop else first
            after = max(first, spots[stop - 1][1]) if stop > start else first
            found.append(Splice(self.paper.file, first, after, typed))
        return tuple(found)

    def rewritten(self, stretch: Stretch, new: str) -> Splice:
        """The whole scalar written anew, on one line.

        Raises:
            Refused: a block, or a value of several lines.
        """
        if stretch.style in ("|", ">") or "\n" in new:
            raise Refused("这个值分成几行写，不能代为改写", "在文件里手工改")
        start, stop = self.raw(stretch.start, stretch.stop)
        if not self._as_typed(stretch) and new:
            return Splice(self.paper.file, start, stop, scalars.written(new, "", stretch.flow))
        return Splice(self.paper.file, start, stop, scalars.written(new, stretch.style, stretch.flow))

    def _as_typed(self, stretch: Stretch) -> bool:
        """Whether a scalar's quotation marks were typed; the tidier adds them to a line of front matter."""
        first = self.paper.offset(self.place(stretch.start))
        return stretch.style not in ("'", '"') or self.paper.text[first : first + 1] == stretch.style


def applied(text: str, edits: Edits) -> str:
    """The text with its edits made."""
    for start, stop, new in reversed(edits):
        text = text[:start] + new + text[stop:]
    return text


def value_changed(values: Values, place: Place, old: str, edits: Edits) -> tuple[Splice, ...]:
    """Splices for the value at ``place``, which prints as ``old``: a text, a day, or a list joined with 、.

    Raises:
        Refused: it cannot be carried back.
    """
    stretch, new = values.at(place), applied(old, edits)
    if stretch is None:
        raise Refused("这里印的不是一项现成的值", "在文件里手工改")
    if stretch.style in ("[", "-"):
        return _list_changed(values, stretch, old, new)
    value = stretch.value
    start = value.find(old)
    if start >= 0 and not value.replace(old, "", 1).strip():
        return values.edited(stretch, tuple((start + a, start + b, text) for a, b, text in edits))
    day, wanted = full_day(value.strip()), full_day(new)
    if day is not None:
        if wanted is None:
            raise Refused(f"这里是日期，“{new[:20]}”读不成日期", "写成 2026年6月8日 这样")
        return (values.rewritten(stretch, wanted.isoformat()),)
    return (values.rewritten(stretch, new),)


def _list_changed(values: Values, stretch: Stretch, old: str, new: str) -> tuple[Splice, ...]:
    """A list whose members print joined with 、: those that changed, one for one."""
    before, after = [member.value for member in stretch.members], new.split("、")
    if "、".join(before) != old or len(before) != len(after) or not all(after):
        raise Refused("这里由几项连成，项数变了", "在文件里增删这几项")
    found: list[Splice] = []
    for member, text in zip(stretch.members, after, strict=True):
        if member.value != text:
            found.append(values.rewritten(member, text))
    return tuple(found)


def keyed(values: Values, place: Place, key: str) -> Stretch | None:
    """The scalar behind ``key`` in the innermost mapping around ``place`` that has this key; None where none has."""
    spot = values.offset(place)
    found = None
    for each in values.stretches:
        if each.style == "{" and each.start <= spot <= each.stop:
            pairs = zip(each.members[0::2], each.members[1::2], strict=False)
            found = next((value for name, value in pairs if name.value == key), found)
    return found if found is None or found.style not in ("[", "-", "{") else None
