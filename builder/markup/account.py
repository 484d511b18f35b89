"""The law "nothing is dropped in silence", checked: every source character is in a span or is named markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.errors import Fault, Place
from builder.model import Block, Paragraph, Span, Table

SPACE = " \t\u3000"  # indentation and the space between words: the only characters that may go unnamed


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters that do not print as text of a span: which ones, and what they are (``name``, e.g. "加粗")."""

    text: str
    name: str
    place: Place


def account(lines: Sequence[str], blocks: Sequence[Block], marks: Sequence[Mark], file: str = "") -> list[Fault]:
    """Aligns the blocks' text and the marks with the source's lines, from left to right. Linear in the source.

    Places are those of the body: line and column from 1.

    Returns:
        No fault when every character but white space is claimed exactly once, as typed and in order; otherwise one
        fault, at the first place where it is not so.
    """
    claims: list[list[tuple[int, str]]] = [[] for _ in lines]
    last = (0, 0)
    for span in _spans(blocks):
        here = (span.place.line, span.place.column)
        if here < last or not 1 <= here[0] <= len(lines):
            return [_fault(file, *here, "文字的次序与原文不一致")]
        last = here
        if span.text.strip(SPACE):
            claims[here[0] - 1].append((here[1], span.text))
    for mark in marks:
        claims[mark.place.line - 1].append((mark.place.column, mark.text))
    for number, (line, claimed) in enumerate(zip(lines, claims, strict=True), start=1):
        if (column := _unclaimed(line, sorted(claimed))) is not None:
            return [_fault(file, number, column, f"原文“{line[column - 1 : column + 9]}”没有对应的输出")]
    return []


def _unclaimed(line: str, claims: list[tuple[int, str]]) -> int | None:
    """The column of the first character that no claim covers, or that one changes or covers twice."""
    position = 0
    for column, text in claims:
        start, end = column - 1, column - 1 + len(text)
        if start < position or not _same(line[start:end], text):
            return column
        if gap := line[position:start].strip(SPACE):
            return line.index(gap[0], position) + 1
        position = end
    if gap := line[position:].strip(SPACE):
        return line.index(gap[0], position) + 1
    return None


def _same(source: str, text: str) -> bool:
    """Equal, but that a tab prints as a space."""
    return source == text or source.replace("\t", " ") == text


def _spans(blocks: Sequence[Block]) -> Iterator[Span]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.spans
        elif isinstance(block, Table):
            for row in (*block.head, *block.rows):
                for cell in row:
                    yield from cell.spans


def _fault(file: str, line: int, column: int, message: str) -> Fault:
    return Fault(
        "markup-lost", "error", Place(file, line, column), message, "这是程序的错误，请把这一段文字报告给维护人员"
    )
