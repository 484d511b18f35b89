"""Many PDFs bound as one volume: their pages as they are, a mark laid over each, one outline, labels of pages, PDF/A-2b."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from builder.qpdf import metadata
from builder.qpdf.adopting import Adopting, Stock

_KEPT = ("/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/Rotate", "/UserUnit", "/Group")
_INHERITED = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
_MARK = "/JianbaoMark"
_LEVEL = re.compile(rb"pdfaid:part(?:>|=[\"'])[1-4]")
_PAGE = re.compile("page:([0-9]{1,6})")
_PRINTED = 4  # the flag that PDF/A wants of every annotation
_DEEP = 20  # levels of an outline
_COLOURS = slice(16, 20)  # of a colour profile: the kind of its colours, ICC.1 7.2.8
_CLAIM = {"part": "2", "conformance": "B"}


@dataclass(frozen=True, slots=True)
class Part:
    """A PDF whose pages are bound; None for one page that only its mark prints (a blank one).

    ``title`` is its line in the outline, below which its own outline hangs; with "" its own lines stand for themselves.
    ``leads``: its links to ``page:12`` lead to the page of the volume that is labelled 12 (contents and indexes).
    """

    pdf: bytes | None
    title: str = ""
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """How pages are called from ``first`` (from 0) on: ``style`` D (1, 2 …), R (I, II …) or "" after ``prefix``, from 1."""

    first: int
    style: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the volume says of itself."""

    title: str
    author: str
    year: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The bound file; ``claims`` whether it claims PDF/A-2b: it does where all its parts claim a PDF/A of the same colours."""

    pdf: bytes
    pages: int
    claims: bool


@dataclass(slots=True)
class _Line:
    """A line of the outline before it is written; ``place`` is what follows the page in its destination."""

    title: str
    page: pikepdf.Object
    place: Sequence[Any] = (Name.Fit,)
    below: list[_Line] = field(default_factory=list)


class NotBindable(ValueError):
    """The marks are not as many as the pages: a bug of the caller."""


def bound(parts: Iterable[Part], marks: bytes, labels: Sequence[Labels], told: Told) -> Bound:
    """The parts as one PDF. What stands on a page is not touched: the same content stream, the same fonts.

    Fonts, colour profiles and pictures that several parts have are in it once. Links within a part lead where they led.
    Tags are left out (PDF/A-2b wants none); the text can be read out. The same parts give the same bytes.

    Args:
        parts: in order; taken as they come, so that they need not all be in memory.
        marks: a PDF with a page for each page of the volume, of the same size, which is laid over it.
        labels: names of pages; ``page:12`` goes by the last of them.
        told: what the volume says of itself.

    Raises:
        NotBindable: the number of marks is another one.
    """
    with pikepdf.new() as target, pikepdf.open(io.BytesIO(marks)) as over:
        binder = _Binder(target, over)
        for part in parts:
            binder.add(part)
        if len(target.pages) != len(over.pages):
            raise NotBindable(f"{len(over.pages)} marks for {len(target.pages)} pages")
        claims = binder.finish()
        _outline(target, told.title, binder.lines)
        _labels(target, labels)
        _tell(target, told, claims)
        binder.lead(labels[-1].first)
        out = io.BytesIO()
        target.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return Bound(out.getvalue(), len(target.pages), claims)


class _Binder:
    """The volume as it grows."""

    def __init__(self, target: pikepdf.Pdf, over: pikepdf.Pdf) -> None:
        self._target, self._over = target, over
        self._stock = Stock(target)
        self._adopting = self._marking = Adopting(self._stock)
        self._before = target.make_indirect(pikepdf.Stream(target, b"q\n"))
        self._after: dict[tuple[float, ...], pikepdf.Object] = {}
        self._claims = _claims(over)
        self._intent: pikepdf.Object | None = None
        self._colours: set[bytes] = set()
        self._leading: list[tuple[pikepdf.Object, int]] = []  # links, and the numbers of the pages that they lead to
        self.lines: list[_Line] = []

    def add(self, part: Part) -> None:
        """Bind the pages of a part."""
        if part.pdf is None:
            self._blank()
            return
        self._adopting = Adopting(self._stock)
        with pikepdf.open(io.BytesIO(part.pdf)) as source:
            own = [page.obj for page in source.pages]
            new = [self._page(page) for page in own]
            places = _Places(source, {old.objgen: made for old, made in zip(own, new, strict=True)})
            for old, made in zip(own, new, strict=True):
                if links := self._links(old, places, part.leads):
                    made.Annots = links
            lines = places.lines(source.Root.get("/Outlines"))
            self.lines += [_Line(part.title, new[0], below=lines)] if part.title else lines
            self._claims = self._claims and _claims(source)
            self._coloured(source)

    def finish(self) -> bool:
        """Write the fonts; whether all parts claim PDF/A and mean the same kind of colours, which are then said."""
        self._stock.fonts.finish()
        if self._intent is None or len(self._colours) != 1 or not self._claims:
            return False
        self._target.Root.OutputIntents = Array([self._intent])
        return True

    def lead(self, first: int) -> None:
        """Give the links to pages of the volume their places; the page labelled 1 is the ``first`` (from 0)."""
        for link, number in self._leading:
            link.Dest = Array([self._target.pages[first + number - 1].obj, Name.Fit])

    def _blank(self) -> None:
        box = self._over.pages[len(self._target.pages)].mediabox
        self._append(Dictionary(Type=Name.Page, MediaBox=Array(list(box)), Resources=Dictionary()), Array())

    def _page(self, old: pikepdf.Object) -> pikepdf.Object:
        page = Dictionary(Type=Name.Page)
        for key in _KEPT:
            if (value := _inherited(old, key)) is not None:
                page[key] = self._adopting.taken(value)
        resources = _inherited(old, "/Resources")
        page.Resources = Dictionary() if resources is None else self._adopting.taken(resources)
        contents = old.get("/Contents", Array())
        streams = list(contents) if isinstance(contents, Array) else [contents]
        return self._append(page, Array([self._adopting.taken(each) for each in streams]))

    def _append(self, page: pikepdf.Object, contents: pikepdf.Object) -> pikepdf.Object:
        """The page, with its mark, as the next one."""
        mark = self._mark(len(self._target.pages))
        if mark is not None:
            box = page.get("/CropBox", page.MediaBox)
            resources = Dictionary({name: page.Resources[name] for name in page.Resources.keys()})  # noqa: SIM118
            forms = resources.get("/XObject", Dictionary())
            resources.XObject = Dictionary({name: forms[name] for name in forms.keys()} | {_MARK: mark})  # noqa: SIM118
            page.Resources = resources
            contents = Array(
                [self._before, *contents, self._drawn([float(side) for side in box], int(page.get("/Rotate", 0)) % 360)]
            )
        page.Contents = contents
        made = self._target.make_indirect(page)
        self._target.pages.append(pikepdf.Page(made))
        return self._target.pages[-1].obj

    def _mark(self, number: int) -> pikepdf.Object | None:
        """The mark of a page (from 0) as a form; None where it prints nothing or there is none."""
        if number >= len(self._over.pages):
            return None
        page = self._over.pages[number].obj
        contents = page.get("/Contents", Array())
        streams = list(contents) if isinstance(contents, Array) else [contents]
        form = pikepdf.Stream(self._target, b"\n".join(each.read_bytes() for each in streams))
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array(list(page.MediaBox))
        form.Resources = self._marking.taken(_inherited(page, "/Resources"))
        return self._target.make_indirect(form)

    def _drawn(self, box: Sequence[float], turn: int) -> pikepdf.Object:
        """What ends a page's own content and draws its mark upright, as the page is shown."""
        left, bottom, right, top = box
        matrix = {
            0: (1, 0, 0, 1, left, bottom),
            90: (0, 1, -1, 0, right, bottom),
            180: (-1, 0, 0, -1, right, top),
            270: (0, -1, 1, 0, left, top),
        }[turn]
        if matrix not in self._after:
            moved = " ".join(f"{value:.5g}" if abs(value) < 1 else f"{value:.3f}" for value in matrix)
            text = f"\nQ q {moved} cm /Artifact BMC {_MARK} Do EMC Q\n"
            self._after[matrix] = self._target.make_indirect(pikepdf.Stream(self._target, text.encode()))
        return self._after[matrix]

    def _links(self, old: pikepdf.Object, places: _Places, leads: bool) -> pikepdf.Object | None:
        """The links of a page; what else is noted on it is left out, as PDF/A would have it."""
        made = [link for note in old.get("/Annots", ()) if (link := self._link(note, places, leads)) is not None]
        return Array(made) if made else None

    def _link(self, note: pikepdf.Object, places: _Places, leads: bool) -> pikepdf.Object | None:
        if note.get("/Subtype") != Name.Link:
            return None
        action = note.get("/A")
        page = _PAGE.fullmatch(str(action.get("/URI", ""))) if leads and action is not None else None
        if page is not None:
            made = self._target.make_indirect(_noted({"/Rect": self._adopting.taken(note.Rect)}))
            self._leading.append((made, int(page[1])))
            return made
        if action is not None and action.get("/S") == Name.URI:
            lead: dict[str, pikepdf.Object] = {"/A": Dictionary(S=Name.URI, URI=String(str(action.URI)))}
        else:
            place = places.found(note.get("/Dest") if action is None else action.get("/D"))
            if place is None:
                return None
            lead = {"/Dest": Array([place[0], *place[1]])}
        kept = {key: self._adopting.taken(note[key]) for key in ("/Rect", "/QuadPoints", "/Contents") if key in note}
        return self._target.make_indirect(_noted({**kept, **lead}))

    def _coloured(self, source: pikepdf.Pdf) -> None:
        for intent in source.Root.get("/OutputIntents", ()):
            if "/DestOutputProfile" in intent:
                self._colours.add(intent.DestOutputProfile.read_bytes()[_COLOURS])
                if self._intent is None:
                    self._intent = self._adopting.shared(intent)


def _noted(told: dict[str, pikepdf.Object]) -> pikepdf.Dictionary:
    """A link as PDF/A would have it."""
    made = Dictionary({**told, "/Border": Array([0, 0, 0]), "/F": _PRINTED})
    made.Type, made.Subtype = Name.Annot, Name.Link
    return made


class _Places:
    """Places within a part, as places of the volume: (page, what follows it in a destination)."""

    def __init__(self, source: pikepdf.Pdf, pages: dict[tuple[int, int], pikepdf.Object]) -> None:
        self._pages = pages
        self._named: dict[str, Any] = {}
        names = source.Root.get("/Names", Dictionary()).get("/Dests")
        if names is not None:
            self._named = {str(name): value for name, value in pikepdf.NameTree(names).items()}
        old = source.Root.get("/Dests", Dictionary())
        self._named.update({name: old[name] for name in old.keys()})  # noqa: SIM118

    def found(self, place: Any) -> tuple[pikepdf.Object, list[Any]] | None:
        """Where a destination leads; None where it leads to no page of the part."""
        if isinstance(place, String | Name):
            place = self._named.get(str(place))
        if isinstance(place, Dictionary):
            place = place.get("/D")
        if not isinstance(place, Array) or not len(place) or not isinstance(place[0], pikepdf.Object):
            return None
        page = self._pages.get(place[0].objgen)
        rest = [each if not isinstance(each, pikepdf.Object) else Name(str(each)) for each in list(place)[1:]]
        return None if page is None else (page, rest)

    def lines(self, outline: pikepdf.Object | None, deep: int = 0) -> list[_Line]:
        """The lines below one of an outline that lead to a page."""
        found: list[_Line] = []
        item = outline.get("/First") if outline is not None and deep < _DEEP else None
        while item is not None and len(found) <= len(self._pages) * 100:  # a ring would have no end
            action = item.get("/A")
            place = self.found(item.get("/Dest") if action is None else action.get("/D"))
            below = self.lines(item, deep + 1)
            found += [_Line(str(item.Title), place[0], place[1], below)] if place is not None else below
            item = item.get("/Next")
        return found


def _inherited(page: pikepdf.Object, key: str) -> Any:
    """What a page says of itself, or the tree above it; None where neither does."""
    while key not in page and key in _INHERITED and "/Parent" in page:
        page = page.Parent
    return page.get(key)


def _claims(source: pikepdf.Pdf) -> bool:
    return "/Metadata" in source.Root and _LEVEL.search(source.Root.Metadata.read_bytes()) is not None


def _outline(target: pikepdf.Pdf, title: str, lines: list[_Line]) -> None:
    """One line for the volume, opened; below it those of its parts, closed."""
    if not len(target.pages):
        return
    root = target.make_indirect(Dictionary(Type=Name.Outlines))
    whole = _Line(title, target.pages[0].obj, below=lines)
    _hang(target, root, [whole])
    root.Count = 1 + len(lines)
    root.First.Count = len(lines)
    if not lines:
        del root.First["/Count"]
    target.Root.Outlines = root
    target.Root.PageMode = Name.UseOutlines


def _hang(target: pikepdf.Pdf, above: pikepdf.Object, lines: Sequence[_Line]) -> None:
    items = [target.make_indirect(Dictionary(Title=String(line.title), Parent=above)) for line in lines]
    for n, (item, line) in enumerate(zip(items, lines, strict=True)):
        item.Dest = Array([line.page, *line.place])
        if n:
            item.Prev, items[n - 1].Next = items[n - 1], item
        if line.below:
            _hang(target, item, line.below)
            item.Count = -len(line.below)
    if items:
        above.First, above.Last = items[0], items[-1]


def _labels(target: pikepdf.Pdf, labels: Sequence[Labels]) -> None:
    def entries() -> Iterator[Any]:
        for label in labels:
            made = Dictionary()
            if label.style:
                made.S = Name(f"/{label.style}")
            if label.prefix:
                made.P = String(label.prefix)
            yield from (label.first, made)

    target.Root.PageLabels = Dictionary(Nums=Array(list(entries())))


def _tell(target: pikepdf.Pdf, told: Told, claims: bool) -> None:
    metadata.tell(target, told.title, _CLAIM if claims else {}, author=told.author, year=told.year)
    target.Root.PageLayout = Name.TwoPageRight  # the first page is a right-hand one
