"""Paragraphs as one string each or several together, and the way back from any stretch of it to runs."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from builder.guard import Element, local
from builder.redline.marks.names import MC, A, R, V, W, child

END = "\u2029"  # the end of a paragraph
_OBJECTS = 0xF0000  # the plane of private characters: what is no text, a character for each different thing
_INLINE = ("hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo", "fldSimple", "ins", "moveTo")
_SILENT = ("pPr", "proofErr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr")
_PASSED = ("rPr", "lastRenderedPageBreak", "instrText", "fldChar", "annotationRef")
BOX = f"{W}txbxContent"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a stream from ``start`` on: characters of one run, or one character for ``node``.

    The node of an ``END`` is its paragraph. ``run`` is None for what stands in no run.
    """

    start: int
    text: str
    run: Element | None
    node: Element | None


@dataclass(frozen=True, slots=True)
class Stream:
    """Paragraphs one after the other. ``points`` stand at an offset and are no text: bookmarks, ends of comments."""

    text: str
    pieces: tuple[Piece, ...]
    points: tuple[tuple[int, Element], ...]

    def cut(self, start: int, stop: int) -> Iterator[Piece]:
        """What stands from ``start`` to ``stop``."""
        at = max(bisect_right(self.pieces, start, key=lambda piece: piece.start) - 1, 0)
        while at < len(self.pieces) and (piece := self.pieces[at]).start < stop:
            low, high = max(start, piece.start), min(stop, piece.start + len(piece.text))
            if low < high:
                yield Piece(low, piece.text[low - piece.start : high - piece.start], piece.run, piece.node)
            at += 1


@dataclass(slots=True)
class Signs:
    """One character for each thing that is no text, the same for the same thing in both files."""

    known: dict[str, str] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """The character for a key."""
        return self.known.setdefault(key, chr(_OBJECTS + len(self.known) % 0xFFFD))


Picture = Callable[[str], bytes]  # the bytes that a relationship leads to


class Reader:
    """Reads paragraphs of one file; ``picture`` finds its pictures."""

    def __init__(self, signs: Signs, picture: Picture) -> None:
        self._signs, self._picture = signs, picture

    def read(self, paragraphs: Iterable[Element]) -> Stream:
        """Paragraphs as one stream; each of them ends with ``END``."""
        made = _Making(self._object)
        for paragraph in paragraphs:
            made.container(paragraph)
            made.add(END, None, paragraph)
        return made.stream()

    def _object(self, node: Element) -> str:
        name = local(node)
        if next(node.iter(BOX), None) is not None:
            return self._signs.of("box")
        if name in ("drawing", "pict", "AlternateContent", "object"):
            shown = [*(b.get(f"{R}embed") or "" for b in node.iter(f"{A}blip"))]
            shown += [i.get(f"{R}id") or "" for i in node.iter(f"{V}imagedata")]
            found = [hashlib.sha256(self._picture(relation)).hexdigest() for relation in shown]
            return self._signs.of(" ".join([name if not found else "picture", *found]))
        return self._signs.of(etree.tostring(node, method="c14n", exclusive=True, with_tail=False).decode())


class _Making:
    """A stream in the making. Fields stand as what they show."""

    def __init__(self, sign: Callable[[Element], str]) -> None:
        self._sign, self._length, self._hidden = sign, 0, 0
        self._texts: list[str] = []
        self._pieces: list[Piece] = []
        self._points: list[tuple[int, Element]] = []
        self._fields: list[bool] = []  # of each field that has begun: whether its result has

    def add(self, text: str, run: Element | None, node: Element | None) -> None:
        if text:
            self._pieces.append(Piece(self._length, text, run, node))
            self._texts.append(text)
            self._length += len(text)

    def container(self, parent: Element) -> None:
        """A paragraph, or what wraps runs in it."""
        for element in parent:
            name = local(element)
            if element.tag == f"{W}r":
                self._run(element)
            elif element.tag == f"{MC}AlternateContent":
                self.add(self._sign(element), None, element)
            elif name in _INLINE:
                self.container(element)
            elif name in ("oMath", "oMathPara"):
                self.add(self._sign(element), None, element)
            elif name and name not in _SILENT:
                self._points.append((self._length, element))

    def _run(self, run: Element) -> None:
        if child(run, "commentReference") is not None:
            self._points.append((self._length, run))
            return
        for element in run:
            name = local(element)
            if name == "fldChar":
                self._field(element.get(f"{W}fldCharType"))
            elif not name or name in _PASSED or not all(self._fields):
                continue
            elif name == "t":
                self.add(element.text or "", run, None)
            else:
                self.add(self._shown(element, name), run, element)

    def _shown(self, element: Element, name: str) -> str:
        if name in ("tab", "ptab"):
            return "\t"
        if name == "cr" or (name == "br" and element.get(f"{W}type", "textWrapping") == "textWrapping"):
            return "\n"
        return self._sign(element)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def stream(self) -> Stream:
        return Stream("".join(self._texts), tuple(self._pieces), tuple(self._points))
