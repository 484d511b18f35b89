"""Which issues a change concerns: each is composed again only where what it stands on is not what it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from builder.compose import Composition
from builder.errors import Fault
from builder.fonts import FontSet
from builder.workflow import planning, repeats
from builder.workflow.opening import Opened


class Issues:
    """The compositions of the issues, kept with the grounds they stood on.

    Loading gives unchanged files as the very objects it gave before, so comparing grounds costs next to nothing.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[tuple[Any, ...], Composition]] = {}
        self._known: tuple[frozenset[str], ...] = ()

    def compose(self, opened: Opened, names: Collection[str], fontset: FontSet) -> dict[str, Composition]:
        """The composition of every issue in ``names``; one that is what it was is the same object."""
        index = _Index(opened, self._known)
        self._known = index.known
        kept = {}
        anew = []
        for name in names:
            grounds, composition = self._kept.get(name, ((), None))
            if composition is None or grounds != index.grounds(name, composition.files, fontset):
                composition = planning.compose_issue(opened, name, fontset)
                grounds = index.grounds(name, composition.files, fontset)
                anew.append(name)
            kept[name] = grounds, composition
        for name, faults in repeats.published_before(opened, anew).items():
            grounds, composition = kept[name]
            kept[name] = grounds, replace(composition, faults=(*composition.faults, *faults))
        self._kept = kept
        return {name: composition for name, (_, composition) in kept.items()}


class _Index:
    """What was opened, by file."""

    def __init__(self, opened: Opened, known: tuple[frozenset[str], ...]) -> None:
        library = opened.library
        self.opened = opened
        self.sources = {s.file: s for part in (library.items, library.findings, library.issues) for s in part.values()}
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        for fault in opened.faults:
            self.faults[fault.place.file].append(fault)
        now = tuple(
            frozenset(part) | library.broken_ids.get(kind, frozenset())
            for kind, part in (("item", library.items), ("finding", library.findings))
        )
        self.known = known if known == now else now  # the same object, where it can be: nothing to compare

    def grounds(self, name: str, files: Collection[str], fontset: FontSet) -> tuple[Any, ...]:
        """All that composing the issue ``name`` has looked at, where it stood on ``files``."""
        issue = self.opened.library.issues.get(name)
        return (
            fontset,
            self.known,  # a name may come to mean another entry, or none, or two
            self.opened.library.office,
            self.opened.numbers.get(name),
            self.opened.titles.get(issue.value.publication) if issue else None,
            [(self.sources.get(file), self.faults.get(file)) for file in sorted(files)],
        )
