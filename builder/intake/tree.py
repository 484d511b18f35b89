"""pandoc's syntax tree to a draft: every kind of block and inline has its rule; what an item cannot hold is listed.

An unknown kind is an error, so that a later pandoc cannot bring in something that is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from builder.errors import JianbaoError
from builder.intake.draft import Cell, Figure, Grid, Line, Part, Piece, Role
from builder.intake.notes import Notes
from builder.intake.word import BULLET_STYLE, TITLE_STYLE
from builder.ooxml import formatted

_STYLES: dict[str, Role] = {BULLET_STYLE: "列表项", TITLE_STYLE: "题名"}
_NUMBERS = {
    "UpperRoman": "upperRoman",
    "LowerRoman": "lowerRoman",
    "UpperAlpha": "upperLetter",
    "LowerAlpha": "lowerLetter",
}
_DELIMITERS = {"OneParen": "{})", "TwoParens": "（{}）"}


def draft(blocks: list[Any], notes: Notes, numbers: bool = True) -> list[Part]:
    """The parts of a document, from pandoc's blocks; ``notes`` takes what is not carried.

    Without ``numbers`` the items of lists have none, as in the text of the source.
    """
    reader = _Reader(notes, numbers)
    reader.blocks(blocks, "段")
    return reader.parts


class _Reader:
    def __init__(self, notes: Notes, numbers: bool = True) -> None:
        self.notes, self.numbers = notes, numbers
        self.parts: list[Part] = []

    # ------------------------------------------------------------ blocks

    def blocks(self, blocks: Iterable[Any], role: Role, before: str = "") -> None:
        """Blocks in order; ``before`` is a number that stands before the first paragraph."""
        for block in blocks:
            kind, content = block["t"], block.get("c")
            if kind in ("Plain", "Para"):
                self.paragraph(content, role, 0, before)
                before = ""
            elif kind == "Header":
                self.paragraph(content[2], "标题", content[0], before)
                before = ""
            else:
                self.other(kind, content, role)

    def other(self, kind: str, content: Any, role: Role) -> None:  # noqa: C901  (one rule for each kind)
        match kind:
            case "Div":
                styles = dict(content[0][2])
                self.blocks(content[1], _STYLES.get(styles.get("custom-style", ""), role))
            case "BlockQuote":
                self.blocks(content, role)
            case "BulletList":
                for item in content:
                    self.item(item, "列表项", "")
            case "OrderedList":
                (start, style, delimiter), items = content
                for number, item in enumerate(items, start=start):
                    label = _number(number, style["t"], delimiter["t"]) if self.numbers else ""
                    self.item(item, role if role != "列表项" else "段", label)
            case "DefinitionList":
                for term, definitions in content:
                    self.paragraph(term, role, 0, "")
                    for definition in definitions:
                        self.blocks(definition, role)
            case "LineBlock":
                for line in content:
                    self.paragraph(line, role, 0, "")
            case "CodeBlock":
                for line in content[1].split("\n"):
                    self.line([Piece(line)], role, 0)
            case "Table":
                self.table(content)
            case "Figure":
                self.blocks(content[2], role)
                self.blocks(content[1][1], role)
            case "HorizontalRule":
                self.notes.left("横线")
            case "RawBlock":
                self.notes.left("不认识的内容", content[1])
            case _:
                raise _unknown(kind)

    def item(self, blocks: list[Any], role: Role, number: str) -> None:
        if any(block["t"] in ("BulletList", "OrderedList") for block in blocks):
            self.notes.changed("多级列表，已改为一级")
        self.blocks(blocks, role, number)

    def paragraph(self, inlines: list[Any], role: Role, level: int, before: str) -> None:
        """One paragraph, or several where lines end in it; pictures follow the line that they stand in."""
        flat = _Inlines(self.notes)
        if before:
            flat.pieces.append(Piece(before))
        flat.walk(inlines, False)
        for pieces in flat.lines():
            self.line(pieces, role, level)
        self.parts += flat.figures

    def line(self, pieces: list[Piece], role: Role, level: int) -> None:
        line = Line(_merged(pieces), role, level)
        if line.text.strip():
            self.parts.append(line)

    # ------------------------------------------------------------ tables

    def table(self, content: Any) -> None:
        _, caption, _, (_, head), bodies, (_, foot) = content
        self.blocks(caption[1], "段")
        rows = [*head]
        for _, _, inner, body in bodies:
            rows += [*inner, *body]
        rows += foot
        figures: list[Part] = []
        grid = tuple(tuple(self.cell(cell, figures) for cell in row) for _, row in rows)
        if any(grid):
            self.parts.append(Grid(grid, len(head)))
        self.parts += figures

    def cell(self, content: Any, figures: list[Part]) -> Cell:
        _, _, rows, columns, blocks = content
        inner = _Reader(self.notes, self.numbers)
        inner.blocks(blocks, "段")
        lines: list[Line] = []
        for part in inner.parts:
            if isinstance(part, Line):
                lines.append(part)
            elif isinstance(part, Grid):
                self.notes.changed("表格里的表格，已并入所在的格")
                lines += [line for row in part.rows for cell in row for line in cell.lines]
            else:
                self.notes.changed("表格里的图片，已移到表格后面", part.alt)
                figures.append(part)
        return Cell(tuple(lines), columns, rows)


class _Inlines:
    """The characters of one paragraph, in pieces; a line end is a piece of its own."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.pieces: list[Piece] = []
        self.figures: list[Figure] = []
        self.soft = False

    def lines(self) -> list[list[Piece]]:
        """The pieces of each line."""
        found: list[list[Piece]] = [[]]
        for piece in self.pieces:
            if piece.text == "\n":
                found.append([])
            else:
                found[-1].append(piece)
        return found

    def walk(self, inlines: list[Any], bold: bool) -> None:
        for inline in inlines:
            kind, content = inline["t"], inline.get("c")
            if (plain := _PLAIN.get(kind)) is not None:
                self.add(plain(content), bold)
            elif kind in _WRAPPED:
                inner = content[1] if kind in ("Span", "Link", "Cite") else content
                self.walk(inner, bold or kind == "Strong")
                if kind in _LISTED:
                    self.notes.left(_LISTED[kind], _text(inner))
            else:
                self.other(kind, content, bold)

    def add(self, text: str, bold: bool) -> None:
        """Text; where the source's line ended inside Chinese text nothing stands, inside Latin text a space."""
        if self.soft and text and self.pieces:
            last = self.pieces[-1].text[-1:]
            if last.isascii() and text[0].isascii() and not last.isspace():
                self.pieces.append(Piece(" "))
        self.soft = False
        self.pieces.append(Piece(text, bold))

    def other(self, kind: str, content: Any, bold: bool) -> None:
        match kind:
            case "SoftBreak":
                self.soft = True
            case "LineBreak":
                self.soft = False
                self.pieces.append(Piece("\n"))
            case "Quoted":
                marks = "“”" if content[0]["t"] == "DoubleQuote" else "‘’"
                self.add(marks[0], bold)
                self.walk(content[1], bold)
                self.add(marks[1], bold)
            case "Image":
                self.figures.append(Figure(content[2][0], _text(content[1])))
            case "Math":
                self.notes.left("公式", content[1])
            case "RawInline":
                self.notes.left("不认识的内容", content[1])
            case "Note":
                inner = _Reader(self.notes)
                inner.blocks(content, "段")
                self.notes.left("脚注", " ".join(p.text for p in inner.parts if isinstance(p, Line)))
            case _:
                raise _unknown(kind)


# Inlines that stand around others; their content is a list, or a pair or more with the list second.
_WRAPPED = ("Strong", "Emph", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps", "Span", "Link", "Cite")
_LISTED = {
    "Strikeout": "删除线（文字已带入）",
    "Superscript": "上标（文字已带入，未升高）",
    "Subscript": "下标（文字已带入，未降低）",
    "Link": "超链接（文字已带入）",
}
_PLAIN: dict[str, Callable[[Any], str]] = {
    "Str": lambda content: str(content),
    "Space": lambda content: " ",
    "Code": lambda content: str(content[1]),
}


def _text(inlines: list[Any]) -> str:
    flat = _Inlines(Notes())
    flat.walk(inlines, False)
    return "".join(piece.text for piece in flat.pieces)


def _merged(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one piece; a space between bold words is bold."""
    found: list[Piece] = []
    for piece in pieces:
        if found and (found[-1].bold == piece.bold or not piece.text.strip()):
            found[-1] = Piece(found[-1].text + piece.text, found[-1].bold)
        elif piece.text:
            found.append(piece)
    return tuple(found)


def _number(number: int, style: str, delimiter: str) -> str:
    return _DELIMITERS.get(delimiter, "{}.").format(formatted(number, _NUMBERS.get(style, "decimal")))


def _unknown(kind: str) -> JianbaoError:
    return JianbaoError(f"pandoc 给出了不认识的内容（{kind}），没有导入。", "请把这个文件报告给维护人员。")
