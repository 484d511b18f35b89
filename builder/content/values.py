"""How a value must be typed in YAML: what may stand as it is, quotes where it may not, lists on one line.

``Text`` carries, beside its characters, the column of the source line that each one comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

BLANKS = " \t\u3000\u00a0"
_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`")  # what no plain scalar may begin with
_OPENING, _CLOSING, _COMMAS = "[［", "]］", ",，、"


@dataclass(frozen=True, slots=True)
class Text:
    """Characters and, for each, its column (from 1) in the line it was typed in."""

    text: str
    columns: tuple[int, ...]

    def __add__(self, other: Text) -> Text:
        return Text(self.text + other.text, self.columns + other.columns)

    def part(self, start: int, end: int) -> Text:
        """The characters from ``start`` to before ``end``."""
        return Text(self.text[start:end], self.columns[start:end])

    def strip(self) -> Text:
        """Without blanks at the ends; an empty one keeps nothing."""
        start = len(self.text) - len(self.text.lstrip(BLANKS))
        return self.part(start, max(start, len(self.text.rstrip(BLANKS))))


def typed(line: str, start: int = 0) -> Text:
    """The rest of a line from ``start`` (from 0)."""
    return Text(line[start:], tuple(range(start + 1, len(line) + 1)))


def made(text: str, column: int) -> Text:
    """Characters that were not typed; they count as standing at ``column``."""
    return Text(text, (column,) * len(text))


def joined(parts: Sequence[Text]) -> Text:
    """The parts one after the other: linear, however many they are."""
    return Text("".join(part.text for part in parts), tuple(chain.from_iterable(part.columns for part in parts)))


def is_plain(text: str, flow: bool = False) -> bool:
    """Whether YAML reads ``text`` (one line, not empty) as itself without quotes; ``flow``: inside ``[ ]``."""
    if text[0] in _FIRST and not (text[0] in "-?:" and len(text) > 1 and text[1] not in " \t" and not flow):
        return False
    if flow and any(c in ",[]{}:?" for c in text):
        return False
    return (
        text == text.strip(" \t")
        and not text.endswith(":")
        and all(mark not in text for mark in (": ", ":\t", " #", "\t#"))
    )


def quoted(value: Text) -> Text:
    """In double quotes; in single ones where the value holds double quotes or backslashes, which these leave alone."""
    single = '"' in value.text or "\\" in value.text
    mark = "'" if single else '"'
    first = value.columns[0] if value.columns else 1
    characters, columns = [mark], [first]
    for character, column in zip(value.text, value.columns, strict=True):
        characters.append("''" if single and character == "'" else character)
        columns += [column] * len(characters[-1])
    after = value.columns[-1] + 1 if value.columns else first
    return Text("".join(characters) + mark, (*columns, after))


def closed_quote(text: str, start: int = 0) -> int:
    """The position after the quoted scalar that begins at ``start``; 0 when it does not end in this text."""
    mark, position = text[start], start + 1
    while position < len(text):
        if text[position] == mark:
            if mark == '"' or text[position + 1 : position + 2] != "'":
                return position + 1
            position += 1
        elif mark == '"' and text[position] == "\\":
            position += 1
        position += 1
    return 0


def bracketed(text: str) -> bool:
    """Whether the whole text is one pair of (full-width or ordinary) square brackets."""
    if len(text) < 2 or text[0] not in _OPENING or text[-1] not in _CLOSING:
        return False
    depth = 0
    for position, character in enumerate(text):
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth == 0:
            return position == len(text) - 1
    return False


def listed(value: Text) -> Text:
    """A bracketed list as YAML has it, ``[甲, 乙]``; the value itself when YAML reads it so already."""
    inside = value.part(1, len(value.text) - 1)
    parts, commas = _parts(inside)
    sound = value.text[0] == "[" and value.text[-1] == "]" and set(commas) <= {","}
    if sound and all(_settled(part.text) for part in parts):
        return value
    if not parts[-1].text:
        parts.pop()
    out = [made("[", value.columns[0])]
    for number, part in enumerate(parts):
        if number:
            out.append(made(", ", part.columns[0] if part.columns else out[-1].columns[-1]))
        out.append(part if part.text and _settled(part.text) else quoted(part))
    return joined((*out, made("]", value.columns[-1])))


def names(value: Text) -> list[str]:
    """What a bracketed list holds, quotes taken off, for a message."""
    parts, _ = _parts(value.part(1, len(value.text) - 1))
    return [part.text.strip("\"'") for part in parts if part.text]


def _settled(text: str) -> bool:
    """Whether a member of a list stands in YAML as it is typed (an empty one: after the last comma)."""
    if not text:
        return True
    if text[0] in "\"'":
        return closed_quote(text) == len(text)
    return is_plain(text, flow=True)


def _parts(inside: Text) -> tuple[list[Text], str]:
    """The members, stripped, and the commas between them; a comma in quotes divides nothing."""
    parts: list[Text] = []
    commas: list[str] = []
    start = position = 0
    fresh = True
    while position < len(inside.text):
        character = inside.text[position]
        if fresh and character in "\"'" and (end := closed_quote(inside.text, position)):
            position, fresh = end, False
            continue
        if character in _COMMAS:
            parts.append(inside.part(start, position).strip())
            commas.append(character)
            start, fresh = position + 1, True
        elif character not in BLANKS:
            fresh = False
        position += 1
    return [*parts, inside.part(start, len(inside.text)).strip()], "".join(commas)
