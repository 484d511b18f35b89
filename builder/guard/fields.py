"""Field codes of Word that fetch or start something: INCLUDETEXT, DDE and their like, however they are split."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builder.errors import Fault, Place
from builder.guard.xml import Element, attribute, local

FETCHING = frozenset(
    ("INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "DDE", "DDEAUTO", "LINK", "EMBED", "RD", "DATABASE")
)
_WORD = re.compile(r"[\s\"“”]*([A-Za-z]+)")
# Anywhere outside quotation marks: a word may be put together of pieces that one reader sees and another does not.
_ANYWHERE = re.compile(r"INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE\b|\bDDE", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"")
_LOOKED_AT = ("{*}fldSimple", "{*}fldChar", "{*}instrText", "{*}delInstrText", "{*}t")  # whatever their namespace
_DEPTH = 64  # so many enclosing fields take up what an inner one shows


def judge(root: Element, where: str) -> Iterator[Fault]:
    """A fault for each field of a part that would fetch something."""
    for instruction in instructions(root):
        if fetches(instruction):
            message = f"有引入外部内容的域“{' '.join(instruction.split())[:80]}”"
            hint = "在 Word 里选中全文，按 Ctrl+Shift+F9 把域转为普通文字，另存后重新报送"
            yield Fault("guard-field", "error", Place(where), message, hint)


def fetches(instruction: str) -> bool:
    """Whether a field with this instruction would fetch or start something."""
    first = _WORD.match(instruction)
    return (first is not None and first[1].upper() in FETCHING) or _ANYWHERE.search(
        _QUOTED.sub("", instruction)
    ) is not None


def instructions(root: Element) -> list[str]:
    """The instructions of all fields of a part, whole although Word splits them over runs.

    What a field inside an instruction shows belongs to that instruction, too.
    """
    found: list[str] = []
    fields: list[_Field] = []
    for element in root.iter(*_LOOKED_AT):
        name, text = local(element), element.text or ""
        if name == "fldSimple":
            found.append(attribute(element, "instr"))
        elif name == "fldChar":
            _mark(attribute(element, "fldCharType"), fields, found)
        elif name in ("instrText", "delInstrText"):
            (fields[-1].text if fields else found).append(text)
        elif name == "t":
            for field in fields[-_DEPTH:]:
                if not field.showing:
                    field.text.append(text)
    return found + ["".join(field.text) for field in fields]


class _Field:
    """A field that has begun: its instruction so far, and whether its result is being shown."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.showing = False


def _mark(sort: str, fields: list[_Field], found: list[str]) -> None:
    if sort == "begin":
        fields.append(_Field())
    elif sort == "separate" and fields:
        fields[-1].showing = True
    elif sort == "end" and fields:
        found.append("".join(fields.pop().text))
