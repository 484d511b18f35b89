"""A Word file as it stands: sections, paragraphs with their effective formatting, tables, text boxes, footers, settings.

Lengths in mm where they lie on the paper, in pt where they belong to text. Deleted text of tracked changes is left out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from builder import guard
from builder.errors import InvalidContent
from builder.guard import Element, local
from builder.inspection.docx_looks import (
    Border,
    Properties,
    Styles,
    W,
    border,
    list_levels,
    number,
    on,
    paragraph_properties,
    run_properties,
    value,
)
from builder.inspection.docx_values import (
    Cell,
    Footer,
    Paragraph,
    Picture,
    Row,
    Section,
    Settings,
    Stretch,
    Table,
    TextBox,
    Where,
    WordFile,
)

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MM = 25.4 / 1440  # mm a twip
_EMU = 36000
_DEFAULT_SIZE = 10.0  # pt, where no level gives a size (17.3.2.38)


def read(docx: bytes, name: str) -> WordFile:
    """A Word file, judged by the guard first.

    Raises:
        InvalidContent: the guard refuses it; all reasons.
    """
    opened = guard.opened(docx, "docx", name)
    if opened.faults:
        raise InvalidContent(f"{name} 没有检查：这个文件不能读。", "按以上说明处理后再试。", opened.faults)
    return parsed(opened)


def parsed(opened: guard.Opened) -> WordFile:
    """A Word file that the guard has opened and found without faults."""
    return _Reader(opened).file()


_PASSED = frozenset({"del", "moveFrom", "Fallback", "rPr", "pPr", "sectPr", "txbxContent", "instrText", "delText"})
_CHANGES = frozenset({"ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange"})


_MARKS = {"倾斜": ("i",), "下划线": ("u",), "删除线": ("strike", "dstrike"), "底色": ("highlight", "shd")}
_ACROSS = ("lrTb", "lrTbV", "tb", "rl")
_CHARACTERS = {"noBreakHyphen": "-", "tab": "\t", "ptab": "\t"}


@dataclass(frozen=True, slots=True)
class _Context:
    where: Where
    table_style: str = ""


@dataclass(slots=True)
class _Inside:
    """What a paragraph holds, as its runs are read."""

    stretches: list[Stretch] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    breaks: bool = False
    draws: bool = False


class _Reader:
    def __init__(self, opened: guard.Opened) -> None:
        self.roots, self.main = opened.roots, opened.main
        self.targets = self._relations()
        settings = self._part("settings")
        self.settings = settings
        self.styles = Styles(self._part("styles"), self._part("theme"), settings)
        self.levels = list_levels(self._part("numbering"))
        self.section = 0
        self.boxes: list[TextBox] = []
        self.pictures: list[Picture] = []

    def file(self) -> WordFile:
        root = self.roots[self.main]
        body = next((e for e in root if local(e) == "body"), root)
        flow = tuple(self._blocks(body, _Context("正文")))
        size = self.styles.run("", {}, "").get("sz", _DEFAULT_SIZE)
        settings = Settings(
            bool(on(self.settings, "evenAndOddHeaders")),
            value(self.settings, "characterSpacingControl"),
            bool(on(self.settings, "trackRevisions")),
            value(self.settings, "themeFontLang", "eastAsia"),
            float(size),
        )
        changes = sum(1 for e in root.iter() if local(e) in _CHANGES)
        comments = sum(1 for e in root.iter(f"{W}commentReference"))
        sections = tuple(self._sections(root))
        return WordFile(flow, tuple(self.boxes), tuple(self.pictures), sections, settings, changes, comments)

    def _relations(self) -> dict[str, tuple[str, str]]:
        """Relationships of the main part: id → (kind, part)."""
        folder, base = posixpath.split(self.main)
        root = self.roots.get(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for relation in root if root is not None else ():
            if relation.get("TargetMode") != "External" and isinstance(relation.tag, str):
                target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
                found[relation.get("Id", "")] = relation.get("Type", "").rpartition("/")[2], target
        return found

    def _part(self, kind: str) -> Element | None:
        return next((self.roots[part] for k, part in self.targets.values() if k == kind and part in self.roots), None)

    # -------------------------------------------------------------- blocks

    def _blocks(self, parent: Element, context: _Context) -> Iterator[Paragraph | Table]:
        for child in parent:
            kind = local(child)
            if kind == "p":
                yield self._paragraph(child, context)
            elif kind == "tbl":
                yield self._table(child)
            elif kind in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent", "Choice"):
                yield from self._blocks(child, context)

    def _paragraph(self, element: Element, context: _Context) -> Paragraph:
        own = element.find(f"{W}pPr")
        style = value(own, "pStyle")
        properties = self.styles.paragraph(style, paragraph_properties(own), context.table_style, self._level)
        inside = _Inside(breaks=bool(properties.get("pageBreakBefore")))
        for run in _runs(element):
            self._run(run, style, context, inside)
        inside.fields += [f.get(f"{W}instr", "") for f in element.iter(f"{W}fldSimple")]
        section = self.section
        if own is not None and own.find(f"{W}sectPr") is not None and context.where == "正文":
            inside.breaks = True
            self.section += 1
        mark = run_properties(own.find(f"{W}rPr") if own is not None else None)
        return Paragraph(
            style=self.styles.name(style or self.styles.default),
            stretches=tuple(inside.stretches),
            properties=properties,
            where=context.where,
            section=section,
            mark=_stretch("", self.styles.run(style, mark, context.table_style)),
            number=self.levels.get((properties.get("numId", ""), properties.get("ilvl", "")), ("", {}))[0],
            fields=tuple(inside.fields),
            breaks=inside.breaks,
            draws=inside.draws,
        )

    def _level(self, number_: str, level: str) -> Properties:
        return self.levels.get((number_, level), ("", {}))[1]

    def _run(self, run: Element, style: str, context: _Context, inside: _Inside) -> None:
        text = ""
        for child in run:
            kind = local(child)
            if kind == "t":
                text += child.text or ""
            elif kind in _CHARACTERS:
                text += _CHARACTERS[kind]
            elif kind == "br" and child.get(f"{W}type") == "page":
                inside.breaks = True
            elif kind in ("br", "cr"):
                text += "\n"
            elif kind == "instrText":
                inside.fields.append(child.text or "")
            elif kind in ("drawing", "pict", "AlternateContent", "object"):
                inside.draws = True
                self._drawing(child)
        found = self.styles.run(style, run_properties(run.find(f"{W}rPr")), context.table_style) if text else {}
        if text and not found.get("vanish"):
            inside.stretches.append(_stretch(text, found))

    def _drawing(self, element: Element) -> None:
        """The boxes and pictures of a drawing, of alternative forms the first."""
        choices = [e for e in element.iter() if local(e) == "Choice"]
        for part in choices or [element]:
            for anchor in part.iter():
                if local(anchor) in ("anchor", "inline"):
                    self._anchored(anchor)
                elif local(anchor) == "textbox":  # VML, of old Word and WPS
                    self._text_box(anchor, "", "", "", 0)

    def _anchored(self, anchor: Element) -> None:
        extent = next((e for e in anchor if local(e) == "extent"), None)
        size = [(number(extent.get(k, "")) or 0) / _EMU if extent is not None else 0 for k in ("cx", "cy")]
        vertical = next((e for e in anchor if local(e) == "positionV"), None)
        relative = "" if vertical is None else vertical.get("relativeFrom", "")
        place, side = (_said(anchor, name) for name in ("positionV", "positionH"))
        boxed = False
        for element in anchor.iter():
            if local(element) == "txbx":
                boxed = True
                self._text_box(element, relative, place, side, size[0])
        if not boxed and any(local(e) == "blip" for e in anchor.iter()):
            self.pictures.append(Picture(size[0], size[1], self.section))

    def _text_box(self, element: Element, relative: str, place: str, side: str, width: float) -> None:
        for content in element.iter(f"{W}txbxContent"):
            inner = [b for b in self._blocks(content, _Context("文本框")) if isinstance(b, Paragraph)]
            self.boxes.append(TextBox(tuple(inner), relative, place, side, width))

    # -------------------------------------------------------------- tables

    def _table(self, element: Element) -> Table:
        properties = element.find(f"{W}tblPr")
        style = value(properties, "tblStyle")
        borders = {**self._style_borders(style), **_borders(properties, "tblBorders")}
        columns = [number(c.get(f"{W}w", "")) or 0 for c in element.iter(f"{W}gridCol")]
        floating = properties.find(f"{W}tblpPr") if properties is not None else None
        place = "" if floating is None else floating.get(f"{W}tblpYSpec", "") or floating.get(f"{W}tblpY", "0")
        rows = tuple(self._row(row, style) for row in element.iter(f"{W}tr") if _owner(row) is element)
        return Table(rows, borders, sum(columns) * _MM if columns else None, self.section, place)

    def _style_borders(self, style: str) -> dict[str, Border | None]:
        found: dict[str, Border | None] = {}
        for element in reversed(self.styles.ancestors(style)):
            found |= _borders(element.find(f"{W}tblPr"), "tblBorders")
        return found

    def _row(self, row: Element, style: str) -> Row:
        properties = row.find(f"{W}trPr")
        cells = tuple(self._cell(cell, style) for cell in row.iter(f"{W}tc") if _owner(cell) is row)
        return Row(cells, bool(on(properties, "tblHeader")), not on(properties, "cantSplit"))

    def _cell(self, cell: Element, style: str) -> Cell:
        properties = cell.find(f"{W}tcPr")
        merge = properties.find(f"{W}vMerge") if properties is not None else None
        continued = merge is not None and merge.get(f"{W}val", "continue") != "restart"
        blocks = list(self._blocks(cell, _Context("表格", style)))
        paragraphs = tuple(b for b in blocks if isinstance(b, Paragraph))
        holds = len(paragraphs) < len(blocks) or any(local(e) in ("drawing", "pict", "object") for e in cell.iter())
        span = number(value(properties, "gridSpan"))
        return Cell(paragraphs, int(span or 1), continued, holds, _borders(properties, "tcBorders"))

    # -------------------------------------------------------------- sections

    def _sections(self, root: Element) -> Iterator[Section]:
        footers: dict[str, Footer] = {}
        headers: dict[str, Footer] = {}
        for element in root.iter(f"{W}sectPr"):
            if local(element.getparent()) == "sectPrChange":  # type: ignore[arg-type]
                continue
            # A section without a footer or header of its own goes on with the last one's.
            footers = {**footers, **self._referred(element, "footerReference")}
            headers = {**headers, **self._referred(element, "headerReference")}
            yield _section(element, footers, headers)

    def _referred(self, section: Element, name: str) -> dict[str, Footer]:
        return {
            reference.get(f"{W}type", "default"): self._footer(reference.get(f"{_R}id", ""))
            for reference in section.findall(f"{W}{name}")
        }

    def _footer(self, relation: str) -> Footer:
        root = self.roots.get(self.targets.get(relation, ("", ""))[1])
        if root is None:
            return Footer((), ())
        outer, self.boxes = self.boxes, []
        blocks = list(self._blocks(root, _Context("页脚")))
        boxes, self.boxes = tuple(self.boxes), outer
        cells = (c for b in blocks if isinstance(b, Table) for r in b.rows for c in r.cells)
        return Footer(
            (*(b for b in blocks if isinstance(b, Paragraph)), *(p for c in cells for p in c.paragraphs)), boxes
        )


def _said(anchor: Element, name: str) -> str:
    """The place that an anchor gives: ``bottom``, ``outside`` … or an offset in EMU."""
    element = next((e for e in anchor if local(e) == name), None)
    return "" if element is None else "".join(str(t) for t in element.itertext()).strip()


def _stretch(text: str, found: Properties) -> Stretch:
    return Stretch(
        text, found.get("eastAsia", ""), found.get("ascii", "") or found.get("hAnsi", ""),
        float(found.get("sz", _DEFAULT_SIZE)), bool(found.get("b")), found.get("color", "000000"),
        float(found.get("spacing", 0)), float(found.get("w", 100)), found.get("snapToGrid", True),
        tuple(name for name, keys in _MARKS.items() if any(found.get(key) for key in keys)),
    )  # fmt: skip


def _runs(element: Element) -> Iterator[Element]:
    """The runs of a paragraph, also inside links, insertions and forms; none of deleted text, none of boxes."""
    for child in element:
        kind = local(child)
        if kind == "r":
            yield child
        elif kind and kind not in _PASSED:
            yield from _runs(child)


def _owner(element: Element) -> Element | None:
    """The table that a row, or the row that a cell stands in, past wrappers of forms."""
    parent = element.getparent()
    while parent is not None and local(parent) in ("sdt", "sdtContent", "ins", "customXml"):
        parent = parent.getparent()
    return parent


def _borders(properties: Element | None, name: str) -> dict[str, Border | None]:
    group = properties.find(f"{W}{name}") if properties is not None else None
    return {} if group is None else {local(side): border(side) for side in group}


def _section(element: Element, footers: Mapping[str, Footer], headers: Mapping[str, Footer]) -> Section:
    def mm(name: str, attribute: str) -> float:
        return (number(value(element, name, attribute)) or 0) * _MM

    grid = element.find(f"{W}docGrid")
    pitch = number(value(element, "docGrid", "linePitch"))
    return Section(
        width=mm("pgSz", "w"),
        height=mm("pgSz", "h"),
        top=abs(mm("pgMar", "top")),
        bottom=abs(mm("pgMar", "bottom")),
        left=mm("pgMar", "left") + mm("pgMar", "gutter"),
        right=mm("pgMar", "right"),
        footer=mm("pgMar", "footer"),
        landscape=mm("pgSz", "w") > mm("pgSz", "h"),
        grid="" if grid is None else grid.get(f"{W}type", ""),
        pitch=None if pitch is None else pitch / 20,
        spacing=(number(value(element, "docGrid", "charSpace")) or 0) / 4096,
        footers=dict(footers),
        first_differs=bool(on(element, "titlePg")),
        headers=dict(headers),
        others=dict(_others(element)),
    )


def _others(section: Element) -> Iterator[tuple[str, str]]:
    """Settings of a section that are not as in every ordinary one."""
    if (columns := value(section, "cols", "num") or "1") != "1":
        yield "分栏", f"{columns} 栏"
    for name, shown in (("pgBorders", "页面边框"), ("lnNumType", "行号")):
        found = section.find(f"{W}{name}")
        if found is not None and (len(found) or found.attrib):
            yield shown, "有"
    if start := value(section, "pgNumType", "start"):
        yield "起始页码", start
    if (align := value(section, "vAlign") or "top") != "top":
        yield "竖直对齐", {"center": "居中", "bottom": "靠下"}.get(align, "两端")
    if (value(section, "textDirection") or "lrTb") not in _ACROSS:
        yield "文字方向", "竖排"
