"""YAML as text with places: the only door to PyYAML.

PyYAML's own constructors turn ``00012``, ``no``, ``1.10`` and ``12:30`` into other values, so only its *events* are
used: every scalar stays what was typed. What an office never needs and an attacker does (anchors, aliases, merge keys,
tags, directives, deep nesting) is refused by name and place. Work is linear in the text: aliases are never expanded,
and composing stops at the twenty-first level.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import yaml

from builder.content import hygiene, yaml_problems
from builder.errors import Fault, Place

MAX_BYTES = 1 << 20
MAX_DEPTH = 20

Locate = Callable[[int, int], Place]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as typed. ``start`` is (line, column) of the content's first character, before any relocation.

    ``refused`` is true for a value that was already reported (an alias), so that nothing more is said about it.
    """

    text: str
    place: Place
    start: tuple[int, int]
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order typed; no key occurs twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place


Node = Scalar | Sequence | Mapping


def parse(
    text: str, file: str, first_line: int = 1, *, locate: Locate | None = None, limit: int = MAX_BYTES
) -> tuple[Node | None, list[Fault]]:
    r"""Composes the one document in ``text``.

    Args:
        text: the YAML, line ends as ``\n`` or ``\r\n``.
        file: path for the places.
        first_line: the line of ``file`` on which ``text`` begins (front matter begins on line 2).
        locate: turns (line, column) of the text into a place of the file as typed; the identity when absent.
        limit: size in bytes of UTF-8 above which the text is refused unread.

    Returns:
        The node and all faults. The node is None for an empty text and where reading could not go on (syntax error,
        second document, too deep, too long).
    """
    at = locate or (lambda line, column: Place(file, line, column))
    if len(text) > limit or len(text.encode("utf-8", "replace")) > limit:
        return None, [too_long(file, limit)]
    composer = _Composer(text, first_line, at)
    try:
        return composer.document(), composer.faults
    except _Stop as stop:
        return None, [*composer.faults, stop.fault]
    except yaml.YAMLError as error:
        found = [fault for fault in composer.faults if fault.severity == "error"]  # warnings would be about the wreck
        return None, [*found, yaml_problems.explain(error, text, lambda n, c: at(n + first_line, c))]
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start)
        column = error.start - text.rfind("\n", 0, error.start)
        message = "有孤立的代理字符（残缺的字符编码），无法读取"
        fault = Fault("text-surrogate", "error", at(line + first_line, column), message, "删去该字符，重新输入")
        return None, [*composer.faults, fault]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a scalar, or a list, stands in a text: offsets (from 0) of its first character and after its last.

    ``style`` is that of a scalar: "" plain, quotes, ``|``, ``>``; "[" a list in brackets, "-" one of dashes. ``flow``: it
    stands inside brackets. ``value`` is what a scalar reads as. ``members`` are those of a list, by their first offsets.
    """

    start: int
    stop: int
    style: str
    flow: bool
    value: str = ""
    members: tuple[Stretch, ...] = ()


def stretches(text: str) -> tuple[Stretch, ...]:
    """All scalars and lists of a text that ``parse`` reads, in the order in which they begin; none for any other text."""
    found: list[Stretch | None] = []
    outer: list[tuple[Any, int, list[Stretch]]] = []
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                outer.append((event, len(found), []))
                found.append(None)
            elif isinstance(event, yaml.ScalarEvent):
                inside = any(start.flow_style for start, _, _ in outer)
                found.append(one := _scalar_stretch(event, inside))
                if outer:
                    outer[-1][2].append(one)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                start, position, members = outer.pop()
                inside = any(each.flow_style for each, _, _ in outer)
                style = ("[" if start.flow_style else "-") if isinstance(start, yaml.SequenceStartEvent) else "{"
                stop = _index(event.end_mark) if start.flow_style else (members[-1].stop if members else 0)
                one = Stretch(start.start_mark.index, stop, style, inside, members=tuple(members))
                found[position] = one
                if outer:
                    outer[-1][2].append(one)
    except yaml.YAMLError:
        return ()
    return tuple(each for each in found if each is not None)


def _index(mark: Any) -> int:
    return int(mark.index)


def _scalar_stretch(event: Any, flow: bool) -> Stretch:
    return Stretch(event.start_mark.index, event.end_mark.index, event.style or "", flow, event.value)


def too_long(file: str, limit: int = MAX_BYTES) -> Fault:
    """The fault for a text above the size limit."""
    return Fault(
        "text-too-long",
        "error",
        Place(file),
        f"文件过大，超过 {limit // (1 << 20)} MB 的上限",
        "一个文件只放一条内容；图片单独存成文件，不要贴进正文",
    )


def plain(node: Node) -> Any:
    """The node as dicts, lists and strings."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.pairs}


class _Stop(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


_TIGHT_COMMENT = re.compile(r"[ \t]+(#[^\s#].*)|[ \t](#.+)")  # what is meant for a comment has two spaces and "# "
_WIDE_SPACE = re.compile(r"[^\x00-\x7f] +[^\x00-\x7f]")
_LOADER: Any = getattr(yaml, "CLoader", yaml.SafeLoader)  # events only: no constructor of the loader ever runs


class _Composer:
    """Builds nodes from events. Recursion is bounded by MAX_DEPTH."""

    def __init__(self, text: str, first_line: int, locate: Locate) -> None:
        self.lines = text.split("\n")
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.first_line, self.locate = first_line, locate
        self.faults: list[Fault] = []

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise _Stop(
                        self.fault(
                            "yaml-document",
                            event,
                            "一个文件里有第二份文档（多了一行 ---）",
                            "一个文件只写一条；删去多余的 ---，或另存一个文件",
                        )
                    )
                if event.version or event.tags:
                    self.refuse("yaml-directive", event, "不能使用 % 开头的 YAML 指令行", "删去以 % 开头的行")
                node = self.node(next(self.events), 0)
        if isinstance(node, Scalar) and not node.refused:
            return self.lone(node)
        return node

    def lone(self, node: Scalar) -> Scalar | None:
        """A document that is one scalar: an empty file, or keys typed with full-width colons throughout."""
        line = node.start[0] - self.first_line
        if node.text and (advice := yaml_problems.colon_advice(self.lines, line)):
            place = self.locate(advice[0] + self.first_line, advice[1])
            raise _Stop(Fault("yaml-syntax", "error", place, *advice[2:]))
        return node if node.text else None

    def node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            self.refuse(
                "yaml-alias",
                event,
                f"不能使用别名（*{event.anchor}）",
                "要写的就是星号开头的文字时，请给整个值加引号；否则把内容再写一遍",
            )
            return self.scalar(event, "", refused=True)
        if event.anchor is not None:
            self.refuse(
                "yaml-anchor",
                event,
                f"不能使用锚点（&{event.anchor}）",
                "要写的就是 & 开头的文字时，请给整个值加引号；否则删去锚点",
            )
        if event.tag is not None:
            self.refuse(
                "yaml-tag",
                event,
                f"不能使用类型标记（{event.tag[:40]}）",
                "要写的就是叹号开头的文字时，请给整个值加引号；否则删去标记",
            )
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, event.value, refused=event.tag is not None)
        if depth >= MAX_DEPTH:
            raise _Stop(
                self.fault(
                    "yaml-depth",
                    event,
                    f"嵌套超过 {MAX_DEPTH} 层",
                    "检查括号和缩进；要写的是括号文字时，请给整个值加引号",
                )
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, depth)
        return self.mapping(event, depth)

    def sequence(self, start: Any, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Sequence(tuple(items), self.place(start))

    def mapping(self, start: Any, depth: int) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self.refuse("yaml-key", event, "键只能是文字", '值以 { 或 [ 开头时，请给整个值加引号，如 "{ … }"')
            elif key.text == "<<":
                self.refuse("yaml-merge", event, "不能使用合并键（<<）", "把要合并的各项逐一写出")
            elif key.text in pairs:
                first = pairs[key.text][0].place
                self.refuse(
                    "yaml-duplicate",
                    event,
                    f"“{key.text}”写了两次：第{first.line}行和第{key.place.line}行",
                    "删去其中一处",
                )
            elif not key.refused:
                pairs[key.text] = (key, value)
        return Mapping(tuple(pairs.values()), self.place(start))

    def scalar(self, event: Any, text: str, refused: bool = False) -> Scalar:
        line, column = self.content_start(event, text)
        if getattr(event, "style", None) == '"' and hygiene.suspicious(text):  # characters written as escapes
            cleaned = hygiene.scrub(text, "")
            self.faults += [replace(fault, place=self.place(event)) for fault in cleaned.faults]
            text = cleaned.text
        if event_text := getattr(event, "value", ""):
            self.warn(event, event_text)
        return Scalar(text, self.place(event), (line + self.first_line, column), refused)

    def warn(self, event: Any, text: str) -> None:
        """What YAML does with good right and an editor does not expect: a comment in a text, a space at a fold."""
        end = event.end_mark
        rest = self.lines[end.line][end.column :] if end.line < len(self.lines) and not event.style else ""
        if match := _TIGHT_COMMENT.match(rest):
            comment = match[1] or match[2]
            place = self.locate(end.line + self.first_line, end.column + rest.index("#") + 1)
            message = f"“{comment[:20]}”被当作注释，不会印出"
            self.faults.append(Fault("yaml-comment", "warning", place, message, "要印出时，给整个值加引号"))
        folded = event.style != "|" and end.line > event.start_mark.line
        if folded and _WIDE_SPACE.search(text):
            message = "这个值分成几行写，行与行之间会印出空格"
            hint = "写成一行；要分段时，键后写 |，各段另起一行"
            self.faults.append(Fault("yaml-fold", "warning", self.place(event), message, hint))

    def content_start(self, event: Any, text: str) -> tuple[int, int]:
        """(line from 0, column from 1) of the first character of the content, the marks being those of libyaml."""
        mark, style = event.start_mark, getattr(event, "style", None)
        if style not in ("|", ">"):
            return mark.line, mark.column + (2 if style in ("'", '"') else 1)
        for offset, line in enumerate(text.split("\n")):
            number = mark.line + 1 + offset
            if line.strip() and number < len(self.lines):
                source = self.lines[number]
                return mark.line + 1, max(1, len(source) - len(source.lstrip(" ")) - _leading(line) + 1)
        return mark.line + 1, 1

    def place(self, event: Any) -> Place:
        return self.locate(event.start_mark.line + self.first_line, event.start_mark.column + 1)

    def fault(self, code: str, event: Any, message: str, hint: str) -> Fault:
        return Fault(code, "error", self.place(event), message, hint)

    def refuse(self, code: str, event: Any, message: str, hint: str) -> None:
        self.faults.append(self.fault(code, event, message, hint))


def _leading(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
