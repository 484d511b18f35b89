"""Ends of paragraphs that may not come or go, because nothing follows with which their paragraph could be joined.

Such a wall is a table, the end of a story, and a paragraph that holds a text box: LibreOffice would take the box along with the
text before it. Where paragraphs came or went right before a wall, their marks move up by one paragraph, as when somebody types
at the end of the paragraph above; or the last that went and the first that came share one paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING

from builder.guard import Element
from builder.redline.marks.names import W, child, first, made
from builder.redline.marks.streams import BOX

if TYPE_CHECKING:
    from builder.redline.marks.ink import Ink, State

_NOT_OWN = ("rPr", "sectPr", "pPrChange")


def settled(blocks: Sequence[Element], ink: Ink) -> list[Element]:
    """The blocks of a whole story with the marks before each wall set right."""
    found = list(blocks)
    gone: set[Element] = set()
    for at in range(len(found) + 1):
        if at == len(found) or found[at].tag == f"{W}tbl" or next(found[at].iter(BOX), None) is not None:
            _before(found, at, ink, gone)
    return [block for block in found if block not in gone]


def _before(blocks: Sequence[Element], at: int, ink: Ink, gone: set[Element]) -> None:
    """Set right what stands before the wall at ``at``; paragraphs that were joined to another one are told in ``gone``."""
    state = _state(blocks[at - 1]) if at else ""
    if not state:
        return
    start = at
    while start and _state(blocks[start - 1]) == state:
        start -= 1
    above = blocks[start - 1] if start else None
    table = at < len(blocks) and blocks[at].tag == f"{W}tbl"
    if above is not None and _state(above) == "del":
        if table:  # better an empty paragraph in LibreOffice than a text that is struck out in the look of another one
            return
        _shared(above, blocks[start], blocks[at - 1], ink)
        gone.add(above)
    elif above is not None and above.tag == f"{W}p" and above.find(f"{W}pPr/{W}sectPr") is None:
        _moved_up(above, blocks[at - 1], state, ink)
    elif not table:
        ink.unmark_end(
            blocks[at - 1]
        )  # an empty paragraph may be left; an end that is no end, or a lost box, would be worse


def _shared(went: Element, came: Element, last: Element, ink: Ink) -> None:
    """The last paragraph that went stands at the head of the first that came; the end of the last that came is its end, too."""
    place = 0 if child(came, "pPr") is None else 1
    for offset, element in enumerate(e for e in list(went) if e.tag != f"{W}pPr"):
        came.insert(place + offset, element)
    ink.unmark_end(last)
    _formerly(last, went, ink)


def _moved_up(above: Element, last: Element, state: State, ink: Ink) -> None:
    """The end of the paragraph above came or went, and the last end stayed."""
    ink.unmark_end(last)
    if state == "ins":
        _formerly(last, above, ink)
    else:
        former = deepcopy(last)
        old = child(last, "pPr")
        if old is not None:
            last.remove(old)
        kept = child(above, "pPr")
        if kept is not None:
            last.insert(0, deepcopy(kept))
        _formerly(last, former, ink)
    ink.end(above, state)


def _formerly(paragraph: Element, other: Element, ink: Ink) -> None:
    """Tell that a paragraph had the properties of another one before."""
    old = made("pPr")
    properties = child(other, "pPr")
    old.extend(deepcopy(e) for e in (() if properties is None else properties) if e.tag not in _LEFT)
    own = first(paragraph, "pPr")
    if _told(old) == _told(own):
        return
    change = ink.mark("pPrChange")
    change.append(old)
    own.append(change)


_LEFT = tuple(f"{W}{name}" for name in _NOT_OWN)


def _told(properties: Element) -> list[tuple[str, dict[str, str]]]:
    return [
        (str(e.tag), {str(key): str(value) for key, value in e.attrib.items()})
        for e in properties
        if e.tag not in _LEFT
    ]


def _state(block: Element) -> State:
    if block.tag != f"{W}p":
        return ""
    if block.find(f"{W}pPr/{W}rPr/{W}ins") is not None:
        return "ins"
    return "del" if block.find(f"{W}pPr/{W}rPr/{W}del") is not None else ""
