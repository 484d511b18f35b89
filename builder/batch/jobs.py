"""What travels between a batch's driver and its workers: frozen, and small enough to send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from builder.batch.crew import Shared
from builder.compose import Numbering
from builder.errors import Fault
from builder.fonts import FontSet
from builder.model import Office, Source
from builder.publications import Title
from builder.render.printing import Printing
from builder.settings import Limits
from builder.workflow.building import Built


@dataclass(frozen=True, slots=True)
class Scene:
    """What all issues of one workspace share: told once to each worker (``Crew.share``).

    ``known`` are the ids of all items and findings by kind ("item", "finding"), broken ones among them: what a bare
    name stands for depends on them. ``files`` are the templates' bytes by path below the workspace, for workers that
    cannot see ``root`` ("" there); empty where they can. ``soffice`` is the version of LibreOffice that must set the pages
    there; "" where none of the issues needs it.
    """

    root: str
    office: Source[Office]
    titles: Mapping[str, Title]
    known: Mapping[str, frozenset[str]]
    fontset: FontSet
    formats: tuple[str, ...]
    printing: Printing
    limits: Limits
    files: Mapping[str, bytes] = field(default_factory=dict)
    soffice: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One issue to be checked or rendered.

    ``items`` and ``findings`` are the ids that it uses (sound ones), ``faults`` everything that opening the workspace
    found on the files that it stands on, ``files`` the bytes of its content by path below the workspace (the issue, its
    items, findings, tables, pictures), for workers that cannot see the workspace; empty where they can. ``links`` are the
    paths by which entries name some of these files over a link, with the path of the file. ``complete``: all that the issue
    names is there and sound, so that names mean the same where no other ids are known.
    """

    scene: Shared
    issue: str
    numbering: Numbering | None
    items: tuple[str, ...]
    findings: tuple[str, ...]
    faults: tuple[Fault, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    complete: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What composing and checking an issue gave: faults of all kinds; ``sound`` where it can be rendered."""

    issue: str
    sound: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An issue that was performed.

    ``files`` are its files by format, empty where content faults (``faults``) or a template (``refused``: message and
    hint) keep it from being rendered; ``built`` is what is told of it, without paths. ``used`` are the items that it prints;
    ``digests`` the SHA-256 of every content file that was read for it, by path below the workspace, as it was read.
    """

    issue: str
    files: Mapping[str, bytes]
    built: Built | None
    faults: tuple[Fault, ...]
    refused: tuple[str, str] | None
    used: tuple[str, ...]
    digests: Mapping[str, str]
