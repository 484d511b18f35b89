"""What a value of a template can be: text or number, a record with known keys, a list of something, or anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any


@dataclass(frozen=True)
class Shape:
    """The sum of all that a value may be.

    ``open``: anything, nothing is known; ``plain``: text, number or flag; ``keys``: of records; ``item``: of lists.
    """

    open: bool = False
    plain: bool = False
    keys: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None

    def key(self, name: str) -> Shape | None:
        """What a key or method gives; None when no value of this shape has it."""
        if self.open or self == Shape():  # of an empty list nothing is known either
            return ANY
        if name in self.keys:
            return self.keys[name]
        kinds = [str] * self.plain + [list] * (self.item is not None) + [dict] * bool(self.keys)
        return ANY if any(hasattr(kind, name) for kind in kinds) else None

    def element(self) -> Shape:
        """What a loop over it gives."""
        if self.open:
            return ANY
        return union([*([self.item] if self.item else []), *([PLAIN] if self.plain or self.keys else [])])

    def names(self) -> list[str]:
        """The keys, for a suggestion."""
        return sorted(self.keys)


ANY = Shape(open=True)
PLAIN = Shape(plain=True)


def listed(item: Shape) -> Shape:
    """A list of it."""
    return Shape(item=item)


def union(shapes: Iterable[Shape]) -> Shape:
    """What may be any of these."""
    return reduce(_both, shapes, Shape())


def _both(a: Shape, b: Shape) -> Shape:
    if a == b or a.open:
        return a
    if b.open:
        return b
    keys = {name: union(s.keys[name] for s in (a, b) if name in s.keys) for name in {**a.keys, **b.keys}}
    items = [s.item for s in (a, b) if s.item is not None]
    return Shape(plain=a.plain or b.plain, keys=keys, item=union(items) if items else None)


def of(value: Any) -> Shape:
    """The shape of data. Keys with a dot in them are file names: such a record may have any key."""
    if isinstance(value, Mapping):
        if any("." in str(name) for name in value):
            return ANY
        return Shape(keys={str(name): of(each) for name, each in value.items()})
    if isinstance(value, list | tuple):
        return listed(union(map(of, value)))
    return PLAIN
