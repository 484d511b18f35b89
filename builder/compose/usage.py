"""Where entries are used, for ``list`` and ``--unused``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from builder.content import resolve, resolve_many
from builder.errors import Fault
from builder.model import Attachment, Entry, Issue, Library, Source


def usage(library: Library) -> dict[tuple[str, str], list[str]]:
    """("信息" or "督查事项", id) → ids of the issues that use it, in order; references that do not resolve are left out."""
    used: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(library.issues):
        for key in dict.fromkeys(_references(library, library.issues[name])):
            used[key].append(name)
    return used


def _references(library: Library, issue: Source[Issue]) -> Iterator[tuple[str, str]]:
    value = issue.value
    entries: list[Entry | Attachment] = [e for s in value.sections for e in s.entries]
    for entry in [*entries, *value.entries, *value.attachments]:
        if entry.item:
            known = resolve("item", entry.item, library.items, issue.place())
            if not isinstance(known, Fault):
                yield "信息", known
        ids, _ = resolve_many("finding", entry.listing.select if entry.listing else (), library.findings)
        yield from (("督查事项", i) for i in ids)
