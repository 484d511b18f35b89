"""What a screen reader is given: the structure tree of a PDF with the text of its elements, and what it is told to pass over.

Read with pikepdf from the tree, the marked content of the pages and the fonts' ToUnicode, apart from what ``builder`` reads.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf

_ATTRIBUTES = ("Scope", "RowSpan", "ColSpan", "Headers", "Placement")


@dataclass(frozen=True)
class Element:
    """One element; ``parts`` are its marked text and its children, in reading order."""

    kind: str
    parts: tuple[str | Element, ...]
    alternative: str | None
    title: str | None
    own_id: str | None
    attributes: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """All text below it, in reading order."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def kids(self) -> list[Element]:
        """The elements right below it."""
        return [part for part in self.parts if isinstance(part, Element)]

    def walk(self) -> Iterator[Element]:
        """It and all below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.walk()

    def all(self, *kinds: str) -> list[Element]:
        """The elements of these kinds, in reading order."""
        return [each for each in self.walk() if each.kind in kinds]


@dataclass(frozen=True)
class Artefact:
    """What is passed over: its type (Pagination, Layout, ``""``), subtype and text; ``page`` from 1."""

    page: int
    type: str
    subtype: str
    text: str


@dataclass(frozen=True)
class Heard:
    """A file as a screen reader has it."""

    document: Element
    artefacts: tuple[Artefact, ...]
    untold: tuple[str, ...]  # text that is neither in the tree nor passed over
    language: str
    shows_title: bool
    links: tuple[str, ...]  # the descriptions of link annotations


def heard(pdf: bytes) -> Heard:
    """The structure of a file."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = {page.obj.objgen: _page(page, number) for number, page in enumerate(document.pages, 1)}
        [top] = document.Root.StructTreeRoot.K
        marked = {(page, mcid): text for page, (told, _, _) in pages.items() for mcid, text in told.items()}
        return Heard(
            _element(top, None, marked),
            tuple(each for _, artefacts, _ in pages.values() for each in artefacts),
            tuple(text for _, _, loose in pages.values() for text in loose),
            str(document.Root.Lang),
            bool(document.Root.ViewerPreferences.DisplayDocTitle),
            tuple(str(note.Contents) for page in document.pages for note in _several(page.obj, "/Annots")),
        )


def _element(item: Any, page: Any, marked: Mapping[tuple[Any, int], str]) -> Element:
    page = item.Pg.objgen if "/Pg" in item else page
    parts: list[str | Element] = []
    for kid in _several(item, "/K"):
        if isinstance(kid, int):
            parts.append(marked.get((page, kid), ""))
        elif kid.get("/Type") == "/MCR":
            parts.append(marked.get((kid.Pg.objgen if "/Pg" in kid else page, int(kid.MCID)), ""))
        elif kid.get("/Type") != "/OBJR":
            parts.append(_element(kid, page, marked))
    text = {key: str(item[name]) if name in item else None for key, name in (("a", "/Alt"), ("t", "/T"), ("i", "/ID"))}
    return Element(str(item.S)[1:], tuple(parts), text["a"], text["t"], text["i"], dict(_attributes(item)))


def _attributes(item: Any) -> Iterator[tuple[str, Any]]:
    for owner in _several(item, "/A"):
        for name in _ATTRIBUTES:
            if (value := owner.get(f"/{name}")) is not None:
                yield name, [str(x) for x in value] if isinstance(value, pikepdf.Array) else (
                    value if isinstance(value, int) else str(value)[1:])  # fmt: skip


def _several(item: Any, key: str) -> list[Any]:
    """The values of a key that may have one value or an array of them."""
    value = item.get(key)
    return [] if value is None else list(value) if isinstance(value, pikepdf.Array) else [value]


def _page(page: pikepdf.Page, number: int) -> tuple[dict[int, str], list[Artefact], list[str]]:
    """Text by MCID, artefacts, and text that is neither."""
    resources, fonts = page.obj.Resources, {}
    marked: dict[int, str] = {}
    artefacts: list[Artefact] = []
    loose: list[str] = []
    open_: list[tuple[str, Any]] = []
    characters: Mapping[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BMC", "BDC"):
            given = operands[1] if name == "BDC" else None
            open_.append((str(operands[0]), resources.Properties[given] if isinstance(given, pikepdf.Name) else given))
            if open_[-1][0] == "/Artifact":
                artefacts.append(Artefact(number, _name(open_[-1][1], "/Type"), _name(open_[-1][1], "/Subtype"), ""))
            if _has(open_[-1], "/ActualText"):
                _put(str(open_[-1][1].ActualText), open_, marked, artefacts, loose)
        elif name == "EMC":
            open_.pop()
        elif name == "Tf":
            font = str(operands[0])
            characters = fonts.setdefault(font, _characters(resources.Font[operands[0]]))
        elif name in ("Tj", "TJ") and not any(_has(each, "/ActualText") for each in open_):
            strings = operands[0] if name == "TJ" else operands
            codes = b"".join(bytes(each) for each in strings if isinstance(each, pikepdf.String))
            shown = "".join(characters[int.from_bytes(codes[n : n + 2], "big")] for n in range(0, len(codes), 2))
            _put(shown, open_, marked, artefacts, loose)
    return marked, artefacts, loose


def _put(
    text: str, open_: list[tuple[str, Any]], marked: dict[int, str], artefacts: list[Artefact], loose: list[str]
) -> None:
    """Text to where the innermost sequence of marked content that says anything about it puts it."""
    for each in reversed(open_):
        if _has(each, "/MCID"):
            marked[int(each[1].MCID)] = marked.get(int(each[1].MCID), "") + text
            return
        if each[0] == "/Artifact":
            last = artefacts[-1]
            artefacts[-1] = Artefact(last.page, last.type, last.subtype, last.text + text)
            return
    loose.append(text)


def _has(sequence: tuple[str, Any], key: str) -> bool:
    return sequence[1] is not None and key in sequence[1]


def _name(properties: Any, key: str) -> str:
    return str(properties[key])[1:] if properties is not None and key in properties else ""


def _characters(font: Any) -> dict[int, str]:
    """Code → characters, of a font with two-byte codes."""
    table = font.ToUnicode.read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    assert "beginbfrange" not in table, "ranges are not read here"
    return found
