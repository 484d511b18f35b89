"""One finding as YAML text: keys in the order of the model, values so written that they read back as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

Plain = str | date | tuple[str, ...]
Tree = Mapping[str, Plain | Mapping[str, Plain]]

# A first character and an inside with which YAML reads a plain scalar as text; everything else is quoted.
_PLAIN = re.compile(r"[0-9A-Za-z\u3007\u3400-\u9fff\uf900-\ufaff（《“〔【—…＊①-⑳][^\n\r\t,\[\]{}#:\"'\\]*")


@dataclass(frozen=True, slots=True)
class Written:
    """A text and, for each of its lines, the key that it belongs to."""

    text: str
    keys: tuple[str, ...]


def finding(values: Tree) -> Written:
    """The text of a finding. A nested mapping becomes the one entry of a list (反馈, 延期)."""
    lines: list[str] = []
    keys: list[str] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines.append(f"{key}:")
            keys.append(key)
            for n, (name, inner) in enumerate(value.items()):
                found = list(_lines(name, inner, "  - " if n == 0 else "    "))
                lines += found
                keys += [f"{key}.{name}"] * len(found)
            continue
        found = list(_lines(key, value, ""))
        lines += found
        keys += [key] * len(found)
    return Written("\n".join(lines) + "\n", tuple(keys))


def _lines(key: str, value: Plain, indent: str) -> Iterator[str]:
    """``key: value``; a text of several lines as a block scalar."""
    inner = " " * (len(indent) + 2)
    if isinstance(value, tuple):
        yield f"{indent}{key}: [{', '.join(scalar(part) for part in value)}]"
    elif isinstance(value, date):
        yield f"{indent}{key}: {value.isoformat()}"
    elif "\n" in value and _blocks(value):
        yield f"{indent}{key}: |-"
        yield from (f"{inner}{line}" if line else "" for line in value.split("\n"))
    else:
        yield f"{indent}{key}: {scalar(value)}"


def _blocks(text: str) -> bool:
    """Whether a block scalar gives the text back: it begins with a letter, and nothing hangs at its end."""
    return text == text.strip() and "\r" not in text and "\t" not in text[:1]


def scalar(text: str) -> str:
    """A text on one line, quoted where plain YAML would read something else."""
    if _PLAIN.fullmatch(text) and text == text.strip() and "  " not in text:
        return text
    return json.dumps(text, ensure_ascii=False)
