"""Lines as an editor on a Chinese keyboard types them, made strict YAML line by line.

One mechanism serves three ends: items are read through it (each slip a note), strict files are answered with the
corrected line, and ``check --fix`` writes what it gives. Every line stays one line, and every character of a tidied line
knows the column it was typed in, so that all messages point into the file as the editor sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from builder.content.levels import Key, Levels, is_text_list, key_of, width
from builder.content.shapes import Shape
from builder.content.values import (
    BLANKS,
    Text,
    bracketed,
    closed_quote,
    is_plain,
    listed,
    made,
    names,
    quoted,
    typed,
)
from builder.errors import Place
from builder.model.fields import full_day

Locate = Callable[[int, int], Place]
Kind = Literal["colon", "space", "key", "indent", "literal", "list", "comment", "day"]

# A line at the margin as most are: a key, one word of text, perhaps a comment. It needs no closer look.
_SOUND = re.compile(r"([^\s:：#'\"\[\]{}-]+):(?: ([^\s?:,\[［\]{}#&*!|>'\"%@`-][^\s:#]*))?(?: {2,}# .*)?")
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLOCK = re.compile(r"[|>][0-9+-]{0,2}[ \t]*(?:[ \t]#.*)?")
_COMMENT = re.compile(r"(?<![ \t])[ \t]{2,}#+(?:[ \t]|$)")  # looked for only where blanks begin: they may be many
_TIGHT = re.compile(r"[ \t]#")
_MEMBER = re.compile(r"[-－][ \t\u3000]+(?=\S)")  # the mark of a list's member, typed on the key's own line


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that strict YAML would not take, or would take for something else. ``line`` counts from 1.

    ``subject`` is the key; ``reading`` what the value was read as.
    """

    kind: Kind
    line: int
    column: int
    subject: str
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Tidied:
    """The tidied lines. ``columns`` holds, for lines that changed, the typed column of each character and of the end.

    ``suggested`` are the corrected lines by number, those among them that were not applied (see ``tidy``).
    """

    lines: tuple[str, ...]
    slips: tuple[Slip, ...] = ()
    columns: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    suggested: Mapping[int, str] = field(default_factory=dict)

    def locate(self, outer: Locate) -> Locate:
        """Places of the tidied text by way of ``outer``, which gives those of the text that was tidied."""
        if not self.columns:
            return outer

        def at(line: int, column: int) -> Place:
            typed_columns = self.columns.get(line)
            return outer(line, typed_columns[min(column, len(typed_columns)) - 1] if typed_columns else column)

        return at


def tidy(lines: Sequence[str], model: type[BaseModel], first_line: int = 1, strict: bool = False) -> Tidied:
    """Tidies the lines of a mapping of ``model``, the first of which is ``first_line``.

    Not ``strict`` (items): a value of text type is what stands behind the colon, to the end of the line or to a comment
    after two spaces. ``strict``: a lone ` #` is a comment, as YAML has it; the line is suggested with quotes but left.
    Lines that YAML reads as meant are left byte for byte.
    """
    worker = _Tidier(model, strict)
    out: list[str] = []
    for offset, line in enumerate(lines):
        following = lines[offset + 1] if offset + 1 < len(lines) else ""
        out.append(worker.line(first_line + offset, line, following))
    return Tidied(tuple(out), tuple(worker.slips), worker.columns, worker.suggested)


class _Tidier:
    """Walks the lines, keeping the mappings they stand in."""

    def __init__(self, model: type[BaseModel], strict: bool) -> None:
        self.strict = strict
        self.levels = Levels(model, strict)
        self.block: int | None = None  # column of the key whose block of text is under way
        self.slips: list[Slip] = []
        self.columns: dict[int, tuple[int, ...]] = {}
        self.suggested: dict[int, str] = {}
        self.found: list[Slip] = []
        self.number = 0

    def line(self, number: int, line: str, following: str) -> str:
        """The tidied line; its slips are noted."""
        self.number, self.found = number, []
        if self.is_sound(line) or self.in_block(line):
            return line
        stripped = line.lstrip(BLANKS)
        if not stripped or stripped[0] in "#\"'{[":
            return line
        out = self.member(line) or self.pair(line, following)
        return line if out is None else self.settle(line, out)

    def is_sound(self, line: str) -> bool:
        """Whether a line is plainly as it should be; the mapping at the margin goes on with it."""
        match = _SOUND.fullmatch(line)
        shape = self.levels.at_margin(match[1]) if match else None
        if match is None or shape is None:
            return False
        if match[2] and shape.base in (date, datetime) and not _ISO.fullmatch(match[2]):
            return False
        self.block = None
        self.levels.leave(shape)
        return True

    def settle(self, line: str, out: Text) -> str:
        """Notes what was found in the line, and keeps or leaves the change."""
        self.slips += self.found
        if not self.found:
            return line
        self.suggested[self.number] = out.text
        if self.strict and {slip.kind for slip in self.found} == {"comment"}:
            return line
        self.columns[self.number] = (*out.columns, len(line) + 1)
        return out.text

    def slip(self, kind: Kind, column: int, subject: str, reading: str = "") -> None:
        self.found.append(Slip(kind, self.number, column, subject, reading))

    def in_block(self, line: str) -> bool:
        """Whether the line belongs to the block of text (``|``) under way."""
        if self.block is None:
            return False
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or indent > self.block:
            return True
        self.block = None
        return False

    def member(self, line: str) -> Text | None:
        """A line ``- …`` of a list of texts; None when it is none."""
        lead = line[: len(line) - len(line.lstrip(BLANKS))]
        body = line[len(lead) :]
        if body[:1] != "-" or body[1:2] not in tuple(BLANKS):
            return None
        column = self.levels.members(width(lead))
        if column is None:
            return None
        start = len(line) - len(body[1:].lstrip(BLANKS))
        wide = lead.strip(" ") != ""
        indent = self.indentation(lead, column + 2 if wide else len(lead), "")
        tail = typed(line, start)
        value, comment = (tail, Text("", ())) if tail.text and _is_quoted(tail.text) else self.divided(tail)
        return indent + typed(line[: len(lead) + 1], len(lead)) + made(" ", start) + self.text(value, "") + comment

    def pair(self, line: str, following: str) -> Text | None:
        """A line ``key: value``; None when it is none, or none of a known mapping."""
        key = key_of(line)
        found = self.levels.place(key) if key else None
        if key is None or found is None:
            return None
        column, shape = found
        out = self.head(line, key, column)
        rest = typed(line, key.colon + 1)
        start = _start(rest)
        gap, tail = rest.part(0, start), rest.part(start, len(rest.text))
        sound = line[key.colon] == ":" and rest.text[:1] in (" ", "\t", "")
        if not tail.text and sound:
            return out + rest
        if gap.text.strip(" \t"):
            self.slip("key", key.colon + 1, key.name)
        if gap.text.strip(" \t") or not sound:
            gap = made(" ", key.colon + 1)
        if not tail.text:
            return out
        if _BLOCK.fullmatch(tail.text.rstrip(BLANKS)):
            self.block = column
            return out + gap + tail
        comment = tail.text.startswith("# ")
        return out + gap + (tail if comment else self.value(tail, shape, key.name, following))

    def value(self, tail: Text, shape: Shape | None, name: str, following: str) -> Text:
        """What stands behind the colon and its blanks."""
        first = tail.text[0]
        texts = shape is None or shape.kind in ("scalar", "enum") or is_text_list(shape)
        if (
            not texts
            or (shape is None and _is_flow(tail.text))
            or _goes_on(tail.text, following)
            or _is_quoted(tail.text)
        ):
            return tail
        if self.strict and first in "\"'" and not closed_quote(tail.text):
            return tail  # the quotes were meant, and one is missing
        value, comment = self.divided(tail)
        if shape is not None and shape.kind == "list" and first in "[［":
            return self.list(value, name) + comment
        if shape is not None and shape.kind == "list" and (mark := _MEMBER.match(value.text)):
            value = value.part(mark.end(), len(value.text))
            self.slip("list", value.columns[0], name, value.text)
        if shape is not None and shape.base in (date, datetime) and (day := full_day(value.text)):
            return self.day(value, day.isoformat(), name) + comment
        return self.text(value, name) + comment

    def list(self, value: Text, name: str) -> Text:
        """A value that begins with a bracket, of a key that takes several."""
        if not bracketed(value.text):
            closed = "]" in value.text or "］" in value.text  # [2024]5号 is text; a list left open is told by YAML
            return self.text(value, name) if closed else value
        out = listed(value)
        if out.text != value.text:
            self.slip("list", value.columns[0], name, "、".join(names(value)))
        return out

    def day(self, value: Text, day: str, name: str) -> Text:
        if day == value.text:
            return value
        self.slip("day", value.columns[0], name, day)
        return made(day, value.columns[0])

    def text(self, value: Text, name: str) -> Text:
        """The value taken literally."""
        if not value.text or is_plain(value.text):
            return value
        if _is_quoted(value.text):
            return value
        tight = self.strict and (match := _TIGHT.search(value.text)) is not None
        if tight and match and (match.start() == 0 or is_plain(value.text[: match.start()].rstrip())):
            self.slip("comment", value.columns[match.start() + 1], name, value.text)
        else:
            self.slip("literal", value.columns[0], name, value.text)
        return quoted(value)

    def divided(self, value: Text) -> tuple[Text, Text]:
        """A value, stripped, and its comment with the spaces before it: a comment begins with two spaces, ``#``, space."""
        match = _COMMENT.search(value.text)
        end = match.start() if match else len(value.text)
        head = value.part(0, end)
        return head.strip(), (value.part(end, len(value.text)) if match else Text("", ()))

    def head(self, line: str, key: Key, column: int) -> Text:
        """Indentation, dashes, key and colon."""
        start = len(key.lead)
        out = self.indentation(key.lead, column - len(key.dashes), key.name)
        out += typed(line[: start + len(key.dashes)], start)
        start += len(key.dashes)
        rest = line[key.colon + 1 :]
        if key.typed.rstrip(" ") != key.name:
            self.slip("key", start + 1, key.name)
        if line[key.colon] == "：":
            self.slip("colon", key.colon + 1, key.name)
        elif rest and rest[0] not in BLANKS:
            self.slip("space", key.colon + 1, key.name)
        kept = [(c, start + n + 1) for n, c in enumerate(key.typed) if c not in BLANKS]
        if key.typed.rstrip(" ") == key.name and line[key.colon] == ":":  # spaces before the colon are YAML's affair
            kept = [(c, start + n + 1) for n, c in enumerate(key.typed)]
        return out + Text("".join(c for c, _ in kept), tuple(n for _, n in kept)) + made(":", key.colon + 1)

    def indentation(self, lead: str, width: int, subject: str) -> Text:
        """``width`` spaces in place of what was typed; a slip when that was something else."""
        if lead == " " * max(0, width):
            return typed(lead)
        self.slip("indent", 1, subject)
        return made(" " * max(0, width), 1)


def _is_flow(text: str) -> bool:
    """Whether a text looks like a whole list or mapping in brackets."""
    return (text[0], text.rstrip()[-1]) in (("[", "]"), ("{", "}"))


def _goes_on(text: str, following: str) -> bool:
    """Whether a quoted scalar or a list that does not end in its line goes on in the next."""
    if text[0] not in "\"'[" or not following.startswith((" ", "\t", "]")) or not following.strip():
        return False
    return "]" not in text if text[0] == "[" else not closed_quote(text)


def _is_quoted(text: str) -> bool:
    """Whether the text is one quoted scalar, perhaps with a comment behind it."""
    if text[0] not in "\"'" or not (end := closed_quote(text)):
        return False
    tail = text[end:]
    return not tail.strip(" \t") or (tail[0] in " \t" and tail.lstrip(" \t").startswith("#"))


def _start(rest: Text) -> int:
    return len(rest.text) - len(rest.text.lstrip(BLANKS))
