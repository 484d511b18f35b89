"""Editions set on trial by a crew: what is wrong with their pages comes back, and the files, to be recalled at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.batch import kept, performing
from builder.batch.crew import Call, Crew, Shared
from builder.batch.recalling import Noting
from builder.compose import Edition
from builder.errors import Conflict, Fault, FileError, InvalidContent, JianbaoError, RenderError, has_errors
from builder.fonts import FontSet
from builder.settings import Limits, limits
from builder.workflow.payload import settled
from builder.workflow.publishing import Candidate
from builder.workflow.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Stage:
    """Templates and faces, the same for all issues of a workspace."""

    templates: Path
    fontset: FontSet


@dataclass(frozen=True, slots=True)
class Piece:
    """One edition to be set on a stage, with the templates of this hash (``Candidate.templates``)."""

    stage: Shared
    edition: Edition
    templates: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: warnings, why it cannot be printed (None where it can), and what was made (``Noting.taken``)."""

    issue: str
    faults: tuple[Fault, ...] = ()
    refused: JianbaoError | None = None
    made: Mapping[bytes, bytes] = field(default_factory=dict)


def rehearse(crew: Crew, drafts: Sequence[Candidate], stage: Stage, most: Limits) -> Iterator[Tried]:
    """Every candidate's edition set and read back, in the order of their ends; ``most`` is what a render may take.

    Raises:
        JianbaoError: see ``Crew.run``.
    """
    if not drafts:
        return
    told = crew.share(stage)
    for done in crew.run(_call(each, told, most) for each in drafts):
        if done.failure is not None:
            yield Tried(done.key, refused=RenderError(done.failure.message, done.failure.hint))
        else:
            yield done.value


def _call(draft: Candidate, stage: Shared, most: Limits) -> Call:
    edition = draft.edition
    within = performing.limits(most, (edition.title,), draft.size)
    return Call(edition.issue.id, set_on_trial, Piece(stage, edition, draft.templates), within)


def set_on_trial(piece: Piece) -> Tried:
    """One edition set, read back and compared, by the worker."""
    name, press = piece.edition.issue.id, kept.made(piece.stage, Press)
    press.engines.taken()  # what is left of an edition that could not be set
    try:
        rendered = press.renderer.render(piece.edition)
        settled(piece.templates, piece.edition.title.id, press.templates)
    except (RenderError, Conflict, FileError) as error:
        return Tried(name, refused=error)
    verdict = [rendered.verdict.fault] if rendered.verdict else []
    if has_errors(verdict):
        return Tried(name, refused=InvalidContent("页数不合要求。", "删减后再付印。", tuple(verdict)))
    return Tried(name, tuple(rendered.faults), made=press.engines.taken())


class Press:
    """What a worker keeps for a stage."""

    def __init__(self, stage: Stage) -> None:
        self.templates, self.engines = stage.templates, Noting(limits())
        self.renderer = Renderer(stage.templates, stage.fontset, self.engines)

    def close(self) -> None:
        """End the engines."""
        self.engines.close()
