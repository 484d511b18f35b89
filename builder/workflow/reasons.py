"""Why something was done to an issue, as it goes into the register."""

from __future__ import annotations

import unicodedata

from builder.errors import Fault, InvalidContent, Place

_HINT = "加 --理由 “……”，理由会记入登记簿。"


def stated(reason: str) -> str:
    """A reason that must be given, on one line.

    Raises:
        InvalidContent: it was not given, or has control characters or what is no text.
    """
    found = as_line(reason)
    if not found:
        raise InvalidContent("没有办理。", "", (Fault("reason-missing", "error", Place(""), "没有写理由。", _HINT),))
    return found


def as_line(reason: str) -> str:
    """A reason on one line: line ends and tabs that were pasted along are blanks. "" for none.

    Raises:
        InvalidContent: it has control characters, or bytes of the command line that are no text.
    """
    found = " ".join(reason.split())
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in found):
        fault = Fault("reason-text", "error", Place(""), "理由里有不是文字的字符。", "重新打一遍，不要粘贴。")
        raise InvalidContent("没有办理。", "", (fault,))
    return found
