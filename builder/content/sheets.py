"""Data files outside ``content/`` (publications, layout figures), read with the same care."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from builder.content import hygiene, yaml_text
from builder.content.bind import bind
from builder.errors import Fault, Place, has_errors, why
from builder.model import Source

M = TypeVar("M", bound=BaseModel)


def read_sheet(path: Path, file: str, model: type[M]) -> tuple[Source[M] | None, list[Fault]]:
    """A YAML file as a model; ``file`` is its name in messages. None when there are errors."""
    node, faults = _node(path, file)
    if node is None:
        return None, faults
    value, bound = bind(model, node, file)
    faults += bound.faults
    if value is None or has_errors(faults):
        return None, faults
    return Source(path.parent.name, file, value, bound.places), faults


def read_tree(path: Path, file: str) -> tuple[Any, list[Fault]]:
    """A YAML file as dicts, lists and strings; None when there are errors."""
    node, faults = _node(path, file)
    return (None if node is None else yaml_text.plain(node)), faults


def _node(path: Path, file: str) -> tuple[yaml_text.Node | None, list[Fault]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"读不了文件（{why(error)}）"
        return None, [Fault("file-unreadable", "error", Place(file), message, "从原模板恢复这个文件")]
    text, faults = hygiene.decode(data, file)
    if text is None:
        return None, faults
    cleaned = hygiene.scrub(text, file)
    node, found = yaml_text.parse(cleaned.text, file, locate=cleaned.locate)
    faults = [*faults, *cleaned.faults, *found]
    return (None if has_errors(faults) else node), faults
