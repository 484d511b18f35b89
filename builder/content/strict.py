"""Strict files (findings, issues, the office): each slip is answered with the corrected line, whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from builder.content.hygiene import Cleaned
from builder.content.tidy import Kind, Slip, Tidied
from builder.errors import Fault

_WORDS: dict[Kind, str] = {
    "colon": "“{}”后面是全角冒号",
    "space": "“{}”的冒号后面缺一个空格",
    "key": "“{}”前后有全角空格，或字间有空格",
    "indent": "行首的缩进用了全角空格或 Tab",
    "list": "列表用了全角的括号、逗号或顿号，或在键后打了短横，或有的词要加引号",
    "literal": "值里有 YAML 的符号，没有加引号",
}
VALUES = frozenset({"value-text", "value-list", "value-mapping"})  # what YAML reads as another kind of value


_CHINESE_LIST = re.compile(r"［|\[[^\[\]\n\"']*[、，]|:[ \t]+－[ \t\u3000]")


def is_wreck(faults: Sequence[Fault]) -> bool:
    """Whether YAML could not read a file, or not as its editor meant it."""
    return any(fault.severity == "error" and fault.code.startswith("yaml-") for fault in faults)


def is_doubtful(faults: Sequence[Fault], text: str) -> bool:
    """Whether a corrected line may answer one of the faults, or YAML may read ``［甲、乙］`` as one name."""
    return _CHINESE_LIST.search(text) is not None or any(
        fault.code.startswith("yaml-") or fault.code in VALUES for fault in faults
    )


def advised(faults: Sequence[Fault], tidied: Tidied, cleaned: Cleaned) -> list[Fault]:
    """The faults of a file that YAML can read, with the corrected line where there is one."""
    lines = _typed_lines(tidied, cleaned)
    return [
        replace(fault, hint=_hint(fault, _corrected(tidied, lines[fault.place.line])))
        if fault.place.line in lines and (fault.code.startswith("yaml-") or fault.code in VALUES)
        else fault
        for fault in faults
    ]


def misread_lists(tidied: Tidied, cleaned: Cleaned) -> list[Fault]:
    """A warning for each list in Chinese brackets, with Chinese commas or a full-width dash that YAML takes for one text."""
    return [
        Fault(
            "yaml-list",
            "warning",
            cleaned.locate(slip.line, slip.column),
            f"“{slip.subject}”的列表用了全角的括号、逗号、顿号或短横，连标点读成了一个词",
            _corrected(tidied, slip.line),
        )
        for slip in tidied.slips
        if slip.kind == "list"
    ]


def answers(faults: Sequence[Fault], tidied: Tidied, cleaned: Cleaned) -> list[Fault]:
    """One error for each line that had to be corrected before YAML could read the file.

    Faults of YAML at other lines are not among them: what is left of these shows in the corrected text.
    """
    by_line: dict[int, list[Slip]] = defaultdict(list)
    for slip in tidied.slips:
        if slip.kind in _WORDS and slip.line in tidied.columns:
            by_line[slip.line].append(slip)
    lines = _typed_lines(tidied, cleaned)
    named = {lines[f.place.line]: f for f in faults if f.code != "yaml-syntax" and f.place.line in lines}
    return [_answer(named.get(number), slips, number, tidied, cleaned) for number, slips in by_line.items()]


def _hint(fault: Fault, corrected: str) -> str:
    return f"要印出时{corrected}；是注释时，# 前空两格、后空一格" if fault.code == "yaml-comment" else corrected


def _answer(fault: Fault | None, slips: Sequence[Slip], number: int, tidied: Tidied, cleaned: Cleaned) -> Fault:
    """A fault with a name of its own (an alias, a tag) keeps it."""
    hint = _corrected(tidied, number)
    if fault is not None and fault.severity == "error":
        return replace(fault, hint=hint)
    message = "；".join(dict.fromkeys(_WORDS[slip.kind].format(slip.subject) for slip in slips))
    return Fault("yaml-syntax", "error", cleaned.locate(number, slips[0].column), message, hint)


def _typed_lines(tidied: Tidied, cleaned: Cleaned) -> Mapping[int, int]:
    """Line of the file as typed → line of the cleaned text, for lines with a suggestion."""
    return {cleaned.locate(number, 1).line: number for number in tidied.suggested}


def _corrected(tidied: Tidied, number: int) -> str:
    return f"改成：{tidied.suggested[number].rstrip()}"
