"""YAML syntax errors in plain Chinese: what is wrong, where, and what to type instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from builder.errors import Fault, Place

_QUOTE = '给整个值加英文双引号，如 标题: "…"'

# (pattern over "context | problem" of libyaml and of PyYAML's own parser, message, hint); first match counts.
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"mapping values are not allowed",
        "这里不能再出现“: ”（半角冒号加空格）",
        "值里有半角冒号时请改用全角“：”或给整个值加引号；各行键名要左边对齐，且每行都有半角冒号",
    ),
    (r"could not find expected ':'", "这一行像是键，但缺少半角冒号", "写成“键: 值”，冒号用半角，后面空一格"),
    (r"cannot start any token", "值不能以这个字符开头", _QUOTE),
    (
        r"quoted scalar.*(unexpected end of stream|document separator)",
        "引号没有配对，缺少后一半",
        "在值的末尾补上同样的引号；正文里的引号请用“”",
    ),
    (
        r"unknown escape character|escape code|hexadecimal",
        "双引号里的反斜杠写法不对",
        "改用英文单引号，或把反斜杠写成两个",
    ),
    (
        r"block sequence entries|sequence entries are not allowed",
        "“- ”不能写在这里",
        "列表的每一条另起一行，行首写“- ”",
    ),
    (
        r"flow sequence",
        "方括号 [ ] 没有配对，或各项之间缺少逗号",
        "补上 ]；各项之间用半角逗号；要写的是括号文字时，给整个值加引号",
    ),
    (r"flow mapping", "花括号 { } 没有配对，或各项之间缺少逗号", "补上 }；要写的是括号文字时，给整个值加引号"),
    (r"block collection", "列表里混进了不是“- ”开头的行，或缩进不齐", "同一列表各行的“- ”左边对齐"),
    (
        r"block mapping",
        "这一行与上下行对不齐，或一个值写完后又多了文字",
        "同级的键左边对齐；值以引号开头时，引号后面不能再有文字，可给整个值换另一种引号",
    ),
    (r"scanning an anchor|expected alphabetic.*anchor", "值不能以 & 开头", _QUOTE),
    (r"scanning an alias", "值不能以 * 开头", _QUOTE),
    (r"scanning a tag|parsing a tag|tag handle", "值不能以 ! 开头（这是 YAML 的类型标记）", _QUOTE),
    (r"directive|expected '?<document start>", "不能使用 % 开头的行，也不能在正文前另起内容", "删去该行"),
    (r"block scalar", "“|”或“>”后面不能再写文字", "内容从下一行开始，向右缩进两格"),
    (r"\btab\b|'\\t'", "缩进里有制表符（Tab）", "缩进只用空格"),
    (r"node content", "这里缺少内容，或多了一个符号", _QUOTE),
    (r"unexpected end of stream", "文件没有写完", "检查最后几行的引号和括号"),
    (r"(control|special) characters are not allowed", "有不允许的控制字符", "删去该字符，重新输入"),
)


def explain(error: Any, text: str, locate: Callable[[int, int], Place]) -> Fault:
    """The fault for a PyYAML error. ``locate`` takes the line from 0 and the column from 1."""
    lines = text.split("\n")
    mark, begin = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if begin and "could not find expected ':'" in str(getattr(error, "problem", "")):
        mark = begin  # the line without a colon; the mark is at the line after it
    elif begin and (not mark or (mark.line, mark.column) >= (len(lines) - 1, len(lines[-1]))):
        mark = begin  # what was opened and never closed is told where it was opened, not at the end of the file
    line, column = (mark.line, mark.column + 1) if mark else _of_position(error, text)
    if line >= len(lines):  # libyaml counts a line after the last one, whether it is there or not
        line, column = len(lines) - 1, len(lines[-1]) + 1
    source = lines[line]
    message, hint = _words(error, source[column - 1 : column])
    if source[column - 1 : column] == "\t":
        message, hint = "缩进里有制表符（Tab）", "缩进只用空格"
    elif (advice := _advice(error, lines, line)) is not None:
        line, column, message, hint = advice
    return Fault("yaml-syntax", "error", locate(line, column), message, hint)


def _of_position(error: Any, text: str) -> tuple[int, int]:
    """Reader errors carry an offset instead of a mark."""
    position = getattr(error, "position", 0) or 0
    if isinstance(getattr(error, "character", None), int) and 0 <= error.character < 0x110000:
        position = max(0, text.find(chr(error.character)))
    return text.count("\n", 0, position), position - text.rfind("\n", 0, position)


def _words(error: Any, character: str) -> tuple[str, str]:
    described = f"{getattr(error, 'context', '')} | {getattr(error, 'problem', None) or error}"
    for pattern, message, hint in _KNOWN:
        if re.search(pattern, described):
            named = f"值不能以“{character}”开头" if "cannot start" in pattern and character.strip() else message
            return named, hint
    return "写法不合 YAML 规则，读不下去", "检查这一行及上一行的冒号、引号和缩进"


def _advice(error: Any, lines: list[str], line: int) -> tuple[int, int, str, str] | None:
    """Advice on colons, where the problem is about colons; a key that ran on shows only in the lines after it."""
    problem = str(getattr(error, "problem", ""))
    if "expected ':'" in problem or "mapping values" in problem:
        context = getattr(error, "context_mark", None)
        if context:
            return colon_advice(lines, context.line)
        return colon_advice(lines, line, line - 1) or _ran_on(lines, line - 1)
    return colon_advice(lines, line) if "expected key" in problem or "block end" in problem else None


def _ran_on(lines: list[str], number: int) -> tuple[int, int, str, str] | None:
    """A line at the margin with no colon at all, which YAML took for the beginning of the next line's key."""
    if number < 0 or not lines[number].strip() or lines[number][0] in " \t\u3000-#\"'" or ":" in lines[number]:
        return None
    return number, 1, "这一行像是键，但缺少半角冒号", "写成“键: 值”，冒号用半角，后面空一格"


_FULL_WIDTH = re.compile(r"\s*(?:- )?([^\s:：\"'#-][^\s:：]{0,11})：")
_NO_SPACE = re.compile(r"\s*(?:- )?([^\s:：\"'#-][^\s:：]{0,11}):(?=\S)")


def colon_advice(lines: list[str], *numbers: int) -> tuple[int, int, str, str] | None:
    """The commonest slip: ``标题：…`` with a full-width colon or ``标题:…`` without the space."""
    for number in numbers:
        if not 0 <= number < len(lines) or ": " in lines[number] or lines[number].endswith(":"):
            continue
        if match := _FULL_WIDTH.match(lines[number]):
            return number, match.end(), f"“{match[1]}”后面是全角冒号", f"改用半角冒号并空一格，写成“{match[1]}: …”"
        if match := _NO_SPACE.match(lines[number]):
            return number, match.end(), f"“{match[1]}”的冒号后面缺一个空格", f"冒号后空一格，写成“{match[1]}: …”"
    return None
