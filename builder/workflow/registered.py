"""What the register knows that drafts are made with: numbers given; nothing where there is no register yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from builder.compose import Taken
from builder.errors import Fault, FileError, JianbaoError, Place
from builder.model import Library, Office
from builder.settings import Workspace

if TYPE_CHECKING:
    from builder.register import Reading


@contextmanager
def consulted(workspace: Workspace, office: Office) -> Iterator[Reading | None]:
    """The register as it stands, to be read only; None where there is none: then SQLAlchemy is not loaded.

    Raises:
        UsageError: the register may not be where it is.
        FileError: it cannot be opened or read.
    """
    url = os.environ.get("JIANBAO_REGISTER", "") or office.register_url
    if not url and not workspace.register.is_file():
        if (workspace.archive / "HEAD").exists():
            raise FileError("登记簿不见了，归档夹里已有手续。", "运行 jianbao archive restore，由归档包重建登记簿。")
        yield None
        return
    from builder import register

    where = register.address(workspace, office.register_url)
    with register.open_register(where, create=False, read_only=True) as opened, opened.reading() as now:
        yield now


def registered(workspace: Workspace, library: Library) -> tuple[Taken, list[Fault]]:
    """Numbers given to published issues; a warning where the register cannot be opened: drafts can do without it."""
    years = {issue.value.day.year for issue in library.issues.values()}
    try:
        with consulted(workspace, library.office.value) as now:
            if now is None:
                return Taken(), []
            given = {(g.publication, g.sequence, g.number): (g.issue, g.total) for g in now.numbers(years)}
            return Taken(given, now.counters()), []
    except JianbaoError as error:
        message = f"读不了登记簿，拟号只照文件：{error.message}"
        return Taken(), [Fault("register-unread", "warning", Place("登记簿"), message, error.hint)]
