"""Search over everything published and drafted: the register answers for the one, the library for the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from builder.compose import compose, item_uses
from builder.content.sheets import read_sheet
from builder.errors import InvalidContent
from builder.model import Block, Item, Office, Paragraph, Source, Table
from builder.records import IndexEntry
from builder.render import view
from builder.render.entries import entries
from builder.settings import Workspace
from builder.words import plain_title
from builder.words.extracts import Piece, extract, marked
from builder.words.grams import folded
from builder.words.query import Query, Term
from builder.workflow.opening import Opened, open_workspace
from builder.workflow.registered import consulted

if TYPE_CHECKING:
    from builder.register import Reading
    from builder.register.looking import Hit

PUBLISHED, RECALLED, VOIDED, DRAFT = "已刊", "已收回", "已作废", "草稿"


@dataclass(frozen=True, slots=True)
class Result:
    """One entry that was found: its state, its title and an extract in pieces, and its file (of a draft) or bag (``folder``)."""

    state: str
    entry: IndexEntry
    title: tuple[Piece, ...]
    extract: tuple[Piece, ...]
    at: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; what was looked for stands in 【】."""
        entry = self.entry
        return {
            "state": self.state,
            "publication": entry.publication,
            "name": entry.name,
            "number": entry.number,
            "day": entry.day,
            "issue": entry.issue,
            "title": entry.title,
            "units": list(entry.units),
            "page": entry.page,
            "at": self.at,
            "extract": in_brackets(self.extract),
        }


@dataclass(frozen=True, slots=True)
class Results:
    """How many entries there are of both sorts, and those that were asked for: drafts first, then the newest issue.

    ``register`` is false where there is no register yet.
    """

    published: int
    drafts: int
    shown: tuple[Result, ...]
    register: bool


def in_brackets(pieces: tuple[Piece, ...]) -> str:
    """Pieces as text, with what was looked for in 【】."""
    return "".join(f"【{text}】" if found else text for text, found in pieces)


def search(
    workspace: Workspace, query: Query, limit: int = 20, offset: int = 0, published: bool = True, drafts: bool = True
) -> Results:
    """What ``query`` asks for among published entries, drafts, or both.

    Raises:
        InvalidContent: the workspace cannot be read, and drafts were asked for.
        UsageError, FileError: the register cannot be opened, or is damaged.
    """
    opened = open_workspace(workspace) if drafts else None
    office = opened.library.office.value if opened else _office(workspace)
    query = _with_roster(query, office)
    with consulted(workspace, office) as now:
        done = _done(now)
        drafted = [r for r in _drafts(opened, done) if query.matches(r[0])] if opened else []
        chosen = [_shown(DRAFT, entry, at, query) for entry, at in drafted[offset : offset + limit]]
        count = 0
        if now is not None and published:
            from builder.register.looking import find

            found = find(now.connection, query, limit - len(chosen), max(0, offset - len(drafted)))
            count = found.count
            chosen += [_of_hit(hit, now, query) for hit in found.hits]
    return Results(count, len(drafted), tuple(chosen), now is not None)


def _office(workspace: Workspace) -> Office:
    source, faults = read_sheet(workspace.content / "office.yaml", "content/office.yaml", Office)
    if source is None:
        raise InvalidContent("工作区不能使用。", "先改正以上错误。", tuple(faults))
    return source.value


def _with_roster(query: Query, office: Office) -> Query:
    """The query, in which a unit's full name stands for its short one, too, and the other way round."""
    other = {folded(a): folded(b) for u in office.units for a, b in ((u.name, u.short), (u.short, u.name))}

    def both(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        more = [Term("units", other[t.text], t.column) for t in terms if t.field == "units" and t.text in other]
        return (*terms, *more)

    return Query(tuple(both(group) for group in query.groups), both(query.without))


def _done(now: Reading | None) -> frozenset[str]:
    if now is None:
        return frozenset()
    from builder.register.looking import published_issues

    return published_issues(now.connection)


def _of_hit(hit: Hit, now: Reading, query: Query) -> Result:
    act = now.act(hit.act)
    state = VOIDED if hit.voided else RECALLED if hit.recalled else PUBLISHED
    return _shown(state, hit.entry, act.folder if act else "", query)


def _shown(state: str, entry: IndexEntry, at: str, query: Query) -> Result:
    words = query.words
    return Result(state, entry, marked(entry.title, words), extract(entry.text, words), at)


# ---------------------------------------------------------------- drafts


def _drafts(opened: Opened, done: frozenset[str]) -> Iterator[tuple[IndexEntry, str]]:
    """The entries of issues that are not published, newest first, then items that no issue prints; each with its file."""
    library = opened.library
    open_issues = sorted((s for s in library.issues.values() if s.id not in done), key=lambda s: (s.value.day, s.id))
    printed = set(done)
    for issue in reversed(open_issues):
        edition = compose(library, issue, opened.titles, opened.numbers).edition
        if edition is None:  # it has errors: its items are found by themselves
            continue
        printed.add(issue.id)
        number = edition.title.number_lines(
            issue.value.day.year, edition.numbering.number, edition.numbering.total, issue.value.series
        )
        found = entries(
            view.build(edition, {}).data,
            publication=edition.title.id,
            name=edition.title.data.name,
            year=issue.value.day.year,
            day=issue.value.day.isoformat(),
            kind=edition.title.data.kind,
            number="".join(number) + ("（拟）" if edition.numbering.proposed else ""),
            issue=issue.id,
        )
        yield from ((entry, issue.file) for entry in found)
    used = {name for name, uses in item_uses(library).items() if any(issue.id in printed for issue, _ in uses)}
    for name in sorted(set(library.items) - used):
        yield _item(library.items[name], library.office.value), library.items[name].file


def _item(source: Source[Item], office: Office) -> IndexEntry:
    """An item that stands in no issue yet, as an entry of no publication; its units by both their names."""
    item = source.value
    names = {name: (u.name, u.short) for u in office.units for name in (u.name, u.short)}
    units = dict.fromkeys(name for unit in item.units for name in names.get(unit, (unit,)))
    day = _day(item.reported) or _day(item.received)
    return IndexEntry(
        publication="",
        name="",
        year=int(day[:4] or 0),
        day=day,
        kind="信息",
        number="",
        issue="",
        no=1,
        title=plain_title(item.title),
        units=tuple(units),
        page=0,
        text="\n".join(line for block in source.blocks for line in _lines(block)),
    )


def _day(value: date | None) -> str:
    """The day of a date or time, "" for none."""
    return (value.date() if isinstance(value, datetime) else value).isoformat() if value else ""


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield ("——" if block.kind == "列表项" else "") + block.text
    elif isinstance(block, Table):
        yield from (text for text in (block.title, block.unit) if text)
        yield from (cell.text for row in (*block.head, *block.rows) for cell in row)
