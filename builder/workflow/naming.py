"""Ids of issues from what was typed; nothing is read."""

from __future__ import annotations

import os
from pathlib import Path

from builder.settings import Workspace


def issue_id(workspace: Workspace, typed: str) -> str:
    """The id that was typed, or that the path or file name typed stands for; whether there is such an issue or not."""
    return _id_of_path(workspace, typed) or typed.removesuffix(".yaml")


def _id_of_path(workspace: Workspace, typed: str) -> str:
    """The id that the path of an issue file gives; "" when what was typed is no such path."""
    folder = Path(os.path.realpath(workspace.content / "issues"))
    for base in (Path(), workspace.root):
        path = Path(os.path.realpath(base / typed))  # unlike Path.resolve, it takes a loop of links as it is
        if path.suffix == ".yaml" and path.is_relative_to(folder):
            return path.relative_to(folder).with_suffix("").as_posix()
    return ""
