"""Line by line to blocks. Every rule is about how a line begins; what fits none is a paragraph of text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from builder.errors import Fault, Place, Severity
from builder.markup import inline, pasted, tables
from builder.markup.account import SPACE, Mark
from builder.markup.inline import Piece
from builder.markup.tables import FileTable
from builder.model import Block, PageBreak, Paragraph, Picture, Span, Table

_NAMED = re.compile(r"(#{1,5})[ \t\u3000]+(?=\S)")
_NAMED_LEVELS = {1: 1, 2: 1, 3: 2, 4: 3, 5: 4}
_LIST = re.compile(r"[-*] +(?=\S)")
_LIKE_TABLE = re.compile(
    r"表(?:[ \t\u3000]*[：:][ \t\u3000]*|[ \t\u3000]+|(?=附))\S+\.(?:csv|tsv)$|表[ \t\u3000]*[：:][ \t\u3000]*附表[0-9０-９]*$",
    re.IGNORECASE,
)
_AUDIENCE = re.compile(r"｛可见范围：([^｛｝]*)｝")
_LIKE_AUDIENCE = re.compile(r"[｛{]\s*可见范围")
_NO_TEXT = re.compile(r"!\[|\||\[分页\]|(?:表题|单位)[ \t\u3000]*[：:]")
_VERBATIM = re.compile(r"[ \t\u3000]*!\[")
BREAK = "分段"
AUDIENCES = ("报", "送", "发")


class Parser:
    """Reads a body once, from the first line to the last; places are those of the body."""

    def __init__(self, body: str, file: str) -> None:
        self.file = file
        self.next = 0
        self.marks: list[Mark] = []
        self.faults: list[Fault] = []
        self.source: list[str] = []  # the lines as typed, but for look-alike marks in standard form
        self.lines: list[Piece] = []
        for number, line in enumerate(body.split("\n"), start=1):
            self.source.append(self._read(line, number))

    def _read(self, line: str, number: int) -> str:
        """Takes in the paragraphs on a line of the file; the line with its look-alike marks in standard form."""
        read = ""
        for typed, column in pasted.split(line):
            if column > 1:
                read += line[column - 2]
                self._mark(Piece(line[column - 2], number, column - 1), BREAK)
            verbatim = _VERBATIM.match(typed) or tables.REFERENCE.fullmatch(typed)  # a file's name keeps its marks
            text, changes = (typed, {}) if verbatim else pasted.standard(typed)
            if changes:
                first = Piece(text, number, column).cut(min(changes))
                self.faults.append(changed(self._place(first), changes.values()))
            self.lines.append(Piece(text, number, column))
            read += text
        return read

    def blocks(self) -> tuple[Block | FileTable, ...]:
        """All blocks; ``marks`` and ``faults`` are filled on the way."""
        found: list[Block | FileTable] = []
        while self.next < len(self.lines):
            found += self._block()
        self._stray_audiences()
        return tuple(found)

    def _block(self) -> list[Block | FileTable]:
        if (table := self._table()) is not None:
            return [table, *self._notes()]
        piece = self.lines[self.next].trim()
        self.next += 1
        if not piece.text:
            return []
        if piece.text == "[分页]":
            self._mark(piece, "分页")
            return [PageBreak(self._place(piece))]
        if piece.text.startswith("![") and (picture := self._picture(piece)) is not None:
            return [picture]
        if piece.text.startswith("|"):
            self._stray_row(piece)
        if _LIKE_TABLE.match(piece.text):
            hint = "要引用表格，单独一行写 表: 附表1.csv（有冒号，有后缀）"
            self._fault("table-like", piece, "像是引用表格文件，但写法不全，已按文字印出", hint, "warning")
        if match := _LIST.match(piece.text):
            self._mark(piece.cut(0, 1), "列表")
            return [self._list_item(piece.cut(match.end()))]
        if length := pasted.bullet(piece.text):
            sign = piece.cut(0, 1)
            self._mark(sign, "列表")
            message = f"行首的项目符号“{sign.text}”已作为列表，印成“——”开头"
            self._fault("text-bullet", sign, message, "列表行首打 - ；不要列表就删去这个符号", "warning")
            return [self._list_item(piece.cut(length))]
        return [self._paragraph(piece)]

    def _table(self) -> Table | FileTable | None:
        """The table that begins here, typed with bars, kept in a file, or pasted with tabs between its cells."""
        if (source := tables.find(self.lines, self.next)) is not None:
            self.next = source.end
            return self._built(tables.build(source, self.file))
        if (reference := tables.find_reference(self.lines, self.next)) is not None:
            self.next = reference.end
            builder = tables.Builder(self.file)
            titles = builder.above(reference.above)
            builder.mark(reference.line, "表格文件")
            self.marks += builder.marks
            self.faults += builder.faults
            place = self._place(reference.line)
            return FileTable(reference.path, titles.get("表题", ""), titles.get("单位", ""), place)
        if (found := tables.find_pasted(self.lines, self.next)) is not None:
            first = self.lines[self.next + len(found.above)].trim()
            message = f"用 Tab 分隔的 {len(found.rows)} 行已作为表格，第一行是表头"
            self._fault("table-tabs", first, message, "不是表格的，把 Tab 改成空格", "note")
            self.next = found.end
            return self._built(tables.assemble(found.rows, self.file, found.above))
        if tables.ragged(self.lines, self.next):
            message = "像是贴来的表格，但各行的格数不同，按文字处理"
            self._fault(
                "table-ragged",
                self.lines[self.next].trim(),
                message,
                "补齐各行的格（行尾的空格也算），再贴一次",
                "warning",
            )
        return None

    def _built(self, built: tables.Built) -> Table:
        self.marks += built.marks
        self.faults += built.faults
        return built.table

    def _notes(self) -> list[Paragraph]:
        """The 注 lines right below a table."""
        found: list[Paragraph] = []
        while self.next < len(self.lines) and tables.NOTE.match((piece := self.lines[self.next].trim()).text):
            found.append(Paragraph(self._spans(piece), kind="表注"))
            self.next += 1
        return found

    def _picture(self, piece: Piece) -> Picture | None:
        """A picture that stands alone on its line, as ``![替代文字](path "图题")``; None when the line is text."""
        alt, middle, tail = piece.text[2:].partition("](")
        if not middle or not tail.endswith(")"):
            if middle:
                self._fault("markup-picture", piece, "图片没有独占一行，按文字处理", "图片单独写一行", "warning")
            return None
        path, caption = _path_and_caption(tail[:-1].strip(SPACE))
        self._mark(piece, "图片")
        if not alt.strip(SPACE):
            self._fault("picture-alt", piece, "图片缺少替代文字", "在方括号里写明图片内容，如 ![现场照片](…)")
        if not path:
            self._fault("picture-path", piece, "图片没有写文件名", "在圆括号里写图片文件名，如 ![现场照片](现场.jpg)")
        return Picture(path, alt.strip(SPACE), caption, self._place(piece))

    def _stray_row(self, piece: Piece) -> None:
        """Two lines of a table and no delimiter row: almost certainly a table that would print as bars."""
        after = self.lines[self.next].trim().text if self.next < len(self.lines) else ""
        if piece.text.endswith("|") and after.startswith("|") and after.endswith("|") and len(piece.text) > 1:
            before = self.lines[self.next - 2].trim().text if self.next > 1 else ""
            if not before.startswith("|"):
                self._fault("table-delimiter", piece, "表格缺少分隔行", "在表头下面加一行，如 |---|---|")

    def _list_item(self, piece: Piece) -> Paragraph:
        """An item with its continuation lines, which are indented by two spaces or more and begin no block."""
        audience, piece = self._audience(piece)
        spans = self._spans(piece)
        while self.next < len(self.lines) and self._continues(self.lines[self.next]):
            line = self.lines[self.next].trim()
            more = self._spans(line)
            spans = (*spans, *inline.joint(spans, more), *more)
            self.next += 1
        return Paragraph(spans, kind="列表项", audience=audience)

    def _continues(self, line: Piece) -> bool:
        text = line.text.strip(SPACE)
        begins = (
            text.startswith(("|", "![", "[分页]", "｛"))
            or _LIST.match(text)
            or pasted.bullet(text)
            or _NAMED.match(text)
        )
        return line.text.startswith("  ") and bool(text) and not begins and not inline.level(text)

    def _paragraph(self, piece: Piece) -> Paragraph:
        audience, piece = self._audience(piece)
        named = _NAMED.match(piece.text)
        if named:
            self._mark(piece.cut(0, named.end(1)), "标题级别")
            piece = piece.cut(named.end())
            if not audience:
                audience, piece = self._audience(piece)
        spans = self._spans(piece)
        text = "".join(span.text for span in spans)
        number = _NAMED_LEVELS[len(named[1])] if named else inline.level(text)
        return Paragraph(spans, number, inline.head(text, number, bool(named)), audience=audience)

    def _audience(self, piece: Piece) -> tuple[tuple[str, ...], Piece]:
        """Takes ``｛可见范围：报、送｝`` off the start of a paragraph."""
        chosen: tuple[str, ...] = ()
        if match := _AUDIENCE.match(piece.text):
            self._mark(piece.cut(0, match.end()), "可见范围")
            chosen = tuple(name.strip(SPACE) for name in match[1].split("、"))
            if unknown := [name for name in chosen if name not in AUDIENCES]:
                wrong = f"可见范围只能是 报、送、发，不能是“{'、'.join(unknown)}”"
                self._fault("markup-audience", piece, wrong, "写成 ｛可见范围：报、送｝")
            piece = piece.cut(match.end()).trim()
            if not piece.text:
                self._fault("markup-audience", piece, "可见范围后面没有文字", "可见范围写在段首，与文字同一行")
            elif _NO_TEXT.match(piece.text) or _LIKE_TABLE.match(piece.text):
                wrong = "可见范围管不到表格、图片和分页，这里会发给所有单位"
                hint = "可见范围只写在文字段前；只给部分单位看的表格、图片，另编一期发给他们"
                self._fault("markup-audience", piece, wrong, hint)
        return chosen, piece

    def _stray_audiences(self) -> None:
        """What resembles a 可见范围 and was not taken as one, wherever it stands: all units would see that text."""
        taken = {(mark.place.line, mark.place.column) for mark in self.marks if mark.name == "可见范围"}
        for piece in self.lines:
            for match in _LIKE_AUDIENCE.finditer(piece.text):
                stray = piece.cut(match.start())
                if (stray.line, stray.column) not in taken:
                    hint = "写在一段的最前面，用全角括号和冒号：｛可见范围：报、送｝"
                    self._fault("markup-audience", stray, "可见范围的写法或位置不对，这一段会发给所有单位", hint)
                    break

    def _spans(self, piece: Piece) -> tuple[Span, ...]:
        return inline.spans(piece, self.file, self.marks)

    def _place(self, piece: Piece) -> Place:
        return Place(self.file, piece.line, piece.column)

    def _mark(self, piece: Piece, name: str) -> None:
        self.marks.append(Mark(piece.text, name, self._place(piece)))

    def _fault(self, code: str, piece: Piece, message: str, hint: str, severity: Severity = "error") -> None:
        self.faults.append(Fault(code, severity, self._place(piece), message, hint))


def changed(place: Place, changes: Iterable[str]) -> Fault:
    """The warning for look-alike marks that were put in standard form, such as ``"－→—"``."""
    told = "、".join(list(dict.fromkeys(changes))[:10])
    return Fault("text-mark", "warning", place, f"标点和序号已换成标准形式：{told}", "请核对这一行")


def _path_and_caption(inner: str) -> tuple[str, str]:
    """``path "caption"``; Chinese quotation marks are accepted, as an input method types them."""
    for opening, closing in (('"', '"'), ("“", "”")):
        start = inner.find(opening)
        if start >= 0 and inner.endswith(closing) and start < len(inner) - 1:
            return inner[:start].strip(SPACE), inner[start + 1 : -1].strip(SPACE)
    return inner, ""
