"""A Word file that hands have edited, read as values: what stands in it, and what revisions put in or took out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from builder import guard
from builder.errors import InvalidContent
from builder.guard import Element, attribute, local
from builder.ooxml import BULLET, Counters, Source, W, integer, lists, numbering, value
from builder.redline.inline import Fields, Inline, by, chosen
from builder.redline.paragraphs import Bit, By, Cell, Comment, Gone, Grid, Para, Row, Word
from builder.render import word_stamp
from builder.words import visible

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def read(data: bytes, name: str) -> Word:
    """The text, revisions and comments of a DOCX; ``name`` is what messages call it.

    Raises:
        InvalidContent: it is hostile, damaged, or no DOCX.
    """
    opened = guard.opened(data, "docx", name)
    if opened.faults:
        raise InvalidContent(f"{name} 读不了，没有比较。", "按上面各条处理后重试。", opened.faults)
    source = Source(opened)
    root = source.root(opened.main)
    assert root is not None  # the guard has seen the main part
    reader = _Reader(source)
    body = root.find(f"{W}body")
    if body is not None:
        reader.container(body)
        reader.finish()
    return Word(
        tuple(reader.blocks), tuple(reader.gone), tuple(_comments(source)), tuple(_notes(source)), _stamp(opened)
    )


class _Reader:
    """Walks the body; paragraphs and tables gather in ``blocks``, what revisions took out whole in ``gone``."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.blocks: list[Para | Grid] = []
        self.gone: list[Gone] = []
        self.fields = Fields()
        self.counters = Counters(lists(source.related("numbering")))
        self.names = _style_names(source)
        self.held: list[Para] = []  # paragraphs whose ends were taken out: they go on in the next one

    def container(self, parent: Element, put: By | None = None, gone: By | None = None) -> None:
        """The paragraphs and tables of a body, cell or box."""
        for child in parent:
            name = local(child)
            if child.tag == f"{W}p":
                self._paragraph(child, put, gone)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif name in ("ins", "moveTo"):
                self.container(child, put or by(child), gone)
            elif name in ("del", "moveFrom"):
                self.container(child, put, gone or by(child))
            elif name == "AlternateContent":
                self.container(chosen(child), put, gone)
            elif name in ("sdt", "sdtContent", "customXml", "smartTag"):
                self.container(child, put, gone)

    def _paragraph(self, element: Element, put: By | None, gone: By | None) -> None:
        properties = element.find(f"{W}pPr")
        key = value(properties, "pStyle")
        inline = Inline(self.source, self.fields, self.source.style(key), self._box)
        inline.read(element, put, gone)
        mark = properties.find(f"{W}rPr") if properties is not None else None
        ended = by(_first(mark, "del", "moveFrom"))
        bits = tuple(inline.bits)
        stands = any(bit.gone is None for bit in bits)
        if bits and not stands:
            self._took(visible("".join(bit.text for bit in bits)), bits[0].gone)
        if stands and (label := self._label(properties, key)):
            bits = (Bit(label, reset=None), *bits)
        shift = len(bits[0].text) if stands and len(bits) > len(inline.bits) else 0
        para = Para(
            bits,
            self.names.get(key, key),
            tuple(inline.pictures),
            put or by(_first(mark, "ins", "moveTo")),
            None,
            by(_first(properties, "pPrChange")),
            tuple((at + shift, id_) for at, id_ in inline.marks),
            tuple((at + shift, id_) for at, id_ in inline.ends),
        )
        self.held.append(replace(para, lost=ended))
        if not ended:
            self.finish()

    def _took(self, key: str, who: By | None) -> None:
        if key and who is not None:
            self.gone.append(Gone(key, who))

    def _label(self, properties: Element | None, key: str) -> str:
        """The number that Word sets before the paragraph by itself; the sign of a list as this program prints it."""
        style = self.source.style(key)
        number, depth = numbering(properties)
        number = number or style.number
        depth = depth if depth is not None else style.depth
        if depth is None:
            depth = self.counters.level_of_style(number, key) or 0
        label = self.counters.label(number, depth) if number not in ("", "0") else ""
        return "——" if label == BULLET else label

    def _box(self, content: Element) -> None:
        """A text box: what stands in it comes before the rest of the paragraph that holds it."""
        held, self.held = self.held, []
        self.container(content)
        self.finish()
        self.held = held

    def finish(self) -> None:
        """A paragraph is there with its end; without one, at the end of a story, it stands by itself."""
        if self.held:
            self.blocks.append(_joined(self.held))
            self.held = []

    def _table(self, element: Element) -> None:
        self.finish()
        rows = [row for child in _rows(element) if (row := self._row(child)) is not None]
        if rows:
            self.blocks.append(Grid(tuple(rows)))

    def _row(self, element: Element) -> Row | None:
        properties = element.find(f"{W}trPr")
        taken = by(_first(properties, "del", "moveFrom"))
        cells: list[Cell] = []
        column = max(0, integer(value(properties, "gridBefore")))
        for child in _inside(element, f"{W}tc"):
            own = child.find(f"{W}tcPr")
            if _first(own, "cellDel") is not None:
                continue
            merge = own.find(f"{W}vMerge") if own is not None else None
            under = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            cells.append(Cell(self._cell(child), column, under))
            column += max(1, integer(value(own, "gridSpan")))
        row = Row(tuple(cells), by(_first(properties, "ins", "moveTo")))
        if taken is not None:
            self._took(_was(row), taken)
            return None
        return row

    def _cell(self, element: Element) -> Para:
        """All paragraphs of a cell as one, those of tables inside it among them."""
        outer, self.blocks = self.blocks, []
        self.container(element)
        self.finish()
        inner, self.blocks = self.blocks, outer
        found = [para for para in Word(tuple(inner)).paras() if para.bits or para.pictures]
        return _joined(found) if found else Para(())


def _joined(paras: Sequence[Para]) -> Para:
    """Paragraphs that are one: its look is that of the last one with text, which has the end."""
    if len(paras) == 1:
        return paras[0] if paras[0].lost is None else replace(paras[0], lost=None)
    starts = [*accumulate((len(para.text) for para in paras), initial=0)]
    shown = [para for para in paras if para.text] or [paras[-1]]
    return Para(
        tuple(bit for para in paras for bit in para.bits),
        shown[-1].style,
        tuple(picture for para in paras for picture in para.pictures),
        paras[-1].put,
        next((para.lost for para in shown[:-1] if para.lost), None),
        next((para.reset for para in paras if para.reset), None),
        tuple((at + start, id_) for start, para in zip(starts, paras, strict=False) for at, id_ in para.marks),
        tuple((at + start, id_) for start, para in zip(starts, paras, strict=False) for at, id_ in para.ends),
    )


def _was(row: Row) -> str:
    """The text of a row before revisions took it out."""
    return "\t".join(visible("".join(b.text for b in cell.para.bits if b.put is None)) for cell in row.cells)


def _rows(table: Element) -> list[Element]:
    return _inside(table, f"{W}tr")


def _inside(parent: Element, tag: str) -> list[Element]:
    """The children with a tag, also where wrappers (content controls, tags) stand around them."""
    found: list[Element] = []
    for child in parent:
        if child.tag == tag:
            found.append(child)
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            found += _inside(child, tag)
    return found


def _first(parent: Element | None, *names: str) -> Element | None:
    if parent is None:
        return None
    return next((found for name in names if (found := parent.find(f"{W}{name}")) is not None), None)


def _style_names(source: Source) -> dict[str, str]:
    """What an editor calls each style, by its id; "" is the default one."""
    root = source.related("styles")
    found: dict[str, str] = {}
    for style in root.findall(f"{W}style") if root is not None else ():
        name = value(style, "name")
        found[style.get(f"{W}styleId", "")] = name
        if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
            found[""] = name
    return found


def _plain(element: Element) -> str:
    """The text of a comment or note, its paragraphs parted by spaces."""
    paragraphs = ("".join(t.text or "" for t in p.iter(f"{W}t")) for p in element.iter(f"{W}p"))
    return " ".join(text for text in paragraphs if text.strip()).strip()


def _comments(source: Source) -> list[Comment]:
    """Comments in order; answers know what they answer (``commentsExtended``, by the ids of last paragraphs)."""
    root = source.related("comments")
    entries = root.findall(f"{W}comment") if root is not None else []
    own: dict[str, str] = {}
    for entry in entries:
        for paragraph in entry.iter(f"{W}p"):
            own[paragraph.get(f"{_W14}paraId", "")] = attribute(entry, "id")
    own.pop("", None)
    parents: dict[str, str] = {}
    extended = source.related("commentsExtended")
    for each in extended if extended is not None else ():
        answer, asked = own.get(attribute(each, "paraId")), own.get(attribute(each, "paraIdParent"))
        if answer is not None and asked is not None and answer != asked:
            parents[answer] = asked
    found = []
    for entry in entries:
        who = by(entry)
        assert who is not None
        id_ = attribute(entry, "id")
        found.append(Comment(id_, who, _plain(entry), parents.get(id_, "")))
    return found


def _notes(source: Source) -> list[str]:
    """The texts of footnotes and endnotes."""
    found = []
    for sort, name in (("footnotes", "footnote"), ("endnotes", "endnote")):
        root = source.related(sort)
        entries = root.findall(f"{W}{name}") if root is not None else []
        found += [text for entry in entries if (text := _plain(entry))]
    return found


def _stamp(opened: guard.Opened) -> str:
    """The hash that the program wrote into the file's custom properties; "" for none."""
    root = opened.roots.get(word_stamp.PART)
    for each in root if root is not None else ():
        if attribute(each, "name") == word_stamp.NAME:
            return "".join(str(text) for text in each.itertext()).strip()
    return ""
