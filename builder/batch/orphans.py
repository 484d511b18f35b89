"""Drafts whose issue is no more: somebody may send the old one. They are named, never deleted."""

from __future__ import annotations

import os

from builder.batch.index import Index
from builder.errors import Fault, Place
from builder.settings import Workspace

_SHOWN = 20  # names in one hint: what is left of them is named once these are gone


def notes(place: Workspace, journal: Index) -> list[Fault]:
    """A hint that names what this program wrote of issues that were renamed or deleted since, where it is still there.

    Only files that the index says were written are looked at; those that are not there any more are forgotten. Takes a
    look at each such file, nothing where there is none.
    """
    rows = journal.gone()
    there = {path for *_, path in rows if os.path.lexists(place.root / path)}
    journal.forget([row[:3] for row in rows if row[3] not in there])
    if not there:
        return []
    shown = "、".join(sorted(there)[:_SHOWN]) + ("等" if len(there) > _SHOWN else "")
    message = f"有{len(there)}个草稿所属的期已经不在（改名或删去了）：{shown}。"
    hint = "确认不再要用就删去这些文件，免得误发；程序不删。"
    return [Fault("draft-orphan", "note", Place("output/drafts"), message, hint)]
