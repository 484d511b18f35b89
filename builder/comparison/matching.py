"""Which lines of a PDF carry which unit of the issue."""

from __future__ import annotations

import re
from collections.abc import Sequence

from builder.comparison.lines import Line
from builder.comparison.units import Unit

_LEADERS = re.compile(r"[·.…]{5,}\d*$|(?<=\D)\d{1,3}$")  # dots and page number that follow an entry of the contents


def placed(units: Sequence[Unit], lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """The lines of each unit; none for a unit that no lines carry as it is.

    Units stand in the order of the lines; lines that belong to no unit (masthead, cells of tables) are passed over.
    """
    found: list[tuple[Line, ...]] = []
    at = 0
    for unit in units:
        start, stop = _next(unit, lines, at)
        found.append(tuple(lines[start:stop]))
        at = stop if stop > start else at
    return found


def _next(unit: Unit, lines: Sequence[Line], at: int) -> tuple[int, int]:
    """From and to which line the unit stands; twice the same when nowhere."""
    wanted = unit.printed
    for start in range(at, len(lines)):
        taken = 0
        for stop in range(start, len(lines)):
            text = lines[stop].text
            if wanted.startswith(text, taken):
                taken += len(text)
            elif unit.kind == "要目条目" and wanted.startswith(_LEADERS.sub("", text), taken):
                taken += len(_LEADERS.sub("", text))
            else:
                break
            if taken == len(wanted):
                return start, stop + 1
    return at, at


def texts(unit: Unit, own: Sequence[Line]) -> tuple[str, ...]:
    """What of the unit stands on each of its lines."""
    if unit.kind != "要目条目":
        return tuple(line.text for line in own)
    wanted, taken, found = unit.printed, 0, []
    for line in own:
        text = line.text if wanted.startswith(line.text, taken) else _LEADERS.sub("", line.text)
        found.append(text)
        taken += len(text)
    return tuple(found)
