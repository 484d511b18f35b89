"""What makes an RTF file harmful: objects, templates, documents and fields that fetch something, however they are written.

One walk over the file in RTF's own tokens (control words, groups, escaped characters, raw bytes), so that what a reader
skips does not hide what it reads.
"""

from __future__ import annotations

import re

from builder.errors import Fault, Place
from builder.guard import fields

MAX_DEPTH = 256
_DANGER = "不要打开这个文件；向报送单位核实后请其重新报送"
_TOKEN = re.compile(rb"\\([A-Za-z]+)(-?[0-9]{1,9})? ?|\\'([0-9A-Fa-f]{2})|\\(.)|([{}])|[^\\{}]+", re.DOTALL)
_WORDS = {
    **dict.fromkeys(
        ("object", "objdata", "objemb", "objlink", "objautlink", "objsub", "objpub", "objicemb", "objocx", "objhtml"),
        ("guard-embedded", "有嵌入或链接的对象（OLE）"),
    ),
    "template": ("guard-external", "引用了文件以外的模板"),
    **dict.fromkeys(("subdocument", "filetbl"), ("guard-chunk", "引入了子文档")),
}
_LONGEST = 4_000  # characters of an instruction that are looked at


def judge(data: bytes, name: str) -> tuple[Fault, ...]:
    """Every reason not to read an RTF file, each once."""
    walker = _Walker(name)
    position = 0
    while len(walker.groups) <= MAX_DEPTH and (match := _TOKEN.match(data, position)) is not None:
        position = match.end() + walker.take(match)
    walker.end()
    return tuple(dict.fromkeys(walker.faults))


class _Group:
    """A group that is open: what it inherits, and the instruction of a field where it is one."""

    def __init__(self, outer: _Group | None) -> None:
        self.silent: bool = outer is not None and outer.silent  # in a destination that no reader shows
        self.fallback: int = (
            outer.fallback if outer is not None else 1
        )  # characters after \u for readers without Unicode
        self.starred = False  # \* has just been read
        self.instruction: list[str] | None = None


class _Walker:
    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.groups = [_Group(None)]
        self.skip = 0
        self.lead = False  # the byte before was the first of two

    def take(self, token: re.Match[bytes]) -> int:
        """One token; returns how many raw bytes follow it."""
        word, number, code, sign, brace = token.groups()
        group = self.groups[-1]
        if word is not None:
            return self.word(group, word.decode().lower(), int(number or 0), number is not None)
        if brace == b"{":
            self.groups.append(_Group(group))
            if len(self.groups) > MAX_DEPTH:
                self.fault("guard-depth", f"括号嵌套超过 {MAX_DEPTH} 层")
        elif brace is not None and len(self.groups) > 1:
            self.close(self.groups.pop())
        elif code is not None:
            self.byte(int(code, 16))
        elif sign is not None:
            group.starred = sign == b"*"
            self.text("" if sign in b"*\r\n" else sign.decode("latin-1"))
        elif brace is None:
            plain = token[0].decode("latin-1").translate({10: None, 13: None})
            shown, self.skip, self.lead = plain[self.skip :], max(0, self.skip - len(plain)), False
            self.text(shown)
        return 0

    def word(self, group: _Group, word: str, number: int, given: bool) -> int:
        starred, group.starred, self.lead = group.starred, False, False
        if word in _WORDS:
            self.fault(*_WORDS[word])
        if word == "fldinst":
            group.instruction, group.silent = group.instruction or [], False
        elif starred:
            group.silent = True
        elif word == "uc":
            group.fallback = max(0, number)
        elif word == "u":
            self.text(chr(number % 0x10000))
            self.skip = group.fallback
        return max(0, number) if word == "bin" and given else 0

    def byte(self, value: int) -> None:
        """An escaped byte: the second of a Chinese character is no letter, whatever its value."""
        letter = not self.lead and value < 0x80
        self.lead = not self.lead and value >= 0x80
        if self.skip:
            self.skip -= 1
        else:
            self.text(chr(value) if letter else "\ufffd")

    def text(self, text: str) -> None:
        """Text belongs to the innermost instruction that is open."""
        if self.groups[-1].silent or not text:
            return
        for group in reversed(self.groups):
            if group.instruction is not None:
                group.instruction.append(text[:_LONGEST])
                return

    def close(self, group: _Group) -> None:
        instruction = "".join(group.instruction or ())[:_LONGEST]
        if fields.fetches(instruction):
            self.fault("guard-field", f"有引入外部内容的域“{' '.join(instruction.split())[:80]}”")

    def end(self) -> None:
        """What was never closed is judged as far as it goes."""
        for group in self.groups:
            self.close(group)

    def fault(self, code: str, message: str) -> None:
        self.faults.append(Fault(code, "error", Place(self.name), message, _DANGER))
