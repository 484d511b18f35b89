"""What the register knows of the numbers of a workspace's issues, for drafts; nothing where there is no register yet."""

from __future__ import annotations

import os

from builder.compose import Taken
from builder.errors import Fault, JianbaoError, Place
from builder.model import Library
from builder.settings import Workspace


def registered(workspace: Workspace, library: Library) -> tuple[Taken, list[Fault]]:
    """Numbers given to published issues; a warning where the register cannot be opened: drafts can do without it.

    Without a register SQLAlchemy is not loaded.
    """
    url = os.environ.get("JIANBAO_REGISTER", "") or library.office.value.register_url
    if not url and not workspace.register.is_file():
        return Taken(), []
    from builder import register

    years = {issue.value.day.year for issue in library.issues.values()}
    try:
        where = register.address(workspace, library.office.value.register_url)
        with register.open_register(where, create=False, read_only=True) as opened, opened.reading() as now:
            given = {(g.publication, g.sequence, g.number): (g.issue, g.total) for g in now.numbers(years)}
            return Taken(given, now.counters()), []
    except JianbaoError as error:
        message = f"读不了登记簿，拟号只照文件：{error.message}"
        return Taken(), [Fault("register-unread", "warning", Place("登记簿"), message, error.hint)]
