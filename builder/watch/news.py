"""What a session tells, in order; the command line prints it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from builder.errors import Fault, JianbaoError
from builder.workflow.building import Built


@dataclass(frozen=True, slots=True)
class Faults:
    """Faults that were not there before; ``left_out`` are issues that are not rendered because of errors."""

    faults: tuple[Fault, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """An issue that was rendered and whose files on disk, or what the page budget says, were others before.

    ``built.files`` are all its files.
    """

    built: Built


@dataclass(frozen=True, slots=True)
class Failed:
    """The workspace cannot be read, an issue (``label``) cannot be rendered, or a file cannot be written; told once."""

    label: str
    error: JianbaoError


@dataclass(frozen=True, slots=True)
class Recovered:
    """What could not be built before can be again; "" is the workspace."""

    label: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The workspace's folders are gone."""

    root: Path


@dataclass(frozen=True, slots=True)
class Returned:
    """They are back."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything known is rendered; the session waits for the next save."""


News = Faults | Written | Failed | Recovered | Gone | Returned | Waiting
