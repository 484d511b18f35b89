"""Editions set on trial by a crew: what is wrong with their pages comes back, and the files, to be recalled at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.batch import kept
from builder.batch.crew import Call, Crew, Shared
from builder.batch.recalling import Recalling
from builder.compose import Edition
from builder.errors import Fault, InvalidContent, JianbaoError, RenderError, has_errors
from builder.fonts import FontSet
from builder.settings import Limits, limits
from builder.workflow.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Stage:
    """Templates and faces, the same for all issues of a workspace."""

    templates: Path
    fontset: FontSet


@dataclass(frozen=True, slots=True)
class Piece:
    """One edition to be set on a stage."""

    stage: Shared
    edition: Edition


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: warnings, why it cannot be printed (None where it can), and what was made (``Recalling.taken``)."""

    issue: str
    faults: tuple[Fault, ...] = ()
    refused: JianbaoError | None = None
    made: Mapping[bytes, bytes] = field(default_factory=dict)


def rehearse(crew: Crew, editions: Sequence[tuple[Edition, Limits]], stage: Stage) -> Iterator[Tried]:
    """Every edition set and read back within its limits, in the order of their ends.

    Raises:
        JianbaoError: see ``Crew.run``.
    """
    if not editions:
        return
    told = crew.share(stage)
    calls = (Call(each.issue.id, set_on_trial, Piece(told, each), within) for each, within in editions)
    for done in crew.run(calls):
        if done.failure is not None:
            yield Tried(done.key, refused=RenderError(done.failure.message, done.failure.hint))
        else:
            yield done.value


def set_on_trial(piece: Piece) -> Tried:
    """One edition set, read back and compared, by the worker."""
    name, press = piece.edition.issue.id, kept.made(piece.stage, Press)
    press.engines.taken()  # what is left of an edition that could not be set
    try:
        rendered = press.renderer.render(piece.edition)
    except RenderError as error:
        return Tried(name, refused=error)
    verdict = [rendered.verdict.fault] if rendered.verdict else []
    if has_errors(verdict):
        return Tried(name, refused=InvalidContent("页数不合要求。", "删减后再付印。", tuple(verdict)))
    return Tried(name, tuple(rendered.faults), made=press.engines.taken())


class Press:
    """What a worker keeps for a stage."""

    def __init__(self, stage: Stage) -> None:
        self.engines = Recalling(limits())
        self.renderer = Renderer(stage.templates, stage.fontset, self.engines)

    def close(self) -> None:
        """End the engines."""
        self.engines.close()
