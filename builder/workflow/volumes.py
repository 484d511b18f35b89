"""年度合订本: the published issues of a year bound as one PDF, after each was judged by its bag and the chain.

    acts of the year → bags judged → pages read → their numbers → indexes, cover and contents → marks → bound → read back

The pages are those that were published; nothing of them is set anew. It is no act: it can be made again any time, and the same
archive gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from builder import pdfium
from builder.archive.store import Store
from builder.errors import Fault, Place, RenderError
from builder.fonts import FontSet
from builder.forms import TEMPLATES, BoundIssue, Volume
from builder.forms.volume_marks import BLANK, marks_view
from builder.measure.differences import first_difference
from builder.measure.pdf import as_read
from builder.records import Act
from builder.render.child import Engines
from builder.workflow.recording import Desk
from builder.workflow.volume_matter import (
    Matter,
    Roster,
    back_pdf,
    bound_issue,
    cover_colour,
    front_pdf,
    roster,
    void_issue,
)
from builder.workflow.volume_numbers import Number, numbers
from builder.workflow.volume_pages import COVER, Leaf, Read, filled, numbered, read_pages, told_blank

if TYPE_CHECKING:
    from builder.qpdf.binding import Bound

_PDF, _VIEW, _OFFICE = "issue.pdf", "view.json", "sources/content/office.yaml"
_COVER, _INSIDE = "封面", "封二"
_REPORT = "没有写出文件；请报告这个错误。"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an issue came to stand: its number as printed, its bag, its ``first`` page (0: void, left out) and how many pages."""

    label: str
    folder: str
    first: int
    pages: int


@dataclass(frozen=True, slots=True)
class Made:
    """A volume: the file; pages before, in and behind its issues, blank ones counted; ``archival`` where it is PDF/A-2b."""

    title: str
    pdf: bytes
    front: int
    body: int
    back: int
    issues: tuple[Placed, ...]
    archival: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """Pages that are bound one after the other: their line in the outline ("" for their own lines), and what gives the file.

    Of ``leaves`` the first ``pages`` are those of the file; what follows is blank.
    """

    title: str
    read: Callable[[], bytes]
    leaves: tuple[Leaf, ...]
    pages: int
    outline: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Issue:
    """A number with what was read of its pages (None of a void one), as the contents name it, and its first page (0: none)."""

    number: Number
    read: Read | None
    named: BoundIssue
    first: int = 0

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Its pages in the volume, a blank one at the end where the next issue would begin on the left."""
        return filled(self.read.leaves) if self.read is not None else ()


def volume(desk: Desk, publication: str, year: int, fontset: FontSet, engines: Engines) -> Made:
    """Bind the year of a publication, as far as it was published. Nothing is written.

    Raises:
        InvalidContent, ArchiveDamaged, FileError: see ``volume_numbers.numbers``.
        RenderError: a page that is added cannot be set, or the volume does not carry the text of its pages.
    """
    with desk.register.reading() as reading:
        found, faults = numbers(reading, desk.store, publication, year)
    issues = _issues(desk.store, found)
    told = replace(_volume(desk.store, issues, year), closed=not faults)
    bound = [_section(desk.store, issue) for issue in issues if issue.read is not None]
    starts, body = [issue.first for issue in issues], sum(len(section.leaves) for section in bound)
    back, odd_back = _added(back_pdf(told, starts, fontset, engines))
    indexes = [(title, body + page) for section in back for title, page in section.outline]
    front, odd_front = _added(front_pdf(told, starts, indexes, fontset, engines))
    sections = (*front, *bound, *back)
    before = sum(len(section.leaves) for section in front)
    leaves = tuple(numbered([leaf for section in sections for leaf in section.leaves], before))
    made = _bound(sections, leaves, before, told, fontset, engines)
    _compared(made.pdf, leaves)
    remarks = (*faults, *odd_front, *odd_back, *_unmarked(issues, leaves[before:]), *_plain(made.claims, publication))
    placed = tuple(_placed(issue) for issue in issues)
    return Made(told.title, made.pdf, before, body, len(leaves) - before - body, placed, made.claims, remarks)


def _added(matter: Matter | None) -> tuple[tuple[_Section, ...], tuple[Fault, ...]]:
    """Pages set for the volume as a section, and what is to be told of them; none for None."""
    if matter is None:
        return (), ()
    pdf, faults = matter
    read = read_pages(pdf)
    return (_Section("", lambda: pdf, filled(told_blank(read.leaves)), read.count, read.outline),), faults


def _section(store: Store, issue: _Issue) -> _Section:
    """An issue, read from its bag again when its turn comes."""
    assert issue.read is not None
    printed = issue.number.printed
    return _Section(
        issue.named.number, lambda: store.read(printed, _PDF), issue.leaves, issue.read.count, issue.read.outline
    )


def _issues(store: Store, found: Sequence[Number]) -> tuple[_Issue, ...]:
    """What was read of every number, and where it begins: each on a right-hand page."""
    newest = max((number.printed for number in found if not number.void), key=lambda act: act.seq)
    units = roster(store.read(newest, _OFFICE)) if _OFFICE in newest.files else ()
    read = [_read(store, number, units) for number in found]
    ends = accumulate((len(issue.leaves) for issue in read), initial=0)
    return tuple(replace(issue, first=end + 1 if issue.read else 0) for issue, end in zip(read, ends, strict=False))


def _read(store: Store, number: Number, units: Roster) -> _Issue:
    if number.void is not None:
        void = void_issue(number.given, number.void.data["reason"], number.series)
        return _Issue(number, None, replace(void, begins=number.begins))
    read, view = read_pages(store.read(number.printed, _PDF)), json.loads(store.read(number.printed, _VIEW))
    named = bound_issue(number.printed, view, [leaf.text for leaf in read.leaves], units, number.series)
    corrected = tuple(_notice(number, act) for act in number.notices)
    return _Issue(number, read, replace(named, corrected=corrected, begins=number.begins))


def _notice(number: Number, act: Act) -> str:
    """The issue that corrects a number, with its year where that is another."""
    return str(act.data["label"]) if act.year == number.given.year else f"{act.year}年{act.data['label']}"


def _volume(store: Store, issues: Sequence[_Issue], year: int) -> Volume:
    """Names, colour and units as the newest issue has them."""
    newest = max((issue.number.printed for issue in issues if issue.read), key=lambda act: act.seq)
    units = roster(store.read(newest, _OFFICE)) if _OFFICE in newest.files else ()
    colour = cover_colour(json.loads(store.read(newest, _VIEW)))
    names = tuple(name for unit in units for name in unit)
    return Volume(
        newest.data["name"], year, newest.data["publisher"], tuple(issue.named for issue in issues), colour, names
    )


def _bound(
    sections: Sequence[_Section],
    leaves: Sequence[Leaf],
    before: int,
    told: Volume,
    fontset: FontSet,
    engines: Engines,
) -> Bound:
    """The file; ``before`` pages stand in front of the first issue."""
    from builder.qpdf import binding  # pikepdf takes a while to load

    def parts() -> Iterator[binding.Part]:
        for section in sections:
            yield binding.Part(section.read(), section.title, leads=not section.title)
            yield from (binding.Part(None),) * (len(section.leaves) - section.pages)

    view = marks_view(told.title, told.publisher, told.day, [leaf.mark for leaf in leaves], fontset.families())
    marks = engines.pdf(TEMPLATES, fontset.paths, view, {}).result()
    named = (binding.Labels(0, "", _COVER), binding.Labels(1, "", _INSIDE), binding.Labels(COVER, "R"))
    labels = [*(label for label in named if label.first < before), binding.Labels(before, "D")]
    return binding.bound(parts(), marks, labels, binding.Told(told.title, told.publisher, told.year))


def _compared(pdf: bytes, leaves: Sequence[Leaf]) -> None:
    """The text of every page of the volume is that of the page that was put in, and its mark.

    Raises:
        RenderError: that of a page is not.
    """
    pages, _ = pdfium.texts(pdf)
    for n, (page, leaf) in enumerate(zip(pages, leaves, strict=True), 1):
        wanted = as_read(leaf.text) + as_read(leaf.mark.text) + (as_read(BLANK) if leaf.mark.blank else "")
        if told := first_difference(wanted, as_read(page.whole)):
            raise RenderError(f"合订本第{n}面的文字与归档的不一致：{told[0]}", _REPORT)


def _placed(issue: _Issue) -> Placed:
    pages = issue.read.count if issue.read else 0
    return Placed(issue.named.number, issue.number.printed.folder, issue.first, pages)


def _unmarked(issues: Sequence[_Issue], leaves: Sequence[Leaf]) -> Iterator[Fault]:
    """A warning for every issue with pages on which there is no room for a number; ``leaves`` from the first issue on."""
    for issue in issues:
        own = leaves[issue.first - 1 :][: issue.read.count] if issue.read else ()
        bare = [str(n) for n, leaf in enumerate(own, 1) if not leaf.mark.text]
        if bare:
            told = f"{issue.named.number}第{'、'.join(bare)}面边上印有内容，没有加合订本的页码。"
            hint = "目录和索引仍照页序计数；要有页码的，装订前手工补写。"
            yield Fault("volume-mark", "warning", Place(issue.number.printed.folder), told, hint)


def _plain(archival: bool, publication: str) -> tuple[Fault, ...]:
    if archival:
        return ()
    told = "有的期不是 PDF/A（如四色印的），或颜色的标准不同，合订本不标为 PDF/A。"
    return (
        Fault("volume-plain", "warning", Place(publication), told, "内容不受影响；要长期保存的，以各期的归档包为准。"),
    )
