"""Which mapping of a model a line lies in, as its lines are read one after the other, and what may stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from builder.content.shapes import Shape, fields
from builder.content.values import BLANKS

_LONGEST_KEY = 40
_TEXT = Shape("scalar")
_MARKS = frozenset("，。；、！？“”‘’《》（）()[]{}\"',;!?|&*#@%`<>=/\\")


@dataclass(frozen=True, slots=True)
class Key:
    """A line's parts: indentation, dashes, key as typed and without its blanks, and where its colon stands (from 0)."""

    lead: str
    dashes: str
    typed: str
    name: str
    colon: int


@dataclass(slots=True)
class _Level:
    """A mapping under way: where its keys stand, which it may hold, and the shape that the last one's value has."""

    column: int
    known: Mapping[str, Shape]
    other: Shape | None = None  # of a mapping whose keys are free
    last: Shape = _TEXT

    def shape(self, key: str) -> Shape | None:
        return self.known.get(key, self.other)


class Levels:
    """The mappings that the last line stood in, the innermost last. Not ``strict``: a known key too far right is forgiven."""

    def __init__(self, model: type[BaseModel], strict: bool) -> None:
        self._levels = [_level(0, model)]
        self._strict = strict

    def at_margin(self, name: str) -> Shape | None:
        """The shape of a key at the margin, without going there."""
        return self._levels[0].known.get(name)

    def leave(self, shape: Shape) -> None:
        """Go on at the margin, below a key of this shape."""
        del self._levels[1:]
        self._levels[0].last = shape

    def members(self, indent: int) -> int | None:
        """The column of the key whose list of texts a line ``- …``, indented so far, goes on with; None for no such list."""
        while len(self._levels) > 1 and self._levels[-1].column > indent:
            self._levels.pop()
        top = self._levels[-1]
        return top.column if is_text_list(top.last) and indent >= top.column else None

    def place(self, key: Key) -> tuple[int, Shape | None] | None:
        """The column and shape of a key; the mappings under way follow. None for a line that is no such key's."""
        if key.dashes and key.lead.strip(" "):
            return self._sibling(key)
        column = width(key.lead) + len(key.dashes)
        while len(self._levels) > 1 and self._levels[-1].column > column:
            self._levels.pop()
        top = self._levels[-1]
        child = _child(top.last, column, bool(key.dashes)) if column > top.column else None
        if child is not None and child.shape(key.name) is not None:
            self._levels.append(child)
        elif not (column == top.column and top.shape(key.name) is not None):
            return self._elsewhere(key, column)
        return self._enter(key.name)

    def _sibling(self, key: Key) -> tuple[int, Shape | None] | None:
        """A member of a list of mappings that is indented with full-width spaces: where its neighbours stand."""
        for depth in range(len(self._levels), 0, -1):
            level = self._levels[depth - 1]
            child = _child(level.last, level.column + 2 + len(key.dashes), dashed=True)
            if child is not None and child.shape(key.name) is not None:
                if depth < len(self._levels):
                    child.column = self._levels[depth].column
                self._levels[depth:] = [child]
                return self._enter(key.name)
        return None

    def _elsewhere(self, key: Key, column: int) -> tuple[int, Shape | None] | None:
        """A key that stands too far right, or is unknown."""
        wide = key.lead.strip(" ") != ""
        meant = self._levels[::-1] if wide else self._levels[: not self._strict]
        level = next((level for level in meant if level.shape(key.name) is not None and not key.dashes), None)
        if level is not None:
            while self._levels[-1] is not level:
                self._levels.pop()
            return self._enter(key.name)
        if key.dashes or wide or column != self._levels[-1].column or not _like_a_key(key):
            return None
        self._levels[-1].last = _TEXT
        return column, None

    def _enter(self, name: str) -> tuple[int, Shape | None]:
        top = self._levels[-1]
        top.last = top.shape(name) or _TEXT
        return top.column, top.last


def _level(column: int, model: type[BaseModel]) -> _Level:
    return _Level(column, {key: shape for key, (_, shape) in fields(model).items()})


def _child(shape: Shape, column: int, dashed: bool) -> _Level | None:
    """The mapping that opens below a key of this shape."""
    if dashed and shape.kind == "list" and shape.inner and shape.inner.model:
        return _level(column, shape.inner.model)
    if not dashed and shape.kind == "model" and shape.model:
        return _level(column, shape.model)
    if not dashed and shape.kind == "dict" and shape.inner:
        return _Level(column, {}, shape.inner)
    return None


def is_text_list(shape: Shape) -> bool:
    """Whether a value of this shape is a list of texts."""
    return shape.kind == "list" and shape.inner is not None and shape.inner.kind in ("scalar", "enum")


def key_of(line: str) -> Key | None:
    """The parts of a line up to its first colon; None when that comes too late for a key."""
    start = len(line) - len(line.lstrip(BLANKS))
    end = start
    while line[end : end + 1] == "-" and line[end + 1 : end + 2] == " ":
        end += 2
        while line[end : end + 1] == " ":
            end += 1
    reach = line[end : end + _LONGEST_KEY]
    colon = min((position for c in ":：" if (position := reach.find(c)) >= 0), default=0)
    name = "".join(c for c in reach[:colon] if c not in BLANKS)
    if not name:
        return None
    return Key(line[:start], line[start:end], reach[:colon], name, end + colon)


def _like_a_key(key: Key) -> bool:
    """Whether an unknown word before a colon is meant for a key: short, without marks."""
    return len(key.name) <= 12 and not _MARKS.intersection(key.name)


def width(lead: str) -> int:
    """Columns of an indentation: a full-width space and a tab stand for two spaces."""
    return sum(2 if c in "\u3000\t" else 1 for c in lead)
