"""What runs left behind below ``output/drafts``: drafts whose issue is no more are named, files half-written by the dead go."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from builder import programs
from builder.batch.index import Index
from builder.errors import Fault, Place
from builder.files import TEMPORARY, within
from builder.settings import Workspace

_SHOWN = 20  # names in one hint: what is left of them is named once these are gone


def notes(place: Workspace, journal: Index) -> list[Fault]:
    """A hint that names what this program wrote of issues that were renamed, deleted or moved to another publication since.

    Only files that the index says were written are looked at, and told as long as they are there; others are forgotten.
    Takes a look at each such file, nothing where there is none.
    """
    rows = journal.gone()
    there = {path for *_, path in rows if os.path.lexists(place.root / path)}
    journal.forget([row for row in rows if row[3] not in there])
    if not there:
        return []
    shown = "、".join(sorted(there)[:_SHOWN]) + ("等" if len(there) > _SHOWN else "")
    message = f"有{len(there)}个草稿所属的期已经不在（改名、删去，或改了刊物）：{shown}。"
    hint = "确认不再要用就删去这些文件，免得误发；程序不删。"
    return [Fault("draft-orphan", "note", Place("output/drafts"), message, hint)]


def clear(place: Workspace, journal: Index) -> None:
    """Delete what a process that was killed had not finished writing: files under the name that ``files.write_atomic`` gives.

    Only while this process has the workspace's index for itself, so that no other batch writes; one whose process lives stays.
    """
    if not journal.kept or not within(place.drafts, place.root):
        return
    for folder, _, names in os.walk(place.drafts):
        for name in names:
            if (found := re.fullmatch(TEMPORARY, name)) and programs.held(int(found[1])) == 0:
                with suppress(OSError):
                    Path(folder, name).unlink()
