"""A workspace's slim library, and what the rules across issues say of it: numbers, faults, and what each issue stands on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.batch import slim, unpacked
from builder.batch.grounds import digest
from builder.batch.rows import EntryRow, Head
from builder.compose import Numbering, assign, editing_faults, office_faults
from builder.compose.usage import entries
from builder.compose.years import Lacking, judge
from builder.content import Known, resolve_many
from builder.errors import Fault
from builder.model import Library, Office, Source
from builder.publications import Title
from builder.settings import Workspace
from builder.workflow.registered import registered

_USAGE = {"item": "信息", "finding": "督查事项"}


@dataclass(frozen=True, slots=True)
class Whole:
    """All entries of a workspace, slim, and all that was found in loading them; ``shas`` are of what each file stands on."""

    library: Library
    lacking: tuple[Lacking, ...]
    faults: tuple[Fault, ...]
    shas: Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class _Gathering:
    parts: dict[str, dict[str, Source[Any]]] = field(default_factory=lambda: {"item": {}, "finding": {}, "issue": {}})
    broken: dict[str, set[str]] = field(default_factory=lambda: {"item": set(), "finding": set(), "issue": set()})
    lacking: list[Lacking] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    beside: dict[str, frozenset[str]] = field(default_factory=dict)
    shas: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def take(self, row: EntryRow, sha: str) -> None:
        """One entry as it is kept."""
        self.shas[row.file] = ((row.file, sha), *unpacked.hashed(row.beside))
        if row.tables != "[]":
            self.beside[row.file] = frozenset(unpacked.names(row.tables))
        if row.faults != "[]":
            self.faults += unpacked.faults(row.faults)
        if row.form is None:
            self.broken[row.kind].add(row.id)
        elif row.kind == "issue":
            self.parts["issue"][row.id] = slim.issue(row.id, row.file, unpacked.form(row.kind, row.form))
        else:
            form = unpacked.form(row.kind, row.form)
            self.parts[row.kind][row.id] = slim.entry(row.id, row.file, form)
            if form and (days := slim.lacking(_USAGE[row.kind], row.id, row.file, form)):
                self.lacking.append(days)


def gather(office: Source[Office], found: Sequence[Fault], rows: Iterator[EntryRow], shas: Mapping[str, str]) -> Whole:
    """The slim library of entries as they are kept, in order of ids; ``found`` are the faults of the office file and of names of files.

    ``shas`` are the SHA-256 of entries by path as the system has it.
    """
    made = _Gathering(faults=list(found))
    for row in rows:
        made.take(row, shas.get(row.path, ""))
    made.lacking.sort(key=lambda each: each.kind != "信息")
    made.faults.sort(key=lambda fault: (fault.place, fault.code, fault.message))
    broken = {name: frozenset(ids) for name, ids in made.broken.items()}
    library = Library(office, made.parts["item"], made.parts["finding"], made.parts["issue"], broken, made.beside)
    return Whole(library, tuple(made.lacking), tuple(made.faults), made.shas)


def number(
    place: Workspace, whole: Whole, titles: Mapping[str, Title], faults: Sequence[Fault]
) -> tuple[dict[str, Numbering], tuple[Fault, ...]]:
    """Numbers and all faults, as ``workflow.opening`` gives them; ``faults`` are those of the publications."""
    library = whole.library
    taken, unread = registered(place, library)
    undated = judge(library, whole.lacking)[1]
    numbers, clashes = assign(library.issues, titles, taken)
    shared = office_faults(library.office)
    found = (*faults, *whole.faults, *unread, *undated, *clashes, *shared, *editing_faults(library))
    return numbers, found


def heads(whole: Whole, numbers: Mapping[str, Numbering], faults: Sequence[Fault]) -> Iterator[Head]:
    """Every issue with the digests of what it stands on."""
    library = whole.library
    told: dict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        told[fault.place.file].append(fault)
    names = _Names(library)
    for name in sorted({*library.issues, *library.broken_ids["issue"]}):
        issue = library.issues.get(name)
        if issue is None:
            yield Head(name, "", "", "", "", json.dumps([[], [], False, None, [f"content/issues/{name}.yaml"]]))
            continue
        items, findings, files, complete = names.closure(issue)
        own = slim.own(pair for file in files for pair in whole.shas.get(file, ((file, ""),)))
        numbering = numbers.get(name)
        parts = None if numbering is None else [numbering.number, numbering.total, numbering.proposed]
        found = [str(f) for file in sorted(library.with_tables(files)) for f in told.get(file, ())]
        base = digest([(str(parts),), *((text,) for text in found)])
        detail = json.dumps([items, findings, complete, parts, files], ensure_ascii=False)
        yield Head(name, issue.value.publication, issue.value.day.isoformat(), own, base, detail)


class _Names:
    """What the names in issues stand for."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._items = Known([*library.items, *library.broken_ids["item"]])
        self._findings = Known([*library.findings, *library.broken_ids["finding"]])

    def closure(self, issue: Source[Any]) -> tuple[list[str], list[str], list[str], bool]:
        """Sound items and findings that the issue names, all files that it stands on, and whether all of them are sound."""
        library = self._library
        items: dict[str, None] = {}
        findings: dict[str, None] = {}
        complete = True
        for _, used in entries(issue.value):
            if used.listing:
                select = used.listing.select
                ids, faults = resolve_many("finding", select, self._findings.concerning(select))
                findings |= dict.fromkeys(ids)
                complete = complete and not faults
            elif used.item:
                name = self._item(used.item.strip())
                items |= {name: None} if name else {}
                complete = complete and bool(name)
        files = [f"content/items/{name}.md" for name in items] + [f"content/findings/{name}.yaml" for name in findings]
        sound = [name for name in items if name in library.items]
        listed = [name for name in findings if name in library.findings]
        complete = complete and len(sound) == len(items) and len(listed) == len(findings)
        return sound, listed, [issue.file, *files], complete

    def _item(self, typed: str) -> str:
        """The one item that a name stands for; "" where there is none, or several."""
        if typed in self._items:
            return typed
        found = self._items.candidates(typed)
        return found[0] if len(found) == 1 else ""
