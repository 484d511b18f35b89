"""One source file as typed, and what is typed over in it: every byte that no splice names stays as it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from builder.content.encoding import decode
from builder.errors import Place

_LINE = re.compile("\r\n|\r|\n")
_MARK = "\ufeff"
_CODECS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
BLANKS = " \t\u3000"


class Refused(Exception):
    """Why a change cannot be made in a file, and what its editor can do; both Chinese."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


@dataclass(frozen=True, slots=True)
class Splice:
    """Characters ``start`` to ``stop`` of a file's text (offsets from 0, the byte order mark not counted) become ``text``.

    ``rank`` orders what comes in at one place: below 0 before characters typed over there, above 0 after them.
    """

    file: str
    start: int
    stop: int
    text: str
    rank: int = 0


@dataclass(frozen=True)
class Paper:
    """The text of a file, line ends as typed, and how it was encoded (``mark``: with a byte order mark)."""

    file: str
    text: str
    codec: str
    mark: bool

    @classmethod
    def read(cls, data: bytes, file: str) -> Paper:
        """The file as typed.

        Raises:
            Refused: its bytes would not come back the same.
        """
        text, _ = decode(data, file)
        for codec in _CODECS if text is not None else ():
            found = _decoded(data, codec)
            if found is not None and found.removeprefix(_MARK) == text.removeprefix(_MARK):  # type: ignore[union-attr]
                return cls(file, found.removeprefix(_MARK), codec, found.startswith(_MARK))
        raise Refused("文件的编码不能照原样写回", "先运行 jianbao check --fix 改存为 UTF-8")

    def written(self, splices: Iterable[Splice]) -> bytes:
        """The bytes with all splices made.

        Raises:
            Refused: two of them overlap, or a character is not in the file's encoding.
        """
        parts: list[str] = [_MARK] if self.mark else []
        position = 0
        for splice in sorted(set(splices), key=lambda one: (one.start, one.stop, one.rank, one.text)):
            if splice.start < position:
                raise Refused("与另一处改动相叠", "先应用一处，再比对一次")
            parts += [self.text[position : splice.start], splice.text]
            position = splice.stop
        text = "".join([*parts, self.text[position:]])
        try:
            return text.encode(self.codec)
        except UnicodeEncodeError as error:
            raise Refused(f"有写不进文件的字符（U+{ord(text[error.start]):04X}）", "换一个字") from error

    @cached_property
    def lines(self) -> tuple[tuple[int, int], ...]:
        """Offsets of the first character of each line and of its line end (of the text's end for the last)."""
        found, start = [], 0
        for match in _LINE.finditer(self.text):
            found.append((start, match.start()))
            start = match.end()
        return (*found, (start, len(self.text)))

    @cached_property
    def line_end(self) -> str:
        """The line end that the file uses: its first; a plain one where it has none."""
        match = _LINE.search(self.text)
        return match[0] if match else "\n"

    def offset(self, place: Place) -> int:
        """The offset of a place; the end of its line where the column lies beyond.

        Raises:
            Refused: there is no such line.
        """
        if not 1 <= place.line <= len(self.lines):
            raise Refused("找不到这段文字在文件里的位置", "在文件里手工改")
        start, end = self.lines[place.line - 1]
        return min(start + max(0, place.column - 1), end)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.lines]

    def line_of(self, offset: int) -> int:
        """The line (from 1) on which an offset lies."""
        return bisect_right(self._starts, offset)

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line end."""
        start, end = self.lines[number - 1]
        return self.text[start:end]

    def is_blank(self, number: int) -> bool:
        """Whether a line (from 1) holds nothing but blanks."""
        return not self.line(number).strip(BLANKS)

    def next_start(self, number: int) -> int:
        """Where the line after ``number`` begins; the text's end after the last."""
        return self.lines[number][0] if number < len(self.lines) else len(self.text)


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    return text if text.encode(codec) == data else None


def leading(line: str) -> str:
    """The blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip(BLANKS))]


def together(spots: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Offsets of runs of characters that stand side by side."""
    runs: list[tuple[int, int]] = []
    for start, stop in spots:
        if runs and runs[-1][1] == start:
            runs[-1] = (runs[-1][0], stop)
        else:
            runs.append((start, stop))
    return runs
