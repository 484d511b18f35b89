"""A draft in plain Chinese typing, so that it reads back as the same text: what would be taken for markup is disarmed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from builder.intake import typed_tables
from builder.intake.draft import Cell, Figure, Grid, Line, Part, Piece
from builder.intake.notes import Notes
from builder.markup import inline, tables

SPACE = " \t\u3000"
_MARKED = re.compile(r"(?:[-*]|#{1,5})[ \t\u3000]+(?=\S)")
_AUDIENCE = re.compile(r"[｛{](\s*可见范围[^｛｝{}]*)[｝}]?")
_DEEPEST = 4


def type_out(parts: Sequence[Part], files: Mapping[str, str], notes: Notes) -> tuple[list[str], list[str]]:
    """The lines of an item's body, and the text that they must read back as, in order.

    Args:
        parts: the draft; headings' levels count from the highest that occurs.
        files: the file of each picture that is carried, by its target in the draft.
        notes: takes what is changed.
    """
    top = min((p.level for p in parts if isinstance(p, Line) and p.level), default=1)
    writer = _Writer(notes, files, top)
    for part in parts:
        writer.part(part)
    return writer.lines, writer.expected


class _Writer:
    def __init__(self, notes: Notes, files: Mapping[str, str], top: int) -> None:
        self.notes, self.files, self.top = notes, files, top
        self.lines: list[str] = []
        self.expected: list[str] = []
        self.figures = 0

    def part(self, part: Part) -> None:
        if isinstance(part, Line):
            self.line(part)
        elif isinstance(part, Grid):
            self.grid(part)
        elif part.target in self.files:
            self.figure(part)

    def line(self, line: Line) -> None:
        pieces = self.disarmed(line.pieces)
        text = "".join(piece.text for piece in pieces)
        if not text:
            return
        level = inline.level(text)
        heading = line.role == "标题" or (level > 0 and inline.head(text, level, False) == len(text))
        if heading and pieces and all(piece.bold for piece in pieces):
            pieces = (Piece(text),)  # the level's font is all that a heading has
        before = ""
        if line.role == "列表项":
            before = "- "
        elif line.role == "标题" and not level:
            before = "#" * (1 + min(line.level - self.top + 1, _DEEPEST)) + " "
        shown = marked(pieces)
        if not before:
            shown, changed = _begun(shown)
            text, _ = _begun(text)
            if changed:
                self.notes.changed(changed, text)
        self.lines.append(before + shown)
        self.expected.append(text)

    def disarmed(self, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
        """Pieces in which nothing but their own bold is markup, without white space at the ends of the line."""
        text = "".join(piece.text for piece in pieces)
        stars = "**" in text or ("*" in text and any(piece.bold for piece in pieces))
        if stars:
            self.notes.changed("星号，已换成全角＊", text)
        if _AUDIENCE.search(text):
            self.notes.changed("与“可见范围”标记相同的文字，已换成圆括号", text)
        found = []
        for piece in pieces:
            clean = re.sub(r"[^\S\u3000]", " ", piece.text)
            clean = _AUDIENCE.sub(r"（\1）", clean.replace("*", "＊") if stars else clean)
            found.append(Piece(clean, piece.bold))
        return _stripped(found)

    def grid(self, grid: Grid) -> None:
        laid = typed_tables.lay_out(grid, self.notes)
        for line in laid.before:
            self.line(line)
        if laid.titles or laid.rows:
            self.lines.append("")
        for name, text in laid.titles:
            self.lines.append(f"{name}：{text}")
            self.expected.append(f"{name}：{text}")
        for number, row in enumerate(laid.rows):
            shown = [self.cell(cell) if isinstance(cell, Cell) else cell for cell in row]
            self.lines.append("|" + "|".join(shown) + "|")
            if number == laid.heads - 1:
                self.lines.append("|" + "---|" * len(row))
        for line in laid.after:
            self.line(line)
        if not laid.after and laid.rows:
            self.lines.append("")

    def cell(self, cell: Cell) -> str:
        """A cell's text between bars; what it must read back as goes to ``expected``."""
        pieces: list[Piece] = []
        if sum(bool(line.text.strip()) for line in cell.lines) > 1 or "\n" in cell.text.strip():
            self.notes.changed("表格的格里有换行，已连成一行", cell.text)
        for line in cell.lines:
            pieces += [Piece(" ")] if pieces else []
            pieces += line.pieces
        clean = self.disarmed(pieces)
        if any("|" in piece.text for piece in clean):
            self.notes.changed("表格里的竖线，已换成全角｜", cell.text)
            clean = tuple(Piece(piece.text.replace("|", "｜"), piece.bold) for piece in clean)
        text = "".join(piece.text for piece in clean)
        if text in ("<", "^"):
            clean = (Piece(text.translate({0x3C: 0xFF1C, 0x5E: 0xFF3E})),)
            self.notes.changed("表格里单独的“<”“^”，已换成全角", text)
        self.expected.append("".join(piece.text for piece in clean))
        return marked(clean)

    def figure(self, figure: Figure) -> None:
        self.figures += 1
        alt = re.sub(r"[\[\]()\s]+", " ", figure.alt).strip() or f"图{self.figures}"
        self.lines += ["", f"![{alt}]({self.files[figure.target]})", ""]


def _begun(text: str) -> tuple[str, str]:
    """A line that does not begin as a block of markup does, and what was changed beyond white space ("" nothing)."""
    while match := _MARKED.match(text):  # again: "# # x" without its first space is "## x"
        text = text[: match.end()].rstrip(SPACE) + text[match.end() :]
    if text.startswith("!["):
        return "! " + text[1:], ""
    if text.startswith("|"):
        return "｜" + text[1:], "行首的竖线，已换成全角｜"
    if tables.REFERENCE.fullmatch(text):
        name, _, suffix = text.rpartition(".")
        return f"{name}．{suffix}", "与“表: 文件名”写法相同的文字，已把点换成全角"
    return ("［分页］", "与分页标记相同的文字，已换成全角方括号") if text == "[分页]" else (text, "")


def marked(pieces: Sequence[Piece]) -> str:
    """Pieces with ``**`` around those that are bold."""
    shown = []
    for piece in pieces:
        core = piece.text.strip(SPACE)
        if piece.bold and core:
            start = piece.text.index(core)
            shown.append(f"{piece.text[:start]}**{core}**{piece.text[start + len(core) :]}")
        else:
            shown.append(piece.text)
    return "".join(shown)


def _stripped(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Without white space at both ends; pieces that are empty then are gone."""
    found = [piece for piece in pieces if piece.text]
    while found and not found[0].text.strip(SPACE):
        found.pop(0)
    while found and not found[-1].text.strip(SPACE):
        found.pop()
    if found:
        found[0] = Piece(found[0].text.lstrip(SPACE), found[0].bold)
        found[-1] = Piece(found[-1].text.rstrip(SPACE), found[-1].bold)
    return tuple(found)
