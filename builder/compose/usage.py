"""Where entries are used, for ``list`` and ``--unused``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from builder.content import Known, resolve_many
from builder.errors import Place
from builder.model import Attachment, Entry, Issue, Library, Source

KeyPath = tuple[str | int, ...]


def usage(library: Library) -> dict[tuple[str, str], list[str]]:
    """("信息" or "督查事项", id) → ids of the issues that use it, in order; references that do not resolve are left out."""
    used: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item, places in item_uses(library).items():
        used["信息", item] += dict.fromkeys(issue.id for issue, _ in places)
    known = Known(library.findings)
    for name in sorted(library.issues):
        for finding in dict.fromkeys(_findings(known, library.issues[name])):
            used["督查事项", finding].append(name)
    return used


def item_uses(library: Library) -> dict[str, list[tuple[Source[Issue], Place]]]:
    """Item id → the issues that use it and where each names it, in order of issues. One pass over all references."""
    short = _short_names(library)
    uses: dict[str, list[tuple[Source[Issue], Place]]] = defaultdict(list)
    for name in sorted(library.issues):
        source = library.issues[name]
        for path, entry in entries(source.value):
            typed = entry.item.strip()
            known = typed if typed in library.items else short.get(typed, "")
            if known:
                uses[known].append((source, source.place(*path, "信息")))
    return uses


def entries(issue: Issue) -> Iterator[tuple[KeyPath, Entry | Attachment]]:
    """Every entry and annex of an issue with its path in the file."""
    for n, section in enumerate(issue.sections):
        yield from ((("栏目", n, "条目", m), entry) for m, entry in enumerate(section.entries))
    yield from ((("条目", n), entry) for n, entry in enumerate(issue.entries))
    yield from ((("附件", n), annex) for n, annex in enumerate(issue.attachments))


def _short_names(library: Library) -> Mapping[str, str]:
    """Bare file name → the one item that bears it."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for name in [*library.items, *library.broken_ids.get("item", ())]:
        bearers[name.rpartition("/")[2]].append(name)
    return {bare: names[0] for bare, names in bearers.items() if len(names) == 1 and names[0] in library.items}


def _findings(known: Known, issue: Source[Issue]) -> Iterator[str]:
    for _, entry in entries(issue.value):
        if entry.listing:
            select = entry.listing.select
            yield from resolve_many("finding", select, known.concerning(select))[0]
