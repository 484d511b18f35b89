"""What the register knows of the numbers of a workspace's issues, for drafts; nothing where there is no register yet."""

from __future__ import annotations

import os

from builder.compose import Taken
from builder.errors import JianbaoError
from builder.model import Library
from builder.settings import Workspace


def registered(workspace: Workspace, library: Library) -> Taken:
    """Numbers given to published issues. A register that cannot be opened is passed over: drafts are only proposals.

    Without a register SQLAlchemy is not loaded.
    """
    url = os.environ.get("JIANBAO_REGISTER", "") or library.office.value.register_url
    if not url and not workspace.register.is_file():
        return Taken()
    from builder import register

    years = {issue.value.day.year for issue in library.issues.values()}
    try:
        where = register.address(workspace, library.office.value.register_url)
        with register.open_register(where, create=False, read_only=True) as opened, opened.reading() as now:
            given = {(g.publication, g.sequence, g.number): (g.issue, g.total) for g in now.numbers(years)}
            return Taken(given, now.counters())
    except JianbaoError:
        return Taken()
