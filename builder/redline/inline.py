"""The runs of one Word paragraph as bits: revisions, fields, symbols, boxes and comments' ends, however the runs are split."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from builder.files import sha256
from builder.guard import Element, attribute, local
from builder.ooxml import MC, A, M, R, Source, Style, V, W, on, sign, value
from builder.redline.paragraphs import Bit, By

_INSERTS = (f"{W}ins", f"{W}moveTo")
_DELETES = (f"{W}del", f"{W}moveFrom")
_TEXTS: Mapping[str, str] = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DAY = re.compile("[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")  # LibreOffice writes "0-00-00T00:00:00Z" where it knows none
_LOOKS = {"b": "加粗", "i": "斜体", "strike": "删除线", "dstrike": "删除线"}


def by(element: Element | None) -> By | None:
    """Whose revision an element says it is; None for no element."""
    if element is None:
        return None
    day = attribute(element, "date")[:10]
    return By(attribute(element, "author"), day if _DAY.fullmatch(day) else "")


def chosen(both: Element) -> Element:
    """Of two forms of one thing (``mc:AlternateContent``) the newer; the whole where it has neither."""
    choice, older = both.find(f"{MC}Choice"), both.find(f"{MC}Fallback")
    return choice if choice is not None else older if older is not None else both


@dataclass
class Fields:
    """Fields that have begun; each says whether its result has. They may reach over several paragraphs."""

    showing: list[bool] = field(default_factory=list)

    def meet(self, kind: str) -> None:
        """A mark of a field (``w:fldCharType``)."""
        if kind == "begin":
            self.showing.append(False)
        elif kind == "separate" and self.showing:
            self.showing[-1] = True
        elif kind == "end" and self.showing:
            self.showing.pop()

    @property
    def hidden(self) -> bool:
        """Whether what comes now is an instruction, not a result."""
        return not all(self.showing)


@dataclass
class Inline:
    """Reads the content of a paragraph; what it finds gathers in its lists."""

    source: Source
    fields: Fields
    style: Style
    box: Callable[[Element], None]
    bits: list[Bit] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
    ends: list[tuple[int, str]] = field(default_factory=list)
    length: int = 0  # of what stands

    def read(self, parent: Element, put: By | None = None, gone: By | None = None) -> None:
        """Everything inside an element; ``put`` and ``gone`` are the revisions around it."""
        for child in parent:
            name = local(child)
            if child.tag == f"{W}r":
                self._run(child, put, gone)
            elif child.tag in (*_INSERTS, *_DELETES):
                inserts = child.tag in _INSERTS
                self.read(child, put or by(child) if inserts else put, gone if inserts else gone or by(child))
            elif name == "AlternateContent":
                self.read(chosen(child), put, gone)
            elif name in ("commentRangeStart", "commentRangeEnd"):
                ends = self.marks if name == "commentRangeStart" else self.ends
                ends.append((self.length, attribute(child, "id")))
            elif child.tag == f"{M}oMath":
                self._add("".join(t.text or "" for t in child.iter(f"{M}t", f"{W}t")), frozenset(), put, gone)
            elif name not in ("pPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "instrText"):
                self.read(child, put, gone)

    def _add(self, text: str, looks: frozenset[str], put: By | None, gone: By | None, reset: By | None = None) -> None:
        if text and not self.fields.hidden:
            self.bits.append(Bit(text, looks, put, gone, reset))
            self.length += 0 if gone else len(text)

    def _run(self, run: Element, put: By | None, gone: By | None) -> None:
        properties = run.find(f"{W}rPr")
        own = self.source.style(value(properties, "rStyle"))
        hidden = on(properties, "vanish")
        shows = not (own.hidden if hidden is None else hidden)
        looks = self._looks(properties, own)
        reset = by(properties.find(f"{W}rPrChange")) if properties is not None else None
        for child in run:
            name = local(child)
            if name == "fldChar":
                self.fields.meet(attribute(child, "fldCharType"))
            elif name == "rPr":
                continue
            elif text := self._text(child, name):
                if shows:
                    self._add(text, looks, put, gone, reset)
            else:
                self._other(child, name, gone)

    def _looks(self, properties: Element | None, own: Style) -> frozenset[str]:
        """The formats of meaning that a run shows, those of its styles among them."""
        found = {word for name, word in _LOOKS.items() if on(properties, name)}
        if on(properties, "b") is None and (own.bold or self.style.bold):
            found.add("加粗")
        if value(properties, "u", "none") != "none":
            found.add("下划线")
        if value(properties, "highlight", "none") != "none":
            found.add("突出显示")
        return frozenset(found)

    @staticmethod
    def _text(child: Element, name: str) -> str:
        if name in ("t", "delText"):
            return child.text or ""
        if name == "sym":
            return sign(child)[0]
        if name == "br" and child.get(f"{W}type", "textWrapping") != "textWrapping":
            return ""
        if name == "ruby":
            return "".join(t.text or "" for base in child.iter(f"{W}rubyBase") for t in base.iter(f"{W}t"))
        return _TEXTS.get(name, "")

    def _other(self, child: Element, name: str, gone: By | None) -> None:
        """Boxes, pictures, and what refers to comments."""
        if name == "AlternateContent":
            for each in chosen(child):
                self._other(each, local(each), gone)
        elif name == "commentReference":  # it comes after the comment's words; at a point it is all there is
            for ends in (self.marks, self.ends):
                ends.append((self.length, attribute(child, "id")))
        elif name in ("drawing", "pict", "object") and not gone:
            self._drawn(child)

    def _drawn(self, parent: Element) -> None:
        """Text boxes and pictures inside a drawing, in either form."""
        for child in parent:
            if child.tag == f"{W}txbxContent":
                self.box(child)
            elif local(child) == "AlternateContent":
                self._drawn(chosen(child))
            elif child.tag in (f"{A}blip", f"{V}imagedata"):
                data = self.source.picture(child.get(f"{R}embed") or child.get(f"{R}id") or "")
                if data is not None:
                    self.pictures.append(sha256(data))
            else:
                self._drawn(child)
