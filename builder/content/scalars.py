"""Scalars of a YAML text, character by character: where each one stands, and how a changed one is to be written.

What a value reads as and what was typed differ: quotation marks, escapes, folded lines, the indentation of a block. A
change of a few characters is made where they stand, so that the rest of a value stays as its editor typed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.content.values import Text, is_plain, quoted
from builder.content.yaml_text import Stretch

Spot = tuple[int, int]
"""Offsets of what a character was typed as: its first character, and after its last."""

_LONG_ESCAPES = {"x": 4, "u": 6, "U": 10}
_IN_DOUBLE = {"\\": "\\\\", '"': '\\"', "\t": "\\t"}


def spots(text: str, stretch: Stretch) -> tuple[Spot, ...] | None:
    """Where the characters of a scalar's value stand in ``text``; None where that cannot be told for certain."""
    found = list(_block(text, stretch) if stretch.style in ("|", ">") else _flow(text, stretch))
    if len(found) != len(stretch.value):
        return None
    for (start, stop), character in zip(found, stretch.value, strict=True):
        typed = text[start:stop]
        if typed[:1] not in (character, "\\") and character not in " \n":
            return None
    return tuple(found)


def _flow(text: str, stretch: Stretch) -> Iterator[Spot]:
    """Plain and quoted scalars: doubled quotation marks, escapes, line ends folded into spaces."""
    marks = 1 if stretch.style else 0
    position, end = stretch.start + marks, stretch.stop - marks
    while position < end:
        step = position + 1
        if text[position] in " \t\n":
            while step < end and text[step] in " \t\n":
                step += 1
            yield from _blanks(text, position, step)
        elif stretch.style == "'" and text[position] == "'":
            step = position + 2
            yield position, step
        elif stretch.style == '"' and text[position] == "\\":
            step = position + _LONG_ESCAPES.get(text[position + 1], 2)
            if text[position + 1] == "\n":  # the line goes on in the next
                while step < end and text[step] in " \t":
                    step += 1
            else:
                yield position, step
        else:
            yield position, step
        position = step


def _blanks(text: str, start: int, stop: int) -> Iterator[Spot]:
    breaks = text.count("\n", start, stop)
    if not breaks:
        yield from ((position, position + 1) for position in range(start, stop))
        return
    yield start, stop
    yield from ((stop, stop) for _ in range(breaks - 2))


def _block(text: str, stretch: Stretch) -> Iterator[Spot]:
    """Blocks: the indentation of each line is left out; ``>`` folds line ends."""
    position = text.find("\n", stretch.start, stretch.stop) + 1
    if not position:
        return
    indent = indentation(text, stretch)
    done = 0
    while position < stretch.stop and done < len(stretch.value):
        end = text.find("\n", position, stretch.stop)
        end = stretch.stop if end < 0 else end
        first = min(position + indent, end)
        for offset in range(first, end):
            yield offset, offset + 1
        done += end - first
        if done < len(stretch.value) and stretch.value[done] in " \n" and end < stretch.stop:
            yield end, _next_line(text, end, indent if stretch.value[done] == " " else 0)
            done += 1
        position = end + 1


def _next_line(text: str, end: int, indent: int) -> int:
    return min(end + 1 + indent, len(text))


def indentation(text: str, stretch: Stretch) -> int:
    """How many spaces stand before each line of a block."""
    lines = text[stretch.start : stretch.stop].split("\n")[1:]
    values = stretch.value.split("\n")
    for line in lines:
        if line.strip(" "):
            spaces = len(line) - len(line.lstrip(" "))
            lead = next((len(value) - len(value.lstrip(" ")) for value in values if value.strip(" ")), 0)
            return max(0, spaces - lead)
    return 0


def escaped(characters: str, style: str) -> str | None:
    """Characters as they are typed inside a scalar of this style; None where it cannot hold them."""
    if style == "'":
        return None if "\n" in characters else characters.replace("'", "''")
    if style == '"':
        return None if "\n" in characters else "".join(_IN_DOUBLE.get(c, c) for c in characters)
    return characters


def written(value: str, style: str, flow: bool) -> str:
    """A value of one line as it is typed: in the style that it had, in quotation marks where it needs them."""
    if style in ("'", '"'):
        return f"{style}{escaped(value, style)}{style}"
    if stands_plain(value, flow):
        return value
    return quoted(Text(value, (1,) * len(value))).text


def stands_plain(value: str, flow: bool) -> bool:
    """Whether a value may stand without quotation marks on one line."""
    return value != "" and "\n" not in value and "\t" not in value and is_plain(value, flow)


def row(values: Sequence[str], mark: str = "") -> str:
    """A list in brackets; ``mark`` are the quotation marks that all its members had."""
    return "[" + ", ".join(written(value, mark, True) for value in values) + "]"
